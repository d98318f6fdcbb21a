"""Files that somebody sends to do harm, or that only look like what they say: refused in words, or kept harmless."""

import io
import random
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from PIL import Image, PngImagePlugin

from complaints import attachments
from complaints.attachments import BadPaper
from complaints.models import MediaType
from tests.complaints.test_attachments import bomb, packed, painted_over
from tests.pictures import PAPER, photo
from tests.sounds import SECRET, VOICES, aac, amr, box, m4a, mp3, ogg, wav

SCRIPT = b"<script>alert(document.cookie)</script>"
PAGE = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>"
PHP = b"<?php system($_GET['c']); ?>"
MARKS = (SCRIPT, PHP, SECRET, b"Mwenye simu", b"PK\x03\x04", b"GPSLatitude")
HARMLESS = "kept without harm"


def zipped(name="a.txt", content=b"x"):
    """Give a ZIP with one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def chunk(name, data):
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def png(width, height, rows=b"", extra=b""):
    """Give a PNG that says it is so large."""
    head = struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def noted(kind="PNG", **says):
    """Give a photo that carries notes of its own."""
    out, notes = io.BytesIO(), PngImagePlugin.PngInfo()
    for name, text in says.items():
        notes.add_text(name, text)
    Image.new("RGB", (8, 8)).save(out, kind, **({"pnginfo": notes} if kind == "PNG" else {"comment": says["comment"]}))
    return out.getvalue()


def saved(kind, mode="RGB", size=(30, 20), **how):
    """Give a picture in a form of its own."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **how)
    return out.getvalue()


def pdf(act):
    """Give a paper with this in its catalogue."""
    return PAPER.replace(b"/Catalog", b"/Catalog" + act)


def hidden_objects(about, objects=b"1 0 <</S/JavaScript/JS(x)>>", squeeze=zlib.compress):
    """Give a paper with a program in a stream that speaks of itself so."""
    stream = b"2 0 obj<<" + about + b">>stream\n" + squeeze(objects) + b"\nendstream endobj\n"
    return PAPER.replace(b"trailer", stream + b"trailer")


def jpeg_sized(width, height):
    """Give a JPEG whose head says another size than it has."""
    content = bytearray(photo())
    at = content.find(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


WHOLE = {
    "jpg": photo(size=(300, 200)),
    "png": photo(kind="PNG", size=(300, 200)),
    "webp": photo(kind="WEBP", size=(300, 200)),
    "pdf": PAPER,
}
NOISE = random.Random(7).randbytes(3000)

ONLY, CUT, LARGE, PROGRAM, LOCKED, FILM = "Only photos", "cut off", "too large", "program", "locked", "no film"
HOSTILE = {
    # What is none of all this, whatever its name says.
    "nothing": (b"", "empty"), "one byte": (b"\xff", ONLY), "blanks": (b" " * 900, ONLY), "noise": (NOISE, ONLY),
    "NUL bytes": (bytes(5000), ONLY), "a page": (PAGE, ONLY), "a page with a mark before it": (b"\xef\xbb\xbf" + PAGE, ONLY),
    "a drawing with a script": (SVG, ONLY), "a style sheet": (b"body{background:url(javascript:alert(1))}", ONLY),
    "a script": (b"alert(1)", ONLY), "PHP": (PHP, ONLY), "a shell script": (b"#!/bin/sh\nrm -rf /\n", ONLY),
    "a program for Windows": (b"MZ\x90\0" + NOISE, ONLY), "a program for Linux": (b"\x7fELF\2\1\1" + NOISE, ONLY),
    "a program for Android": (zipped("classes.dex", NOISE), ONLY), "Java": (b"\xca\xfe\xba\xbe" + NOISE, ONLY),
    "a ZIP": (zipped(), ONLY), "a ZIP bomb": (zipped("b", bytes(20_000_000)), ONLY), "a ZIP that climbs": (zipped("../../etc/passwd"), ONLY),
    "a Word file": (zipped("word/document.xml"), ONLY), "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE, ONLY),
    "RTF": (b"{\\rtf1 {\\object}}", ONLY), "gzip": (b"\x1f\x8b\x08" + NOISE, ONLY), "RAR": (b"Rar!\x1a\7\1\0" + NOISE, ONLY),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + NOISE, ONLY), "a GIF": (saved("GIF", "P"), ONLY), "a GIF that is a script": (b"GIF89a/*" + PAGE + b"*/=1;", ONLY),
    "a BMP": (saved("BMP"), ONLY), "a TIFF": (saved("TIFF"), ONLY), "an icon": (saved("ICO", size=(32, 32)), ONLY),
    "PostScript": (b"%!PS-Adobe-3.0\n(x) run", ONLY), "an ImageMagick script": (b"push graphic-context\nfill 'url(https://x/|id)'", ONLY),
    "XML with entities": (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", ONLY),
    "a spreadsheet's formula": (b"=HYPERLINK(\"http://x\")", ONLY), "an e-mail": (b"MIME-Version: 1.0\r\n\r\n" + PAGE, ONLY),
    "a link": (b"[InternetShortcut]\r\nURL=file:///c:/", ONLY), "a PDF with words before it": (b"hello\n" + PAPER, ONLY),
    "WebM": (b"\x1aE\xdf\xa3" + NOISE, ONLY), "MIDI": (b"MThd" + NOISE, ONLY), "FLAC": (b"fLaC" + NOISE, ONLY), "AVI": (b"RIFF\0\0\0\0AVI " + NOISE, ONLY),
    # What begins as a photo.
    "a page that begins as a JPEG": (b"\xff\xd8\xff" + PAGE, CUT), "a page that begins as a PNG": (b"\x89PNG\r\n\x1a\n" + PAGE, CUT),
    "a page that begins as a WebP": (b"RIFF\0\0\0\0WEBP" + PAGE, CUT), "half a JPEG": (WHOLE["jpg"][: len(WHOLE["jpg"]) // 2], CUT),
    "half a PNG": (WHOLE["png"][: len(WHOLE["png"]) // 2], CUT), "half a WebP": (WHOLE["webp"][: len(WHOLE["webp"]) // 2], CUT),
    "a JPEG's head": (WHOLE["jpg"][:30], CUT), "a PNG's head": (WHOLE["png"][:33], CUT), "a bomb of a PNG": (bomb(), LARGE),
    "a bomb of one line": (png(2_000_000_000, 1), LARGE), "a PNG of no height": (png(10, 0), CUT), "a PNG whose length is negative": (b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR" + bytes(20), CUT),
    "a PNG with a bomb of words": (png(1, 1, b"\0\0\0\0", chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000)))), CUT),
    "a JPEG that says it is huge": (jpeg_sized(65_000, 65_000), LARGE), "a JPEG painted over for hours": (painted_over(10_000), CUT),
    "more bytes than a photo may have": (b"\xff\xd8\xff" + bytes(8 * 1024 * 1024), LARGE),
    "a JPEG with a page behind it": (photo() + PAGE, HARMLESS), "a JPEG with a ZIP behind it": (photo() + zipped(), HARMLESS),
    "a JPEG with PHP in its remark": (noted("JPEG", comment=PHP), HARMLESS), "a PNG with a script in its words": (noted(a=SCRIPT.decode()), HARMLESS),
    "a PNG with a page behind it": (photo(kind="PNG") + PAGE, HARMLESS), "a JPEG with place and owner": (photo(), HARMLESS),
    "a WebP with place and owner": (photo(kind="WEBP"), HARMLESS), "a PNG with place and owner": (photo(kind="PNG"), HARMLESS),
    "a lying JPEG with place and owner": (photo(lying=True), HARMLESS), "a JPEG with a profile": (saved("JPEG", icc_profile=SCRIPT * 9), HARMLESS),
    "a film of a PNG": (saved("PNG", save_all=True, append_images=[Image.new("RGB", (30, 20), "red")]), HARMLESS),
    "a film of a WebP": (saved("WEBP", save_all=True, append_images=[Image.new("RGB", (30, 20), "red")]), HARMLESS),
    "a JPEG of four inks": (saved("JPEG", "CMYK"), HARMLESS), "a PNG that one sees through": (saved("PNG", "RGBA"), HARMLESS),
    # What begins as a paper.
    "half a PDF": (PAPER[:20], CUT), "a PDF's beginning": (b"%PDF-1.7", CUT), "a PDF with a page behind it": (PAPER + PAGE, CUT),
    "a PDF with a ZIP behind it": (PAPER + zipped(), CUT), "a PDF with a program behind it": (PAPER + b"MZ" + NOISE, CUT),
    "a PDF with a script": (pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), PROGRAM),
    "a PDF with a script spelled in numbers": (pdf(b"/OpenAction<</S/#4aav#61Script/JS(x)>>"), PROGRAM),
    "a PDF that starts a program": (pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), PROGRAM), "a PDF with a file in it": (pdf(b"/Names<</EmbeddedFiles 2 0 R>>"), PROGRAM),
    "a PDF with a film in it": (pdf(b"/Annots[<</Subtype/RichMedia>>]"), PROGRAM), "a PDF that sends a form": (pdf(b"/OpenAction<</S/SubmitForm/F(http://x)>>"), PROGRAM),
    "a PDF that is a form with programs": (pdf(b"/AcroForm<</XFA 2 0 R>>"), PROGRAM), "a PDF that takes data in": (pdf(b"/OpenAction<</S/ImportData>>"), PROGRAM),
    "a PDF with a packed script": (packed(b"1 0 <</S/JavaScript/JS(x)>>"), PROGRAM), "a PDF that is a bomb": (packed(b"1 0 " + b" " * 40_000_000), CUT),
    "a PDF whose packed script says nothing of itself": (hidden_objects(b"/Filter/FlateDecode"), PROGRAM),
    "a PDF whose stream speaks at length": (hidden_objects(b"/Type/ObjStm/Filter/FlateDecode/Pad(" + b"x" * 5000 + b")"), PROGRAM),
    "a PDF whose stream speaks of objects": (hidden_objects(b"/Type/ObjStm/Filter/FlateDecode/Pad( endobj obj )"), PROGRAM),
    "a PDF with objects packed otherwise": (hidden_objects(b"/Type/ObjStm/Filter/ASCIIHexDecode", squeeze=lambda raw: raw.hex().encode()), CUT),
    "a PDF with a remark before its objects": (hidden_objects(b"/Type/ObjStm", b"%x\n1 0 <</S/JavaScript>>"), PROGRAM),
    "a locked PDF": (PAPER.replace(b"/Root", b"/Encrypt 3 0 R/Root"), LOCKED), "a PDF of thousands of streams": (PAPER.replace(b"trailer", b"stream\n" * 6000 + b"trailer"), CUT),
    "more bytes than a paper may have": (b"%PDF-" + bytes(5 * 1024 * 1024), LARGE),
    # What begins as a voice.
    "a film in an Ogg": (ogg(b"\x80theora"), FILM), "an Ogg with a page behind it": (ogg(tail=PAGE), CUT), "half an Ogg": (ogg()[:-5], CUT),
    "a page that begins as an Ogg": (b"OggS" + PAGE, CUT), "two streams in an Ogg": (ogg() + ogg(), FILM),
    "a film in an MP4": (m4a(handler=b"vide"), FILM), "an M4A with a page behind it": (m4a(tail=PAGE), CUT), "half an M4A": (m4a()[:-5], CUT),
    "a page that begins as an MP4": (b"\0\0\0\x18ftypM4A " + PAGE, CUT), "an M4A with a box of its own": (m4a(tail=box(b"html", PAGE)), FILM),
    "an M4A whose box has no end": (m4a(tail=b"\0\0\0\1mdat" + b"\xff" * 8), CUT), "an M4A that goes round": (m4a(tail=b"\0\0\0\0mdat"), CUT), "an M4A without a voice": (box(b"ftyp", b"M4A ", bytes(4)) + box(b"moov"), CUT),
    "an MP3 with a page behind it": (mp3(tail=PAGE), CUT), "half an MP3": (mp3()[:-5], CUT), "notes of an MP3 alone": (mp3(frames=0), CUT),
    "a page that begins as an MP3": (b"ID3\3\0\0\0\0\0\0" + PAGE, CUT), "an MP3 whose notes have no end": (b"ID3\3\0\0\x7f\x7f\x7f\x7f" + PAGE, CUT),
    "an AAC with a ZIP behind it": (aac(tail=zipped()), CUT), "one frame of AAC": (aac(frames=1), CUT), "a WAV with half a chunk": (wav(tail=b"data\xff\xff\xff\xff"), CUT),
    "a WAV of no known codec": (wav(codec=0x55), FILM), "a WAV with two voices": (wav(tail=b"data\4\0\0\0abcd"), CUT), "an AMR with a page behind it": (amr(tail=PAGE), CUT),
    "an AMR of nothing": (b"#!AMR\n", CUT), "more bytes than a voice may have": (b"OggS" + bytes(5 * 1024 * 1024), LARGE),
    "a WAV with the speaker's name": (wav(), HARMLESS), "an MP3 with the speaker's name": (mp3(tail=b"TAG" + SECRET.ljust(125)), HARMLESS),
    "an M4A with the place": (m4a(), HARMLESS), "a 3GP with the place": (m4a(b"3gp5"), HARMLESS), "an M4A with a script in its notes": (m4a(note=SCRIPT), HARMLESS), "a WAV with a script in its notes": (wav(note=SCRIPT), HARMLESS),
}  # fmt: skip


def read(content):
    return attachments.read(io.BytesIO(content), len(content))


def test_there_are_more_than_eighty_of_them():
    assert len(HOSTILE) > 80


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words_or_kept_without_harm(in_english, name):
    content, outcome = HOSTILE[name]

    if outcome != HARMLESS:
        with pytest.raises(BadPaper) as refused:
            read(content)
        assert outcome in str(refused.value.words)
        return
    kept = read(content)
    assert kept.media_type in MediaType.values
    assert not [mark for mark in MARKS if mark in kept.content]
    if kept.media_type == MediaType.PHOTO:
        with Image.open(io.BytesIO(kept.content)) as image:
            assert (image.format, dict(image.getexif()), image.info.get("icc_profile")) == ("JPEG", {}, None)
    else:
        assert read(kept.content).content == kept.content


@pytest.mark.parametrize("kind", VOICES)
def test_a_voice_note_is_known_by_what_is_in_it_and_loses_what_the_telephone_wrote_beside_it(kind):
    kept = read(VOICES[kind])

    assert kept.media_type == kind
    assert SECRET not in kept.content
    assert read(kept.content).sha256 == kept.sha256


@pytest.mark.parametrize("kind", VOICES)
def test_whatever_is_cut_from_or_changed_in_a_voice_note_is_never_an_error_of_ours(kind):
    dice, whole = random.Random(kind), VOICES[kind]
    for _throw in range(200):
        spoiled = bytearray(whole[: dice.randrange(1, len(whole) + 1)])
        for _byte in range(dice.randrange(4)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        with suppress(BadPaper):
            read(bytes(spoiled))


def test_a_paper_of_a_real_program_is_kept():
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(50, 50, "Barua ya mwananchi")
    canvas.drawInlineImage(Image.new("RGB", (40, 40), "red"), 10, 10)
    canvas.save()

    assert read(out.getvalue()).content == out.getvalue()
