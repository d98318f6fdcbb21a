"""The states of a complaint, and which move leads from which to which: what a citizen is told, and nothing else.

The table of moves (`tests/workflows/moves.csv`) is held against these methods. A method only checks and sets the state;
who may call it, what it costs and who hears of it stand in `workflows`.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, transition


class State(models.TextChoices):
    """Where a complaint stands, in the words of the screen."""

    RECEIVED = "received", _("Received")
    QUEUED = "queued", _("Waiting at an office")
    IN_HAND = "in_hand", _("Being worked on")
    WAITING = "waiting", _("Waiting for your details")
    REFERRED = "referred", _("Sent to another institution")
    FOR_APPROVAL = "for_approval", _("Waiting for approval")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")
    ENDED = "ended", _("Closed for good")


class Outcome(models.TextChoices):
    """How a closed complaint was closed."""

    CONFIRMED = "confirmed", _("settled, says the citizen")
    SILENT = "silent", _("no word from the citizen")
    REJECTED = "rejected", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn by the citizen")
    DUPLICATE = "duplicate", _("joined with another")
    REFERRED_OUT = "referred_out", _("passed on to another institution")
    NOTED = "noted", _("read and answered")
    UPHELD = "upheld", _("the answer stands")


LIVE = [state for state in State if state not in (State.CLOSED, State.ENDED)]
AT_WORK = [State.QUEUED, State.IN_HAND]

# Back to whoever held it while they still serve there, otherwise to the queue: the caller says which.
BACK_TO_WORK = RETURN_VALUE(State.IN_HAND, State.QUEUED)


def back_to(holder: int | None) -> State:
    """Give the state of work that returns to this holder, or to the queue if there is none."""
    return State.IN_HAND if holder else State.QUEUED


class ComplaintStates(models.Model):
    """The state field and its moves; the field refuses plain assignment.

    Without django-fsm's FSMModelMixin (its refresh lifts the protection): never refresh a case, read it again.
    """

    state = FSMField(_("state"), choices=State.choices, default="", protected=True, max_length=12)

    class Meta:
        abstract = True

    @transition(state, source="", target=RETURN_VALUE(State.RECEIVED, State.QUEUED))
    def lodge(self, *, sure: bool) -> State:
        """The citizen speaks; `sure` when category and place are, so that it passes the complaints desk by."""
        return State.QUEUED if sure else State.RECEIVED

    # At the complaints desk.

    @transition(state, source=State.RECEIVED, target=State.QUEUED)
    def route(self) -> None:
        """The desk says which department it is for."""

    # Waiting at an office, and being worked on.

    @transition(state, source=State.QUEUED, target=State.IN_HAND)
    def take(self) -> None:
        """An officer takes it."""

    @transition(state, source=AT_WORK, target=State.IN_HAND)
    def assign(self) -> None:
        """A supervisor gives it to an officer."""

    @transition(state, source=State.IN_HAND, target=State.QUEUED)
    def give_back(self) -> None:
        """The officer puts it back into the queue."""

    @transition(state, source=AT_WORK, target=State.QUEUED)
    def move(self) -> None:
        """To another department or office of the same rank."""

    @transition(state, source=State.RECEIVED, target=State.RECEIVED)
    @transition(state, source=AT_WORK, target=State.QUEUED)
    @transition(state, source=State.WAITING, target=State.WAITING)
    @transition(state, source=State.REFERRED, target=State.REFERRED)
    @transition(state, source=State.FOR_APPROVAL, target=State.FOR_APPROVAL)
    def hand_up(self) -> None:
        """To a higher office."""

    @transition(state, source=AT_WORK, target=State.QUEUED)
    def send_down(self) -> None:
        """To a lower office."""

    # Asking, referring, proposing; and back.

    @transition(state, source=State.IN_HAND, target=State.WAITING)
    def ask(self) -> None:
        """The citizen is asked for details."""

    @transition(state, source=State.IN_HAND, target=State.REFERRED)
    def refer(self) -> None:
        """An outside body is asked to act."""

    @transition(state, source=State.IN_HAND, target=State.FOR_APPROVAL)
    def propose(self) -> None:
        """The supervisor is asked to approve an answer."""

    @transition(state, source=State.WAITING, target=BACK_TO_WORK)
    def reply(self, holder: int | None) -> State:
        """The citizen gives the details."""
        return back_to(holder)

    @transition(state, source=State.WAITING, target=BACK_TO_WORK)
    def lapse_question(self, holder: int | None) -> State:
        """The citizen said nothing in time; the work goes on."""
        return back_to(holder)

    @transition(state, source=[State.WAITING, State.FOR_APPROVAL], target=BACK_TO_WORK)
    def recall(self, holder: int | None) -> State:
        """The officer takes back the question or the proposal."""
        return back_to(holder)

    @transition(state, source=State.REFERRED, target=BACK_TO_WORK)
    def returned(self, holder: int | None) -> State:
        """The outside body has answered, or is no longer waited for."""
        return back_to(holder)

    @transition(state, source=State.FOR_APPROVAL, target=BACK_TO_WORK)
    def send_back(self, holder: int | None) -> State:
        """The supervisor does not approve."""
        return back_to(holder)

    # Answers.

    @transition(state, source=[State.IN_HAND, State.REFERRED], target=State.ANSWERED)
    def answer(self) -> None:
        """The office says what it did, and asks whether it is settled."""

    @transition(state, source=State.FOR_APPROVAL, target=State.ANSWERED)
    def approve(self) -> None:
        """The proposed answer goes out."""

    # What closes it.

    @transition(state, source=State.IN_HAND, target=State.CLOSED)
    def note(self) -> None:
        """An opinion, enquiry or praise is read and answered."""

    @transition(state, source=[State.RECEIVED, *AT_WORK], target=State.CLOSED)
    def reject(self) -> None:
        """The office refuses it, with a reason."""

    @transition(state, source=[State.RECEIVED, *AT_WORK], target=State.CLOSED)
    def merge(self) -> None:
        """It is the same as another complaint, which leads."""

    @transition(state, source=State.IN_HAND, target=State.CLOSED)
    def uphold(self) -> None:
        """The top office keeps its answer."""

    @transition(state, source=State.REFERRED, target=State.CLOSED)
    def pass_on(self) -> None:
        """It belongs to the outside body for good."""

    @transition(
        state,
        source=[state for state in LIVE if state != State.ANSWERED],
        target=State.CLOSED,
    )
    def withdraw(self) -> None:
        """The citizen withdraws it."""

    @transition(state, source=State.ANSWERED, target=State.CLOSED)
    def confirm(self) -> None:
        """The citizen says that it is settled."""

    @transition(state, source=State.ANSWERED, target=State.CLOSED)
    def lapse(self) -> None:
        """The citizen said nothing in time."""

    # What opens it again, and what ends it.

    @transition(state, source=State.ANSWERED, target=State.QUEUED)
    def dispute(self) -> None:
        """The citizen says that it is not settled."""

    @transition(state, source=State.CLOSED, target=State.QUEUED)
    def reopen(self) -> None:
        """The citizen opens a closed complaint again."""

    @transition(state, source=State.CLOSED, target=State.QUEUED)
    def unmerge(self) -> None:
        """It was no duplicate after all."""

    @transition(state, source=State.CLOSED, target=State.ENDED)
    def end(self) -> None:
        """The days to reopen are over."""
