"""Voice notes as telephones record them: which sound it is, by its first bytes, and what it hides taken out.

Sound is not written anew, for that would take a program of its own; what a recorder writes beside it (place, owner, title)
is overwritten, and nothing here plays it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from complaints.models import MediaType

LONGEST = 3 * 1024 * 1024  # bytes: some ten minutes of speech

BEGINNINGS = {
    b"ID3": MediaType.VOICE_MP3,
    b"\xff\xfb": MediaType.VOICE_MP3,
    b"\xff\xf3": MediaType.VOICE_MP3,
    b"\xff\xf2": MediaType.VOICE_MP3,
    b"OggS": MediaType.VOICE_OGG,
    b"#!AMR": MediaType.VOICE_AMR,
    b"\x1aE\xdf\xa3": MediaType.VOICE_WEBM,
}
HIDES = (b"udta", b"meta", b"uuid")  # boxes of an MP4 in which a telephone writes where and whose it is
HOLDS = (b"moov", b"trak")
DEEPEST = 4


def kind_of(beginning: bytes) -> MediaType | None:
    """Give which sound begins so (16 bytes); None for no sound that we take."""
    if beginning[4:8] == b"ftyp":
        return MediaType.VOICE_MP4
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WAVE":
        return MediaType.VOICE_WAV
    return next((kind for magic, kind in BEGINNINGS.items() if beginning.startswith(magic)), None)


def bared(content: bytes, kind: MediaType) -> bytes:
    """Give the sound without what a recorder writes beside it, as far as its form lets one find that."""
    if kind == MediaType.VOICE_MP3:
        return _without_tags(content)
    if kind == MediaType.VOICE_MP4:
        return _blanked(content)
    return content


def _without_tags(content: bytes) -> bytes:
    if content[:3] == b"ID3" and len(content) > 10:
        length = sum((byte & 0x7F) << shift for byte, shift in zip(content[6:10], (21, 14, 7, 0), strict=True))
        content = content[10 + length :]
    return content[:-128] if content[-128:-125] == b"TAG" else content


def _blanked(content: bytes) -> bytes:
    """Give an MP4 with its boxes of hidden things made free space: nothing moves, so that it still plays."""
    bare = bytearray(content)
    for start, end in _hidden(content, 0, len(content), 0):
        bare[start + 4 : start + 8] = b"free"
        bare[start + 8 : end] = bytes(end - start - 8)
    return bytes(bare)


def _hidden(content: bytes, start: int, end: int, depth: int) -> Iterator[tuple[int, int]]:
    while start + 8 <= end and depth < DEEPEST:
        length, name = struct.unpack(">I4s", content[start : start + 8])
        stop = start + length
        if length < 8 or stop > end:  # up to the end, or longer than 4 GB: the sound itself
            return
        if name in HIDES:
            yield start, stop
        elif name in HOLDS:
            yield from _hidden(content, start + 8, stop, depth + 1)
        start = stop
