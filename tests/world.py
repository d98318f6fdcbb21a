"""The world in which the tests live: Dar es Salaam's offices, categories and demo staff, in a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import django.db.models  # noqa: F401  (first, or its own imports go round in a circle)
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

from complaints.models import Category
from offices.kept import forget
from offices.models import Body, Department, Holiday, Office, Posting, Queue, User, WorkingHours
from workflows.models import Policy, ReplyTemplate

# A Tuesday at ten in the morning in Dar es Salaam: offices are open, no holiday is near.
TUESDAY = dt.datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Africa/Dar_es_Salaam"))


REFERENCE = (Office, Department, Queue, Body, User, Posting, Holiday, WorkingHours, Category, Policy, ReplyTemplate)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Load what every test needs once for the whole run."""
    with django_db_blocker.unblock():
        if not Office.objects.exists():  # `--reuse-db` brings it along
            load_the_world()


def load_the_world():
    """Load offices, categories and demo staff, quietly, and lay a copy of them aside."""
    call_command("load_offices", "offices/data/offices-dar-es-salaam.csv", verbosity=0)
    call_command("load_categories", "complaints/data/categories.csv", verbosity=0)
    call_command("demo_staff", verbosity=0)
    # Most stories are about something else than evidence: those that are about it ask for it themselves.
    Category.objects.update(evidence=False)
    with connection.cursor() as cursor:
        for model in REFERENCE:
            table = model._meta.db_table
            cursor.execute(f"DROP TABLE IF EXISTS aside_{table}")
            cursor.execute(f"CREATE TABLE aside_{table} AS TABLE {table}")


@pytest.fixture(autouse=True)
def read_afresh():
    """Let no test see what another has read."""
    forget()
    yield
    forget()


@pytest.fixture
def in_english():
    """Let a test read what it is told in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def empty_world(db):
    """Give a test an empty world in which to load, demo staff and all taken out; the transaction brings it back."""
    with connection.cursor() as cursor:
        for model in REFERENCE:
            # Foreign keys are looked at when a transaction commits, and this one does not.
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


# After a test that committed, Django empties the tables: the timeline refuses that, and the world must be there again.

APPEND_ONLY = ("complaints_entry", "complaints_entrywords", "complaints_timelinehead")
_flush = DatabaseOperations.execute_sql_flush


def flush_and_restore(self, sql_list):
    """Empty the tables as their owner would before a restore, with the triggers off, and bring the world back."""
    off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in APPEND_ONLY]
    on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in APPEND_ONLY]
    tables = [model._meta.db_table for model in REFERENCE]
    back = [f"INSERT INTO {table} SELECT * FROM aside_{table}" for table in tables]
    return _flush(self, [*off, *sql_list, *back, *on, "TRUNCATE shared_cache"])  # nobody has tried anything yet


DatabaseOperations.execute_sql_flush = flush_and_restore
