"""The peer of the clock: a step that Viewflow's own timer takes from whoever lets it lie, and lays before the next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from viewflow import this
from viewflow.workflow import STATUS, flow
from viewflow.workflow.models import Process, Task
from viewflow.workflow.timers import fire_due_timers

A_DAY = dt.timedelta(days=1)


class TimedFlow(flow.Flow):
    """Work with a deadline as a stock Viewflow process, with neither timeline nor outbox."""

    process_class = Process

    lodge = flow.StartHandle().Next(this.work)
    work = flow.View(lambda request: None).OnTimeout(A_DAY, this.higher).Next(this.end)
    higher = flow.Function(this.hand_up).Next(this.work)
    end = flow.End()

    def hand_up(self, activation: Any) -> None:
        """Hand it to a higher office: nothing is to be written, for a stock task has no queue."""


def make_overdue(n: int) -> None:
    """Make `n` processes whose timers are due."""
    cases = Process.objects.bulk_create([Process(flow_class=TimedFlow) for _each in range(n)])
    work = [_task(case, TimedFlow.work, status=STATUS.NEW) for case in cases]
    late = timezone.now() - A_DAY
    timers = [_task(case, TimedFlow.work__timeout, status=STATUS.SCHEDULED, scheduled=late) for case in cases]
    Task.objects.bulk_create(work + timers)
    link = Task.previous.through
    link.objects.bulk_create(
        [link(from_task_id=timer.pk, to_task_id=task.pk) for task, timer in zip(work, timers, strict=True)]
    )


def _task(case: Process, node: Any, **says: Any) -> Task:
    return Task(process=case, flow_task=node, flow_task_type=node.task_type, **says)


def fire() -> int:
    """Let the dispatcher fire what is due; give how many."""
    return int(fire_due_timers())
