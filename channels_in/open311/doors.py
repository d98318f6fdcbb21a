"""What every address of Open311 does first: is it open, is it asked too often, and is it about us?"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from django.views import View
from rest_framework.request import Request
from rest_framework.views import APIView

from channels_in.open311.shapes import Refused, errors
from channels_in.suggesting import EachAddress

UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
KEPT_FOR_SECONDS = 60 * 60


class EachReader(EachAddress):
    """Lets one address read so often in a second: a list of a thousand costs more than a suggestion."""

    scope, rate = "open311", "30/second"


class Door(View):
    """An address of Open311: answers in the form that its ending asks for, and says what is wrong in that form too."""

    http_method_names = ["get", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, form: str, **kwargs: Any) -> Any:
        """Answer, or say what is wrong."""
        self.form = form
        try:
            self._begin(request)
            return super().dispatch(request, *args, **kwargs)
        except Refused as refused:
            return _said(form, refused)
        except UNREADABLE:
            return errors(form, 400, [_("The form cannot be read. Send it as application/x-www-form-urlencoded.")])

    def _begin(self, request: HttpRequest) -> None:
        if "open311" not in settings.OPEN_CHANNELS:
            raise Refused(404, _("There is nothing at this address."))
        if request.method != "POST":  # whoever lodges has a key
            _not_too_often(request)
        _for_us(request.GET)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say which methods there are."""
        methods = ", ".join(name.upper() for name in self.http_method_names)
        raise Refused(405, _("This address does not take this method."), headers={"Allow": methods})


def _said(form: str, refused: Refused) -> HttpResponse:
    response = errors(form, refused.status, refused.sentences)
    for name, value in refused.headers.items():
        response[name] = value
    return response


def _not_too_often(request: HttpRequest) -> None:
    throttle = EachReader()
    # The throttle reads nothing but the address of the connection, which both kinds of request have.
    asked = Request(request)
    if not throttle.allow_request(asked, APIView()):
        wait = str(int(throttle.wait() or 0) + 1)
        raise Refused(429, _("Too many questions at once. Ask again in a second."), headers={"Retry-After": wait})


def _for_us(said: QueryDict) -> None:
    """Refuse a request that names another jurisdiction; one that names none is for us."""
    named = said.get("jurisdiction_id", "").strip().lower()
    if named and named != jurisdiction():
        words = _("jurisdiction_id: there is only %(ours)s here. Send that, or none.") % {"ours": jurisdiction()}
        raise Refused(404, words)


def for_us(said: QueryDict) -> None:
    """Refuse a form that names another jurisdiction."""
    _for_us(said)


def jurisdiction() -> str:
    """Give our own name in the standard's words: the host of our public address, without `www`."""
    return (urlsplit(settings.PUBLIC_URL).hostname or "").removeprefix("www.")


def kept_for_an_hour(response: HttpResponse) -> HttpResponse:
    """Let caches keep what is the same for everybody, and seldom changes."""
    response["Cache-Control"] = f"public, max-age={KEPT_FOR_SECONDS}"
    return response
