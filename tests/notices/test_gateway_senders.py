"""What each sender puts on the wire, and what it makes of the answers that its gateway gives."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest

from notices.models import Notice
from notices.senders import Refused, TryLater, africastalking, android, beem, http, infobip, mgov, twilio

NOTICE = Notice(pk=42, address="+255754123456", created_at=dt.datetime(2026, 11, 24, 7, 4, 45, tzinfo=dt.UTC))
WORDS = "Asante. Maji & umeme + 100% {sawa} \u2013"
LOGIN = "Basic " + base64.b64encode(b"name:a secret").decode()


@pytest.fixture
def server(settings):
    """A web server in the gateways' place: `says` is what it answers, `asked` what it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))  # none where a redirect was followed
            web.asked.append((self.path, dict(self.headers), body))
            status, said = web.says
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(said if isinstance(said, bytes) else json.dumps(said).encode())

        do_GET = do_POST

        def log_message(self, *args):
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.asked = []
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    at = f"http://127.0.0.1:{web.server_port}"
    settings.PUBLIC_URL, settings.SMS_SHORT_CODE = "https://malalamiko.example", "15200"
    settings.AFRICASTALKING_URL, settings.AFRICASTALKING_USERNAME = f"{at}/version1/messaging", "sandbox"
    settings.AFRICASTALKING_API_KEY = settings.MGOV_API_KEY = settings.INFOBIP_API_KEY = "a secret"
    settings.MGOV_URL, settings.MGOV_SYSTEM_ID, settings.MGOV_SERVICE_ID = f"{at}/v2/send-sms", "sys-7", "222"
    settings.BEEM_URL, settings.BEEM_API_KEY, settings.BEEM_SECRET_KEY = f"{at}/v1/send", "name", "a secret"
    settings.INFOBIP_URL, settings.INFOBIP_INBOUND_KEY = at, "our key"
    settings.TWILIO_URL, settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = at, "name", "a secret"
    settings.ANDROID_URL, settings.ANDROID_USERNAME, settings.ANDROID_PASSWORD = f"{at}/messages", "name", "a secret"
    settings.HTTP_SMS_URL = f"{at}/send?to={{to}}"
    yield web
    web.shutdown()
    thread.join()
    web.server_close()


def asked(server):
    """Give the address, the headers and the body of the one request that came."""
    ((path, headers, body),) = server.asked
    return path, headers, body


def recipient(status, code, **more):
    return {
        "SMSMessageData": {"Recipients": [{"statusCode": code, "status": status, "number": "+255754123456"} | more]}
    }


def test_africas_talking_is_sent_a_form_with_the_key_in_a_header(server):
    server.says = (201, recipient("Success", 101, messageId="ATXid_1", cost="TZS 20"))

    assert africastalking.send(NOTICE, WORDS) == "ATXid_1"

    path, headers, body = asked(server)
    assert (path, headers["Apikey"]) == ("/version1/messaging", "a secret")
    assert dict(parse_qsl(body.decode())) == {"username": "sandbox", "to": "+255754123456", "message": WORDS}


def test_mgov_is_sent_the_very_bytes_that_are_signed(server):
    server.says = (200, {"success": True, "statusCode": 200, "statusMessage": "Sent"})

    assert mgov.send(NOTICE, WORDS) == "malalamiko-42"

    _path, headers, body = asked(server)
    proof = base64.b64encode(hmac.new(b"a secret", body, hashlib.sha256).digest()).decode()
    assert (headers["Sysid"], headers["Hash"]) == ("sys-7", proof)
    assert json.loads(body) == {
        "message": WORDS, "datetime": "2026-11-24 10:04:45", "senderId": "15200", "mobileServiceId": "222",
        "recipients": "255754123456", "messageId": "malalamiko-42",
    }  # fmt: skip


def test_beem_is_sent_the_notices_number_for_the_report(server):
    server.says = (200, {"successful": True, "request_id": 35918915, "code": 100, "valid": 1, "invalid": 0})

    assert beem.send(NOTICE, WORDS) == "35918915"

    _path, headers, body = asked(server)
    assert headers["Authorization"] == LOGIN
    assert json.loads(body) == {
        "source_addr": "15200", "encoding": 0, "schedule_time": "", "message": WORDS,
        "recipients": [{"recipient_id": 42, "dest_addr": "255754123456"}],
    }  # fmt: skip


def infobip_says(group, name):
    return {"messages": [{"messageId": "42", "status": {"groupId": group, "groupName": "X", "name": name}}]}


def test_infobip_is_told_where_to_report(server):
    server.says = (200, infobip_says(1, "PENDING_ACCEPTED"))

    assert infobip.send(NOTICE, WORDS) == "42"

    path, headers, body = asked(server)
    assert (path, headers["Authorization"]) == ("/sms/3/messages", "App a secret")
    (message,) = json.loads(body)["messages"]
    assert message["destinations"] == [{"to": "255754123456", "messageId": "42"}]
    assert (message["from"], message["content"]) == ("15200", {"text": WORDS})
    assert message["webhooks"]["delivery"]["url"] == (
        "https://malalamiko.example/channels/sms/infobip/dlr/?key=our%20key"
    )


def test_twilio_is_told_where_to_report(server):
    server.says = (201, {"sid": "SM1", "status": "queued"})

    assert twilio.send(NOTICE, WORDS) == "SM1"

    path, headers, body = asked(server)
    assert (path, headers["Authorization"]) == ("/2010-04-01/Accounts/name/Messages.json", LOGIN)
    assert dict(parse_qsl(body.decode())) == {
        "To": "+255754123456", "From": "15200", "Body": WORDS,
        "StatusCallback": "https://malalamiko.example/channels/sms/twilio/dlr/?notice=42",
    }  # fmt: skip


@pytest.mark.parametrize("status", [202, 409])
def test_the_telephone_is_sent_our_own_id_so_that_a_second_attempt_sends_nothing_twice(server, status):
    server.says = (status, {"id": "notice-42", "state": "Pending"})

    assert android.send(NOTICE, WORDS) == "notice-42"

    _path, headers, body = asked(server)
    assert headers["Authorization"] == LOGIN
    assert json.loads(body) == {
        "id": "notice-42", "textMessage": {"text": WORDS}, "phoneNumbers": ["+255754123456"], "withDeliveryReport": True,
    }  # fmt: skip


def test_any_gateway_is_sent_what_the_settings_say(server, settings):
    settings.HTTP_SMS_SUCCESS, settings.HTTP_SMS_AUTHORIZATION = "queued", "Bearer x"
    server.says = (200, b'{"state":"queued"}')

    assert http.send(NOTICE, WORDS) == "42"

    path, headers, body = asked(server)
    assert (path, headers["Authorization"]) == ("/send?to=%2B255754123456", "Bearer x")
    assert dict(parse_qsl(body.decode())) == {"to": "+255754123456", "text": WORDS, "id": "42"}


def test_a_body_in_json_is_written_as_json(server, settings):
    settings.HTTP_SMS_CONTENT_TYPE = "application/json"
    settings.HTTP_SMS_BODY = '{"msisdn": "{to_no_plus}", "body": "{text}", "n": {id}, "from": "{from}", "x": {}}'
    server.says = (200, b"")

    http.send(NOTICE, 'said "no" \\ {to}\n')

    assert json.loads(asked(server)[2]) == {
        "msisdn": "255754123456", "body": 'said "no" \\ {to}\n', "n": 42, "from": "15200", "x": {},
    }  # fmt: skip


# What the answers mean.

ANSWERS = [
    (africastalking, 201, recipient("InvalidPhoneNumber", 403), Refused, "Africa's Talking says 403"),
    (africastalking, 201, recipient("UserInBlacklist", 406), Refused, "Africa's Talking says 406"),
    (africastalking, 201, recipient("InsufficientBalance", 405), TryLater, "Africa's Talking 201, says 405"),
    (africastalking, 201, {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}, TryLater, "Africa's Talking 201"),
    (africastalking, 401, b"The supplied authentication is invalid", TryLater, "Africa's Talking 401"),
    (mgov, 200, {"success": False, "statusCode": 401}, TryLater, "mGov 200, says 401"),
    (mgov, 500, b"<html>", TryLater, "mGov 500, says nothing"),
    (beem, 200, {"successful": True, "code": 100, "valid": 0, "invalid": 1}, Refused, "Beem says that the number is not valid"),
    (beem, 400, {"code": 111, "message": "Invalid Sender Id"}, TryLater, "Beem 400, says 111"),
    (infobip, 200, infobip_says(5, "REJECTED_DESTINATION"), Refused, "Infobip says REJECTED_DESTINATION"),
    (infobip, 200, infobip_says(5, "REJECTED_NOT_ENOUGH_CREDITS"), TryLater, "Infobip 200, says REJECTED_NOT_ENOUGH_CREDITS"),
    (infobip, 401, {"requestError": {}}, TryLater, "Infobip 401, says nothing"),
    (infobip, 200, {"messages": [3]}, TryLater, "Infobip 200, says nothing"),
    (twilio, 400, {"code": 21211, "message": "The 'To' number +255754123456 is not valid"}, Refused, "Twilio says 21211"),
    (twilio, 400, {"code": 21610}, Refused, "Twilio says 21610"),
    (twilio, 401, {"code": 20003}, TryLater, "Twilio 401, says 20003"),
    (twilio, 429, b"", TryLater, "Twilio 429"),
    (android, 401, b"", TryLater, "SMS Gateway for Android 401"),
    (http, 200, b"ERROR 7", TryLater, "the HTTP gateway 200, without the word of success"),
    (http, 503, b"OK", TryLater, "the HTTP gateway 503"),
]  # fmt: skip


@pytest.mark.parametrize(("sender", "status", "said", "meaning", "reason"), ANSWERS)
def test_only_what_is_about_the_number_itself_is_final(server, settings, sender, status, said, meaning, reason):
    settings.HTTP_SMS_SUCCESS = "OK"
    server.says = (status, said)

    with pytest.raises(meaning) as refusal:
        sender.send(NOTICE, WORDS)

    assert str(refusal.value) == reason


@pytest.mark.parametrize("sender", [africastalking, mgov, beem, infobip, twilio, android, http])
@pytest.mark.parametrize("said", [b"", b"[]", b"{", b"null", b'{"a":' * 5000, b"\xff" * 30_000])
def test_no_answer_breaks_a_sender(server, settings, sender, said):
    settings.HTTP_SMS_SUCCESS = "OK"
    server.says = (500, said)

    with pytest.raises(TryLater) as later:
        sender.send(NOTICE, WORDS)

    assert "255754" not in str(later.value)
    assert "secret" not in str(later.value)


@pytest.mark.parametrize("sender", [africastalking, mgov, beem, infobip, twilio, android, http])
def test_a_key_follows_no_redirect(server, sender):
    server.says = (302, b"")

    with pytest.raises(TryLater):
        sender.send(NOTICE, WORDS)

    assert len(server.asked) == 1


def test_a_proxy_named_by_the_environment_sees_nothing_that_goes_in_the_clear(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.says = (201, {"sid": "SM1"})

    assert twilio.send(NOTICE, WORDS) == "SM1"


@pytest.mark.parametrize("sender", [africastalking, mgov, beem, infobip, twilio, android, http])
def test_a_gateway_that_is_away_is_tried_later(server, settings, sender):
    for name in ("AFRICASTALKING", "MGOV", "BEEM", "INFOBIP", "TWILIO", "ANDROID", "HTTP_SMS"):
        setattr(settings, f"{name}_URL", "http://127.0.0.1:9/")

    with pytest.raises(TryLater, match=r"^no connection to .* \(URLError\)$"):
        sender.send(NOTICE, WORDS)
