"""What a citizen sees of a case that is proved to be theirs, and what they can do with it now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.attachments import Paper
from complaints.models import Complaint, Entry
from complaints.states import Outcome, State
from offices.actors import Actor, ActorKind
from offices.models import DESK, Queue
from offices.tree import queue_with
from workflows import actions, beside, wishes
from workflows.desk.casefile import told_moves
from workflows.models import ComplaintTask
from workflows.refusals import NotOpen
from workflows.writer import Done, ways_open_to

Words = Promise | str


@dataclass(frozen=True)
class Act:
    """Something that the citizen can do with the case, as a form says it; `needed`: it is nothing without words."""

    move: str
    title: Words
    button: Words
    explains: Words = ""
    words_label: Words = ""
    needed: bool = False


ACTS = {
    act.move: act
    for act in (
        Act("reply", _("Answer"), _("Send the answer"), words_label=_("Your answer"), needed=True),
        Act("confirm", _("It is settled"), _("Yes, it is settled")),
        Act(
            "dispute",
            _("It is not settled"),
            _("No, it is not settled"),
            _("This is your appeal: it goes one office higher, and goes first there."),
            _("What is not settled?"),
        ),
        Act("agree", _("It is settled"), _("Yes, it is settled")),
        Act("add_words", _("Add something"), _("Add this"), words_label=_("What do you want to add?"), needed=True),
        Act("rate", _("How was it?"), _("Send how it was"), words_label=_("Do you want to say more? (optional)")),
        Act(
            "reopen",
            _("Open it again"),
            _("Open it again"),
            _("It goes one office higher, and goes first there."),
            _("Why?"),
        ),
        Act("withdraw", _("Withdraw it"), _("Withdraw it"), _("Nobody works on it from then on.")),
    )
}
# What each state asks of the citizen before all else, and by which acts it is answered.
ASKED: dict[str, tuple[Words, tuple[str, ...]]] = {
    State.WAITING: (_("We ask you"), ("reply",)),
    State.ANSWERED: (_("Is it settled?"), ("confirm", "dispute")),
}
# What the citizen of a joined complaint is asked, once the one that leads is answered.
ASKED_WITH_ITS_LEAD: tuple[Words, tuple[str, ...]] = (
    _("The complaint it is joined with was answered. Is yours settled?"),
    ("agree", "reopen"),
)
NOTHING_ASKED: tuple[Words, tuple[str, ...]] = ("", ())
TAKES_FILES = {"add_words", "reply"}
# In which moves the office has said what the citizen is to know in each state.
SPOKEN: dict[str, tuple[str, ...]] = {
    State.WAITING: ("ask",),
    State.ANSWERED: ("answer", "approve"),
    State.CLOSED: ("answer", "approve", "note", "reject", "uphold", "pass_on", "lead_answered"),
}
UNTIL: dict[str, Words] = {
    State.WAITING: _("We wait for your answer until"),
    State.ANSWERED: _("Tell us by; after that we close it"),
    State.CLOSED: _("You can open it again until"),
}

# How the citizen can say that it was.
STARS: list[tuple[int, Words]] = [
    (5, _("5: very good")),
    (4, _("4: good")),
    (3, _("3: middling")),
    (2, _("2: bad")),
    (1, _("1: very bad")),
]

# What happened, in the citizen's words; a step that is not here, or of which nobody is told, is not shown.
STEPS: dict[str, Words] = {
    "lodge": _("We have received it"),
    "route": _("Given to the department concerned"),
    "take": _("Somebody is working on it"),
    "move": _("Moved to another department"),
    "hand_up": _("Handed to a higher office"),
    "send_down": _("Sent to a lower office"),
    "ask": _("We asked you"),
    "refer": _("Sent to another institution"),
    "reply": _("You answered our question"),
    "lapse_question": _("No answer came to our question; the work goes on"),
    "recall": _("We took our question back; the work goes on"),
    "returned": _("Back from the other institution"),
    "answer": _("The office answered"),
    "approve": _("The office answered"),
    "note": _("Read and answered"),
    "reject": _("Refused"),
    "merge": _("Joined with another complaint about the same thing"),
    "unmerge": _("Separated from the other complaint"),
    "uphold": _("The answer stands"),
    "pass_on": _("Passed on to the other institution for good"),
    "withdraw": _("You withdrew it"),
    "confirm": _("You said that it is settled"),
    "lapse": _("Closed, because no word came from you"),
    "dispute": _("You said that it is not settled"),
    "reopen": _("You opened it again"),
    "end": _("Closed for good"),
    "add_words": _("You added words"),
    "write_to": _("The office wrote to you"),
    "attach": _("You sent a photo, a paper or a voice note"),
    "rate": _("You said how it was"),
    "agree": _("You said that it is settled"),
    "make_public": _("You made it public"),
    "make_closed": _("You closed it to others"),
    "lend_name": _("You let an institution learn your name"),
    "keep_name": _("You let no institution learn your name"),
    "lead_answered": _("The complaint it is joined with was answered"),
    "lead_closed": _("The complaint it is joined with was closed"),
    "incident_over": _("The incident it speaks of is over"),
}
ALWAYS_SHOWN = {"end", "lodge", "write_to", "lead_answered", "lead_closed", "incident_over"}
# The same steps where it is not the citizen who reads.
STRANGERS: dict[str, Words] = {
    "withdraw": _("Withdrawn by the citizen"),
    "confirm": _("The citizen says that it is settled"),
    "lapse": _("Closed, because no word came from the citizen"),
    "dispute": _("The citizen says that it is not settled"),
    "reopen": _("Opened again by the citizen"),
}


@dataclass(frozen=True)
class Seen:
    """One step of the timeline, as the citizen reads it."""

    at: dt.datetime
    what: Words
    office: str
    words: str
    move: str = ""
    by_citizen: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a case stands now, and what its citizen can do."""

    case: Complaint
    task: ComplaintTask | None
    state: str
    office: str = ""
    due_at: dt.datetime | None = None
    open_moves: frozenset[str] = frozenset()
    due_by: dt.datetime | None = None  # as long as it can still be promised

    @property
    def due_says(self) -> Words:
        """What the date is for."""
        return UNTIL.get(self.case.state, _("You hear from them by"))

    @property
    def asks(self) -> Words:
        """What the citizen is asked now, if anything."""
        return self._asked[0]

    @property
    def _asked(self) -> tuple[Words, tuple[str, ...]]:
        if "agree" in self.open_moves:
            return ASKED_WITH_ITS_LEAD
        return ASKED.get(self.case.state, NOTHING_ASKED)

    @property
    def stars(self) -> list[tuple[int, Words]]:
        """How the citizen can say that it was."""
        return STARS

    @property
    def may_be_public(self) -> bool:
        """Whether its citizen can make it public."""
        return wishes.may_be_public(self.case)

    @property
    def said(self) -> str:
        """The question, or the answer, in the office's words."""
        return last_said(self.case)

    @property
    def first(self) -> list[Act]:
        """What the state asks for."""
        return [ACTS[move] for move in self._asked[1] if move in self.open_moves]

    @property
    def more(self) -> list[Act]:
        """What else can be done."""
        acts = [act for act in ACTS.values() if act.move in self.open_moves and act not in self.first]
        return [replace(act, explains=self._nobody_reads) if act.move == "add_words" else act for act in acts]

    @property
    def _nobody_reads(self) -> Words:
        """What is said beside words that are added to a closed case."""
        if not is_left_alone(self.case):
            return ""
        if "reopen" in self.open_moves:
            return _("It is closed: we keep your words, but nobody is told of them. Not settled? Open it again.")
        return _("It is closed: we keep your words, but nobody is told of them. Not settled? Send a new complaint.")


def standing(case: Complaint, by: Actor, at: dt.datetime) -> Standing:
    """Say where the case stands, and what its citizen can do now."""
    task = ComplaintTask.objects.open().main().filter(process=case).first()
    if task is None:
        return Standing(case, None, state_in_words(case))
    task.process = case
    open_moves = {way.move for way in ways_open_to(task, by, at)} & ACTS.keys() | {"add_words"} | _open_beside(case)
    office = "" if case.discreet else office_with(task.queue_id)
    due_by = task.due_at if task.due_at and task.due_at > at else None
    return Standing(case, task, state_in_words(case), office, task.due_at, frozenset(open_moves), due_by)


def _open_beside(case: Complaint) -> set[str]:
    """Give what the citizen can say beside the moves: how it was, and that the answer to the one it is joined with will do."""
    is_asked = case.lead is not None and case.lead.state == State.ANSWERED
    return ({"agree"} if is_asked else set()) | ({"rate"} if wishes.may_rate(case) else set())


def is_left_alone(case: Complaint) -> bool:
    """Say whether the case is closed, and nobody reads what is added to it: it does not go on with another, either."""
    goes_on = case.lead is not None and case.lead.state not in (State.CLOSED, State.ENDED)
    return case.state == State.CLOSED and not goes_on


def state_in_words(case: Complaint) -> str:
    """Give the state as the citizen is told it; a case joined with another shows that one's state."""
    if case.outcome == Outcome.DUPLICATE and case.lead is not None:
        return gettext("Joined with another complaint: %(state)s") % {"state": State(case.lead.state).label}
    label = str(State(case.state).label)
    return f"{label}: {Outcome(case.outcome).label}" if case.outcome else label


def office_of(queue: Queue) -> str:
    """Give the name of the office; with its department where it is not the complaints desk."""
    office = str(queue.office)
    return office if queue.department.code == DESK else f"{queue.department.name}, {office}"


def office_with(queue_id: int | None) -> str:
    """Give the name of the office whose queue has this id; "" for none."""
    return "" if queue_id is None else office_of(queue_with(queue_id))


def last_said(case: Complaint) -> str:
    """Give the question, or the answer, that the case stands at, in the office's words."""
    moves = SPOKEN.get(case.state, ())
    entry = Entry.objects.filter(complaint=case, move__in=moves).select_related("said").order_by("-number").first()
    return entry.said.for_citizen if entry and hasattr(entry, "said") else ""


def timeline_for_citizen(case: Complaint) -> list[Seen]:
    """Give the steps that the citizen was told of, or made, oldest first."""
    entries = Entry.objects.filter(complaint=case, move__in=STEPS).select_related("said").order_by("number")
    return [_seen(case, entry) for entry in entries if is_shown(entry)]


# What strangers read of a public case, and in which of its steps the office's words too: never what passes between it and the citizen.
READ_BY_STRANGERS = (
    "lodge", "route", "take", "move", "hand_up", "send_down", "refer", "returned", "answer", "approve", "note", "reject", "merge",
    "unmerge", "uphold", "pass_on", "withdraw", "confirm", "lapse", "dispute", "reopen", "end",
)  # fmt: skip
OPENLY_SAID = ("answer", "approve", "note", "reject", "uphold", "pass_on")


def timeline_for_strangers(case: Complaint) -> list[Seen]:
    """Give the steps of a public case as anybody reads them, oldest first."""
    entries = Entry.objects.filter(complaint=case, move__in=READ_BY_STRANGERS).select_related("said").order_by("number")
    return [_seen_by_strangers(case, entry) for entry in entries if is_shown(entry)]


def _seen_by_strangers(case: Complaint, entry: Entry) -> Seen:
    seen = _seen(case, entry)
    return replace(
        seen, what=STRANGERS.get(entry.move, seen.what), words=seen.words if entry.move in OPENLY_SAID else ""
    )


def is_shown(entry: Entry) -> bool:
    """Say whether the citizen was told of a step, or made it."""
    by_citizen = entry.actor_kind == ActorKind.CITIZEN
    if beside.is_of_a_step_beside(entry.detail):
        return False
    return by_citizen or entry.move in ALWAYS_SHOWN or (entry.from_state, entry.move) in told_moves()


def _seen(case: Complaint, entry: Entry) -> Seen:
    office = "" if case.discreet else office_with(entry.to_queue_id)
    words = entry.said.for_citizen if hasattr(entry, "said") else ""
    return Seen(entry.at, STEPS[entry.move], office, words, entry.move, entry.actor_kind == ActorKind.CITIZEN)


def move_meant(case: Complaint, move: str) -> str:
    """Give the move that is meant: "not settled", of a case that was closed in the meantime, is to open it again.

    "Settled", of one that is joined with another, is a vote on the other's answer.
    """
    if move == "dispute" and case.state == State.CLOSED:
        return "reopen"
    return "agree" if move == "confirm" and case.lead_id else move


def act(
    standing_now: Standing, move: str, words: str, *, stars: int = 0, papers: Sequence[Paper] = (), by: Actor, at: dt.datetime
) -> Done:  # fmt: skip
    """Make the citizen's move, and keep the files that come with it. Raises a `Refusal`."""
    task = standing_now.task
    if task is None:
        raise NotOpen
    move = move_meant(standing_now.case, move)
    only_files = papers and move == "add_words" and not words
    told: dict[str, Any] = ({"words": words} if move in SAYS_WORDS else {}) | (
        {"stars": stars} if move == "rate" else {}
    )
    with transaction.atomic():
        done = Done(standing_now.case, task) if only_files else getattr(actions, move)(task, **told, by=by, at=at)
        if papers:  # last, for a file would outlive a move that is refused
            actions.send_papers(done.case, papers=papers, by=by, at=at)
        return done


SAYS_WORDS = {"reply", "dispute", "reopen", "add_words", "rate"}
