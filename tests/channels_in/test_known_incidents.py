"""A known incident is told of by every way in, and the complaint is taken all the same."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from channels_in.conversation import converse
from channels_in.incoming import Incoming
from channels_in.intake import take_in
from channels_in.ussd import Typed, answer
from complaints.models import Complaint, KnownIncident
from notices.models import Notice
from offices.clock import database_now
from offices.kept import forget
from offices.models import User
from tests.channels_in.test_api import post as post_by_api
from tests.channels_in.test_counter import enter as enter_at_counter
from tests.channels_in.test_web import fill as fill_form
from tests.workflows.stories import category, office, queue, staff
from tests.workflows.test_incidents import DONE
from tests.world import TUESDAY
from workflows import incidents

pytestmark = pytest.mark.django_db

post, fill, enter = post_by_api, fill_form, enter_at_counter  # the fixtures of the ways in
SAID = "Maji hayatoki Tabata mtaa wa Mandela siku ya 3"
WORDS = "Bomba kuu limepasuka, maji yamekatika"
PHONE = "+255754123456"


@pytest.fixture
def incident():
    """Give an incident known at Tabata for a week to come."""
    now = database_now()
    known = KnownIncident.objects.create(
        queue=queue("120", "maji"), category=category(), words_sw=WORDS, words_en="The main pipe is broken",
        until=timezone.localdate(now) + dt.timedelta(days=7), entered_by=User.objects.get(username="msimamizi.120.maji"),
        entered_at=TUESDAY,
    )  # fmt: skip
    known.places.add(office("12103"))
    forget()
    return known


def sms(text, at, number="1"):
    """Send an SMS, and give the words of the answer."""
    return take_in(Incoming("sms_kannel", number, text, PHONE), converse, at=at).text


def the_case(incident):
    """Give the one complaint, which is linked."""
    case = Complaint.objects.get()
    assert (case.incident, case.state) == (incident, "queued")
    return case


def test_by_sms_the_answer_tells_of_it_and_a_repeat_gets_the_same_reference(incident):
    at = database_now()
    said = sms(SAID, at)

    case = the_case(incident)
    day = f"{incident.until:%d/%m/%Y}"
    assert said == (
        f"Asante. Lalamiko {case.reference_written} limepokelewa. Tatizo hili tunalijua: {WORDS}. Mwisho {day}. Tutakujulisha."
    )
    assert sms(SAID, at) == said
    assert case.reference_written in sms(SAID, at, "2")
    assert Complaint.objects.count() == 1


def test_by_sms_one_who_is_asked_for_the_place_is_told_when_it_is_known(incident):
    at = database_now()
    assert "Ni wapi" in sms("Maji hayatoki kabisa wiki nzima", at)

    assert WORDS in sms("Mandela, Tabata", at, "2")
    the_case(incident)


def test_by_ussd_the_last_screen_tells_of_it(incident):
    at = database_now()
    for typed in ("", "1", "1*Mandela Tabata", "1*Mandela Tabata*Maji hayatoki siku ya tatu"):
        screen = answer(Typed("ussd_africastalking", "s", PHONE, typed), at)

    assert WORDS in screen.words and not screen.goes_on
    the_case(incident)


def test_on_the_web_the_receipt_and_the_case_page_tell_of_it(incident, client, fill):
    response = fill(words=SAID, category="maji", place="Mandela, Tabata", council="120")

    receipt, page = client.get(response["Location"]), client.get("/track/")
    the_case(incident)
    assert all(f"Tatizo hili tunalijua: {WORDS}." in each.content.decode() for each in (receipt, page))


def test_the_api_tells_of_it_in_both_languages(incident, post, settings):
    settings.API_KEYS = {"jamii": "key-of-jamii"}
    response = post({"words": SAID, "category": "maji", "place": "1210302"})

    the_case(incident)
    assert response.json()["known_incident"] == {
        "sw": WORDS,
        "en": "The main pipe is broken",
        "until": incident.until.isoformat(),
    }
    other = post(json.dumps({"words": SAID, "category": "umeme", "place": "1210302"}))
    assert other.json()["known_incident"] is None


def test_at_the_counter_the_receipt_tells_of_it(incident, client, enter):
    client.force_login(User.objects.get(username="karani.12103"))
    response = enter(words=SAID, category="maji", place="Mandela, Tabata")

    receipt = client.get(response["Location"]).content.decode()
    the_case(incident)
    assert f"Tatizo hili tunalijua: {WORDS}." in receipt


def test_when_it_is_over_the_phone_is_asked_once_and_yes_and_no_do_what_they_always_do(incident):
    at = database_now()
    for number, text in enumerate((SAID, "Maji hakuna Tabata mtaa wa Mandela, bomba linavuja sana barabarani")):
        take_in(Incoming("sms_kannel", f"p{number}", text, f"+25575412345{number}"), converse, at=at)
    yes, no = Complaint.objects.order_by("id")
    incidents.close(incident, closing_sw=DONE, closing_en=DONE, by=staff("msimamizi.120.maji", at), at=at)

    assert incidents.settle(at) == (2, 0, 0)
    asked = Notice.objects.filter(kind="incident_over").order_by("id")
    said = [
        take_in(Incoming("sms_kannel", f"v{number}", word, f"+25575412345{number}"), converse, at=at + dt.timedelta(hours=1))
        for number, word in enumerate(("NDIYO", "HAPANA bado hakuna maji"))
    ]  # fmt: skip

    assert [notice.address for notice in asked] == ["+255754123450", "+255754123451"]
    assert [answered.complaint for answered in said] == [yes, no]
    assert list(Complaint.objects.order_by("id").values_list("state", "outcome")) == [
        ("closed", "confirmed"),
        ("queued", ""),
    ]
    assert Complaint.objects.get(pk=no.pk).task_set.open().main().get().queue.office.level == "wilaya"
