"""What the texts of notices need beyond Django's own tags."""

from django import template

from notices import rendering

register = template.Library()
register.filter("day", rendering.day)
