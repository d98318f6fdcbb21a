"""What a citizen sees of a case that is proved to be theirs, and what they can do with it now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Entry
from complaints.states import Outcome, State
from offices.actors import Actor, ActorKind
from offices.models import DESK, Queue
from offices.tree import queue_with
from workflows import actions, beside
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
            _("If it is not settled, it goes one office higher, and goes first there."),
            _("What is not settled?"),
        ),
        Act("add_words", _("Add something"), _("Add this"), words_label=_("What do you want to add?"), needed=True),
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
# In which moves the office has said what the citizen is to know in each state.
SPOKEN: dict[str, tuple[str, ...]] = {
    State.WAITING: ("ask",),
    State.ANSWERED: ("answer", "approve"),
    State.CLOSED: ("answer", "approve", "note", "reject", "uphold", "pass_on"),
}
UNTIL: dict[str, Words] = {
    State.WAITING: _("We wait for your answer until"),
    State.ANSWERED: _("Tell us by; after that we close it"),
    State.CLOSED: _("You can open it again until"),
}

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
    "attach": _("You sent a photo or a paper"),
    "write_to": _("The office wrote to you"),
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
        return ASKED[self.case.state][0] if self.case.state in ASKED else ""

    @property
    def said(self) -> str:
        """The question, or the answer, in the office's words."""
        return last_said(self.case)

    @property
    def first(self) -> list[Act]:
        """What the state asks for."""
        asked = ASKED[self.case.state][1] if self.case.state in ASKED else ()
        return [ACTS[move] for move in asked if move in self.open_moves]

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
    open_moves = {way.move for way in ways_open_to(task, by, at)} & ACTS.keys() | {"add_words"}
    office = "" if case.discreet else office_with(task.queue_id)
    due_by = task.due_at if task.due_at and task.due_at > at else None
    return Standing(case, task, state_in_words(case), office, task.due_at, frozenset(open_moves), due_by)


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
    return [_seen(case, entry) for entry in entries if _is_shown(entry)]


# In which steps a stranger reads the office's words too: never what passes between it and the citizen alone.
OPENLY_SAID = ("answer", "approve", "note", "reject", "uphold", "pass_on")
OF_THE_CITIZEN_ALONE = ("add_words", "attach", "ask", "reply", "lapse_question", "recall", "rate", "wish")


def timeline_for_strangers(case: Complaint) -> list[Seen]:
    """Give the steps of a public case as anybody reads them, oldest first."""
    entries = Entry.objects.filter(complaint=case, move__in=STEPS).exclude(move__in=OF_THE_CITIZEN_ALONE)
    shown = [entry for entry in entries.select_related("said").order_by("number") if _is_shown(entry)]
    return [_seen_by_strangers(case, entry) for entry in shown]


def _seen_by_strangers(case: Complaint, entry: Entry) -> Seen:
    seen = _seen(case, entry)
    return replace(
        seen, what=STRANGERS.get(entry.move, seen.what), words=seen.words if entry.move in OPENLY_SAID else ""
    )


def _is_shown(entry: Entry) -> bool:
    by_citizen = entry.actor_kind == ActorKind.CITIZEN
    if beside.is_of_a_step_beside(entry.detail):
        return False
    return by_citizen or entry.move in ALWAYS_SHOWN or (entry.from_state, entry.move) in told_moves()


def _seen(case: Complaint, entry: Entry) -> Seen:
    office = "" if case.discreet else office_with(entry.to_queue_id)
    words = entry.said.for_citizen if hasattr(entry, "said") else ""
    return Seen(entry.at, STEPS[entry.move], office, words, entry.move, entry.actor_kind == ActorKind.CITIZEN)


def move_meant(case: Complaint, move: str) -> str:
    """Give the move that is meant: "not settled", of a case that was closed in the meantime, is to open it again."""
    return "reopen" if move == "dispute" and case.state == State.CLOSED else move


def act(standing_now: Standing, move: str, words: str, *, by: Actor, at: dt.datetime) -> Done:
    """Make the citizen's move. Raises a `Refusal`."""
    task = standing_now.task
    if task is None:
        raise NotOpen
    move = move_meant(standing_now.case, move)
    told = {"words": words} if move in SAYS_WORDS else {}
    return getattr(actions, move)(task, **told, by=by, at=at)


SAYS_WORDS = {"reply", "dispute", "reopen", "add_words"}
