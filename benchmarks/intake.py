"""Taking complaints in by HTTP: over the API and over the web form, beside a bare Django view that writes one row, in one run.

All three stand behind the same server with the same number of processes; the ways take turns, so that a busy moment hits all.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import uuid
from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from benchmarks.measure import Result, Work, compared, medians
from benchmarks.serving import served
from config.launch.places import free_port
from config.launch.processes import Family
from config.launch.run import start_web

ROUNDS, TIMES = 10, 20
WORDS = "Maji hayatoki mtaa wa Tabata kata ya Tabata tangu jana"
FORM = "application/x-www-form-urlencoded"


def bench_api_http() -> Result:
    """Lodge by the API, with a partner's key; `raw` is the bare view, `ratio_raw` how many times longer ours takes."""
    with served() as port, bare() as bare_port:
        ways = {"ours": by_api(port), "raw": by_bare_view(bare_port)}
        return compared("api_http", ROUNDS * TIMES, medians(ways, rounds=ROUNDS, times=TIMES))


def bench_web_http() -> Result:
    """Lodge by the citizen's form on one page, its token and cookie fetched once."""
    # Each complaint comes from an address of its own, as if through a proxy: one address alone sends twenty.
    with served(BEHIND_TLS_PROXY="1") as port, bare() as bare_port:
        ways = {"ours": by_web(port), "raw": by_bare_view(bare_port)}
        return compared("web_http", ROUNDS * TIMES, medians(ways, rounds=ROUNDS, times=TIMES))


@contextlib.contextmanager
def bare() -> Iterator[int]:
    """Serve the bare view, and give its port."""
    with Family() as family:
        port = free_port()
        start_web(family, {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.bare"}, port)
        yield port


def by_api(port: int) -> Work:
    """Give the work of lodging one complaint as a partner's program does."""
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def lodge() -> None:
        body = json.dumps({"words": WORDS, "category": "maji", "place": "1210304"})
        headers = {"Content-Type": "application/json", "X-Api-Key": "demo", "Idempotency-Key": str(uuid.uuid4())}
        _send(door, "/api/v1/complaints/", body, headers, 201)

    return lodge


def by_web(port: int) -> Work:
    """Give the work of sending the form of one page."""
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    where = reverse("channels_in:form")
    door.request("GET", where)
    page = door.getresponse()
    secret = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.read())
    assert secret is not None
    cookie = (page.headers.get("Set-Cookie") or "").partition(";")[0]

    def lodge() -> None:
        said = {
            "csrfmiddlewaretoken": secret[1].decode(), "token": uuid.uuid4().hex, "kind": "complaint", "words": WORDS,
            "category": "maji", "council": "120", "place": "Tabata",
        }  # fmt: skip
        one = uuid.uuid4().int
        address = f"2001:db8::{one % 65536:x}:{one // 65536 % 65536:x}"
        headers = {"Content-Type": FORM, "Cookie": cookie, "X-Forwarded-For": address}
        _send(door, where, urlencode(said), headers, 303)

    return lodge


def by_bare_view(port: int) -> Work:
    """Give the work of posting one row to the bare view."""
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def write() -> None:
        _send(door, "/rows/", urlencode({"words": WORDS}), {"Content-Type": FORM}, 201)

    return write


def _send(door: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str], status: int) -> None:
    door.request("POST", path, body, headers)
    answer = door.getresponse()
    said = answer.read()
    if answer.status != status:
        raise RuntimeError(f"{path} answered {answer.status}: {said[:300]!r}")
