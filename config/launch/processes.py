"""Children that cannot outlive us, and the order in which they stop.

Each child has a session of its own, so that Ctrl-C reaches only the launcher, which then stops them in order; and
each asks the kernel for a signal at our death, so that even `kill -9` of the launcher leaves nothing behind.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.launch.places import CannotStart

PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int, parent: int) -> None:
    """Asks the kernel to send us this signal when our parent dies (or has died while we asked)."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal_number)


@dataclass
class Child:
    """One running part: its name for people, the signal that stops it, and where its words go."""

    name: str
    process: "subprocess.Popen[bytes]"
    stop_signal: int
    log: Path | None = None
    serves_others: bool = False  # a server: it stops when nobody needs it any more

    def tail(self, lines: int = 15) -> str:
        """The last words of its log."""
        with contextlib.suppress(OSError, TypeError):
            return "\n".join(Path(self.log or "").read_text(errors="replace").splitlines()[-lines:])
        return ""

    def ask_to_stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(self.stop_signal)

    def kill_session(self) -> None:
        """Everything the child itself has started goes with it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def see_off(self, patience: float = 8) -> None:
        """Waits until it has gone, then insists."""
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            print(f"malalamiko: {self.name} did not stop in {patience:.0f} s and was killed", flush=True)
        self.kill_session()
        self.process.wait()


@dataclass
class Family:
    """The children of this launcher, in the order they were started."""

    children: list[Child] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
        stop_signal: int = signal.SIGTERM,
        serves_others: bool = False,
        **popen: Any,
    ) -> Child:
        """Starts a child; with `log`, its words go to that file instead of the terminal."""
        us = os.getpid()
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(open(log, "ab")) if log else None
            process = subprocess.Popen(
                [str(word) for word in command],
                env=env,
                stdin=popen.pop("stdin", subprocess.DEVNULL),
                stdout=out,
                stderr=subprocess.STDOUT if out else None,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(stop_signal, us),
                **popen,
            )
        child = Child(name, process, stop_signal, log, serves_others)
        self.children.append(child)
        return child

    def __enter__(self) -> "Family":
        return self

    def __exit__(self, *_why: object) -> None:
        self.stop()

    def first_dead(self) -> Child | None:
        """A child that has ended, if any."""
        return next((child for child in self.children if child.process.poll() is not None), None)

    def stop(self) -> None:
        """Stops all: first, together, those that use the servers; then the servers, the last started first."""
        parts = [child for child in self.children if not child.serves_others]
        for child in parts:
            child.ask_to_stop()
        for child in parts:
            child.see_off()
        for server in reversed([child for child in self.children if child.serves_others]):
            server.ask_to_stop()
            server.see_off()
        self.children.clear()


def wait_until(ready: Callable[[], bool], *, child: Child, seconds: float, what: str) -> None:
    """Waits until `ready()`; raises CannotStart with the log's tail when the child dies or time runs out."""
    deadline = time.monotonic() + seconds
    while not ready():
        code = child.process.poll()
        if code is not None:
            raise CannotStart(f"{child.name} stopped with code {code} before {what}.\n{child.tail()}")
        if time.monotonic() > deadline:
            raise CannotStart(f"{child.name} was not ready in {seconds:.0f} s: {what}.\n{child.tail()}")
        time.sleep(0.05)


class StopAsked(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM or SIGHUP; not an error, so nothing catches it by accident."""


def stop_on_signals() -> None:
    """Turns the first polite signal into StopAsked, and ignores the rest while we clean up."""

    def stop(number: int, _frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise StopAsked(number)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # `nohup make run` means to outlive the terminal.
        signal.signal(signal.SIGHUP, stop)
