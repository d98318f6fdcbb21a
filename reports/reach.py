"""Whose reports and trails a member of staff may open: what follows from the postings held now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from offices.actors import Actor
from offices.models import Office, Posting, Role
from offices.tree import line_of
from workflows import scope, words

READS_REPORTS = (Role.LEADER, Role.AUDITOR, Role.SUPERVISOR)
LOOKS_DOWN = (Role.LEADER, Role.AUDITOR)  # on everything under the own office, and on who did what


@dataclass(frozen=True)
class Reach:
    """One who asks, in one posting: an office with all under it, and for a supervisor one department of them."""

    by: Actor
    posting: Posting
    office: Office

    @property
    def reader(self) -> Actor:
        """The same person in this posting alone."""
        return replace(self.by, postings=(self.posting,))

    @property
    def department_id(self) -> int | None:
        """The only department that may be looked at; None for all."""
        return self.posting.department_id if self.posting.role == Role.SUPERVISOR else None

    def subjects_kept(self, at: dt.datetime) -> list[int]:
        """Give the sensitive subjects whose cases this reader may not open."""
        return scope.subjects_kept_from(self.posting, at)

    def choices(self) -> list[tuple[str, str]]:
        """Give the offices to go to from here, by code: those above up to the own ones, this one, and those right under it."""
        line = [office for office in reversed(line_of(self.office.pk).offices) if _is_under(office, self.by)]
        below = Office.objects.filter(parent=self.office).order_by("name")
        return [(office.code, words.office(office)) for office in [*line, *below]]


def reach(by: Actor, roles: tuple[str, ...], code: str = "") -> Reach:
    """Give what this person may look at: the office with this code, or where none is named the own one.

    Raises `PermissionDenied` for one who holds none of the roles, and for an office that is not under one's own.
    """
    postings = [posting for posting in by.postings if posting.role in roles]
    postings.sort(key=lambda posting: (roles.index(posting.role), posting.pk))
    if not postings:
        raise PermissionDenied(_("Only leaders, auditors and supervisors see this page."))
    if not code:
        return Reach(by, postings[0], postings[0].office)
    office = Office.objects.filter(code=code).first()
    for posting in postings:
        if office is not None and posting.office_id in line_of(office.pk).ids:
            return Reach(by, posting, office)
    raise PermissionDenied(_("This office is not under yours."))


def _is_under(office: Office, by: Actor) -> bool:
    own = {posting.office_id for posting in by.postings if posting.role in READS_REPORTS}
    return bool(own & set(line_of(office.pk).ids))
