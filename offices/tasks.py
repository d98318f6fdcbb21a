"""What the beat asks a worker to do for accounts."""

from __future__ import annotations

from typing import cast

from celery import shared_task
from django.core.cache import cache
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connection

from offices.accounts import clear_old_sessions
from offices.clock import database_now


@shared_task(name="offices.tasks.clear")
def clear() -> int:
    """Delete the sessions and the counts of tries whose time is over."""
    at, table = database_now(), cast(BaseDatabaseCache, cache).cache_model_class._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [at])
    return clear_old_sessions(at)
