"""The one clock: doors ask the database what time it is, so that all machines agree."""

from __future__ import annotations

import datetime as dt

from django.db import connection


def database_now() -> dt.datetime:
    """Give the database's moment, aware; outside a transaction it is the moment of the call."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: dt.datetime = cursor.fetchone()[0]
        return moment
