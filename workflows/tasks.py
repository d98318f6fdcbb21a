"""What the beat asks a worker to do."""

from __future__ import annotations

from celery import shared_task

from offices.clock import database_now
from workflows import incidents
from workflows.incidents import Settled
from workflows.leave import cover


@shared_task(name="workflows.tasks.cover_leaves")
def cover_leaves() -> dict[str, int]:
    """Pass on and bring back the work of leaves as they stand by the database's own time; any number of workers may."""
    return dict(cover(database_now()))


@shared_task(name="workflows.tasks.settle_incidents")
def settle_incidents() -> Settled:
    """Tell everybody whose incident is closed, a few minutes' work at most; any number of workers may."""
    return incidents.settle(database_now())
