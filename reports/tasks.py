"""What the beat asks a worker to do for the reports."""

from __future__ import annotations

from celery import shared_task

from offices.clock import database_now
from reports.keeping import keep_if_due


@shared_task(name="reports.tasks.keep_months")
def keep_months() -> int:
    """Keep the months that are over, when another is or their tree has changed."""
    return keep_if_due(database_now())
