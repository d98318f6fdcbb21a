"""SMS through mGov, the gateway of Tanzania's e-Government Authority: it calls us for each message ("pull SMS") and sends what we answer.

https://mportal.ega.go.tz/. No description of it is public: the shape is the one that a public institution uses. It signs nothing:
the address that we give it carries `?key=`, and it should reach us through the government's network alone.

| mGov           | ours                                          |
|----------------|-----------------------------------------------|
| transaction_id | provider_id; said again in the answer         |
| msisdn         | sender                                        |
| message        | text                                          |
| sent_time      | sent_at, in Tanzania's own time               |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from channels_in import reading
from channels_in.incoming import Answer, Incoming, Report

KEY = __name__.rpartition(".")[2]
PUSHES = False


def verify(request: HttpRequest) -> bool:
    """Say whether the call carries our key."""
    return reading.carries_key(request, settings.MGOV_INBOUND_KEY)


def parse(request: HttpRequest) -> Sequence[Incoming]:
    """Give the message of a call. Raises `Unreadable` or `TooLong`."""
    said = reading.json_of(request)
    if "msisdn" not in said:
        raise reading.unreadable(KEY, request)
    return [
        reading.message(
            KEY, id=said.get("transaction_id"), text=said.get("message", ""), sender=said["msisdn"],
            sent_at=_here(said.get("sent_time")),
        )
    ]  # fmt: skip


def respond(answers: Sequence[Answer], request: HttpRequest) -> HttpResponse:
    """Give the words to be sent back; `reply` 0 sends nothing."""
    words = reading.words_of(answers)
    name = reading.word(reading.json_of(request).get("transaction_id"))
    return reading.as_json({"transaction_id": name, "message": words, "reply": 1 if words else 0})


def parse_reports(request: HttpRequest) -> Sequence[Report]:
    """Give nothing: no delivery report of mGov is known."""
    return []


def _here(value: object) -> dt.datetime | None:
    """Read a moment that names no time zone as Tanzania's."""
    read = reading.moment(value)
    if read is None or read.utcoffset() or str(value).rstrip().endswith(("Z", "+00:00")):
        return read
    return read.replace(tzinfo=timezone.get_default_timezone())
