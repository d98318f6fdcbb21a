"""What programs send: JSON without traps, an Idempotency-Key, and fields that we know.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/07/: the same key and body get the stored answer;
another body 422; while the first is still being taken in, 409. A key holds for ever.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from channels_in.api.answers import Problem

LONGEST_KEY, SHORTEST_KEY = 128, 16  # letters; the shortest where nobody else's keys may be guessed
# A string of RFC 9651, or the same without its quotes.
KEY = re.compile(r'"(?P<quoted>(?:[ !#-\[\]-~]|\\["\\])*)"|(?P<bare>[!#-\[\]-~]+)')


class StrictJSON(BaseParser):
    """Reads a JSON object, and refuses what no two programs would read alike: names given twice, NaN, deep nesting."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """Give the object, or raise `ParseError`."""
        try:
            body = json.loads(stream.read().decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise ParseError from error
        if not isinstance(body, dict):
            raise ParseError
        return body


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


class JSONOnly(BaseContentNegotiation):
    """Answers in JSON whatever is asked for."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Take only what says that it is JSON."""
        return next((p for p in parsers if (request.content_type or "").split(";")[0].strip() == p.media_type), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """Give the first."""
        return renderers[0], renderers[0].media_type


def object_of(request: Request) -> dict[str, Any]:
    """Give the JSON object that was sent; an empty one for no body."""
    if "Transfer-Encoding" in request.headers:  # a body sent in pieces would be read as none
        raise Problem(411, gettext_lazy("Send the length of the body: Content-Length."))
    body = request.data
    return body if isinstance(body, dict) else {}


def wrong_fields(body: Mapping[str, Any], known: Collection[str]) -> dict[str, str]:
    """Give what is wrong with the fields of a body before any of them is read: all are text, and all are known."""
    wrong = {name: _("This must be text.") for name, value in body.items() if not isinstance(value, str | None)}
    return wrong | {name: _("We do not know this field.") for name in body.keys() - set(known)}


def errors_of(form: forms.Form) -> dict[str, str]:
    """Give the words of what a form refuses, field by field."""
    return {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}


def idempotency_key(header: str | None) -> str | None:
    """Give the key, a fresh one where there is none, or None for what is no key."""
    if header is None:
        return uuid.uuid4().hex
    given = KEY.fullmatch(header.strip())
    if given is None:
        return None
    key = re.sub(r"\\(.)", r"\1", given["quoted"]) if given["bare"] is None else given["bare"]
    return key if 0 < len(key) <= LONGEST_KEY else None


def key_of(request: Request, *, needed: bool) -> str:
    """Give the Idempotency-Key of a request; where it is `needed` it must be there, and too long to be guessed."""
    header = request.headers.get("Idempotency-Key")
    key = idempotency_key(header)
    if key is None or (needed and (header is None or len(key) < SHORTEST_KEY)):
        raise Problem(
            400,
            gettext_lazy("Send an Idempotency-Key of 16 letters or more, for example a UUID.")
            if needed
            else gettext_lazy("Idempotency-Key must be a short string, for example a UUID."),
        )
    return key
