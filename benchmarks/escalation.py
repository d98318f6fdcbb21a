"""Handing up overdue work: ours, the same rows written by hand-made SQL, and Viewflow's own timers."""

from __future__ import annotations

import datetime as dt
import json
import statistics

from django.db import connection, transaction

from benchmarks.measure import Result, compared, seconds
from complaints.models import Category
from escalation.sweep import HANDS, Swept, escalate
from offices.clock import database_now
from offices.models import Level
from workflows.policies import times_for

# --- Overdue work, made in bulk ---------------------------------------------------------------------------------------


def make_work(n: int, *, due: dt.datetime, spread: dt.timedelta = dt.timedelta(days=10), timeline: bool = True) -> None:
    """Make `n` cases whose work is due within `spread` before the moment `due`: every street and subject, some in hand.

    With `timeline=False` the cases have none, which is quicker where only their number counts.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM complaints_complaint")
        values = {"n": n, "first": cursor.fetchone()[0], "due": due, "spread": spread}
        for statement in [CITIZENS, WORK, *([LODGED] if timeline else [])]:
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        for table in ("complaints_complaint", "complaints_citizen", "complaints_entry", "workflows_complainttask"):
            cursor.execute(f"ANALYZE {table}")


CITIZENS = """
INSERT INTO complaints_citizen (phone, phone_digest, name, language, created_at)
SELECT '+2557' || lpad(i::text, 8, '0'), 'made-' || i, '', 'sw', %(due)s
  FROM generate_series(%(first)s + 1, %(first)s + %(n)s) AS i
"""

# Each street's complaint on each subject, at the office and in the department where `workflows.routing` would lay it.
WORK = """
WITH RECURSIVE line AS (
    SELECT id AS street_id, id, parent_id, level FROM offices_office WHERE level = 'mtaa'
    UNION ALL
    SELECT line.street_id, o.id, o.parent_id, o.level FROM offices_office o JOIN line ON o.id = line.parent_id
), subject AS (
    SELECT row_number() OVER (ORDER BY md5(line.street_id || k.code)) - 1 AS place, line.street_id, k.id AS category_id, queue.id AS queue_id
      FROM complaints_category k
      JOIN line ON line.level = k.start_level
      CROSS JOIN LATERAL (
           SELECT q.id FROM offices_queue q JOIN offices_department d ON d.id = q.department_id
            WHERE q.office_id = line.id AND (q.department_id = k.department_id OR d.code = 'malalamiko')
            ORDER BY q.department_id = k.department_id DESC LIMIT 1) AS queue
), lodged AS (
    INSERT INTO complaints_complaint (
           flow_class, status, created, state, reference, secret, kind, outcome, priority, words, language, channel, arrival,
           received_at, entered_at, came_back, category_confidence, place_confidence, place_words, about_post,
           category_id, citizen_id, place_id)
    SELECT 'workflows/flows.ComplaintFlow', 'NEW', at, CASE WHEN i %% 3 = 0 THEN 'in_hand' ELSE 'queued' END,
           '26' || lpad(i::text, 10, '0'), md5(i::text)::varchar(22), 'complaint', '', 0, 'Maji hayatoki mtaa wetu.',
           CASE WHEN i %% 5 = 0 THEN 'en' ELSE 'sw' END, 'sms_kannel', '', at, at, '', 1, 1, '', '', subject.category_id, z.id, subject.street_id
      FROM generate_series(%(first)s + 1, %(first)s + %(n)s) AS i
      JOIN subject ON subject.place = i %% (SELECT count(*) FROM subject)
      JOIN complaints_citizen z ON z.phone_digest = 'made-' || i
     CROSS JOIN LATERAL (SELECT %(due)s::timestamptz - interval '30 days' AS at) AS moment
    RETURNING id, created, state, category_id, place_id
)
INSERT INTO workflows_complainttask (
       flow_task, flow_task_type, token, status, created, process_id, queue_id, owner_id, due_at, questions, rank, side)
SELECT 'workflows/flows.ComplaintFlow.work', 'HUMAN', 'start', CASE WHEN state = 'in_hand' THEN 'ASSIGNED' ELSE 'NEW' END,
       created, lodged.id, subject.queue_id, CASE WHEN state = 'in_hand' THEN staff.ids[1 + lodged.id %% cardinality(staff.ids)] END,
       %(due)s::timestamptz - random() * %(spread)s::interval, 0, 1, false
  FROM lodged JOIN subject ON subject.street_id = lodged.place_id AND subject.category_id = lodged.category_id
 CROSS JOIN (SELECT array_agg(id) AS ids FROM offices_user) AS staff
"""

LODGED = """
INSERT INTO complaints_entry (complaint_id, number, hash, at, move, from_state, to_state, actor_kind, via, to_queue_id, holder_id,
                              due_at, detail, commitment)
SELECT c.id, 0, '', c.created, 'lodge', '', c.state, 'citizen', 'sms_kannel', t.queue_id, t.owner_id, t.due_at, '', ''
  FROM complaints_complaint c JOIN workflows_complainttask t ON t.process_id = c.id
 WHERE c.id > %(first)s
"""


# --- The benchmark ----------------------------------------------------------------------------------------------------

PEER = 2_000


def bench_escalate(n: int) -> Result:
    """Hand up `n` overdue tasks with timeline and notices; with ten thousand, beside Viewflow's own timers at two thousand."""
    at = database_now()
    make_work(n, due=at)
    took: dict[str, list[float]] = {"ours": [], "raw": []}
    left = {}
    for _round in range(3 if n <= 10_000 else 1):
        for way, work in {"ours": as_the_beat_does, "raw": raw_escalate}.items():
            lay_back(at)
            took[way].append(seconds(lambda work=work: work(at)))
            left[way] = where_the_work_is()
    if left["ours"] != left["raw"]:
        raise AssertionError("the raw statements hand up to other queues than the product does")
    medians = {way: statistics.median(each) for way, each in took.items()}
    if n <= 10_000:
        medians["peer"] = seconds_of_the_peer() * n / PEER
    return compared(f"escalate_{n // 1000}k", n, medians, rate=n)


def as_the_beat_does(at: dt.datetime) -> Swept:
    """Sweep as the worker does at each tick."""
    return escalate(at, hands=HANDS)


def lay_back(at: dt.datetime) -> None:
    """Put all work back to where it was lodged, overdue once more, and clear away the dead rows."""
    with connection.cursor() as cursor:
        cursor.execute(LAY_BACK, {"at": at})
        cursor.execute(
            "VACUUM ANALYZE complaints_complaint, complaints_entry, complaints_timelinehead, notices_notice,"
            " workflows_complainttask"
        )


LAY_BACK = """
WITH first AS (
    SELECT complaint_id, to_queue_id, holder_id, to_state FROM complaints_entry WHERE number = 1
), back AS (
    UPDATE complaints_complaint c SET state = first.to_state FROM first WHERE c.id = first.complaint_id
)
UPDATE workflows_complainttask t
   SET queue_id = first.to_queue_id, owner_id = first.holder_id, due_at = %(at)s::timestamptz - interval '1 day' * random(),
       status = CASE WHEN first.holder_id IS NULL THEN 'NEW' ELSE 'ASSIGNED' END, flagged_at = NULL
  FROM first WHERE t.process_id = first.complaint_id AND t.finished IS NULL
"""


def where_the_work_is() -> str:
    """Give a digest of every open task's queue, deadline and holder, and of every case's state."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(concat_ws(' ', t.id, t.queue_id, t.due_at, t.owner_id, t.status, c.state), ',' ORDER BY t.id))"
            " FROM workflows_complainttask t JOIN complaints_complaint c ON c.id = t.process_id WHERE t.finished IS NULL"
        )
        return str(cursor.fetchone()[0])


def seconds_of_the_peer() -> float:
    """Give the seconds that Viewflow's dispatcher takes for two thousand timers."""
    from benchmarks import timers

    timers.make_overdue(PEER)
    fired = []
    took = seconds(lambda: fired.append(timers.fire()))
    if fired != [PEER]:
        raise AssertionError(f"the dispatcher fired {fired} of {PEER} timers")
    return took


# --- The same rows by SQL alone ---------------------------------------------------------------------------------------


def raw_escalate(at: dt.datetime) -> int:
    """Hand up whatever work is due, written by hand for just these cases: two thousand a statement."""
    with connection.cursor() as cursor:
        cursor.execute(WAY_UP, {"at": at, "deadlines": json.dumps(deadlines(at))})
        done = 0
        while True:
            cursor.execute(HAND_UP, {"at": at, "limit": 2000})
            if not cursor.rowcount:
                break
            done += cursor.rowcount
        cursor.execute("DROP TABLE way_up")
    return done


def deadlines(at: dt.datetime) -> list[dict[str, object]]:
    """Give the deadline of each subject, which SQL could not reckon by the calendar."""
    return [
        {"category_id": category.pk, "due_at": times_for(category, Level.REGION, at).deadline("act", at).isoformat()}
        for category in Category.objects.all()
    ]


# For each queue and subject: where it goes, to the nearest office above with somebody who may settle it.
WAY_UP = """
CREATE TEMPORARY TABLE way_up AS
WITH RECURSIVE line AS (
    SELECT id AS office_id, parent_id AS up_id, 1 AS rung FROM offices_office
    UNION ALL
    SELECT line.office_id, o.parent_id, line.rung + 1 FROM offices_office o JOIN line ON o.id = line.up_id
), deadline AS (
    SELECT * FROM json_to_recordset(%(deadlines)s) AS deadline (category_id bigint, due_at timestamptz)
), subject AS (
    SELECT DISTINCT t.queue_id, q.office_id, c.category_id
      FROM workflows_complainttask t JOIN complaints_complaint c ON c.id = t.process_id JOIN offices_queue q ON q.id = t.queue_id
     WHERE t.finished IS NULL AND t.due_at <= %(at)s
)
SELECT subject.queue_id AS from_queue_id, subject.category_id, up.queue_id, deadline.due_at, d.name_sw, d.name_en, d.code = 'malalamiko' AS desk,
       o.level, o.name AS office, k.sensitive OR k.protected AS discreet
  FROM subject
  JOIN deadline USING (category_id)
  JOIN complaints_category k ON k.id = subject.category_id
  CROSS JOIN LATERAL (
       SELECT queue.id AS queue_id, queue.office_id, queue.department_id
         FROM line
         JOIN offices_office above ON above.id = line.up_id AND above.level <> 'usimamizi'
         CROSS JOIN LATERAL (
              SELECT q.id, q.office_id, q.department_id FROM offices_queue q JOIN offices_department d ON d.id = q.department_id
               WHERE q.office_id = above.id AND (q.department_id = k.department_id OR d.code = 'malalamiko')
               ORDER BY q.department_id = k.department_id DESC LIMIT 1) AS queue
        WHERE line.office_id = subject.office_id
        ORDER BY NOT EXISTS (
              SELECT FROM offices_posting p JOIN offices_user u ON u.id = p.user_id
               WHERE p.office_id = above.id AND u.is_active AND p.role IN ('officer', 'supervisor', 'leader')
                 AND p.valid_from <= %(at)s AND (p.valid_to IS NULL OR p.valid_to >= %(at)s)
                 AND (p.department_id IS NULL OR p.department_id = queue.department_id)
                 AND (NOT k.sensitive OR p.role = 'leader' OR k.code = ANY(p.sensitive_categories))), line.rung
        LIMIT 1) AS up
  JOIN offices_department d ON d.id = up.department_id
  JOIN offices_office o ON o.id = up.office_id;
CREATE UNIQUE INDEX ON way_up (from_queue_id, category_id);
ANALYZE way_up
"""

HAND_UP = """
WITH claimed AS MATERIALIZED (
    SELECT t.id, t.process_id, t.queue_id AS claimed_from, c.category_id AS subject_id, c.state, c.reference, c.language, z.phone
      FROM workflows_complainttask t
      JOIN complaints_complaint c ON c.id = t.process_id
      LEFT JOIN complaints_citizen z ON z.id = c.citizen_id
     WHERE t.finished IS NULL AND t.flagged_at IS NULL AND t.due_at <= %(at)s
     ORDER BY t.due_at, t.id LIMIT %(limit)s
       FOR NO KEY UPDATE OF t, c SKIP LOCKED
), due AS MATERIALIZED (
    SELECT * FROM claimed JOIN way_up ON way_up.from_queue_id = claimed_from AND way_up.category_id = subject_id
), moved AS (
    UPDATE workflows_complainttask t SET queue_id = due.queue_id, owner_id = NULL, status = 'NEW', due_at = due.due_at, questions = 0
      FROM due WHERE t.id = due.id
), restated AS (
    UPDATE complaints_complaint c SET state = 'queued' FROM due WHERE c.id = due.process_id AND due.state <> 'queued'
), told AS (
    INSERT INTO notices_notice (kind, way, language, address, facts, case_id, status, attempts, next_try_at, created_at,
                                provider_id, last_error)
    SELECT 'handed_up', 'sms', language, phone,
           jsonb_build_object('ref', concat_ws('-', left(reference, 4), substr(reference, 5, 4), right(reference, 4)), 'due', due_at)
           || CASE WHEN discreet THEN jsonb_build_object('discreet', true)
                   WHEN desk THEN jsonb_build_object('office', office)
                   ELSE jsonb_build_object('office', CASE WHEN language = 'en' THEN name_en ELSE name_sw END) END,
           process_id, 'queued', 0, %(at)s, %(at)s, '', ''
      FROM due WHERE phone > ''
)
INSERT INTO complaints_entry (complaint_id, number, hash, at, move, from_state, to_state, actor_kind, via,
                              from_queue_id, to_queue_id, due_at, detail, commitment)
SELECT process_id, 0, '', %(at)s, 'hand_up', state, 'queued', 'clock', 'clock', from_queue_id, queue_id, due_at, 'act_overdue', ''
  FROM due
"""
