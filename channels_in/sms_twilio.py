"""SMS through Twilio: it calls us for each message, and sends what we answer in TwiML.

https://www.twilio.com/docs/messaging/guides/webhook-request; each call is signed:
https://www.twilio.com/docs/usage/security#validating-requests.

| Twilio                            | ours                                                            |
|-----------------------------------|-----------------------------------------------------------------|
| MessageSid                        | provider_id                                                     |
| From, Body                        | sender, text                                                    |
| To, NumMedia                      | raw; pictures are not fetched                                   |
| notice (in the report's address)  | our notice                                                      |
| MessageStatus                     | what became of it, below                                        |
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_in import reading
from channels_in.incoming import Answer, Incoming, Report
from notices.reports import ACCEPTED, BUFFERED, DELIVERED, UNDELIVERABLE

KEY = __name__.rpartition(".")[2]
PUSHES = False

STATES = {
    "accepted": BUFFERED,
    "scheduled": BUFFERED,
    "queued": BUFFERED,
    "sending": BUFFERED,
    "sent": ACCEPTED,
    "delivered": DELIVERED,
    "read": DELIVERED,
    "undelivered": UNDELIVERABLE,
    "failed": UNDELIVERABLE,
    "canceled": UNDELIVERABLE,
}


def verify(request: HttpRequest) -> bool:
    """Say whether Twilio signed the call: HMAC-SHA1 of our public address and the sorted fields of the form."""
    query = request.META.get("QUERY_STRING", "")
    address = f"{settings.PUBLIC_URL.rstrip('/')}{request.path}" + (f"?{query}" if query else "")
    form = reading.form_of(request)
    fields = "".join(f"{name}{value}" for name in sorted(form) for value in sorted(set(form.getlist(name))))
    signed = hmac.new(
        settings.TWILIO_AUTH_TOKEN.encode(), f"{address}{fields}".encode("utf-8", "replace"), hashlib.sha1
    )
    expected = base64.b64encode(signed.digest()).decode()
    return bool(settings.TWILIO_AUTH_TOKEN) and reading.is_same(request.headers.get("X-Twilio-Signature", ""), expected)


def parse(request: HttpRequest) -> Sequence[Incoming]:
    """Give the message of a call. Raises `Unreadable` or `TooLong`."""
    form = reading.form_of(request)
    if "From" not in form:
        raise reading.unreadable(KEY, request)
    pictures = form.get("NumMedia", "0")
    return [
        reading.message(
            KEY, id=form.get("MessageSid"), text=form.get("Body", ""), sender=form["From"],
            to=form.get("To"), pictures="" if pictures == "0" else pictures,
        )
    ]  # fmt: skip


def respond(answers: Sequence[Answer], request: HttpRequest) -> HttpResponse:
    """Give the words to be sent back; an empty answer sends nothing."""
    messages = "".join(f"<Message>{_in_xml(answer.text)}</Message>" for answer in answers if answer.text)
    document = f'<?xml version="1.0" encoding="UTF-8"?><Response>{messages}</Response>'
    return HttpResponse(document, content_type="text/xml; charset=UTF-8")


def parse_reports(request: HttpRequest) -> Sequence[Report]:
    """Give what a call says of an SMS of ours; the address names our notice, and the signature covers it."""
    form = reading.form_of(request)
    bits = STATES.get(reading.word(form.get("MessageStatus")).lower())
    return reading.reports(reading.query_of(request).get("notice"), bits, form.get("MessageSid"))


def _in_xml(words: str) -> str:
    """Write words as XML, which cannot hold every character of a text."""
    return escape("".join(letter for letter in words if letter >= " " or letter in "\n\t"))
