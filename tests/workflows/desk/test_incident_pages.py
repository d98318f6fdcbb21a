"""The pages of known incidents: a supervisor enters one, changes it and closes it; a case shows it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import KnownIncident
from offices.forms import spoken
from tests.workflows.desk.conftest import Text
from tests.workflows.stories import category, lodged, nothing_changes, office, posted, state_of
from tests.workflows.test_incidents import DONE, WORDS, closed, entered
from tests.world import TUESDAY
from workflows import incidents

pytestmark = pytest.mark.django_db

NOW = TUESDAY + dt.timedelta(hours=2)
SUPERVISOR = "msimamizi.120.maji"


def words_of(page):
    """Give the words of a page as one line."""
    return " ".join(Text(page).pieces)


def statements(client, page):
    """Count what a page asks of the database, the second time it is opened."""
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def says(**other):
    """Give what the form of an incident sends."""
    return {
        "category": category().pk, "places": [office("12103").pk], "place": "", "words_sw": WORDS,
        "words_en": "The main pipe is broken", "until": "26/11/2026",
    } | other  # fmt: skip


@pytest.fixture
def supervisor(desk, clock):
    """Give the desk of the supervisor."""
    clock(NOW)
    return desk.sit(SUPERVISOR)


def test_an_incident_is_entered_changed_and_closed_and_everybody_is_asked(supervisor):
    went = supervisor.client.post("/desk/incidents/new/", says())
    incident = KnownIncident.objects.get()
    story = lodged(at=NOW)
    assert went.url == f"/desk/incidents/{incident.pk}/"
    assert (incident.queue.office.code, [place.code for place in incident.places.all()]) == ("120", ["12103"])
    page = words_of(supervisor.client.get(went.url))
    assert "Whoever complains of it is told from now on." in page
    assert "1 complaint; open: 1" in page
    assert story.case.reference_written in page

    supervisor.client.post(went.url, says(until="30/11/2026"))
    assert "30/11/2026" in words_of(supervisor.client.get("/desk/incidents/"))

    went = supervisor.client.post(f"{went.url}close/", {"closing_sw": DONE, "closing_en": "The pipe is mended"})
    waiting = words_of(supervisor.client.get(went.url))
    incidents.settle(NOW)
    told = words_of(supervisor.client.get(went.url))

    assert "1 complaint still waits for this answer" in waiting
    assert "Everybody has been told." in told and "The pipe is mended" in told
    assert state_of(story) == "answered"


def test_a_place_may_be_named_in_words_and_both_count(supervisor):
    supervisor.client.post("/desk/incidents/new/", says(place=spoken(office("1210302"))))
    supervisor.client.post("/desk/incidents/new/", says(places=[], place=spoken(office("1210302"))))

    places = [sorted(each.places.values_list("code", flat=True)) for each in KnownIncident.objects.order_by("id")]
    assert places == [["12103", "1210302"], ["1210302"]]


WRONG = {
    "no place": ({"places": []}, "Choose at least one place."),
    "a place elsewhere": ({"place": "Manispaa ya Ubungo (160)"}, "Choose places of your own office and beneath it."),
    "an unknown place": ({"place": "Hakuna hapo"}, "No place of this name is known."),
    "a place that is no number": ({"places": ["x"]}, "Select a valid choice."),
    "another's subject": ({"category": "afya"}, "Select a valid choice."),
    "no words": ({"words_sw": ""}, "This field is required."),
    "words that say nothing": ({"words_en": "- -"}, "Write what the citizen is to read."),
    "too long": ({"words_sw": "a" * 56}, "at most 55 characters"),
    "a NUL": ({"words_sw": "maji\0"}, "Null characters are not allowed."),
    "a day gone by": ({"until": "23/11/2026"}, "This day is over already."),
    "no day": ({"until": "kesho"}, "Enter a valid date."),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_and_nothing_is_entered(supervisor, what):
    sent, refusal = WRONG[what]
    if sent.get("category") == "afya":
        sent = {"category": category("afya").pk}

    page = supervisor.client.post("/desk/incidents/new/", says(**sent))

    assert (page.status_code, KnownIncident.objects.count()) == (422, 0)
    assert refusal in words_of(page)


def test_closing_needs_words_and_happens_once(supervisor):
    address = f"/desk/incidents/{entered().pk}/close/"
    said = {"closing_sw": DONE, "closing_en": DONE}

    assert supervisor.client.post(address, {"closing_sw": "", "closing_en": DONE}).status_code == 422
    assert supervisor.client.post(address, said).status_code == 302
    with nothing_changes():
        assert supervisor.client.post(address, said).status_code == 409


@pytest.mark.parametrize("who", ["msimamizi.120.afya", "msimamizi.12103.malalamiko"])
def test_another_departments_incident_is_not_there(supervisor, who):
    incident = entered()
    supervisor.sit(who)

    for address in (f"/desk/incidents/{incident.pk}/", f"/desk/incidents/{incident.pk}/close/"):
        assert supervisor.client.get(address).status_code == 404
        with nothing_changes():
            assert supervisor.client.post(address, says(closing_sw=DONE, closing_en=DONE)).status_code == 404
    assert WORDS not in supervisor.client.get("/desk/incidents/").content.decode()


def test_who_supervises_several_offices_chooses_for_which(supervisor):
    both = posted("supervisor", department="maji", user=posted("supervisor", code="160", department="maji").user)
    supervisor.sit(both)
    other = both.postings[1]

    page = supervisor.client.get(f"/desk/incidents/new/?post={other.pk}")

    assert str(other.office) in words_of(page)
    assert supervisor.client.get("/desk/incidents/new/?post=x").status_code == 200


def test_the_case_page_shows_it_with_how_many_and_takes_it_out(supervisor):
    incident = entered(at=NOW)
    story = lodged(at=NOW)
    lodged(at=NOW)
    page = words_of(supervisor.open(story))
    assert "Of a known incident The main pipe is broken" in page
    assert "2 complaints speak of it" in page
    assert "Received, and laid before" in page and "it speaks of a known incident" in page

    went = supervisor.client.post(f"/desk/cases/{story.case.reference}/tie_case/", {"not": "1"})
    untied = words_of(supervisor.client.get(went.url))
    assert "Perhaps of a known incident" in untied
    assert "No longer counted with the known incident" in untied

    supervisor.client.post(f"/desk/cases/{story.case.reference}/tie_case/")
    assert incidents.linked([incident])[incident.pk].cases == 2
    assert supervisor.client.post(f"/desk/cases/{story.case.reference}/tie_case/").status_code == 409


def test_one_who_does_not_lead_it_reads_of_it_without_a_link(supervisor):
    entered(at=NOW)
    story = lodged(at=NOW)
    supervisor.sit("afisa.120.maji")

    page = supervisor.open(story)

    assert "The main pipe is broken" in words_of(page)
    assert "/desk/incidents/" not in page.content.decode()


def test_the_board_leads_supervisors_there_and_nobody_else(supervisor):
    assert "/desk/incidents/" in supervisor.client.get("/desk/board/").content.decode()
    supervisor.sit("kiongozi.120")
    assert "/desk/incidents/" not in supervisor.client.get("/desk/board/").content.decode()


def test_the_pages_ask_as_little_of_many_incidents_and_complaints_as_of_one(supervisor):
    incident = entered(at=NOW)
    story = lodged(at=NOW)
    closed(entered(at=NOW, category=category("umeme")), at=NOW)
    pages = [
        "/desk/incidents/", f"/desk/incidents/{incident.pk}/", f"/desk/incidents/{incident.pk}/close/",
        "/desk/incidents/new/", f"/desk/cases/{story.case.reference}/",
    ]  # fmt: skip
    few = [statements(supervisor.client, page) for page in pages]
    for _each in range(12):
        lodged(at=NOW)
        entered(at=NOW, category=category("umeme"), places=[office("12103"), office("1210302")])

    many = [statements(supervisor.client, page) for page in pages]

    assert [b - a for a, b in zip(few, many, strict=True) if b > a] == []
    assert max(many) <= 15, dict(zip(pages, many, strict=True))
