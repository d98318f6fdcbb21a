"""What the beat asks a worker to do for accounts."""

from __future__ import annotations

from celery import shared_task
from django.core.cache import cache
from django.db import connection

from offices.accounts import clear_old_sessions
from offices.clock import database_now


@shared_task(name="offices.tasks.clear")
def clear() -> int:
    """Delete the sessions and the counts of tries whose time is over."""
    at = database_now()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {cache._table} WHERE expires < %s", [at])  # type: ignore[attr-defined]
    return clear_old_sessions(at)
