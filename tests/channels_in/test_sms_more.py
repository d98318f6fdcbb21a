"""Stopping, marks, the language of a new number, the question what it is about, and silence after too much."""

import datetime as dt

import pytest

from channels_in.language import language_of
from channels_in.models import Message
from channels_in.too_much import MOST_AN_HOUR
from complaints.models import Citizen, Complaint, Entry
from complaints.states import State
from notices.models import Notice
from tests.channels_in.phones import HOUR, MINUTE, OTHER, STRANGER, WORDS, last_words, said, state_of, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_swahili")]


# ACHA and ANZA.


@pytest.mark.parametrize("word", ["ACHA", "stop", "Sitisha.", "ONDOA", "DSM acha"])
def test_stop_as_the_whole_message_sends_nothing_more_and_the_handling_goes_on(phone, word):
    case = phone.lodge()

    assert phone.sms(word) == said("stopped")
    phone.officer(case, "take")
    phone.officer(case, "answer", answer="Bomba limetengenezwa leo")

    assert state_of(case) == State.ANSWERED
    assert not Notice.objects.filter(status="queued").exists()
    assert "Bomba limetengenezwa leo." in phone.sms("HALI")
    assert phone.sms("NDIYO") == said("confirmed", ref=case.reference_written, days=30)


def test_after_start_messages_come_again(phone):
    case = phone.lodge()
    phone.sms("ACHA")

    assert phone.sms("Anza") == said("started")
    phone.officer(case, "take")

    assert Notice.objects.filter(status="queued", kind="taken").exists()


@pytest.mark.parametrize(
    "text",
    [
        "Acha kutudanganya, barabara haijajengwa",
        "Stop the noise in Sinza please",
        "Ondoa takataka hapa mtaani",
        "Anza kujenga daraja letu",
    ],
)
def test_a_sentence_that_begins_so_is_a_complaint(phone, text):
    phone.sms(text)

    assert Complaint.objects.get().words == text
    assert not Citizen.objects.get().quiet


def test_stop_of_a_number_that_never_wrote_is_answered(phone):
    assert phone.sms("ACHA") == said("stopped")
    assert not Citizen.objects.exists()


# Marks.


@pytest.mark.parametrize("text", ["5", "ALAMA 5", "alama {ref} 5", "RATE 5.", "5 asante sana"])
def test_a_mark_is_noted_on_the_case_that_was_confirmed(phone, text):
    case = phone.answered()
    phone.sms("NDIYO")

    answer = phone.sms(text.format(ref=case.reference_written))

    assert answer == said("rated", n=5)
    entry = Entry.objects.get(complaint=case, move="rate")
    assert (entry.detail, entry.actor_kind, state_of(case)) == ("stars:5", "citizen", State.CLOSED)


def test_the_next_case_can_be_given_the_same_mark(phone):
    first = phone.answered()
    phone.sms("NDIYO")
    phone.sms("5")
    phone.sms("5", after=MINUTE)
    second = phone.answered(f"LALAMIKO {WORDS} tena")
    phone.sms("NDIYO")
    phone.sms("5")

    assert [Entry.objects.filter(complaint=case, move="rate").count() for case in (first, second)] == [1, 1]


@pytest.mark.parametrize("text", ["ALAMA 9", "ALAMA", "ALAMA 0", "alama {ref} 12"])
def test_what_is_no_mark_is_shown_how(phone, text):
    case = phone.answered()
    phone.sms("NDIYO")

    assert phone.sms(text.format(ref=case.reference)) == said("bad_rate", ref=case.reference_written)


def test_before_it_is_answered_and_of_anothers_case_no_mark_is_taken(phone):
    case = phone.lodge()

    assert phone.sms(f"ALAMA {case.reference} 4") == said(
        "not_open", ref=case.reference_written, state=State(state_of(case)).label
    )
    assert phone.sms(f"ALAMA {case.reference} 4", sender=STRANGER) == said("no_such")
    assert phone.sms("5", sender=STRANGER) == said("need_more")
    assert not Entry.objects.filter(move="rate").exists()


def test_a_number_alone_after_three_days_is_no_mark(phone):
    phone.answered()
    phone.sms("NDIYO")

    assert phone.sms("5", after=73 * HOUR) == said("need_more")


# The language of a new number.


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("No water in Tabata since Monday", "en"),
        ("The road near our school is broken", "en"),
        ("HELP", "en"),
        ("STATUS", "en"),
        (WORDS, "sw"),
        ("Maji hakuna, no water Tabata mtaa wa Mandela", "sw"),
        ("Tunaomba street light hapa kwetu", "sw"),
        ("HALI", "sw"),
        ("", "sw"),
        ("NHIF", "sw"),
    ],
)
def test_the_language_of_a_text_is_told_by_its_small_words(text, language):
    assert language_of(text) == language


def test_a_new_number_is_answered_in_its_own_language_and_so_are_its_notices(phone):
    answer = phone.sms("There is no water in our street, Tabata Mandela, for three days")
    case = Complaint.objects.get()
    phone.officer(case, "take")

    assert answer.startswith("Thank you.")
    assert (case.language, Citizen.objects.get().language, Notice.objects.latest("id").language) == ("en", "en", "en")
    assert phone.sms("HELP", sender=STRANGER) == said("help", "en")


def test_a_number_that_we_know_keeps_its_language_until_it_says_otherwise(phone):
    phone.lodge()

    assert phone.sms("Help") == said("help")
    assert phone.sms("ENGLISH") == said("help", "en")
    assert phone.sms("MSAADA") == said("help", "en")


# What it is about.

UNSURE = "Bomba la umeme Tabata mtaa wa Mandela"


def asked_about(phone):
    case = phone.lodge(UNSURE)
    question = Message.objects.latest("id").answer
    assert question["facts"].get("asks") == "subject", question
    return case, question


def test_with_a_sure_place_and_an_unsure_subject_one_question_settles_it(phone):
    case, question = asked_about(phone)

    assert (case.state, case.reference_written in question["text"]) == (State.RECEIVED, True)
    answer = phone.sms("1")
    case = Complaint.objects.select_related("category").get()

    assert (case.state, case.category.code, case.category_confidence) == (
        State.QUEUED,
        question["facts"]["choices"][0],
        1,
    )
    assert answer.startswith(f"Asante. Tumefikisha lalamiko lako, namba {case.reference_written}")
    assert last_words(case) == ("route", "1")
    assert task_of(case).queue.department_id == case.category.department_id


def test_the_same_number_answers_the_next_complaints_question(phone):
    asked_about(phone)
    phone.sms("1")
    phone.sms(f"LALAMIKO {UNSURE} tena", after=11 * MINUTE)
    phone.sms("1")

    assert [case.state for case in Complaint.objects.all()] == [State.QUEUED, State.QUEUED]


def test_a_number_that_was_not_offered_chooses_nothing(phone):
    case, _question = asked_about(phone)

    assert phone.sms("9") == said("need_more")
    assert state_of(case) == State.RECEIVED


def test_a_word_of_its_name_chooses_it_too(phone):
    asked_about(phone)
    phone.sms("Maji")

    assert Complaint.objects.select_related("category").get().category.code == "maji"


def test_where_and_what_are_never_both_asked(phone):
    phone.sms("Bomba la umeme limevunjika")
    phone.sms("Mtaa wa Mandela, Tabata")

    asked = [message.answer["facts"].get("asks") for message in Message.objects.order_by("id")]
    assert asked == ["place", None]
    assert Complaint.objects.get().place.code == "1210301"


# Too much.


def test_too_much_is_said_once_and_then_answered_with_silence(phone):
    second = dt.timedelta(seconds=10)
    answers = [phone.sms(f"MSAADA {'.' * number}", after=second) for number in range(MOST_AN_HOUR + 4)]

    assert answers[MOST_AN_HOUR:] == [said("busy"), "", "", ""]
    assert phone.sms("MSAADA", after=2 * HOUR) == said("help")
    assert Message.objects.count() == MOST_AN_HOUR + 5


def test_what_the_operator_delivers_again_is_not_counted(phone):
    case = phone.lodge()
    for _again in range(MOST_AN_HOUR + 5):
        assert phone.sms(WORDS, after=dt.timedelta(seconds=1)) == said("duplicate", ref=case.reference_written)

    assert phone.sms(OTHER, after=MINUTE) != said("busy")


# Withdrawing, and a story in pieces.


def test_a_story_in_four_messages_is_one_complaint(phone):
    case = phone.lodge("Maji hayatoki Tabata mtaa wa Mandela")
    for more in ("tangu wiki iliyopita", "tumepiga simu DAWASA hawaji", "watoto wanaugua"):
        phone.sms(more, after=2 * MINUTE)

    assert Complaint.objects.count() == 1
    assert Entry.objects.filter(complaint=case, move="add_words").count() == 3


@pytest.mark.parametrize("command", ["GHAIRI {ref}", "cancel {ref}", "Ghairi namba {ref}"])
def test_a_case_is_withdrawn_by_its_reference(phone, command):
    case = phone.lodge()

    phone.sms(command.format(ref=case.reference_written))

    assert Complaint.objects.get().outcome == "withdrawn"
