"""A real Kannel on this machine: bearerbox and smsbox as `make kannel` starts them, before an operator of ours."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.launch import kannel
from config.launch.places import free_port
from config.launch.processes import Family
from tests.channels_in.smsc import Operator

SECONDS_FOR_PARTS = 4  # after which the parts of a long SMS are passed on alone


@dataclass
class Kannel:
    """The boxes, and the phone network before them."""

    folder: Path
    ports: kannel.Ports
    operator: Operator
    boxes: Family

    @property
    def send_url(self) -> str:
        """Where we push a message."""
        return f"http://127.0.0.1:{self.ports.sendsms}/cgi-bin/sendsms"

    def start(self) -> None:
        """Start both boxes, and wait until the operator's link stands."""
        kannel.start(self.boxes, self.folder, self.ports)
        self.wait_for_link()

    def stop(self, name: str = "") -> None:
        """Stop one box, or both; the last started first, as an operator would."""
        for child in [child for child in reversed(self.boxes.children) if name in ("", child.name)]:
            child.ask_to_stop()
            child.see_off()
            self.boxes.children.remove(child)

    def wait_for_link(self) -> None:
        """Wait until Kannel has bound to the operator."""
        eventually(lambda: self.operator.links, "Kannel is bound to the operator")

    def log(self, box: str = "bearerbox") -> str:
        """Give what a box has written so far."""
        return (self.folder / f"{box}.log").read_text(errors="replace")


@contextlib.contextmanager
def running(folder: Path, ours: str) -> Iterator[Kannel]:
    """Run a Kannel that calls `ours`, the address of our server, for each message."""
    with Operator() as operator:
        ports = kannel.Ports(admin=free_port(), boxes=free_port(), sendsms=free_port(), operator=operator.port)
        conf = kannel.configuration(
            ports, ours, password="admin", seconds_for_parts=SECONDS_FOR_PARTS, seconds_between_tries=1
        )
        (folder / "kannel.conf").write_text(conf)
        started = Kannel(folder, ports, operator, Family())
        try:
            started.start()
            yield started
        finally:
            started.stop()


def eventually(is_so, what: str, seconds: float = 30) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"not in {seconds} s: {what}"
        time.sleep(0.05)
