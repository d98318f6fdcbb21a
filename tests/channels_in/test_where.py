"""Where it is, asked once by SMS: by number, by name, or not at all."""

import datetime as dt

import pytest

from channels_in.conversation import converse
from channels_in.incoming import Incoming
from channels_in.intake import take_in
from channels_in.where import labels_of
from complaints.models import Complaint, Entry
from complaints.states import State
from notices.rendering import is_gsm7, segments
from offices import actors
from offices.models import Office, User
from tests.world import TUESDAY
from workflows import actions
from workflows.models import ComplaintTask

pytestmark = pytest.mark.django_db

NUMBER = "+255700000012"


class Phone:
    """One number, whose messages come a minute apart."""

    def __init__(self):
        self.now, self.count = TUESDAY, 0

    def sms(self, text, *, later=dt.timedelta(minutes=1)):
        self.now += later
        self.count += 1
        incoming = Incoming(channel="sms_kannel", provider_id=f"where-{self.count}", text=text, sender=NUMBER)
        return take_in(incoming, converse, at=self.now)


@pytest.fixture
def phone():
    return Phone()


def the_case():
    return Complaint.objects.select_related("place", "category").get()


def queue_of(case):
    return (
        ComplaintTask.objects.open().main().select_related("queue__office", "queue__department").get(process=case).queue
    )


def test_a_complaint_without_a_place_is_taken_and_asked_where_it_is(phone):
    answer = phone.sms("Hakuna maji wiki nzima bomba limepasuka")

    case = the_case()
    assert (case.state, case.place) == (State.RECEIVED, None)
    assert case.reference_written in answer.text
    assert "Ni wapi?" in answer.text
    assert (segments(answer.text), is_gsm7(answer.text)) == (1, True)


def test_the_place_said_then_takes_it_straight_to_the_department(phone):
    phone.sms("Hakuna maji wiki nzima bomba limepasuka")

    answer = phone.sms("Mtaa wa Mandela Tabata")

    case = the_case()
    queue = queue_of(case)
    assert (case.state, case.place.code, queue.office.code, queue.department.code) == (
        State.QUEUED,
        "1210301",
        "120",
        "maji",
    )
    assert case.place_confidence < 1
    assert case.reference_written in answer.text
    entry = Entry.objects.filter(complaint=case).latest("number")
    assert (entry.move, entry.detail, entry.said.for_citizen) == ("route", "place:.1210301", "Mtaa wa Mandela Tabata")


def test_with_an_unsure_subject_it_goes_to_the_nearer_desk_and_no_clock_begins_anew(phone):
    phone.sms("Kuna jambo baya sana linaendelea hapa kwetu")
    due = ComplaintTask.objects.open().main().get().due_at

    phone.sms("kata ya manzese")

    case, task = the_case(), ComplaintTask.objects.open().main().get()
    assert (case.state, case.place.code, queue_of(case).office.code, task.due_at) == (
        State.RECEIVED,
        "16108",
        "16108",
        due,
    )


def test_of_several_places_of_one_name_the_number_says_which(phone):
    answer = phone.sms("Hakuna maji bomba limepasuka mtaa wa Machimbo")
    assert "1 Liwiti, 2 Kipunguni, 3 Yombo Vituka" in answer.text

    phone.sms("2")

    case = the_case()
    assert (case.place.code, case.place_confidence) == ("1212103", 1)


def test_of_too_many_places_none_is_named(phone):
    answer = phone.sms("Hakuna maji bomba limepasuka mtaa wa Kisiwani")

    assert "Ni wapi?" in answer.text
    assert "Kisiwani" not in answer.text and "2 " not in answer.text.replace(the_case().reference_written, "")


def test_one_place_alone_goes_by_its_own_name():
    assert labels_of([Office.objects.get(code="1212103")]) == "1 Machimbo"


def test_of_several_places_of_one_name_the_ward_says_which(phone):
    phone.sms("Hakuna maji bomba limepasuka mtaa wa Machimbo")

    phone.sms("Liwiti")

    assert the_case().place.code == "1211901"


@pytest.mark.parametrize("text", ["7", "sijui ni wapi hasa", "Maji yametoka sasa asante sana kwa msaada wenu mzuri"])
def test_what_names_no_place_is_never_taken_for_one_and_nobody_is_asked_twice(phone, text):
    phone.sms("Hakuna maji wiki nzima bomba limepasuka")

    answer = phone.sms(text)

    assert "Ni wapi" not in answer.text
    assert (Complaint.objects.count(), the_case().place) == (1, None)


def test_after_three_days_a_place_is_no_answer_any_more(phone):
    phone.sms("Hakuna maji wiki nzima bomba limepasuka")

    phone.sms("Mtaa wa Mandela Tabata", later=dt.timedelta(hours=73))

    assert Complaint.objects.order_by("id").first().place is None


def test_once_the_desk_has_decided_a_place_is_only_more_words(phone):
    phone.sms("Hakuna maji wiki nzima bomba limepasuka")
    case, clerk = the_case(), User.objects.get(username="karani.1")
    task = ComplaintTask.objects.open().main().get(process=case)
    place = Office.objects.get(code="12103")
    actions.route(task, category=case.category, place=place, by=actors.person(clerk, at=phone.now), at=phone.now)

    phone.sms("Mtaa wa Midizini Manzese")

    assert the_case().place == place


def test_a_protected_case_is_asked_nothing(phone):
    answer = phone.sms("mume wangu ananipiga kila siku naogopa kurudi nyumbani")

    assert "Ni wapi" not in answer.text
