"""The hours of the night in which no telephone should ring for what can wait: QUIET_HOURS, `21-6` by the clock of the service."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractHour
from django.utils import timezone

from notices.kinds import CAN_WAIT


def hour_at(now: Combinable) -> ExtractHour:
    """Give an expression for the hour of the day, in the service's own time zone."""
    return ExtractHour(now, tzinfo=timezone.get_default_timezone())


def kept_for_the_morning(hour: str = "hour") -> Q:
    """Give the condition on notices that must wait; `hour` names the expression of `hour_at`."""
    if not settings.QUIET_HOURS:
        return Q(pk__in=[])
    from_hour, until_hour = settings.QUIET_HOURS
    late, early = Q(**{f"{hour}__gte": from_hour}), Q(**{f"{hour}__lt": until_hour})
    at_night = late | early if from_hour > until_hour else late & early
    return Q(way="sms", kind__in=CAN_WAIT) & at_night
