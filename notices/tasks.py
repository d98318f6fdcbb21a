"""What the beat and the actions ask a worker to do for the outbox."""

from __future__ import annotations

from celery import shared_task

from notices.delivery import Delivered, deliver_due


@shared_task(name="notices.tasks.deliver")
def deliver() -> Delivered:
    """Send what waits, in a few minutes' work at most; the next tick goes on from there."""
    return deliver_due(limit=10_000)
