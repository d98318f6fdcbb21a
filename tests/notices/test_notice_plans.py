"""The outbox stays quick when it is long: what a worker looks for comes from an index, however much was sent before."""

import pytest
from django.db import connection

from notices.delivery import due, moment, old

A_LONG_YEAR = """
INSERT INTO notices_notice (kind, way, language, address, facts, status, attempts, next_try_at, created_at, sent_at,
                            provider_id, last_error)
SELECT 'added', 'sms', 'sw', CASE WHEN n % 500 = 0 THEN '+255754000000' ELSE '' END, '{}',
       CASE WHEN n % 1000 = 0 THEN 'queued' ELSE 'sent' END, 1, at, at, at, '', ''
  FROM generate_series(1, 100000) AS n,
       LATERAL (SELECT timestamptz '2026-11-24' - n * interval '1 minute' AS at) AS moments
"""


@pytest.fixture
def a_long_year(db):
    with connection.cursor() as cursor:
        cursor.execute(A_LONG_YEAR)
        cursor.execute("ANALYZE notices_notice")


def test_a_claim_reads_only_the_index_of_those_to_send(a_long_year, noon):
    plan = due(moment(noon)).select_for_update(skip_locked=True)[:20].explain()

    assert "Index Scan using notice_to_send" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan


def test_a_claim_by_the_databases_clock_reads_it_too(a_long_year):
    plan = due(moment(None)).select_for_update(skip_locked=True)[:20].explain()

    assert "Index Scan using notice_to_send" in plan


def test_forgetting_reads_only_the_index_of_those_to_forget(a_long_year, noon):
    plan = old(moment(noon)).select_for_update(skip_locked=True)[:1000].explain()

    assert "notice_to_forget" in plan
    assert "Seq Scan" not in plan
