"""Many sweeps, officers and readers at once: every deadline moves its case once, nobody waits for ever."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction

from benchmarks.escalation import make_work
from complaints import timeline, verify
from complaints.models import Entry
from complaints.timeline import Happened
from escalation.models import Incident
from escalation.sweep import Swept, escalate
from notices.models import Notice
from offices.clock import database_now
from tests.workflows import stories
from tests.workflows.stories import lodged, posted
from workflows import actions
from workflows.models import ComplaintTask
from workflows.refusals import Refusal
from workflows.writer import lock

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Do all of these, each in a thread with a connection of its own, begun together; give what each gives."""
    together = threading.Barrier(len(works))

    def begin(work):
        try:
            together.wait()
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return [done.result() for done in [threads.submit(begin, work) for work in works]]


def total(swept):
    """Add up what several sweeps did."""
    return Swept(*(sum(each) for each in zip(*swept, strict=True)))


def steps_by_case(move="hand_up"):
    """Give how often each case has made a move, for those that have."""
    cases = Entry.objects.filter(move=move).order_by().values_list("complaint", flat=True)
    return {case: len(list(each)) for case, each in itertools.groupby(sorted(cases))}


def everything_fits():
    """Hold every case to its timeline: the chain whole, and the step where the last entry laid it."""
    assert list(verify.faults()) == []
    last = {entry.complaint_id: entry for entry in Entry.objects.order_by("complaint", "number")}
    for task in ComplaintTask.objects.open().main():
        entry = last[task.process_id]
        assert (task.queue_id, task.due_at, task.owner_id) == (entry.to_queue_id, entry.due_at, entry.holder_id)


def test_ten_sweeps_at_once_hand_up_five_hundred_tasks_once_each():
    at = database_now()
    make_work(500, due=at)

    swept = at_once(*[lambda: escalate(at, limit=40)] * 10)
    swept.append(escalate(at))  # what all of them passed over while another held it

    assert total(swept) == Swept(handed_up=500)
    assert list(steps_by_case().values()) == [1] * 500
    assert Notice.objects.filter(kind="handed_up").count() == 500
    assert not ComplaintTask.objects.due(at).exists()
    everything_fits()


def test_one_sweep_in_three_hands_does_so_too():
    at = database_now()
    make_work(500, due=at)

    assert escalate(at, limit=40, hands=3) == Swept(handed_up=500)

    assert list(steps_by_case().values()) == [1] * 500
    assert Notice.objects.filter(kind="handed_up").count() == 500
    everything_fits()


def test_ten_sweeps_at_once_close_twenty_silent_cases_once_each():
    cases = [stories.case_in("answered") for _each in range(20)]
    at = cases[-1].task.due_at

    swept = at_once(*[lambda: escalate(at)] * 10)

    assert total([*swept, escalate(at)]) == Swept(lapsed=20)
    assert list(steps_by_case("lapse").values()) == [1] * 20


def test_a_case_that_somebody_holds_is_passed_over_and_moved_by_the_next_sweep():
    held, *others = [lodged() for _each in range(3)]
    at = held.task.due_at
    with transaction.atomic():
        lock(held.task, stories.CLOCK)

        assert at_once(lambda: escalate(at)) == [Swept(handed_up=2)]

    assert escalate(at) == Swept(handed_up=1)
    assert steps_by_case() == {story.case.pk: 1 for story in [held, *others]}


def test_officers_who_take_while_the_clock_sweeps_come_before_it_or_are_refused():
    cases = [lodged() for _each in range(60)]
    officer, at = cases[0].who("officer"), cases[0].task.due_at

    def take_all(some):
        return [outcome(lambda story=story: actions.take(story.task, by=officer, at=at)) for story in some]

    def sweep():
        return total([escalate(at, limit=5) for _each in range(4)])

    *taken, one, other = at_once(*(lambda n=n: take_all(cases[n::4]) for n in range(4)), sweep, sweep)

    swept = total([one, other, escalate(at)])
    assert swept == Swept(handed_up=60)
    moves = [[move for move, _from, _to in stories.entries(story)] for story in cases]
    assert sum(list_of.count("taken") for list_of in taken) == sum(["take"] in [seen[1:2]] for seen in moves)
    assert all(seen in (["lodge", "hand_up"], ["lodge", "take", "hand_up"]) for seen in moves)
    everything_fits()


def outcome(work):
    """Say whether a move was made, or refused in words."""
    try:
        work()
    except Refusal:
        return "refused"
    return "taken"


def test_officers_who_answer_while_the_clock_sweeps_win_or_lose_whole():
    cases = [stories.case_in("in_hand") for _each in range(40)]
    at = max(story.task.due_at for story in cases)

    def answer_all():
        by = cases[0].who("officer")
        return [
            outcome(lambda story=story: actions.answer(story.task, answer="Done.", by=by, at=at)) for story in cases
        ]

    answered, swept, _more = at_once(answer_all, lambda: escalate(at, limit=3), lambda: escalate(at, limit=3))
    escalate(at)

    ends = [stories.entries(story)[-1][0] for story in cases]
    assert ends.count("answer") == answered.count("taken")
    assert ends.count("hand_up") == 40 - answered.count("taken")
    everything_fits()


def moves_of(story):
    """Give the moves of a timeline, readings among them."""
    return list(Entry.objects.filter(complaint=story.case).order_by("number").values_list("move", flat=True))


def test_one_who_opens_a_case_file_just_now_does_not_lock_the_clock_in_an_embrace():
    """The reader holds the head of the chain and will need the case's key; the sweep holds the case and will need the head."""
    story = lodged()
    leader, at = posted("leader"), story.task.due_at
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            timeline.write(Happened(story.case.pk, "read", by=leader, at=at))
            sweep = threads.submit(in_a_thread, lambda: escalate(at))
            wait_until_somebody_waits()

        assert sweep.result(timeout=20) == Swept(handed_up=1)

    assert moves_of(story) == ["lodge", "read", "hand_up"]


def test_nor_an_officer():
    story = lodged()
    leader, officer, at = posted("leader"), story.who("officer"), story.at
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            timeline.write(Happened(story.case.pk, "read", by=leader, at=at))
            take = threads.submit(in_a_thread, lambda: actions.take(story.task, by=officer, at=at))
            wait_until_somebody_waits()

        take.result(timeout=20)

    assert moves_of(story) == ["lodge", "read", "take"]


def in_a_thread(work):
    """Do it with a connection of this thread's own, closed at the end."""
    try:
        return work()
    finally:
        connections.close_all()


def wait_until_somebody_waits():
    """Wait until another connection waits for a lock."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the first answer for ever
            cursor.execute(
                "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.rowcount:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


# Killed in the middle.


@contextmanager
def a_sweep_of_its_own():
    """Run `manage.py escalate` as a process of its own against this very database."""
    named = connection.settings_dict
    address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**named)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "escalate"],
        env={**os.environ, "DATABASE_URL": address},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def wait_for(question, process):
    """Wait until something is so, while a process is still at work."""
    deadline = time.monotonic() + 60
    while not question():
        assert process.poll() is None, process.stdout.read()
        assert time.monotonic() < deadline
        time.sleep(0.005)


def handed_up():
    """Count the moves that stand in the database."""
    return Entry.objects.filter(move="hand_up").count()


def test_a_sweep_killed_in_the_middle_leaves_whole_steps_and_the_next_one_finishes():
    at, all_of_them = database_now(), 8_000
    make_work(all_of_them, due=at)

    for _time in range(2):
        before = handed_up()
        with a_sweep_of_its_own() as process:
            wait_for(lambda before=before: handed_up() > before, process)
            os.kill(process.pid, signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        everything_fits()
    killed_at = handed_up()
    assert 0 < killed_at < all_of_them

    with a_sweep_of_its_own() as process:
        out = process.communicate(timeout=120)[0]

    assert out.startswith(f"{all_of_them - killed_at} handed up")
    assert list(steps_by_case().values()) == [1] * all_of_them
    assert Notice.objects.filter(kind="handed_up").count() == all_of_them
    assert Incident.objects.count() == 0
    everything_fits()
