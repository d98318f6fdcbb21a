"""One case as a member of staff sees it: its story, its timeline as sentences, and the moves open to this person now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils.functional import Promise
from django.utils.translation import gettext

from complaints.categories import category_with
from complaints.incidents import incident_of, incident_with
from complaints.models import Attachment, Complaint, Entry, KnownIncident, MediaType, Priority
from complaints.references import read_reference, written
from complaints.states import State
from offices.actors import Actor, ActorKind
from offices.models import Body, Role
from offices.tree import line_of, queue_with
from workflows import (
    beside,
    bodies,
    corrections,
    duplicates,
    evidence,
    incidents,
    scope,
    together,
    words,
    writer,
    writing,
)
from workflows.actions import LOOK_ONLY
from workflows.desk import due
from workflows.desk.forms import asks_for_nothing
from workflows.duplicates import Alike
from workflows.flows import ComplaintFlow
from workflows.guards import Asking
from workflows.models import BodyLink, ComplaintTask
from workflows.nodes import Step as FlowStep
from workflows.nodes import Way
from workflows.remaining import Remaining, remaining


def case_in_sight(reference: str, by: Actor, at: dt.datetime) -> Complaint | None:
    """Give the case with this reference (as people write it), or None if there is none that this person may see."""
    digits = read_reference(reference)
    # What few cases have is asked for where it is shown: PostgreSQL thinks longer about ten tables than it reads in them.
    case = Complaint.objects.select_related("citizen").filter(reference=digits).first() if digits else None
    if case is None:
        return None
    case.category = category_with(case.category_id)
    case.place = line_of(case.place_id).office if case.place_id else None
    case.about_office = line_of(case.about_office_id).office if case.about_office_id else None
    seen = ComplaintTask.objects.filter(scope.tasks_in_sight(by, at), process=case).exists()
    return case if seen or scope.has_passed_through(case, by, at) else None


@dataclass(frozen=True)
class Button:
    """A move as it is offered."""

    move: str
    label: str | Promise
    asks: bool  # for something, or whether one is sure: it has a page of its own
    rank: int  # 0: the work itself, 1: what goes on with it, 2: the rest


@dataclass(frozen=True)
class OpenTask:
    """A step that waits, for whom and until when, and what this person can do about it."""

    task: ComplaintTask
    asking: Asking
    left: Remaining | None
    buttons: list[Button]
    reckoned: list[str] = field(default_factory=list)  # how the deadline came about
    words: str = ""  # with which it was asked for, when it stands beside the main step

    @property
    def title(self) -> str | Promise:
        """What it is, when it stands beside the main step."""
        return words.BESIDE.get(self.task.flow_task.name, "")

    @property
    def queue(self) -> str:
        """Where it waits."""
        return words.queue(self.asking.queue)


@dataclass(frozen=True)
class Step:
    """One line of the timeline."""

    entry: Entry
    sentence: str
    who: str | Promise
    via: str | Promise
    to_staff: str
    to_citizen: str
    from_citizen: str
    seen_by_citizen: bool = False
    attachment: str = ""  # the number of the file that it is about


@dataclass(frozen=True)
class File:
    """A photo or paper of the case."""

    attachment: Attachment
    kind: str | Promise
    also_in: list[Complaint]  # cases that this person may see and that show the same photo
    known_elsewhere: bool  # whether any other case shows it


@dataclass(frozen=True)
class OfIncident:
    """The known incident of which a case speaks, or one at its place of which it may speak."""

    incident: KnownIncident
    linked: incidents.Linked | None  # None: it is only offered
    may_manage: bool
    may_tie: bool


@dataclass(frozen=True)
class Casefile:
    """All that the case page shows."""

    case: Complaint
    state: str | Promise
    main: OpenTask | None
    beside: list[OpenTask]
    steps: list[Step]
    readings: list[Step]
    place: str
    citizen: str
    came: str
    about: str
    referral: BodyLink | None  # the link of the body that has it
    asks: list[Button]  # what this person may ask of others, or say as a leader, beside the main step
    may_note: bool
    may_correct: bool = False
    may_work: bool = False  # attach files, ask for the number
    may_separate: bool = False
    may_join: bool = False
    has_phone: bool = False
    urgent: bool = False
    may_write: bool = False  # an SMS to the citizen
    files: list[File] = field(default_factory=list)
    alike: list[Alike] = field(default_factory=list)
    joined: list[Complaint] = field(default_factory=list)
    incident: OfIncident | None = None
    earlier_steps: int = 0  # the number of the oldest step shown, where older ones follow on the next page


MOST_STEPS = 60  # of the timeline on one page
MOST_READINGS = 20


def open_case(case: Complaint, by: Actor, at: dt.datetime, before: int | None = None) -> Casefile:
    """Give the case file for this person at this moment; `before` turns to the steps before that number."""
    waiting = _open_tasks(case)
    openings = together.openings_of(case) if any(task.side for task in waiting) else []
    tasks = [_open_task(task, openings, by, at) for task in waiting]
    main = next((task for task in tasks if not task.task.side), None)
    if main:
        main.reckoned.extend(due.reckoning(case, main.task))
    steps, older = _steps(case, before)
    roles = main.asking.roles if main else set()
    return Casefile(
        case=case,
        state=words.STATES[State(case.state)],
        main=main,
        beside=[task for task in tasks if task.task.side],
        steps=steps,
        readings=_readings(case),
        place=words.office(case.place),
        citizen=_citizen(case),
        came=f"{words.way_in(case.channel)} {words.ARRIVALS.get(case.arrival, '')}".strip(),
        about=_about(case),
        referral=bodies.link_of(case) if case.state == State.REFERRED else None,
        asks=[_page(move) for move in together.pages_open_to(main.asking)] if main else [],
        may_note=main is not None and bool(main.asking.roles - LOOK_ONLY),
        may_correct=main is not None and corrections.may_correct(main.asking),
        may_work=bool(roles & evidence.WORKS_ON_IT),
        may_separate=bool(roles & {Role.SUPERVISOR, Role.LEADER}),
        may_join=main is not None and any(button.move == "merge" for button in main.buttons),
        urgent=case.priority == Priority.URGENT,
        may_write=bool(roles & evidence.WORKS_ON_IT) and not writing.why_not(case),
        has_phone=case.citizen is not None and bool(case.citizen.phone) and _may_ask(case, roles),
        files=files_of(case, by, at),
        alike=duplicates.nearby(case, by, at) if main else [],
        joined=duplicates.joined_with(case, by, at),
        incident=_incident(case, main, by, at),
        earlier_steps=older,
    )


def _incident(case: Complaint, main: OpenTask | None, by: Actor, at: dt.datetime) -> OfIncident | None:
    may_tie = main is not None and incidents.may_tie(main.asking)
    if case.incident_id is None:
        offered = incident_of(case, at) if may_tie else None
        return OfIncident(offered, None, False, True) if offered else None
    incident = incident_with(case.incident_id)
    counted = incidents.linked([incident])[incident.pk]
    return OfIncident(incident, counted, incidents.may_manage(by, incident), may_tie and incident.closed_at is None)


def files_of(case: Complaint, by: Actor, at: dt.datetime) -> list[File]:
    """Give the photos and papers of a case, oldest first, and where else the same ones stand; at most three statements."""
    sent = Concat(Value("attachment:"), Cast(OuterRef("pk"), CharField()))
    from_body = Exists(Entry.objects.filter(complaint=case, move="attach", actor_kind=ActorKind.BODY, detail=sent))
    found = Attachment.objects.filter(complaint=case).select_related("added_by").order_by("id")
    own = list(found.annotate(from_body=from_body))
    same: dict[str, list[Complaint]] = {}
    if own:
        digests = [attachment.sha256 for attachment in own]
        others = Attachment.objects.filter(sha256__in=digests).exclude(complaint=case).select_related("complaint")
        for other in others[:100]:
            same.setdefault(other.sha256, []).append(other.complaint)
    seen = scope.in_sight_among([other.pk for cases in same.values() for other in cases], by, at) if same else set()
    return [_file(attachment, same.get(attachment.sha256, []), seen) for attachment in own]


def _file(attachment: Attachment, same: list[Complaint], seen: set[int]) -> File:
    also_in = {case.pk: case for case in same if case.pk in seen}
    return File(attachment, MediaType(attachment.media_type).label, list(also_in.values()), bool(same))


def _open_tasks(case: Complaint) -> list[ComplaintTask]:
    tasks = list(ComplaintTask.objects.open().filter(process=case).select_related("owner").order_by("side", "id"))
    for task in tasks:
        task.process = case
    return tasks


def _page(move: str) -> Button:
    return Button(move, words.MOVES[move].button, True, 2)


def _open_task(task: ComplaintTask, openings: list[Entry], by: Actor, at: dt.datetime) -> OpenTask:
    asking = writer.asking_about(task, by, at)
    buttons = [button(way) for way in writer.ways_open(asking)]
    buttons.sort(key=lambda each: each.rank)
    asked = together.words_that_asked(task, openings) if task.side else ""
    return OpenTask(task, asking, remaining(task.due_at, at), buttons, words=asked)


def button(way: Way) -> Button:
    """Give the button of a move."""
    rank = 0 if way.move in words.FIRST else 1 if way.move in words.SECOND else 2
    return Button(way.move, words.MOVES[way.move].button, not asks_for_nothing(way), rank)


def masked(phone: str) -> str:
    """Give a phone number of which only the country and the last two digits can be read."""
    return f"{phone[:4]}\u00a0•••\u00a0•••\u00a0•{phone[-2:]}" if phone else ""


def _may_ask(case: Complaint, roles: set[str]) -> bool:
    """Say whether somebody in these roles may ask for the citizen's number at all."""
    return not case.confidential or Role.LEADER in roles


def _citizen(case: Complaint) -> str:
    if case.citizen is None:
        return gettext("unnamed")
    if case.confidential:
        return gettext("confidential: no office sees name or number")
    name = case.citizen_name or case.citizen.name  # the one given with this case: phones are shared
    return ", ".join(part for part in (name, masked(case.citizen.phone)) if part)


def _about(case: Complaint) -> str:
    """Say whom it is about: the person or the post, and the office."""
    who = str(case.about_person) if case.about_person else (case.get_about_post_display() if case.about_post else "")
    return ", ".join(part for part in (who, words.office(case.about_office)) if part)


# The timeline as sentences.


def _steps(case: Complaint, before: int | None) -> tuple[list[Step], int]:
    """Give the newest steps, oldest first, readings left out; and the number before which older ones stand, or 0."""
    entries = Entry.objects.filter(complaint=case).exclude(move="read").order_by("-number")
    if before is not None:
        entries = entries.filter(number__lt=before)
    newest = list(entries.select_related("said", "actor", "holder")[: MOST_STEPS + 1])
    shown = newest[:MOST_STEPS][::-1]
    for entry in shown:
        entry.from_queue = queue_with(entry.from_queue_id) if entry.from_queue_id else None
        entry.to_queue = queue_with(entry.to_queue_id) if entry.to_queue_id else None
    bodies = {body.code: body for body in Body.objects.all()} if any("body:" in e.detail for e in shown) else {}
    return [_step(entry, case, bodies) for entry in shown], shown[0].number if len(newest) > MOST_STEPS else 0


def _readings(case: Complaint) -> list[Step]:
    read = Entry.objects.filter(complaint=case, move="read").select_related("actor").order_by("-number")
    return [
        Step(entry, "", _who(entry), "", "", "", "") for entry in read[:MOST_READINGS]
    ]  # fmt: skip


def _step(entry: Entry, case: Complaint, bodies: dict[str, Body]) -> Step:
    said = getattr(entry, "said", None)
    by_citizen = entry.actor_kind == ActorKind.CITIZEN or entry.move in ("reply", "dispute", "reopen")
    for_citizen = said.for_citizen if said else ""
    return Step(
        entry=entry,
        sentence=sentence(entry, case, bodies),
        who=_who(entry),
        via=words.way_in(entry.via),
        to_staff=said.for_staff if said else "",
        to_citizen="" if by_citizen else for_citizen,
        from_citizen=for_citizen if by_citizen else "",
        seen_by_citizen=by_citizen or is_seen_by_citizen(entry),
        attachment=entry.detail.partition(":")[2] if entry.move == "attach" else "",
    )


SEEN_WITHOUT_A_MOVE = ("lodge", "end", "write_to", "lead_answered", "lead_closed", "incident_over")


def is_seen_by_citizen(entry: Entry) -> bool:
    """Say whether the citizen was told of a step; everything else stays inside the office."""
    if beside.is_of_a_step_beside(entry.detail):
        return False
    return entry.move in SEEN_WITHOUT_A_MOVE or (entry.from_state, entry.move) in told_moves()


@cache
def told_moves() -> frozenset[tuple[str, str]]:
    """Give the moves of which the flow page says that the citizen is told, with the state they leave."""
    steps = [node for node in ComplaintFlow.instance.nodes() if isinstance(node, FlowStep)]
    return frozenset((state, way.move) for node in steps for state in node.states for way in node.ways if way.told)


def sentence(entry: Entry, case: Complaint, bodies: dict[str, Body]) -> str:
    """Say what was done in a step of this case; `bodies` by their code."""
    named, _colon, code = entry.detail.partition(":")
    facts: dict[str, Any] = {
        "from": words.queue(entry.from_queue),
        "to": words.queue(entry.to_queue),
        "holder": entry.holder or "",
        "body": bodies.get(code, code) if named == "body" else case.body or "",
        "lead": written(code) if named == "lead" else "",
        "stars": code if named == "stars" else "",
        "holder_or_queue": entry.holder or words.queue(entry.to_queue),
        **corrections.told(entry.detail),
    }
    sentence = str(words.MOVES[entry.move].step) % facts
    rule = words.RULES.get(entry.detail) or words.RULES.get(f"{named}:{entry.move}")
    return f"{sentence}: {rule}" if rule else sentence


def _who(entry: Entry) -> str | Promise:
    return str(entry.actor) if entry.actor else ActorKind(entry.actor_kind).label
