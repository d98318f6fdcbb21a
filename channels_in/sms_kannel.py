"""SMS through a Kannel gateway: its smsbox calls us for each message, and sends what we answer back to the phone.

https://www.kannel.org/download/kannel-userguide-snapshot/userguide.html, "SMS services" (get-url) and "Delivery reports".

| Kannel          | ours                                                                    |
|-----------------|-------------------------------------------------------------------------|
| id (%I)         | provider_id; the same on every retry                                    |
| from (%p)       | sender                                                                  |
| text (%b)       | text, from raw bytes: UTF-8, else what charset (%C) or coding (%c) says |
| ts (%T)         | sent_at, seconds of Unix time                                           |
| to, smsc, udh.. | raw; udh (%u) is there only when a part of a long SMS never came        |
| status (%d)     | bits of a delivery report                                               |
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_in.citizens import NoPhoneNumber, read_phone
from channels_in.incoming import Answer, Incoming, Report, TooLong, Unreadable
from channels_in.text import LONGEST, clean
from notices.rendering import is_gsm7

KEY = __name__.rpartition(".")[2]
PUSHES = False

SIXTEEN_BITS = {"utf-16be", "ucs-2", "ucs2", "utf-16", "iso-10646-ucs-2"}
ALPHABETS = {"utf-8", "us-ascii", "ascii", "iso-8859-1", "latin1", "iso-8859-15", "windows-1252"}
UCS2 = "2"  # Kannel's coding of what is written outside the SMS alphabet
KEPT = ("to", "charset", "coding", "ts", "smsc", "svc")  # beside sender and text, which have columns of their own
SENDER_LENGTH, ID_LENGTH = 40, 200  # of the columns


def verify(request: HttpRequest) -> bool:
    """Say whether the request carries the gateway's user name and password (HTTP Basic)."""
    wanted = f"{settings.KANNEL_USERNAME}:{settings.KANNEL_PASSWORD}".encode()
    scheme, _, proof = request.headers.get("Authorization", "").partition(" ")
    expected = base64.b64encode(wanted)
    return scheme.lower() == "basic" and hmac.compare_digest(proof.strip().encode("utf-8", "replace"), expected)


def parse(request: HttpRequest) -> Sequence[Incoming]:
    """Give the message of a request. Raises `Unreadable` or `TooLong`."""
    fields = _fields(request)
    text = clean(decode(fields.get("text", b""), _word(fields, "charset"), _word(fields, "coding")))
    if len(text) > LONGEST:
        raise TooLong
    sender = clean(decode(fields.get("from", b"")))
    message = Incoming(KEY, _id(fields), text, sender[:SENDER_LENGTH], _moment(fields), _raw(fields))
    try:
        return [Incoming(KEY, message.provider_id, text, read_phone(sender), message.sent_at, message.raw)]
    except NoPhoneNumber as error:  # a short code, or a name: nobody there could read an answer
        raise Unreadable(message, "the sender is no phone number") from error


def respond(answers: Sequence[Answer], request: HttpRequest | None = None) -> HttpResponse:
    """Give the words to be sent back; an empty answer sends nothing."""
    words = "\n".join(answer.text for answer in answers)
    response = HttpResponse(words, content_type="text/plain; charset=UTF-8")
    if not is_gsm7(words):  # Kannel would send a question mark for each such letter
        response["X-Kannel-Coding"] = UCS2
    return response


def parse_reports(request: HttpRequest) -> Sequence[Report]:
    """Give the delivery report of a request; none when it names no notice of ours."""
    fields = _fields(request)
    notice, status = _word(fields, "notice"), _word(fields, "status")
    if not (_is_number(notice) and _is_number(status)):
        return []
    return [Report(int(notice), int(status), clean(decode(fields.get("id", b""))))]


def decode(text: bytes, charset: str = "", coding: str = "") -> str:
    """Give the letters: as the charset says where it fits; otherwise UTF-8, and bytes that are not even that, as Latin-1."""
    if charset in SIXTEEN_BITS or (coding == UCS2 and charset not in ALPHABETS):
        return text.decode("utf-16-be", "replace")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode(charset if charset in ALPHABETS - {"utf-8", "us-ascii", "ascii"} else "latin-1", "replace")


def _fields(request: HttpRequest) -> dict[str, bytes]:
    """Give the fields as bytes: which alphabet they are in, they say themselves. What stands first counts."""
    query = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
    body = request.body if request.method == "POST" else b""
    fields: dict[str, bytes] = {}
    for pair in (query + b"&" + body).split(b"&", 100)[:100]:
        name, _, value = pair.partition(b"=")
        fields.setdefault(name.decode("ascii", "replace"), unquote_to_bytes(value.replace(b"+", b" ")))
    return fields


def _word(fields: Mapping[str, bytes], name: str) -> str:
    return fields.get(name, b"")[:40].decode("ascii", "replace").strip().lower()


def _raw(fields: Mapping[str, bytes]) -> dict[str, str]:
    """Give the rest, for an operator; raw bytes as hex."""
    raw = {name: clean(fields[name].decode("latin-1"))[:SENDER_LENGTH] for name in KEPT if fields.get(name)}
    return raw | ({"udh": fields["udh"].hex()[:100]} if fields.get("udh") else {})


def _moment(fields: Mapping[str, bytes]) -> dt.datetime | None:
    ts = _word(fields, "ts")
    return dt.datetime.fromtimestamp(int(ts), dt.UTC) if _is_number(ts) and 0 < int(ts) < 2**32 else None


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 18


def _id(fields: Mapping[str, bytes]) -> str:
    """Give Kannel's id; without one, an id that every repeat has as well, if the message says when it was sent."""
    if given := clean(decode(fields.get("id", b""))):
        return given if len(given) <= ID_LENGTH else f"long-{hashlib.sha256(given.encode()).hexdigest()}"
    if _moment(fields) is None:
        return f"none-{uuid.uuid4()}"
    told = b"\x00".join(fields.get(name, b"") for name in ("from", "to", "ts", "text", "udh"))
    return f"made-{hashlib.sha256(told).hexdigest()}"
