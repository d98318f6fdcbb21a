"""USSD through mGov's menu *152*00#: the menu is drawn on mGov's side, and what was filled in reaches us as one packet.

https://mportal.ega.go.tz/. No description of it is public: the shape is the one that a public institution uses. It signs nothing: the
address that we give it carries `?key=`, and it should reach us through the government's network alone.

| mGov                                 | ours                                                    |
|--------------------------------------|---------------------------------------------------------|
| transaction_id, or session_id        | provider_id                                             |
| msisdn                               | sender                                                  |
| every other field of words, in order | text: a packet is one message, as if it came by SMS     |
| data, without msisdn                 | a call to try whether we are there                      |

What we answer is sent to the phone as an SMS.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_in import reading
from channels_in.incoming import Answer, Incoming, Report

KEY = __name__.rpartition(".")[2]
PUSHES = False
NOT_WORDS = {"msisdn", "transaction_id", "session_id", "sent_time", "service_code", "network"}


def verify(request: HttpRequest) -> bool:
    """Say whether the call carries our key."""
    return reading.carries_key(request, settings.MGOV_INBOUND_KEY)


def parse(request: HttpRequest) -> Sequence[Incoming]:
    """Give the message of a packet, or nothing for a call that only tries us. Raises `Unreadable` or `TooLong`."""
    said = reading.json_of(request)
    if _only_tries(said):
        return []
    if "msisdn" not in said:
        raise reading.unreadable(KEY, request)
    id = said.get("transaction_id") or said.get("session_id")
    return [reading.message(KEY, id=id, text=_words(said), sender=said["msisdn"], service=said.get("service_code"))]


def respond(answers: Sequence[Answer], request: HttpRequest) -> HttpResponse:
    """Give the words of the SMS, or say that we are there."""
    if _only_tries(reading.json_of(request)):
        return reading.as_json({"success": True})
    words = reading.words_of(answers)
    return reading.as_json({"status": True, "sms_reply": bool(words), "sms_text": words})


def parse_reports(request: HttpRequest) -> Sequence[Report]:
    """Give nothing: no delivery report of mGov is known."""
    return []


def _only_tries(said: dict[str, Any]) -> bool:
    return "data" in said and "msisdn" not in said


def _words(said: dict[str, Any]) -> str:
    """Join what was filled in, in the order in which it comes; a list or an object within is looked into."""
    return " ".join(filter(None, _each({name: value for name, value in said.items() if name not in NOT_WORDS})))


def _each(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    return [found for each in value for found in _each(each)] if isinstance(value, list) else [reading.word(value)]
