"""One case as a member of staff sees it: its story, its timeline as sentences, and the moves open to this person now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from complaints.models import Complaint, Entry
from complaints.references import read_reference, written
from complaints.states import State
from offices.actors import Actor, ActorKind
from offices.models import Body
from workflows import bodies, scope, together, words, writer
from workflows.forms import asks_for_nothing
from workflows.guards import Asking
from workflows.models import BodyLink, ComplaintTask
from workflows.nodes import Way
from workflows.remaining import Remaining, remaining

CASE = (
    "citizen", "category__department", "place", "about_person", "about_office", "body", "lead", "earlier",
)  # fmt: skip


def case_in_sight(reference: str, by: Actor, at: dt.datetime) -> Complaint | None:
    """Give the case with this reference (as people write it), or None if there is none that this person may see."""
    digits = read_reference(reference)
    case = Complaint.objects.select_related(*CASE).filter(reference=digits).first() if digits else None
    if case is None:
        return None
    seen = ComplaintTask.objects.filter(scope.tasks_in_sight(by, at), process=case)
    return case if seen.exists() else None


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
    asks: list[Button]  # what this person may ask of others, or say as a leader, beside the main step
    may_note: bool
    referral: BodyLink | None  # the link of the body that has it


def open_case(case: Complaint, by: Actor, at: dt.datetime) -> Casefile:
    """Give the case file for this person at this moment."""
    steps = _steps(case)
    entries = [step.entry for step in steps]
    tasks = [_open_task(task, case, entries, by, at) for task in _open_tasks(case)]
    main = next((task for task in tasks if not task.task.side), None)
    return Casefile(
        case=case,
        state=words.STATES[State(case.state)],
        main=main,
        beside=[task for task in tasks if task.task.side],
        steps=[step for step in steps if step.entry.move != "read"],
        readings=[step for step in steps if step.entry.move == "read"],
        place=words.office(case.place),
        citizen=_citizen(case),
        came=f"{words.way_in(case.channel)} {words.ARRIVALS.get(case.arrival, '')}".strip(),
        about=_about(case),
        asks=[_page(move) for move in together.pages_open_to(main.asking)] if main else [],
        may_note=main is not None and bool(main.asking.roles),
        referral=bodies.link_of(case) if case.state == State.REFERRED else None,
    )


def _open_tasks(case: Complaint) -> list[ComplaintTask]:
    tasks = list(ComplaintTask.objects.open().filter(process=case).select_related("owner").order_by("side", "id"))
    for task in tasks:
        task.process = case
    return tasks


def _page(move: str) -> Button:
    return Button(move, words.MOVES[move].button, True, 2)


def _open_task(
    task: ComplaintTask, case: Complaint, entries: list[Entry], by: Actor, at: dt.datetime
) -> OpenTask:  # fmt: skip
    asking = writer.asking_about(task, by, at)
    buttons = [button(way) for way in writer.ways_open_to(task, by, at)]
    buttons.sort(key=lambda each: each.rank)
    asked = together.words_that_asked(task, entries) if task.side else ""
    return OpenTask(task, asking, remaining(task.due_at, at), buttons, asked)


def button(way: Way) -> Button:
    """Give the button of a move."""
    rank = 0 if way.move in words.FIRST else 1 if way.move in words.SECOND else 2
    return Button(way.move, words.MOVES[way.move].button, not asks_for_nothing(way), rank)


def masked(phone: str) -> str:
    """Give a phone number of which only the country and the last two digits can be read."""
    return f"{phone[:4]}\u00a0•••\u00a0•••\u00a0•{phone[-2:]}" if phone else ""


def _citizen(case: Complaint) -> str:
    if case.citizen is None:
        return gettext("unnamed")
    return ", ".join(part for part in (case.citizen.name, masked(case.citizen.phone)) if part)


def _about(case: Complaint) -> str:
    """Say whom it is about: the person or the post, and the office."""
    who = str(case.about_person) if case.about_person else (case.get_about_post_display() if case.about_post else "")
    return ", ".join(part for part in (who, words.office(case.about_office)) if part)


# The timeline as sentences.

RELATED = (
    "said",
    "actor",
    "holder",
    "from_queue__office",
    "from_queue__department",
    "to_queue__office",
    "to_queue__department",
)


def _steps(case: Complaint) -> list[Step]:
    entries = list(Entry.objects.filter(complaint=case).select_related(*RELATED).order_by("number"))
    bodies = {body.code: body for body in Body.objects.all()} if any("body:" in e.detail for e in entries) else {}
    return [_step(entry, case, bodies) for entry in entries]


def _step(entry: Entry, case: Complaint, bodies: dict[str, Body]) -> Step:
    said = getattr(entry, "said", None)
    by_citizen = entry.actor_kind == ActorKind.CITIZEN or entry.move in ("reply", "dispute", "reopen")
    for_citizen = said.for_citizen if said else ""
    return Step(
        entry=entry,
        sentence=_sentence(entry, case, bodies),
        who=_who(entry),
        via=words.way_in(entry.via),
        to_staff=said.for_staff if said else "",
        to_citizen="" if by_citizen else for_citizen,
        from_citizen=for_citizen if by_citizen else "",
    )


def _sentence(entry: Entry, case: Complaint, bodies: dict[str, Body]) -> str:
    named, _colon, code = entry.detail.partition(":")
    facts: dict[str, Any] = {
        "from": words.queue(entry.from_queue),
        "to": words.queue(entry.to_queue),
        "holder": entry.holder or "",
        "body": bodies.get(code, code) if named == "body" else case.body or "",
        "lead": written(code) if named == "lead" else "",
    }
    sentence = str(words.MOVES[entry.move].step) % facts
    rule = words.RULES.get(entry.detail)
    return f"{sentence}: {rule}" if rule else sentence


def _who(entry: Entry) -> str | Promise:
    return str(entry.actor) if entry.actor else ActorKind(entry.actor_kind).label
