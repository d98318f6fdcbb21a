"""The first page of a queue, however long it is: ours, one raw statement, and Django's own Paginator."""

from __future__ import annotations

import datetime as dt

from django.core.paginator import Paginator
from django.db import connection

from benchmarks.cases import Scene
from benchmarks.measure import Result, compared, medians
from workflows.inbox import inbox
from workflows.models import ComplaintTask

ROUNDS, TIMES = 5, 10


def bench_inbox(n: int) -> Result:
    """Open the first page of one officer's queue with `n` open tasks."""
    scene = Scene()
    fill_queue(scene, n)
    ways = {
        "ours": lambda: inbox(scene.officer, "queues", "", scene.at),
        "raw": lambda: raw_page(scene),
        "peer": lambda: counted_page(scene),
    }
    rounds, times = (ROUNDS, TIMES) if n <= 100_000 else (3, 5)
    return compared(f"inbox_{n}", n, medians(ways, rounds=rounds, times=times))


def fill_queue(scene: Scene, n: int) -> None:
    """Bring the queue to `n` open tasks, by SQL in bulk."""
    waiting = ComplaintTask.objects.open().filter(queue=scene.queue).count()
    values = {
        "many": max(0, n - waiting), "queue": scene.queue.pk, "category": scene.category.pk, "place": scene.place.pk,
        "citizen": scene.citizen.pk, "at": scene.at - dt.timedelta(days=1),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FILL, values)
        for table in ("complaints_complaint", "workflows_complainttask"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


FILL = """
WITH lodged AS (
    INSERT INTO complaints_complaint (
           flow_class, status, created, state, reference, secret, kind, outcome, priority, words, language, channel, arrival,
           received_at, entered_at, came_back, category_confidence, place_confidence, place_words, about_post,
           category_id, citizen_id, place_id)
    SELECT 'workflows/flows.ComplaintFlow', 'NEW', %(at)s, 'queued',
           '25' || lpad((i + (SELECT coalesce(max(id), 0) FROM complaints_complaint))::text, 10, '0'), 'secret', 'complaint',
           '', 0, 'Maji hayatoki mtaa wetu siku tatu sasa.', 'sw', 'api', '', %(at)s, %(at)s, '', 1, 1, '', '',
           %(category)s, %(citizen)s, %(place)s
      FROM generate_series(1, %(many)s) AS i
    RETURNING id)
INSERT INTO workflows_complainttask (
       flow_task, flow_task_type, token, status, created, process_id, queue_id, due_at, questions, rank, side)
SELECT 'workflows/flows.ComplaintFlow.work', 'HUMAN', 'start', 'NEW', %(at)s, id, %(queue)s,
       %(at)s + random() * interval '60 days', 0, 1, false
  FROM lodged
"""

PAGE = """
SELECT c.reference, left(c.words, 80), t.due_at, t.rank FROM workflows_complainttask t
  JOIN complaints_complaint c ON c.id = t.process_id
 WHERE t.queue_id = %s AND t.finished IS NULL ORDER BY t.rank, t.due_at, t.id LIMIT 25"""


def raw_page(scene: Scene) -> list[tuple[object, ...]]:
    """Read the page by one statement."""
    with connection.cursor() as cursor:
        cursor.execute(PAGE, [scene.queue.pk])
        return cursor.fetchall()


def counted_page(scene: Scene) -> list[ComplaintTask]:
    """Read the page as most Django lists do: objects, with a count of all of them."""
    waiting = ComplaintTask.objects.open().filter(queue=scene.queue).select_related("process")
    return list(Paginator(waiting.order_by("rank", "due_at", "id"), 25).page(1))
