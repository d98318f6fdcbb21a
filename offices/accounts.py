"""Who may come in, who must show a second factor, and how sessions end."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from offices.models import Role, User

# Whoever decides over others' work or reads it all: a stolen password alone must not be enough.
NEED_SECOND_FACTOR = {Role.SUPERVISOR, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR}


def roles_of(user: User, at: dt.datetime) -> set[str]:
    """Give the roles in which somebody serves at that moment; one statement."""
    return set(user.postings.serving(timezone.localdate(at)).values_list("role", flat=True))


def may_come_in(user: User, roles: set[str]) -> bool:
    """Say whether somebody with these roles may sit at the desk: not disabled, and posted somewhere today."""
    return user.is_active and (user.is_superuser or bool(roles))


def needs_second_factor(user: User, roles: set[str]) -> bool:
    """Say whether somebody with these roles must sign in with a second factor."""
    return user.is_superuser or bool(roles & NEED_SECOND_FACTOR)


def is_administrator(user: User, at: dt.datetime) -> bool:
    """Say whether somebody may open the administrator's screens at that moment."""
    return user.is_active and (user.is_superuser or Role.ADMINISTRATOR in roles_of(user, at))


def end_sessions(user: User) -> int:
    """Sign somebody out everywhere, and give the number of sessions that ended."""
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    ended, __ = Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()
    return ended


def end_sessions_of_the_gone(users: QuerySet[User], at: dt.datetime) -> int:
    """Sign out those of these people who may no longer come in, and give their number."""
    gone = [user for user in users if not may_come_in(user, roles_of(user, at))]
    for user in gone:
        end_sessions(user)
    return len(gone)


def clear_old_sessions(at: dt.datetime) -> int:
    """Delete the sessions that have run out, with what was noted of them, and give their number."""
    deleted, __ = Session.objects.filter(expire_date__lt=at).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()
    return deleted
