"""A burst of SMS through a real Kannel while our own web server goes away and comes back; then Kannel itself is away for an hour.

As many phones as are asked for write one complaint each, as fast as the link carries them. In the middle the web server is killed and
started again. Every phone must be answered once, with a reference of its own, and every message be one complaint. Then a notice to each
phone is due while Kannel is stopped: none may be lost, and each phone hears its own once when it is back.

    make with-servers CMD=".venv/bin/python -m chaos.sms_burst 1000"      (phones)
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from config.launch import kannel, servers
from config.launch.places import ROOT, free_port
from config.launch.processes import Child, Family
from config.launch.run import start_web
from tests.channels_in.kannel import Kannel, eventually
from tests.channels_in.smsc import Operator

AWAY = 3  # seconds without a web server
REFERENCE = re.compile(r"\d{4}-\d{4}-\d{4}")
NOTICES = """
INSERT INTO notices_notice (kind, way, language, address, facts, status, attempts, next_try_at, created_at, provider_id, last_error)
SELECT 'added', 'sms', 'sw', sender, '{"ref": "2648-3192-0576"}', 'queued', 0, now(), now(), '', '' FROM channels_in_message
"""
AN_HOUR_LATER = "UPDATE notices_notice SET next_try_at = now() WHERE status = 'queued'"


@dataclass
class Ledger:
    """What happened: how many phones wrote, how many messages a second were answered, and what was said while Kannel was away."""

    phones: int
    per_second: float = 0
    retried: int = 0


def run(phones: int, folder: Path, *, prepared_by: str = "config.launch.prepare") -> Ledger:
    """Run the trial in a folder of its own; raises AssertionError when a promise is broken."""
    ledger, port = Ledger(phones), free_port()
    with Family() as family, Family() as boxes, Operator() as operator:
        ports = kannel.Ports(free_port(), free_port(), free_port(), operator.port)
        url = servers.start_postgres(family, folder, durable=False)
        environment = {
            **os.environ, "DATABASE_URL": url, "REDIS_URL": servers.start_valkey(family, folder),
            "DJANGO_SETTINGS_MODULE": "config.settings", "PUBLIC_URL": f"http://127.0.0.1:{port}", "SMS_SENDER": "kannel",
            "KANNEL_SEND_URL": f"http://127.0.0.1:{ports.sendsms}/cgi-bin/sendsms",
        }  # fmt: skip
        subprocess.run([sys.executable, "-m", prepared_by], cwd=ROOT, env=environment, check=True, capture_output=True)
        web = start_web(family, environment, port, log=folder / "web.log")
        conf = kannel.configuration(ports, f"http://127.0.0.1:{port}", password="trial", seconds_between_tries=1)
        (folder / "kannel.conf").write_text(conf)
        gateway = Kannel(folder, ports, operator, boxes)
        gateway.start()
        burst(gateway, family, web, port, environment, folder, ledger)
        reconcile(url, operator, phones)
        away_for_an_hour(gateway, url, environment, ledger)
    return ledger


def phone(number: int) -> str:
    return f"2557{number:08d}"


def burst(
    gateway: Kannel, family: Family, web: Child, port: int, environment: dict[str, str], folder: Path, ledger: Ledger
) -> None:
    """Let all phones write at once, and kill the web server when a third has been answered."""
    operator, begun = gateway.operator, time.monotonic()
    for number in range(ledger.phones):
        operator.sms(phone(number), f"Taa za barabarani haziwaki Sinza wiki ya pili, nguzo namba {number}")
    eventually(lambda: len(operator.heard) > ledger.phones / 3, "a third is answered", 300)
    web.process.send_signal(signal.SIGKILL)
    web.kill_session()
    web.process.wait()
    family.children.remove(web)
    time.sleep(AWAY)
    start_web(family, environment, port, log=folder / "web.log")
    eventually(lambda: len(operator.heard) >= ledger.phones, "all are answered", 600)
    ledger.per_second = ledger.phones / (time.monotonic() - begun - AWAY)
    time.sleep(2)  # whoever would be answered twice, is by now


def reconcile(url: str, operator: Operator, phones: int) -> None:
    """Hold what phones heard against the database."""
    answers = Counter(each.phone for each in operator.heard)
    assert answers == {phone(number): 1 for number in range(phones)}, "not every phone was answered just once"
    told = {f"+{each.phone}": REFERENCE.findall(each.words)[0].replace("-", "") for each in operator.heard}
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.sender, c.reference FROM channels_in_message m JOIN complaints_complaint c ON c.id = m.complaint_id"
        )
        stored = cursor.fetchall()
    assert len(stored) == phones, f"{len(stored)} messages of {phones}"
    assert dict(stored) == told, "a phone was told another reference than was stored"


def away_for_an_hour(gateway: Kannel, url: str, environment: dict[str, str], ledger: Ledger) -> None:
    """Let a notice to each phone be due while Kannel is stopped, and again when it is back."""
    heard = len(gateway.operator.heard)
    gateway.stop()
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        connection.cursor().execute(NOTICES)
        deliver(environment)
        ledger.retried = _count(connection, "status = 'queued' AND last_error > ''")
        assert _count(connection, "status = 'queued' AND attempts < 30") == ledger.phones
        gateway.start()
        connection.cursor().execute(AN_HOUR_LATER)
        deliver(environment)
        eventually(lambda: _count(connection, "status = 'delivered'") == ledger.phones, "all are delivered", 600)
    told = Counter(each.phone for each in gateway.operator.heard[heard:])
    assert told == {phone(number): 1 for number in range(ledger.phones)}, "not every phone heard its notice just once"


def deliver(environment: dict[str, str]) -> None:
    """Send what is due."""
    subprocess.run([sys.executable, "manage.py", "deliver", "--once"], cwd=ROOT, env=environment, check=True)


def _count(connection: psycopg2.extensions.connection, condition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM notices_notice WHERE kind = 'added' AND {condition}")
        return int(cursor.fetchone()[0])


def main() -> None:
    """Run with so many phones, and print what was promised and kept."""
    import tempfile

    phones = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        ledger = run(phones, Path(folder))
    print(
        f"{ledger.phones} phones wrote at once, {ledger.per_second:.0f} a second were answered, each once, although the web server"
        f" was killed; while Kannel was away {ledger.retried} notices waited for it, and every phone heard its own once."
    )


if __name__ == "__main__":
    main()
