"""What is taken in as a photo or paper, and what is left of it."""

import io
import zlib

import pytest
from PIL import Image

from complaints import attachments
from complaints.attachments import BadPaper
from tests.pictures import PAPER, photo


def read(content):
    """Take in these bytes."""
    return attachments.read(io.BytesIO(content), len(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_written_anew_as_jpeg_without_what_the_phone_hid_in_it(kind):
    sent = photo(kind=kind)
    assert b"Mwenye simu" in sent or kind == "PNG"

    kept = read(sent)

    with Image.open(io.BytesIO(kept.content)) as image:
        assert (image.format, image.size, dict(image.getexif()), image.info.get("exif")) == ("JPEG", (40, 30), {}, None)
    assert b"Mwenye simu" not in kept.content
    assert kept.media_type == "image/jpeg"


def test_a_photo_that_lies_is_set_upright():
    kept = read(photo(lying=True))

    with Image.open(io.BytesIO(kept.content)) as image:
        assert image.size == (30, 40)


def test_a_large_photo_is_made_smaller():
    kept = read(photo(size=(4000, 3000)))

    with Image.open(io.BytesIO(kept.content)) as image:
        assert image.size == (1600, 1200)


def test_the_same_pixels_have_the_same_digest_whatever_the_phone_wrote_beside_them():
    assert read(photo(exif=True)).sha256 == read(photo(exif=False)).sha256
    assert read(photo(colour=(0, 99, 0))).sha256 != read(photo()).sha256


def test_a_photo_that_we_kept_is_known_when_it_is_sent_again():
    first = read(photo(size=(300, 200)))

    again = read(first.content)

    assert first.sha256 in (again.sha256, again.also)


def test_a_paper_is_kept_as_it_is():
    kept = read(PAPER)

    assert (kept.content, kept.media_type) == (PAPER, "application/pdf")


def bomb():
    """Give a PNG of a few bytes that says it is 30,000 pixels wide and high."""

    def chunk(name, data):
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = (30_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def packed(objects):
    """Give a paper with these objects in a stream, as most programs write them."""
    stream = (
        b"2 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\n"
        + zlib.compress(objects)
        + b"\nendstream endobj\n"
    )
    return PAPER.replace(b"trailer", stream + b"trailer")


def test_a_paper_whose_objects_are_packed_is_kept():
    content = packed(b"1 0 <</Type/Page/Annots[]>>")

    assert read(content).content == content


def painted_over(times):
    """Give a photo that comes in scans, the last of them so many times more."""
    photo = io.BytesIO()
    Image.new("RGB", (64, 64), (10, 20, 30)).save(photo, "JPEG", progressive=True)
    content = photo.getvalue()
    last = content.rfind(b"\xff\xda")
    return content[:last] + content[last:-2] * (times + 1) + content[-2:]


def test_a_photo_that_comes_in_scans_is_kept():
    assert read(painted_over(0)).media_type == "image/jpeg"


REFUSED = {
    "nothing": (b"", "empty"),
    "a page": (b"<html><script>alert(1)</script></html>", "Only photos"),
    "a drawing with a script": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Only photos"),
    "a program": (b"MZ\x90\x00" + b"0" * 100, "Only photos"),
    "a moving picture": (b"GIF89a" + b"0" * 100, "Only photos"),
    "half a sound in a RIFF": (b"RIFF\x00\x00\x00\x00WAVE" + b"0" * 100, "cannot be read"),
    "a page that begins as a photo": (b"\xff\xd8\xff<html>", "cannot be read"),
    "half a photo": (photo(size=(400, 300))[:900], "cannot be read"),
    "a bomb": (bomb(), "too large"),
    "half a paper": (PAPER[:20], "cut off"),
    "a paper that acts": (PAPER.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"), "program"),
    "a paper that acts, spelled in numbers": (
        PAPER.replace(b"/Catalog", b"/Catalog/OpenAction<</S/J#61vaScr#69pt/JS(x)>>"),
        "program",
    ),
    "a paper with a packed program": (packed(b"1 0 <</S/JavaScript/JS(x)>>"), "program"),
    "a paper that is a bomb": (packed(b"1 0 " + b" " * 40 * 1024 * 1024), "cannot be read"),
    "a photo that is painted over for hours": (painted_over(10_000), "cannot be read"),
    "a huge photo": (b"\xff\xd8\xff" + b"0" * (8 * 1024 * 1024), "too large"),
    "a huge paper": (b"%PDF-" + b"0" * (5 * 1024 * 1024), "too large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_or_paper_is_refused_in_words(in_english, name):
    content, why = REFUSED[name]

    with pytest.raises(BadPaper) as refused:
        read(content)

    assert why in str(refused.value.words)
