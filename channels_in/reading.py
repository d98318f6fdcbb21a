"""What the files of the gateways share: keys, JSON and forms as they come, the one message that a call brings, reports, answers."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict

from channels_in.citizens import NoPhoneNumber, read_phone
from channels_in.incoming import Answer, Incoming, Report, TooLong, Unreadable
from channels_in.text import LONGEST, clean

SENDER_LENGTH, ID_LENGTH = 40, 200  # of the columns
MOST_KEPT = 100  # letters of what is kept beside sender and words


def carries_key(request: HttpRequest, key: str) -> bool:
    """Say whether a call carries the key that we gave its gateway: as `?key=` of the address, or as a Bearer token.

    For gateways that sign nothing. The balancer must write no log of these addresses.
    """
    scheme, _blank, bearer = request.headers.get("Authorization", "").partition(" ")
    given = bearer.strip() if scheme.lower() == "bearer" else query_of(request).get("key", "")
    return is_same(given, key)


def is_same(given: str, expected: str) -> bool:
    """Compare a proof in a time that tells nothing; where nothing is expected, nothing proves."""
    return bool(expected) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def query_of(request: HttpRequest) -> QueryDict:
    """Give the fields of the address, bytes that are no text made visible."""
    return QueryDict(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"), encoding="utf-8")


def form_of(request: HttpRequest) -> QueryDict:
    """Give the fields of a form in the body, whatever the request says of its kind."""
    return QueryDict(request.body, encoding="utf-8")


def json_of(request: HttpRequest) -> dict[str, Any]:
    """Give the JSON object in the body; empty when there is none."""
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def objects_in(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Give the JSON objects of a list; empty when it is none."""
    found = said.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def word(value: object) -> str:
    """Give a value as text; nothing for what is neither word nor number."""
    return clean(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def number(value: object) -> int | None:
    """Give a value as a number such as an id of ours; None for what is none."""
    said = word(value)
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 18 else None


def moment(value: object) -> dt.datetime | None:
    """Give a moment written as ISO 8601 or nearly so, in UTC unless it says otherwise; None when it is none."""
    said = word(value).replace(" ", "T", 1)[:40]
    try:
        read = dt.datetime.fromisoformat(said)
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=dt.UTC)) if 1970 < read.year < 2200 else None


def international(sender: object) -> str:
    """Give a number that comes without its plus sign with one."""
    said = word(sender)
    return f"+{said}" if said.isascii() and said.isdigit() and len(said) > 9 and not said.startswith("0") else said


def message(
    channel: str, *, id: object, text: object, sender: object, sent_at: dt.datetime | None = None, **kept: object
) -> Incoming:
    """Give one message in our shape. Raises `TooLong`, or `Unreadable` where nobody could be answered."""
    words, who = word(text), word(sender)
    told = repr((who, words, sent_at.isoformat())).encode() if sent_at else None
    raw = {name: word(value)[:MOST_KEPT] for name, value in kept.items() if word(value)}
    return from_a_phone(Incoming(channel, id_of(word(id), told), words, who, sent_at, raw))


def from_a_phone(found: Incoming) -> Incoming:
    """Give a message with its sender's number as we write it. Raises `TooLong`, or `Unreadable` where nobody could be answered."""
    if len(found.text) > LONGEST:
        raise TooLong
    try:
        return replace(found, sender=read_phone(found.sender))
    except NoPhoneNumber as error:  # a short code, or a name: nobody there could read an answer
        kept = replace(found, sender=found.sender[:SENDER_LENGTH])
        raise Unreadable(kept, "the sender is no phone number") from error


def id_of(given: str, told: bytes | None) -> str:
    """Give the gateway's id; without one, an id made of what a repeat tells as well, if there is that."""
    if given:
        return given if len(given) <= ID_LENGTH else f"long-{hashlib.sha256(given.encode()).hexdigest()}"
    return f"none-{uuid.uuid4()}" if told is None else f"made-{hashlib.sha256(told).hexdigest()}"


def reports(notice: object, bits: int | None, name: object) -> list[Report]:
    """Give what is said of one SMS of ours, by our notice's number; nothing where number or state is not known."""
    known = number(notice)
    return [Report(known, bits, word(name))] if known and bits is not None else []


def words_of(answers: Sequence[Answer]) -> str:
    """Give the words of a call's answers, one below the other."""
    return "\n".join(answer.text for answer in answers if answer.text)


def unreadable(channel: str, request: HttpRequest) -> Unreadable:
    """Give a genuine call in which no message can be found, to be kept for an operator."""
    digest = hashlib.sha256(request.body).hexdigest()
    words = clean(request.body[:LONGEST].decode("utf-8", "replace"))
    return Unreadable(Incoming(channel, f"body-{digest}", words), "no message can be found in it")


def nothing(status: int = 200) -> HttpResponse:
    """Give the empty answer of a gateway to which replies are pushed."""
    return HttpResponse(status=status, content_type="text/plain; charset=UTF-8")


def as_json(said: Any) -> HttpResponse:
    """Give an answer in JSON, its letters as they are."""
    return JsonResponse(said, safe=False, json_dumps_params={"ensure_ascii": False})
