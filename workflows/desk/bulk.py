"""One move on many tasks: each row is a transaction of its own, and hears its own answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.references import written
from offices.actors import Actor
from workflows import actions, scope, words, writer
from workflows.desk import choices
from workflows.desk.choices import Group
from workflows.flows import ComplaintFlow
from workflows.guards import Asking
from workflows.models import ComplaintTask
from workflows.refusals import AlreadyDone, Refusal

MOVES = ("take", "give_back", "assign", "move", "hand_up")
AT_ONCE = ("take",)  # asks for nothing
MOST = 100  # rows at once
MOST_QUEUES = 5  # whose officers and neighbours one form offers
BUSY = _("The service is busy for a moment. Nothing was saved; please try again.")


@dataclass(frozen=True)
class Seen:
    """A task as the person saw it in the list."""

    task_id: int
    state: str
    queue_id: int
    owner_id: int | None


@dataclass(frozen=True)
class Row:
    """What came of one row: its reference, the first words, and why not, if it was refused."""

    reference: str
    subject: str
    refused: str | Promise = ""

    @property
    def reference_written(self) -> str:
        """The reference as people read it."""
        return written(self.reference)


def read_seen(values: Iterable[str]) -> list[Seen]:
    """Read what a list's rows say of their tasks (`id.state.queue.owner`); what cannot be read is left out."""
    seen = {}
    for value in values:
        parts = value.split(".")
        numbers = [parts[0], *parts[2:]]
        if len(parts) == 4 and all(part.isascii() and part.isdigit() and len(part) < 19 for part in numbers):
            seen[int(parts[0])] = Seen(int(parts[0]), parts[1], int(parts[2]), int(parts[3]) or None)
    return list(seen.values())[:MOST]


def moves_offered_to(by: Actor) -> list[str]:
    """Give the moves that the flow page lets anybody with this person's roles make on work in a queue or a hand."""
    roles = {posting.role for posting in by.postings}
    return [move for move in MOVES if any(way.by & roles for way in ComplaintFlow.work.ways if way.move == move)]


def tasks_seen(seen: list[Seen], by: Actor, at: dt.datetime) -> dict[int, ComplaintTask]:
    """Give by id those of the tasks that are open and that this person may see."""
    tasks = ComplaintTask.objects.open().filter(scope.tasks_in_sight(by, at), pk__in=[each.task_id for each in seen])
    return {task.pk: task for task in tasks.select_related("process")}


def make_each(seen: list[Seen], move: str, *, by: Actor, at: dt.datetime, **says: Any) -> list[Row]:
    """Make the move on each task in turn; a refusal is that row's answer, and the others go on."""
    tasks = tasks_seen(seen, by, at)
    return [_make(tasks.get(each.task_id), each, move, by, at, says) for each in seen]


def _make(
    task: ComplaintTask | None, seen: Seen, move: str, by: Actor, at: dt.datetime, says: dict[str, Any]
) -> Row:  # fmt: skip
    if task is None:
        return Row("", "", AlreadyDone.words)
    case = task.process
    row = Row(case.reference, words.first_words(case.words))
    try:
        if (case.state, task.queue_id, task.owner_id) != (seen.state, seen.queue_id, seen.owner_id):
            raise AlreadyDone
        getattr(actions, move)(task, by=by, at=at, **says)
    except Refusal as refusal:
        return Row(row.reference, row.subject, refusal.words)
    except (
        OperationalError
    ):  # a lock waited for too long, a full disk: the rows before it are kept, and those after it may go
        return Row(row.reference, row.subject, BUSY)
    return row


def targets(move: str, tasks: Iterable[ComplaintTask], by: Actor, at: dt.datetime) -> list[Group]:
    """Give to whom these tasks can be given, or where they can be moved: what any of their first queues offers."""
    of_queue: dict[int | None, ComplaintTask] = {}
    for task in tasks:
        of_queue.setdefault(task.queue_id, task)
    askings = [writer.asking_about(task, by, at) for task in list(of_queue.values())[:MOST_QUEUES]]
    return _officers(askings) if move == "assign" else _queues(askings)


def _officers(askings: list[Asking]) -> list[Group]:
    return [(words.queue(asking.queue), [(user, str(user)) for user in choices.officers(asking)]) for asking in askings]


def _queues(askings: list[Asking]) -> list[Group]:
    groups: dict[str, dict[int, tuple[Any, str]]] = {}
    for asking in askings:
        for heading, things in choices.queues_of_the_same_rank(asking):
            named = f"{heading}: {words.office(asking.queue.office)}" if len(askings) > 1 else str(heading)
            groups.setdefault(named, {}).update({thing.pk: (thing, name) for thing, name in things})
    return [(heading, list(things.values())) for heading, things in groups.items()]
