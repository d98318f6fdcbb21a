"""Taking a complaint in: one, or many at once for imports and bursts; the same rows either way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from complaints import timeline
from complaints.incidents import incident_of
from complaints.models import Category, Citizen, Complaint, Kind, Priority, new_secret
from complaints.references import new_reference
from complaints.timeline import Happened
from notices.models import Notice
from offices.actors import Actor
from offices.models import Office, User
from workflows import notify, routing
from workflows.flows import ComplaintFlow
from workflows.inserts import insert
from workflows.nodes import Arrival, Way
from workflows.policies import times_for
from workflows.writer import Done


@dataclass(frozen=True)
class Said:
    """What a citizen says, in the one form into which every way in is brought; times are aware."""

    words: str
    channel: str
    received_at: dt.datetime
    citizen: Citizen | None = None
    kind: str = Kind.COMPLAINT
    language: str = "sw"
    arrival: str = ""
    came_back: str = ""
    category: Category | None = None
    category_confidence: float = 0
    place: Office | None = None
    place_confidence: float = 0
    place_words: str = ""
    about_person: User | None = None
    about_post: str = ""
    about_office: Office | None = None
    earlier: Complaint | None = None
    citizen_name: str = ""
    confidential: bool = False  # neither name nor number is shown to any office
    priority: int = Priority.NORMAL
    desk: Office | None = None  # the complaints desk that entered it
    by_call: bool = False
    latitude: float | None = None
    longitude: float | None = None
    accuracy: int | None = None
    is_public: bool = False
    lends_name: bool = False
    reference: str = ""  # of a paper slip, drawn before there was a complaint; so is its secret
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Prepared:
    """A complaint about to be saved, and the first step it is to have."""

    case: Complaint
    routed: routing.Routed
    way: Way
    arrival: Arrival


def lodge(said: Said, *, by: Actor, at: dt.datetime) -> Done:
    """Take a complaint in: case, first task with its deadline, timeline and notice are rows of one transaction.

    The clock runs from `received_at`.
    """
    return lodge_many([said], by=by, at=at)[0]


def lodge_many(all_said: Sequence[Said], *, by: Actor, at: dt.datetime) -> list[Done]:
    """Take many complaints in at once, all or none, in as many statements as one; some 500 at a time."""
    for _attempt in range(5):
        try:
            with transaction.atomic():
                return _lodge(all_said, by, at)
        except IntegrityError as error:
            # Taken already (once in 1,000 at a million a year): draw again.
            if "reference" not in str(error):
                raise
    raise NoFreeReference


class NoFreeReference(Exception):
    """Five draws in a row were taken: the year's numbers are nearly used up."""


def _lodge(all_said: Sequence[Said], by: Actor, at: dt.datetime) -> list[Done]:
    prepared = [_prepare(said, at) for said in all_said]
    tasks = ComplaintFlow.lodge.start([(each.case, each.way, each.arrival) for each in prepared])
    timeline.write_many([_happened(each, by, at) for each in prepared])
    notices = [_notice(each, by, at) for each in prepared]
    insert([notice for notice in notices if notice])
    return [Done(each.case, task, notice) for each, task, notice in zip(prepared, tasks, notices, strict=True)]


def _prepare(said: Said, at: dt.datetime) -> Prepared:
    case = _new_case(said, at)
    routed = routing.route(case, at)
    target = ComplaintFlow.work if routed.sure else ComplaintFlow.triage
    way = next(way for way in ComplaintFlow.lodge.ways if way.target is target)
    case.lodge(sure=routed.sure)
    case.incident = incident_of(case, at) if routed.sure else None
    times = times_for(case.category, routed.queue.office.level, at)
    due_at = times.deadline(target.within, case.received_at)
    arrival = Arrival(at=at, queue_id=routed.queue.pk, due_at=due_at, rank=rank_of(case.priority))
    return Prepared(case, routed, way, arrival)


def rank_of(priority: int) -> int:
    """Give the place in a queue of what has this priority: 0 goes first."""
    return 0 if priority >= Priority.HIGH else 1


def _new_case(said: Said, at: dt.datetime) -> Complaint:
    told = {**vars(said), "received_at": min(said.received_at, at)}
    told["reference"], told["secret"] = said.reference or new_reference(said.received_at), said.secret or new_secret()
    return Complaint(flow_class=ComplaintFlow, created=at, entered_at=at, **told)


def _happened(prepared: Prepared, by: Actor, at: dt.datetime) -> Happened:
    case, arrival = prepared.case, prepared.arrival
    return Happened(
        case.pk, "lodge", by=by, at=at, to_state=case.state, to_queue_id=arrival.queue_id, due_at=arrival.due_at,
        commitment=timeline.commit_to_complaint(case), detail=f"incident:{case.incident_id}" if case.incident_id else "",
    )  # fmt: skip


def _notice(prepared: Prepared, by: Actor, at: dt.datetime) -> Notice | None:
    kind = "queued" if prepared.routed.sure else "received"
    queue, due_at = prepared.routed.queue, prepared.arrival.due_at
    return notify.tell(prepared.case, kind, by=by, at=at, queue=queue, due_at=due_at, facts={}, save=False)
