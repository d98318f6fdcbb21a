"""Tables of the desk that stand on a phone as cards, where each cell says its column's name."""

from __future__ import annotations

import datetime as dt

from django import template

register = template.Library()


@register.inclusion_tag("desk/_columns.html")
def columns(caption: str, *names: str) -> dict[str, object]:
    """Give the caption and the names of the columns."""
    return {"caption": caption, "names": names}


@register.inclusion_tag("desk/_cell.html")
def cell(name: str, value: object = "–", *, at: dt.datetime | None = None) -> dict[str, object]:
    """Give a cell of the column of this name: a value, or a moment; a dash for none."""
    return {"name": name, "value": value, "at": at}
