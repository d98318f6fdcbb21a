"""Making text from outside safe to keep, losing nothing that a person could have meant."""

from __future__ import annotations

LONGEST = 20_000  # letters of one complaint: some ten pages


def clean(text: str) -> str:
    """Give the text without what no database can hold (NUL, lone surrogates), line ends made one kind, blanks at the ends gone."""
    whole = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\r\n", "\n").replace("\r", "\n").strip()
