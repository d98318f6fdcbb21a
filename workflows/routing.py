"""Which queue: straight to the department concerned when category and place are sure, otherwise a complaints desk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from complaints.models import Category, Complaint
from offices.models import Level, Queue, is_above
from offices.tree import Line, line_of, queue_at, region_id
from workflows import ladder


@dataclass(frozen=True)
class Routed:
    """Where a complaint starts: `sure` means in the department's queue, otherwise at a desk."""

    queue: Queue
    sure: bool


def route(case: Complaint, at: dt.datetime) -> Routed:
    """Say where a new complaint starts, from its category, place, their confidence, and whom it is about."""
    line = line_of(case.place_id or region_id())
    # Where the case may lie nowhere on the line of its place, the region reads it.
    rungs = [rung for rung in line.rungs if ladder.may_hold(rung, case)] or line_of(region_id()).rungs[:1]
    if case.confidential and not is_sure(case):  # who reads it first is not who it may be about
        rungs = [rung for rung in rungs if rung.office.level == Level.REGION] or rungs[-1:]
    if not is_sure(case):
        return Routed(queue_at(_first_that_may_see(rungs, case, at).office.pk, None), sure=False)
    assert case.category is not None
    start = _from_its_level_up(rungs, case.category) or rungs[-1:]
    return Routed(queue_at(_first_that_may_see(start, case, at).office.pk, case.category.department_id), sure=True)


def is_sure(case: Complaint) -> bool:
    """Say whether category and place are both known well enough to pass the complaints desk by."""
    known = case.category is not None and case.place_id is not None
    return known and min(case.category_confidence, case.place_confidence) >= settings.ROUTING_SURE


def _from_its_level_up(rungs: list[Line], category: Category) -> list[Line]:
    """Leave out the offices below the category's level; a place known only above it starts at its own office."""
    return [rung for rung in rungs if not is_above(category.start_level, rung.office.level)]


def _first_that_may_see(rungs: list[Line], case: Complaint, at: dt.datetime) -> Line:
    """Give the first office; for a sensitive subject the first where somebody named for it, or a leader, serves."""
    if case.category is None or not case.category.sensitive:
        return rungs[0]
    staffed = ladder.staffed_offices([rung.office.pk for rung in rungs], case.category, at)
    return next((rung for rung in rungs if rung.office.pk in staffed), rungs[0])
