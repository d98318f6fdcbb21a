"""The one writer: every move of every case goes through `make_move`.

The same beats follow every time: lock, refuse in human words, move the flow and the state, write the timeline, queue the
notice; all in one transaction or nothing. What a move needs beyond its line on the flow page it fills in itself
(`actions`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django_fsm import can_proceed

from complaints import timeline
from complaints.categories import category_with
from complaints.models import Complaint, Entry, Priority
from complaints.timeline import Happened
from notices.models import Notice
from offices.actors import Actor, ActorKind
from offices.models import Queue, Role
from offices.tree import queue_with
from workflows import beside, notify
from workflows.guards import Asking
from workflows.models import ComplaintTask
from workflows.nodes import ACT_DUE, FRESH, KEPT, LEFT, Arrival, Way
from workflows.policies import due_after_pause, times_for
from workflows.refusals import AlreadyDone, NotOpen, NotYours, ReasonMissing, TooEarly, says_something


@dataclass(frozen=True)
class Done:
    """What a move leaves behind: the case, its open task (None once it has ended), and what the citizen is told, if anything."""

    case: Complaint
    task: ComplaintTask | None
    notice: Notice | None = None


@dataclass
class Plan:
    """How one move changes the case, before it is written."""

    queue: Queue
    owner_id: int | None
    rank: int
    state_arguments: tuple[Any, ...] = ()
    detail: str = ""
    for_staff: str = ""
    for_citizen: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    case_fields: set[str] = field(default_factory=set)
    questions: int = 0
    resume_due: dt.datetime | None = None
    notice: str | None = ""  # the kind by which the citizen hears of it, in place of the move's own; None: not at all

    def put(self, case: Complaint, **values: Any) -> None:
        """Set fields of the case, to be saved with its state."""
        for name, value in values.items():
            setattr(case, name, value)
        self.case_fields |= {name.removesuffix("_id") for name in values}


Filling = Callable[[Asking, Plan], None]


def make_move(
    seen: ComplaintTask, move: str, *, by: Actor, at: dt.datetime, reason: str = "", although: str = "",
    fill: Filling | None = None,
) -> Done:  # fmt: skip
    """Make one move on a task as the actor saw it; `fill` completes the plan. Raises a `Refusal`, with nothing changed.

    `although` says why what was asked of others is not waited for.
    """
    with transaction.atomic():
        task = lock(seen, by)
        asking = asking_about(task, by, at)
        way = way_open_to(asking, move)
        check_reason(way, by, reason)
        if way.awaits:
            beside.wait_or_say_why_not(asking, although)
        return carry(asking, way, reason, fill)


def carry(asking: Asking, way: Way, reason: str, fill: Filling | None) -> Done:
    """Carry out a move that has been let through, on a case whose lock is held."""
    plan = planned(asking, reason.strip(), fill)
    if not way.told:  # what the citizen is not told of, only staff read
        plan.for_staff, plan.for_citizen = plan.for_staff or plan.for_citizen, ""
    return _write(asking, way, plan)


def planned(asking: Asking, reason: str, fill: Filling | None) -> Plan:
    """Give what a move will change, before anything is written."""
    task = asking.task
    plan = Plan(
        asking.queue, task.owner_id, task.rank, for_citizen=reason, questions=task.questions,
        resume_due=task.resume_due, facts={"reason": reason} if reason else {},
    )  # fmt: skip
    if fill:
        fill(asking, plan)
    return plan


def asking_about(task: ComplaintTask, by: Actor, at: dt.datetime) -> Asking:
    """Give what the guards look at, for an open task."""
    case = task.process
    case.category = category_with(case.category_id)
    assert task.queue_id is not None
    return Asking(case, task, queue_with(task.queue_id), by, at)


def lock(seen: ComplaintTask, by: Actor) -> ComplaintTask:
    """Lock a case's step and the case itself, in that order, as every writer does; one statement reads both.

    For a step beside the main one the case comes first: whoever closes it holds it, and then cancels what stands beside.

    Raises `AlreadyDone` when the step is over, or for a member of staff when it is no longer as they saw it. Joins
    nothing whose key may change: a writer who waited would get the new key with the old row.
    """
    if seen.side:
        Complaint.objects.select_for_update(no_key=True).filter(pk=seen.process_id).values_list("pk", flat=True).first()
    task = _lock(pk=seen.pk) if seen.side else lock_step_of(seen.process_id)
    if task is None or _is_stale(seen, task, by):
        raise AlreadyDone
    return task


def lock_step_of(case_id: int) -> ComplaintTask | None:
    """Lock the one step that a case is at, and the case; None once it has ended."""
    return _lock(process=case_id, side=False)


def _lock(**which: Any) -> ComplaintTask | None:
    # No key: a plain FOR UPDATE would also hold up whoever only writes a timeline entry of the case (its foreign key
    # asks for a share of the key at commit), who holds the chain's head that we are about to need: a deadlock.
    waiting = ComplaintTask.objects.open().filter(**which).select_related("process__citizen")
    waiting = waiting.select_for_update(of=("self", "process"), no_key=True)
    # One who waited behind a finished step gets no row although the next step exists: ask once more.
    return next(iter(waiting), None) or next(iter(waiting.all()), None)


def _is_stale(seen: ComplaintTask, task: ComplaintTask, by: Actor) -> bool:
    if by.kind == ActorKind.CITIZEN:
        return False  # what the citizen means does not hang on which officer was faster
    return _situation(seen) != _situation(task)


def _situation(task: ComplaintTask) -> tuple[object, ...]:
    return (task.pk, task.process.state, task.queue_id, task.owner_id)


def way_open_to(asking: Asking, move: str) -> Way:
    """Give the way of this name, or refuse: first whether it is open at all, then whether it is theirs."""
    case, task = asking.case, asking.task
    way: Way | None = task.flow_task.way(move, case.state)
    if way is None or not (task.side or can_proceed(getattr(case, move))):
        raise NotOpen
    _check_role(asking, way)
    for guard in way.guards:
        if words := guard(asking):
            raise NotOpen(words)
    if by_clock(asking.by) and (task.due_at is None or task.due_at > asking.at):
        raise TooEarly
    return way


def _check_role(asking: Asking, way: Way) -> None:
    roles = asking.roles & way.by
    if not roles or (roles == {Role.OFFICER} and _is_in_anothers_hand(asking)):
        raise NotYours


def _is_in_anothers_hand(asking: Asking) -> bool:
    """Say whether a colleague has it: not one who was left behind when it was handed up, or has gone since."""
    holder = asking.task.owner_id
    return holder not in (None, asking.by.user_id) and asking.may_be_held_by(holder)


def by_clock(by: Actor) -> bool:
    """Say whether it is the clock that acts."""
    return by.kind == ActorKind.CLOCK


def check_reason(way: Way, by: Actor, reason: str) -> None:
    """Refuse a move without the reason that its line asks for; the clock's reason is its rule."""
    if way.reason and not says_something(reason) and not by_clock(by):
        raise ReasonMissing


def ways_open_to(task: ComplaintTask, by: Actor, at: dt.datetime) -> list[Way]:
    """Give the moves that this person could make on an open task now."""
    return ways_open(asking_about(task, by, at))


def ways_open(asking: Asking) -> list[Way]:
    """Give the moves that whoever asks could make now: the buttons of the page."""
    moves = dict.fromkeys(way.move for way in asking.task.flow_task.ways)
    return list(_open_among(asking, moves))


def _open_among(asking: Asking, moves: Iterable[str]) -> Iterable[Way]:
    for move in moves:
        try:
            yield way_open_to(asking, move)
        except (NotOpen, NotYours, TooEarly):
            continue


def due_for(asking: Asking, way: Way, plan: Plan) -> dt.datetime | None:
    """Give the deadline of the step that a way leads to."""
    task = asking.task
    if way.due == KEPT:
        return task.due_at
    if way.due == FRESH:
        times = times_for(asking.case.category, plan.queue.office.level, asking.at)
        return times.deadline(way.target.within, asking.at)
    if task.resume_due is not None and way.due == LEFT:
        return due_after_pause(asking.at, paused_at=task.created, was_due=task.resume_due)
    return task.resume_due if way.due == ACT_DUE else None


def _write(asking: Asking, way: Way, plan: Plan) -> Done:
    case, task, from_state = asking.case, asking.task, asking.case.state
    due_at = due_for(asking, way, plan)
    if not task.side and (way.outcome or way.target.within == ""):
        beside.fall_away(asking, for_good=not way.outcome)
    following = _stay(asking, way, plan, due_at) if way.stays else _leave(asking, way, plan, due_at)
    if not task.side:
        _change_state(case, way, plan)
    timeline.write(
        Happened(
            case.pk, way.move, by=asking.by, at=asking.at, from_state=from_state, to_state=case.state,
            from_queue_id=asking.queue.pk, to_queue_id=plan.queue.pk, holder_id=plan.owner_id, due_at=due_at,
            detail=plan.detail or _beside(task), for_staff=plan.for_staff, for_citizen=plan.for_citizen,
        )
    )  # fmt: skip
    return Done(case, following, tell(asking, way, plan, due_at))


def _beside(task: ComplaintTask) -> str:
    """Name a step beside the main one, so that whoever counts the case's own moves can tell them apart."""
    return str(task.flow_task.name) if task.side else ""


def _stay(asking: Asking, way: Way, plan: Plan, due_at: dt.datetime | None) -> ComplaintTask:
    changes: dict[str, Any] = {"owner_id": plan.owner_id}
    if plan.queue.pk != asking.queue.pk:
        changes |= {"queue_id": plan.queue.pk}
    if way.due == FRESH:
        changes |= {"due_at": due_at, "flagged_at": None, "questions": 0}
    return asking.task.flow_task.activation_class(asking.task).stay(**changes)


def _leave(asking: Asking, way: Way, plan: Plan, due_at: dt.datetime | None) -> ComplaintTask | None:
    arrival = Arrival(
        at=asking.at, queue_id=plan.queue.pk, owner_id=plan.owner_id, due_at=due_at, rank=plan.rank,
        resume_due=plan.resume_due, questions=plan.questions,
    )  # fmt: skip
    activation = asking.task.flow_task.activation_class(asking.task)
    following = activation.leave(way, arrival)
    return following if following is not None and following.finished is None else None


def _change_state(case: Complaint, way: Way, plan: Plan) -> None:
    if way.outcome:
        plan.put(case, outcome=way.outcome)
    if case.finished is not None:
        plan.case_fields |= {"status", "finished"}
    before = case.state
    getattr(case, way.move)(*plan.state_arguments)
    if plan.case_fields or case.state != before:
        case.save(update_fields=sorted(plan.case_fields | {"state"}))


def tell(asking: Asking, way: Way, plan: Plan, due_at: dt.datetime | None, *, save: bool = True) -> Notice | None:
    """Queue the notice of a move, where its line on the flow page says that the citizen is told; `save` as in `outbox`."""
    if not way.told or plan.notice is None:
        return None
    case = asking.case
    facts = dict(plan.facts)
    if way.target.within in ("silence", "reopen"):
        times = times_for(case.category, plan.queue.office.level, asking.at)
        facts["days"] = getattr(times, f"{way.target.within}_days")
    kind = plan.notice or notify.KIND_OF_MOVE[way.move]
    return notify.tell(
        case, kind, by=asking.by, at=asking.at, queue=plan.queue, due_at=due_at, facts=facts, save=save
    )  # fmt: skip


def raise_priority(plan: Plan, case: Complaint) -> None:
    """Let a case that the citizen disputes or reopens go first."""
    plan.put(case, priority=max(case.priority, Priority.HIGH))
    plan.rank = 0


SECOND_PRESS = dt.timedelta(minutes=1)


def pressed_twice(case: Complaint, move: str, words: str, by: Actor, at: dt.datetime) -> bool:
    """Say whether this person has just said these very words; asked under the case's lock."""
    just_now = Entry.objects.filter(complaint=case, move=move, actor=by.user_id, at__gt=at - SECOND_PRESS)
    return just_now.filter(said__for_staff=words).exists()
