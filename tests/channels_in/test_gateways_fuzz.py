"""Whatever a gateway sends, its file reads it or says that it cannot: no other fault, and nothing that no database can hold."""

import json
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_in import (
    sms_africastalking,
    sms_android,
    sms_beem,
    sms_http,
    sms_infobip,
    sms_mgov,
    sms_twilio,
    ussd_africastalking,
    ussd_mgov,
)
from channels_in.incoming import Incoming, TooLong, Unreadable

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
BY_FORM = [sms_africastalking, sms_twilio, sms_http, ussd_africastalking]
BY_JSON = [sms_mgov, sms_beem, sms_infobip, sms_android, sms_http, ussd_mgov]
NAMES = [
    "from", "to", "text", "id", "date", "linkId", "status", "msisdn", "message", "transaction_id", "sent_time", "results",
    "messageId", "receivedAt", "groupName", "event", "payload", "sender", "recipient_id", "request_id", "From", "Body",
    "MessageSid", "NumMedia", "MessageStatus", "sessionId", "phoneNumber", "data", "timestamp", "keyword", "phone",
]  # fmt: skip
WORDS = st.text(max_size=60) | st.sampled_from(
    [
        "+255754123456",
        "0754123456",
        "sms:received",
        "sms:delivered",
        "DELIVERED",
        "Success",
        "2026-11-24T10:04:45Z",
        "42",
        "notice-42",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda within: st.lists(within, max_size=4) | st.dictionaries(st.sampled_from(NAMES), within, max_size=6),
    max_leaves=25,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=12)


def read(gateway, body, content_type, query=""):
    """Let a gateway's file read a call, its report too, and give what it found."""
    request = RequestFactory().generic("POST", "/", body, content_type=content_type, QUERY_STRING=query)
    if hasattr(gateway, "parse_reports"):
        for report in gateway.parse_reports(request):
            assert report.bits >= 0 and (report.notice_id is None or 0 <= report.notice_id < 2**63)
            assert "\x00" not in report.provider_id
    try:
        return gateway.parse_session(request) if hasattr(gateway, "parse_session") else gateway.parse(request)
    except Unreadable as unreadable:
        return [unreadable]
    except TooLong:
        return []


def check(found):
    """Check that what was found can be stored as it is."""
    for each in found if isinstance(found, list) else []:
        message = each.message if isinstance(each, Unreadable) else each
        assert isinstance(message, Incoming)
        assert len(message.provider_id) <= 200 and len(message.sender) <= 40
        assert "\x00" not in message.text + message.sender + message.provider_id + "".join(message.raw.values())
        (message.text + message.sender + message.provider_id).encode()


@pytest.mark.parametrize("gateway", BY_JSON, ids=lambda gateway: gateway.KEY)
@given(said=OBJECTS)
@settings(max_examples=40, deadline=None)
def test_any_json_is_read_or_refused(gateway, said):
    check(read(gateway, json.dumps(said), JSON))


@pytest.mark.parametrize("gateway", BY_FORM, ids=lambda gateway: gateway.KEY)
@given(said=st.dictionaries(st.sampled_from(NAMES), WORDS, max_size=12))
@settings(max_examples=40, deadline=None)
def test_any_form_is_read_or_refused(gateway, said):
    body = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in said.items()})

    check(read(gateway, body, FORM, query="notice=42&key=x"))


@pytest.mark.parametrize("gateway", sorted({*BY_FORM, *BY_JSON}, key=lambda gateway: gateway.KEY), ids=lambda g: g.KEY)
@given(body=st.binary(max_size=300), query=st.text(alphabet="abckey=&%00ff", max_size=40))
@settings(max_examples=30, deadline=None)
def test_any_bytes_are_read_or_refused(gateway, body, query):
    for content_type in (JSON, FORM):
        check(read(gateway, body, content_type, query))
