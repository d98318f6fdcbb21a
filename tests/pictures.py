"""Small photos and papers for tests, as a phone or an office would send them."""

import io

from PIL import Image

PLACE_OF_THE_PHONE = {1: "S", 2: (6.0, 48.0, 0.0), 3: "E", 4: (39.0, 17.0, 0.0)}  # the GPS part of EXIF
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def photo(colour=(200, 30, 30), kind="JPEG", size=(40, 30), exif=True, lying=False):
    """Give the bytes of a photo with a corner of another colour; `exif`: with place and owner in it, `lying`: turned."""
    image = Image.new("RGB", size, colour)
    image.paste((0, 0, 255), (0, 0, size[0] // 2, size[1] // 2))
    written, hidden = io.BytesIO(), Image.Exif()
    if exif:
        hidden[0x013B] = "Mwenye simu"  # the artist
        hidden.get_ifd(0x8825).update(PLACE_OF_THE_PHONE)
    if lying:
        hidden[0x0112] = 6  # to be turned by 90 degrees when shown
    image.save(written, kind, exif=hidden.tobytes())
    return written.getvalue()
