"""Finding one page of a long list in the list's own order, which is that of the indexes: `(rank, due_at, id)`.

Without a filter, only those of many queues can fill the page whose first task is among the first; so a page costs a look
at the head of each queue and a page of the best ones, never a sort of all that waits.

With a filter nobody knows how far the next match is. So one look walks along the index, over so many tasks at most, and
says where it stopped: a page is quick whatever the filter finds.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from workflows.models import ComplaintTaskQuerySet

ORDER = ("rank", "due_at", "pk")
WALK = 10_000  # tasks that one look walks over
MOST_QUEUES_IN_TURN = 40  # of so many queues each index is walked; of more, the one of all open tasks

Place = tuple[int, dt.datetime, int]  # in the order: rank, due_at, id


@dataclass(frozen=True)
class Waiting:
    """Some open tasks: of one person, or of many queues; due between two moments, where that is asked."""

    tasks: ComplaintTaskQuerySet
    queues: tuple[int, ...] | None = None
    owner_id: int | None = None
    due_after: dt.datetime | None = None
    due_until: dt.datetime | None = None
    begun: Place | None = None

    def after(self, place: Place | None) -> Waiting:
        """Keep what comes after this place in the order."""
        if place is None:
            return self
        later = RawSQL(f"({COLUMNS}) > (%s, %s, %s)", place, output_field=BooleanField())
        return replace(self, tasks=self.tasks.filter(later), begun=place)

    def first(self, most: int) -> list[Place]:
        """Give the places of the first tasks, so many at most."""
        if self.queues is None:
            return list(self.tasks.order_by(*ORDER).values_list(*ORDER)[:most])
        head, head_params = self._of_one_queue(1)
        task, task_params = self._of_one_queue(most)
        sql = (
            f"WITH heads AS MATERIALIZED (SELECT queue.id FROM {QUEUES} CROSS JOIN LATERAL ({head}) head(rank, due_at, id)"
            f" ORDER BY head.rank, head.due_at, head.id LIMIT {most})"
            f" SELECT task.rank, task.due_at, task.id FROM heads queue CROSS JOIN LATERAL ({task}) task(rank, due_at, id)"
            f" ORDER BY task.rank, task.due_at, task.id LIMIT {most}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(self.queues), *head_params, *task_params])
            return cursor.fetchall()

    def among(self, cases: list[int], most: int) -> list[Place]:
        """Give the places of the first tasks of these few cases, so many at most."""
        tasks = self.tasks.filter(process__in=cases)
        if self.queues is not None:
            tasks = tasks.filter(queue__in=self.queues)
        # Few enough to be sorted here; asked to sort, PostgreSQL might walk a long index until it meets them.
        return sorted(tasks.values_list(*ORDER))[:most]

    def ids(self, most: int) -> tuple[str, list[Any]]:
        """Give the SQL for the ids of some of the tasks, so many at most."""
        tasks = self.tasks
        if self.queues is not None:
            # In the order of the index: otherwise PostgreSQL hopes to meet open tasks early in a walk through all there are.
            tasks = tasks.filter(queue__in=self.queues).order_by("queue_id", *ORDER)
        sql, params = tasks.values("pk")[:most].query.sql_with_params()
        return sql, list(params)

    def _of_one_queue(self, most: int) -> tuple[str, list[Any]]:
        of_queue = self.tasks.filter(queue=RawSQL("queue.id", []))
        sql, params = of_queue.order_by(*ORDER).values_list(*ORDER)[:most].query.sql_with_params()
        return sql, list(params)

    def walk(self, asked: Q, most: int) -> tuple[list[Place], Place | None]:
        """Give the first tasks that are `asked` for, so many at most, and where the look stopped if it stopped early."""
        stretch, params = self._stretch()
        one = self.tasks.filter(asked, pk=RawSQL("walked.id", []))
        task, task_params = one.values_list(*ORDER)[:1].query.sql_with_params()
        seen = "" if self.queues is None else " WHERE walked.queue_id = ANY(%s)"
        sql = (
            f"SELECT walked.rank, walked.due_at, walked.id FROM ({stretch}) walked"
            f" CROSS JOIN LATERAL ({task}) task(rank, due_at, id){seen}"
            f" ORDER BY walked.rank, walked.due_at, walked.id LIMIT {most}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*params, *task_params, *([list(self.queues or ())] if seen else [])])
            found: list[Place] = cursor.fetchall()
            if len(found) == most:
                return found, None
            cursor.execute(f"{LAST_OF} ({stretch}) walked {BACKWARDS}", params)
            end = cursor.fetchone()
        return found, end[1:] if end and end[0] == WALK else None

    def _stretch(self) -> tuple[str, list[Any]]:
        """Give the SQL for the stretch of the index that one look walks over."""
        if self.owner_id is not None:
            return self._along("owner_id = %s", [self.owner_id])
        if self.queues is None or len(self.queues) > MOST_QUEUES_IN_TURN:
            return self._along("true", [], rank="(rank + 0)")  # as the index of all open tasks is written
        each = [self._along("queue_id = %s", [queue_id]) for queue_id in self.queues or (0,)]
        together = " UNION ALL ".join(f"({sql})" for sql, _params in each)
        sql = f"SELECT * FROM ({together}) turns ORDER BY rank, due_at, id LIMIT {WALK}"
        return sql, [param for _sql, params in each for param in params]

    def _along(self, whose: str, params: list[Any], rank: str = "rank") -> tuple[str, list[Any]]:
        bounds: list[tuple[str, list[Any]]] = [(whose, params)]
        if self.begun:
            bounds.append((f"({rank}, due_at, id) > (%s, %s, %s)", list(self.begun)))
        if self.due_after:
            bounds.append(("due_at > %s", [self.due_after]))
        if self.due_until:
            bounds.append(("due_at <= %s", [self.due_until]))
        where = " AND ".join(sql for sql, _params in bounds)
        sql = (
            "SELECT rank, due_at, id, queue_id FROM workflows_complainttask"
            f" WHERE finished IS NULL AND due_at IS NOT NULL AND {where} ORDER BY {rank}, due_at, id LIMIT {WALK}"
        )
        return sql, [param for _sql, some in bounds for param in some]


COLUMNS = ", ".join(f'"workflows_complainttask"."{name}"' for name in ("rank", "due_at", "id"))
QUEUES = "unnest(%s::bigint[]) queue(id)"
LAST_OF = "SELECT count(*) OVER (), rank, due_at, id FROM"
BACKWARDS = "ORDER BY rank DESC, due_at DESC, id DESC LIMIT 1"


def walked(lists: list[Waiting], asked: Q, most: int) -> tuple[list[Place], Place | None]:
    """Walk several lists together: what was found before the first of them stopped, and where that was."""
    looks = [waiting.walk(asked, most) for waiting in lists]
    stops = [stop for _found, stop in looks if stop is not None]
    stop = min(stops, default=None)
    found = sorted({place for some, _stop in looks for place in some if stop is None or place <= stop})
    return found, stop


def cursor_of(place: Place) -> str:
    """Give the cursor with which an address names a place in the order."""
    rank, due_at, task_id = place
    return base64.urlsafe_b64encode(f"{rank}|{due_at.isoformat()}|{task_id}".encode()).decode().rstrip("=")


def place_at(cursor: str) -> Place | None:
    """Read a cursor; one that cannot be read means the first page."""
    try:
        rank, due_at, task_id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")
        place = int(rank), dt.datetime.fromisoformat(due_at).astimezone(dt.UTC), int(task_id)
    except (ValueError, OverflowError, binascii.Error):
        return None
    sound = 1970 <= place[1].year < 2200 and 0 <= place[0] < 100 and 0 <= place[2] < 2**63
    return place if sound else None
