"""What the flow page asks before it lets a move through, beside state and role: each refuses in words for the person.

A guard is given the `Asking` and returns None, or why not.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.states import Outcome, State
from offices.actors import Actor
from offices.models import Queue, Role
from offices.tree import Line, line_of
from workflows import beside, ladder, scope
from workflows.policies import Times, times_for

if TYPE_CHECKING:
    from workflows.models import ComplaintTask

Answer = Promise | str | None


@dataclass(frozen=True)
class Asking:
    """One who wants to make a move on a task, with what the guards look at; each thing is read once and when asked for."""

    case: Complaint
    task: ComplaintTask
    queue: Queue
    by: Actor
    at: dt.datetime

    @cached_property
    def line(self) -> Line:
        """The office where the work is, and those above it."""
        return line_of(self.queue.office_id)

    @cached_property
    def roles(self) -> set[str]:
        """The roles in which the actor may act here."""
        roles = scope.roles_in(self.case, self.queue, self.by, self.at)
        if self.task.side and self._holds_the_case:
            roles = roles | {"holder"}
        return roles | {"giver"} if self._gave_it else roles

    @cached_property
    def _holds_the_case(self) -> bool:
        """Whether the case itself is in this person's hand: what stands beside it concerns them wherever it lies."""
        return self.by.user_id is not None and beside.holder_of(self.case) == self.by.user_id

    @property
    def _gave_it(self) -> bool:
        """Whether this person leads the office from which the directive came, who still may see the case: wherever it lies now."""
        leads = [posting for posting in self.by.postings if posting.role == Role.LEADER]
        if not leads or self.task.flow_task.name != "directive":
            return False
        gave = beside.offices_that_directed(self.case).get(self.task.pk, set())
        return any(each.office_id in gave and scope.sees(each, self.case, self.queue, self.at) for each in leads)

    def may_be_held_by(self, user_id: int) -> bool:
        """Say whether this person serves here and may see the case."""
        return scope.may_hold(user_id, self.case, self.queue, self.at)

    @cached_property
    def times(self) -> Times:
        """How long each step may take here."""
        return times_for(self.case.category, self.queue.office.level, self.at)

    @cached_property
    def next_up(self) -> Line | None:
        """The next office above that the case is not about."""
        return ladder.next_up(self.line, self.case)


def below_the_top(asking: Asking) -> Answer:
    """Refuse to hand up what is at the top already."""
    return None if asking.next_up else _("This is the highest office: there is none above it to hand it to.")


def at_the_top(asking: Asking) -> Answer:
    """Let only the top office have the last word."""
    return None if asking.next_up is None else _("Only the highest office may keep its answer for good.")


def after_an_appeal(asking: Asking) -> Answer:
    """Keep an answer for good only after the citizen has disputed one."""
    return None if asking.case.floor_id else _("The citizen has not disputed an answer yet.")


def above_the_floor(asking: Asking) -> Answer:
    """Refuse to send down from the floor, the office to which an appeal brought the case."""
    if asking.case.floor_id != asking.queue.office_id:
        return None
    return _("After the citizen's appeal this is not sent below this office.")


def only_short_kinds(asking: Asking) -> Answer:
    """Keep `note` for opinions, suggestions, enquiries and praise."""
    return None if asking.case.is_short_kind else _("A complaint needs an answer that the citizen can dispute.")


def no_short_kind(asking: Asking) -> Answer:
    """Keep answer, proposal and referral for complaints."""
    return (
        _("This is no complaint: read it, answer it with a note, and it is closed.")
        if asking.case.is_short_kind
        else None
    )


def needs_no_approval(asking: Asking) -> Answer:
    """Send an answer out only where the policy asks for no approval."""
    return _("An answer on this subject needs approval: propose it.") if asking.times.needs_approval else None


def not_ones_own_proposal(asking: Asking) -> Answer:
    """Let nobody approve what they proposed."""
    return (
        _("You proposed this answer: somebody else approves it.") if asking.task.owner_id == asking.by.user_id else None
    )


def questions_left(asking: Asking) -> Answer:
    """Let only so many questions pause one clock."""
    if asking.task.questions < asking.times.questions:
        return None
    return _("The citizen has been asked as often as one deadline allows.")


def not_upheld(asking: Asking) -> Answer:
    """Keep closed what the top office has upheld."""
    if asking.case.outcome != Outcome.UPHELD:
        return None
    return _("The highest office has given its last answer; it names where to turn outside these offices.")


def not_joined(asking: Asking) -> Answer:
    """Keep a duplicate with its lead while the lead is worked on; once that is answered, its own citizen is asked too."""
    if asking.case.lead is None or asking.case.lead.state in (State.ANSWERED, State.CLOSED, State.ENDED):
        return None
    return _("It goes on together with complaint %(ref)s.") % {"ref": asking.case.lead.reference_written}


def only_duplicates(asking: Asking) -> Answer:
    """Take apart only what was joined."""
    return None if asking.case.lead_id else _("This complaint is not joined with another.")


def for_the_holder(asking: Asking) -> Answer:
    """Leave advice to whoever has the case in hand, or to the supervisor; while nobody has, to any officer of the queue."""
    if asking.roles & {"holder", "supervisor"} or beside.holder_of(asking.case) is None:
        return None
    return _("This advice is for whoever has the complaint in hand.")
