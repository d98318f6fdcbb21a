"""SMS through a telephone that runs SMS Gateway for Android: a way in for an office without an operator's line.

https://docs.sms-gate.app/features/webhooks/; each call is signed: `X-Signature` is the HMAC-SHA256, in hex, of the body and
`X-Timestamp`. The moment itself is not judged: telephones' clocks are wrong, calls wait on the telephone until it has a line, and a
call that comes again changes nothing. What we answer is pushed to the citizen's phone as an SMS of its own.

| SMS Gateway for Android                   | ours                                                          |
|-------------------------------------------|---------------------------------------------------------------|
| id, of the call                           | provider_id (messageId is made of the words: not unique)      |
| payload.sender, or phoneNumber; message   | sender, text                                                  |
| payload.receivedAt                        | sent_at                                                       |
| payload.recipient, simNumber; deviceId    | raw                                                           |
| event; payload.messageId (report)         | what became of an SMS of ours, below; the notice's own id     |
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_in import reading
from channels_in.incoming import Answer, Incoming, Report
from notices.reports import ACCEPTED, DELIVERED, UNDELIVERABLE

KEY = __name__.rpartition(".")[2]
PUSHES = True

RECEIVED, PING = "sms:received", "system:ping"
STATES = {"sms:sent": ACCEPTED, "sms:delivered": DELIVERED, "sms:failed": UNDELIVERABLE}


def verify(request: HttpRequest) -> bool:
    """Say whether the telephone signed the call."""
    moment = request.headers.get("X-Timestamp", "").encode("utf-8", "replace")
    expected = hmac.new(settings.ANDROID_SIGNING_KEY.encode(), request.body + moment, hashlib.sha256).hexdigest()
    given = request.headers.get("X-Signature", "").lower()
    return bool(settings.ANDROID_SIGNING_KEY) and reading.is_same(given, expected)


def parse(request: HttpRequest) -> Sequence[Incoming]:
    """Give the message of a call, or nothing for one that only says that the telephone lives. Raises `Unreadable` or `TooLong`."""
    said = reading.json_of(request)
    event, payload = reading.word(said.get("event")), said.get("payload")
    if event == PING or event in STATES:
        return []
    if event != RECEIVED or not isinstance(payload, dict):
        raise reading.unreadable(KEY, request)
    return [
        reading.message(
            KEY, id=said.get("id"), text=payload.get("message", ""), sender=payload.get("sender", payload.get("phoneNumber")),
            sent_at=reading.moment(payload.get("receivedAt")), to=payload.get("recipient"), sim=payload.get("simNumber"),
            device=said.get("deviceId"),
        )
    ]  # fmt: skip


def respond(answers: Sequence[Answer], request: HttpRequest) -> HttpResponse:
    """Say that it came; the words are pushed."""
    return reading.nothing()


def parse_reports(request: HttpRequest) -> Sequence[Report]:
    """Give what a call says of an SMS of ours."""
    said = reading.json_of(request)
    payload = said.get("payload")
    name = reading.word(payload.get("messageId")) if isinstance(payload, dict) else ""
    return reading.reports(name.removeprefix("notice-"), STATES.get(reading.word(said.get("event"))), name)
