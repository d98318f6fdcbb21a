"""What waits for whom: it only looks. How a page is found stands in `inbox_walk`, what is asked for in `inbox_filters`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max, Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Entry
from offices.actors import Actor
from offices.calendar import DAY, calendar
from offices.kept import kept
from offices.models import Posting, Queue, Role
from workflows import scope
from workflows.flows import ComplaintFlow, steps
from workflows.inbox_done import done_by, done_page
from workflows.inbox_filters import Asked
from workflows.inbox_rows import rows_of
from workflows.inbox_walk import Place, Waiting, cursor_of, place_at, walked
from workflows.models import ComplaintTask

PAGE = 25
SIZES = (PAGE, 50, 100)  # rows of a page; the larger for moving many at once
MOST_COUNTED = 1000


class Tab(TextChoices):
    """The lists of the desk."""

    MINE = "mine", _("My work")
    QUEUES = "queues", _("To take")
    OFFICE = "office", _("My office or department")
    SOON = "soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    DONE = "done", pgettext_lazy("list", "Done")


@dataclass(frozen=True)
class Page:
    """One page of a list: rows as plain facts, and the cursor of the page after it, empty at the end.

    `stopped` says that the look ended before the page was full; the cursor then leads on from there.
    """

    rows: list[dict[str, Any]]
    after: str
    stopped: bool = False


@dataclass(frozen=True)
class Count:
    """How many there are in a list, a queue or a hand, counted no further than `MOST_COUNTED`."""

    number: int

    def __add__(self, other: Count) -> Count:
        return Count(self.number + other.number)

    def __str__(self) -> str:
        return str(self.number) if self.number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"

    @property
    def in_words(self) -> str:
        """Say it as one reads it aloud."""
        return str(self) if self.number <= MOST_COUNTED else _now("more than %(most)s") % {"most": f"{MOST_COUNTED:,}"}


# Whose turn a step is (the flow page's word), and which roles find that work in their queues.
TURNS = {
    Role.CLERK: {"clerk"},
    Role.OFFICER: {"officer"},
    Role.SUPERVISOR: {"clerk", "officer", "supervisor"},
    Role.LEADER: {"clerk", "officer", "supervisor", "leader"},
    Role.AUDITOR: {"clerk", "officer", "supervisor"},
}
NOT_THE_CITIZENS = {"clerk", "officer", "supervisor", "leader", "body"}
NOTHING = Asked()


def inbox(
    by: Actor, tab: str, after: str, at: dt.datetime, asked: Asked = NOTHING, size: int = PAGE
) -> Page:  # fmt: skip
    """Give the page of a list that comes after the cursor `after` (empty: the first page), most urgent first."""
    if tab == Tab.DONE:
        return Page(*done_page(by, asked, after, at, size))
    lists = [waiting.after(place_at(after)) for waiting in _lists(by, tab, at)]
    found, stop = _found(lists, asked, size + 1)
    page = found[:size]
    rows = rows_of([task_id for *_place, task_id in page], by, at)
    if len(found) > size:
        return Page(rows, cursor_of(page[-1]))
    return Page(rows, cursor_of(stop) if stop else "", stopped=stop is not None)


def _found(lists: list[Waiting], asked: Asked, most: int) -> tuple[list[Place], Place | None]:
    """Give the first places of these lists, and where the look stopped if it could not go on to the end."""
    if not asked:
        return sorted({place for waiting in lists for place in waiting.first(most)}), None
    if asked.cases is not None:
        wanted = [Waiting(each.tasks.filter(asked.tasks), each.queues) for each in lists]
        return sorted({place for each in wanted for place in each.among(list(asked.cases), most)}), None
    return walked(lists, asked.tasks, most)


def counts(by: Actor, at: dt.datetime) -> dict[str, Count]:
    """Give how much each list holds, as far as it is counted; one statement."""
    counters: list[str] = []
    params: list[Any] = []
    for tab in Tab:
        sql, some = _of_what_was_done(by) if tab == Tab.DONE else _of_lists(_lists(by, tab, at))
        counters.append(f"(SELECT count(*) FROM ({sql}) listed)")
        params += some
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counters)}", params)
        return {tab: Count(number) for tab, number in zip(Tab, cursor.fetchone(), strict=True)}


def _of_lists(lists: list[Waiting]) -> tuple[str, list[Any]]:
    parts = [waiting.ids(MOST_COUNTED + 1) for waiting in lists]
    together = " UNION ".join(f"({sql})" for sql, _some in parts) or "SELECT 1 LIMIT 0"
    return f"SELECT * FROM ({together}) each LIMIT {MOST_COUNTED + 1}", [
        param for _sql, some in parts for param in some
    ]


def _of_what_was_done(by: Actor) -> tuple[str, list[Any]]:
    sql, params = done_by(by).values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
    return sql, list(params)


# What has come since.

# The moves after which work lies in another list than before.
BRINGS = (
    "lodge", "route", "assign", "give_back", "move", "hand_up", "send_down", "reply", "lapse_question", "recall",
    "returned", "propose", "send_back", "dispute", "reopen", "unmerge", "direct",
)  # fmt: skip
LOOKED_AT = 2000  # steps in one look


def newest_step() -> int:
    """Give the number of the newest step of all, from which `come_since` counts."""
    return Entry.objects.aggregate(newest=Max("pk"))["newest"] or 0


def come_since(step: int, by: Actor, tab: str, at: dt.datetime, asked: Asked = NOTHING) -> int:
    """Give how many tasks of a list have come into it since a step, by somebody else's hand."""
    if tab == Tab.DONE:
        return 0
    lately = (
        Entry.objects.filter(pk__gt=step).order_by("pk").values_list("move", "actor_id", "complaint_id")[:LOOKED_AT]
    )
    cases = {case_id for move, actor_id, case_id in lately if move in BRINGS and actor_id != by.user_id}
    if asked.cases is not None:
        cases &= set(asked.cases)
    if not cases:
        return 0
    lists = [Waiting(each.tasks.filter(asked.tasks), each.queues) for each in _lists(by, tab, at)]
    return len({place for each in lists for place in each.among(sorted(cases), LOOKED_AT)})


def next_in_hand(by: Actor, at: dt.datetime) -> str:
    """Give the reference of the most urgent work in this person's hand, empty where there is none."""
    tasks = ComplaintTask.objects.open().filter(
        scope.tasks_in_sight(by, at), owner=by.user_id, flow_task=ComplaintFlow.work
    )
    found = tasks.order_by("rank", "due_at", "pk").values_list("process__reference", flat=True)[:1]
    return next(iter(found), "")


# Which tasks stand in which list.


def _lists(by: Actor, tab: str, at: dt.datetime) -> list[Waiting]:
    """Give what a tab shows, one list for each posting; the same task may stand in two."""
    postings = [posting for posting in by.postings if posting.role in TURNS]
    if postings and tab == Tab.MINE:
        held = ComplaintTask.objects.open().filter(_held(by), scope.tasks_in_sight(by, at))
        return [Waiting(held, owner_id=by.user_id)]
    bounds = {Tab.SOON: (at, end_of_next_working_day(at)), Tab.OVERDUE: (None, at)}
    since, until = bounds.get(Tab(tab), (None, None))
    lists = []
    for posting in postings:
        shown = _to_take(posting) if tab == Tab.QUEUES else Q(flow_task__in=steps(*NOT_THE_CITIZENS))
        tasks = ComplaintTask.objects.open().filter(shown, _due(since, until), scope.seen_from(posting, at))
        queues = tuple(_queue_ids(posting.role, posting.office_id, posting.department_id))
        lists.append(Waiting(tasks, queues, due_after=since, due_until=until))
    return lists


def _due(since: dt.datetime | None, until: dt.datetime | None) -> Q:
    return (Q(due_at__gt=since) if since else Q()) & (Q(due_at__lte=until) if until else Q())


def end_of_next_working_day(at: dt.datetime) -> dt.datetime:
    """Give the moment up to which work is due soon: the end of the working day after this one."""
    working, day = calendar(), timezone.localdate(at) + DAY
    last = day + 30 * DAY
    while day < last and (day.weekday() not in working.hours or day in working.holidays):
        day += DAY
    return timezone.make_aware(dt.datetime.combine(day + DAY, dt.time()))


def _held(by: Actor) -> Q:
    """Give what a person has in hand, or has asked others about; answered, it waits for the citizen alone."""
    return Q(owner=by.user_id, flow_task__in=[*steps(*NOT_THE_CITIZENS), ComplaintFlow.question])


def _to_take(posting: Posting) -> Q:
    """Give what nobody has in hand yet, and for those who approve, what others have laid before them."""
    laid_before = Q(flow_task=ComplaintFlow.approval) & ~Q(owner=posting.user_id)
    return Q(flow_task__in=steps(*TURNS[Role(posting.role)])) & (Q(owner=None) | laid_before)


@kept
def _queue_ids(role: str, office_id: int, department_id: int | None) -> list[int]:
    posting = Posting(role=role, office_id=office_id, department_id=department_id)
    return list(Queue.objects.filter(scope.queues_of(posting)).values_list("pk", flat=True))
