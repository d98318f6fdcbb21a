"""Who does a thing: a member of staff, a citizen, or the clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import cast

from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices.models import Posting, Queue, Role, User
from offices.tree import line_of


class ActorKind(TextChoices):
    """What the timeline says of who did it."""

    STAFF = "staff", _("staff")
    CITIZEN = "citizen", _("citizen")
    CLOCK = "clock", _("clock")
    BODY = "body", _("institution")


@dataclass(frozen=True)
class Actor:
    """One who acts, and by which way they came (a channel's key, `desk`, `clock`)."""

    kind: str
    via: str
    user: User | None = None
    postings: tuple[Posting, ...] = field(default=(), repr=False)
    citizen_id: int | None = None
    # The channel hands our words over as its own answer, so that no second message need be sent.
    hears_in_answer: bool = False

    @property
    def user_id(self) -> int | None:
        """The member of staff's id, if it is one."""
        return self.user.pk if self.user else None


def reaches(posting: Posting, queue: Queue) -> bool:
    """Say whether a posting reaches a queue: clerks and officers at their own office, the others everything under it."""
    if posting.role == Role.CLERK:
        return posting.office_id == queue.office_id
    if posting.role == Role.OFFICER:
        return posting.office_id == queue.office_id and posting.covers(queue)
    under = posting.office_id == queue.office_id or posting.office_id in line_of(queue.office_id).ids
    if posting.role == Role.SUPERVISOR:
        return under and posting.covers(queue)
    return under and posting.role in (Role.LEADER, Role.AUDITOR)


def person(user: User, *, at: dt.datetime, via: str = "desk") -> Actor:
    """Give the actor for a member of staff, with the postings that hold at that moment."""
    return Actor(ActorKind.STAFF, via, user=user, postings=postings_of(user.pk, at))


def signed_in(request: HttpRequest, *, at: dt.datetime, via: str = "desk") -> Actor:
    """Give the actor for whoever is signed in; for doors behind `login_required`."""
    return person(cast(User, request.user), at=at, via=via)  # nobody is anonymous behind those doors


def postings_of(user_id: int, at: dt.datetime) -> tuple[Posting, ...]:
    """Give the postings that a person holds at that moment, each of which knows the others; one statement."""
    day = timezone.localdate(at)
    all_of_them = list(Posting.objects.filter(user=user_id).select_related("office", "user"))
    for posting in all_of_them:
        posting.of_the_same_person = all_of_them
    return tuple(posting for posting in all_of_them if posting.holds_on(day) and posting.user.is_active)


def citizen(citizen_id: int | None, *, via: str, hears_in_answer: bool = False) -> Actor:
    """Give the actor for a citizen, who may be unnamed."""
    return Actor(ActorKind.CITIZEN, via, citizen_id=citizen_id, hears_in_answer=hears_in_answer)


CLOCK = Actor(ActorKind.CLOCK, "clock")
BODY = Actor(ActorKind.BODY, "link")  # an outside body, behind its link
