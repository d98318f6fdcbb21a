"""USSD as the gateways speak it: Africa's Talking screen by screen, mGov as one packet of what its own menu asked."""

import json

import pytest
from django.test import Client

from channels_in import views
from channels_in.models import Fate, Message
from channels_in.ussd import LONGEST_SCREEN, Screen
from complaints.models import Complaint
from notices.rendering import is_gsm7
from tests.channels_in.contracts import PHONE
from tests.channels_in.test_sms_gateways import FORM, KEY, Contract, as_form, as_json, call, post

AFRICAS_TALKING, MGOV = "/channels/ussd/africastalking/", "/channels/ussd/mgov/"


@pytest.fixture(autouse=True)
def open_gateways(settings):
    """Open both, with a key."""
    settings.OPEN_CHANNELS = ["ussd_africastalking", "ussd_mgov"]
    settings.AFRICASTALKING_INBOUND_KEY = settings.MGOV_INBOUND_KEY = KEY


def typed(text, sender=PHONE):
    fields = {
        "sessionId": "ATUid_1",
        "serviceCode": "*384*1#",
        "phoneNumber": sender,
        "networkCode": "64004",
        "text": text,
    }
    return call(post(AFRICAS_TALKING, as_form(**fields), FORM))


def test_a_screen_fits_any_phone(db):
    response = typed("")

    said, words = response.content.decode().split(" ", 1)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=UTF-8")
    assert said in ("CON", "END")
    assert len(words) <= LONGEST_SCREEN and is_gsm7(words)


def test_whether_more_is_to_be_typed_is_said_first(db, monkeypatch):
    came = []
    monkeypatch.setattr(
        views, "next_screen", lambda typed, at: came.append(typed) or Screen("1. Lalamika", goes_on=True)
    )

    response = typed("1*Maji hayatoki")

    assert response.content == b"CON 1. Lalamika"
    (session,) = came
    assert (session.channel, session.session, session.phone, session.text) == (
        "ussd_africastalking", "ATUid_1", PHONE, "1*Maji hayatoki",
    )  # fmt: skip


def test_a_complaint_is_made_through_the_door_screen_by_screen(db):
    screens = [typed("1*Tabata mtaa wa Mandela*Maji hayatoki siku ya 3"[:end]) for end in (0, 1, 24, 48)]

    said = [response.content.decode() for response in screens]
    case = Complaint.objects.get()
    assert [words.split(" ", 1)[0] for words in said] == ["CON", "CON", "CON", "END"]
    assert case.reference_written in said[-1]
    assert (case.words, case.channel) == ("Maji hayatoki siku ya 3. Tabata mtaa wa Mandela", "ussd_africastalking")


@pytest.mark.parametrize("sender", ["", "15200", "MPESA"])
def test_a_session_of_no_phone_is_kept_for_an_operator(db, sender):
    response = typed("", sender)

    assert (response.status_code, response.content, Message.objects.get().fate) == (200, b"", Fate.UNREADABLE)


def test_a_forged_session_is_turned_away(db):
    request = post(AFRICAS_TALKING, as_form(sessionId="x", phoneNumber=PHONE, text=""), FORM)

    assert call(request | {"QUERY_STRING": "key=guess"}).status_code == 403
    assert call(request | {"QUERY_STRING": "key=%00%ff"}).status_code == 403


class TestMGov(Contract):
    """A packet of mGov's menu is one message: it keeps what every SMS gateway keeps."""

    key = "ussd_mgov"
    path = MGOV

    def request(self, text, *, id="one", sender=PHONE):
        return post(self.path, as_json({"msisdn": sender, "transaction_id": id, "data": {"maelezo": text}}))

    def words_in(self, response):
        said = json.loads(response.content)
        assert (said["status"], said["sms_reply"]) == (True, bool(said["sms_text"]))
        return said["sms_text"]


def test_what_was_filled_in_is_joined_in_its_order(db):
    packet = {
        "msisdn": PHONE,
        "session_id": "7",
        "data": [{"aina": "Maji"}, {"maelezo": "hayatoki siku ya 3"}],
        "kata": "Tabata",
    }

    call(post(MGOV, as_json(packet)))

    assert Complaint.objects.get().words == "Maji hayatoki siku ya 3 Tabata"


def test_a_call_that_only_tries_whether_we_are_there_is_answered(db):
    response = call(post(MGOV, as_json({"data": "x"})))

    assert json.loads(response.content) == {"success": True}
    assert not Message.objects.exists()


def test_a_closed_channel_is_not_there(db, settings):
    settings.OPEN_CHANNELS = []

    assert Client().post(AFRICAS_TALKING).status_code == 404


@pytest.mark.parametrize("text", ["\x00", "1*\x00*\x00", "1*" + "a" * 30_000, "*" * 500])
def test_nothing_that_comes_breaks_the_door(db, text):
    typed("")

    assert typed(text).status_code in (200, 413)
