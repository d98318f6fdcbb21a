"""A sweep stays quick however much work is not due: what it looks for comes from an index on just those rows."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.escalation import make_work
from escalation.due import claim
from escalation.sweep import BATCH, escalate
from offices.clock import database_now

pytestmark = pytest.mark.django_db

NOT_DUE = 100_000


def plans_of(work):
    """Give the plan of every statement in which a piece of work claims tasks."""
    with CaptureQueriesContext(connection) as captured:
        work()
    claims = [query["sql"] for query in captured.captured_queries if "SKIP LOCKED" in query["sql"]]
    with connection.cursor() as cursor:
        return [explained(cursor, sql) for sql in claims]


def explained(cursor, sql):
    cursor.execute(f"EXPLAIN {sql}")
    return "\n".join(line for (line,) in cursor.fetchall())


def test_a_claim_reads_the_index_of_what_is_due_among_a_hundred_thousand_open_tasks():
    at = database_now()
    make_work(NOT_DUE, due=at + dt.timedelta(days=20), timeline=False)
    make_work(10, due=at, timeline=False)

    few_due = plans_of(lambda: escalate(at))
    all_due = plans_of(lambda: claim(at + dt.timedelta(days=30), BATCH, in_sets=True))

    assert len(few_due) == 3  # a set, a set of none, and what goes case by case
    for plan in few_due + all_due:
        # Either gives what is due without a look at the rest: PostgreSQL skips over the few ranks of the second.
        assert any(f"{how} {index}" in plan for how in ("on", "using") for index in ("task_due", "task_in_order")), plan
        assert "Seq Scan on workflows" not in plan
        assert "Seq Scan on complaints" not in plan
    assert "Sort" not in all_due[0]


def test_a_sweep_of_nothing_asks_three_questions(django_assert_num_queries):
    at = database_now()

    with django_assert_num_queries(3 + 4):  # two claims, each between savepoints, and the incidents
        escalate(at)


def test_a_thousand_tasks_in_hundreds_of_queues_ask_no_more_than_one_statement_a_subject(django_assert_max_num_queries):
    at = database_now()
    make_work(1000, due=at, timeline=False)

    # Who serves is asked once for each of the 18 subjects; all the rest comes in sets.
    with django_assert_max_num_queries(18 + 20):
        escalate(at)
