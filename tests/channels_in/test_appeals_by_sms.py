"""RUFAA takes an answer one office higher with a reason; NANI says who has read a case."""

import datetime as dt

import pytest

from complaints.models import Complaint, Entry
from complaints.pins import pin_of
from complaints.states import State
from notices.rendering import segments
from tests.channels_in.phones import (
    HOUR,
    MINUTE,
    OTHER,
    SECRET,
    STRANGER,
    WORDS,
    last_words,
    said,
    state_of,
    task_of,
)
from tests.workflows.stories import staff
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_swahili")]

WHY = "Bomba limepasuka tena siku hiyo hiyo"


def test_rufaa_with_a_reason_takes_the_one_answered_case_one_level_up(phone):
    case = phone.answered()

    answer = phone.sms(f"RUFAA {WHY}")

    assert (state_of(case), task_of(case).queue.office.code, task_of(case).rank) == (State.QUEUED, "12", 0)
    assert last_words(case) == ("dispute", WHY)
    assert answer.startswith(f"Pole. Tumepeleka lalamiko {case.reference_written} ")


@pytest.mark.parametrize(
    "command", ["RUFAA {ref} {why}", "rufaa namba {ref}: {why}", "APPEAL {ref} {why}", "Rufaa {why}"]
)
def test_rufaa_opens_a_closed_case_again_one_level_up(phone, command):
    case = phone.lapsed()

    answer = phone.sms(command.format(ref=case.reference_written, why=WHY))

    assert (state_of(case), task_of(case).queue.office.code) == (State.QUEUED, "12")
    assert last_words(case) == ("reopen", WHY)
    assert answer.startswith(f"Tumekusikia. Namba {case.reference_written} imefunguliwa tena")


@pytest.mark.parametrize("command", ["RUFAA", "rufaa.", "RUFAA {ref}", "RUFAA {ref} ..."])
def test_without_a_reason_we_ask_for_it_and_the_next_words_are_it(phone, command):
    case = phone.answered()

    assert phone.sms(command.format(ref=case.reference)) == said("why", ref=case.reference_written)
    assert state_of(case) == State.ANSWERED
    phone.sms(WHY, after=70 * HOUR)

    assert (state_of(case), last_words(case)) == (State.QUEUED, ("dispute", WHY))


def test_the_reason_is_not_waited_for_longer_than_three_days(phone):
    case = phone.answered()
    phone.sms("RUFAA")

    phone.sms(WHY, after=73 * HOUR)

    assert (state_of(case), last_words(case)) == (State.ANSWERED, ("add_words", WHY))


def test_the_same_appeal_delivered_again_is_one(phone):
    case = phone.answered()

    first, second = phone.sms(f"RUFAA {WHY}"), phone.sms(f"RUFAA {WHY}", after=2 * MINUTE)

    assert first == second
    assert Entry.objects.filter(complaint=case, move="dispute").count() == 1


def test_before_an_answer_and_of_anothers_case_nothing_can_be_appealed(phone):
    case = phone.lodge()
    refused = said("not_open", ref=case.reference_written, state=State.QUEUED.label)

    assert phone.sms("RUFAA") == refused
    assert phone.sms(f"RUFAA {case.reference} {WHY}") == refused
    assert phone.sms(f"RUFAA {case.reference} {WHY}", sender=STRANGER) == said("no_such")
    assert phone.sms("RUFAA", sender=STRANGER) == said("no_such")
    assert (state_of(case), Complaint.objects.count()) == (State.QUEUED, 1)


def test_of_several_we_ask_which(phone):
    first, second = phone.answered(), phone.answered("LALAMIKO Bomba la maji limepasuka Tabata Mandela")

    assert phone.sms(f"RUFAA {WHY}") == said("which_appeal", ref=second.reference_written, n=2)
    phone.sms(f"RUFAA {first.reference} {WHY}")
    assert (state_of(first), state_of(second)) == (State.QUEUED, State.ANSWERED)


@pytest.mark.parametrize(
    "text",
    ["Rufaa yangu ya ardhi imekwama baraza la kata Manzese", "Rufaa imechelewa baraza la ardhi Manzese mwaka mzima"],
)
def test_a_sentence_about_an_appeal_elsewhere_is_a_complaint(phone, text):
    case = phone.answered()

    phone.sms(text)

    assert (state_of(case), Complaint.objects.latest("id").words) == (State.ANSWERED, text)


def test_the_last_answer_of_the_region_names_where_else_to_turn(phone):
    own = phone.answered()
    Complaint.objects.filter(pk=own.pk).update(state="closed", outcome="upheld")
    assert phone.sms(f"RUFAA {own.reference} {WHY}") == said("upheld", ref=own.reference_written)


def test_an_ended_case_says_that_a_new_message_is_needed(phone):
    case = phone.lapsed()
    phone.now += dt.timedelta(days=40)
    actions.end(task_of(case), at=phone.now)

    assert phone.sms(f"RUFAA {case.reference} {WHY}") == said("closed_already", ref=case.reference_written)


# NANI.


def read_by(phone, case, *people):
    for who in people:
        actions.read(case, by=staff(who, phone.now), at=phone.now)


def test_nani_says_how_many_people_of_which_offices_and_no_name(phone):
    case = phone.lodge()
    read_by(phone, case, "afisa.120.maji", "msimamizi.120.maji", "kiongozi.12", "afisa.120.maji")
    phone.now += HOUR
    read_by(phone, case, "afisa.120.maji")

    answer = phone.sms("NANI")

    assert answer.startswith(f"Namba {case.reference_written}: watu 3 wameusoma ujumbe wako: ")
    assert answer.endswith(" 2, Wilaya ya Ilala 1.")
    assert "afisa" not in answer.lower()
    assert phone.sms(f"nani {case.reference_written}") == answer
    assert segments(answer) == 1


def test_of_one_reader_and_of_none_it_says_so(phone):
    case = phone.lodge()

    assert phone.sms("NANI amesoma?") == said("who_read", ref=case.reference_written)
    read_by(phone, case, "mkaguzi.1")
    assert phone.sms("nani").startswith(f"Namba {case.reference_written}: mtu 1 ameusoma ujumbe wako: Mkoa wa Dar")


def test_of_a_discreet_case_only_how_many_and_only_with_its_digits(phone):
    case = phone.lodge(SECRET)
    read_by(phone, case, "mkaguzi.1", f"kiongozi.{task_of(case).queue.office.code}")

    assert phone.sms("NANI") == said("no_such")
    assert phone.sms(f"NANI {case.reference}") == said("need_pin", ref=case.reference_written)
    told = phone.sms(f"NANI {case.reference} {pin_of(case)}")
    assert told == f"Namba {case.reference_written}: watu 2 wameusoma ujumbe wako."


def test_nobody_learns_who_reads_anothers_case(phone):
    case = phone.lodge()
    read_by(phone, case, "mkaguzi.1")

    assert phone.sms("NANI", sender=STRANGER) == said("no_such")
    assert phone.sms(f"NANI {case.reference}", sender=STRANGER) == said("no_such")
    assert phone.sms("NANI 123") == said("no_such")


@pytest.mark.parametrize("text", ["Nani anahusika na barabara hii ya Tabata", f"Nani atatusaidia, {WORDS}", OTHER])
def test_an_ordinary_question_is_a_complaint(phone, text):
    phone.sms(text)

    assert Complaint.objects.get().words == text
