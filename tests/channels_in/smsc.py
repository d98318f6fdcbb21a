"""The operator before Kannel: a small SMS centre that speaks SMPP 3.4, and the phones behind it. Standard library only.

`Operator` runs in threads of the process that starts it: `sms` lets a phone write, `heard` says what phones got, `phones` says how
each behaves, `cut` breaks the link. By itself it is for `make kannel`: a line "0754000012 words" on stdin is an SMS.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import socketserver
import struct
import sys
import threading
import time
from dataclasses import dataclass, field

BINDS = {1, 2, 9}  # receiver, transmitter, transceiver
SUBMIT, DELIVER, UNBIND, ENQUIRE, ANSWER = 4, 5, 6, 0x15, 0x80000000
BAD_PASSWORD, INVALID_NUMBER, THROTTLED = 0x0E, 0x0B, 0x58
RECEIPT, HAS_UDH = 4, 0x40  # bits of esm_class
UCS2 = 8  # data_coding

# What a receipt says of the fate of a message: its word, its error, and the number of its state.
FATES = {
    "deliver": ("DELIVRD", "000", 2),
    "expire": ("EXPIRED", "012", 3),
    "undeliver": ("UNDELIV", "001", 5),
}

# GSM 03.38, and what stands behind its escape.
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = dict(zip("\f^{}\\[~]|€", (10, 20, 40, 41, 47, 60, 61, 62, 64, 101), strict=True))
UNESCAPED = {code: letter for letter, code in ESCAPED.items()}


def encode(words: str) -> bytes:
    """Write words in the SMS alphabet, a septet to an octet."""
    return b"".join(bytes((27, ESCAPED[each])) if each in ESCAPED else bytes((ALPHABET.index(each),)) for each in words)


def decode(octets: bytes) -> str:
    """Read words in the SMS alphabet."""
    first, *escaped = octets.split(b"\x1b")
    return letters(first) + "".join(UNESCAPED.get(each[0], "?") + letters(each[1:]) for each in escaped if each)


def letters(octets: bytes) -> str:
    return "".join(ALPHABET[octet & 127] for octet in octets)


def pdu(command: int, status: int, number: int, body: bytes = b"") -> bytes:
    return struct.pack(">IIII", 16 + len(body), command, status, number) + body


def string(body: bytes, at: int) -> tuple[str, int]:
    """Read a string that a zero ends, and give where the next field begins."""
    end = body.index(0, at)
    return body[at:end].decode("latin-1"), end + 1


@dataclass(frozen=True)
class Heard:
    """One part that reached a phone."""

    phone: str
    sender: str
    words: str
    udh: str = ""


@dataclass
class Submitted:
    """What Kannel hands over."""

    sender: str
    phone: str
    udh: bytes
    words: str
    wants_receipt: bool


def read_submission(body: bytes) -> Submitted:
    """Read the body of a submit_sm."""
    _service, at = string(body, 0)
    sender, at = string(body, at + 2)
    phone, at = string(body, at + 2)
    esm, at = body[at], at + 3
    _schedule, at = string(body, at)
    _validity, at = string(body, at)
    registered, _replace, coding, _canned, length = body[at : at + 5]
    octets, udh = body[at + 5 : at + 5 + length], b""
    if esm & HAS_UDH:
        udh, octets = octets[: octets[0] + 1], octets[octets[0] + 1 :]
    words = octets.decode("utf-16-be") if coding & 0x0C == UCS2 else decode(octets)
    return Submitted(sender, phone.lstrip("+"), udh, words, bool(registered & 1))


class Link(socketserver.BaseRequestHandler):
    """One connection of Kannel's."""

    server: Server

    def setup(self) -> None:
        self.request.settimeout(60)
        self.writing = threading.Lock()

    def write(self, octets: bytes) -> None:
        with self.writing:
            self.request.sendall(octets)

    def handle(self) -> None:
        operator = self.server.operator
        with contextlib.suppress(OSError, struct.error):
            while header := self._exactly(16):
                length, command, status, number = struct.unpack(">IIII", header)
                body = self._exactly(length - 16)
                if command in BINDS:
                    self._bind(command, number, body)
                elif command == ENQUIRE:
                    self.write(pdu(ANSWER | ENQUIRE, 0, number))
                elif command == SUBMIT:
                    operator.take(self, number, read_submission(body))
                elif command == ANSWER | DELIVER:
                    operator.acknowledged(number, status)
                elif command == UNBIND:
                    self.write(pdu(ANSWER | UNBIND, 0, number))
                    return

    def finish(self) -> None:
        self.server.operator.links.discard(self)

    def _exactly(self, count: int) -> bytes:
        octets = b""
        while len(octets) < count:
            more = self.request.recv(count - len(octets))
            if not more:
                raise ConnectionResetError
            octets += more
        return octets

    def _bind(self, command: int, number: int, body: bytes) -> None:
        _user, at = string(body, 0)
        password, _at = string(body, at)
        operator = self.server.operator
        if password != operator.password or operator.away:
            self.write(pdu(command | ANSWER, BAD_PASSWORD, number, b"operator\0"))
            return
        operator.links.add(self)
        self.write(pdu(command | ANSWER, 0, number, b"operator\0"))


class Server(socketserver.ThreadingTCPServer):
    """The listening side."""

    allow_reuse_address = daemon_threads = True
    operator: Operator


@dataclass
class Operator:
    """The SMS centre. A phone `deliver`s unless `phones` says otherwise: `reject`, `undeliver`, `expire`, `throttle`, `silent`."""

    port: int = 0
    password: str = "demo"
    phones: dict[str, str] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    links: set[Link] = field(default_factory=set)
    unacknowledged: set[int] = field(default_factory=set)
    away: bool = False
    throttled: int = 0
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))
    names: itertools.count = field(default_factory=lambda: itertools.count(1000))

    def __enter__(self) -> Operator:
        self.server = Server(("127.0.0.1", self.port), Link)
        self.server.operator = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_why: object) -> None:
        self.cut()
        self.server.shutdown()
        self.server.server_close()

    # What phones write.

    def sms(self, sender: str, words: str, *, to: str = "15200", part: tuple[int, int, int] | None = None) -> None:
        """Let a phone write; `part` is (reference, how many, which one) of a long message."""
        plain = all(letter in ALPHABET or letter in ESCAPED for letter in words)
        octets, coding, esm = encode(words) if plain else words.encode("utf-16-be"), 0 if plain else UCS2, 0
        if part:
            octets, esm = bytes((5, 0, 3, *part)) + octets, HAS_UDH
        self._deliver(sender, to, octets, coding, esm)

    def _deliver(self, sender: str, to: str, octets: bytes, coding: int, esm: int, more: bytes = b"") -> None:
        link = next(iter(self.links))
        number = next(self.numbers)
        national = b"\x02\x01" if sender.startswith("0") else b"\x01\x01"
        kind = national if sender.isdigit() else b"\x05\x00"  # of number: national, international, or a name
        fields = b"\0" + kind + sender.encode() + b"\0\x00\x01" + to.encode() + b"\0" + bytes((esm, 0, 0)) + b"\0\0"
        self.unacknowledged.add(number)
        link.write(pdu(DELIVER, 0, number, fields + bytes((0, 0, coding, 0, len(octets))) + octets + more))

    def acknowledged(self, number: int, status: int) -> None:
        """Note that Kannel has taken what a phone wrote, or a receipt."""
        assert status == 0, f"Kannel refused {number}: {status}"
        self.unacknowledged.discard(number)

    # What phones hear.

    def take(self, link: Link, number: int, sent: Submitted) -> None:
        """Take what Kannel submits, as the phone behaves."""
        behaviour = self.phones.get(sent.phone, "deliver")
        if behaviour == "throttle":
            self.phones[sent.phone], self.throttled = "deliver", self.throttled + 1
        if behaviour in ("reject", "throttle"):
            status = INVALID_NUMBER if behaviour == "reject" else THROTTLED
            link.write(pdu(ANSWER | SUBMIT, status, number))
            return
        name = str(next(self.names))
        link.write(pdu(ANSWER | SUBMIT, 0, number, name.encode() + b"\0"))
        if behaviour == "deliver":
            self.heard.append(Heard(sent.phone, sent.sender, sent.words, sent.udh.hex()))
        if sent.wants_receipt and behaviour in FATES:
            threading.Timer(0.1, self._receipt, (name, sent, behaviour)).start()

    def _receipt(self, name: str, sent: Submitted, behaviour: str) -> None:
        word, error, state = FATES[behaviour]
        day = time.strftime("%y%m%d%H%M")
        words = f"id:{name} sub:001 dlvrd:001 submit date:{day} done date:{day} stat:{word} err:{error} text:"
        fields = struct.pack(">HH", 0x1E, len(name) + 1) + name.encode() + b"\0" + struct.pack(">HHB", 0x427, 1, state)
        with contextlib.suppress(StopIteration, OSError):
            self._deliver(sent.phone, sent.sender, words.encode(), 0, RECEIPT, fields)

    def words_at(self, phone: str) -> list[str]:
        """Give what one phone heard, part by part."""
        return [each.words for each in list(self.heard) if each.phone == phone.lstrip("+")]

    # The link.

    def cut(self) -> None:
        """Break every link."""
        for link in list(self.links):
            with contextlib.suppress(OSError):
                link.request.shutdown(socket.SHUT_RDWR)


def main() -> None:
    """Be the phones of a terminal: each line that is typed is an SMS, and what phones hear is printed."""
    with Operator(int(sys.argv[1])) as operator:
        shown = 0
        threading.Thread(target=_read_lines, args=(operator,), daemon=True).start()
        while True:
            time.sleep(0.1)
            for each in operator.heard[shown:]:
                print(f"  {each.phone} hears: {each.words}", flush=True)
                shown += 1


def _read_lines(operator: Operator) -> None:
    for line in sys.stdin:
        sender, _blank, words = line.strip().partition(" ")
        if not operator.links:
            print("  no link to Kannel yet", flush=True)
        elif words:
            operator.sms(sender, words)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
