"""The stretch of days that a report is about: whole days of Dar es Salaam, from the first to the last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

DAY = dt.timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)  # what a person may mean
FIVE_YEARS = 366 * 5  # days


class Choice(TextChoices):
    """The periods that a person picks by name."""

    THIS_WEEK = "this-week", _("this week")
    LAST_WEEK = "last-week", _("last week")
    THIS_MONTH = "this-month", _("this month")
    LAST_MONTH = "last-month", _("last month")
    THIS_QUARTER = "this-quarter", _("this quarter")
    LAST_QUARTER = "last-quarter", _("last quarter")
    THIS_YEAR = "this-year", _("this year")
    LAST_YEAR = "last-year", _("last year")
    OWN = "own", _("own dates")


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    @property
    def start(self) -> dt.datetime:
        """The moment at which it begins."""
        return midnight(self.first)

    @property
    def end(self) -> dt.datetime:
        """The moment at which it is over."""
        return midnight(self.last + DAY)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The period before it: of whole months as many months, otherwise as many days."""
        months = self._whole_months()
        first = month_after(self.first, -months) if months else self.first - self.days * DAY
        return Period(first, self.first - DAY)

    def _whole_months(self) -> int:
        after = self.last + DAY
        if self.first.day != 1 or after.day != 1:
            return 0
        return (after.year - self.first.year) * 12 + after.month - self.first.month

    @property
    def step(self) -> str:
        """The grain of its line chart: day, week, month or year."""
        if self.days > 120:
            return "month" if self.days <= FIVE_YEARS else "year"
        return "day" if self.days <= 31 else "week"

    def steps(self) -> list[dt.date]:
        """Give the first day of each of its steps; the first may lie before the period."""
        begun, steps = _step_of(self.first, self.step), []
        while begun <= self.last:
            steps.append(begun)
            begun = _next_step(begun, self.step)
        return steps

    def until(self, day: dt.date) -> Period:
        """Give as much of it as has passed with this day, to be compared with as much of the one before; all of one to come."""
        return self if day < self.first else Period(self.first, min(self.last, day))

    def __str__(self) -> str:
        return f"{date_format(self.first, 'DATE_FORMAT')} – {date_format(self.last, 'DATE_FORMAT')}"


def midnight(day: dt.date) -> dt.datetime:
    """Give the moment at which a day begins."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(settings.TIME_ZONE))


def _step_of(day: dt.date, step: str) -> dt.date:
    if step == "week":
        return day - day.weekday() * DAY
    if step == "year":
        return day.replace(month=1, day=1)
    return day.replace(day=1) if step == "month" else day


def _next_step(day: dt.date, step: str) -> dt.date:
    if step in MONTHS:
        return month_after(day, MONTHS[step])
    return day + (7 * DAY if step == "week" else DAY)


def month_after(day: dt.date, months: int) -> dt.date:
    """Give the first day of the month so many months after this day's."""
    count = day.year * 12 + day.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)


def named(choice: str, today: dt.date) -> Period:
    """Give the period that a choice other than own dates means on this day."""
    which, _dash, unit = choice.partition("-")
    if unit == "week":
        first = today - (today.weekday() + (7 if which == "last" else 0)) * DAY
        return Period(first, first + 6 * DAY)
    months = MONTHS[unit]
    begun = dt.date(today.year, (today.month - 1) // months * months + 1, 1)
    first = month_after(begun, -months) if which == "last" else begun
    return Period(first, month_after(first, months) - DAY)
