"""What the beat asks a worker to do."""

from __future__ import annotations

from celery import shared_task

from escalation.sweep import HANDS, Swept
from escalation.sweep import escalate as sweep


@shared_task(name="escalation.tasks.escalate")
def escalate() -> Swept:
    """Make the clock's moves that are due by the database's own time; any number of workers may do so at once."""
    return sweep(hands=HANDS)
