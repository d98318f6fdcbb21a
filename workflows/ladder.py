"""The next office up: who comes above, who is passed over, and where the ladder ends."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils import timezone

from complaints.models import Category, Complaint, Kind
from offices.models import DESK, Level
from offices.tree import Line

MAY_SETTLE = ["officer", "supervisor", "leader"]  # one of them must serve, lest the post count as vacant


def is_about(line: Line, case: Complaint) -> bool:
    """Say whether the case is about this office or one above it, so that it may not lie here; praise hides from nobody."""
    return case.kind != Kind.PRAISE and case.about_office_id is not None and case.about_office_id in line.ids


def is_beyond(line: Line, case: Complaint) -> bool:
    """Say whether the office is the oversight desk, which only complaints about the region's own office reach."""
    if line.office.level != Level.OVERSIGHT:
        return False
    return case.about_office is None or case.about_office.level != Level.REGION


def may_hold(line: Line, case: Complaint) -> bool:
    """Say whether the case may lie at this office."""
    return not is_about(line, case) and not is_beyond(line, case)


def above(line: Line, case: Complaint) -> list[Line]:
    """Give the offices above at which the case may lie, nearest first; none at the top."""
    return [rung for rung in line.rungs[1:] if may_hold(rung, case)]


def next_up(line: Line, case: Complaint) -> Line | None:
    """Give the nearest office above, or None at the top."""
    return next(iter(above(line, case)), None)


def next_staffed_up(
    line: Line, case: Complaint, at: dt.datetime, department_id: int | None = None
) -> Line | None:  # fmt: skip
    """Give the nearest office above where somebody serves; where nobody does on the whole line, just the nearest.

    `department_id`: the department that is asked, where it is not the category's.
    """
    rungs = above(line, case)
    return first_staffed(rungs, staffed_offices([rung.office.pk for rung in rungs], case.category, at, department_id))


def first_staffed(rungs: list[Line], staffed: set[int]) -> Line | None:
    """Give the nearest of the offices above that is among the staffed ones, else just the nearest."""
    return next((rung for rung in rungs if rung.office.pk in staffed), rungs[0] if rungs else None)


def staffed_offices(
    office_ids: list[int], category: Category | None, at: dt.datetime, department_id: int | None = None
) -> set[int]:  # fmt: skip
    """Give those of the offices where somebody serves who may settle work of this category (in another department, if named).

    For a sensitive category: somebody named for it, or the leader. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            STAFFED,
            {
                "offices": office_ids,
                "roles": MAY_SETTLE,
                "day": timezone.localdate(at),
                "department": department_id or (category.department_id if category else -1),
                "desk": DESK,
                "sensitive": category is not None and category.sensitive,
                "code": category.code if category else "",
            },
        )
        return {office_id for (office_id,) in cursor.fetchall()}


# Somebody whose posting covers the queue that the work would wait in there: the department's, else the complaints desk.
STAFFED = """
SELECT DISTINCT p.office_id FROM offices_posting p JOIN offices_user u ON u.id = p.user_id
 WHERE p.office_id = ANY(%(offices)s) AND p.role = ANY(%(roles)s) AND u.is_active
   AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)
   AND (p.department_id IS NULL OR p.department_id = (
        SELECT q.department_id FROM offices_queue q JOIN offices_department d ON d.id = q.department_id
         WHERE q.office_id = p.office_id AND (q.department_id = %(department)s OR d.code = %(desk)s)
         ORDER BY q.department_id = %(department)s DESC LIMIT 1))
   AND (NOT %(sensitive)s OR p.role = 'leader' OR %(code)s = ANY(p.sensitive_categories))
"""
