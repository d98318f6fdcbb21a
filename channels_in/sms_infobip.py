"""SMS through Infobip: it calls us with several messages at once, and what we answer is pushed to the phones.

https://www.infobip.com/docs/api/channels/sms/inbound-sms/receive-inbound-sms-messages and, for reports,
https://www.infobip.com/docs/api/channels/sms/logs-and-status-reports. It signs nothing: the address that we give it carries `?key=`.

| Infobip, in `results`             | ours                                           |
|-----------------------------------|------------------------------------------------|
| messageId                         | provider_id                                    |
| from, text                        | sender (no plus sign), text with its keyword   |
| receivedAt                        | sent_at                                        |
| to, keyword, smsCount             | raw                                            |
| messageId, status.groupName (report) | our notice, and what became of it           |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_in import reading
from channels_in.incoming import Answer, Incoming, Report, TooLong, Unreadable
from channels_in.text import LONGEST
from notices.reports import ACCEPTED, DELIVERED, EXPIRED, REJECTED, UNDELIVERABLE

KEY = __name__.rpartition(".")[2]
PUSHES = True

STATES = {
    "PENDING": ACCEPTED,
    "DELIVERED": DELIVERED,
    "UNDELIVERABLE": UNDELIVERABLE,
    "EXPIRED": EXPIRED | UNDELIVERABLE,
    "REJECTED": REJECTED,
}


def verify(request: HttpRequest) -> bool:
    """Say whether the call carries our key."""
    return reading.carries_key(request, settings.INFOBIP_INBOUND_KEY)


def parse(request: HttpRequest) -> Sequence[Incoming | Unreadable]:
    """Give the messages of a call; one that cannot be read keeps no other waiting. Raises `Unreadable`."""
    said = reading.json_of(request)
    if not isinstance(said.get("results"), list):
        raise reading.unreadable(KEY, request)
    return [_message(each) for each in reading.objects_in(said, "results")]


def _message(said: dict[str, Any]) -> Incoming | Unreadable:
    try:
        return reading.message(
            KEY, id=said.get("messageId"), text=said.get("text", ""), sender=reading.international(said.get("from")),
            sent_at=reading.moment(said.get("receivedAt")), to=said.get("to"), keyword=said.get("keyword"),
            parts=said.get("smsCount"),
        )  # fmt: skip
    except Unreadable as unreadable:
        return unreadable
    except TooLong:
        kept = reading.word(said.get("text"))[:LONGEST]
        return Unreadable(
            Incoming(KEY, reading.id_of(reading.word(said.get("messageId")), None), kept), "it is too long"
        )


def respond(answers: Sequence[Answer], request: HttpRequest) -> HttpResponse:
    """Say that they came; the words are pushed."""
    return reading.nothing()


def parse_reports(request: HttpRequest) -> Sequence[Report]:
    """Give what a call says of SMS of ours, which go by our notices' numbers."""
    return [report for each in reading.objects_in(reading.json_of(request), "results") for report in _report(each)]


def _report(said: dict[str, Any]) -> list[Report]:
    state = said.get("status")
    bits = STATES.get(reading.word(state.get("groupName")).upper()) if isinstance(state, dict) else None
    return reading.reports(said.get("messageId"), bits, said.get("messageId"))
