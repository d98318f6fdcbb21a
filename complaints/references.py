"""The twelve digits that name a complaint: two for the year, nine at random, one check digit.

Luhn (ISO/IEC 7812-1, annex B) over the first eleven, from python-stdnum: it finds every single wrong digit and nearly
every swap of neighbours. A reference names a case and proves nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets

from django.utils import timezone
from stdnum import luhn

LENGTH = 12

# What people write for a digit on a keypad or from memory.
LOOKALIKES = str.maketrans({"O": "0", "o": "0", "I": "1", "i": "1", "l": "1", "L": "1"})
MARKS = re.compile(r"[\s./_\u2010-\u2015-]+")


def new_reference(at: dt.datetime) -> str:
    """Give a fresh reference for a complaint received at that moment; the database says if it was taken."""
    body = f"{timezone.localtime(at):%y}{secrets.randbelow(10**9):09d}"
    return body + luhn.calc_check_digit(body)


def written(reference: str) -> str:
    """Give the reference as people read it: `2648-3192-0576`."""
    return f"{reference[:4]}-{reference[4:8]}-{reference[8:]}"


def read_reference(text: str) -> str | None:
    """Give the twelve digits meant by `text`, with or without marks, or None if it can be no reference."""
    digits = MARKS.sub("", text).translate(LOOKALIKES)
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()):
        return None
    return digits if luhn.is_valid(digits) else None
