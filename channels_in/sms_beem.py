"""SMS through Beem Africa: it calls us for each message, and what we answer is pushed to the phone as an SMS of its own.

https://docs.beem.africa/ (Two Way SMS, delivery reports). It signs nothing: the address that we give it carries `?key=`.

| Beem                                         | ours                                                |
|----------------------------------------------|-----------------------------------------------------|
| transaction_id, where there is one           | provider_id; else made of sender, words and moment  |
| from, message.text                           | sender (no plus sign), text                         |
| timestamp, where there is one                | sent_at                                             |
| recipient_id, request_id, status (report)    | our notice, its own id, and what became of it       |
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_in import reading
from channels_in.incoming import Answer, Incoming, Report
from notices.reports import ACCEPTED, BUFFERED, DELIVERED, EXPIRED, REJECTED, UNDELIVERABLE

KEY = __name__.rpartition(".")[2]
PUSHES = True

STATES = {
    "SENT": ACCEPTED,
    "PENDING": BUFFERED,
    "DELIVERED": DELIVERED,
    "UNDELIVERED": UNDELIVERABLE,
    "FAILED": UNDELIVERABLE,
    "REJECTED": REJECTED,
    "EXPIRED": EXPIRED | UNDELIVERABLE,
}


def verify(request: HttpRequest) -> bool:
    """Say whether the call carries our key."""
    return reading.carries_key(request, settings.BEEM_INBOUND_KEY)


def parse(request: HttpRequest) -> Sequence[Incoming]:
    """Give the message of a call. Raises `Unreadable` or `TooLong`."""
    said = reading.json_of(request)
    words = said.get("message")
    if "from" not in said:
        raise reading.unreadable(KEY, request)
    return [
        reading.message(
            KEY, id=said.get("transaction_id"), text=words.get("text", "") if isinstance(words, dict) else words,
            sender=reading.international(said["from"]), sent_at=reading.moment(said.get("timestamp")), to=said.get("to"),
        )
    ]  # fmt: skip


def respond(answers: Sequence[Answer], request: HttpRequest) -> HttpResponse:
    """Say that it came, as Beem waits to hear; the words are pushed."""
    return reading.as_json([])


def parse_reports(request: HttpRequest) -> Sequence[Report]:
    """Give what a call says of an SMS of ours: one, or a list of them."""
    said = reading.json_of(request)
    found = reading.objects_in(said, "results") or [said]
    return [report for each in found for report in _report(each)]


def _report(said: dict[str, object]) -> list[Report]:
    bits = STATES.get(reading.word(said.get("status")).upper())
    return reading.reports(said.get("recipient_id"), bits, said.get("request_id"))
