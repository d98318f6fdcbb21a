"""How long a sign-in lasts: half an hour without a touch, twelve hours in all, and not a minute after a posting's end.

The hours are counted by the web process's clock, like the sessions' own end, which Django writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import sync_only_middleware

from offices.accounts import may_come_in, needs_second_factor, roles_of
from offices.models import User

IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=12)
LOOK_AGAIN = dt.timedelta(minutes=1)  # how seldom a session's row is written, and its person looked up anew
JUST_BEGUN = dt.timedelta(minutes=5)

BEGAN, SEEN, OWES_SECOND_FACTOR = "desk.began", "desk.seen", "desk.owes_second_factor"
# What an open page asks by itself, over and over: nobody need be sitting there.
ASKED_BY_THE_PAGE = ("/desk/inbox/news/", "/desk/leader/moves/")
OPEN_WITHOUT_SECOND_FACTOR = ("/accounts/", "/i18n/", "/healthz", "/readyz", "/metrics")

Responder = Callable[[HttpRequest], HttpResponse]


@sync_only_middleware
def keep_sessions_short(get_response: Responder) -> Responder:
    """Sign out whoever has been away too long or may no longer come in; lead to the second factor whoever owes one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            at = timezone.now()
            look_at(request, at)
            if not request.path.startswith(OPEN_WITHOUT_SECOND_FACTOR) and still_owes(request, at):
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return get_response(request)

    return middleware


def look_at(request: HttpRequest, at: dt.datetime) -> None:
    """End the session if its time is over; once a minute, note that it is used and see whether its person still serves."""
    now, session = at.timestamp(), request.session
    if now - session.get(BEGAN, 0) > ABSOLUTE.total_seconds() or now - session.get(SEEN, 0) > IDLE.total_seconds():
        logout(request)
    elif now - session[SEEN] > LOOK_AGAIN.total_seconds():
        look_again(request, at)


def look_again(request: HttpRequest, at: dt.datetime) -> None:
    """Keep the session for as long again, if its person may still come in and has touched something."""
    if not request.user.is_authenticated or not may_come_in(request.user, roles_of(request.user, at)):
        logout(request)
        return
    if request.path in ASKED_BY_THE_PAGE:
        return
    note(request, request.user, at)
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=at)


def note(request: HttpRequest, user: User, at: dt.datetime) -> None:
    """Write into the session that it was used, and whether a second factor is still owed."""
    request.session[SEEN] = at.timestamp()
    request.session.set_expiry(int(IDLE.total_seconds()))
    if settings.SECOND_FACTOR_REQUIRED:
        request.session[OWES_SECOND_FACTOR] = owes_second_factor(user, at)


def still_owes(request: HttpRequest, at: dt.datetime) -> bool:
    """Say whether a second factor is owed; whoever owed one a moment ago may have just set it up."""
    if request.session.get(OWES_SECOND_FACTOR) and request.user.is_authenticated:
        note(request, request.user, at)
    return bool(request.session.get(OWES_SECOND_FACTOR))


def owes_second_factor(user: User, at: dt.datetime) -> bool:
    """Say whether somebody who must have a second factor has none yet."""
    return needs_second_factor(user, roles_of(user, at)) and not is_mfa_enabled(user, [Authenticator.Type.TOTP])


def begin(request: HttpRequest | None = None, user: Any = None, **_: Any) -> None:
    """Start the hours when somebody signs in; called by Django's signal."""
    if request is not None:
        at = timezone.now()
        request.session[BEGAN] = at.timestamp()
        note(request, cast(User, user), at)


def has_just_begun(request: HttpRequest, at: dt.datetime) -> bool:
    """Say whether somebody signed in so lately that asking for the password again would prove nothing more."""
    return at.timestamp() - request.session.get(BEGAN, 0) < JUST_BEGUN.total_seconds()
