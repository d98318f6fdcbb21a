"""The citizen says where it is, or what it is about, after we asked: the routing that the complaint would have had, had it said so at first."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from complaints import timeline
from complaints.incidents import incident_of
from complaints.models import Category
from complaints.states import State
from complaints.timeline import Happened
from offices.actors import Actor
from offices.models import Office, Queue
from workflows import routing
from workflows.corrections import detail_of
from workflows.guards import Asking
from workflows.models import ComplaintTask
from workflows.refusals import NotOpen
from workflows.writer import Done, Plan, asking_about, carry, lock


def say_place(task: ComplaintTask, *, place: Office, sure: float, words: str, by: Actor, at: dt.datetime) -> Done:
    """Place a complaint that still waits at a complaints desk: to its department if all is sure now, else to the nearer desk.

    No clock begins anew at a desk. Raises `NotOpen` once the desk has decided.
    """
    with transaction.atomic():
        asking = asking_about(lock(task, by), by, at)
        case = asking.case
        if case.state != State.RECEIVED:
            raise NotOpen
        detail = detail_of("place", case.place.code if case.place else "", place.code)
        case.place, case.place_confidence = place, sure
        case.save(update_fields=["place", "place_confidence"])
        routed = routing.route(case, at)
        if routed.sure:
            return _straight_on(asking, routed.queue, detail, words)
        return _to_the_nearer_desk(asking, routed.queue, detail, words)


def say_subject(task: ComplaintTask, *, category: Category, words: str, by: Actor, at: dt.datetime) -> Done:
    """Say what a complaint that still waits at a complaints desk is about: with a sure place, it goes to the department.

    Raises `NotOpen` once the desk has decided.
    """
    with transaction.atomic():
        asking = asking_about(lock(task, by), by, at)
        case = asking.case
        if case.state != State.RECEIVED:
            raise NotOpen
        detail = detail_of("subject", case.category.code if case.category else "", category.code)
        case.category, case.category_confidence = category, 1
        case.save(update_fields=["category", "category_confidence"])
        routed = routing.route(case, at)
        if routed.sure:
            return _straight_on(asking, routed.queue, detail, words)
        return _to_the_nearer_desk(asking, routed.queue, detail, words, "correct_subject")


def _straight_on(asking: Asking, queue: Queue, detail: str, words: str) -> Done:
    def fill(_asking: Asking, plan: Plan) -> None:
        plan.queue, plan.detail, plan.for_citizen = queue, detail, words
        plan.put(asking.case, incident=incident_of(asking.case, asking.at))

    way = asking.task.flow_task.way("route")
    return carry(asking, way, "", fill)


def _to_the_nearer_desk(asking: Asking, queue: Queue, detail: str, words: str, move: str = "correct_place") -> Done:
    case, task = asking.case, asking.task
    was, task.queue_id = task.queue_id, queue.pk
    task.save(update_fields=["queue"])
    timeline.write(
        Happened(
            case.pk, move, by=asking.by, at=asking.at, from_state=case.state, to_state=case.state,
            from_queue_id=was, to_queue_id=queue.pk, due_at=task.due_at, detail=detail, for_citizen=words,
        )
    )  # fmt: skip
    return Done(case, task)
