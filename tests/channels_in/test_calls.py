"""The call-back list: who stands on it, what they are told, and what the timeline keeps of it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint, Entry
from notices.models import Notice, Status
from offices import actors
from offices.clock import database_now
from offices.models import User
from tests.channels_in.test_counter import clerk, enter, media
from workflows import actions

__all__ = ["clerk", "enter", "media"]
LIST = "/desk/counter/calls/"


@pytest.fixture
def english(client):
    """Show pages in English."""
    client.cookies["django_language"] = "en"


def to_call(enter, **more):
    """Enter a complaint of somebody to be called; the officer has answered it since."""
    enter(**{"category": "taka", "phone": "0754 123 456", "name": "Asha Juma", "hears_by": "call"} | more)
    return answered(Complaint.objects.latest("pk"))


def answered(case):
    at = database_now() + dt.timedelta(minutes=1)
    officer = actors.person(User.objects.get(username="afisa.12103.malalamiko"), at=at)
    taken = actions.take(case.task_set.get(finished=None), by=officer, at=at)
    actions.answer(taken.task, answer="Taka zimezolewa leo.", by=officer, at=at + dt.timedelta(minutes=1))
    return Complaint.objects.get(pk=case.pk)


def address(case):
    return f"{LIST}{case.reference}/"


def end(client, case, move, **more):
    newest = Notice.objects.filter(case_id=case.pk).latest("pk")
    return client.post(address(case), {"end": move, "notice": newest.pk} | more)


def moves(case):
    return list(case.entries.order_by("number").values_list("move", flat=True))


def test_who_asked_to_be_called_is_told_the_newest_and_is_off_the_list_until_the_next(client, clerk, enter, english):
    case = to_call(enter)

    page = client.get(LIST).content.decode()
    sent = end(client, case, "called", note="Ameelewa.")
    after = client.get(LIST).content.decode()

    assert "Asha Juma" in page and "Taka zimezolewa leo." in page
    assert (sent.status_code, sent["Location"]) == (303, LIST)
    assert "Asha Juma" not in after and "The call stands on the timeline." in after
    entry = Entry.objects.select_related("said").get(move="called")
    assert (entry.actor, entry.via, entry.said.for_staff) == (clerk, "counter", "Ameelewa.")


def test_nobody_is_called_about_what_they_heard_at_the_desk(client, clerk, enter, english):
    enter(category="taka", phone="0754 123 456", name="Asha", hears_by="call")
    enter(category="taka", phone="0754 123 457", name="Neema", hears_by="call", arrival="letter")

    page = client.get(LIST).content.decode()

    assert "Asha" not in page and "Neema" in page


def test_who_is_written_to_is_on_the_list_only_when_the_sms_failed(client, clerk, enter, english):
    case = to_call(enter, hears_by="sms")
    before = client.get(LIST).content.decode()
    Notice.objects.filter(kind="answered").update(status=Status.FAILED, address="", final_at=database_now())

    assert "Asha" not in before and "Asha" in client.get(LIST).content.decode()
    assert end(client, case, "called").status_code == 303


@pytest.mark.parametrize(("phone", "called"), [("022 212 3456", True), ("0754 123 456", False)])
def test_a_telephone_on_a_wire_takes_no_sms_and_is_called(clerk, enter, phone, called):
    enter(category="taka", phone=phone, hears_by="sms")

    assert Complaint.objects.get().by_call == called


def test_a_call_is_promised_to_a_number_alone(client, clerk, enter):
    assert enter(category="taka", hears_by="call").status_code == 400
    assert enter(category="taka", hears_by="pigeon").status_code == 400


def test_the_number_is_shown_when_asked_for_and_that_is_written_down(client, clerk, enter, english):
    case = to_call(enter)

    pages = [client.get(LIST), client.get(address(case)), client.post(address(case), {"show": "1"})]

    assert ["+255754123456" in page.content.decode() for page in pages] == [False, False, True]
    assert moves(case)[-1] == "reveal"
    assert Entry.objects.get(move="reveal").actor == clerk


def test_who_does_not_answer_stays_on_the_list_and_the_tries_are_counted(client, clerk, enter, english):
    case = to_call(enter)
    end(client, case, "not_reached"), end(client, case, "not_reached")

    assert "Not reached: 2" in client.get(LIST).content.decode()
    assert moves(case)[-2:] == ["not_reached", "not_reached"]


def test_a_second_press_and_a_newer_notice_are_refused_in_words(client, clerk, enter, english):
    case = to_call(enter)
    first = Notice.objects.filter(case_id=case.pk).earliest("pk")
    stale = client.post(address(case), {"end": "called", "notice": first.pk})
    end(client, case, "called")
    again = end(client, case, "called")

    assert (stale.status_code, again.status_code) == (409, 409)
    assert "somebody has just told it" in again.content.decode()
    assert moves(case).count("called") == 1


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"end": "called"}, {"end": "called", "notice": "x"}, {"end": "called", "notice": "9" * 400},
        {"end": "closed", "notice": "1"}, {"end": "called", "notice": "1", "note": "x" * 5000},
        {"end": "called", "notice": "-1"},
    ],
)  # fmt: skip
def test_what_no_button_sends_is_refused(client, clerk, enter, sent):
    case = to_call(enter)

    assert client.post(address(case), sent).status_code in (409, 422)
    assert "called" not in moves(case)


@pytest.mark.parametrize("username", ["karani.120", "afisa.12103.malalamiko", "kiongozi.1"])
def test_the_list_of_a_desk_is_its_clerks_alone(client, clerk, enter, username):
    case = to_call(enter)
    client.force_login(User.objects.get(username=username))

    listed = client.get(LIST)

    assert listed.status_code == (200 if username == "karani.120" else 403)
    assert "Asha" not in listed.content.decode()
    assert {client.get(address(case)).status_code, client.post(address(case), {"show": "1"}).status_code} <= {403, 404}
    assert "reveal" not in moves(case)


def test_what_is_kept_from_a_clerk_is_not_on_their_list(client, clerk, enter):
    case = to_call(enter)
    Complaint.objects.filter(pk=case.pk).update(about_office=case.desk)

    assert "Asha" not in client.get(LIST).content.decode()
    assert client.get(address(case)).status_code == 404


def test_the_list_asks_as_little_of_many_as_of_one_and_is_turned(client, clerk, enter, monkeypatch):
    to_call(enter), client.get(LIST)
    with CaptureQueriesContext(connection) as of_one:
        client.get(LIST)
    cases = [to_call(enter) for _number in range(4)]
    monkeypatch.setattr("workflows.calls.PAGE", 3)
    with CaptureQueriesContext(connection) as of_many:
        page = client.get(LIST)
    rest = client.get(LIST + page.context["next"]).content.decode()

    assert len(of_many) <= len(of_one) <= 15
    assert [case.reference_written in page.content.decode() for case in cases] == [False, True, True, True]
    assert cases[0].reference_written in rest and cases[1].reference_written not in rest
