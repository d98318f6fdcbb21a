"""The citizen's mark for how a complaint was handled: 1 (bad) to 5 (good), while it can still be opened again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from complaints import timeline
from complaints.states import State
from complaints.timeline import Happened
from offices.actors import Actor
from workflows.models import ComplaintTask
from workflows.refusals import NotOpen, NotYours, WrongTarget
from workflows.writer import Done, asking_about, lock

MARKS = range(1, 6)


def rate(task: ComplaintTask, *, mark: int, by: Actor, at: dt.datetime) -> Done:
    """Note the mark on the timeline of a closed case; of several the last one counts. Raises a `Refusal`."""
    if mark not in MARKS:
        raise WrongTarget
    with transaction.atomic():
        asking = asking_about(lock(task, by), by, at)
        if "citizen" not in asking.roles:
            raise NotYours
        if asking.case.state != State.CLOSED:
            raise NotOpen
        timeline.write(Happened(asking.case.pk, "rate", by=by, at=at, detail=f"mark:{mark}"))
        return Done(asking.case, asking.task)
