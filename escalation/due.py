"""Which tasks are due: claimed under lock, for this sweep alone."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import connection

from workflows.flows import ComplaintFlow
from workflows.models import ComplaintTask
from workflows.nodes import Step

RETRY_AFTER = dt.timedelta(hours=1)  # how long a task is left alone on which the clock's move failed


class Due(NamedTuple):
    """One overdue task, its case locked with it, and all that decides what the clock does with it."""

    task_id: int
    case_id: int
    reference: str
    holder_id: int | None
    phone: str
    # What decides where it goes, and until when.
    node: str
    queue_id: int
    state: str
    category_id: int | None
    about_office_id: int | None
    kind: str
    # And how the citizen is told, if at all.
    language: str
    has_phone: bool
    confidential: bool

    @property
    def situation(self) -> tuple[object, ...]:
        """What it shares with all tasks that are handed up to the same place until the same moment."""
        return self[5:11]

    @property
    def listener(self) -> tuple[object, ...]:
        """What it shares with all tasks whose citizens are told in the same words, the reference aside."""
        return self[5:]


def claim(at: dt.datetime, limit: int, *, in_sets: bool) -> list[Due]:
    """Lock at most `limit` due tasks with their cases, those that waited longest first; the caller holds the transaction.

    `in_sets`: those that can only rise. Otherwise all others, so that a step which the flow page no longer knows is
    found as well. What somebody else has locked is left to them; what failed a short while ago is left alone.
    """
    which = "= ANY" if in_sets else "<> ALL"
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM.format(which=which),
            {"at": at, "limit": limit, "rising": rising(), "lately": at - RETRY_AFTER},
        )
        return [Due(*row) for row in cursor.fetchall()]


def rising() -> list[str]:
    """Name the steps, as their rows do, from which the clock has no other move than to hand up."""
    as_stored = ComplaintTask._meta.get_field("flow_task").get_prep_value
    return [as_stored(node) for node in ComplaintFlow.instance.nodes() if clocks_move(node) == "hand_up"]


def clocks_move(node: object) -> str | None:
    """Give the one move that the flow page lets the clock make on a step."""
    if not isinstance(node, Step):
        return None
    return next((way.move for way in node.ways if "clock" in way.by), None)


# The step first, then the case, as every writer locks them; no key, as in `workflows.writer.lock`.
CLAIM = """
SELECT t.id, c.id, c.reference, t.owner_id, CASE WHEN z.quiet THEN '' ELSE coalesce(z.phone, '') END,
       t.flow_task, t.queue_id, c.state, c.category_id, c.about_office_id, c.kind, c.language,
       coalesce(z.phone, '') <> '' AND NOT z.quiet, c.confidential
  FROM workflows_complainttask t
  JOIN complaints_complaint c ON c.id = t.process_id
  LEFT JOIN complaints_citizen z ON z.id = c.citizen_id
 WHERE t.finished IS NULL AND t.flagged_at IS NULL AND t.due_at <= %(at)s
   AND t.flow_task {which}(%(rising)s)
   AND NOT EXISTS (SELECT FROM escalation_incident i
                    WHERE i.task_id = t.id AND i.resolved_at IS NULL AND i.last_at > %(lately)s)
 ORDER BY t.due_at, t.id
 LIMIT %(limit)s
   FOR NO KEY UPDATE OF t, c SKIP LOCKED
"""
