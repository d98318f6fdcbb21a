"""Words of fire and violence now: 112 first, the case goes before all others; and what only sounds like it."""

import csv
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_in.emergency import speaks_of_danger
from channels_in.incoming import Incoming
from channels_in.intake import answered, lodge, take_in
from complaints.models import Complaint, Entry, Priority
from complaints.pins import pin_of
from complaints.states import State
from offices.models import User
from tests.channels_in.phones import HOUR, MINUTE, WORDS, said, state_of, task_of
from tests.world import TUESDAY
from workflows.desk import views

pytestmark = pytest.mark.usefixtures("in_swahili")

FIRE = "Nyumba inaungua moto Tabata mtaa wa Mandela"

DANGER = [
    FIRE,
    "moto unawaka soko la Kariakoo",
    "Moto umezuka sokoni Ilala tusaidieni",
    "moto unwaka jirani",
    "moto unawaka xaxa hv",
    "MOTO MOTO Kariakoo",
    "Taarifa ya moto soko la Kariakoo",
    "Moto!",
    "nyumba ya jirani inaungua",
    "nyumba inangua",
    "transfoma inawaka moto",
    "gari imewaka moto barabara ya Mandela",
    "House on fire in Mikocheni",
    "There is a fire at the market",
    "the house is burning please help",
    "Mume wangu ananipiga sasa hivi",
    "mume wangu ananipiga kila siku",
    "jirani anampiga mtoto sana",
    "ananipga sana",
    "wananipiga nisaidieni",
    "watu wanapigana na mapanga mtaani",
    "majambazi wametuvamia nyumbani",
    "tumevamiwa na wezi wana silaha",
    "anataka kuniua",
    "wanataka kumuua mtoto",
    "milio ya risasi Sinza",
    "kuna mtu anapigwa na wananchi",
    "mtu anachinjwa",
    "nisaidieni wanamchoma moto mwizi",
    "he is beating me",
    "a woman is being beaten next door",
    "robbers are in our house",
]
NO_DANGER = [
    "",
    WORDS,
    "maji ya moto hospitalini hakuna",
    "hakuna maji ya moto wodini",
    "bei ni moto sana sokoni",
    "Moto wa siasa umepoa",
    "jiko la moto shuleni limeharibika",
    "Soko la Kariakoo halina vifaa vya kuzima moto",
    "zimamoto wamechelewa kufika jana",
    "Tunaomba kituo cha zimamoto Mbagala",
    "nyumba yangu iliungua mwaka jana sijapata msaada",
    "taa za barabarani zinawaka mchana",
    "taa hazijawaka tangu jana",
    "jua linawaka",
    "wanapiga kelele usiku bar ya jirani",
    "ananipigia simu kila siku",
    "afisa anapiga simu kuomba hela",
    "bodaboda wanapigwa faini",
    "TRA wananipiga fain laki 5",
    "tunapigwa danadana ofisi ya ardhi",
    "wamevamia kiwanja changu",
    "wamevamia eneo la wazi Mbezi",
    "mbu wanatuua",
    "vumbi linatuua",
    "watoto wanapigana shuleni kila siku",
    "walinipiga jana kituo cha polisi",
    "wanaikataa kadi yangu wanataka hela",
    "wanachoma taka jirani moshi mwingi",
    "wanakata umeme kila siku",
    "nondo za daraja zimeibiwa",
    "kisu cha nyama sokoni kichafu",
    "tusaidieni maji hatuna wiki",
    "nisaidieni kupata kitambulisho hapa Tabata",
    "mama anaugua hospitali",
    "fire station is far",
    "no fire extinguisher at school",
    "I was fired from my job",
]
# Of all that the subjects are learned from and measured with, these alone are taken for danger.
SPEAK_OF_IT = {
    "umeme": 1,  # an electric fire has burned a house
    "usalama": 4,
    "ukatili": 11,
}


@pytest.mark.parametrize("text", DANGER)
def test_fire_and_violence_now_are_understood(text):
    assert speaks_of_danger(text)
    assert speaks_of_danger(text.upper())


@pytest.mark.parametrize("text", NO_DANGER)
def test_what_only_sounds_like_it_is_no_alarm(text):
    assert not speaks_of_danger(text)


def test_of_the_messages_that_subjects_are_learned_from_only_violence_and_fire_count():
    files = [*Path("benchmarks/understanding").glob("*.csv"), Path("complaints/data/sentences.csv")]
    rows = [row for path in files for row in csv.DictReader(path.open(encoding="utf-8"))]
    counted = dict.fromkeys(SPEAK_OF_IT, 0)

    for row in rows:
        if speaks_of_danger(row["text"]):
            counted[row["category"]] += 1  # another subject would be a false alarm

    assert (counted, len(rows) > 1000) == (SPEAK_OF_IT, True)


@settings(deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_any_text_can_be_read(text):
    speaks_of_danger(text)


# What follows from it.


@pytest.mark.django_db
def test_the_answer_says_112_first_and_the_case_goes_first(phone):
    answer = phone.sms(FIRE)

    case = Complaint.objects.get()
    assert answer.startswith("Kama kuna hatari sasa, PIGA 112.")
    assert case.reference_written in answer
    assert (case.priority, task_of(case).rank, case.words) == (Priority.URGENT, 0, FIRE)


@pytest.mark.django_db
def test_one_word_is_enough(phone):
    answer = phone.sms("Moto!")

    assert answer.startswith("Kama kuna hatari sasa, PIGA 112. Tumepokea")
    assert Complaint.objects.get().priority == Priority.URGENT


@pytest.mark.django_db
def test_where_it_is_is_asked_in_the_same_answer(phone):
    answer = phone.sms("transfoma inawaka moto")

    assert answer == said("emergency", ref=Complaint.objects.get().reference_written, asks=True)
    phone.sms("Mtaa wa Mandela, Tabata", after=MINUTE)
    assert Complaint.objects.get().place.code == "1210301"


@pytest.mark.django_db
def test_on_a_shared_phone_it_names_nothing_and_tells_the_digits_once(phone):
    answer = phone.sms("Mume wangu ananipiga sasa hivi, Tabata mtaa wa Mandela")

    case = Complaint.objects.get()
    assert (case.category.code, case.priority) == ("ukatili", Priority.URGENT)
    assert answer == said("emergency", ref=case.reference_written, pin=pin_of(case))
    assert pin_of(case) not in phone.sms("Bado ananipiga", after=MINUTE)


@pytest.mark.django_db
def test_danger_is_a_complaint_of_its_own_whatever_else_is_open_and_what_follows_joins_it(phone):
    phone.asked()
    phone.lodge(f"LALAMIKO {WORDS} tena")

    phone.sms(FIRE, after=MINUTE)
    phone.sms("moto unawaka sana haraka", after=MINUTE)

    urgent = Complaint.objects.get(priority=Priority.URGENT)
    assert (urgent.words, Complaint.objects.count()) == (FIRE, 3)
    assert Entry.objects.filter(complaint=urgent, move="add_words").count() == 1


@pytest.mark.django_db
def test_added_to_a_case_it_marks_that_case_and_says_so_on_the_timeline(phone):
    case = phone.answered()

    answer = phone.sms(f"HAPANA {case.reference} wananipiga hapa")

    assert answer == said("emergency", ref=case.reference_written)
    assert (state_of(case), Complaint.objects.get().priority, task_of(case).rank) == (State.QUEUED, Priority.URGENT, 0)
    assert Entry.objects.get(move="correct_priority").detail == "priority:1.2"


@pytest.mark.django_db
def test_the_same_cry_again_is_one_case_and_the_same_advice(phone):
    phone.sms(FIRE)

    assert phone.sms(FIRE, after=MINUTE).startswith("Kama kuna hatari sasa, PIGA 112.")
    assert Complaint.objects.count() == 1


@pytest.mark.django_db
def test_asking_how_it_stands_is_no_emergency(phone):
    phone.sms(FIRE)

    assert "112" not in phone.sms("HALI")


@pytest.mark.django_db
def test_an_emergency_written_on_the_web_goes_first_too():
    incoming = Incoming("web", "form-1", FIRE)
    take_in(incoming, lambda message, at: answered(lodge(message, at)), at=TUESDAY)

    assert Complaint.objects.get().priority == Priority.URGENT


@pytest.mark.django_db
def test_officers_see_it_in_the_list_and_on_the_case(phone, monkeypatch):
    phone.sms(WORDS)
    phone.sms("Wametuvamia majambazi wana bunduki wanaiba bomba la maji Tabata mtaa wa Mandela", after=HOUR)
    case = Complaint.objects.get(priority=Priority.URGENT)
    client = Client()
    queue = task_of(case).queue
    client.force_login(User.objects.get(username=f"msimamizi.{queue.office.code}.{queue.department.code}"))
    monkeypatch.setattr(views, "database_now", lambda: phone.now)

    rows = client.get("/desk/inbox/?tab=queues").content.decode()
    page = client.get(f"/desk/cases/{case.reference}/").content.decode()

    assert rows.count("DHARURA") == 1
    assert "DHARURA" in page
