"""Working time: when a deadline falls, and how much working time has passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from offices.kept import kept
from offices.models import Holiday, WorkingHours

DAY = dt.timedelta(days=1)
NOTHING = dt.timedelta(0)
# Monday to Friday, until an administrator says otherwise.
OPENS, CLOSES = dt.time(7, 30), dt.time(15, 30)


class CalendarNeverOpens(Exception):
    """No weekday has working hours, so that no deadline can be reckoned."""

    def __str__(self) -> str:
        return _("No working hours are set, so no deadline can be given. An administrator must enter them.")


@dataclass(frozen=True)
class Calendar:
    """When offices are open: hours by weekday (Monday is 0), less the holidays, by the clocks of one time zone."""

    hours: Mapping[int, tuple[dt.time, dt.time]]
    holidays: frozenset[dt.date]
    zone: dt.tzinfo

    def add_working_time(self, at: dt.datetime, hours: Decimal | float | dt.timedelta) -> dt.datetime:
        """Give the moment when so many working hours have passed since `at`, in UTC; for no hours, `at` itself.

        Work that ends with the day ends at closing, not at the next opening. Raises `CalendarNeverOpens`; `ValueError`
        for less than no hours, or a moment without a time zone.
        """
        left, moment = as_length(hours), in_utc(at)
        if left == NOTHING:
            return moment
        for opens, closes in self.open_spans(moment):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise CalendarNeverOpens

    def working_time_between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Give the working time that passes from `start` to `end`; nothing when `end` is not after `start`."""
        passed, last = NOTHING, in_utc(end)
        for opens, closes in self.open_spans(in_utc(start)):
            if opens >= last:
                break
            passed += min(closes, last) - opens
        return passed

    def open_spans(self, since: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Give, in UTC, each stretch of open hours that ends after `since`, the first one cut to begin there."""
        day = since.astimezone(self.zone).date()
        while self.hours:
            if (times := self.hours.get(day.weekday())) and day not in self.holidays:
                # Through UTC, since by the wall clock a day on which the clocks change has 24 hours.
                opens, closes = (dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC) for time in times)
                if closes > since:
                    yield max(opens, since), closes
            day += DAY


def in_utc(moment: dt.datetime) -> dt.datetime:
    """Give the same moment in UTC; raises `ValueError` when nothing says which time zone it is in."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(dt.UTC)


def as_length(hours: Decimal | float | dt.timedelta) -> dt.timedelta:
    """Give hours as a length, to the nearest microsecond; raises `ValueError` when there are less than none."""
    length = hours if isinstance(hours, dt.timedelta) else dt.timedelta(hours=float(hours))
    if length < NOTHING:
        raise ValueError(f"{hours} working hours is less than none")
    return length


@kept
def calendar() -> Calendar:
    """Give the calendar as an administrator has set it; a change takes effect within `kept.LIFETIME` seconds."""
    hours = {day.weekday: (day.opens, day.closes) for day in WorkingHours.objects.all()}
    closed = frozenset(Holiday.objects.values_list("date", flat=True))
    return Calendar(hours, closed, ZoneInfo(settings.TIME_ZONE))


def seed_working_hours() -> None:
    """Open offices Monday to Friday, where no hours at all are set yet."""
    if not WorkingHours.objects.exists():
        week = [WorkingHours(weekday=day, opens=OPENS, closes=CLOSES) for day in range(5)]
        WorkingHours.objects.bulk_create(week, ignore_conflicts=True)


def seed_holidays(years: Iterable[int]) -> int:
    """Enter Tanzania's public holidays for these years and give how many days are new.

    A year that has its New Year's Day was seeded before and is left alone: a feast of the moon that an administrator
    has moved must not come back on the day that was only reckoned.
    """
    # Half a second and 26 MB that no web process or worker ever needs.
    import holidays

    seeded = set(Holiday.objects.filter(date__month=1, date__day=1).values_list("date__year", flat=True))
    new = holidays.country_holidays("TZ", language="sw", years=set(years) - seeded)
    known = Holiday.objects.count()
    Holiday.objects.bulk_create(
        [Holiday(date=day, name_sw=name[:120]) for day, name in new.items()], ignore_conflicts=True
    )
    return Holiday.objects.count() - known
