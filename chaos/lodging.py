"""Lodging while web workers and PostgreSQL are killed: nothing accepted may be lost or doubled.

Clients send SMS to the real web server, each with an id of its own, and repeat with the same id until they are answered;
what they were answered is the ledger. Meanwhile a web worker or the whole of PostgreSQL is killed with SIGKILL, again and
again. In the end every reference of the ledger must be one complaint with one first entry and one notice, every message
one row, and every chain whole.

    make with-servers CMD=".venv/bin/python -m chaos.lodging 60"      (seconds; the suite runs a small form)
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import re
import signal
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2

from config.launch import servers
from config.launch.places import free_port
from config.launch.processes import Child, Family
from config.launch.run import start_web

CLIENTS = 6
HEADERS = {"Authorization": "Basic " + base64.b64encode(b"kannel:demo").decode()}
REFERENCE = re.compile(rb"\d{4}-\d{4}-\d{4}")


@dataclass
class Ledger:
    """What the clients know: the reference that each message was answered with, and what was killed."""

    answered: dict[str, str] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    broken: int = 0
    killed: dict[str, int] = field(default_factory=lambda: {"web worker": 0, "PostgreSQL": 0})


def send(port: int, message_id: str, ledger: Ledger) -> None:
    """Send one message until it is answered, as a gateway does: the same id each time."""
    sender = f"+2557{int(message_id[:8], 16) % 10**8:08d}"
    text = f"Maji hayatoki mtaa wa Tabata kata ya Tabata namba {message_id[:8]}"
    query = urlencode({"from": sender, "to": "15200", "text": text, "id": message_id, "charset": "UTF-8"})
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            door = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
            door.request("GET", f"/channels/sms/kannel/?{query}", headers=HEADERS)
            answer = door.getresponse()
            body = answer.read()
            if answer.status == 200 and (found := REFERENCE.search(body)):
                ledger.answered[message_id] = found[0].decode().replace("-", "")
                return
        ledger.broken += 1
        time.sleep(0.1)


def client(port: int, until: float, ledger: Ledger) -> None:
    """Send one message after the other."""
    while time.monotonic() < until:
        message_id = uuid.uuid4().hex
        ledger.sent.add(message_id)
        send(port, message_id, ledger)


def workers_of(web: Child) -> list[int]:
    """Give the process ids of the web server's workers, which are children of the one we started."""
    children = Path(f"/proc/{web.process.pid}/task/{web.process.pid}/children").read_text()
    return [int(pid) for pid in children.split()]


def kill_a_worker(web: Child, ledger: Ledger) -> None:
    """Kill the oldest worker of our own web server; it is replaced.

    The oldest, because the server takes a worker that dies twice in five and a half seconds for one that cannot start.
    """
    workers = workers_of(web)
    if workers:
        os.kill(min(workers), signal.SIGKILL)
        ledger.killed["web worker"] += 1


class Database:
    """A PostgreSQL that can be killed and started again at the same address."""

    def __init__(self, family: Family, folder: Path) -> None:
        self.family, self.folder = family, folder
        self.url = servers.start_postgres(family, folder, durable=True)
        self.child = family.children[-1]

    def kill_and_start(self, ledger: Ledger) -> None:
        """Kill every process of it at once, then start it again on the same port."""
        command, log = self.child.process.args, self.child.log
        self.child.kill_session()
        self.child.process.wait()
        ledger.killed["PostgreSQL"] += 1
        # Its backends notice its death by themselves; until they have, a new one refuses the folder.
        deadline = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < deadline, self.child.tail()
            if self.child.process.poll() is not None:
                servers.clear_stale_pid(self.folder / "postgres" / "data" / "postmaster.pid")
                self._start(command, log)
            time.sleep(0.2)

    def _start(self, command: Any, log: Path | None) -> None:
        if self.child in self.family.children:
            self.family.children.remove(self.child)
        self.child = self.family.start("PostgreSQL", command, log=log, stop_signal=signal.SIGINT, serves_others=True)

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(self.url, connect_timeout=2).close()
            return True
        return False


def run(seconds: float, folder: Path, *, prepared_by: str = "config.launch.prepare") -> Ledger:
    """Run the trial in a folder of its own, and give the ledger; raises AssertionError when a promise is broken."""
    ledger = Ledger()
    with Family() as family:
        database = Database(family, folder)
        environment = {
            **os.environ, "DATABASE_URL": database.url, "REDIS_URL": servers.start_valkey(family, folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        prepare = family.start(
            "prepare", [sys.executable, "-m", prepared_by], env=environment, log=folder / "prepare.log"
        )
        assert prepare.process.wait() == 0, prepare.tail()
        family.children.remove(prepare)
        port = free_port()
        web = start_web(family, environment, port, log=folder / "web.log")
        _storm(port, web, database, seconds, ledger)
        reconcile(database.url, ledger)
    return ledger


def _storm(port: int, web: Child, database: Database, seconds: float, ledger: Ledger) -> None:
    until = time.monotonic() + seconds
    clients = [threading.Thread(target=client, args=(port, until, ledger)) for _client in range(CLIENTS)]
    for each in clients:
        each.start()
    while time.monotonic() < until:
        time.sleep(1.75)
        kill_a_worker(web, ledger)
        time.sleep(1.75)
        database.kill_and_start(ledger)
    for each in clients:
        each.join()


def reconcile(url: str, ledger: Ledger) -> None:
    """Hold what the clients were told against the database."""
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.provider_id, c.reference,"
            " (SELECT count(*) FROM complaints_entry e WHERE e.complaint_id = c.id AND e.move = 'lodge'),"
            " (SELECT count(*) FROM notices_notice n WHERE n.case_id = c.id),"
            " (SELECT count(*) FROM workflows_complainttask t WHERE t.process_id = c.id AND t.finished IS NULL)"
            " FROM channels_in_message m LEFT JOIN complaints_complaint c ON c.id = m.complaint_id"
        )
        stored = {message_id: rest for message_id, *rest in cursor.fetchall()}
        cursor.execute("SELECT count(*) FROM complaints_complaint")
        (cases,) = cursor.fetchone()
    unanswered = ledger.sent - ledger.answered.keys()
    assert not unanswered, f"{len(unanswered)} messages were never answered"
    lost = {each for each, reference in ledger.answered.items() if stored.get(each, [None])[0] != reference}
    assert not lost, f"{len(lost)} accepted complaints are lost"
    odd = {each: rest for each, rest in stored.items() if rest[1:] != [1, 1, 1]}
    assert not odd, f"not exactly one first entry, notice and open task: {odd}"
    assert cases == len(ledger.answered), f"{cases} complaints of {len(ledger.answered)} messages"


def main() -> None:
    """Run for so many seconds, and print what was promised and kept."""
    import tempfile

    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        ledger = run(seconds, Path(folder))
    print(
        f"{len(ledger.answered)} complaints accepted in {seconds:.0f} s under {ledger.killed}; {ledger.broken} tries broken off;"
        " none lost, none doubled."
    )


if __name__ == "__main__":
    main()
