"""Working together on one case: another department's part, a leader's directive and advice, and what becomes of them.

Each is a task beside the one main step, with a queue, a deadline and a way up of its own. As in `actions`, `by` says who,
`at` says when, and a `Refusal` leaves everything as it was. The timeline names the task of each step as `task:N`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.models import Complaint, Entry
from complaints.states import State
from complaints.timeline import Happened
from offices.actors import Actor
from offices.models import Office, Queue, Role
from offices.tree import line_of, queue_at, queue_with
from workflows import beside, ladder, notify, scope
from workflows.flows import ComplaintFlow
from workflows.guards import Asking
from workflows.models import ComplaintTask
from workflows.nodes import Arrival, row_of
from workflows.policies import times_for
from workflows.refusals import NotOpen, NotYours, WrongTarget, needed
from workflows.writer import Done, Plan, asking_about, lock_step_of, make_move, pressed_twice

READ_AGAIN_AFTER = dt.timedelta(minutes=30)  # from then on a reading is written down once more
WORKED_ON = ("work", "question", "outside", "approval")  # the steps at which others can be asked


# Asked for.


def ask_contribution(case: Complaint, *, to: Queue, words: str, by: Actor, at: dt.datetime) -> Done:
    """Ask another department, of the same office or one above, for its part; it waits in their queue."""
    with transaction.atomic():
        asking = _ask_of(case, "ask_contribution", by, at)
        if to.pk == asking.queue.pk or to.office_id not in asking.line.ids or not _may_hold(to.office_id, asking):
            raise WrongTarget
        if not _somebody_may_read(to, asking):
            raise WrongTarget(_("Nobody serves there who may see this subject."))
        asked_again = any(task.queue_id == to.pk for task in beside.still_asked(asking.case))
        if asked_again and not pressed_twice(asking.case, "ask_contribution", needed(words), by, at):
            raise WrongTarget(_("This department has been asked already."))
        return _lay(asking, "ask_contribution", ComplaintFlow.contribution, to, words)


def ask_advice(case: Complaint, *, of: Office, words: str, by: Actor, at: dt.datetime) -> Done:
    """Ask the leader of the case's office, or of one above, for advice."""
    with transaction.atomic():
        asking = _ask_of(case, "ask_advice", by, at)
        if of.pk not in asking.line.ids or not _may_hold(of.pk, asking):
            raise WrongTarget
        category = asking.case.category
        queue = queue_at(of.pk, category.department_id if category else None)
        return _lay(asking, "ask_advice", ComplaintFlow.asked_advice, queue, words)


def advise(case: Complaint, *, words: str, by: Actor, at: dt.datetime) -> Done:
    """Give a leader's advice, unasked, to whoever has the case in hand, who must acknowledge it."""
    with transaction.atomic():
        asking = _ask_of(case, "advise", by, at)
        return _lay(asking, "advise", ComplaintFlow.advice, asking.queue, words, owner_id=asking.task.owner_id)


def direct(case: Complaint, *, to: Queue, words: str, by: Actor, at: dt.datetime) -> Done:
    """Lay a leader's directive into a queue, as a task with a deadline of its own; not once the case has ended."""
    with transaction.atomic():
        asking = _locked(case, by, at)
        if Role.LEADER not in scope.roles_in(asking.case, to, by, at):
            raise NotYours
        if not _may_hold(to.office_id, asking):
            raise WrongTarget
        return _lay(asking, "direct", ComplaintFlow.directive, to, words)


def check(asking: Asking, move: str) -> None:
    """Refuse what this person may not ask for beside the main step, or not now."""
    roles, holds = asking.roles, asking.task.owner_id == asking.by.user_id
    if move in ("advise", "direct"):
        allowed = Role.LEADER in roles
        if move == "advise" and asking.case.state == State.CLOSED:
            raise NotOpen  # nobody has it in hand who could act on it
    else:
        allowed = Role.SUPERVISOR in roles or (Role.OFFICER in roles and holds)
        if asking.task.flow_task.name not in WORKED_ON:
            raise NotOpen
    if not allowed:
        raise NotYours


def pages_open_to(asking: Asking) -> list[str]:
    """Give what this person may ask for or say beside the main step now."""
    return [move for move in ("ask_contribution", "ask_advice", "advise", "direct") if _is_open(asking, move)]


def _is_open(asking: Asking, move: str) -> bool:
    try:
        check(asking, move)
    except (NotOpen, NotYours):
        return False
    return True


def _locked(case: Complaint, by: Actor, at: dt.datetime) -> Asking:
    step = lock_step_of(case.pk)
    if step is None:
        raise NotOpen
    return asking_about(step, by, at)


def _ask_of(case: Complaint, move: str, by: Actor, at: dt.datetime) -> Asking:
    asking = _locked(case, by, at)
    check(asking, move)
    return asking


def _may_hold(office_id: int, asking: Asking) -> bool:
    return ladder.may_hold(line_of(office_id), asking.case)


def _somebody_may_read(to: Queue, asking: Asking) -> bool:
    """Say whether a part asked of this queue could be given: of a sensitive subject, only by those named for it."""
    category = asking.case.category
    if category is None or not category.sensitive:
        return True
    return bool(ladder.staffed_offices([to.office_id], category, asking.at, to.department_id))


def _lay(
    asking: Asking, move: str, node: Any, queue: Queue, words: str, owner_id: int | None = None
) -> Done:  # fmt: skip
    """Open a task beside the main step, on a case whose lock is held."""
    case, at, said = asking.case, asking.at, needed(words)
    queue = queue_with(queue.pk)
    twin = ComplaintTask.objects.open().filter(process=case, side=True, queue=queue).order_by("-pk").first()
    if twin and pressed_twice(case, move, said, asking.by, at):
        return Done(case, twin)
    due_at = times_for(case.category, queue.office.level, at).deadline(node.within, at)
    task = row_of(node, case, Arrival(at=at, queue_id=queue.pk, owner_id=owner_id, due_at=due_at))
    task.save(force_insert=True)
    timeline.write(
        Happened(
            case.pk, move, by=asking.by, at=at, to_queue_id=queue.pk, holder_id=owner_id, due_at=due_at,
            detail=_name_of(task), for_staff=said,
        )
    )  # fmt: skip
    return Done(case, task)


# Done, read or called off.


def carry_out(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Say how a directive was carried out."""
    return make_move(task, "carry_out", by=by, at=at, reason=reason, fill=_naming_it)


def contribute(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Give the department's part, in words for whoever asked."""
    return make_move(task, "contribute", by=by, at=at, reason=reason, fill=_naming_it)


def call_off(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Say that what was asked of others, or directed, is no longer needed.

    Of a directive those are told who may have begun on it: whoever has the case in hand, and who has read it and could carry it out.
    """
    with transaction.atomic():
        done = make_move(task, "call_off", by=by, at=at, reason=reason, fill=_naming_it)
        if task.flow_task.name == "directive":
            notify.tell_staff(_who_may_have_begun(task, at) - {by.user_id}, "called_off", done.case, at)
        return done


def _who_may_have_begun(directive: ComplaintTask, at: dt.datetime) -> set[int | None]:
    case = directive.process
    lately = directive.created - READ_AGAIN_AFTER  # a second reading within that time was not written down
    readers = Entry.objects.filter(complaint=case, move="read", at__gte=lately).values_list("actor", flat=True)
    queue = queue_with(directive.queue_id) if directive.queue_id else None
    can = {each for each in set(readers) if each and queue and scope.may_hold(each, case, queue, at)}
    return can | {beside.holder_of(case)}


def give_advice(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Give the advice that was asked for; it goes to whoever has the case in hand now, to be read."""

    def fill(asking: Asking, plan: Plan) -> None:
        main = beside.main_step_of(asking.case)
        assert main is not None and main.queue_id is not None  # the case is locked, and what stands beside it is open
        plan.queue, plan.owner_id = queue_with(main.queue_id), main.owner_id
        _naming_it(asking, plan)

    return make_move(task, "give_advice", by=by, at=at, reason=reason, fill=fill)


def acknowledge(task: ComplaintTask, *, by: Actor, at: dt.datetime) -> Done:
    """Say that a leader's advice has been read."""
    return make_move(task, "acknowledge", by=by, at=at, fill=_naming_it)


def _naming_it(asking: Asking, plan: Plan) -> None:
    plan.detail = _name_of(asking.task)


def _name_of(task: ComplaintTask) -> str:
    return f"task:{task.pk}"


# Looking.

OPENINGS = ("ask_contribution", "ask_advice", "advise", "direct", "give_advice")
ENDINGS = {"carry_out", "contribute", "give_advice", "acknowledge"}  # by whom it waits for, not by whoever asked


def openings_of(case: Complaint) -> list[Entry]:
    """Give the timeline's steps that opened something beside the main step, oldest first; one statement."""
    return list(Entry.objects.filter(complaint=case, move__in=OPENINGS).select_related("said").order_by("number"))


def words_that_asked(task: ComplaintTask, openings: list[Entry]) -> str:
    """Give the words with which a task beside the main step was asked for, out of its case's `openings`."""
    opened = [entry for entry in openings if _opened(entry, task)]
    said = getattr(opened[-1], "said", None) if opened else None
    return said.for_staff if said else ""


def _opened(entry: Entry, task: ComplaintTask) -> bool:
    """Say whether this step opened the task: it names it, or as `give_advice` does the one that ended in the same moment."""
    if entry.move == "give_advice":
        return task.flow_task.name == "advice" and entry.at == task.created
    return entry.detail == _name_of(task)


def note_reading(case: Complaint, by: Actor, at: dt.datetime) -> None:
    """Note, of each task beside the main step that waits for this very person, when it was first read."""
    unread = ComplaintTask.objects.open().filter(process=case, side=True, read_at=None)
    for task in unread:
        task.process = case
    theirs = [task.pk for task in unread if _waits_for(task, by, at)]
    if theirs:
        ComplaintTask.objects.filter(pk__in=theirs, read_at=None).update(read_at=at)


def _waits_for(task: ComplaintTask, by: Actor, at: dt.datetime) -> bool:
    asking = asking_about(task, by, at)
    return any(way.move in ENDINGS and asking.roles & way.by for way in task.flow_task.ways)
