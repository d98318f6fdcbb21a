"""Correcting what was noted of a case: its subject, its place, how urgent it is. No state, no deadline, no holder changes.

A correction may show that another office is responsible; then `responsible` says which, and the move there is made by `move`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.categories import categories
from complaints.incidents import incident_of
from complaints.models import Category, Complaint, Entry, Priority
from complaints.states import LIVE, State
from complaints.timeline import Happened
from offices.actors import Actor
from offices.kept import kept
from offices.models import Office, Queue, Role
from offices.tree import line_of, queue_at
from workflows import ladder, scope, words
from workflows.guards import Asking
from workflows.lodging import rank_of
from workflows.models import ComplaintTask
from workflows.refusals import NotOpen, NotYours, ReasonMissing
from workflows.writer import Done, asking_about, lock

MAY_CORRECT = {Role.SUPERVISOR.value, Role.LEADER.value}
IN_A_HAND = (State.IN_HAND, State.WAITING, State.REFERRED, State.FOR_APPROVAL)


def may_correct(asking: Asking) -> bool:
    """Say whether the actor leads where the case is, and it is not closed yet."""
    return bool(asking.roles & MAY_CORRECT) and asking.case.state in LIVE and not asking.task.side


def correct(
    task: ComplaintTask,
    *,
    category: Category | None = None,
    place: Office | None = None,
    priority: int | None = None,
    by: Actor,
    at: dt.datetime,
    reason: str,
) -> Done:
    """Correct what is named and different, each with an entry of its own; only staff read the reason."""
    with transaction.atomic():
        asking = asking_about(lock(task, by), by, at)
        _refuse(asking, reason)
        case = asking.case
        before = {"category": case.category, "priority": case.priority}
        steps = list(_changes(case, category, place, priority))
        if not steps:
            raise NotOpen(_("Nothing was changed."))
        if case.category != before["category"]:
            _check_sight(asking)
        if case.incident_id and (moved := incident_of(case, at)) != case.incident:
            case.incident = moved  # it was part of one by its subject and place alone
        case.save(
            update_fields=["category", "category_confidence", "place", "place_confidence", "priority", "incident"]
        )
        if case.priority != before["priority"]:
            asking.task.rank = rank_of(case.priority)
            asking.task.save(update_fields=["rank"])
        for move, detail in steps:
            timeline.write(_happened(asking, move, detail, reason.strip()))
        return Done(case, asking.task)


def _refuse(asking: Asking, reason: str) -> None:
    if not asking.roles & MAY_CORRECT:
        raise NotYours
    if not may_correct(asking):
        raise NotOpen
    if not reason.strip():
        raise ReasonMissing(_("Say why; only staff read it."))


def _changes(
    case: Complaint, category: Category | None, place: Office | None, priority: int | None
) -> Iterator[tuple[str, str]]:
    """Set what is new on the case, and give the step and its detail for each."""
    if category is not None and category.pk != case.category_id:
        was = case.category.code if case.category else ""
        case.category, case.category_confidence = category, 1
        yield "correct_subject", detail_of("subject", was, category.code)
    if place is not None and place.pk != case.place_id:
        was = case.place.code if case.place else ""
        case.place, case.place_confidence = place, 1
        yield "correct_place", detail_of("place", was, place.code)
    if priority is not None and priority != case.priority:
        was = str(case.priority)
        case.priority = priority
        yield "correct_priority", detail_of("priority", was, str(priority))


DETAIL = Entry._meta.get_field("detail").max_length or 0


def detail_of(what: str, was: str, now: str) -> str:
    """Give the detail of an entry by which something became something else, by its codes."""
    detail = f"{what}:{was}.{now}".lower()
    return detail if len(detail) <= DETAIL else f"{what}:.{now}".lower()[:DETAIL]


def _check_sight(asking: Asking) -> None:
    """Refuse a subject that would take the case out of the sight of whoever corrects it, or of whoever has it in hand."""
    case, queue, owner_id = asking.case, asking.queue, asking.task.owner_id
    if case.category is None or not case.category.sensitive:
        return
    if not scope.roles_in(case, queue, asking.by, asking.at) & MAY_CORRECT:
        meant = words.queue(queue_at(queue.office_id, case.category.department_id))
        raise NotOpen(
            _("Only those named for this subject see it. Move the case to %(queue)s first; they correct it.")
            % {"queue": meant}
        )
    if owner_id is not None and case.state in IN_A_HAND and not asking.may_be_held_by(owner_id):
        raise NotOpen(
            _("Whoever has it in hand may not see this subject: give the case to somebody who may, then correct it.")
        )


def _happened(asking: Asking, move: str, detail: str, reason: str) -> Happened:
    case, task = asking.case, asking.task
    return Happened(
        case.pk, move, by=asking.by, at=asking.at, from_state=case.state, to_state=case.state,
        from_queue_id=task.queue_id, to_queue_id=task.queue_id, holder_id=task.owner_id, due_at=task.due_at,
        detail=detail, for_staff=reason,
    )  # fmt: skip


def responsible(asking: Asking) -> Queue | None:
    """Give the queue that subject and place point to at this rank of office, where it is another than the case is in."""
    case, queue = asking.case, asking.queue
    if case.category is None or asking.task.flow_task.name == "triage":
        return None
    line = line_of(case.place_id) if case.place_id else asking.line
    same_rank = [rung for rung in line.rungs if rung.office.level == queue.office.level and ladder.may_hold(rung, case)]
    office = same_rank[0].office if same_rank else queue.office
    meant = queue_at(office.pk, case.category.department_id)
    return meant if meant.pk != queue.pk else None


# As the timeline tells it.


def told(detail: str) -> dict[str, str]:
    """Give what it was and what it is now, in words, from the detail of a correction's entry; empty for other entries."""
    what, _colon, codes = detail.partition(":")
    if what not in NAMES or "." not in codes:
        return {"was": "", "now": ""}
    was, now = codes.split(".", 1)
    return {"was": NAMES[what](was), "now": NAMES[what](now)}


def _subject(code: str) -> str:
    found = [category for category in categories().values() if category.code.lower() == code]
    return str(found[0]) if found else code or "–"


@kept
def _place_with(code: str) -> Office | None:
    return Office.objects.filter(code__iexact=code).first() if code else None


def _place(code: str) -> str:
    return words.office(_place_with(code)) or code or "–"


def _priority(code: str) -> str:
    return str(Priority(int(code)).label) if code in map(str, Priority.values) else "–"


NAMES = {"subject": _subject, "place": _place, "priority": _priority}
