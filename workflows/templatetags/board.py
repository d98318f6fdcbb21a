"""What the navigation of the desk offers beside the work list: the board to those who lead a team, to others their figures."""

from __future__ import annotations

from django import template
from django.utils import timezone

from offices.clock import database_now
from offices.kept import kept
from offices.models import Posting, User
from workflows.board import LEADING, WORKING

register = template.Library()


@register.simple_tag
def leads_a_team(user: User) -> bool:
    """Say whether somebody leads a team at present."""
    return any(role in LEADING for role in _roles(user.pk))


@register.simple_tag
def holds_work(user: User) -> bool:
    """Say whether somebody holds work at present."""
    return any(role in WORKING for role in _roles(user.pk))


@kept
def _roles(user_id: int) -> list[str]:
    serving = Posting.objects.serving(timezone.localdate(database_now()))
    return list(serving.filter(user=user_id).values_list("role", flat=True))
