"""What the API says back: JSON whose bytes depend on the content alone, and RFC 9457 problems in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException, Throttled


class Problem(APIException):
    """What is wrong, in words of our own; `more` stands beside them, and `headers` go with it."""

    def __init__(
        self, status: int, words: Promise | str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(str(words))
        self.status_code, self.words, self.headers, self.more = status, words, headers or {}, more


class TooMany(Problem):
    """So much has come from this address that it must wait."""

    def __init__(self, seconds: int) -> None:
        words = gettext_lazy("Too much has come from your connection. Try again in a quarter of an hour.")
        super().__init__(429, words, {"Retry-After": str(seconds)})


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """Say what is wrong, as RFC 9457 has it."""
    said = {"type": "about:blank", "status": status, "detail": detail} | more
    return as_json(said, status, "application/problem+json")


def as_json(content: Mapping[str, Any], status: int = 200, content_type: str = "application/json") -> HttpResponse:
    """Give JSON whose bytes depend on the content alone."""
    text = json.dumps(content, separators=(",", ":"))
    response = HttpResponse(text, status=status, content_type=content_type)
    response["Cache-Control"] = "no-store"
    return response


def in_words(error: APIException) -> str:
    """Give our own sentence for what the framework found wrong."""
    if isinstance(error, Problem):
        return str(error.words)
    said = {
        400: _("The body cannot be read as a JSON object."),
        401: _("Send a key or a token (Authorization: Bearer), or the code of the receipt (X-Complaint-Code)."),
        405: _("This address does not take this method."),
        415: _("Send JSON, with Content-Type: application/json."),
        429: _("Too many questions at once. Ask again in a second."),
    }
    wait = getattr(error, "wait", None) or 0
    if isinstance(error, Throttled) and wait > 1:
        return _("Too many questions at once. Ask again in %(seconds)s seconds.") % {"seconds": wait}
    return said.get(error.status_code, str(error.detail))


def as_problem(error: Exception, _context: Mapping[str, Any]) -> HttpResponse | None:
    """Say what is wrong as a problem; None for our own faults, which travel."""
    if isinstance(error, Http404):
        return problem(404, _("There is no such complaint, or it did not come from you."))
    if not isinstance(error, APIException):
        return None
    response = problem(error.status_code, in_words(error), **getattr(error, "more", {}))
    # The framework has put on the exception how to prove oneself, and after how many seconds to ask again.
    for header, name in (("WWW-Authenticate", "auth_header"), ("Retry-After", "wait")):
        if value := getattr(error, name, None):
            response[header] = str(value)
    for header, value in getattr(error, "headers", {}).items():
        response[header] = value
    return response


def refused(errors: Mapping[str, Any]) -> HttpResponse:
    """Say of each field what is wrong with it."""
    named = [{"field": clip(name), "detail": str(words)} for name, words in sorted(errors.items())]
    return problem(400, _("Something is missing or wrong: see errors."), errors=named[:20])


def clip(name: str) -> str:
    """Give a field's name back in a length, and in characters, that any program can read."""
    return name[:40].encode("utf-8", "replace").decode("utf-8")


@csrf_exempt
def unknown(request: HttpRequest, _rest: str | None = None) -> HttpResponse:
    """Say in a program's own tongue that there is nothing at this address."""
    return problem(404, _("There is nothing at this address. Complaints are at /api/v1/complaints/."))
