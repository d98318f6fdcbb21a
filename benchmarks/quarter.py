"""A quarter's report over a million cases with their timelines: the first call after a restart of the connection."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable

from django.db import connection
from django.http.response import HttpResponseBase

from benchmarks.measure import Result, seconds
from benchmarks.pages import signed_in
from offices.clock import database_now
from offices.kept import forget
from reports import keeping
from reports.periods import Period, named

DAYS = 730  # over which the cases are spread; QUARTER=all lays them all into the quarter itself
PAGE = "/reports/?office=1&period=last-quarter"
TIMES = 3
MONTHS = 8  # that the two quarters and the days since touch; in life the beat keeps them, and more


def bench_report(n: int) -> Result:
    """Open the region's report on last quarter, which stands beside the quarter before: the whole page, nothing in this process kept.

    The months that are over are kept as in life; NOTHING_KEPT=1 counts them from the rows. `raw` is a bare count of the timeline's entries in the two quarters.
    """
    at = database_now()
    period = named("last-quarter", at.date())
    last = at if not os.environ.get("QUARTER") else period.end
    fill(n, last, DAYS if last is at else period.days)
    reader = signed_in("kiongozi.1")
    page = cold(lambda: opened(reader.get(PAGE)))
    raw = cold(lambda: bare_count(Period(period.before.first, period.last)))
    return Result("report_1m", n, page * 1000, "ms", raw=raw * 1000, ratio_raw=page / raw)


def cold(work: Callable[[], object]) -> float:
    """Give the seconds that it takes on a new connection with nothing kept; the middle of some times."""
    taken = []
    for _time in range(TIMES):
        connection.close()
        forget()
        taken.append(seconds(work))
    return sorted(taken)[TIMES // 2]


def opened(page: HttpResponseBase) -> None:
    """Fail unless the page is there."""
    if page.status_code != 200:
        raise RuntimeError(f"The report answered {page.status_code}")


def bare_count(period: Period) -> int:
    """Count the entries of the period, by move."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT move, count(*) FROM complaints_entry WHERE at >= %s AND at < %s GROUP BY move",
            [period.start, period.end],
        )
        return len(cursor.fetchall())


def fill(n: int, last: dt.datetime, days: int) -> None:
    """Make so many cases with their timelines and steps, by SQL in bulk, in the order of time as life does."""
    values = {"many": n, "last": last, "days": days}
    with connection.cursor() as cursor:
        # Neither chains nor foreign keys: what a million of them cost is another question.
        cursor.execute("ALTER TABLE complaints_entry DISABLE TRIGGER USER")
        cursor.execute(KEYS, [[*TABLES]])
        keys = cursor.fetchall()
        for table, name, _definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for sql in FILL:
            cursor.execute(sql, values)
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")
        cursor.execute("ALTER TABLE complaints_entry ENABLE TRIGGER USER")
        cursor.execute("SELECT reports_gather()")
        for table in (*TABLES, "reports_happening"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    if not os.environ.get("NOTHING_KEPT"):
        keeping.keep(last, MONTHS)


TABLES = ("complaints_complaint", "workflows_complainttask", "complaints_entry")
KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)"""
FILL = [
    # What each case goes through, and when; `fate` draws its way.
    """
CREATE TEMP TABLE life AS
WITH desks AS (SELECT array_agg(q.id ORDER BY q.id) ids FROM offices_queue q JOIN offices_office o ON o.id = q.office_id
                WHERE o.level IN ('halmashauri', 'kata', 'wilaya')),
     tops AS (SELECT array_agg(q.id ORDER BY q.id) ids FROM offices_queue q JOIN offices_office o ON o.id = q.office_id
               WHERE o.level = 'wilaya'),
     subjects AS (SELECT array_agg(id ORDER BY id) ids FROM complaints_category),
     streets AS (SELECT array_agg(id ORDER BY id) ids FROM offices_office WHERE level = 'mtaa')
SELECT i, (SELECT coalesce(max(id), 0) FROM complaints_complaint) + i AS id, began,
       began + random() * interval '3 days' AS taken, began + interval '3 days' + random() ^ 2 * interval '25 days' AS answered,
       began + interval '29 days' + random() * interval '10 days' AS heard, random() AS fate, random() AS verdict,
       desks.ids[1 + floor(random() * array_length(desks.ids, 1))::int] AS queue,
       tops.ids[1 + floor(random() * array_length(tops.ids, 1))::int] AS above,
       subjects.ids[1 + floor(random() * array_length(subjects.ids, 1))::int] AS category,
       streets.ids[1 + floor(random() * array_length(streets.ids, 1))::int] AS place,
       (ARRAY['sms_kannel', 'web', 'api', 'counter'])[1 + floor(random() * 4)::int] AS channel
  FROM desks, tops, subjects, streets,
       (SELECT i, %(last)s::timestamptz - (%(many)s - i) * (%(days)s * interval '1 day') / %(many)s AS began
          FROM generate_series(1, %(many)s) AS i OFFSET 0) each""",
    "ANALYZE life",
    """
CREATE TEMP TABLE steps AS
SELECT id, 1 AS number, began AS at, 'lodge' AS move, '' AS before, 'queued' AS after, NULL::bigint AS source, queue AS target FROM life
UNION ALL SELECT id, 2, taken, 'take', 'queued', 'in_hand', queue, queue FROM life WHERE fate < 0.97
UNION ALL SELECT id, 3, answered, 'hand_up', 'in_hand', 'queued', queue, above FROM life WHERE fate < 0.15
UNION ALL SELECT id, 4, answered, 'answer', 'in_hand', 'answered', queue, queue FROM life WHERE fate BETWEEN 0.15 AND 0.95
UNION ALL SELECT id, 5, heard, (CASE WHEN verdict < 0.6 THEN 'confirm' WHEN verdict < 0.85 THEN 'lapse' ELSE 'dispute' END),
                 'answered', (CASE WHEN verdict < 0.85 THEN 'closed' ELSE 'queued' END), queue,
                 (CASE WHEN verdict < 0.85 THEN queue ELSE above END) FROM life WHERE fate BETWEEN 0.15 AND 0.95
UNION ALL SELECT id, 6, heard + interval '9 days', 'answer', 'in_hand', 'answered', above, above FROM life
           WHERE fate BETWEEN 0.15 AND 0.95 AND verdict >= 0.85
UNION ALL SELECT id, 6, answered + interval '9 days', 'answer', 'in_hand', 'answered', above, above FROM life WHERE fate < 0.15
UNION ALL SELECT id, 7, heard + interval '20 days', 'confirm', 'answered', 'closed', above, above FROM life
           WHERE fate < 0.13 OR verdict >= 0.85 AND fate <= 0.95""",
    "DELETE FROM steps WHERE at > %(last)s",
    """
CREATE TEMP TABLE newest AS
SELECT *, after = 'closed' AND at < %(last)s::timestamptz - interval '30 days' AS ended
  FROM (SELECT DISTINCT ON (id) * FROM steps ORDER BY id, number DESC) each""",
    "ANALYZE newest",
    """
INSERT INTO complaints_complaint (
       id, flow_class, status, created, state, reference, secret, kind, outcome, priority, words, language, channel, arrival,
       received_at, entered_at, came_back, category_confidence, place_confidence, place_words, about_post, category_id, place_id,
       finished)
OVERRIDING SYSTEM VALUE
SELECT life.id, 'workflows/flows.ComplaintFlow', 'NEW', began, CASE WHEN ended THEN 'ended' ELSE newest.after END, '26' || lpad(life.id::text, 10, '0'), 'secret', 'complaint',
       CASE newest.move WHEN 'lapse' THEN 'silent' WHEN 'confirm' THEN 'confirmed' ELSE '' END, 0,
       'Maji hayatoki mtaa wetu siku tatu sasa, tunaomba msaada wa haraka.', 'sw', channel, '', began, began, '', 1, 1, '', '',
       category, place, CASE WHEN ended THEN newest.at + interval '30 days' END
  FROM life JOIN newest USING (id) ORDER BY life.id""",
    """
INSERT INTO complaints_entry (complaint_id, number, hash, at, move, from_state, to_state, actor_kind, via, from_queue_id,
       to_queue_id, due_at, detail, commitment)
SELECT id, number, repeat('a', 64), at, move, before, after, 'clock', 'clock', source, target,
       CASE move WHEN 'take' THEN began ELSE at END + interval '14 days', '', ''
  FROM steps JOIN life USING (id) ORDER BY at""",
    """
INSERT INTO workflows_complainttask (
       flow_task, flow_task_type, token, status, created, process_id, queue_id, due_at, questions, rank, side)
SELECT 'workflows/flows.ComplaintFlow.' || CASE after WHEN 'closed' THEN 'resting' WHEN 'answered' THEN 'verdict' ELSE 'work' END,
       'HUMAN', 'start', 'NEW', at, id, target, CASE move WHEN 'take' THEN began ELSE at END + interval '14 days',
       0, 1, false
  FROM newest JOIN life USING (id) WHERE NOT ended ORDER BY id""",
    "SELECT setval(pg_get_serial_sequence('complaints_complaint', 'id'), (SELECT max(id) FROM complaints_complaint))",
    "DROP TABLE life, steps, newest",
]
