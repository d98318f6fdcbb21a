"""SMS through any gateway that calls us by HTTP, with a form, a query or JSON: its names for things, the settings HTTP_SMS_... say.

It proves itself by the key that we give it: `?key=` of the address, or `Authorization: Bearer`.

| setting               | holds                                                                          |
|-----------------------|--------------------------------------------------------------------------------|
| HTTP_SMS_FIELDS       | our name=theirs, of `text`, `sender`, `id`, `sent_at`; `message.text` goes in  |
| HTTP_SMS_REPLIES      | `answer`: our words are the body that we answer; `push`: they are sent         |
| HTTP_SMS_SAYS         | what a gateway that waits for no words waits to hear                           |
| HTTP_SMS_REPORT_FIELDS| our name=theirs, of `notice` and `status`                                      |
| HTTP_SMS_DELIVERED, HTTP_SMS_FAILED | their words for both ends; every other word is of the way there  |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_in import reading
from channels_in.incoming import Answer, Incoming, Report
from notices.reports import ACCEPTED, DELIVERED, UNDELIVERABLE

KEY = __name__.rpartition(".")[2]
PUSHES = settings.HTTP_SMS_REPLIES == "push"


def verify(request: HttpRequest) -> bool:
    """Say whether the call carries our key."""
    return reading.carries_key(request, settings.HTTP_SMS_INBOUND_KEY)


def parse(request: HttpRequest) -> Sequence[Incoming]:
    """Give the message of a call. Raises `Unreadable` or `TooLong`."""
    said, names = _said(request), settings.HTTP_SMS_FIELDS
    sender = _found(said, names.get("sender", "sender"))
    if sender is None:
        raise reading.unreadable(KEY, request)
    return [
        reading.message(
            KEY, id=_found(said, names.get("id", "id")), text=_found(said, names.get("text", "text")) or "",
            sender=sender, sent_at=reading.moment(_found(said, names.get("sent_at", "sent_at"))),
        )
    ]  # fmt: skip


def respond(answers: Sequence[Answer], request: HttpRequest) -> HttpResponse:
    """Give the words to be sent back, or what the gateway waits to hear."""
    words = settings.HTTP_SMS_SAYS if PUSHES else reading.words_of(answers)
    return HttpResponse(words, content_type="text/plain; charset=UTF-8")


def parse_reports(request: HttpRequest) -> Sequence[Report]:
    """Give what a call says of an SMS of ours."""
    said, names = _said(request), settings.HTTP_SMS_REPORT_FIELDS
    notice = _found(said, names.get("notice", "id"))
    return reading.reports(notice, _bits(reading.word(_found(said, names.get("status", "status"))).lower()), notice)


def _bits(status: str) -> int | None:
    if not status:
        return None
    if status in (word.lower() for word in settings.HTTP_SMS_DELIVERED):
        return DELIVERED
    return UNDELIVERABLE if status in (word.lower() for word in settings.HTTP_SMS_FAILED) else ACCEPTED


def _said(request: HttpRequest) -> Mapping[str, Any]:
    """Give the fields of the call: of its JSON if it is that, else of its form, else of its address."""
    if "json" in request.headers.get("Content-Type", ""):
        return reading.json_of(request)
    query, form = reading.query_of(request), reading.form_of(request)
    return {**query.dict(), **form.dict()}


def _found(said: Any, name: str) -> Any:
    """Give what stands under a name, the way into JSON written with dots; None where nothing does."""
    if isinstance(said, Mapping) and name in said:
        return said[name]
    for step in name.split("."):
        said = said.get(step) if isinstance(said, Mapping) else None
    return said
