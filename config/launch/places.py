"""Where things stand under `var/`, who holds a lock, and which port is free."""

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"


class CannotStart(Exception):
    """Carries the sentence for the person at the terminal."""


def ours(folder: Path) -> Path:
    """Makes a folder that only this user can read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_secret(path: Path, words: str) -> None:
    """Writes a file that only this user can read, whole or not at all."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(words)
    beside.rename(path)


def password() -> str:
    return secrets.token_urlsafe(24)


@contextlib.contextmanager
def held(path: Path, what: str) -> Iterator[None]:
    """Holds a lock that the kernel gives back however we die.

    Raises CannotStart, naming the holder, when somebody else has it.
    """
    with open(path, "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(
                f"{what} is already running here: {lock.read().strip() or 'an unknown process'}."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield


@contextlib.contextmanager
def scratch(purpose: str) -> Iterator[Path]:
    """A folder of one's own under var/, gone at the end; several may be open at once."""
    shelf = ours(VAR / purpose)
    sweep_away_abandoned(shelf)
    folder = Path(tempfile.mkdtemp(dir=shelf))
    try:
        with held(folder / "lock", "This"):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_away_abandoned(shelf: Path) -> None:
    """Removes what a killed run left: its folder stands, but nobody holds its lock."""
    for lock in shelf.glob("*/lock"):
        with contextlib.suppress(CannotStart, OSError), held(lock, "It"):
            shutil.rmtree(lock.parent, ignore_errors=True)


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen here."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # Without this, connections of a server that has just stopped would count as a taken port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise CannotStart(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
        return True


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
