"""The navigation of the desk's pages."""

from __future__ import annotations

from django import template

from offices.models import User
from workflows.desk import navigation

register = template.Library()


@register.simple_tag
def pages_of(user: User) -> list[navigation.Entry]:
    """Give the pages that the navigation offers to somebody."""
    return navigation.entries_for(user)


@register.simple_tag
def has_figures(user: User) -> bool:
    """Say whether there are figures of somebody's own posts."""
    return navigation.has_figures(user)


@register.simple_tag
def guide_of(user: User) -> str:
    """Give the role whose guide is somebody's own."""
    return navigation.guide_for(user)
