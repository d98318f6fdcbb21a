"""Photos, papers and voice notes of a case: what is taken in, how it is made harmless, and where it is kept.

A photo is written anew from its pixels, so that nothing of what the phone hid in it (place, owner, an earlier picture)
is kept. Only what begins as a photo, a paper or a voice note begins is opened at all, whatever its name says.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from complaints import clamd, voices
from complaints.models import Attachment, Complaint, MediaType
from offices.models import User

MOST_FILES = 5  # at once
LONGEST_PHOTO = 8 * 1024 * 1024  # bytes, as it comes
LONGEST_PAPER = 5 * 1024 * 1024
LONGEST_VOICE = 5 * 1024 * 1024  # twenty minutes of a telephone's own
MOST_PIXELS = 50_000_000  # of a photo as it comes; more is a trap or a poster
# A photo is painted over in ten scans or so. Each costs a twentieth of a second and 75 bytes: a hundred thousand fit into a file.
SCAN, MOST_SCANS = b"\xff\xda", 100
LONGEST_SIDE = 1600  # pixels, as kept: a house number is still read
QUALITY = 80

# How a file begins, and which reader may open it.
BEGINNINGS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"RIFF": "WEBP", b"%PDF-": "PDF"}
LONGEST = {"JPEG": LONGEST_PHOTO, "PNG": LONGEST_PHOTO, "WEBP": LONGEST_PHOTO, "PDF": LONGEST_PAPER}  # voices aside
# What makes a paper act on the computer that opens it.
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"\bstream[ \t]*(?:\r\n|\r|\n)")
OBJECTS = re.compile(rb"\s*(?:%|\d+\s+\d+\s)")  # how a stream of objects begins: with their numbers, or a remark
MOST_UNPACKED = 32 * 1024 * 1024  # bytes, of all streams of objects together
MOST_STREAMS = 5000
ACTS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/SubmitForm", b"/ImportData")
FORM_THAT_ACTS = re.compile(rb"/XFA\s*[\[\d]")  # four letters alone stand in any long stream by chance


class BadPaper(Exception):
    """A file that is not taken in; `words` says why, fit for whoever chose it."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Paper:
    """A photo or paper as it will be kept; `also` is another digest by which the same photo may be known."""

    content: bytes
    media_type: str
    sha256: str
    also: str


def read(file: BinaryIO, size: int) -> Paper:
    """Give a file that somebody sent, made harmless; `size` is its length in bytes. Raises `BadPaper`."""
    if size == 0:
        raise BadPaper(_("The file is empty."))
    file.seek(0)
    kind = _kind(file.read(16))
    most = LONGEST.get(kind, LONGEST_VOICE)
    if size > most:
        raise BadPaper(_("The file is too large: at most %(most)s.") % {"most": filesizeformat(most)})
    file.seek(0)
    content = file.read()
    _scan(content)
    if kind == "JPEG" and content.count(SCAN) > MOST_SCANS:
        raise BadPaper(_("The photo cannot be read: it is cut off or damaged."))
    if kind == "PDF":
        return _paper(content)
    return _photo(io.BytesIO(content), kind) if kind in LONGEST else _voice(content, kind)


def _scan(content: bytes) -> None:
    try:
        clamd.scan(content)
    except clamd.Infected as found:
        raise BadPaper(_("The file carries a virus. Clean the telephone or computer that it comes from.")) from found
    except clamd.NotScanned as away:
        raise BadPaper(_("We cannot check files for viruses just now. Try again in some minutes.")) from away


def _kind(beginning: bytes) -> str:
    for magic, kind in BEGINNINGS.items():
        if beginning.startswith(magic) and (kind != "WEBP" or beginning[8:12] == b"WEBP"):
            return kind
    if voice := voices.kind_of(beginning):
        return voice
    raise BadPaper(_("Only photos (JPEG, PNG, WebP), papers (PDF) and voice notes can be attached."))


def _voice(content: bytes, kind: str) -> Paper:
    try:
        kept_of_it = voices.cleaned(content, kind)
    except voices.BadVoice as bad:
        raise BadPaper(bad.words) from bad
    digest = hashlib.sha256(kept_of_it).hexdigest()
    return Paper(kept_of_it, kind, digest, digest)


def _paper(content: bytes) -> Paper:
    _before, end, behind = content.rpartition(b"%%EOF")
    if not end or behind.strip(b"\r\n\t \0\x1a"):  # cut off, or another file hangs on it
        raise BadPaper(_("The paper cannot be read: it is cut off or damaged."))
    if b"/Encrypt" in _unescaped(content):
        raise BadPaper(_("The paper is locked. Print it to PDF once more without a password, and attach that."))
    if _acts(content) or any(_acts(objects) for objects in _packed_objects(content)):
        raise BadPaper(_("The paper carries a program or another file. Print it to PDF once more, and attach that."))
    digest = hashlib.sha256(content).hexdigest()
    return Paper(content, MediaType.PAPER, digest, digest)


def _acts(content: bytes) -> bool:
    """Say whether a program or another file is named in it; any letter of a name may be written as its number."""
    plain = _unescaped(content)
    return any(act in plain for act in ACTS) or FORM_THAT_ACTS.search(plain) is not None


def _unescaped(content: bytes) -> bytes:
    """Give it with each letter that is written as its number as that letter."""
    return ESCAPED.sub(lambda letter: bytes.fromhex(letter[1].decode()), content)


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """Give what is packed into the paper's streams of objects. Raises `BadPaper` where that cannot be read, or is a bomb.

    What a stream says of itself may be hidden from us in many ways, but not how objects begin: so each stream is tried.
    """
    damaged = BadPaper(_("The paper cannot be read: it is cut off or damaged."))
    left, read_ones, whole = MOST_UNPACKED, 0, memoryview(content)  # a slice of bytes would be a copy, for each stream
    for number, stream in enumerate(STREAM.finditer(content)):
        if number == MOST_STREAMS:
            raise damaged
        if not OBJECTS.match(_unpacked(whole[stream.end() : stream.end() + 4096], 256)):
            continue
        objects = _unpacked(whole[stream.end() :], left)
        left, read_ones = left - len(objects), read_ones + 1
        if left <= 0:
            raise damaged
        yield objects
    if _unescaped(content).count(b"/ObjStm") > read_ones:
        raise damaged


def _unpacked(packed: memoryview, most: int) -> bytes:
    """Give what the beginning of a stream unpacks to; nothing of what is packed in another way, or not at all."""
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def _photo(file: BinaryIO, kind: str) -> Paper:
    too_large = BadPaper(_("The photo is too large: at most %(most)s megapixels.") % {"most": MOST_PIXELS // 10**6})
    try:
        with Image.open(file, formats=[kind]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise too_large
            opened.draft(
                "RGB", (LONGEST_SIDE, LONGEST_SIDE)
            )  # a JPEG is read at no more than twice the size that is kept
            opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            photo = _on_white(ImageOps.exif_transpose(opened))
        written = io.BytesIO()
        photo.save(written, "JPEG", quality=QUALITY, optimize=True)
        with Image.open(written, formats=["JPEG"]) as kept:
            return Paper(written.getvalue(), MediaType.PHOTO, _digest(kept), _digest(photo))
    except BadPaper:
        raise
    except Image.DecompressionBombError as error:
        raise too_large from error
    except Exception as error:  # a damaged file leads Pillow's decoders to any error there is
        raise BadPaper(_("The photo cannot be read: it is cut off or damaged.")) from error


def _on_white(image: Image.Image) -> Image.Image:
    """Give a new picture of the pixels alone; what could be seen through is white."""
    seen = image.convert("RGBA")
    plain = Image.new("RGB", seen.size, "white")
    plain.paste(seen, mask=seen.getchannel("A"))
    return plain


def _digest(image: Image.Image) -> str:
    width, height = image.size
    return hashlib.sha256(b"%dx%d|" % (width, height) + image.convert("RGB").tobytes()).hexdigest()


@contextmanager
def kept(
    case: Complaint, papers: Sequence[Paper], *, by: User | None, at: dt.datetime, for_answer: bool = False
) -> Iterator[list[Attachment]]:
    """Keep papers with a case, within the caller's transaction; where that fails, the files go again."""
    attachments: list[Attachment] = []
    try:
        for paper in papers:
            attachments.append(_keep(case, paper, by, at, for_answer))
        yield attachments
    except BaseException:
        for attachment in attachments:
            attachment.file.delete(save=False)
        raise


def _keep(case: Complaint, paper: Paper, by: User | None, at: dt.datetime, for_answer: bool) -> Attachment:
    attachment = Attachment(
        complaint=case, media_type=paper.media_type, size=len(paper.content), sha256=paper.sha256,
        for_answer=for_answer, added_at=at, added_by=by,
    )  # fmt: skip
    attachment.file.save("", ContentFile(paper.content), save=False)
    attachment.save(force_insert=True)
    return attachment


def used_before(case: Complaint, papers: Sequence[Paper]) -> QuerySet[Attachment]:
    """Give what stands in other cases with the same pixels as one of these photos."""
    digests = {digest for paper in papers for digest in (paper.sha256, paper.also)}
    return Attachment.objects.filter(sha256__in=digests).exclude(complaint=case)
