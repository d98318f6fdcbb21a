"""Who writes: the message, the moment, the citizen if the number is known; and what this number has with us."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from channels_in.citizens import digest_of
from channels_in.incoming import Answer, Incoming
from channels_in.matching import plain_digest
from channels_in.models import Message
from complaints.models import Citizen, Complaint, Entry
from complaints.references import written
from complaints.states import State
from notices.rendering import render_text
from offices import actors
from offices.actors import Actor
from workflows.models import ComplaintTask

AGAIN = {"again": True}  # kept with an answer: the message had come before
DONE = {"done": True}  # kept with an answer: the message changed something
MOST_CASES = 50  # the newest of one number, on which steps are looked for


@dataclass(frozen=True)
class Caller:
    """Who wrote: the message, the moment, and the citizen if the number is known."""

    incoming: Incoming
    at: dt.datetime
    citizen: Citizen | None

    @property
    def language(self) -> str:
        """The language in which this citizen is answered."""
        return self.citizen.language if self.citizen else self.incoming.language

    @property
    def by(self) -> Actor:
        """The citizen as an actor, who hears what a move says in the answer to the message."""
        citizen_id = self.citizen.pk if self.citizen else None
        return actors.citizen(citizen_id, via=self.incoming.channel, hears_in_answer=True)

    def writes_again(self, text: str) -> bool:
        """Say whether this message holds the very words of another text."""
        return plain_digest(text) == plain_digest(self.incoming.text)

    def hears(self, kind: str, case: Complaint | None = None, **facts: Any) -> Answer:
        """Answer with a text of `templates/notices/`, in the citizen's language."""
        if case is not None:
            facts = {"ref": written(case.reference), "discreet": case.discreet, **facts}
        return Answer(render_text(kind, self.language, facts), case)


def messages_of(caller: Caller, within: dt.timedelta) -> Any:
    """Give the messages that came from this number lately, this one among them, oldest first."""
    sender = digest_of(caller.incoming.sender) or None  # nobody's messages are not one person's
    lately = Message.objects.filter(sender_digest=sender, received_at__gt=caller.at - within)
    return lately.order_by("received_at", "id")


def cases_of(caller: Caller) -> Any:
    """Give the cases of this number, newest first."""
    mine = Complaint.objects.filter(citizen=caller.citizen) if caller.citizen else Complaint.objects.none()
    return mine.select_related("category", "citizen", "lead").order_by("-id")


def steps_of(caller: Caller, move: str, within: dt.timedelta) -> Any:
    """Give the steps of this name that the newest cases of this number have taken lately, in no order."""
    # The cases first, and no ORDER BY: PostgreSQL would walk through everybody's steps of these days instead.
    newest = Complaint.objects.filter(citizen=caller.citizen).order_by("-id").values("pk")[:MOST_CASES]
    mine = Entry.objects.filter(complaint__in=newest) if caller.citizen else Entry.objects.none()
    return mine.filter(move=move, at__gt=caller.at - within).select_related("complaint__lead", "complaint__category")


def cases_to_tell_of(caller: Caller) -> Any:
    """Give those of which whoever holds the phone may hear: a discreet one answers only to its reference and digits."""
    kept = Q(confidential=True) | Q(category__sensitive=True) | Q(category__protected=True)
    return cases_of(caller).exclude(kept)


def waiting_for_verdict(caller: Caller) -> Any:
    """Give those that are answered, by themselves or with the one they are joined with, and wait for NDIYO or HAPANA."""
    return cases_of(caller).filter(Q(state=State.ANSWERED) | Q(state=State.CLOSED, lead__state=State.ANSWERED))


def waiting_for_reply(caller: Caller) -> Any:
    """Give those with an open question; one whose time has run out still waits, until the clock has said so."""
    return cases_of(caller).filter(state=State.WAITING)


def the_one(cases: Any) -> Complaint | None:
    """Give the only case there is; None when there are none or several."""
    found = list(cases[:2])
    return found[0] if len(found) == 1 else None


def open_task(case: Complaint) -> ComplaintTask | None:
    """Give the step that a case is at; None once it has ended."""
    return ComplaintTask.objects.open().main().filter(process=case).select_related("process").first()
