"""Links as drawings that a telephone's camera reads."""

from __future__ import annotations

import segno
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe


def drawing_of(link: str, *, error: str = "m", title: str | Promise = "") -> SafeString:
    """Give a link as an SVG drawing to stand in a page; `error` is how much of it may be worn off (l, m, q or h)."""
    code = segno.make(link, error=error)
    drawn = code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None, title=str(title) or None)
    return mark_safe(drawn)  # noqa: S308  (segno writes paths and numbers, and escapes the title)
