"""Months that are over are kept: each figure is what a slow and plain count gives, whatever is written about them afterwards."""

import datetime as dt
from dataclasses import replace
from itertools import product

import pytest
from django.db import connection

from offices.kept import forget
from offices.models import Department, Office, Queue
from reports import keeping, kept_months
from reports.figures import Asked, count, count_beside
from reports.models import KeptMonth, KeptUntil, Late
from reports.periods import Period, month_after
from tests.reports.slowly import agree
from tests.reports.test_figures import TODAY, a_world, corrected
from tests.workflows.stories import COUNCIL, DISTRICT, REGION, WARD, category, everything, lodged, office, through
from tests.world import TUESDAY
from workflows import corrections

pytestmark = pytest.mark.django_db

FIRST = TODAY.replace(day=1)
MONTH = kept_months.month_of(FIRST)
TWO_MONTHS = Period(FIRST, month_after(FIRST, 2) - dt.timedelta(days=1))
AND_SOME_DAYS = Period(FIRST, month_after(FIRST, 1) + dt.timedelta(days=4))
FROM_THE_MIDDLE = Period(TODAY, month_after(FIRST, 2) - dt.timedelta(days=1))
ON_BOTH_SIDES = Period(TODAY - dt.timedelta(days=40), month_after(FIRST, 1) + dt.timedelta(days=4))
PERIODS = (MONTH, TWO_MONTHS, AND_SOME_DAYS, FROM_THE_MIDDLE, ON_BOTH_SIDES)


def hold_all_against_the_slow_count(at):
    for code, period in product((WARD, COUNCIL, DISTRICT, REGION), PERIODS):
        asked = Asked(office(code).pk, period, at)
        agree(asked, count(asked))


def is_kept(code, period, at):
    """Say how many months of a period are kept, and whether anything was written about them since."""
    (piece,), corrected_since = kept_months.pieces_of(Asked(office(code).pk, period, at), [period])
    return len(piece.kept), corrected_since


def test_figures_of_kept_months_are_those_of_the_slow_count():
    at = a_world()

    assert keeping.keep(at) > 4

    assert is_kept(REGION, TWO_MONTHS, at) == (2, False)
    assert is_kept(REGION, AND_SOME_DAYS, at) == (1, False)
    assert is_kept(REGION, FROM_THE_MIDDLE, at) == (1, False)
    assert is_kept(WARD, MONTH, at) == (0, False)
    hold_all_against_the_slow_count(at)


def test_what_is_written_about_a_kept_month_afterwards_counts_at_once():
    at = a_world()
    keeping.keep(at)

    a_world(), corrected()  # in the month that is kept, and after it

    assert is_kept(REGION, TWO_MONTHS, at) == (2, True)
    hold_all_against_the_slow_count(at)


def test_a_correction_of_what_is_kept_leaves_no_empty_row():
    story = through(lodged(), "take", "answer", "dispute")
    at = TUESDAY + dt.timedelta(days=60)
    keeping.keep(at)

    corrections.correct(
        story.task, category=category("umeme"), place=office("1210401"), by=everything(REGION), at=at, reason="So it is."
    )  # fmt: skip

    counted = count(Asked(office(REGION).pk, TWO_MONTHS, at))
    assert [*counted.rows["category"]] == [category("umeme").pk]
    assert sorted(Late.objects.values_list("weight", "number")) == [(w, n) for w in (-1, 1) for n in (1, 3, 4)]
    agree(Asked(office(REGION).pk, TWO_MONTHS, at), counted)


def test_kept_anew_what_was_written_late_is_counted_in():
    at = a_world()
    keeping.keep(at)
    a_world()
    assert Late.objects.exists()

    keeping.keep(at)

    assert not Late.objects.exists()
    hold_all_against_the_slow_count(at)


def test_two_periods_are_counted_as_each_by_itself():
    at = a_world()
    keeping.keep(at)
    a_world()

    for here, earlier in product(PERIODS, PERIODS):
        asked = Asked(office(REGION).pk, here, at)
        now, before = count_beside(asked, earlier)
        alone = count(replace(asked, period=earlier))
        assert now == count(asked)
        assert (before.total, before.rows) == (alone.total, alone.rows)


def test_what_is_narrowed_is_counted_from_the_rows():
    at = a_world()
    keeping.keep(at)
    water = Department.objects.get(code="maji").pk

    for narrowed in ({"department_id": water}, {"place_id": office(WARD).pk}):
        asked = Asked(office(REGION).pk, MONTH, at, **narrowed)
        agree(asked, count(asked))


def test_what_was_kept_of_another_tree_is_not_used_and_is_kept_anew():
    at = a_world()
    keeping.keep(at)
    ward = Office.objects.create(code="99", name="Mpya", level="kata", parent=office(DISTRICT))
    Queue.objects.create(office=ward, department=Department.objects.get(code="maji"))
    forget()

    assert is_kept(REGION, MONTH, at) == (0, False)
    assert keeping.keep_if_due(at) > 0
    assert is_kept(REGION, MONTH, at) == (1, False)
    assert keeping.keep_if_due(at) == 0


def test_months_are_kept_once_they_are_over_and_no_more_than_is_wanted():
    at = a_world()

    keeping.keep(at, months=1)

    newest = at.date().replace(day=1)
    assert {*KeptMonth.objects.values_list("first", flat=True)} == {month_after(newest, -1)}
    assert {*KeptMonth.objects.values_list("office__level", flat=True)} == {
        "usimamizi",
        "mkoa",
        "wilaya",
        "halmashauri",
    }
    assert keeping.keep_if_due(at) == 0
    assert keeping.keep_if_due(at + dt.timedelta(days=32)) > 0


def test_before_anything_is_kept_nothing_is_written_twice():
    through(lodged(), "take", "answer")

    assert not Late.objects.exists()


def test_gathering_anew_keeps_nothing():
    keeping.keep(a_world())

    with connection.cursor() as cursor:
        cursor.execute("SELECT reports_gather()")

    assert not (KeptMonth.objects.exists() or KeptUntil.objects.exists() or Late.objects.exists())
