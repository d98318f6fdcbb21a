"""Sharing work out among the people of a team, evenly by what each has in hand: thought out first, then done row by row."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import OperationalError
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.categories import category_with
from offices.actors import Actor, reaches
from offices.models import Posting, Queue, User
from workflows import actions, scope
from workflows.board import ORDER, Team
from workflows.flows import ComplaintFlow
from workflows.models import ComplaintTask
from workflows.refusals import AlreadyDone, Refusal

BUSY = _("The service is busy for a moment. Nothing was saved; please try again.")
MOST_SHARED = 100  # at once: each row is a transaction of its own


@dataclass(frozen=True)
class Hand:
    """One among whom work is shared: who, by which postings, and how much they have in hand already."""

    user: User
    postings: tuple[Posting, ...]
    load: int

    def may_hold(self, task: ComplaintTask, queue: Queue, at: dt.datetime) -> bool:
        """Say whether this person could be given the task; no statement."""
        return any(
            reaches(posting, queue) and scope.sees(posting, task.process, queue, at) for posting in self.postings
        )


@dataclass(frozen=True)
class Share:
    """Which task is to go to whom."""

    task: ComplaintTask
    to: User


@dataclass(frozen=True)
class Sharing:
    """How work is to be shared out: each task with its hand, how many each gets, and what none of them may hold."""

    shares: list[Share]
    gets: list[tuple[Hand, int]]
    left: list[ComplaintTask]


def shareable(team: Team, queue: Queue, holder_id: int | None, at: dt.datetime) -> list[ComplaintTask]:
    """Give the work of a queue that can be shared out, nobody's or one person's, most urgent first; one statement."""
    which = Q(queue=queue, flow_task=ComplaintFlow.work, owner=holder_id)
    tasks = list(team.tasks(at).filter(which).select_related("process", "owner").order_by(*ORDER)[:MOST_SHARED])
    for task in tasks:
        task.process.category = category_with(task.process.category_id)
    return tasks


def share_out(tasks: Sequence[ComplaintTask], hands: Sequence[Hand], queue: Queue, at: dt.datetime) -> Sharing:
    """Give each task to whoever has least in hand of those who may hold it; the most urgent is given first."""
    least = [(hand.load, place) for place, hand in enumerate(hands)]
    heapq.heapify(least)
    sharing = Sharing([], [], [])
    given = [0] * len(hands)
    for task in tasks:
        place = _take_least(least, hands, task, queue, at)
        if place is None:
            sharing.left.append(task)
            continue
        given[place] += 1
        heapq.heappush(least, (hands[place].load + given[place], place))
        sharing.shares.append(Share(task, hands[place].user))
    sharing.gets.extend(zip(hands, given, strict=True))
    return sharing


def _take_least(
    least: list[tuple[int, int]], hands: Sequence[Hand], task: ComplaintTask, queue: Queue, at: dt.datetime
) -> int | None:
    """Take out of the heap the least laden who may hold the task; those passed over stay in it."""
    passed_over = []
    found = None
    while least and found is None:
        load, place = heapq.heappop(least)
        if hands[place].may_hold(task, queue, at):
            found = place
        else:
            passed_over.append((load, place))
    for each in passed_over:
        heapq.heappush(least, each)
    return found


@dataclass(frozen=True)
class Wish:
    """One row of a plan as it comes back from the page: the task, its holder as seen (0: nobody), and to whom."""

    task_id: int
    holder_id: int
    to_id: int

    def __str__(self) -> str:
        return f"{self.task_id}.{self.holder_id}.{self.to_id}"


def read_wish(text: str) -> Wish | None:
    """Read a row of a plan; None where it makes no sense."""
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    return Wish(*map(int, parts))


@dataclass(frozen=True)
class Result:
    """What became of one row: done, or why not."""

    reference: str
    written: str
    to: str
    refused: Promise | str = ""


def carry_out(wishes: Sequence[Wish], team: Team, *, by: Actor, at: dt.datetime) -> list[Result]:
    """Give each task to whom the plan says, each in a transaction of its own; what has changed meanwhile is left alone."""
    tasks = team.tasks(at).filter(pk__in=[wish.task_id for wish in wishes]).select_related("process").in_bulk()
    people = User.objects.in_bulk({wish.to_id for wish in wishes})
    return [_give(tasks.get(wish.task_id), people.get(wish.to_id), wish, by, at) for wish in wishes]


def _give(task: ComplaintTask | None, to: User | None, wish: Wish, by: Actor, at: dt.datetime) -> Result:
    if task is None or to is None:
        return Result("", "", str(to or ""), _("It is not in your team's queues any more."))
    case = task.process
    try:
        if (task.owner_id or 0) != wish.holder_id:
            raise AlreadyDone
        actions.assign(task, to=to, by=by, at=at)
    except Refusal as refusal:
        return Result(case.reference, case.reference_written, str(to), str(refusal))
    except OperationalError:  # as in `desk.bulk`: the rows before it are kept, and those after it may go
        return Result(case.reference, case.reference_written, str(to), BUSY)
    return Result(case.reference, case.reference_written, str(to))
