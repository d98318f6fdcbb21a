"""What stands in the frame of every page: whose service it is, and where help is."""

from __future__ import annotations

from django import template
from django.conf import settings

from offices.tree import NoOffices, line_of, region_id
from workflows import words

register = template.Library()


@register.simple_tag
def region() -> str:
    """Give the region's name; nothing before offices are loaded."""
    try:
        return words.office(line_of(region_id()).office)
    except NoOffices:
        return ""


@register.simple_tag
def short_code() -> str:
    """Give the number to which an SMS is sent."""
    return settings.SMS_SHORT_CODE
