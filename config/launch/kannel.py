"""Kannel's two boxes on this machine's own address, with a configuration that is generated; `make kannel` tries SMS with them.

The configuration is the one that the tests run, and a model for a real one: put the operator's address and login in place of ours.
https://www.kannel.org/download/kannel-userguide-snapshot/userguide.html
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from config.launch.debian import can_install, install
from config.launch.places import ROOT, CannotStart, free_port, scratch
from config.launch.processes import Family, wait_until

PACKAGES = ["kannel"]
BOXES = ("bearerbox", "smsbox")

# - `smsbox-id` is left out: with it, and without a route, no message ever reaches smsbox.
# - smsbox at log-level 2: at 1 it logs each citizen's words, at 0 our password as well.
# - While we are away smsbox keeps asking for six hours; only then does the phone hear that we are sorry.
# - dlr-storage internal is lost with the process: in production choose a database, as the user guide says.
CONFIGURATION = """\
group = core
admin-port = {ports.admin}
admin-interface = 127.0.0.1
admin-password = {password}
status-password = {password}
admin-deny-ip = "*.*.*.*"
admin-allow-ip = "127.0.0.1"
smsbox-port = {ports.boxes}
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
log-file = "bearerbox.log"
log-level = 1
store-type = file
store-location = "kannel.store"
store-dump-freq = 1
dlr-storage = internal
unified-prefix = "+255,00255,255,0"
sms-combine-concatenated-mo = true
sms-combine-concatenated-mo-timeout = {seconds_for_parts}
sms-resend-freq = 2
sms-resend-retry = -1

group = smsc
smsc = smpp
smsc-id = operator
host = 127.0.0.1
port = {ports.operator}
smsc-username = malalamiko
smsc-password = demo
system-type = ""
transceiver-mode = true
interface-version = 34
source-addr-autodetect = true
source-addr-ton = 0
source-addr-npi = 1
dest-addr-ton = 1
dest-addr-npi = 1
enquire-link-interval = 5
reconnect-delay = 1
throughput = 100
max-pending-submits = 10

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {ports.boxes}
sendsms-port = {ports.sendsms}
sendsms-interface = 127.0.0.1
sendsms-chars = "0123456789 +-"
global-sender = {short_code}
log-file = "smsbox.log"
log-level = 2
mo-recode = true
http-request-retry = {tries}
http-queue-delay = {seconds_between_tries}
http-timeout = 20
reply-couldnotfetch = "{sorry}"
reply-requestfailed = "{sorry}"
reply-couldnotrepresent = "{sorry}"
reply-emptymessage = ""

group = sms-service
name = mo
keyword = default
catch-all = true
get-url = "{door}?from=%p&to=%P&text=%b&charset=%C&coding=%c&ts=%T&id=%I&smsc=%i&udh=%u&dcs=%O&svc=%n"
accept-x-kannel-headers = true
assume-plain-text = true
max-messages = 4
concatenation = true
omit-empty = true

group = sendsms-user
username = {send_username}
password = {send_password}
user-deny-ip = "*.*.*.*"
user-allow-ip = "127.0.0.1"
default-sender = {short_code}
max-messages = 4
concatenation = true
omit-empty = true
"""
SIX_HOURS = 6 * 60 * 60  # seconds
SORRY = "Samahani, huduma haipatikani kwa sasa. Jaribu tena baadaye."


@dataclass(frozen=True)
class Ports:
    """Where the boxes listen, and where the operator does."""

    admin: int
    boxes: int
    sendsms: int
    operator: int


def configuration(
    ports: Ports, ours: str, *, password: str, seconds_for_parts: int = 1800, seconds_between_tries: int = 10
) -> str:
    """Give a configuration whose messages go to `ours` (an address with nothing behind it), by the demo's login."""
    scheme, _colon, rest = ours.partition("://")
    # https://www.kannel.org/download/kannel-userguide-snapshot/userguide.html: a login in the get-url is sent as HTTP Basic.
    name, secret = os.environ.get("KANNEL_USERNAME", "kannel"), os.environ.get("KANNEL_PASSWORD", "demo")
    login = f"{quote(name, safe='')}:{quote(secret, safe='')}"
    return CONFIGURATION.format(
        ports=ports, password=password, seconds_for_parts=seconds_for_parts, sorry=SORRY,
        seconds_between_tries=seconds_between_tries, tries=SIX_HOURS // seconds_between_tries,
        door=f"{scheme}://{login}@{rest}/channels/sms/kannel/",
        short_code=os.environ.get("SMS_SHORT_CODE", "15200"),
        send_username=os.environ.get("KANNEL_SEND_USERNAME", "malalamiko"),
        send_password=os.environ.get("KANNEL_SEND_PASSWORD", "demo"),
    )  # fmt: skip


def missing() -> list[str]:
    """Name the boxes that are not installed."""
    return [box for box in BOXES if not shutil.which(box)]


def start(family: Family, folder: Path, ports: Ports) -> None:
    """Start both boxes in a folder that holds `kannel.conf`, and return when they listen."""
    for box, port in (("bearerbox", ports.boxes), ("smsbox", ports.sendsms)):
        child = family.start(box, [box, "-v", "4", "kannel.conf"], cwd=folder, log=folder / f"{box}.out")
        wait_until(partial(listens, port), child=child, seconds=20, what=f"{box} listens")


def listens(port: int) -> bool:
    """Say whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def try_sms() -> int:
    """`make kannel`: the boxes before a running Malalamiko, and an operator whose phones are this terminal."""
    if missing() and can_install():
        install(PACKAGES)
    if missing():
        raise CannotStart("Kannel is not installed. On Debian: apt-get install kannel")
    port = os.environ.get("PORT", "8000")
    if not port.isdigit() or not listens(int(port)):
        raise CannotStart(f"Nothing listens on port {port}. First, in another shell: SMS_SENDER=kannel make run")
    ports = Ports(admin=free_port(), boxes=free_port(), sendsms=13013, operator=free_port())
    if listens(ports.sendsms):
        raise CannotStart("Port 13013 is taken: another Kannel seems to run here.")
    with scratch("kannel") as folder, Family() as family:
        conf = configuration(ports, f"http://127.0.0.1:{port}", password=os.urandom(12).hex())
        (folder / "kannel.conf").write_text(conf)
        operator = [sys.executable, "-m", "tests.channels_in.smsc", str(ports.operator)]
        family.start("operator", operator, cwd=ROOT, stdin=None)
        start(family, folder, ports)
        print(f"malalamiko: Kannel runs; its configuration is {folder / 'kannel.conf'}")
        print(
            "Write an SMS as a line, the phone first:\n\n    0754000012 Maji hayatoki Tabata wiki mbili\n", flush=True
        )
        while not (dead := family.first_dead()):
            time.sleep(0.2)
        print(f"malalamiko: {dead.name} ended; stopping.\n{dead.tail()}", file=sys.stderr)
        return 1
