"""Marking a case as urgent, because its citizen's words speak of danger to life."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from complaints import timeline
from complaints.models import Priority
from complaints.states import LIVE
from complaints.timeline import Happened
from offices.actors import Actor
from workflows.corrections import detail_of
from workflows.models import ComplaintTask
from workflows.writer import asking_about, lock


def mark_urgent(task: ComplaintTask, *, by: Actor, at: dt.datetime) -> None:
    """Let an open case go first, and show that it is an emergency; no clock and no holder changes. Once is enough."""
    with transaction.atomic():
        asking = asking_about(lock(task, by), by, at)
        case, was = asking.case, asking.case.priority
        if was == Priority.URGENT or case.state not in LIVE:
            return
        case.priority, asking.task.rank = Priority.URGENT, 0
        case.save(update_fields=["priority"])
        asking.task.save(update_fields=["rank"])
        timeline.write(
            Happened(
                case.pk, "correct_priority", by=by, at=at, from_state=case.state, to_state=case.state,
                from_queue_id=asking.queue.pk, to_queue_id=asking.queue.pk, holder_id=asking.task.owner_id,
                due_at=asking.task.due_at, detail=detail_of("priority", str(was), str(Priority.URGENT.value)),
            )
        )  # fmt: skip
