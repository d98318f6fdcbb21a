"""What the beat asks a worker to do for the ways in."""

from __future__ import annotations

from celery import shared_task

from channels_in.retention import forget_old


@shared_task(name="channels_in.tasks.forget")
def forget() -> int:
    """Forget what raw messages have kept long enough."""
    return forget_old()
