"""Workers that tell everybody of a closed incident are killed, and two run at once: each citizen is answered and asked just once."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.db import connection

from complaints.models import Complaint, Entry
from complaints.verify import faults
from notices.models import Notice
from offices import actors
from offices.clock import database_now
from tests.workflows.stories import citizen, said
from tests.workflows.test_incidents import closed, entered
from workflows import actions

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 50


def everybody_complains(at):
    """Let so many people complain, a few of them twice."""
    people = [citizen() for _each in range(PEOPLE)]
    spoken = [said(citizen=each, received_at=at) for each in [*people, *people[:5]]]
    actions.lodge_many(spoken, by=actors.citizen(None, via="sms_kannel"), at=at)


@contextmanager
def a_worker():
    """Run `manage.py settle_incidents` as a process of its own against this very database."""
    address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    command, env = [sys.executable, "manage.py", "settle_incidents"], {**os.environ, "DATABASE_URL": address}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def answered():
    """Count the cases that stand answered in the database."""
    return Complaint.objects.filter(state="answered").count()


def test_workers_that_are_killed_and_two_at_once_ask_each_citizen_just_once():
    at = database_now()
    incident = entered(at=at, until=at.date())
    everybody_complains(at)
    closed(incident, at=at)

    with a_worker() as process:
        until = time.monotonic() + 60
        while answered() == 0:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    killed_at = answered()
    with a_worker() as one, a_worker() as other:
        words = [each.communicate(timeout=120)[0] for each in (one, other)]

    assert 0 < killed_at < PEOPLE
    assert sum(int(each.split()[0]) for each in words) == PEOPLE + 5 - killed_at
    assert answered() == PEOPLE + 5
    asked = Notice.objects.filter(kind="incident_over").values_list("address", flat=True)
    assert len(asked) == len(set(asked)) == PEOPLE
    assert Entry.objects.filter(move="answer").count() == PEOPLE + 5
    assert list(faults()) == []
