"""What is kept of months that are over, and how much of a period it covers; the rest is counted from the rows.

A month of a higher office is kept as it was counted once. What is written about it afterwards (an entry that commits late, a
subject that is corrected) stands in `reports_late` from the same commit on, and is counted beside it: so a figure is at every
moment what the rows say. `keeping` makes the months.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Exists

from offices.kept import kept
from offices.models import Office, Queue
from reports.models import KeptMonth, Late
from reports.periods import DAY, Period, midnight, month_after

if TYPE_CHECKING:
    from reports.figures import Asked

Stretch = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Piece:
    """A period, what of it is counted from the rows, and between the two ends of that its months as they are kept."""

    period: Period
    live: tuple[Period, ...]
    kept: tuple[dict[str, Any], ...] = ()
    kept_days: Period | None = None

    @property
    def ends_kept(self) -> bool:
        """Whether its last day is one of a kept month, with which it is kept what stood open then."""
        return self.kept_days is not None and self.kept_days.last == self.period.last


@contextmanager
def one_moment() -> Iterator[None]:
    """Let all statements see the same moment, so that what is kept and what was written since fit together."""
    if connection.in_atomic_block:  # whoever began it has chosen
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def pieces_of(asked: Asked, periods: Sequence[Period]) -> tuple[list[Piece], bool]:
    """Give each period in pieces, and whether anything was written about kept months since they were counted."""
    whole = [Piece(period, (period,)) for period in periods]
    if asked.is_narrowed or not any(_months_of(period) for period in periods):
        return whole, False
    found = KeptMonth.objects.filter(
        office_id=asked.office_id, tree=tree_now(), until__lte=asked.at,
        first__gte=min(period.first for period in periods), first__lte=max(period.last for period in periods),
    ).annotate(corrected=Exists(Late.objects.all()))  # fmt: skip
    months = {
        first: (figures, corrected) for first, figures, corrected in found.values_list("first", "figures", "corrected")
    }
    pieces = [_piece(period, {first: figures for first, (figures, _corrected) in months.items()}) for period in periods]
    if _overlap(pieces):
        return whole, False
    return pieces, any(corrected for _figures, corrected in months.values())


def _months_of(period: Period) -> list[dt.date]:
    """Give the first days of the whole months in a period."""
    first = period.first if period.first.day == 1 else month_after(period.first, 1)
    months = []
    while month_of(first).last <= period.last:
        months.append(first)
        first = month_after(first, 1)
    return months


def _piece(period: Period, months: dict[dt.date, dict[str, Any]]) -> Piece:
    """Give a period in pieces, with the longest run of months that are kept."""
    runs: list[list[dt.date]] = [[]]
    for month in _months_of(period):
        if month in months:
            runs[-1].append(month)
        else:
            runs.append([])
    run = max(runs, key=len)
    if not run:
        return Piece(period, (period,))
    days = Period(run[0], month_of(run[-1]).last)
    ends = [Period(period.first, days.first - DAY), Period(days.last + DAY, period.last)]
    return Piece(period, tuple(end for end in ends if end.days > 0), tuple(months[month] for month in run), days)


def stretches(pieces: Sequence[Piece]) -> tuple[list[Stretch], list[Stretch]]:
    """Give the stretches of time that are counted from the rows, and those that are kept."""
    live = sorted((days.start, days.end) for piece in pieces for days in piece.live)
    kept_ones = sorted((piece.kept_days.start, piece.kept_days.end) for piece in pieces if piece.kept_days)
    return _joined(live), _joined(kept_ones)


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for first, last in stretches:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _overlap(pieces: Sequence[Piece]) -> bool:
    """Say whether a day is kept for one period and counted for another: it would count twice."""
    live, kept_ones = stretches(pieces)
    return any(
        begun < over and first < last
        for first, over in live
        for begun, last in kept_ones
        if begun < over and first < last
    )


@kept
def tree_now() -> str:
    """Give a mark of the tree of offices and queues: what was counted in another tree is not what is asked for."""
    tree = [
        *Office.objects.order_by("pk").values_list("pk", "parent", "level"),
        *Queue.objects.order_by("pk").values_list("pk", "office", "department"),
    ]
    return hashlib.sha256(repr(tree).encode()).hexdigest()[:32]


def month_of(first: dt.date) -> Period:
    """Give the month that begins on this day."""
    return Period(first, month_after(first, 1) - DAY)


def end_of_month(first: dt.date) -> dt.datetime:
    """Give the moment at which a month is over."""
    return midnight(month_after(first, 1))
