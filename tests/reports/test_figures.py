"""Each figure, fast, is what a slow and plain count gives: over a world of real moves, and over random walks."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from complaints.models import Complaint
from offices.models import Department
from reports.figures import Asked, count
from reports.periods import Period
from tests.reports.slowly import agree
from tests.workflows.stories import (
    COUNCIL,
    DISTRICT,
    REGION,
    STREET,
    WARD,
    at_the_top,
    category,
    everything,
    lodged,
    office,
    queue,
    through,
)
from tests.workflows.test_walks import Walk
from tests.world import TUESDAY
from workflows import actions

DAY = dt.timedelta(days=1)
TODAY = TUESDAY.date()


def a_world():
    """Bring some complaints into the most different situations, over some weeks; give the last moment."""
    lodged()
    lodged(sure=False)
    lodged(category=category("rushwa"), channel="web")
    lodged(about_office=office(DISTRICT))
    lodged(place=office("1"), kind="opinion").then("take").then("note")
    lodged(sure=False).then("route").then("take").then("answer", at=TUESDAY + 3 * DAY)
    through(lodged(), "take", "answer", "dispute", "take", "answer", "confirm", "reopen")
    through(lodged(), "take", "answer", "lapse", "end")
    through(lodged(channel="web"), "take", "propose", "approve", "confirm")
    through(lodged(), "take", "ask", "lapse_question", "hand_up", "send_down")
    through(lodged(), "take", "refer", "returned", "answer")
    through(lodged(), "take", "merge", "unmerge"), through(lodged(), "withdraw", "reopen")
    at_the_top("closed")
    story = lodged().then("hand_up", at=TUESDAY + 9 * DAY)
    leader = everything(REGION)
    directive = actions.direct(story.case, to=queue(COUNCIL), words="Go.", by=leader, at=story.at).task
    actions.hand_up(directive, by=leader, at=story.at, reason="It is so.")
    return TUESDAY + 60 * DAY


PERIODS = {
    "the day": Period(TODAY, TODAY),
    "some days": Period(TODAY + DAY, TODAY + 10 * DAY),
    "the month": Period(TODAY.replace(day=1), TODAY.replace(month=12, day=31)),
    "half a year": Period(TODAY.replace(month=8, day=1), TODAY + 70 * DAY),
    "long before": Period(TODAY - 90 * DAY, TODAY - 60 * DAY),
}


@pytest.mark.django_db
def test_a_world_of_real_moves_is_counted_as_slowly_and_plainly():
    at = a_world()

    for code, period in product((STREET, WARD, COUNCIL, DISTRICT, REGION), PERIODS.values()):
        asked = Asked(office(code).pk, period, at)
        agree(asked, count(asked))


@pytest.mark.django_db
def test_a_department_and_the_places_under_one_are_counted_as_slowly_and_plainly():
    at, region = a_world(), office(REGION)
    some = PERIODS["half a year"]
    water = Department.objects.get(code="maji").pk

    for department, code in product((None, water), (None, COUNCIL, WARD, STREET)):
        place = office(code).pk if code else None
        asked = Asked(region.pk, some, at, department_id=department, place_id=place)
        agree(asked, count(asked))


@pytest.mark.django_db
def test_what_a_directive_does_is_no_move_of_the_case():
    story = lodged()
    leader = everything(REGION)
    directive = actions.direct(story.case, to=queue(COUNCIL), words="Go.", by=leader, at=story.at).task
    actions.hand_up(directive, by=leader, at=story.at, reason="It is so.")

    counted = count(Asked(office(REGION).pk, PERIODS["the day"], TUESDAY + DAY))

    assert counted.total.counts == {"received": 1, "open": 1, "overdue": 0}


@pytest.mark.django_db
def test_the_total_is_the_sum_of_its_rows():
    at = a_world()

    counted = count(Asked(office(REGION).pk, PERIODS["half a year"], at))

    assert counted.total.received == Complaint.objects.count()
    for rows in counted.rows.values():
        assert sum((row.counts for row in rows.values()), type(counted.total.counts)()) == +counted.total.counts


@pytest.mark.django_db
def test_a_median_is_the_smallest_number_of_days_that_half_did_not_exceed():
    for days in (1, 2, 4, 10):
        lodged().then("take").then("answer", at=TUESDAY + days * DAY)

    figures = count(Asked(office(REGION).pk, PERIODS["half a year"], TUESDAY + 60 * DAY)).total

    assert (figures.answered, figures.median, figures.p90) == (4, 2.0, 10.0)


@pytest.mark.django_db
def test_an_empty_office_has_no_median():
    figures = count(Asked(office(STREET).pk, PERIODS["the day"], TUESDAY)).total

    assert (figures.received, figures.open, figures.median, figures.p90) == (0, 0, None, None)


class CountedWalk(Walk):
    """A random walk, at whose end everything is counted twice."""

    def teardown(self):
        try:
            for code, length in product((STREET, COUNCIL, REGION), (1, 12, 45)):
                asked = Asked(office(code).pk, Period(TODAY, TODAY + length * DAY), self.at + DAY)
                agree(asked, count(asked))
        finally:
            super().teardown()


@pytest.mark.django_db
def test_random_walks_are_counted_as_slowly_and_plainly():
    Walk.people = [everything(code) for code in (STREET, COUNCIL, DISTRICT, REGION)]
    small = settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))

    run_state_machine_as_test(CountedWalk, settings=small)
