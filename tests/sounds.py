"""Short voice notes for tests, as telephones write them, each with a note that tells where and who."""

import struct

SECRET = b"-6.8000+039.2800/ Mwenye simu"


def ogg(codec=b"OpusHead", pages=3, tail=b""):
    """Give an Ogg file of some pages."""
    made = b""
    for number in range(pages):
        body = codec + b"\1\1" + bytes(17) if number == 0 else b"\x55" * 100
        head = b"OggS\0" + bytes([2 if number == 0 else 0]) + struct.pack("<QIII", number, 7, number, 0)
        made += head + bytes([1, len(body)]) + body
    return made + tail


def box(name, *inside):
    """Give one box of an MP4 file."""
    body = b"".join(inside)
    return struct.pack(">I4s", len(body) + 8, name) + body


def m4a(brand=b"M4A ", handler=b"soun", note=SECRET, tail=b""):
    """Give an M4A or 3GP file with the place where it was recorded."""
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13))), box(b"udta", box(b"name", note)))
    moov = box(b"moov", box(b"mvhd", bytes(100)), track, box(b"udta", box(b"\xa9xyz", note)))
    return box(b"ftyp", brand, bytes(4), brand) + moov + box(b"free", note) + box(b"mdat", b"\x21" * 200) + tail


def mp3(frames=5, note=SECRET, tail=b""):
    """Give an MP3 file with notes before it."""
    frame = b"\xff\xfb\x90\x00".ljust(417, b"\0")  # 128 kbit/s at 44,100 a second
    tag = b"ID3\3\0\0" + bytes([0, 0, len(note) >> 7, len(note) & 127]) + note if note else b""
    return tag + frame * frames + tail


def aac(frames=5, tail=b""):
    """Give frames of AAC."""
    length = 60
    head = bytes([0xFF, 0xF1, 0x50, 0x80 | length >> 11, length >> 3 & 255, (length & 7) << 5 | 31, 0xFC])
    return head.ljust(length, b"\x2a") * frames + tail


def wav(codec=1, note=SECRET, tail=b""):
    """Give a WAV file with a list of notes."""
    chunks = [(b"fmt ", struct.pack("<HHIIHH", codec, 1, 8000, 16000, 2, 16)), (b"LIST", note), (b"data", bytes(400))]
    body = b"".join(struct.pack("<4sI", name, len(part)) + part + b"\0" * (len(part) % 2) for name, part in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body + tail


def amr(frames=5, tail=b""):
    """Give an AMR file, as old telephones record."""
    return b"#!AMR\n" + (b"\x3c" + b"\x07" * 31) * frames + tail


VOICES = {
    "audio/ogg": ogg(), "audio/mp4": m4a(), "audio/3gpp": m4a(b"3gp4"), "audio/mpeg": mp3(), "audio/aac": aac(),
    "audio/wav": wav(), "audio/amr": amr(),
}  # fmt: skip
