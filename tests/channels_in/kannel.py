"""A real Kannel on this machine: bearerbox and smsbox, and the fake operator that Kannel brings for trials."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

FAKE_OPERATOR = Path("/usr/lib/kannel/test/fakesmsc")

# `smsbox-id` is left out: with it, and without a route, no message ever reaches smsbox.
CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = admin
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
log-file = "bearerbox.log"
log-level = 1
sms-combine-concatenated-mo-timeout = 2
store-type = file
store-location = "kannel.store"
dlr-storage = internal
unified-prefix = "+255,00255,255,0"

group = smsc
smsc = fake
smsc-id = fake
host = 127.0.0.1
port = {operator}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
global-sender = 15200
log-file = "smsbox.log"
log-level = 0
mo-recode = true
http-request-retry = 3
http-queue-delay = 1
http-timeout = 10
reply-couldnotfetch = "Samahani."
reply-requestfailed = "Samahani."
reply-couldnotrepresent = "Samahani."
reply-emptymessage = ""

group = sms-service
name = mo
keyword = default
catch-all = true
get-url = "{ours}/channels/sms/kannel/?from=%p&to=%P&text=%b&charset=%C&coding=%c&ts=%T&id=%I&smsc=%i&udh=%u&dcs=%O&svc=%n"
accept-x-kannel-headers = true
assume-plain-text = true
max-messages = 4
concatenation = true
omit-empty = true

group = sendsms-user
username = malalamiko
password = demo
user-deny-ip = "*.*.*.*"
user-allow-ip = "127.0.0.1"
default-sender = 15200
max-messages = 4
"""
NEEDED = ("bearerbox", "smsbox", FAKE_OPERATOR)


def missing() -> list[str]:
    """Name the programs that are not installed."""
    return [str(program) for program in NEEDED if not shutil.which(program)]


@dataclass
class Kannel:
    """The running boxes, and the phone network before them."""

    folder: Path
    sendsms: int
    operator: subprocess.Popen[str]
    sent: int = 0

    @property
    def send_url(self) -> str:
        """Where we push a message."""
        return f"http://127.0.0.1:{self.sendsms}/cgi-bin/sendsms"

    def sms(self, text: str, sender: str = "0754123456", kind: str = "text") -> None:
        """Send a message from a phone; `ucs2` is written as escaped UTF-16."""
        self.sent += 1
        self.operator.stdin.write(f"{sender} 15200 {kind} {text}\n")
        self.operator.stdin.flush()
        # It reads one line when several wait, so they are written one by one.
        eventually(lambda: f"sent message {self.sent}" in self.log(), "the message leaves the phone")

    def log(self) -> str:
        """Give what the fake operator has written so far."""
        return (self.folder / "operator.log").read_text(errors="replace")

    def arrived(self) -> list[str]:
        """Give the words that reached a phone, so far."""
        got = [line.split("<", 1)[1].removesuffix(">") for line in self.log().splitlines() if "Got message" in line]
        return [line.split(" ", 3)[3] for line in got]


@contextlib.contextmanager
def running(folder: Path, ours: str):
    """Run a Kannel that calls `ours` (an address with the login in it) for each message."""
    ports = dict(zip(("admin", "boxes", "operator", "sendsms"), free_ports(4), strict=True))
    (folder / "kannel.conf").write_text(CONFIGURATION.format(ours=ours, **ports))
    with contextlib.ExitStack() as stack:
        start(stack, folder, ["bearerbox", "-v", "4", "kannel.conf"], ports["boxes"])
        start(stack, folder, ["smsbox", "-v", "4", "kannel.conf"], ports["sendsms"])
        line = ["stdbuf", "-oL", "-eL", str(FAKE_OPERATOR), "-H", "127.0.0.1", "-r", str(ports["operator"]), "-m", "-1"]
        log = stack.enter_context((folder / "operator.log").open("w"))
        operator = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True)
        stack.callback(stop, operator)
        yield Kannel(folder, ports["sendsms"], operator)


def start(stack: contextlib.ExitStack, folder: Path, line: list[str], port: int) -> None:
    """Start a box, and wait until it listens."""
    log = stack.enter_context((folder / f"{line[0]}.out").open("w"))
    box = subprocess.Popen(line, cwd=folder, stdout=log, stderr=log)
    stack.callback(stop, box)
    eventually(lambda: listens(port), f"{line[0]} listens")


def stop(program: subprocess.Popen) -> None:
    """End a program, and wait for it."""
    program.terminate()
    try:
        program.wait(10)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def free_ports(count: int) -> list[int]:
    """Give ports that nobody listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def listens(port: int) -> bool:
    """Say whether somebody listens on the port."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def eventually(is_so, what: str, seconds: float = 20) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"not in {seconds} s: {what}"
        time.sleep(0.05)
