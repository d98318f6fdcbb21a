"""What the service is: how it was before, how to complain, what it promises, what it keeps about a person; and its poster."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from channels_in import drafts
from channels_in.phone_proof import LASTS as CODE_LASTS
from channels_in.proof import LASTS as PROOF_LASTS
from channels_in.qr import drawing_of
from channels_in.web import page
from complaints.categories import categories
from complaints.models import Category
from offices.calendar import calendar
from offices.clock import database_now
from offices.models import Level, Office
from offices.tree import NoOffices, line_of, region_id
from offices.written_places import place_in_full, places_named
from workflows.policies import Times, times_for

MOST_OFFICES = 12
MOST_LETTERS = 120


@dataclass(frozen=True)
class Standard:
    """What is promised of one subject: which office begins, and within what time it answers."""

    subject: Category
    office: str
    answer: str


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Tell what the service is and what it promises, from the policies that hold today."""
    at = database_now()
    return page(
        request, "about", standards=[_standard(category, at) for category in categories().values()], times=_times(at),
        message_days=settings.MESSAGE_RETENTION_DAYS, draft_days=drafts.KEPT.days, proof_minutes=PROOF_LASTS.seconds // 60,
        code_minutes=CODE_LASTS.seconds // 60, ussd=any(way.startswith("ussd") for way in settings.OPEN_CHANNELS),
    )  # fmt: skip


def _standard(category: Category, at: dt.datetime) -> Standard:
    act = times_for(category, category.start_level, at).act
    return Standard(category, str(capfirst(Level(category.start_level).label)), in_working_time(act))


def _times(at: dt.datetime) -> dict[str, str | int]:
    """Give what is promised of all subjects alike."""
    times: Times = times_for(None, Level.COUNCIL, at)
    hours = {name: in_working_time(getattr(times, name)) for name in ("triage", "outside", "reply", "approve")}
    return hours | {"silence_days": times.silence_days, "reopen_days": times.reopen_days}


def in_working_time(hours: int) -> str:
    """Say a length in whole working days, each as long as the calendar's longest; in hours where it is less than one."""
    if hours < (a_day := _hours_of_a_day()):
        return ngettext("%(n)d working hour", "%(n)d working hours", hours) % {"n": hours}
    days = ceil(hours / a_day)
    return ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days}


def _hours_of_a_day() -> float:
    spans = [
        (closes.hour * 60 + closes.minute) - (opens.hour * 60 + opens.minute)
        for opens, closes in calendar().hours.values()
    ]
    return max(spans, default=8 * 60) / 60


# The poster.


@require_safe
def poster(request: HttpRequest) -> HttpResponse:
    """Give the poster of an office, to be printed and put up there; without a name, the region's."""
    asked = " ".join(request.GET.get("office", "").replace("\0", "").split())[:MOST_LETTERS]
    found = _offices(asked) if asked else _region()
    chosen = found[0] if len(found) == 1 else None
    offered = [(office.code, place_in_full(office)) for office in found[:MOST_OFFICES]] if len(found) > 1 else []
    address = f"{settings.PUBLIC_URL}{reverse('channels_in:submit')}"
    return page(
        request,
        "poster",
        asked=asked,
        office=chosen,
        offered=offered,
        address=address,
        qr=drawing_of(address, error="q", title=_("Address of this site")),
    )


def _offices(asked: str) -> list[Office]:
    with_code = Office.objects.filter(code__iexact=asked).exclude(level=Level.OVERSIGHT)
    return list(with_code) or places_named(asked)


def _region() -> list[Office]:
    try:
        return [line_of(region_id()).office]
    except NoOffices:
        return []
