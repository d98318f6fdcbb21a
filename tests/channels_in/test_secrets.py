"""Confidential complaints, and what a phone that several people hold is told of a discreet case."""

import datetime as dt

import pytest
from django.test import Client

from channels_in.models import Message
from complaints.models import Citizen, Complaint, Entry
from complaints.pins import pin_of
from complaints.states import State
from escalation.sweep import escalate
from notices.models import Notice
from notices.rendering import render
from offices.models import Body, User
from tests.channels_in.phones import HOUR, MINUTE, PHONE, SECRET, STRANGER, WORDS, said, state_of, task_of
from tests.workflows.stories import staff
from workflows import actions
from workflows.desk import views
from workflows.inbox_done import cases_of_phone
from workflows.models import BodyLink
from workflows.refusals import NotYours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_swahili")]

ABOUT_WATER = "Mafundi wa maji Tabata mtaa wa Mandela wanaiba bomba la maji usiku"


def confided(phone, words=ABOUT_WATER, name="Jina La Mlalamikaji"):
    case = phone.lodge(f"SIRI {words}")
    Citizen.objects.update(name=name)
    return Complaint.objects.select_related("citizen", "category").get(pk=case.pk)


# SIRI.


def test_siri_makes_a_confidential_complaint_and_says_so_and_nothing_else(phone):
    answer = phone.sms(f"SIRI: {ABOUT_WATER}")

    case = Complaint.objects.get()
    assert (case.confidential, case.words, case.category.code) == (True, ABOUT_WATER, "maji")
    assert answer == (
        f"Asante. Tumepokea kwa siri, namba {case.reference_written}. Ofisi haioni jina wala namba yako ya simu."
        f" Hali: tuma HALI {case.reference_written} {pin_of(case)}, kisha ufute SMS hii."
    )


def test_its_later_messages_name_neither_office_nor_words(phone):
    case = confided(phone)
    phone.officer(case, "take")
    phone.officer(case, "answer", answer="Fundi wa maji ameondolewa kazini")

    words = " ".join(render(notice) for notice in Notice.objects.order_by("id"))
    assert not {"Maji", "maji", "Nishati", "Fundi", "Tabata"} & set(words.replace(",", " ").split())
    assert case.reference_written in words
    assert words.count(pin_of(case)) == 1


def test_so_it_is_when_the_clock_hands_it_up_beside_one_that_is_not(phone):
    phone.lodge(WORDS, sender=STRANGER)
    case = confided(phone)
    Notice.objects.all().delete()

    escalate(phone.now + dt.timedelta(days=30))

    told = {notice.case_id: render(notice) for notice in Notice.objects.filter(kind="handed_up")}
    assert len(told) == 2
    assert "Wilaya" not in told[case.pk]
    assert "lalamiko" not in told[case.pk]


def test_no_page_of_the_desk_shows_name_or_number(phone, monkeypatch):
    case = confided(phone)
    phone.officer(case, "take")
    monkeypatch.setattr(views, "database_now", lambda: phone.now)
    for who in ("afisa.120.maji", "msimamizi.120.maji", "kiongozi.120", "kiongozi.1", "karani.120", "mkaguzi.1"):
        client = Client()
        client.force_login(User.objects.get(username=who))

        pages = [
            client.get(f"/desk/cases/{case.reference}/{move}").content.decode() for move in ("", "reveal/", "refer/")
        ]
        pages.append(client.get(f"/desk/inbox/?q={PHONE}").content.decode())

        for page in pages:
            assert "Mlalamikaji" not in page
            assert PHONE[-4:] not in page.replace(f"q={PHONE}", "").replace(f'value="{PHONE}"', "")
            assert f"•{PHONE[-2:]}" not in page
        assert "names_citizen" not in pages[2]


def test_only_the_leader_may_ask_for_the_number_and_that_is_written_down(phone):
    case = confided(phone)

    for who in ("afisa.120.maji", "msimamizi.120.maji", "karani.120", "mkaguzi.1"):
        with pytest.raises(NotYours):
            actions.reveal(task_of(case), reason="Nataka kumjua", by=staff(who), at=phone.now)
    shown = actions.reveal(task_of(case), reason="Maisha yake yako hatarini", by=staff("kiongozi.120"), at=phone.now)

    assert shown == PHONE
    assert Entry.objects.filter(complaint=case, move="reveal").count() == 1


def test_a_search_for_the_number_does_not_find_it(phone):
    confided(phone)
    open_one = phone.lodge(f"LALAMIKO {WORDS}")

    found = cases_of_phone(PHONE, staff("msimamizi.120.maji", phone.now), phone.now)

    assert [row["reference"] for row in found] == [open_one.reference]


def test_an_institution_is_never_given_the_name(phone):
    case = confided(phone)
    phone.officer(case, "take")
    Body.objects.filter(code="dawasa").update(email="malalamiko@maji.example")

    phone.officer(case, "refer", body=Body.objects.get(code="dawasa"), reason="Tengenezeni", names_citizen=True)

    assert BodyLink.objects.get().names_citizen is False


def test_the_office_still_writes_and_the_citizen_still_answers(phone):
    case = confided(phone)
    phone.officer(case, "write_to", words="Tupigie ukiwa peke yako.")

    assert render(Notice.objects.latest("id")) == said("written", ref=case.reference_written, discreet=True)
    assert phone.sms("Sawa nitapiga jioni") == said("added", ref=case.reference_written)


@pytest.mark.parametrize("text", ["SIRI", "siri.", "SIRI x"])
def test_siri_alone_is_asked_for_the_complaint(phone, text):
    assert phone.sms(text) == said("need_more")
    assert not Complaint.objects.exists()


def test_siri_sent_again_is_one_complaint_and_the_answer_holds_no_digits(phone):
    case = confided(phone)

    assert phone.sms(f"SIRI {ABOUT_WATER}") == said("duplicate", ref=case.reference_written)
    assert Complaint.objects.count() == 1


# HALI of a discreet case.


def test_hali_alone_never_tells_of_a_discreet_case(phone):
    phone.lodge(SECRET)
    assert phone.sms("HALI") == said("no_such")
    confided(phone)
    assert phone.sms("HALI") == said("no_such")
    open_one = phone.lodge(f"LALAMIKO {WORDS}")

    assert open_one.reference_written in phone.sms("HALI")


def test_the_reference_of_a_discreet_case_needs_its_digits(phone):
    case = confided(phone)
    asked = said("need_pin", ref=case.reference_written)

    assert [phone.sms(f"HALI {case.reference}"), phone.sms(case.reference_written)] == [asked, asked]
    assert phone.sms(f"HALI {case.reference} {_wrong(case)}") == asked
    told = phone.sms(f"HALI {case.reference_written} {pin_of(case)}")
    assert told.startswith(f"Namba {case.reference_written}: {State.QUEUED.label}.")
    assert phone.sms(f"{case.reference_written} {pin_of(case)}") == told


def test_after_five_wrong_tries_the_right_digits_do_not_help_until_tomorrow(phone):
    case = phone.lodge(SECRET)
    asked = said("need_pin", ref=case.reference_written)

    for _try in range(5):
        phone.sms(f"HALI {case.reference} {_wrong(case)}", after=MINUTE)

    assert phone.sms(f"HALI {case.reference} {pin_of(case)}", after=MINUTE) == asked
    assert phone.sms(f"HALI {case.reference} {pin_of(case)}", after=25 * HOUR) != asked


def test_the_digits_of_a_case_do_not_help_another_phone(phone):
    case = phone.lodge(SECRET)

    assert phone.sms(f"HALI {case.reference} {pin_of(case)}", sender=STRANGER) == said("no_such")


def test_no_answer_to_another_word_tells_the_digits_again(phone):
    case = phone.lodge(SECRET)
    for command in ("GHAIRI {}", "HAPANA {} bado", "HALI {}", "ONGEZA {} maneno zaidi ya hayo"):
        phone.sms(command.format(case.reference))

    later = Message.objects.order_by("id")[1:]
    assert not any(pin_of(case) in message.answer["text"] for message in later)
    assert state_of(case) in State.values


def _wrong(case):
    return f"{(int(pin_of(case)) + 1) % 10_000:04d}"


def test_where_its_subject_is_unsure_the_region_reads_it_first_and_not_the_office_it_may_be_about(phone):
    case = phone.lodge("SIRI Mtendaji ameomba rushwa ofisi ya kata Tabata mtaa wa Mandela")

    assert (case.state, case.place.code) == (State.RECEIVED, "1210301")
    assert task_of(case).queue.office.code == "1"
