"""Who asks: a partner's program by its key, a citizen by the token of a proved phone, or nobody yet."""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from channels_in import partners, phone_tokens
from channels_in.api.answers import Problem
from channels_in.models import CitizenToken, Scope


@dataclass(frozen=True)
class Partner:
    """One whose program may speak for citizens; `scopes` says what its key opens."""

    name: str
    scopes: frozenset[str] = frozenset(Scope.values)
    is_authenticated: bool = True


@dataclass(frozen=True)
class Citizen:
    """One who has proved to hold a phone."""

    token: CitizenToken
    is_authenticated: bool = True

    @property
    def citizen_id(self) -> int:
        """Whose token it is."""
        return self.token.citizen_id


@dataclass(frozen=True)
class Nobody:
    """One who has not said who they are."""

    is_authenticated: bool = False


Caller = Partner | Citizen | Nobody


class WhoAsks(BaseAuthentication):
    """Knows a partner by `Authorization: Bearer KEY` or `X-Api-Key: KEY`, and a citizen by `Authorization: Bearer TOKEN`."""

    def authenticate(self, request: Request) -> tuple[Caller, Caller]:
        """Give the caller, or refuse one who shows what opens nothing."""
        given = _shown(request)
        caller = Nobody() if given is None else _known(given, request.parser_context["view"].at)
        if caller is None:
            raise NotAuthenticated
        return caller, caller

    def authenticate_header(self, request: Request) -> str:
        """Say how to prove oneself."""
        return 'Bearer realm="malalamiko"'


def _shown(request: Request) -> str | None:
    """Give the key or token of a request; None where it shows none."""
    if "Authorization" not in request.headers:
        return request.headers.get("X-Api-Key")
    scheme, _blank, bearer = request.headers["Authorization"].partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" else ""


def _known(given: str, at: dt.datetime) -> Caller | None:
    if partners.looks_like_key(given):
        key = partners.key_with(given, at=at)
        return Partner(key.partner, frozenset(key.scopes)) if key else None
    if not phone_tokens.looks_like_one(given):
        return partner_with(given)
    token = phone_tokens.token_with(given, at=at)
    return Citizen(token) if token else None


def partner_with(key: str) -> Partner | None:
    """Give the partner to whom the settings give this key; every key is compared, so that time tells nothing."""
    given = key.encode("utf-8", "replace")
    names = [name for name, own in settings.API_KEYS.items() if hmac.compare_digest(str(own).encode(), given) and own]
    return Partner(names[0]) if names else None


def caller_of(request: Request) -> Caller:
    """Give who asks."""
    caller = request.auth
    return caller if isinstance(caller, Partner | Citizen) else Nobody()


def must_open(caller: Caller, scope: Scope) -> None:
    """Refuse a partner whose key does not open this."""
    if isinstance(caller, Partner) and scope not in caller.scopes:
        raise Problem(403, _("Your key does not open this: ask for one with the scope “%(scope)s”.") % {"scope": scope})


def partner_of(request: Request) -> Partner:
    """Give the partner who asks; refuses everybody else."""
    caller = caller_of(request)
    if isinstance(caller, Citizen):
        raise Problem(403, _("This is for partners' programs, which send their key."))
    if not isinstance(caller, Partner):
        raise NotAuthenticated
    return caller


def citizen_of(request: Request) -> Citizen:
    """Give the citizen who asks; refuses everybody else."""
    caller = caller_of(request)
    if isinstance(caller, Partner):
        raise Problem(403, _("This is for citizens, who send the token of their phone."))
    if not isinstance(caller, Citizen):
        raise NotAuthenticated
    return caller


def shelf_of(partner: Partner) -> str:
    """Give with what the ids of a partner's messages begin: keys of different partners never meet."""
    return f"{quote(partner.name, safe='')}:"
