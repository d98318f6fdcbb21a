"""What waits for whom: it only looks.

A page is found by `(rank, due_at, id)`, the order of a queue's index, however long the queue. Of many queues only those
can fill the page whose first task is among the first; so a page costs a look at the head of each queue and a page of
the best ones, never a sort of all that waits.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Q, TextChoices
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.categories import categories
from complaints.models import Kind
from complaints.references import written
from complaints.states import State
from offices.actors import Actor
from offices.kept import kept
from offices.models import Posting, Queue, Role, office_name
from workflows import scope, words
from workflows.flows import ComplaintFlow
from workflows.models import ComplaintTask, ComplaintTaskQuerySet
from workflows.nodes import Step
from workflows.remaining import remaining

PAGE = 25
MOST_COUNTED = 1000
ORDER = ("rank", "due_at", "pk")


class Tab(TextChoices):
    """The lists of the desk."""

    MINE = "mine", _("My work")
    QUEUES = "queues", _("To take")
    OVERDUE = "overdue", _("Overdue")


@dataclass(frozen=True)
class Page:
    """One page of a list: rows as plain facts, and the cursor of the page after it, empty at the end."""

    rows: list[dict[str, Any]]
    after: str


# Whose turn a step is (the flow page's word), and which roles find that work in their queues.
TURNS = {
    Role.CLERK: {"clerk"},
    Role.OFFICER: {"officer"},
    Role.SUPERVISOR: {"clerk", "officer", "supervisor"},
    Role.LEADER: {"clerk", "officer", "supervisor", "leader"},
    Role.AUDITOR: {"clerk", "officer", "supervisor"},
}
NOT_THE_CITIZENS = {"clerk", "officer", "supervisor", "leader", "body"}


Place = tuple[int, dt.datetime, int]  # in the order: rank, due_at, id


def inbox(by: Actor, tab: str, after: str, at: dt.datetime) -> Page:
    """Give the page of a list that comes after the cursor `after` (empty: the first page), most urgent first."""
    lists = [waiting.after(_place(after)) for waiting in _lists(by, tab, at)]
    found = sorted({place for waiting in lists for place in waiting.first(PAGE + 1)})
    page = found[:PAGE]
    return Page(_rows([task_id for *_, task_id in page], by, at), _cursor(page[-1]) if len(found) > PAGE else "")


def counts(by: Actor, at: dt.datetime) -> dict[str, str]:
    """Give how much each list holds, counted no further than "1,000+"; one statement."""
    counters: list[str] = []
    params: list[Any] = []
    for tab in Tab:
        parts = [waiting.ids(MOST_COUNTED + 1) for waiting in _lists(by, tab, at)]
        listed = " UNION ".join(f"({sql})" for sql, _ in parts) or "SELECT 1 LIMIT 0"
        counters.append(f"(SELECT count(*) FROM ({listed}) listed)")
        params += [param for _, some in parts for param in some]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counters)}", params)
        return {tab: _counted(number) for tab, number in zip(Tab, cursor.fetchone(), strict=True)}


def _counted(number: int) -> str:
    return str(number) if number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"


# Whose turn a step is.


def _steps(turns: set[str]) -> list[Any]:
    return [node for node in ComplaintFlow.instance.nodes() if isinstance(node, Step) and node.waits_for in turns]


def _lists(by: Actor, tab: str, at: dt.datetime) -> list[Waiting]:
    """Give what a tab shows, one list for each posting; the same task may stand in two."""
    postings = [posting for posting in by.postings if posting.role in TURNS]
    if postings and tab == Tab.MINE:
        return [Waiting(ComplaintTask.objects.open().filter(_held(by), scope.tasks_in_sight(by, at)))]
    lists = []
    for posting in postings:
        shown = _to_take(posting) if tab == Tab.QUEUES else Q(due_at__lte=at, flow_task__in=_steps(NOT_THE_CITIZENS))
        tasks = ComplaintTask.objects.open().filter(shown, scope.seen_from(posting, at))
        lists.append(Waiting(tasks, tuple(_queue_ids(posting.pk))))
    return lists


def _held(by: Actor) -> Q:
    """Give what a person has in hand, or has asked others about; answered, it waits for the citizen alone."""
    return Q(owner=by.user_id, flow_task__in=[*_steps(NOT_THE_CITIZENS), ComplaintFlow.question])


def _to_take(posting: Posting) -> Q:
    """Give what nobody has in hand yet, and for those who approve, what others have laid before them."""
    steps = _steps(TURNS[Role(posting.role)])
    laid_before = Q(flow_task=ComplaintFlow.approval) & ~Q(owner=posting.user_id)
    return Q(flow_task__in=steps) & (Q(owner=None) | laid_before)


@kept
def _queue_ids(posting_id: int) -> list[int]:
    posting = Posting.objects.get(pk=posting_id)
    return list(Queue.objects.filter(scope.queues_of(posting)).values_list("pk", flat=True))


# Finding the page.


@dataclass(frozen=True)
class Waiting:
    """Some open tasks: of one person, or of many queues."""

    tasks: ComplaintTaskQuerySet
    queues: tuple[int, ...] | None = None

    def after(self, place: Place | None) -> Waiting:
        """Keep what comes after this place in the order."""
        if place is None:
            return self
        later = RawSQL(f"({COLUMNS}) > (%s, %s, %s)", place, output_field=BooleanField())
        return Waiting(self.tasks.filter(later), self.queues)

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


COLUMNS = ", ".join(f'"workflows_complainttask"."{name}"' for name in ("rank", "due_at", "id"))
QUEUES = "unnest(%s::bigint[]) queue(id)"


def _cursor(place: Place) -> str:
    rank, due_at, task_id = place
    return base64.urlsafe_b64encode(f"{rank}|{due_at.isoformat()}|{task_id}".encode()).decode().rstrip("=")


def _place(cursor: str) -> Place | None:
    """Read a cursor; one that cannot be read means the first page."""
    try:
        rank, due_at, task_id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")
        place = int(rank), dt.datetime.fromisoformat(due_at), int(task_id)
    except (ValueError, binascii.Error):
        return None
    sound = place[1].tzinfo is not None and 0 <= place[0] < 100 and 0 <= place[2] < 2**63
    return place if sound else None


# The rows, as plain facts.

FACTS = {
    "reference": F("process__reference"), "kind": F("process__kind"), "state": F("process__state"),
    "category_id": F("process__category"), "words": Left("process__words", 200),
    "place_level": F("process__place__level"), "place_name": F("process__place__name"),
    "office_level": F("queue__office__level"), "office_name": F("queue__office__name"),
    "department_sw": F("queue__department__name_sw"), "department_en": F("queue__department__name_en"),
    "holder_first": F("owner__first_name"), "holder_last": F("owner__last_name"), "holder_login": F("owner__username"),
}  # fmt: skip


def _rows(task_ids: list[int], by: Actor, at: dt.datetime) -> list[dict[str, Any]]:
    rows = ComplaintTask.objects.filter(pk__in=task_ids).order_by(*ORDER)
    tasks = list(rows.values("id", "rank", "due_at", "side", "owner_id", "queue_id", **FACTS))
    of_many_queues = len({task["queue_id"] for task in tasks}) > 1
    return [_row(task, at) | {"with": _with(task, by, of_many_queues)} for task in tasks]


def _with(task: dict[str, Any], by: Actor, of_many_queues: bool) -> str:
    """Say with whom the work is, where that is not clear anyway."""
    if task["owner_id"] not in (None, by.user_id):
        return f"{task['holder_first']} {task['holder_last']}".strip() or task["holder_login"]
    department = task["department_en"] if get_language() == "en" else task["department_sw"]
    office = office_name(task["office_level"], task["office_name"])
    return f"{department}, {office}" if of_many_queues else ""


def _row(task: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
    category = categories().get(task["category_id"])
    return {
        "task": task["id"],
        "reference": task["reference"],
        "reference_written": written(task["reference"]),
        "subject": words.first_words(task["words"]),
        "kind": Kind(task["kind"]).label if task["kind"] != Kind.COMPLAINT else "",
        "category": category.name if category else "",
        "place": office_name(task["place_level"], task["place_name"]),
        "state": words.STATES[State(task["state"])],
        "due_at": task["due_at"],
        "left": remaining(task["due_at"], at),
        "first": task["rank"] == 0,
        "directive": task["side"],
    }
