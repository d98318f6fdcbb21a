"""What somebody has done: read from the timeline, for there it stands who did what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from complaints.models import Complaint, Entry
from offices.actors import Actor
from offices.phones import digest_of
from workflows import scope
from workflows.inbox_filters import Asked
from workflows.inbox_rows import rows_of_cases, rows_of_steps

# The moves with which somebody is through with a piece of work.
FINISHING = (
    "route", "answer", "note", "propose", "approve", "send_back", "reject", "merge", "uphold", "pass_on", "hand_up",
    "send_down", "move", "carry_out",
)  # fmt: skip
LOOKED_AT = 500  # steps in one look


def done_by(by: Actor) -> QuerySet[Entry]:
    """Give the last finishing step of each case that this person has made."""
    later = Entry.objects.filter(
        complaint=OuterRef("complaint"), actor=by.user_id, move__in=FINISHING, number__gt=OuterRef("number")
    )
    return Entry.objects.filter(~Exists(later), actor=by.user_id, move__in=FINISHING).order_by("-pk")


def done_page(
    by: Actor, asked: Asked, after: str, at: dt.datetime, most: int
) -> tuple[list[dict[str, Any]], str, bool]:
    """Give a page of what was done, newest first, its cursor, and whether the look stopped before the page was full."""
    steps = done_by(by)
    if after.isascii() and after.isdigit() and len(after) < 19:
        steps = steps.filter(pk__lt=int(after))
    looked_at = list(steps.values_list("pk", "complaint_id")[:LOOKED_AT])
    shown = scope.in_sight_among([case_id for _pk, case_id in looked_at], by, at)
    if asked:
        asks = Complaint.objects.filter(asked.about(""), pk__in=shown)
        shown = set(asks.values_list("pk", flat=True)) & (shown if asked.cases is None else set(asked.cases))
    found = [pk for pk, case_id in looked_at if case_id in shown]
    stopped = len(looked_at) == LOOKED_AT and len(found) <= most
    last = found[most - 1] if len(found) > most else looked_at[-1][0] if stopped else ""
    return rows_of_steps(found[:most]), str(last), stopped


MOST_OF_ONE = 100  # cases of one citizen


def cases_of_phone(phone: str, by: Actor, at: dt.datetime) -> list[dict[str, Any]]:
    """Give what was complained of from exactly this number, as far as this person may see it, newest first."""
    cases = Complaint.objects.filter(citizen__phone_digest=digest_of(phone), confidential=False).order_by("-pk")
    return rows_of_cases(list(scope.in_sight_among(list(cases.values_list("pk", flat=True)[:MOST_OF_ONE]), by, at)))
