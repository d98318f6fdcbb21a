"""What happens if nobody does anything: the clock's own moves, made when they are due.

Work that is overdue rises by one staffed office for each deadline, in sets (`rises`); a question without a reply, an answer
without a word and the days to reopen are gone through case by case. Any number of sweeps may run at once, and any may be
killed: each move is one transaction under lock, and what a sweep does not reach the next one finds.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef

from escalation import rises
from escalation.due import Due, claim, clocks_move
from escalation.models import Incident
from offices.actors import CLOCK
from offices.clock import database_now
from offices.tree import line_of, queue_with
from workflows import actions, ladder
from workflows.models import ComplaintTask

log = logging.getLogger(__name__)

BATCH = 2000
HANDS = 2
Moved = Counter[str]  # how many, by what became of them: the names of `Swept`


class Swept(NamedTuple):
    """How many tasks were handed up, flagged at the top, gone on with in silence, ended, or could not be moved."""

    handed_up: int = 0
    flagged: int = 0
    lapsed: int = 0
    ended: int = 0
    faults: int = 0


def escalate(at: dt.datetime | None = None, *, limit: int = BATCH, hands: int = 1) -> Swept:
    """Make every move of the clock that is due, at most `limit` tasks in one transaction.

    `at` is the database's own time unless a test or a rehearsal says otherwise. More than a set's worth of work is done
    over `hands` connections at once. A case that cannot be moved becomes an `Incident` and holds up no other. Raises only
    what is no case's fault, such as a database that is away.
    """
    at = at or database_now()
    done = move_sets(rises.Plans(at), limit, hands)
    while moved := move_one(at, in_sets=False):
        done += moved
    close_settled_incidents(at)
    return Swept(**done)


def move_sets(plans: rises.Plans, limit: int, hands: int = 1) -> Moved:
    """Hand up in sets until nothing is left: of two overdue steps of one case a set moves one, so a short one says nothing."""
    done: Moved = Counter()
    while moved := move_a_set(plans, limit):
        done += moved
        if hands > 1 and moved.total() >= limit:
            return done + in_several_hands(plans, limit, hands)
    return done


def in_several_hands(plans: rises.Plans, limit: int, hands: int) -> Moved:
    """Go on over as many connections: a database has more than one processor, and sweeps do not mind each other."""

    def move_sets_apart(_hand: int) -> Moved:
        try:
            return move_sets(plans, limit)
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as threads:
        return sum(threads.map(move_sets_apart, range(hands)), Counter())


# The database is away, or two waited for each other: the next sweep finds it all again.
NO_CASES_FAULT = (OperationalError, InterfaceError)


def move_a_set(plans: rises.Plans, limit: int) -> Moved:
    """Hand up, or flag at the top, the next due tasks in one transaction; when that fails, in halves, down to the bad one."""
    claimed: list[Due] = []
    try:
        with transaction.atomic():
            claimed = claim(plans.at, limit, in_sets=True)
            return write_set(plans, claimed)
    except NO_CASES_FAULT:
        raise
    except Exception as fault:  # whatever it is, it must not hold up the others
        if not claimed:
            raise
        log.warning("%d overdue tasks could not be moved together: %s.", len(claimed), type(fault).__name__)
    if len(claimed) == 1:
        return move_one(plans.at, in_sets=True)
    half = len(claimed) // 2
    return move_a_set(plans, half) + move_a_set(plans, len(claimed) - half)


def write_set(plans: rises.Plans, claimed: list[Due]) -> Moved:
    """Move claimed tasks, of each case the one that has waited longest: what it leaves decides what the next one finds."""
    first_of_each: dict[int, Due] = {}
    for due in claimed:
        first_of_each.setdefault(due.case_id, due)
    planned = plans.for_each(first_of_each.values())
    risen = [(due, told) for due, told in planned if told.rise.change]
    stuck = [(due, told) for due, told in planned if not told.rise.change]
    return +Counter(handed_up=rises.hand_up(risen, plans.at), flagged=rises.flag(stuck, plans.at))


def move_one(at: dt.datetime, *, in_sets: bool) -> Moved:
    """Make the clock's move on the next due task, as an action of its own; which tasks, `claim` says."""
    due: Due | None = None
    try:
        with transaction.atomic():
            due = next(iter(claim(at, 1, in_sets=in_sets)), None)
            return Counter([act_on(due, at)] if due else [])
    except NO_CASES_FAULT:
        raise
    except Exception as fault:  # whatever is wrong with this case, the others go on
        if due is None:
            raise
        log.exception("The clock could not move task %d.", due.task_id)
        note_incident(due, fault, at)
        return Counter(["faults"])


class NoSuchStep(Exception):
    """A row names a step from which the flow page gives the clock no move."""


def act_on(due: Due, at: dt.datetime) -> str:
    """Make the one move that the flow page lets the clock make on this step, and say which kind of move it was."""
    task = ComplaintTask.objects.select_related("process").get(pk=due.task_id)
    match clocks_move(task.flow_task):
        case "hand_up":
            return rise_or_flag(task, at)
        case "lapse_question":
            actions.lapse_question(task, at=at)
            return "lapsed"
        case "lapse":
            actions.lapse(task, at=at)
            return "lapsed"
        case "end":
            actions.end(task, at=at)
            return "ended"
        case _:
            raise NoSuchStep(due.node)


def rise_or_flag(task: ComplaintTask, at: dt.datetime) -> str:
    """Hand the work up, or say that it is overdue where no office stands above."""
    assert task.queue_id is not None
    line = line_of(queue_with(task.queue_id).office_id)
    if ladder.next_up(line, task.process) is None:
        actions.flag(task, at=at)
        return "flagged"
    actions.hand_up(task, by=CLOCK, at=at)
    return "handed_up"


def note_incident(due: Due, fault: Exception, at: dt.datetime) -> None:
    """Put a task that could not be moved before an operator; once, however often it is tried."""
    now = {"node": due.node[:255], "error": type(fault).__name__[:100], "last_at": at}
    Incident.objects.update_or_create(
        task_id=due.task_id,
        resolved_at=None,
        defaults={**now, "times": F("times") + 1},
        create_defaults={**now, "case_id": due.case_id, "at": at},
    )


def close_settled_incidents(at: dt.datetime) -> None:
    """Close the incidents of tasks for which the clock no longer waits: it has moved them, or somebody else has."""
    still_due = ComplaintTask.objects.due(at).filter(pk=OuterRef("task_id"))
    Incident.objects.filter(~Exists(still_due), resolved_at=None).update(resolved_at=at)
