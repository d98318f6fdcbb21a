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
from workflows.models import Policy

# A Tuesday at ten in the morning in Dar es Salaam: offices are open, no holiday is near.
TUESDAY = dt.datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Africa/Dar_es_Salaam"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Load what every test needs once for the whole run."""
    with django_db_blocker.unblock():
        if not Office.objects.exists():  # `--reuse-db` brings it along
            load_the_world()


def load_the_world():
    """Load offices, categories and demo staff, quietly."""
    forget()
    call_command("load_offices", "offices/data/offices-dar-es-salaam.csv", verbosity=0)
    call_command("load_categories", "complaints/data/categories.csv", verbosity=0)
    call_command("demo_staff", verbosity=0)
    forget()


def commits(request):
    """Say whether a test commits, so that the tables are emptied after it."""
    marker = request.node.get_closest_marker("django_db")
    by_marker = marker is not None and marker.kwargs.get("transaction")
    return by_marker or not {"transactional_db", "live_server"}.isdisjoint(request.fixturenames)


@pytest.fixture(autouse=True)
def world(request):
    """Give every test with a database the loaded world, also after one that committed and was flushed."""
    forget()
    asked_for = {"db", "transactional_db", "live_server"}.intersection(request.fixturenames)
    if asked_for or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")  # a test without a database does not pay for one
        if not Office.objects.exists():
            load_the_world()
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
        for model in (Policy, Category, Posting, Queue, Body, Department, User, Holiday, WorkingHours, Office):
            # Foreign keys are looked at when a transaction commits, and this one does not.
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


# The timeline refuses TRUNCATE, with which Django empties the tables after a test that committed.
_flush = DatabaseOperations.execute_sql_flush


APPEND_ONLY = ("complaints_entry", "complaints_entrywords", "complaints_timelinehead")


def flush_without_triggers(self, sql_list):
    """Empty the tables as their owner would before a restore: with the triggers off."""
    off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in APPEND_ONLY]
    on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in APPEND_ONLY]
    return _flush(self, [*off, *sql_list, *on])


DatabaseOperations.execute_sql_flush = flush_without_triggers
