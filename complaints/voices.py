"""Voice notes: known by what is in them, whatever their names say, and kept without what a telephone wrote beside the voice.

Each container is walked from its first byte to its last: what is cut off, or carries something behind its end, is none. The
sound itself is not written anew, for that would need an encoder; it is only ever handed out as a file.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import MediaType

LEAST_FRAMES = 3  # fewer are chance, or nobody's voice
MOST_DEEP = 8  # boxes within boxes


class BadVoice(Exception):
    """A file that begins as a sound does, and is none; `words` says why."""

    words: Promise | str = _("The voice note cannot be read: it is cut off or damaged.")


class NotAVoice(BadVoice):
    """A moving picture, or a sound in a way of writing that telephones do not use."""

    words = _("Only a voice can be taken in, no film. Record it once more as a voice note.")


def kind_of(beginning: bytes) -> str:
    """Give the media type that a file begins as; "" for no sound. Sixteen bytes are enough."""
    if beginning.startswith(b"OggS"):
        return MediaType.OGG
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WAVE":
        return MediaType.WAV
    if beginning.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return MediaType.AMR
    if beginning[4:8] == b"ftyp":
        return MediaType.THREE_GP if beginning[8:11] == b"3gp" else MediaType.M4A
    if beginning.startswith(b"ID3"):
        return MediaType.MP3
    if len(beginning) > 1 and beginning[0] == 0xFF and beginning[1] & 0xF6 == 0xF0:
        return MediaType.AAC
    if len(beginning) > 1 and beginning[0] == 0xFF and beginning[1] & 0xE0 == 0xE0 and beginning[1] & 0x06 == 0x02:
        return MediaType.MP3
    return ""


def cleaned(content: bytes, kind: str) -> bytes:
    """Give a voice note without the notes beside the voice. Raises `BadVoice`."""
    try:
        return CLEANERS[kind](content)
    except (struct.error, IndexError) as error:
        raise BadVoice from error


# Ogg: pages, each with the length of what it holds.


def _ogg(content: bytes) -> bytes:
    first = b""
    for number, page in enumerate(_pages(content)):
        first = first or page
        if number == 0 and not first.startswith((b"OpusHead", b"\x01vorbis", b"Speex   ")):
            raise NotAVoice
    return content


def _pages(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        if content[at : at + 5] != b"OggS\0":
            raise BadVoice
        begins = content[at + 5] & 2 and at
        if begins:  # a second stream beside the first: a film's sound and picture
            raise NotAVoice
        segments = content[at + 26]
        start = at + 27 + segments
        end = start + sum(content[at + 27 : start])
        if end > len(content) or start > len(content):
            raise BadVoice
        yield content[start:end]
        at = end


# WAV: chunks, of which the sound needs three.

WAV_KEPT = (b"fmt ", b"fact", b"data")
WAV_CODECS = (1, 2, 3, 6, 7, 17, 49, 0xFFFE)


def _wav(content: bytes) -> bytes:
    at, kept = 12, []
    while at < len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        body = content[at + 8 : at + 8 + length]
        if len(body) != length:
            raise BadVoice
        if name in WAV_KEPT:
            kept.append((name, body))
        at += 8 + length + length % 2
    names = [name for name, _body in kept]
    if sorted(set(names)) != sorted(names) or not {b"fmt ", b"data"} <= set(names):
        raise BadVoice
    if struct.unpack_from("<H", dict(kept)[b"fmt "])[0] not in WAV_CODECS:
        raise NotAVoice
    body = b"".join(struct.pack("<4sI", name, len(part)) + part + b"\0" * (len(part) % 2) for name, part in kept)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WAVE") + body


# AMR: frames of known lengths.

AMR = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1]
AMR_WIDE = [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1]


def _amr(content: bytes) -> bytes:
    wide = content.startswith(b"#!AMR-WB\n")
    lengths, at, frames = (AMR_WIDE, 9, 0) if wide else (AMR, 6, 0)
    while at < len(content):
        length = lengths[content[at] >> 3 & 15]
        if content[at] & 0x83 or not length:
            raise BadVoice
        at, frames = at + length, frames + 1
    return _whole(content, at, frames)


# AAC as a stream of frames, each with its length.


def _aac(content: bytes) -> bytes:
    at, frames = 0, 0
    while at < len(content):
        if content[at] != 0xFF or content[at + 1] & 0xF6 != 0xF0:
            raise BadVoice
        length = (content[at + 3] & 3) << 11 | content[at + 4] << 3 | content[at + 5] >> 5
        if length < 7:
            raise BadVoice
        at, frames = at + length, frames + 1
    return _whole(content, at, frames)


def _whole(content: bytes, at: int, frames: int) -> bytes:
    if at != len(content) or frames < LEAST_FRAMES:
        raise BadVoice
    return content


# MP3: frames whose lengths follow from their rates; what stands before and behind them are notes, which go.

RATES = {
    (3, 1): [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    (3, 2): [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    (3, 3): [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    (2, 1): [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    (2, 3): [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}
SAMPLES = {3: [44100, 48000, 32000], 2: [22050, 24000, 16000], 0: [11025, 12000, 8000]}


def _mp3(content: bytes) -> bytes:
    start = end = _after_notes(content)
    last = len(content) - 128 if content[-128:].startswith(b"TAG") else len(content)
    frames = 0
    while end < last:
        end, frames = end + _frame_length(content, end), frames + 1
    if end != last:  # cut off within its last frame, or something else behind it
        raise BadVoice
    _whole(content[start:end], end - start, frames)
    return content[start:end]


def _after_notes(content: bytes) -> int:
    if not content.startswith(b"ID3"):
        return 0
    size = content[6:10]
    if any(part & 0x80 for part in size):
        raise BadVoice
    footer = 10 if content[5] & 0x10 else 0
    return 10 + footer + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])


def _frame_length(content: bytes, at: int) -> int:
    if content[at] != 0xFF or content[at + 1] & 0xE0 != 0xE0:
        raise BadVoice
    version, layer = content[at + 1] >> 3 & 3, 4 - (content[at + 1] >> 1 & 3)
    rate, samples, padding = content[at + 2] >> 4, content[at + 2] >> 2 & 3, content[at + 2] >> 1 & 1
    if version == 1 or layer == 4 or rate in (0, 15) or samples == 3:
        raise BadVoice
    thousands = RATES[3 if version == 3 else 2, layer if version == 3 or layer == 1 else 3][rate - 1]
    per_second = SAMPLES[version][samples]
    if layer == 1:
        return (12000 * thousands // per_second + padding) * 4
    return (72000 if layer == 3 and version != 3 else 144000) * thousands // per_second + padding


# M4A and 3GP: boxes within boxes. What holds notes becomes empty space of the same length, so that nothing moves.

HOLDS_BOXES = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts")
NOTES = (b"udta", b"meta", b"uuid", b"free", b"skip", b"wide")
TOP = (b"ftyp", b"moov", b"mdat", *NOTES, b"sidx", b"moof", b"mfra", b"styp")


def _boxes(content: bytes) -> bytes:
    kept, tops = bytearray(content), []
    for name, start, end in _walk(content, 0, len(content)):
        if name not in TOP:
            raise NotAVoice
        tops.append(name)
        _forget_notes(kept, name, start, end, 0)
    handlers = [content[at + 12 : at + 16] for at in _places(content, b"hdlr")]
    if not {b"ftyp", b"moov", b"mdat"} <= set(tops):
        raise BadVoice
    if b"soun" not in handlers or b"vide" in handlers:
        raise NotAVoice
    return bytes(kept)


def _walk(content: bytes | bytearray, at: int, last: int) -> Iterator[tuple[bytes, int, int]]:
    """Give the name of each box with where what it holds begins and ends."""
    while at < last:
        length, name = struct.unpack_from(">I4s", content, at)
        head = 8
        if length == 1:
            length, head = struct.unpack_from(">Q", content, at + 8)[0], 16
        if length < head or at + length > last:
            raise BadVoice
        yield bytes(name), at + head, at + length
        at += length


def _forget_notes(kept: bytearray, name: bytes, start: int, end: int, depth: int) -> None:
    if name in NOTES:
        named = start - 4 if kept[start - 4 : start] == name else start - 12  # before a length of eight bytes
        kept[named : named + 4], kept[start:end] = b"free", bytes(end - start)
    elif name in HOLDS_BOXES and depth < MOST_DEEP:
        for inner, begins, ends in list(_walk(kept, start, end)):
            _forget_notes(kept, inner, begins, ends, depth + 1)


def _places(content: bytes, name: bytes) -> Iterator[int]:
    """Give where a name stands, and begins what its box holds."""
    at = content.find(name)
    while at >= 0:
        yield at
        at = content.find(name, at + 1)


CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    MediaType.OGG: _ogg,
    MediaType.WAV: _wav,
    MediaType.AMR: _amr,
    MediaType.AAC: _aac,
    MediaType.MP3: _mp3,
    MediaType.M4A: _boxes,
    MediaType.THREE_GP: _boxes,
}
