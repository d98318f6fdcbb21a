"""The board of a team: how the work of one office lies in its queues and in its people's hands. It only looks.

A supervisor sees the own department, a leader all of them, of the own office or of one beneath. Every number is a count
that stops at `MOST_COUNTED`, walked along an index; the whole board is a handful of statements, however much waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone

from offices.actors import Actor, reaches
from offices.models import Absence, Office, Posting, Queue, Role, User
from offices.tree import line_of
from workflows import scope
from workflows.flows import ComplaintFlow, steps
from workflows.inbox import MOST_COUNTED, Count, end_of_next_working_day
from workflows.models import ComplaintTask, ComplaintTaskQuerySet

MOST_BENEATH = 150  # offices in one list
ORDER = ("rank", "due_at", "pk")
LEADING = (Role.SUPERVISOR, Role.LEADER)
WORKING = (Role.OFFICER, Role.SUPERVISOR)  # who may hold work


@dataclass(frozen=True)
class Team:
    """The queues of one office that somebody leads, with the postings by which they do."""

    office: Office
    postings: tuple[Posting, ...]
    queues: tuple[Queue, ...]

    @property
    def queue_ids(self) -> list[int]:
        """The ids of its queues."""
        return [queue.pk for queue in self.queues]

    def tasks(self, at: dt.datetime) -> ComplaintTaskQuerySet:
        """Give the open work of its queues that is not kept from whoever leads it."""
        seen = Q(pk__in=[])
        for posting in self.postings:
            theirs = [queue.pk for queue in self.queues if reaches(posting, queue)]
            seen |= Q(queue__in=theirs) & scope.seen_from(posting, at)
        return ComplaintTask.objects.open().filter(seen)


def leads(by: Actor) -> list[Posting]:
    """Give the postings by which somebody leads a team."""
    return [posting for posting in by.postings if posting.role in LEADING]


def team_of(by: Actor, code: str = "") -> Team | None:
    """Give the team at the office with this code, or without one at the person's own; None where they lead none."""
    own = leads(by)
    office = Office.objects.filter(code=code).first() if code else (own[0].office if own else None)
    if office is None:
        return None
    leading = tuple(posting for posting in own if posting.office_id in line_of(office.pk).ids)
    here = Queue.objects.filter(office=office).select_related("office", "department").order_by("department__code")
    queues = tuple(queue for queue in here if any(reaches(posting, queue) for posting in leading))
    return Team(office, leading, queues) if leading else None


def offices_beneath(team: Team) -> list[Office]:
    """Give the offices right beneath in which the same person leads a team."""
    departments = {queue.department_id for queue in team.queues}
    beneath = team.office.children.filter(queues__department__in=departments).distinct()
    return list(beneath.order_by("name")[:MOST_BENEATH])


# Who is in the team.


@dataclass(frozen=True)
class Load:
    """How much work somebody has in hand in the team's queues."""

    held: Count
    soon: Count
    overdue: Count
    oldest: int | None  # whole days since the citizen of the oldest spoke


NO_LOAD = Load(Count(0), Count(0), Count(0), None)


@dataclass(frozen=True)
class Member:
    """One who works in the team, with the present load, and away until when, if they are."""

    posting: Posting
    load: Load
    away: Absence | None

    @property
    def user(self) -> User:
        """The person."""
        return self.posting.user

    @property
    def in_hand(self) -> str:
        """The list of what they have in hand."""
        return worklist("office", holder=self.user.username)

    @property
    def late(self) -> str:
        """The list of what is overdue in their hand."""
        return worklist("overdue", holder=self.user.username)


def postings_in(team: Team, on: dt.date) -> list[Posting]:
    """Give the postings of those who work in the team's queues on a day, by name; one statement."""
    serving = Posting.objects.serving(on).filter(office=team.office, role__in=WORKING)
    found = serving.select_related("user", "department", "office", "absence").order_by(
        "user__first_name", "user__last_name", "pk"
    )
    return [posting for posting in found if any(posting.covers(queue) for queue in team.queues)]


def members(team: Team, at: dt.datetime) -> list[Member]:
    """Give the people of the team, each once; three statements."""
    postings = {posting.user_id: posting for posting in reversed(postings_in(team, timezone.localdate(at)))}
    carried = loads(team, postings, at)
    away = {each.posting.user_id: each for each in Absence.objects.running(timezone.localdate(at)).of(postings)}
    return [
        Member(posting, carried.get(user_id, NO_LOAD), away.get(user_id))
        for user_id, posting in reversed(postings.items())
    ]


def loads(team: Team, user_ids: Iterable[int], at: dt.datetime) -> dict[int, Load]:
    """Give the load of each of these people; one statement, along the index of what each has in hand."""
    if not team.queues:
        return {}
    mine = Q(owner=RawSQL("person.id", []), flow_task__in=[*steps("clerk", "officer", "body"), ComplaintFlow.question])
    sql, params = _head(team.tasks(at).filter(mine), "due_at", "process__received_at")
    with connection.cursor() as cursor:
        cursor.execute(LOADS.format(sql), [at, end_of_next_working_day(at), list(user_ids), *params])
        return {
            user_id: Load(Count(held), Count(soon), Count(overdue), days)
            for user_id, held, soon, overdue, days in cursor.fetchall()
        }


LOADS = """
SELECT person.id, load.held, load.soon, load.overdue, load.days
  FROM (SELECT %s::timestamptz AS now, %s::timestamptz AS soon) moment
 CROSS JOIN unnest(%s::bigint[]) person(id)
 CROSS JOIN LATERAL (
    SELECT count(*), count(*) FILTER (WHERE task.due_at > moment.now AND task.due_at < moment.soon),
           count(*) FILTER (WHERE task.due_at <= moment.now),
           floor(extract(epoch FROM moment.now - min(task.received_at)) / 86400)::int
      FROM ({}) task(due_at, received_at)) load(held, soon, overdue, days)
"""


def _head(tasks: ComplaintTaskQuerySet, *columns: str) -> tuple[str, list[Any]]:
    sql, params = tasks.order_by(*ORDER).values_list(*columns)[: MOST_COUNTED + 1].query.sql_with_params()
    return sql, list(params)


# What lies in the queues.


@dataclass(frozen=True)
class Waiting:
    """What waits in one queue, or in all of them together."""

    unassigned: Count
    for_approval: Count
    soon: Count
    overdue: Count

    def __add__(self, other: Waiting) -> Waiting:
        return Waiting(
            self.unassigned + other.unassigned,
            self.for_approval + other.for_approval,
            self.soon + other.soon,
            self.overdue + other.overdue,
        )


NOTHING = Waiting(Count(0), Count(0), Count(0), Count(0))


def waiting(team: Team, at: dt.datetime) -> dict[int, Waiting]:
    """Give what waits in each queue; one statement, along the index of each queue."""
    if not team.queues:
        return {}
    ours = Q(flow_task__in=steps("clerk", "officer", "supervisor", "body"))
    asked = [
        Q(flow_task__in=steps("clerk", "officer"), owner=None),
        Q(flow_task=ComplaintFlow.approval),
        ours & Q(due_at__gt=at, due_at__lt=end_of_next_working_day(at)),
        ours & Q(due_at__lte=at),
    ]
    of_queue = team.tasks(at).filter(queue=RawSQL("queue.id", []))
    counted = [_head(of_queue.filter(each), "pk") for each in asked]
    columns = ", ".join(f"(SELECT count(*) FROM ({sql}) counted)" for sql, _params in counted)
    params = [param for _sql, some in counted for param in some]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT queue.id, {columns} FROM unnest(%s::bigint[]) queue(id)", [*params, team.queue_ids])
        return {queue_id: Waiting(*map(Count, numbers)) for queue_id, *numbers in cursor.fetchall()}


# The whole board.


@dataclass(frozen=True)
class Row:
    """One queue of the board."""

    queue: Queue
    waiting: Waiting


@dataclass(frozen=True)
class Board:
    """What the board shows."""

    team: Team
    total: Waiting
    rows: list[Row]
    members: list[Member]
    beneath: list[Office]


def board(team: Team, at: dt.datetime) -> Board:
    """Give the board of a team at a moment."""
    found = waiting(team, at)
    rows = [Row(queue, found.get(queue.pk, NOTHING)) for queue in team.queues]
    total = sum((row.waiting for row in rows), NOTHING)
    people = sorted(members(team, at), key=_most_pressing)
    return Board(team, total, rows, people, offices_beneath(team))


def _most_pressing(member: Member) -> tuple[int, int, int]:
    """Put first who has most overdue, then most due soon, then most in hand; the rest stay by name."""
    return -member.load.overdue.number, -member.load.soon.number, -member.load.held.number


def worklist(tab: str, **filters: Any) -> str:
    """Give the address of a list of work, narrowed down."""
    return f"{reverse('desk:inbox')}?{urlencode({'tab': tab, **filters})}"
