"""How much time is left, in the words of an officer: working days, for only those can be used."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offices.calendar import DAY, Calendar, calendar

MOST_DAYS = 99  # counted; beyond it the number says no more


@dataclass(frozen=True)
class Remaining:
    """What is left until a deadline: whole working days, and whether it has passed or is near."""

    days: int
    late: bool
    today: bool
    due_at: dt.datetime

    @property
    def soon(self) -> bool:
        """Whether it ends today or on the next working day."""
        return not self.late and self.days <= 1

    @property
    def words(self) -> str:
        """Say it as the inbox does: `2 working days left`."""
        if self.late:
            return self._late_words()
        if self.today:
            return _("today, by %(time)s") % {"time": date_format(timezone.localtime(self.due_at), "H:i")}
        return ngettext("%(days)s working day left", "%(days)s working days left", self.days) % {"days": self._days()}

    def _late_words(self) -> str:
        if not self.days:
            return _("late since %(time)s") % {"time": date_format(timezone.localtime(self.due_at), "d/m H:i")}
        return ngettext("%(days)s working day late", "%(days)s working days late", self.days) % {"days": self._days()}

    def _days(self) -> str:
        return str(self.days) if self.days <= MOST_DAYS else f"{MOST_DAYS}+"


def remaining(due_at: dt.datetime | None, at: dt.datetime) -> Remaining | None:
    """Give what is left at that moment; None where there is no deadline."""
    if due_at is None:
        return None
    due_day, today = timezone.localdate(due_at), timezone.localdate(at)
    days = working_days(calendar(), min(due_day, today), max(due_day, today))
    return Remaining(days, late=due_at <= at, today=due_day == today, due_at=due_at)


def working_days(working: Calendar, start: dt.date, end: dt.date) -> int:
    """Count the working days after `start` up to and with `end`, but no further than one more than MOST_DAYS."""
    count = 0
    while start < end and count <= MOST_DAYS:
        start += DAY
        count += start.weekday() in working.hours and start not in working.holidays
        if not working.hours:
            break
    return count
