"""Whose time it is: the database's, asked at the door; the machine's own clock moves nothing."""

import datetime as dt
import io
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from escalation import tasks
from escalation.sweep import Swept, escalate
from offices.clock import database_now
from tests.workflows.stories import lodged
from workflows.models import ComplaintTask

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def due_in_a_minute():
    story = lodged()
    ComplaintTask.objects.filter(pk=story.task.pk).update(due_at=database_now() + MINUTE)
    return story


@pytest.fixture
def due_a_minute_ago():
    story = lodged()
    ComplaintTask.objects.filter(pk=story.task.pk).update(due_at=database_now() - MINUTE)
    return story


@pytest.mark.parametrize("wrong_by", [dt.timedelta(days=30), dt.timedelta(days=-30)])
def test_a_machine_whose_clock_is_wrong_by_a_month_moves_nothing_early_and_everything_due(
    monkeypatch, due_in_a_minute, due_a_minute_ago, wrong_by
):
    its_time, its_now = time.time() + wrong_by.total_seconds(), timezone.now() + wrong_by
    monkeypatch.setattr(time, "time", lambda: its_time)
    monkeypatch.setattr(timezone, "now", lambda: its_now)

    assert escalate() == Swept(handed_up=1)

    queues = {due_in_a_minute.task.queue_id, due_a_minute_ago.task.queue_id}
    assert ComplaintTask.objects.get(pk=due_in_a_minute.task.pk).queue_id in queues
    assert ComplaintTask.objects.get(pk=due_a_minute_ago.task.pk).queue_id not in queues


def test_the_database_is_asked_for_the_time_once(due_a_minute_ago):
    asked = Asked()

    with connection.execute_wrapper(asked):
        escalate()

    assert asked.for_the_time == 1


class Asked:
    """Counts how often the time is asked for."""

    for_the_time = 0

    def __call__(self, execute, sql, params, many, context):
        self.for_the_time += "now()" in sql.lower()
        return execute(sql, params, many, context)


def test_the_beat_calls_the_sweep(settings, due_a_minute_ago):
    from config.celery import app

    assert app.tasks[settings.CELERY_BEAT_SCHEDULE["escalate"]["task"]].name == tasks.escalate.name
    assert tasks.escalate() == Swept(handed_up=1)


def test_the_command_says_what_it_did(due_a_minute_ago):
    out = io.StringIO()

    call_command("escalate", stdout=out)

    assert out.getvalue() == "1 handed up, 0 flagged, 0 lapsed, 0 ended, 0 faults\n"


def test_a_demonstration_may_name_the_moment(due_in_a_minute):
    out = io.StringIO()

    call_command("escalate", "--at", (database_now() + 2 * MINUTE).isoformat(), stdout=out)

    assert out.getvalue().startswith("1 handed up")


def test_in_production_nobody_names_the_moment(settings, due_in_a_minute):
    settings.DEMO = False

    with pytest.raises(CommandError, match="--at"):
        call_command("escalate", "--at", (database_now() + 2 * MINUTE).isoformat())

    assert escalate() == Swept()


@pytest.mark.parametrize("text", ["tomorrow", "2026-11-24T10:00", "2026-13-01T00:00+03:00"])
def test_a_moment_that_cannot_be_meant_is_refused(text):
    with pytest.raises(CommandError):
        call_command("escalate", "--at", text)
