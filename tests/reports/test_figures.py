"""Each figure, fast, is what a slow and plain count gives: over a world of real moves, and over random walks."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from itertools import permutations, product

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from complaints.models import Complaint
from complaints.states import State
from offices.actors import CLOCK
from offices.models import Body, Department, Office, Queue
from reports.figures import FIGURES, HAPPENED, LIVE, OURS_TO_ACT, Asked, BodyRecord, count, count_beside, own_steps
from reports.models import Happening
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
    staff,
    through,
)
from tests.workflows.test_walks import Walk
from tests.world import TUESDAY
from workflows import actions, bodies, corrections, words
from workflows.flows import ComplaintFlow
from workflows.nodes import Step

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
    together()
    corrected()
    referred()
    return TUESDAY + 60 * DAY


def together():
    """Ask others on a case, in every way there is: a part given, a part called off, advice asked for, given and read."""
    story, by = through(lodged(), "take"), staff("afisa.120.maji")
    for said in ("The first part.", "The second."):
        part = actions.ask_contribution(story.case, to=queue(COUNCIL, "afya"), words=said, by=by, at=story.at).task
        if said == "The second.":
            actions.call_off(part, by=by, at=story.at, reason="No longer.")
        else:
            actions.contribute(part, by=staff("afisa.120.afya"), at=story.at, reason="Here it is.")
    question = actions.ask_advice(story.case, of=office(COUNCIL), words="May I?", by=by, at=story.at).task
    advice = actions.give_advice(question, by=staff("kiongozi.120"), at=story.at, reason="You may.").task
    actions.acknowledge(advice, by=by, at=story.at)
    actions.advise(story.case, words="Go today.", by=staff("kiongozi.120"), at=story.at)
    late = actions.ask_contribution(story.case, to=queue(COUNCIL, "afya"), words="More.", by=by, at=story.at).task
    actions.hand_up(late, by=CLOCK, at=story.at + 30 * DAY)
    actions.answer(story.again().task, answer="Done.", although="It is urgent.", by=by, at=story.at + 31 * DAY)


def corrected():
    """Correct the subject and the place of cases that have moved already."""
    for changes in ({"category": category("umeme")}, {"place": office("1210401")}):
        story = through(lodged(), "hand_up", "take")
        corrections.correct(story.task, **changes, by=everything(REGION), at=story.at, reason="It was noted wrongly.")


def referred():
    """Refer two cases to an outside body, of which one answers and one is silent past its deadline."""
    Body.objects.filter(code="dawasa").update(email="malalamiko@maji.example")
    answered, silent = through(lodged(), "take", "refer"), through(lodged(), "take", "refer")
    bodies.answer(bodies.link_of(answered.case), words="It is mended.", at=answered.at + DAY)
    actions.hand_up(silent.task, by=CLOCK, at=silent.at + 40 * DAY)


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
def test_one_subject_and_one_way_in_are_counted_as_slowly_and_plainly():
    at, region = a_world(), office(REGION)

    for code, channel in product((None, "maji", "rushwa"), (None, "web", "sms", "ussd")):
        asked = Asked(
            region.pk, PERIODS["half a year"], at, category_id=category(code).pk if code else None, channel=channel
        )
        agree(asked, count(asked))


@pytest.mark.django_db
def test_what_a_directive_does_is_no_move_of_the_case():
    story = lodged()
    leader = everything(REGION)
    directive = actions.direct(story.case, to=queue(COUNCIL), words="Go.", by=leader, at=story.at).task
    actions.hand_up(directive, by=leader, at=story.at, reason="It is so.")

    counted = count(Asked(office(REGION).pk, PERIODS["the day"], TUESDAY + DAY))

    assert counted.total.counts == Counter(received=1, open=1)


@pytest.mark.django_db
def test_the_total_is_the_sum_of_its_rows():
    at = a_world()

    counted = count(Asked(office(REGION).pk, PERIODS["half a year"], at))

    assert counted.total.received == Complaint.objects.count()
    assert counted.bodies == {"dawasa": BodyRecord(asked=3, in_time=1, silent=1, late=0)}
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


# What counts is kept beside the timeline by triggers.


def kept_rows():
    """Give the rows from which the figures are counted."""
    return list(Happening.objects.order_by("complaint_id", "number").values_list())


@pytest.mark.django_db
def test_what_triggers_keep_is_what_is_gathered_from_the_timeline_anew():
    a_world()
    kept = kept_rows()

    with connection.cursor() as cursor:
        cursor.execute("SELECT reports_gather()")

    assert kept_rows() == kept
    assert len(kept) > 50


@pytest.mark.django_db
def test_of_the_rule_the_trigger_reads_one_move_alone():
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT * FROM reports_what_counts() WHERE complaint_id = 1 AND number = 1")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Function Scan" not in plan
    assert "(complaint_id = 1) AND (number = 1)" in plan


@pytest.mark.django_db
def test_a_correction_moves_what_has_been_counted_already():
    story = through(lodged(), "take", "answer", "dispute")

    corrections.correct(
        story.task, category=category("umeme"), place=office("1210401"), by=everything(REGION), at=story.at, reason="So it is."
    )  # fmt: skip

    counted = count(Asked(office(REGION).pk, PERIODS["the month"], TUESDAY + 20 * DAY))
    assert {key: row.received for key, row in counted.rows["category"].items()} == {category("umeme").pk: 1}
    assert count(Asked(office(WARD).pk, PERIODS["the month"], TUESDAY, place_id=office("12104").pk)).total.received == 0


@pytest.mark.django_db
def test_the_triggers_know_the_moves_and_steps_of_the_flow_page():
    own = {"lodge"} | {way.move for node in own_steps() for way in node.ways}
    side = [node for node in ComplaintFlow.instance.nodes() if isinstance(node, Step) and node.side]
    beside = {word for node in side for word in (node.name, f"{node.within}_overdue")}

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT move, reports_own_move(move, ''), reports_figure(move) FROM unnest(%s) AS move", [[*words.MOVES]]
        )
        moves = cursor.fetchall()
        cursor.execute("SELECT detail FROM unnest(%s) AS detail WHERE NOT reports_own_move('hand_up', detail)", [
            [*beside, "", "task:1", *words.RULES]])  # fmt: skip
        details = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT state, reports_standing(state) FROM unnest(%s) AS state", [["", *State]])
        standing = dict(cursor.fetchall())

    assert {move for move, is_own, _figure in moves if is_own} == own
    assert {move: FIGURES[figure] for move, _own, figure in moves if figure is not None} == HAPPENED
    assert details == beside
    assert standing == {"": 0} | {state: (state in LIVE) + (state in OURS_TO_ACT) for state in State}


@pytest.mark.django_db
def test_two_periods_at_once_are_counted_as_each_by_itself():
    at = a_world()

    for code, (here, earlier) in product((WARD, COUNCIL, REGION), permutations(PERIODS.values(), 2)):
        asked = Asked(office(code).pk, here, at)
        now, before = count_beside(asked, earlier)
        alone = count(replace(asked, period=earlier))
        assert now == count(asked)
        assert (before.total, before.rows) == (alone.total, alone.rows)


@pytest.mark.django_db
def test_a_queue_and_a_place_that_came_since_the_tree_was_read_count_nowhere_and_break_nothing():
    lodged()
    asked = Asked(office(REGION).pk, PERIODS["the day"], TUESDAY + DAY)
    count(asked)
    ward = Office.objects.create(code="99", name="Mpya", level="kata", parent=office(DISTRICT))
    new = Queue.objects.create(office=ward, department=Department.objects.get(code="maji"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_happening SET to_queue = %s, place = %s", [new.pk, ward.pk])

    assert count(asked).total.received == 0
