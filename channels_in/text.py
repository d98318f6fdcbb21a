"""Making text from outside safe to keep, losing nothing that a person could have meant."""

from __future__ import annotations

import re

# No language heaps more marks on a letter; to bring thousands into order takes seconds.
HEAPED = re.compile("([\u0300-\u036f]{8})[\u0300-\u036f]+")

LONGEST = 20_000  # letters of one complaint: some ten pages


def clean(text: str) -> str:
    """Give the text without what no database can hold (NUL, lone surrogates) and marks heaped on one letter.

    Line ends are made one kind, and blanks at the ends go.
    """
    whole = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    whole = HEAPED.sub(r"\1", whole)
    return whole.replace("\r\n", "\n").replace("\r", "\n").strip()
