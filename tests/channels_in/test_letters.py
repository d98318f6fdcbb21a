"""A member of staff writes to the citizen by SMS, and what comes back lands on that case."""

import datetime as dt

import pytest

from complaints.models import Complaint, Entry
from complaints.states import State
from notices.models import Notice
from notices.rendering import render
from tests.channels_in.phones import (
    HOUR,
    MINUTE,
    OTHER,
    PHONE,
    SECRET,
    WORDS,
    last_words,
    said,
    state_of,
    task_of,
)
from tests.workflows.stories import staff
from workflows import actions
from workflows.refusals import NotOpen, NotYours, ReasonMissing, WrongTarget

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_swahili")]

LETTER = "Mafundi watafika kesho saa 4. Utakuwepo?"


def written_on(phone, case, words=LETTER):
    """Let the water officer write to the citizen of a case."""
    phone.officer(case, "write_to", words=words)
    return case


def test_an_officer_writes_and_the_words_stand_on_the_timeline_and_wait_to_be_sent(phone):
    case = written_on(phone, phone.lodge())

    notice = Notice.objects.latest("id")
    assert last_words(case) == ("write_to", LETTER)
    assert (notice.kind, notice.status, notice.address) == ("written", "queued", PHONE)
    assert render(notice) == f"Namba {case.reference_written}: {LETTER} Jibu kwa SMS."
    assert state_of(case) == State.QUEUED


@pytest.mark.parametrize(
    "reply", ["Ndiyo", "Hapana nitakuwa kazini", "Sawa", "Nitakuwepo, nyumba ya bluu", "ONGEZA niko Manzese"]
)
def test_the_reply_lands_on_that_case_whatever_its_first_word(phone, reply):
    case, _other = phone.lodge(), phone.lodge(f"LALAMIKO {OTHER}")
    written_on(phone, case)

    answer = phone.sms(reply)

    assert answer == said("added", ref=case.reference_written)
    assert last_words(case) == ("add_words", reply.removeprefix("ONGEZA "))
    assert Complaint.objects.count() == 2


def test_several_replies_land_and_the_same_reply_to_the_next_letter_is_no_repeat(phone):
    case = written_on(phone, phone.lodge())

    phone.sms("Sawa nitakuwepo hapo")
    phone.sms("Piga simu kwanza ukifika")
    assert phone.sms("Sawa nitakuwepo hapo", after=MINUTE) == said("duplicate", ref=case.reference_written)
    written_on(phone, case, "Wamechelewa, watafika saa 8.")
    phone.sms("Sawa nitakuwepo hapo")

    said_back = Entry.objects.filter(complaint=case, move="add_words").order_by("number")
    assert [entry.said.for_citizen for entry in said_back] == [
        "Sawa nitakuwepo hapo", "Piga simu kwanza ukifika", "Sawa nitakuwepo hapo",
    ]  # fmt: skip


def test_after_three_days_and_for_another_subject_words_are_a_complaint_of_their_own(phone):
    case = written_on(phone, phone.lodge())

    phone.sms("Umeme umekatika tangu jana usiku Tabata")
    assert Complaint.objects.latest("id").words == "Umeme umekatika tangu jana usiku Tabata"
    written_on(phone, case)
    phone.now += dt.timedelta(hours=72)
    phone.sms("Wamefika lakini hawakutengeneza")

    assert Complaint.objects.count() == 3


def test_words_to_a_complaint_made_since_are_not_taken_for_the_letter(phone):
    case = written_on(phone, phone.lodge())
    newer = phone.lodge(f"LALAMIKO {OTHER}")

    phone.sms("karibu na msikiti mkubwa", after=MINUTE)

    assert last_words(newer) == ("add_words", "karibu na msikiti mkubwa")
    assert last_words(case)[0] == "write_to"


def test_on_an_answered_case_a_yes_to_the_letter_is_not_taken_for_settled(phone):
    case = written_on(phone, phone.answered())

    assert phone.sms("Ndiyo") == said("yes_or_no", ref=case.reference_written)
    assert (state_of(case), last_words(case)) == (State.ANSWERED, ("add_words", "Ndiyo"))
    phone.sms("Ndiyo", after=11 * MINUTE)
    assert state_of(case) == State.CLOSED


def test_a_question_asked_on_the_same_case_is_answered_by_the_reply(phone):
    case = written_on(phone, phone.asked())

    phone.sms("Namba tano")

    assert (state_of(case), last_words(case)) == (State.IN_HAND, ("reply", "Namba tano"))


def test_a_newer_question_on_another_case_is_answered_first(phone):
    case = written_on(phone, phone.lodge())
    asked = phone.lodge("LALAMIKO Bomba la maji limepasuka Tabata Mandela")
    written_on(phone, case)
    phone.officer(asked, "take")
    phone.officer(asked, "ask", question="Nyumba namba ngapi?")

    phone.sms("Namba tano")

    assert last_words(asked) == ("reply", "Namba tano")


def test_on_a_discreet_case_the_sms_says_only_that_there_is_a_message(phone):
    case = phone.lodge(SECRET)
    by = staff(f"kiongozi.{task_of(case).queue.office.code}", phone.now)
    actions.write_to(task_of(case), words="Daktari anakusubiri " * 20, by=by, at=phone.now)

    notice = Notice.objects.latest("id")
    assert "words" not in notice.facts
    assert render(notice) == said("written", ref=case.reference_written, discreet=True)


def test_nobody_writes_who_does_not_work_on_it_nor_to_nobody_nor_nothing_nor_too_much(phone):
    case = phone.lodge()
    task, at = task_of(case), phone.now
    officer = staff("afisa.120.maji", at)

    for who, words, refusal in (
        (staff("mkaguzi.1", at), LETTER, NotYours),
        (staff("afisa.120.afya", at), LETTER, NotYours),
        (officer, " - ", ReasonMissing),
        (officer, "maji " * 40, WrongTarget),
        (officer, "\U0001f6b0 мы " * 20, WrongTarget),
    ):
        with pytest.raises(refusal):
            actions.write_to(task, words=words, by=who, at=at)
    Complaint.objects.filter(pk=case.pk).update(citizen=None)
    with pytest.raises(NotOpen):
        actions.write_to(task, words=LETTER, by=officer, at=at)
    assert not Entry.objects.filter(move="write_to").exists()


def test_a_second_press_sends_no_second_sms(phone):
    case = phone.lodge()
    officer = staff("afisa.120.maji", phone.now)

    for _press in range(2):
        actions.write_to(task_of(case), words=LETTER, by=officer, at=phone.now)

    assert Notice.objects.filter(kind="written").count() == 1


def test_words_of_another_number_do_not_reach_the_case(phone):
    case = written_on(phone, phone.lodge())

    phone.sms("Ndiyo nitakuwepo hapo kesho", sender="+255713000000", after=HOUR)

    assert last_words(case)[0] == "write_to"
    assert WORDS in Complaint.objects.values_list("words", flat=True)
