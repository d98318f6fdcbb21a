"""How a figure stands on a page."""

from __future__ import annotations

from django import template

from reports import tables

register = template.Library()


@register.filter
def shown(cell: tables.Cell) -> str:
    """Give a value as people read it."""
    return tables.shown(cell)
