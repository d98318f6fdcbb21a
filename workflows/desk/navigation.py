"""What the desk's navigation offers: the pages of one's own day, and no others. Each page asks for itself who may open it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from offices.clock import database_now
from offices.kept import kept
from offices.models import Posting, Role, User
from workflows.desk.guides import GUIDES

LOOKS_DOWN = {Role.LEADER, Role.AUDITOR}
LEADS = {Role.SUPERVISOR, Role.LEADER}
HAVE_FIGURES = {Role.CLERK, Role.OFFICER, Role.SUPERVISOR}


@dataclass(frozen=True)
class Entry:
    """One page of the navigation: by which word pages say that they are it, its address's name, and whom it is for."""

    here: str
    page: str
    label: str | Promise
    roles: frozenset[Role]

    def is_for(self, roles: set[str]) -> bool:
        """Say whether somebody in these roles works there."""
        return bool(self.roles & roles)


ENTRIES = [
    Entry("leader", "reports:leader", _("At a glance"), frozenset(LOOKS_DOWN)),
    Entry("counter", "channels_in:counter", _("Counter"), frozenset({Role.CLERK})),
    Entry("inbox", "desk:inbox", _("Work list"), frozenset(set(Role) - {Role.ADMINISTRATOR})),
    Entry("board", "desk:board", _("Board"), frozenset(LEADS)),
    Entry("figures", "desk:posts", _("My figures"), frozenset(HAVE_FIGURES)),
    Entry("reports", "reports:report", _("Reports"), frozenset(LOOKS_DOWN | LEADS)),
    Entry("audit", "reports:audit", _("Audit trail"), frozenset(LOOKS_DOWN)),
    Entry("administration", "admin:index", _("Administration"), frozenset({Role.ADMINISTRATOR})),
]


def entries_for(user: User) -> list[Entry]:
    """Give the navigation of somebody by their postings of today: at most seven pages, for who leads finds figures on the board."""
    roles = roles_today(user)
    found = [entry for entry in ENTRIES if entry.is_for(roles)]
    return [entry for entry in found if entry.here != "figures" or not roles & LEADS]


def has_figures(user: User) -> bool:
    """Say whether there are figures of somebody's own posts."""
    return bool(HAVE_FIGURES & roles_today(user))


def guide_for(user: User) -> Role:
    """Give the role whose guide is somebody's own: that of the highest of their postings."""
    roles = roles_today(user)
    return next((role for role in reversed(GUIDES) if role in roles), Role.OFFICER)


def roles_today(user: User) -> set[str]:
    """Give the roles in which somebody serves today; who rules the machine is an administrator without a posting."""
    own = set(_roles(user.pk))
    return own | {Role.ADMINISTRATOR} if user.is_superuser else own


@kept
def _roles(user_id: int) -> list[str]:
    serving = Posting.objects.serving(timezone.localdate(database_now()))
    return list(serving.filter(user=user_id).values_list("role", flat=True))
