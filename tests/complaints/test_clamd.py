"""Asking a virus scanner: a small one that speaks clamd's own protocol, over both kinds of socket."""

import io
import socket
import struct
import threading

import pytest

from complaints import attachments, clamd
from complaints.attachments import BadPaper
from tests.pictures import PAPER, photo

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner(threading.Thread):
    """A scanner that knows one virus."""

    def __init__(self, listening, says=None):
        super().__init__(daemon=True)
        self.listening, self.says, self.seen = listening, says, []

    def run(self):
        """Answer one after the other until the socket is closed."""
        while True:
            try:
                asking, _from = self.listening.accept()
            except OSError:
                return
            with asking, asking.makefile("rb") as stream:
                self.answer(asking, stream)

    def answer(self, asking, stream):
        """Read a command and its chunks as clamd does, and say what was found."""
        if stream.read(10) != b"zINSTREAM\0":
            asking.sendall(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while length := struct.unpack(">I", stream.read(4))[0]:
            content += stream.read(length)
        self.seen.append(content)
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        asking.sendall(found if self.says is None else self.says)


@pytest.fixture
def scanner(settings):
    """Start a scanner and name it in the settings; gives a way to start one that says something else."""
    opened = []

    def start(says=None, path=None):
        listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        listening.bind(str(path) if path else ("127.0.0.1", 0))
        listening.listen()
        opened.append(listening)
        settings.CLAMD_ADDRESS = f"unix:{path}" if path else f"127.0.0.1:{listening.getsockname()[1]}"
        thread = Scanner(listening, says)
        thread.start()
        return thread

    yield start
    for listening in opened:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def read(content):
    return attachments.read(io.BytesIO(content), len(content))


def test_a_clean_file_is_shown_whole_and_as_it_came_and_is_taken_in(scanner):
    started, sent = scanner(), photo()

    kept = read(sent)

    assert started.seen == [sent] and kept.content != sent


def test_a_large_file_goes_in_several_chunks(scanner, monkeypatch):
    monkeypatch.setattr(clamd, "CHUNK", 100)
    started = scanner()

    read(PAPER)
    clamd.scan(bytes(1234))

    assert started.seen == [PAPER, bytes(1234)]


def test_over_a_socket_of_the_machine(scanner, tmp_path):
    started = scanner(path=tmp_path / "clamd")

    read(PAPER)

    assert started.seen == [PAPER]


def test_a_file_with_a_virus_is_refused_in_words(scanner, in_english):
    scanner()

    with pytest.raises(BadPaper) as refused:
        read(PAPER.replace(b"%%EOF", b"%" + EICAR + b"\n%%EOF"))

    assert "virus" in str(refused.value.words)


@pytest.mark.parametrize(
    "says", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0", b"stream: OK not\0", b"x" * 9000]
)
def test_what_is_not_said_to_be_clean_is_not_taken_in(scanner, in_english, says):
    scanner(says)

    with pytest.raises(BadPaper) as refused:
        read(PAPER)

    assert "just now" in str(refused.value.words)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "unix:/nowhere/clamd", "unix:", "clamd"])
def test_with_a_scanner_that_is_away_nothing_is_taken_in(settings, in_english, address):
    settings.CLAMD_ADDRESS = address

    with pytest.raises(BadPaper) as refused:
        read(PAPER)

    assert "just now" in str(refused.value.words)


def test_where_none_is_configured_nobody_is_asked(settings):
    settings.CLAMD_ADDRESS = ""

    assert read(PAPER).content == PAPER
