"""The same SMS again and again, in any order, from several processes at once: each is one complaint, and each double gets the same answer.

A thousand phones write one message each, and the network delivers every message sixteen times, all shuffled, by processes that know
nothing of each other. In the end there must be one complaint for each message, and all its deliveries must have been answered alike.

    make with-servers CMD=".venv/bin/python -m chaos.sms_shuffle 1000 16"      (messages, deliveries of each; the suite runs a small form)
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2

from config.launch import servers
from config.launch.places import ROOT, free_port
from config.launch.processes import Family
from config.launch.run import start_web

PROCESSES, DOORS = 4, 3  # that deliver, and how many deliveries each makes at once
HEADERS = {"Authorization": "Basic " + base64.b64encode(b"kannel:demo").decode()}
PATIENCE = 120  # seconds in which one delivery must be answered


@dataclass
class Ledger:
    """What the phones heard: of each message, the answers to all its deliveries."""

    messages: int
    deliveries: int
    seconds: float = 0
    heard: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def shuffled(messages: int, times: int, seed: int) -> list[list[int]]:
    """Give the numbers of the messages, each so many times, in any order, for each process a part."""
    order = [number for number in range(messages) for _time in range(times)]
    random.Random(seed).shuffle(order)
    return [order[start::PROCESSES] for start in range(PROCESSES)]


def deliver(port: int, number: int) -> tuple[int, str]:
    """Deliver one message as Kannel does, until it is answered, and give the answer."""
    message = {
        "from": f"+2557{number:08d}", "to": "15200", "id": f"shuffle-{number}", "charset": "UTF-8",
        "text": f"Maji hayatoki mtaa wa Tabata kata ya Tabata, nyumba namba {number}",
    }  # fmt: skip
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            door = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            door.request("GET", f"/channels/sms/kannel/?{urlencode(message)}", headers=HEADERS)
            answer = door.getresponse()
            if answer.status == 200:
                return number, answer.read().decode()
        time.sleep(0.1)
    return number, ""


def deliver_all(port: int, numbers: list[int]) -> None:
    """Be one of the processes: deliver these, several at once, and print each with its answer."""
    with ThreadPoolExecutor(DOORS) as doors:
        for number, answer in doors.map(lambda number: deliver(port, number), numbers):
            print(json.dumps([number, answer]))


def run(messages: int, times: int, folder: Path, *, seed: int = 7) -> Ledger:
    """Run the trial in a folder of its own; raises AssertionError when a promise is broken."""
    ledger = Ledger(messages, messages * times)
    with Family() as family:
        url = servers.start_postgres(family, folder, durable=False)
        environment = {
            **os.environ, "DATABASE_URL": url, "REDIS_URL": servers.start_valkey(family, folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        prepare = [sys.executable, "-m", "config.launch.prepare"]
        subprocess.run(prepare, cwd=ROOT, env=environment, check=True, capture_output=True)
        port = free_port()
        start_web(family, environment, port, log=folder / "web.log")
        storm(port, shuffled(messages, times, seed), ledger)
        with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            reconcile(cursor, ledger)
    return ledger


def storm(port: int, parts: list[list[int]], ledger: Ledger) -> None:
    """Let every process deliver its part, all at once."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "chaos.sms_shuffle", "deliver", str(port)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    processes = [subprocess.Popen(command, **pipes) for _part in parts]
    with ThreadPoolExecutor(len(parts)) as ears:
        told = ears.map(lambda one, part: one.communicate(json.dumps(part))[0], processes, parts)
        for line in "".join(told).splitlines():
            number, answer = json.loads(line)
            ledger.heard[number].append(answer)
    ledger.seconds = time.monotonic() - begun


def reconcile(cursor: Any, ledger: Ledger) -> None:
    """Hold what the phones heard against the database."""
    answers = [answer for heard in ledger.heard.values() for answer in heard]
    assert len(answers) == ledger.deliveries, f"{len(answers)} of {ledger.deliveries} deliveries came to an end"
    assert all(answers), f"{answers.count('')} deliveries were never answered"
    unlike = {number: set(heard) for number, heard in ledger.heard.items() if len(set(heard)) > 1}
    assert not unlike, f"doubles were answered differently: {unlike}"
    cursor.execute(
        "SELECT m.provider_id, c.reference, m.answer ->> 'text',"
        " (SELECT count(*) FROM complaints_entry e WHERE e.complaint_id = c.id AND e.move = 'lodge'),"
        " (SELECT count(*) FROM notices_notice n WHERE n.case_id = c.id)"
        " FROM channels_in_message m LEFT JOIN complaints_complaint c ON c.id = m.complaint_id"
    )
    stored = {message: rest for message, *rest in cursor.fetchall()}
    cursor.execute("SELECT count(*) FROM complaints_complaint")
    (cases,) = cursor.fetchone()
    assert cases == len(stored) == ledger.messages, (
        f"{cases} complaints and {len(stored)} rows of {ledger.messages} messages"
    )
    references = {reference for reference, *_rest in stored.values()}
    assert len(references) == ledger.messages, "two messages were given one complaint"
    for number, heard in ledger.heard.items():
        reference, answer, entries, notices = stored[f"shuffle-{number}"]
        assert (heard[0], entries, notices) == (answer, 1, 1), f"message {number}"
        assert reference in heard[0].replace("-", ""), f"message {number} heard of another complaint"


def main() -> None:
    """Run, and print what was promised and kept; with `deliver`, be one of the processes."""
    import tempfile

    if sys.argv[1:2] == ["deliver"]:
        return deliver_all(int(sys.argv[2]), json.load(sys.stdin))
    messages, times = (int(word) for word in [*sys.argv[1:3], *["1000", "16"][len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder:
        ledger = run(messages, times, Path(folder))
    print(
        f"{ledger.deliveries} deliveries of {messages} messages by {PROCESSES} processes in {ledger.seconds:.0f} s:"
        f" {messages} complaints, and the same answer to each double."
    )
    return None


if __name__ == "__main__":
    main()
