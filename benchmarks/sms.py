"""SMS by HTTP: the webhook under the real web server, called by a second process."""

from __future__ import annotations

import base64
import http.client
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from benchmarks.measure import Result
from benchmarks.serving import served

SECONDS, CLIENTS = 15, 8


def bench_sms_http() -> Result:
    """Lodge by SMS for some seconds, and count what was answered with a reference."""
    with served() as port:
        clients = [sys.executable, "-m", "benchmarks.sms", str(port)]
        counted = subprocess.run(clients, capture_output=True, text=True, check=True)
    answered = int(counted.stdout)
    return Result("sms_http", answered, answered / SECONDS, "/s")


def client(port: int, until: float) -> int:
    """Send one SMS after the other over one connection, each from another number; give how many were lodged."""
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": "Basic " + base64.b64encode(b"kannel:demo").decode()}
    lodged = 0
    while time.monotonic() < until:
        sender = f"+2557{uuid.uuid4().int % 10**8:08d}"
        text = f"Maji hayatoki mtaa wa Tabata kata ya Tabata tangu jana {sender[-6:]}"
        message = {"from": sender, "to": "15200", "text": text, "id": uuid.uuid4().hex, "charset": "UTF-8"}
        door.request("GET", f"/channels/sms/kannel/?{urlencode(message)}", headers=headers)
        answer = door.getresponse()
        lodged += answer.status == 200 and b"namba" in answer.read()
    return lodged


def main(port: int) -> int:
    """Send from several clients at once."""
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(CLIENTS) as clients:
        return sum(clients.map(lambda _client: client(port, until), range(CLIENTS)))


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
