"""A move made in sets leaves exactly the rows of the action, one by one."""

import datetime as dt

import pytest

from escalation.sweep import escalate
from offices.models import Posting
from tests.escalation.late import (
    LONG_AFTER,
    due_to_rise,
    every_row,
    hand_up_one_by_one,
    left_by,
    work_in_every_situation,
)
from tests.workflows import stories
from tests.world import TUESDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def work():
    work_in_every_situation()
    return due_to_rise(LONG_AFTER)


def differing(one, other):
    """Give the rows that only one of two databases has."""
    return {table: set(one[table]) ^ set(other[table]) for table in one if one[table] != other[table]}


def test_every_step_that_the_clock_hands_up_is_in_the_world_of_these_tests(work):
    situations = {(task.flow_task.name, task.process.state if not task.side else "") for task in work}

    assert situations == {
        ("triage", "received"),
        ("work", "queued"),
        ("work", "in_hand"),
        ("outside", "referred"),
        ("approval", "for_approval"),
        ("directive", ""),
        ("contribution", ""),
        ("asked_advice", ""),
        ("advice", ""),
    }


def test_a_sweep_leaves_the_rows_of_the_actions(work):
    before = every_row()

    by_actions = left_by(lambda: hand_up_one_by_one(LONG_AFTER))
    in_sets = left_by(lambda: escalate(LONG_AFTER))

    assert every_row() == before
    assert by_actions != before
    assert differing(in_sets, by_actions) == {}


def test_so_it_does_in_batches_of_three(work):
    by_actions = left_by(lambda: hand_up_one_by_one(LONG_AFTER))

    assert differing(left_by(lambda: escalate(LONG_AFTER, limit=3)), by_actions) == {}


def test_so_it_does_where_nobody_serves_at_all(work):
    Posting.objects.update(valid_to=LONG_AFTER.date() - dt.timedelta(days=1))

    by_actions = left_by(lambda: hand_up_one_by_one(LONG_AFTER))

    assert differing(left_by(lambda: escalate(LONG_AFTER)), by_actions) == {}


def test_so_it_does_deadline_after_deadline_up_to_the_top(work):
    def climb(step):
        for days in range(10):
            step(LONG_AFTER + dt.timedelta(days=90 * days))

    by_actions = left_by(lambda: climb(hand_up_one_by_one))

    assert differing(left_by(lambda: climb(escalate)), by_actions) == {}


def test_what_was_swept_is_counted(work):
    stuck = 6  # four cases at the region, a directive there, and a case about the region at the oversight desk

    assert escalate(LONG_AFTER) == (len(work) - stuck, stuck, 0, 0, 0)


def test_a_sweep_of_nothing_counts_nothing(work):
    assert escalate(TUESDAY + stories.HOUR) == (0, 0, 0, 0, 0)
