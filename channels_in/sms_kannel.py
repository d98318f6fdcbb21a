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
from collections.abc import Mapping, Sequence
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_in import reading
from channels_in.incoming import Answer, Incoming, Report
from channels_in.text import clean
from notices.rendering import is_gsm7

KEY = __name__.rpartition(".")[2]
PUSHES = False

SIXTEEN_BITS = {"utf-16be", "ucs-2", "ucs2", "utf-16", "iso-10646-ucs-2"}
ALPHABETS = {"utf-8", "us-ascii", "ascii", "iso-8859-1", "latin1", "iso-8859-15", "windows-1252"}
UCS2 = "2"  # Kannel's coding of what is written outside the SMS alphabet
MOST_KEPT, KEPT = (
    40,
    ("to", "charset", "coding", "ts", "smsc", "svc"),
)  # beside sender and text, which have columns of their own


def verify(request: HttpRequest) -> bool:
    """Say whether the request carries the gateway's user name and password (HTTP Basic)."""
    wanted = f"{settings.KANNEL_USERNAME}:{settings.KANNEL_PASSWORD}".encode()
    scheme, _, proof = request.headers.get("Authorization", "").partition(" ")
    expected = base64.b64encode(wanted).decode()
    return scheme.lower() == "basic" and reading.is_same(proof.strip(), expected)


def parse(request: HttpRequest) -> Sequence[Incoming]:
    """Give the message of a request. Raises `Unreadable` or `TooLong`."""
    fields = _fields(request)
    text = clean(decode(fields.get("text", b""), _word(fields, "charset"), _word(fields, "coding")))
    sender = clean(decode(fields.get("from", b"")))
    return [reading.from_a_phone(Incoming(KEY, _id(fields), text, sender, _moment(fields), _raw(fields)))]


def respond(answers: Sequence[Answer], request: HttpRequest | None = None) -> HttpResponse:
    """Give the words to be sent back; an empty answer sends nothing."""
    words = reading.words_of(answers)
    response = HttpResponse(words, content_type="text/plain; charset=UTF-8")
    if not is_gsm7(words):  # Kannel would send a question mark for each such letter
        response["X-Kannel-Coding"] = UCS2
    return response


def parse_reports(request: HttpRequest) -> Sequence[Report]:
    """Give the delivery report of a request; none when it names no notice of ours."""
    fields = _fields(request)
    notice, status = reading.number(_word(fields, "notice")), reading.number(_word(fields, "status"))
    return reading.reports(notice, status, decode(fields.get("id", b"")))


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
    raw = {name: clean(fields[name].decode("latin-1"))[:MOST_KEPT] for name in KEPT if fields.get(name)}
    return raw | ({"udh": fields["udh"].hex()[:100]} if fields.get("udh") else {})


def _moment(fields: Mapping[str, bytes]) -> dt.datetime | None:
    ts = reading.number(_word(fields, "ts"))
    return dt.datetime.fromtimestamp(ts, dt.UTC) if ts and ts < 2**32 else None


def _id(fields: Mapping[str, bytes]) -> str:
    told = b"\x00".join(fields.get(name, b"") for name in ("from", "to", "ts", "text", "udh"))
    return reading.id_of(clean(decode(fields.get("id", b""))), told if _moment(fields) else None)
