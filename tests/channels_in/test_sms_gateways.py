"""The other gateways' doors: the contract of every gateway, the shapes that each really sends, and its delivery reports."""

import datetime as dt
import hashlib
import hmac
import json
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from twilio.request_validator import RequestValidator

from channels_in import sms_http
from channels_in.models import Fate, Message
from complaints.models import Complaint
from notices.delivery import deliver_due
from notices.models import Notice, Status
from tests.channels_in.contracts import PAYLOADS, PHONE, WORDS, SmsContract
from tests.world import TUESDAY

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
KEY = "a key of ours"
GATEWAYS = ["mgov", "africastalking", "beem", "infobip", "twilio", "android", "http"]
AT = dt.datetime(2026, 11, 24, 7, 4, 45, tzinfo=dt.UTC)  # when the recorded messages were sent


@pytest.fixture(autouse=True)
def open_gateways(settings):
    """Open every gateway, each with a secret of its own."""
    settings.OPEN_CHANNELS = [f"sms_{name}" for name in GATEWAYS]
    for name in ("MGOV", "AFRICASTALKING", "BEEM", "INFOBIP", "HTTP_SMS"):
        setattr(settings, f"{name}_INBOUND_KEY", KEY)
    settings.ANDROID_SIGNING_KEY = settings.TWILIO_AUTH_TOKEN = KEY
    settings.PUBLIC_URL = "https://malalamiko.example"


def payload(key, name):
    """Give a recorded payload as it came."""
    return (PAYLOADS / key / name).read_bytes().strip()


def post(path, body, content_type=JSON, **headers):
    """Give a POST that carries the key of the address."""
    asked = {"method": "POST", "path": path, "data": body, "content_type": content_type, "QUERY_STRING": f"key={KEY}"}
    return asked | headers


def call(request):
    return Client(raise_request_exception=False).generic(**request)


def as_json(said):
    """Write JSON as other programs do, characters that no text holds escaped."""
    return json.dumps(said)


def as_form(**fields):
    return urlencode({name: value.encode("utf-8", "replace") for name, value in fields.items()})


class Contract(SmsContract):
    """What is the same for all behind the door is asked of a few gateways: they put it back."""

    test_no_text_breaks_the_door = None
    test_sixteen_deliveries_at_once_are_one_complaint_and_one_answer = None
    test_sixteen_copies_at_once_under_other_ids_are_one_complaint = None

    def forged(self, text):
        return self.request(text) | {"QUERY_STRING": "key=guess"}


class TestAfricasTalking(Contract):
    key = "sms_africastalking"
    path = "/channels/sms/africastalking/"
    pushes = True
    test_no_text_breaks_the_door = SmsContract.test_no_text_breaks_the_door  # of those that send forms
    test_sixteen_deliveries_at_once_are_one_complaint_and_one_answer = (
        SmsContract.test_sixteen_deliveries_at_once_are_one_complaint_and_one_answer
    )
    test_sixteen_copies_at_once_under_other_ids_are_one_complaint = (
        SmsContract.test_sixteen_copies_at_once_under_other_ids_are_one_complaint
    )

    def request(self, text, *, id="one", sender=PHONE):
        fields = {"id": id, "text": text, "from": sender, "to": "15200", "date": "2026-11-24 07:04:45", "linkId": ""}
        return post(self.path, as_form(**fields), FORM)


class TestMGov(Contract):
    key = "sms_mgov"
    path = "/channels/sms/mgov/"
    test_no_text_breaks_the_door = SmsContract.test_no_text_breaks_the_door  # of those that send JSON

    def request(self, text, *, id="one", sender=PHONE):
        said = {"message": text, "msisdn": sender, "transaction_id": id, "sent_time": "2026-11-24 10:04:45"}
        return post(self.path, as_json(said))

    def words_in(self, response):
        said = json.loads(response.content)
        assert said["reply"] == (1 if said["message"] else 0)
        return said["message"]


class TestBeem(Contract):
    key = "sms_beem"
    path = "/channels/sms/beem/"
    pushes = True

    def request(self, text, *, id="one", sender=PHONE):
        said = {"from": sender.removeprefix("+"), "to": "15200", "transaction_id": id, "message": {"text": text}}
        return post(self.path, as_json(said))


class TestInfobip(Contract):
    key = "sms_infobip"
    path = "/channels/sms/infobip/"
    pushes = True

    def request(self, text, *, id="one", sender=PHONE):
        said = {"messageId": id, "from": sender.removeprefix("+"), "to": "15200", "text": text}
        return post(self.path, as_json({"results": [said], "messageCount": 1, "pendingMessageCount": 0}))


class TestTwilio(Contract):
    key = "sms_twilio"
    path = "/channels/sms/twilio/"
    test_no_text_breaks_the_door = SmsContract.test_no_text_breaks_the_door  # its answer is XML

    def request(self, text, *, id="one", sender=PHONE):
        return signed(self.path, as_form(MessageSid=id, From=sender, To="+255754000000", Body=text, NumMedia="0"))

    def forged(self, text):
        return self.request(text) | {"HTTP_X_TWILIO_SIGNATURE": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}

    def words_in(self, response):
        assert response["Content-Type"] == "text/xml; charset=UTF-8"
        return "".join(message.text for message in ElementTree.fromstring(response.content).iter("Message"))


class TestAndroid(Contract):
    key = "sms_android"
    path = "/channels/sms/android/"
    pushes = True

    def request(self, text, *, id="one", sender=PHONE):
        told = {"messageId": "same", "sender": sender, "message": text, "receivedAt": "2026-11-24T10:04:45+03:00"}
        return by_telephone(self.path, as_json({"id": id, "event": "sms:received", "payload": told}))

    def forged(self, text):
        return self.request(text) | {"HTTP_X_TIMESTAMP": "1764000001"}


class TestHttp(Contract):
    key = "sms_http"
    path = "/channels/sms/http/"
    pushes = True

    def request(self, text, *, id="one", sender=PHONE):
        return post(self.path, as_form(**{"id": id, "text": text, "from": sender}), FORM)


def signed(path, body, query=""):
    """Give a call that Twilio's own package has signed."""
    address = f"https://malalamiko.example{path}" + (f"?{query}" if query else "")
    fields = QueryDict(body)
    proof = RequestValidator(KEY).compute_signature(address, fields)
    return post(path, body, FORM, QUERY_STRING=query, HTTP_X_TWILIO_SIGNATURE=proof)


def by_telephone(path, body, moment="1764000000"):
    """Give a call that a telephone has signed."""
    proof = hmac.new(
        KEY.encode(), (body if isinstance(body, bytes) else body.encode()) + moment.encode(), hashlib.sha256
    )
    return post(path, body, QUERY_STRING="", HTTP_X_SIGNATURE=proof.hexdigest(), HTTP_X_TIMESTAMP=moment)


# What they really send.


@pytest.mark.parametrize(
    ("key", "name", "kept"),
    [
        ("sms_africastalking", "lodge.form", {"to": "15200", "link": "SampleLinkId123"}),
        ("sms_africastalking", "lodge_iso.form", {"to": "15200"}),
        ("sms_mgov", "lodge.json", {}),
        ("sms_beem", "lodge.json", {"to": "15200"}),
        ("sms_twilio", "lodge.form", {"to": "+255754000000"}),
        ("sms_android", "received.json", {"to": "+255754000000", "sim": "1", "device": "ffffffffceb0b1db0000018e937c815b"}),
    ],
)  # fmt: skip
def test_a_recorded_message_is_taken_in_with_its_id_and_moment(db, key, name, kept):
    body, path = payload(key, name), f"/channels/sms/{key.removeprefix('sms_')}/"
    request = post(path, body, FORM if name.endswith("form") else JSON)
    request = {"sms_twilio": lambda: signed(path, body.decode()), "sms_android": lambda: by_telephone(path, body)}.get(
        key, lambda: request
    )()

    assert call(request).status_code == 200

    message = Message.objects.get()
    assert (message.channel, message.sender, message.text, message.fate) == (key, PHONE, WORDS, Fate.TAKEN)
    assert message.provider_id.encode() in body or key == "sms_beem"  # of Beem no more is certain
    assert message.sent_at == (None if key in ("sms_twilio", "sms_beem") else AT)
    assert message.raw == kept
    assert Complaint.objects.get().words == WORDS


def test_of_several_messages_in_one_call_the_unreadable_one_keeps_no_other_waiting(db):
    response = call(post("/channels/sms/infobip/", payload("sms_infobip", "lodge.json")))

    assert (response.status_code, response.content) == (200, b"")
    assert dict(Message.objects.values_list("provider_id", "fate")) == {
        "817790313235066447": Fate.TAKEN, "817790313235066448": Fate.UNREADABLE, "817790313235066449": Fate.TAKEN,
    }  # fmt: skip
    assert Complaint.objects.count() == Notice.objects.filter(kind="reply").count() == 2


def test_nor_does_one_that_is_too_long(db):
    long = {"messageId": "1", "from": "255754123456", "text": "maji " * 5_000}
    body = as_json({"results": [long, long | {"messageId": "2", "text": WORDS}]})

    assert call(post("/channels/sms/infobip/", body)).status_code == 200
    assert dict(Message.objects.values_list("provider_id", "fate")) == {"1": Fate.UNREADABLE, "2": Fate.TAKEN}


def test_the_fields_of_any_gateway_are_found_by_the_names_that_the_settings_give(db, settings, monkeypatch):
    settings.HTTP_SMS_FIELDS = {"text": "msg.body", "sender": "msisdn", "id": "msg.ref", "sent_at": "when"}
    monkeypatch.setattr(sms_http, "PUSHES", False)

    response = call(post("/channels/sms/http/", payload("sms_http", "lodge.json")))

    message = Message.objects.get()
    assert (message.provider_id, message.sender, message.text, message.sent_at) == ("7001", PHONE, WORDS, AT)
    assert (response.content.decode(), Notice.objects.filter(kind="reply").count()) == (message.answer["text"], 0)


def test_a_gateway_that_waits_for_a_word_hears_it(db, settings):
    settings.HTTP_SMS_SAYS = "ACK"

    assert call(TestHttp().request(WORDS)).content == b"ACK"


def test_pushed_words_reach_the_phone_and_are_then_forgotten(db):
    call(TestAfricasTalking().request(WORDS))
    reply = Notice.objects.get(kind="reply")
    heard = []

    class Phone:
        def send(self, notice, text):
            heard.append((notice.address, text))
            return "id"

    deliver_due(reply.created_at, sender=Phone())

    assert heard == [(PHONE, Message.objects.get().answer["text"])]
    reply.refresh_from_db()
    assert (reply.status, reply.facts, reply.segments, reply.case_id) == (Status.SENT, {}, 1, None)


NO_MESSAGES = [
    b"", b"{", b"[]", b"null", b'{"a":' * 3000, b"\xff\x00\xfe", b'{"results": [1, null, {}]}',
    b'{"payload": 7, "from": {}, "msisdn": [], "event": "sms:received"}',
]  # fmt: skip


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_genuine_call_without_a_message_is_kept_for_an_operator_and_answered_200(db, gateway):
    path = f"/channels/sms/{gateway}/"
    for body in NO_MESSAGES:
        if gateway == "android":
            request = by_telephone(path, body)
        elif gateway == "twilio":
            request = signed(path, "Nothing=1")
        else:
            request = post(path, body, FORM if gateway in ("africastalking", "http") else JSON)

        assert call(request).status_code == 200, body

    assert not Complaint.objects.exists()
    assert set(Message.objects.values_list("fate", flat=True)) == {Fate.UNREADABLE}


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_without_its_proof_no_call_is_heard(db, gateway):
    proofs = [{}, {"QUERY_STRING": "key="}, {"HTTP_AUTHORIZATION": "Bearer guess"}, {"QUERY_STRING": "key=%00"}]
    for proof in proofs:
        request = {"method": "POST", "path": f"/channels/sms/{gateway}/", "data": b"{}", "content_type": JSON} | proof

        assert call(request).status_code == 403, proof
        assert call(request | {"path": f"/channels/sms/{gateway}/dlr/"}).status_code == 403, proof


def test_a_key_may_come_as_a_bearer_token_too(db):
    request = TestMGov().request(WORDS) | {"QUERY_STRING": "", "HTTP_AUTHORIZATION": f"Bearer {KEY}"}

    assert call(request).status_code == 200


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_gateway_whose_secret_is_lost_opens_to_nobody(db, settings, gateway):
    for name in ("MGOV", "AFRICASTALKING", "BEEM", "INFOBIP", "HTTP_SMS"):
        setattr(settings, f"{name}_INBOUND_KEY", "")
    settings.ANDROID_SIGNING_KEY = settings.TWILIO_AUTH_TOKEN = ""
    empty = hmac.new(b"", b"{}", hashlib.sha256).hexdigest()
    request = post(f"/channels/sms/{gateway}/", b"{}", QUERY_STRING="key=", HTTP_X_SIGNATURE=empty, HTTP_X_TIMESTAMP="")

    assert call(request).status_code == 403


# Twilio's signature, by Twilio's own package.


@pytest.mark.parametrize(
    "fields",
    [{"Body": "Ng'ombe & maji + 100% {sawa}"}, {"Body": "Maji \u2013 \U0001f6a1"}, {"Body": "", "A": "", "B": "b"}],
)
def test_what_twilio_signs_is_believed(db, fields):
    assert call(signed("/channels/sms/twilio/", as_form(MessageSid="one", From=PHONE, **fields))).status_code == 200


def test_a_field_that_twilio_sends_twice_is_signed_in_its_way(db):
    body = as_form(MessageSid="one", From=PHONE, Body=WORDS) + "&Tag=b&Tag=a&Tag=b"

    assert call(signed("/channels/sms/twilio/", body)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"QUERY_STRING": "notice=1"},
        {"data": as_form(MessageSid="one", From=PHONE, Body="other words")},
        {"path": "/channels/sms/twilio/dlr/"},
        {"HTTP_X_TWILIO_SIGNATURE": ""},
        {"HTTP_X_TWILIO_SIGNATURE": "\u00e9"},
    ],
)
def test_a_signature_of_something_else_is_not(db, change):
    request = signed("/channels/sms/twilio/", as_form(MessageSid="one", From=PHONE, Body=WORDS))

    assert call(request | change).status_code == 403


def test_no_words_break_the_xml_of_an_answer():
    from channels_in.incoming import Answer
    from channels_in.sms_twilio import respond

    document = respond([Answer("<b>&\x01\x0b]]> ng'ombe"), Answer("")], None).content

    assert [message.text for message in ElementTree.fromstring(document)] == ["<b>&]]> ng'ombe"]


# Delivery reports.


@pytest.fixture
def sent(db):
    """Give a notice that each of the gateways may have sent."""
    return Notice.objects.create(
        pk=42, kind="added", facts={"ref": "2648-3192-0576"}, address=PHONE, status=Status.SENT, created_at=TUESDAY,
        next_try_at=TUESDAY, sent_at=TUESDAY, gateway="africastalking", provider_id="ATXid_8b3f1f0bd2e54e0d9d8ee7f0d0d0c0aa",
    )  # fmt: skip


def reports(gateway, body, content_type=JSON):
    return call(post(f"/channels/sms/{gateway}/dlr/", body, content_type))


def test_a_recorded_report_settles_the_notice(sent):
    calls = {
        "africastalking": lambda: reports("africastalking", payload("sms_africastalking", "delivered.form"), FORM),
        "beem": lambda: reports("beem", payload("sms_beem", "delivered.json")),
        "infobip": lambda: reports("infobip", payload("sms_infobip", "reports.json")),
        "twilio": lambda: call(
            signed("/channels/sms/twilio/dlr/", payload("sms_twilio", "delivered.form").decode(), "notice=42")
        ),
        "android": lambda: call(by_telephone("/channels/sms/android/dlr/", payload("sms_android", "delivered.json"))),
        "http": lambda: reports("http", "id=42&status=DELIVERED", FORM),
    }
    before = Notice.objects.filter(pk=42).values().get()
    for gateway, report in calls.items():
        Notice.objects.filter(pk=42).update(**before)

        assert report().status_code == 200, gateway

        assert Notice.objects.get().status == Status.DELIVERED, gateway
        assert Notice.objects.get().address == "", gateway


@pytest.mark.parametrize(
    ("gateway", "body", "status"),
    [
        ("africastalking", payload("sms_africastalking", "sent.form"), "sent"),
        ("africastalking", payload("sms_africastalking", "failed.form"), "failed"),
        ("beem", b'{"recipient_id": 42, "status": "pending"}', "sent"),
        ("beem", b'{"recipient_id": 42, "status": "Undelivered"}', "failed"),
        ("infobip", b'{"results": [{"messageId": "42", "status": {"groupName": "PENDING"}}]}', "sent"),
        ("infobip", b'{"results": [{"messageId": "42", "status": {"groupName": "EXPIRED"}}]}', "failed"),
        ("http", b"id=42&status=UNDELIVERABLE", "failed"),
        ("http", b"id=42&status=on+its+way", "sent"),
    ],
)
def test_each_word_of_a_gateway_is_one_of_ours(sent, gateway, body, status):
    reports(gateway, body, FORM if gateway in ("africastalking", "http") else JSON)

    assert Notice.objects.get().status == status


def test_states_only_move_forward_whatever_comes_afterwards(sent):
    for name in ("delivered.form", "failed.form", "sent.form"):
        reports("africastalking", payload("sms_africastalking", name), FORM)

    assert Notice.objects.get().status == Status.DELIVERED


def test_a_report_that_overtakes_the_answer_to_our_own_call_is_not_lost(db, settings, monkeypatch):
    from notices.senders import africastalking

    settings.SMS_SENDER = "africastalking"
    Notice.objects.create(
        kind="added", facts={"ref": "2648-3192-0576"}, address=PHONE, created_at=TUESDAY, next_try_at=TUESDAY
    )

    def send(notice, text):
        reports("africastalking", payload("sms_africastalking", "sent.form"), FORM)
        reports("africastalking", payload("sms_africastalking", "delivered.form"), FORM)
        return "ATXid_8b3f1f0bd2e54e0d9d8ee7f0d0d0c0aa"

    monkeypatch.setattr(africastalking, "send", send)

    deliver_due(TUESDAY)

    notice = Notice.objects.get()
    assert (notice.status, notice.address, notice.gateway) == (Status.DELIVERED, "", "africastalking")


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_report_of_nothing_of_ours_is_answered_200(sent, gateway):
    path = f"/channels/sms/{gateway}/dlr/"
    for body in [
        b"",
        b"{}",
        b"[1]",
        b"id=&status=",
        b'{"results": 7, "recipient_id": "x"}',
        b"id=404&status=delivered",
    ]:
        if gateway == "android":
            response = call(by_telephone(path, body))
        elif gateway == "twilio":
            response = call(signed(path, "MessageStatus=delivered", "notice=404"))
        else:
            response = reports(gateway, body, FORM if gateway in ("africastalking", "http") else JSON)

        assert response.status_code == 200, body

    assert Notice.objects.get().status == Status.SENT
