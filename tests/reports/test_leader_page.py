"""The leader's page: six figures, where it lies, the oldest open, what moves; of the own office and nothing beside it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import views
from tests.workflows.stories import (
    COUNCIL,
    DISTRICT,
    REGION,
    STREET,
    WARD,
    category,
    everything,
    lodged,
    office,
    posted,
    queue,
    staff,
    through,
)
from tests.world import TUESDAY
from workflows import actions

DAY = dt.timedelta(days=1)


@pytest.fixture
def now(monkeypatch):
    """Let the doors hear this moment."""
    return lambda at: monkeypatch.setattr(views, "database_now", lambda: at)


def tiles(page):
    """Give the figures of a page: name to value, with what stands beside."""
    html = page.content.decode()
    found = re.findall(r'__name">([^<]+)</span>\s*<span class="mlm-tile__value">([^<]+)<', html)
    beside = re.findall(r'__beside">([^<:]+): <strong>([^<]+)<', html)
    return dict(found) | dict(beside)


def test_six_figures_and_beside_the_answers_what_the_citizens_say(desk, now):
    through(lodged(), "take", "answer", "confirm")
    through(lodged(), "take", "answer", "dispute")
    through(lodged(), "hand_up")
    now(TUESDAY + DAY)

    page = desk.sit("kiongozi.1").client.get("/desk/leader/")

    assert tiles(page) == {
        "Complaints received": "3", "Still open": "2", "Past the deadline": "0", "Answers given": "2", "Confirmed settled": "1", "Disputed": "1",
        "No word from the citizen": "0", "Handed up": "1", "Median days": "0.0", "Nine in ten within, days": "0.0",
    }  # fmt: skip


def test_the_change_is_against_as_many_days_before(desk, now):
    lodged()
    now(TUESDAY + 35 * DAY)

    page = desk.sit("kiongozi.1").client.get("/desk/leader/").content.decode()

    assert "(−1)" in page


def test_nothing_beside_the_own_office_is_counted_or_shown(desk, now):
    here, beside = lodged(), lodged(place=office("140"), category=category("maji"))
    now(TUESDAY + DAY)

    page = desk.sit("kiongozi.120").client.get("/desk/leader/")

    assert tiles(page)["Complaints received"] == "1"
    assert here.case.reference_written in page.content.decode()
    assert beside.case.reference_written not in page.content.decode()


@pytest.mark.parametrize("code", ["1", DISTRICT, "140"])
def test_an_office_that_is_not_under_the_own_one_is_refused(desk, now, code):
    now(TUESDAY)

    assert desk.sit("kiongozi.120").client.get("/desk/leader/", {"office": code}).status_code == 403
    assert desk.client.get("/desk/leader/", {"place": code}).status_code == 403
    assert desk.client.get("/desk/leader/moves/", {"office": code}).status_code == 403


@pytest.mark.parametrize("who", ["karani.120", "afisa.120.maji", "msimamizi.120.maji", "mfumo.1"])
def test_it_is_for_leaders_and_auditors(desk, now, who):
    now(TUESDAY)

    assert desk.sit(who).client.get("/desk/leader/").status_code == 403


def test_what_is_kept_from_a_leader_is_counted_but_not_shown(desk, now):
    kept = lodged(category=category("rushwa"), words="Afisa anaomba rushwa")
    now(TUESDAY + DAY)

    page = desk.sit("kiongozi.1").client.get("/desk/leader/")

    assert tiles(page)["Complaints received"] == "1"
    assert kept.case.reference_written not in page.content.decode()
    assert "rushwa" not in page.content.decode()


def test_the_way_down_goes_from_the_region_to_the_street(desk, now):
    story = lodged()
    now(TUESDAY + DAY)
    desk.sit("kiongozi.1")

    for place, below in ((None, DISTRICT), (DISTRICT, COUNCIL), (WARD, STREET)):
        page = desk.client.get("/desk/leader/", {"place": place} if place else {}).content.decode()
        assert f"place={below}" in page
        assert story.case.reference_written in page
    assert tiles(desk.client.get("/desk/leader/", {"place": STREET}))["Complaints received"] == "1"
    assert tiles(desk.client.get("/desk/leader/", {"place": "140"}))["Complaints received"] == "0"


def test_a_department_is_looked_at_by_itself(desk, now):
    lodged(), lodged(sure=False)
    now(TUESDAY + DAY)
    desk.sit("kiongozi.1")

    assert tiles(desk.client.get("/desk/leader/"))["Still open"] == "2"
    assert tiles(desk.client.get("/desk/leader/", {"department": "maji"}))["Still open"] == "1"
    assert desk.client.get("/desk/leader/", {"department": "nothing"}).status_code == 404


def test_the_oldest_open_stand_first(desk, now):
    old, new = lodged(), lodged(at=TUESDAY + 3 * DAY)
    through(lodged(at=TUESDAY), "take", "answer", "confirm")
    now(TUESDAY + 5 * DAY)

    page = desk.sit("kiongozi.120").client.get("/desk/leader/").content.decode()
    listed = re.findall(r"\d{4}-\d{4}-\d{4}", page.partition("Open the longest")[2].partition("Moving now")[0])

    assert listed == [old.case.reference_written, new.case.reference_written]


def test_which_directives_and_which_advice_nobody_has_opened_yet(desk, now):
    leader, at = staff("kiongozi.120"), TUESDAY + DAY
    directed, advised, read = (through(lodged(), "take") for _case in range(3))
    actions.direct(directed.case, to=queue(COUNCIL), words="Go there.", by=leader, at=at)
    actions.advise(advised.case, words="Ask the neighbours.", by=leader, at=at)
    actions.direct(read.case, to=queue(COUNCIL), words="Go there.", by=leader, at=at)
    actions.read(read.case, by=everything(COUNCIL), at=at)
    now(at + DAY)

    def unread(who):
        page = desk.sit(who).client.get("/desk/leader/").content.decode()
        return set(re.findall(r"\d{4}-\d{4}-\d{4}", page.partition("not read yet")[2].partition("</section>")[0]))

    assert (
        unread("kiongozi.120")
        == unread("kiongozi.1")
        == {story.case.reference_written for story in (directed, advised)}
    )
    assert unread(f"kiongozi.{WARD}") == set()


def test_what_is_kept_from_a_leader_is_not_among_what_is_unread(desk, now):
    secret = lodged(category=category("rushwa"))
    named = posted("leader", code=REGION, sensitive=("rushwa",))
    actions.direct(secret.case, to=queue(REGION), words="Go there.", by=named, at=TUESDAY + DAY)
    now(TUESDAY + 2 * DAY)

    def shown(who):
        return secret.case.reference_written in desk.sit(who).client.get("/desk/leader/").content.decode()

    assert (shown(named), shown("kiongozi.1")) == (True, False)


def test_moves_are_304_until_there_is_a_newer_one(desk, now):
    story = lodged()
    now(TUESDAY + DAY)
    first = desk.sit("kiongozi.120").client.get("/desk/leader/moves/")

    again = desk.client.get("/desk/leader/moves/", headers={"If-None-Match": first["ETag"]})
    story.then("take")
    newer = desk.client.get("/desk/leader/moves/", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert newer.status_code == 200
    assert "Taken by" in newer.content.decode()


def test_one_who_leads_two_offices_chooses_between_them(desk, now):
    both = posted("leader", code=WARD)
    posted("leader", code="140", user=both.user)
    now(TUESDAY)
    desk.sit(both)

    assert [desk.client.get("/desk/leader/", {"office": code}).status_code for code in (WARD, "140", REGION)] == [
        200, 200, 403,
    ]  # fmt: skip


def test_the_statements_are_as_many_for_one_case_as_for_many(desk, now):
    lodged()
    now(TUESDAY + DAY)
    desk.sit("kiongozi.1").client.get("/desk/leader/")
    few = statements(desk, "/desk/leader/")
    for _each in range(30):
        lodged().then("take")

    assert statements(desk, "/desk/leader/") == few
    assert few <= 15


def statements(desk, path):
    """Count the statements of a page."""
    with CaptureQueriesContext(connection) as captured:
        assert desk.client.get(path).status_code == 200
    return len(captured)
