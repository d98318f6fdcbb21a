"""A file is shown to a virus scanner, where one is configured: clamd's own protocol, INSTREAM over a socket (`man clamd`)."""

from __future__ import annotations

import socket
import struct

from django.conf import settings

CONNECT_SECONDS, ANSWER_SECONDS = 3, 30
CHUNK = 256 * 1024  # bytes
LONGEST_ANSWER = 4096


class Infected(Exception):
    """The scanner knows the file as a virus."""


class NotScanned(Exception):
    """The scanner is away, or did not say whether the file is clean."""


def scan(content: bytes) -> None:
    """Ask the scanner at `CLAMD_ADDRESS` about a file; without one, nobody is asked. Raises `Infected` or `NotScanned`."""
    if not settings.CLAMD_ADDRESS:
        return
    try:
        answer = _asked(content)
    except (OSError, ValueError) as error:  # away, or its address is none
        raise NotScanned from error
    if answer.endswith(b" FOUND"):
        raise Infected
    if answer != b"stream: OK":
        raise NotScanned


def _asked(content: bytes) -> bytes:
    with _opened() as scanner:
        scanner.settimeout(ANSWER_SECONDS)
        scanner.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            chunk = content[start : start + CHUNK]
            scanner.sendall(struct.pack(">I", len(chunk)) + chunk)
        scanner.sendall(struct.pack(">I", 0))
        return _answer(scanner)


def _opened() -> socket.socket:
    """Open the socket: `unix:/run/clamav/clamd.ctl`, or `host:port`."""
    address: str = settings.CLAMD_ADDRESS
    if address.startswith("unix:"):
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        opened.settimeout(CONNECT_SECONDS)
        try:
            opened.connect(address.removeprefix("unix:"))
        except OSError:
            opened.close()
            raise
        return opened
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), CONNECT_SECONDS)


def _answer(scanner: socket.socket) -> bytes:
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        more = scanner.recv(LONGEST_ANSWER)
        if not more:
            break
        said += more
    return said.partition(b"\0")[0].strip()
