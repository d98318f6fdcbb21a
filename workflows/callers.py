"""A caller's earlier cases: who gives a telephone number at the desk is helped best by one who sees what came from it before."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from complaints import timeline
from complaints.models import Complaint, Entry
from complaints.timeline import Happened
from offices.actors import Actor
from offices.phones import digest_of
from workflows import scope
from workflows.actions import READ_AGAIN_AFTER
from workflows.inbox_done import MOST_OF_ONE
from workflows.inbox_rows import rows_of_cases

MOST_SHOWN = 10


def earlier_cases(phone: str, *, by: Actor, at: dt.datetime) -> list[dict[str, Any]]:
    """Give the newest cases of just this number that this person may see, each with a line on its timeline that it was shown."""
    cases = Complaint.objects.filter(citizen__phone_digest=digest_of(phone)).order_by("-pk")
    seen = scope.in_sight_among(list(cases.values_list("pk", flat=True)[:MOST_OF_ONE]), by, at)
    shown = sorted(seen, reverse=True)[:MOST_SHOWN]
    _write_down(shown, by, at)
    return rows_of_cases(shown)


def _write_down(case_ids: list[int], by: Actor, at: dt.datetime) -> None:
    """Write on each case that its citizen's number led somebody there; once for half an hour of asking."""
    lately = Entry.objects.filter(
        complaint__in=case_ids, move="look_up", actor=by.user_id, at__gt=at - READ_AGAIN_AFTER
    )
    known = set(lately.values_list("complaint", flat=True))
    with transaction.atomic():
        # In the order of their ids, so that two who ask at once do not wait for each other.
        timeline.write_many([Happened(pk, "look_up", by=by, at=at) for pk in sorted(set(case_ids) - known)])
