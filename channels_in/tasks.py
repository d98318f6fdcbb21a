"""What the beat asks a worker to do for the ways in."""

from __future__ import annotations

from celery import shared_task

from channels_in import partners, webhooks
from channels_in.retention import forget_old
from offices.clock import database_now


@shared_task(name="channels_in.tasks.forget")
def forget() -> int:
    """Forget what raw messages have kept long enough."""
    return forget_old()


@shared_task(name="channels_in.tasks.tell_partners")
def tell_partners() -> int:
    """Write down what partners may read of what has happened, and call their webhooks."""
    changes = partners.collect(database_now())
    webhooks.deliver_due()
    return changes
