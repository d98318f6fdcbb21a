"""What each SMS does and what is said back: commands, questions, repeats, limits, and other people's references."""

import datetime as dt

import pytest
from django.utils.translation import override

from channels_in.models import Message
from channels_in.too_much import MOST_A_DAY, MOST_AN_HOUR
from complaints.models import Citizen, Complaint, Entry
from complaints.pins import pin_of
from complaints.states import State
from notices.models import Notice
from notices.rendering import segments
from offices import actors
from offices.models import User
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
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_swahili")]


# A new complaint.


def test_free_text_is_a_complaint_and_the_answer_is_its_notice(phone):
    answer = phone.sms("DSM " + WORDS)

    case, notice = Complaint.objects.get(), Notice.objects.get()
    assert (case.words, case.channel, case.category.code, case.place.code) == (WORDS, "sms_kannel", "maji", "1210301")
    assert (case.state, str(task_of(case).queue.office.code)) == (State.QUEUED, "120")
    assert answer == (
        f"Asante. Tumefikisha lalamiko lako, namba {case.reference_written}, kwa Maji na Nishati."
        " Utajibiwa kufikia 01/12/2026. Kujua hali, tuma HALI kwenda 15200."
    )
    assert (notice.status, notice.address, notice.kind) == ("answered", "", "queued")


def test_without_a_sure_subject_it_waits_at_the_desk_of_the_place(phone):
    case = phone.lodge("Kuna jambo baya sana hapa kata ya Tabata")

    queue = task_of(case).queue
    assert (case.state, queue.office.code, queue.department.code) == (State.RECEIVED, "12103", "malalamiko")


def test_with_neither_it_waits_at_the_desk_of_the_region(phone):
    case = phone.lodge("Naomba kuonana na mkuu kwa jambo langu")

    assert (case.state, case.category, case.place, task_of(case).queue.office.code) == (State.RECEIVED, None, None, "1")


@pytest.mark.parametrize(
    "text", ["", "DSM", "maji", "Habari yako", "...", "1 2 3 4", "\U0001f6a1 \U0001f6a1 \U0001f6a1"]
)
def test_too_few_words_are_asked_for_more_and_nothing_is_lodged(phone, text):
    assert phone.sms(text) == said("need_more")
    assert not Complaint.objects.exists()
    assert not Citizen.objects.exists()


@pytest.mark.parametrize("text", ["Hakuna maji", "Hakuna maji hapa", "majihayatokitabata"])
def test_three_words_or_twelve_letters_are_enough(phone, text):
    phone.sms(text)

    assert Complaint.objects.count() == (len(text) > 11)


def test_the_same_text_within_a_day_is_answered_with_the_first_reference(phone):
    case = phone.lodge()

    assert phone.sms("maji HAYATOKI, Tabata mtaa wa Mandela siku ya 3!", after=23 * HOUR) == said(
        "duplicate", ref=case.reference_written
    )
    assert Complaint.objects.count() == 1


def test_the_same_text_after_a_day_or_from_another_phone_is_another_complaint(phone):
    phone.lodge()
    phone.lodge(sender=STRANGER)
    phone.sms(WORDS, after=25 * HOUR)

    assert Complaint.objects.count() == 3


def test_what_follows_within_ten_minutes_is_more_of_the_same(phone):
    case = phone.lodge()

    answer = phone.sms("karibu na msikiti mkubwa", after=9 * MINUTE)

    assert answer == said("added", ref=case.reference_written)
    assert (last_words(case), Complaint.objects.count()) == (("add_words", "karibu na msikiti mkubwa"), 1)


def test_what_follows_later_or_with_its_own_command_is_another_complaint(phone):
    phone.lodge()
    phone.sms(f"LALAMIKO {OTHER}", after=MINUTE)
    phone.sms("Umeme hakuna Tabata tangu jana", after=11 * MINUTE)

    assert sorted(Complaint.objects.values_list("words", flat=True)) == sorted(
        [WORDS, OTHER, "Umeme hakuna Tabata tangu jana"]
    )


def test_once_an_officer_has_it_what_follows_is_another_complaint(phone):
    case = phone.lodge()
    officer = actors.person(User.objects.get(username="afisa.120.maji"), at=phone.now)
    actions.take(task_of(case), by=officer, at=phone.now)

    phone.sms(OTHER, after=MINUTE)

    assert Complaint.objects.count() == 2


# HALI.


def test_hali_alone_tells_of_the_latest(phone):
    phone.lodge()
    case = phone.lodge(OTHER)

    answer = phone.sms("HALI")

    with override("sw"):
        state = str(State.QUEUED.label)
    assert answer == f"Namba {case.reference_written}: {state}. Ofisi: Kata ya Tabata. Tarehe ya mwisho: 27/11/2026."


def test_hali_says_the_question_or_the_answer_again(phone):
    asked = phone.asked()
    assert "Nyumba namba ngapi?" in phone.sms("HALI")

    phone.sms(f"ONGEZA {asked.reference} tano")
    phone.officer(asked, "answer", answer="Bomba limetengenezwa leo")
    assert "Bomba limetengenezwa leo." in phone.sms(f"hali {asked.reference_written}")


def test_hali_of_a_stranger_is_answered_as_if_there_were_no_such_number(phone):
    case = phone.answered()
    phone.lodge(OTHER, sender=STRANGER)
    commands = ["HALI {}", "{}", "NDIYO {}", "HAPANA {} bado", "ONGEZA {} nyumba 5", "GHAIRI {}", "BADO {}"]
    unknown, wrong = "264831920576", "264831920577"

    for command in commands:
        answers = {phone.sms(command.format(ref), sender=STRANGER) for ref in (case.reference, unknown, wrong)}
        assert answers == {said("no_such")}
    assert (state_of(case), Entry.objects.filter(complaint=case).count()) == (State.ANSWERED, 3)


def test_hali_of_a_phone_that_never_complained_tells_nothing(phone):
    phone.lodge()

    assert phone.sms("HALI", sender=STRANGER) == said("no_such")


def test_a_protected_case_says_neither_subject_nor_office(phone):
    answer = phone.sms(SECRET)
    case = Complaint.objects.get()
    status = phone.sms(f"HALI {case.reference} {pin_of(case)}")

    assert case.category.code == "ukatili"
    for words in (answer, status):
        assert case.reference_written in words
        assert not {"Ofisi", "Ustawi", "jamii", "ukatili"} & set(words.replace(".", "").split())


def test_a_joined_case_shows_its_leads_state(phone):
    lead, case = phone.lodge(), phone.lodge("Bomba la maji limepasuka Tabata Mandela")
    phone.officer(case, "merge", into=lead, reason="Ni tatizo moja")

    answer = phone.sms(f"HALI {case.reference}")

    with override("sw"):
        assert str(State.QUEUED.label) in answer
        assert str(State.CLOSED.label) not in answer


def test_words_to_a_joined_case_are_taken_for_the_one_that_goes_on(phone):
    lead, case = phone.lodge(), phone.lodge("Bomba la maji limepasuka Tabata Mandela")
    phone.officer(case, "merge", into=lead, reason="Ni tatizo moja")

    assert phone.sms(f"ONGEZA {case.reference} karibu na shule") == said("added", ref=case.reference_written)


# NDIYO and HAPANA.


def test_ndiyo_closes_the_one_case_that_waits_for_it(phone):
    case = phone.answered()

    answer = phone.sms("Ndiyo, asante sana")

    assert answer == said("confirmed", ref=case.reference_written, days=30)
    assert (state_of(case), Complaint.objects.get().outcome) == (State.CLOSED, "confirmed")


def test_hapana_takes_the_one_case_one_level_up_with_its_words(phone):
    case = phone.answered()

    answer = phone.sms("HAPANA bado hayatoki")

    assert (state_of(case), task_of(case).queue.office.code) == (State.QUEUED, "12")
    assert last_words(case) == ("dispute", "bado hayatoki")
    assert answer.startswith(f"Pole. Tumepeleka lalamiko {case.reference_written} ")


def test_hapana_needs_no_words(phone):
    case = phone.answered()
    phone.sms("HAPANA")

    assert state_of(case) == State.QUEUED


@pytest.mark.parametrize("command", ["NDIYO", "HAPANA", "HAPANA bado hayatoki"])
def test_when_several_wait_we_ask_which(phone, command):
    first, second = phone.answered(), phone.answered("LALAMIKO Bomba la maji limepasuka Tabata Mandela")

    assert phone.sms(command) == said("which", ref=second.reference_written, n=2)
    assert (state_of(first), state_of(second)) == (State.ANSWERED, State.ANSWERED)


def test_the_reference_says_which(phone):
    first, second = phone.answered(), phone.answered("LALAMIKO Bomba la maji limepasuka Tabata Mandela")

    phone.sms(f"NDIYO {first.reference_written}")
    phone.sms(f"hapana {second.reference} bado")

    assert (state_of(first), state_of(second)) == (State.CLOSED, State.QUEUED)


@pytest.mark.parametrize(
    "command", ["NDIYO", "HAPANA", "Hapana bado", "Ndiyo asante sana", "NDIYO {ref}", "HAPANA {ref} bado"]
)
def test_before_an_answer_neither_can_be_said(phone, command):
    case = phone.lodge()

    answer = phone.sms(command.format(ref=case.reference))

    assert answer == said("not_open", ref=case.reference_written, state=State.QUEUED.label)
    assert (state_of(case), Complaint.objects.count()) == (State.QUEUED, 1)


@pytest.mark.parametrize("text", ["Hapana maji kabisa mtaa wa Mandela Tabata", "No water in Tabata since Monday"])
def test_with_nothing_to_deny_a_sentence_that_begins_with_no_is_a_complaint(phone, text):
    phone.sms(text)

    assert Complaint.objects.get().words == text


def test_such_a_sentence_sent_again_is_no_second_complaint(phone):
    phone.sms("No water in Tabata since Monday")
    phone.sms("no water in Tabata since MONDAY", after=5 * HOUR)

    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["No water in Manzese, Midizini street, for 3 days.", "Hapana maji Manzese siku ya tatu leo"]
)
def test_no_before_another_place_is_a_new_complaint_and_denies_no_answer(phone, text):
    case = phone.answered()

    phone.sms(text)

    assert (state_of(case), Complaint.objects.latest("id").words) == (State.ANSWERED, text)


@pytest.mark.parametrize("text", ["HAPANA maji bado hayatoki", "Hapana, mtaa wa Mandela bado kabisa"])
def test_no_before_the_cases_own_subject_or_place_denies_the_answer(phone, text):
    case = phone.answered()

    phone.sms(text)

    assert (state_of(case), Complaint.objects.count()) == (State.QUEUED, 1)


def test_no_before_another_subject_is_asked_about_and_kept(phone):
    case = phone.answered()

    answer = phone.sms("HAPANA takataka hazijazolewa kabisa")

    assert (state_of(case), Complaint.objects.count()) == (State.ANSWERED, 1)
    assert answer == said("yes_or_no", ref=case.reference_written)
    assert last_words(case) == ("add_words", "HAPANA takataka hazijazolewa kabisa")


@pytest.mark.parametrize(
    "text",
    ["Bado maji hayatoki mtaani kwetu", "Asante sana, tatizo limekwisha", "Asante", "Mtaa wa Mandela hakuna kitu"],
)
def test_words_on_an_answer_are_kept_and_asked_for_a_plain_yes_or_no(phone, text):
    case = phone.answered()

    answer = phone.sms(text)

    assert answer == said("yes_or_no", ref=case.reference_written)
    assert (state_of(case), last_words(case), Complaint.objects.count()) == (State.ANSWERED, ("add_words", text), 1)


@pytest.mark.parametrize(
    "text",
    ["Umeme umekatika tangu jana usiku", "Maji hayatoki Manzese siku ya tatu", SECRET, "Binti amebakwa hapa jirani"],
)
def test_another_place_or_subject_is_a_complaint_though_an_answer_waits_for_a_word(phone, text):
    case = phone.answered()

    phone.sms(text)

    assert (state_of(case), Complaint.objects.latest("id").words) == (State.ANSWERED, text)


def test_hapana_with_a_reason_opens_the_case_again_that_lapsed(phone):
    case = phone.lapsed()

    phone.sms("HAPANA hawajaja mpaka leo")

    assert (state_of(case), Complaint.objects.count()) == (State.QUEUED, 1)
    assert last_words(case) == ("reopen", "hawajaja mpaka leo")


@pytest.mark.parametrize("text", ["Hapana maji kabisa mtaa wa Mandela Tabata", "Hapana umeme tangu jana"])
def test_hapana_with_a_place_or_another_subject_is_a_new_complaint_after_the_lapse(phone, text):
    case = phone.lapsed()

    phone.sms(text)

    assert (state_of(case), Complaint.objects.latest("id").words) == (State.CLOSED, text)


def test_hapana_opens_a_closed_case_again(phone):
    case = phone.answered()
    phone.sms("NDIYO")

    answer = phone.sms(f"HAPANA {case.reference} limerudi")

    assert (state_of(case), task_of(case).queue.office.code) == (State.QUEUED, "12")
    assert answer.startswith(f"Tumekusikia. Namba {case.reference_written} imefunguliwa tena")


@pytest.mark.parametrize("command", ["NDIYO {ref}", "NDIYO", "HAPANA"])
def test_of_a_closed_case_we_say_that_it_is_and_how_to_open_it(phone, command):
    case = phone.answered()
    phone.sms(f"NDIYO {case.reference}")

    assert phone.sms(command.format(ref=case.reference), after=24 * HOUR) == said(
        "closed_already", ref=case.reference_written, days=29
    )


def test_an_ended_case_answers_that_a_new_message_is_needed(phone):
    case = phone.answered()
    phone.sms("NDIYO")
    phone.now += dt.timedelta(days=40)
    actions.end(task_of(case), at=phone.now)

    for command in ("HAPANA {}", "NDIYO {}", "ONGEZA {} maneno"):
        assert phone.sms(command.format(case.reference)) == said("closed_already", ref=case.reference_written)


# ONGEZA, and answers to questions.


def test_a_free_text_answers_the_one_open_question(phone):
    case = phone.asked()

    answer = phone.sms("Namba tano")

    assert (state_of(case), last_words(case)) == (State.IN_HAND, ("reply", "Namba tano"))
    assert answer.startswith(f"Kazi ya namba {case.reference_written} inaendelea")
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    "command", ["ONGEZA nyumba namba tano", "ONGEZA {ref} nyumba namba tano", "maelezo {ref}: nyumba namba tano"]
)
def test_ongeza_answers_the_question(phone, command):
    case = phone.asked()
    phone.sms(command.format(ref=case.reference_written))

    assert (state_of(case), last_words(case)) == (State.IN_HAND, ("reply", "nyumba namba tano"))


def test_with_several_questions_a_free_text_is_a_complaint_and_ongeza_is_shown_how(phone):
    phone.asked()
    second = phone.asked("LALAMIKO Bomba la maji limepasuka Tabata Mandela")

    assert phone.sms("ONGEZA nyumba namba tano") == said(
        "asked", ref=second.reference_written, question="Nyumba namba ngapi?"
    )
    phone.sms(OTHER)
    assert Complaint.objects.count() == 3


def test_a_question_whose_time_has_run_out_is_answered_until_the_clock_has_said_so(phone):
    case = phone.asked()
    phone.now = task_of(case).due_at

    phone.sms("Nyumba namba tano")

    assert (state_of(case), Complaint.objects.count()) == (State.IN_HAND, 1)


def test_the_same_reply_to_the_next_question_is_taken(phone):
    case = phone.asked(question="Mtaa gani?")
    phone.sms("Sijui kabisa jamani")
    phone.officer(case, "ask", question="Lini?")

    answer = phone.sms("Sijui kabisa jamani")
    again = phone.sms("Sijui kabisa jamani", after=2 * MINUTE)

    assert (state_of(case), last_words(case)) == (State.IN_HAND, ("reply", "Sijui kabisa jamani"))
    assert answer.startswith(f"Kazi ya namba {case.reference_written} inaendelea")
    assert again == said("duplicate", ref=case.reference_written)
    assert Entry.objects.filter(complaint=case, move="reply").count() == 2


def test_the_complaint_delivered_again_is_no_answer_to_a_question(phone):
    case = phone.asked()

    assert phone.sms(WORDS) == said("duplicate", ref=case.reference_written)
    assert state_of(case) == State.WAITING


@pytest.mark.parametrize(
    "text", ["NDIYO", "Hapana", "Hapana bado", "NDIYO {ref}", "HAPANA {ref} bado hayajarudi", "Hapana maji bado kabisa"]
)
def test_yes_or_no_answers_a_question(phone, text):
    case = phone.asked(question="Je, maji yamerudi?")
    text = text.format(ref=case.reference)

    answer = phone.sms(text)
    again = phone.sms(text, after=2 * MINUTE)

    assert (state_of(case), last_words(case)) == (State.IN_HAND, ("reply", text))
    assert answer.startswith(f"Kazi ya namba {case.reference_written} inaendelea")
    assert again in (answer, said("duplicate", ref=case.reference_written))
    assert (Entry.objects.filter(complaint=case, move="reply").count(), Complaint.objects.count()) == (1, 1)


def test_no_to_one_of_two_questions_is_shown_how_to_name_it(phone):
    phone.asked()
    second = phone.asked("LALAMIKO Bomba la maji limepasuka Tabata Mandela")

    assert phone.sms("Hapana") == said("asked", ref=second.reference_written, question="Nyumba namba ngapi?")


def test_ongeza_adds_words_to_a_case_in_any_state_but_ended(phone):
    case = phone.answered()
    entries = Entry.objects.filter(complaint=case).count()

    assert phone.sms(f"ONGEZA {case.reference} karibu na shule") == said("added", ref=case.reference_written)
    phone.sms("NDIYO")
    assert phone.sms(f"ONGEZA {case.reference} ahsanteni") == said(
        "closed_already", ref=case.reference_written, added=True, days=29
    )
    assert Entry.objects.filter(complaint=case).count() == entries + 3


def test_ongeza_without_words_is_asked_for_them(phone):
    case = phone.lodge()

    assert phone.sms(f"ONGEZA {case.reference}") == said("need_more")


def test_ongeza_with_nothing_to_add_to_is_a_sentence(phone):
    phone.sms("Ongeza walimu shule ya msingi Tabata")

    assert Complaint.objects.get().words == "Ongeza walimu shule ya msingi Tabata"


# The rest.


def test_ghairi_withdraws_the_named_case_alone(phone):
    case = phone.lodge()

    assert case.reference_written in phone.sms(f"GHAIRI {case.reference}")
    assert Complaint.objects.get().outcome == "withdrawn"


def test_msaada_explains(phone):
    assert phone.sms("Msaada") == said("help")


def test_lugha_changes_the_language_of_all_that_follows(phone):
    case = phone.lodge()
    assert phone.sms("LUGHA EN") == said("help", "en")
    phone.officer(case, "take")

    assert Notice.objects.latest("id").language == "en"
    assert phone.sms("Ndiyo") == said("not_open", "en", ref=case.reference_written, state=_label("en", State.IN_HAND))
    assert phone.sms("sw") == said("help")


def test_lugha_of_a_new_phone_is_kept_for_its_first_complaint(phone):
    phone.sms("ENGLISH")
    case = phone.lodge()

    assert (case.language, Citizen.objects.get().language) == ("en", "en")


def _label(language, state):
    with override(language):
        return str(state.label)


# The operator delivers a message again under another id.


@pytest.mark.parametrize(
    ("begin", "command", "entries"),
    [
        ("answered", "NDIYO {ref}", 1),
        ("answered", "HAPANA bado maji hayatoki kabisa", 1),
        ("answered", "HAPANA {ref} bado", 1),
        ("lodge", "ONGEZA {ref} nyumba namba tano", 1),
        ("asked", "ONGEZA {ref} nyumba namba tano", 1),
        ("asked", "ONGEZA nyumba namba tano", 1),
        ("asked", "nyumba namba tano karibu na shule", 1),
    ],
)
def test_a_command_delivered_again_does_nothing_new(phone, begin, command, entries):
    case = getattr(phone, begin)()
    before = Entry.objects.count()
    text = command.format(ref=case.reference)

    first, second = phone.sms(text), phone.sms(text, after=2 * MINUTE)

    assert (Entry.objects.count() - before, Complaint.objects.count()) == (entries, 1)
    assert second in (first, said("duplicate", ref=case.reference_written))


def test_ndiyo_to_the_next_case_is_no_repeat(phone):
    first = phone.answered()
    phone.sms("NDIYO")
    second = phone.answered("LALAMIKO Bomba la maji limepasuka Tabata Mandela")
    phone.sms("NDIYO", after=MINUTE)

    assert (state_of(first), state_of(second)) == (State.CLOSED, State.CLOSED)


# Too much.


def test_one_phone_makes_only_so_many_complaints_a_day(phone):
    answers = [
        phone.sms(f"Maji hayatoki Tabata nyumba ya {number}", after=12 * MINUTE) for number in range(MOST_A_DAY + 1)
    ]

    assert (answers[-1], Complaint.objects.count()) == (said("busy"), MOST_A_DAY)
    assert phone.sms("Maji hayatoki Tabata nyumba ya 0") != said("busy")  # known already
    phone.sms("Maji hayatoki Tabata leo tena", after=24 * HOUR)
    assert Complaint.objects.count() == MOST_A_DAY + 1


def test_one_phone_sends_only_so_much_an_hour(phone):
    answers = [phone.sms("MSAADA", after=dt.timedelta(seconds=10)) for _ in range(MOST_AN_HOUR + 1)]

    assert answers[MOST_AN_HOUR - 1 :] == [said("help"), said("busy")]
    assert phone.sms("MSAADA", sender=STRANGER, after=MINUTE) == said("help")
    assert phone.sms("MSAADA", after=2 * HOUR) == said("help")


# What is kept, and what is said.


def test_every_message_is_kept_with_its_answer_and_its_complaint(phone):
    case = phone.lodge()
    phone.sms("HALI")
    phone.sms("MSAADA")

    kept = list(Message.objects.order_by("id").values_list("text", "complaint", "answer__facts"))
    assert kept == [(WORDS, case.pk, {"done": True}), ("HALI", case.pk, {}), ("MSAADA", None, {})]


def test_every_answer_is_one_sms(phone):
    case = phone.asked()
    texts = [
        "HALI",
        "MSAADA",
        "x",
        f"HALI {STRANGER}",
        "NDIYO",
        f"ONGEZA {case.reference} tano",
        WORDS,
        OTHER,
        "HAPANA",
    ]

    assert {segments(phone.sms(text)) for text in texts} == {1}
