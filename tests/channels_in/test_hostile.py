"""Rubbish at every door: a sentence and a 4xx, or a complaint; never a 500, and never half a complaint."""

import datetime as dt
import gc
import json
import os
import re

import psutil
import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from channels_in.models import Message
from complaints.models import Citizen, Complaint, Entry
from complaints.references import new_reference
from notices.models import Notice
from offices.clock import database_now
from offices.models import User
from workflows.models import ComplaintTask

KEPT = [Complaint, Entry, ComplaintTask, Message, Citizen, Notice]
REFERENCE = new_reference(dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
TOKEN = "0123456789abcdef" * 2

TEXTS = {
    "empty": "",
    "blanks": " \t\n\r\v\f",
    "no-break blanks": "\u00a0\u2003\u3000",
    "invisible": "\u200b\u200c\u200d\u2060\ufeff",
    "160 kB": "Maji hakuna. " * 12_600,
    "one long word": "a" * 20_000,
    "one word too long": "a" * 20_001,
    "many lines": "\n" * 50_000,
    "NUL": "Maji\x00 hakuna",
    "only NUL": "\x00\x00",
    "control characters": "".join(map(chr, range(1, 32))) + "maji",
    "escape sequences": "\x1b[2J\x1b]0;owned\x07 maji",
    "half a letter": "Maji \ud800 hakuna",
    "the other half": "\udfff maji",
    "halves in the wrong order": "\udc00\ud800 maji",
    "right to left": "\u202eijaM\u202c \u2067maji\u2069 \u200f",
    "bidi stack": "\u202e" * 500 + "maji",
    "Arabic": "لا يوجد ماء في الشارع",
    "ligature that grows": "\ufdfa" * 2_000,
    "emoji": "Maji 😡🚱 hakuna 👨‍👩‍👧‍👦🇹🇿",
    "combining marks": "m" + "\u0301" * 5_000 + "aji",
    "noncharacters": "maji \uffff \ufdd0 \U0010ffff",
    "private use": "\ue000\U000f0000 maji",
    "tag letters": "maji\U000e0041\U000e0042",
    "mathematical letters": "𝐌𝐚𝐣𝐢 𝕙𝕒𝕜𝕦𝕟𝕒",
    "Arabic digits": "٢٦٤٨٣١٩٢٠٥٧٦",
    "dotted I": "İ" * 1_000,
    "sharp s": "ß" * 3_000,
    "Chinese": "没有水已经三天了",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ 7|add:7 }}{% load static %}{% debug %}",
    "format": "%s%n%d {0} {words!r} ${x} %(limit_value)d",
    "SQL": "'; DROP TABLE complaints_complaint; --",
    "backslashes": "\\" * 200 + "maji\\x00\\ud800",
    "quotes": "\"'`´‘’“”«» maji",
    "formula": "=cmd|' /C calc'!A0",
    "path": "../../../../etc/passwd",
    "header": "maji\r\nSet-Cookie: owned=1",
    "XML": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "JSON": '{"words": {"$gt": ""}}',
    "null": "null",
    "not a number": "NaN",
    "minus zero": "-0",
    "huge number": "9" * 5_000,
    "a boolean": "true",
    "somebody's reference": REFERENCE,
    "a reference with a wrong check digit": REFERENCE[:-1] + str((int(REFERENCE[-1]) + 1) % 10),
    "a command": f"HALI {REFERENCE}",
    "no letters": "?!...,,,;;;---",
    "backtracking": "a " * 8_000 + "!",
    "commas": "," * 10_000,
}
SHORT = ["NUL", "half a letter", "right to left", "emoji", "combining marks", "script", "template", "format", "SQL", "160 kB",
         "Arabic digits", "huge number", "null", "noncharacters", "commas", "ligature that grows", "header", "backtracking"]  # fmt: skip
CITIZENS_FIELDS = ["kind", "category", "council", "place", "place_choice", "landmark", "phone", "name", "came_back",
                   "about_level", "about_where", "about_post", "token"]  # fmt: skip
CLERKS_FIELDS = ["arrival", "received_on", "language", "place", "token"]  # the others are the citizen's own, once more
PARTNERS_FIELDS = ["kind", "category", "place", "place_words", "phone", "name", "came_back", "about_office", "about_post",
                   "language", "received_at"]  # fmt: skip

ODD_VALUES = [
    ("phone", value) for value in ["112", "+", "+255", "00000000000", "0754-123-456x9", "+1 202 555 0100 ext 9", "٠٧٥٤١٢٣٤٥٦"]
] + [
    ("council", "1"), ("council", "16101"), ("council", "0"), ("category", "MAJI"), ("category", "maji,taka"),
    ("about_level", "usimamizi"), ("about_post", "administrator"), ("place_choice", "none"), ("place_choice", "1"),
    ("place", "Kisiwani, Kisiwani, Kisiwani, Kisiwani"), ("place", "wa wa wa"), ("place", "kata"), ("about_where", "mkoa wa"),
]  # fmt: skip


def counts():
    return [model.objects.count() for model in KEPT]


class Undone(Exception):
    """Takes back what one piece of rubbish has left behind."""


def each(rubbish, send, accepted):
    """Send each piece by itself, and tell of all that were answered wrongly."""
    wrong = {}
    for name, changes in rubbish.items():
        before = counts()
        try:
            with transaction.atomic():
                asserted(send(**changes), before, accepted=accepted)
                raise Undone
        except Undone:
            continue
        except Exception as error:  # noqa: BLE001  (a sweep: it goes on, and tells of all)
            wrong[name] = repr(error)[:500]
    assert wrong == {}


def words():
    return {name: {"words": text} for name, text in TEXTS.items()}


def in_field(field):
    return {name: {field: TEXTS[name]} for name in SHORT}


def odd_values():
    return {f"{field}={value}": {field: value} for field, value in ODD_VALUES}


def asserted(response, before, *, accepted):
    """Hold that the answer is a complaint, whole, or a sentence and nothing."""
    complaints, entries, tasks, messages = (after - was for after, was in zip(counts()[:4], before, strict=False))
    if response.status_code == accepted < 400:
        assert (complaints, messages) == (1, 1) and entries >= 1 and tasks >= 1
        return
    assert 400 <= response.status_code < 500, response.status_code
    assert counts() == before
    words = response.content.decode()
    assert re.search(r"\w{3,} \w{2,}", words) and "Traceback" not in words


@pytest.fixture
def citizen(db):
    client = Client()

    def send(**changes):
        form = {"token": TOKEN, "kind": "complaint", "words": "Maji hakuna mtaani kwetu.", "council": "160"} | changes
        return client.post("/submit/form/", {name: as_form(value) for name, value in form.items()})

    return send


@pytest.fixture
def clerk(db):
    client = Client()
    client.force_login(User.objects.get(username="karani.12103"))
    today = f"{timezone.localdate(database_now()):%d/%m/%Y}"

    def send(**changes):
        form = {
            "token": TOKEN, "kind": "complaint", "words": "Maji hakuna mtaani kwetu.", "council": "120", "arrival": "call", "language": "sw",
            "received_on": today,
        } | changes  # fmt: skip
        return client.post("/desk/counter/", {name: as_form(value) for name, value in form.items()})

    return send


@pytest.fixture
def partner(db, settings):
    settings.API_KEYS = {"jamii": "key"}
    client = Client()

    def send(body=None, **changes):
        body = body if body is not None else json.dumps({"words": "Maji hakuna mtaani kwetu."} | changes)
        return client.post("/api/v1/complaints/", body, content_type="application/json", HTTP_X_API_KEY="key")

    return send


def as_form(value):
    """Half letters cannot be typed into a form: what a browser would send of them."""
    return value.encode("utf-8", "replace").decode("utf-8")


@pytest.mark.parametrize(
    "rubbish", [words(), odd_values(), *map(in_field, CITIZENS_FIELDS)], ids=["words", "odd", *CITIZENS_FIELDS]
)
def test_rubbish_in_the_citizens_form(citizen, rubbish):
    each(rubbish, citizen, accepted=303)


@pytest.mark.parametrize(
    "rubbish", [words(), odd_values(), *map(in_field, CLERKS_FIELDS)], ids=["words", "odd", *CLERKS_FIELDS]
)
def test_rubbish_in_the_clerks_form(clerk, rubbish):
    each(rubbish, clerk, accepted=303)


@pytest.mark.parametrize("rubbish", [words(), *map(in_field, PARTNERS_FIELDS)], ids=["words", *PARTNERS_FIELDS])
def test_rubbish_in_a_partners_body(partner, rubbish):
    each(rubbish, partner, accepted=201)


BODIES = {
    "lists 100,000 deep": "[" * 100_000 + "]" * 100_000,
    "objects 100,000 deep": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "words 100,000 deep": '{"words":' + "[" * 100_000 + "]" * 100_000 + "}",
    "names given twice": '{"words": "Maji hakuna", "words": "Maji yapo"}',
    "NaN": '{"words": NaN}',
    "minus infinity": '{"words": -Infinity}',
    "number too large": '{"words": 1e999999}',
    "number too long": '{"words": ' + "9" * 100_000 + "}",
    "5,000 names": json.dumps({f"n{number}": "x" for number in range(5_000)} | {"words": "Maji hakuna"}),
    "a name of 100 kB": json.dumps({"words": "Maji hakuna", "x" * 100_000: "x"}),
    "half a letter for a name": '{"words": "Maji hakuna", "\\ud800": "x"}',
    "NUL for a name": '{"words": "Maji hakuna", "\\u0000": "x"}',
    "prototype": '{"words": "Maji hakuna", "__proto__": {"x": 1}, "constructor": "x"}',
    "list of all": json.dumps([{"words": "Maji hakuna"}] * 100),
    "not UTF-8": b'{"words": "\xff\xfe"}',
    "UTF-16": '{"words": "Maji hakuna"}'.encode("utf-16"),
    "BOM": b'\xef\xbb\xbf{"words": "Maji hakuna"}',
    "cut short": '{"words": "Maji hak',
    "nothing": b"",
    "blanks": b"   \n ",
    "NUL bytes": b"\x00" * 100,
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
}


def test_bodies_that_cannot_be_meant(partner):
    each({name: {"body": body} for name, body in BODIES.items()}, partner, accepted=400)


@pytest.mark.parametrize("door", ["/submit/form/", "/track/", "/desk/counter/", "/api/v1/complaints/"])
def test_a_body_over_the_limit_is_refused_before_it_is_read(db, settings, door):
    response = Client().post(door, "x" * (settings.MAX_BODY_BYTES + 1), content_type="text/plain")

    assert response.status_code == 413


@pytest.mark.parametrize("door", ["/submit/form/", "/track/", "/desk/counter/"])
@pytest.mark.parametrize("how", ["form", "multipart"])
def test_a_form_of_5000_fields_is_refused_in_words(db, door, how):
    client = Client()
    client.force_login(User.objects.get(username="karani.12103"))
    before = counts()
    fields = {f"n{number}": "x" for number in range(5_000)}
    body = "&".join(f"{name}=x" for name in fields)

    response = (
        client.post(door, fields)
        if how == "multipart"
        else client.post(door, body, content_type="application/x-www-form-urlencoded")
    )

    asserted(response, before, accepted=303)


FORMS = {
    "not UTF-8": (b"words=%FF%FE&council=160&token=" + TOKEN.encode(), "application/x-www-form-urlencoded"),
    "bad escapes": (b"words=%ZZ%u1234%&council=160", "application/x-www-form-urlencoded"),
    "NUL": (b"words=Maji%00hakuna&council=%00", "application/x-www-form-urlencoded"),
    "a charset that is none": (b"words=Maji", "application/x-www-form-urlencoded; charset=klingon"),
    "a charset that is not ours": (b"words=Maji", "application/x-www-form-urlencoded; charset=utf-7"),
    "multipart without a boundary": (b"words=Maji", "multipart/form-data"),
    "multipart with an endless boundary": (b"--a", "multipart/form-data; boundary=" + "a" * 5_000),
    "multipart cut short": (b'--a\r\nContent-Disposition: form-data; name="words"\r\n\r\nMaji', "multipart/form-data; boundary=a"),
    "a file for words": (
        b'--a\r\nContent-Disposition: form-data; name="words"; filename="x"\r\n\r\nMaji\r\n--a--\r\n', "multipart/form-data; boundary=a",
    ),
    "base64 that is none": (
        b'--a\r\nContent-Disposition: form-data; name="words"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--a--\r\n',
        "multipart/form-data; boundary=a",
    ),
    "JSON": (b'{"words": "Maji"}', "application/json"),
    "XML": (b"<words>Maji</words>", "text/xml"),
    "nothing": (b"", "application/x-www-form-urlencoded"),
}  # fmt: skip


@pytest.mark.parametrize("door", ["/submit/form/", "/track/", "/desk/counter/"])
def test_forms_that_cannot_be_meant(db, door):
    client = Client()
    client.force_login(User.objects.get(username="karani.12103"))

    def send(body, content_type):
        return client.generic("POST", door, body, content_type)

    each({name: {"body": body, "content_type": kind} for name, (body, kind) in FORMS.items()}, send, accepted=303)


@pytest.mark.parametrize(
    ("move", "field"),
    [
        ("", "reference"),
        ("", "code"),
        ("", "move"),
        ("send_code", "reference"),
        ("send_code", "phone"),
        ("add_words", "words"),
        ("add_words", "token"),
    ],
)
def test_rubbish_when_following(db, move, field):
    cache.clear()
    before = counts()
    client = Client()
    form = {"reference": REFERENCE, "code": "0000-0000-0000-0000", "phone": "0754123456"}
    rubbish = [
        TEXTS[name] for name in [*SHORT, "empty", "somebody's reference", "a reference with a wrong check digit"]
    ]

    answers = [
        client.post("/track/", {name: as_form(value) for name, value in (form | {"move": move, field: text}).items()})
        for text in rubbish
    ]

    assert {answer.status_code for answer in answers} <= {200, 303, 400, 403, 429}
    assert counts() == before


@pytest.mark.parametrize("address", ["/submit/%00/", "/submit/%ff/", "/submit/%F0%9F%98%A1/", "/submit/" + "9" * 5_000 + "/",
                                     "/api/v1/complaints/%00/", "/desk/counter/%ED%A0%80/", "/track/?reference=%00", "/submit/?%ff"])  # fmt: skip
def test_rubbish_in_the_address(db, address):
    assert Client().get(address, HTTP_X_API_KEY="demo").status_code in (302, 400, 401, 404, 414)


@pytest.mark.parametrize(
    "cookie",
    ["sessionid=\x00", "sessionid=" + "x" * 5_000, "sessionid=../../etc", "csrftoken=\ud800", "django_language=xx"],
)
def test_rubbish_in_the_cookies(db, cookie):
    name, _equals, value = cookie.partition("=")
    client = Client()
    client.cookies[name] = value.encode("utf-8", "replace").decode("latin-1").replace("\x00", "")

    assert client.get("/track/").status_code == 200


@pytest.mark.parametrize("language", ["sw-TZ,sw;q=0.9", "*", "xx", "en-" + "x" * 10_000, "\x00", ",;q=q=q", "sw;q=-1"])
def test_rubbish_in_accept_language(db, language):
    assert Client().get("/submit/form/", HTTP_ACCEPT_LANGUAGE=language).status_code == 200


def test_a_form_without_its_csrf_token_is_refused_in_words(db):
    response = Client(enforce_csrf_checks=True).post("/submit/form/", {"words": "Maji hakuna", "council": "160"})

    assert response.status_code == 403
    assert "<h1" in response.content.decode()


def test_memory_stays_what_it_was(citizen, partner):
    def rss():
        gc.collect()
        return psutil.Process(os.getpid()).memory_info().rss / 1024 / 1024

    def rubbish():
        citizen(words=TEXTS["160 kB"], name=TEXTS["160 kB"])
        partner(BODIES["objects 100,000 deep"])
        partner(BODIES["5,000 names"])

    def growth():
        before = rss()
        for _ in range(20):
            rubbish()
        return rss() - before

    # What leaks grows every time; what Python merely has not given back yet does not.
    assert min(growth() for _ in range(3)) < 20
