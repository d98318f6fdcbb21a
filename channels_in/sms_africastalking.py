"""SMS through Africa's Talking: it calls us for each message, and what we answer is pushed to the phone as an SMS of its own.

https://developers.africastalking.com/docs/sms/notifications. It signs nothing: the address that we give it carries `?key=`.

| Africa's Talking    | ours                                                        |
|---------------------|-------------------------------------------------------------|
| id                  | provider_id                                                 |
| from, text          | sender, text                                                |
| date                | sent_at, in UTC; with a T and Z, or a blank                 |
| to, linkId          | raw                                                         |
| id, status (report) | its own id for an SMS of ours, and what became of it, below |
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
    "Sent": ACCEPTED,
    "Submitted": ACCEPTED,
    "Buffered": BUFFERED,
    "Success": DELIVERED,
    "Rejected": REJECTED,
    "Failed": UNDELIVERABLE,
    "Expired": EXPIRED | UNDELIVERABLE,
    "AbsentSubscriber": UNDELIVERABLE,
}


def verify(request: HttpRequest) -> bool:
    """Say whether the call carries our key."""
    return reading.carries_key(request, settings.AFRICASTALKING_INBOUND_KEY)


def parse(request: HttpRequest) -> Sequence[Incoming]:
    """Give the message of a call. Raises `Unreadable` or `TooLong`."""
    form = reading.form_of(request)
    if "from" not in form:
        raise reading.unreadable(KEY, request)
    return [
        reading.message(
            KEY, id=form.get("id"), text=form.get("text", ""), sender=form["from"],
            sent_at=reading.moment(form.get("date")), to=form.get("to"), link=form.get("linkId"),
        )
    ]  # fmt: skip


def respond(answers: Sequence[Answer], request: HttpRequest) -> HttpResponse:
    """Say that it came; the words are pushed."""
    return reading.nothing()


def parse_reports(request: HttpRequest) -> Sequence[Report]:
    """Give what a call says of an SMS of ours, which it names by its own id."""
    form = reading.form_of(request)
    name, bits = reading.word(form.get("id")), STATES.get(reading.word(form.get("status")))
    return [Report(None, bits, name)] if name and bits is not None else []
