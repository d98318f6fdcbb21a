"""How months that are over are counted once and kept, for the offices under which so much happens that counting takes long."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Min
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from offices.models import Level, Office
from reports.figures import Asked, Counted, count_months
from reports.kept_months import end_of_month, month_of, one_moment, tree_now
from reports.models import Happening, KeptMonth, KeptUntil, Late
from reports.periods import midnight, month_after

HIGHER = (Level.OVERSIGHT, Level.REGION, Level.DISTRICT, Level.COUNCIL)
MONTHS = 36  # so many at most
AT_ONCE = 6  # of them in one statement
MANY_LATE = 20_000  # rows written about kept months: from here on they are better counted in
WAIT = "2s"  # for those who are writing; after that, the next time


def keep_if_due(at: dt.datetime) -> int:
    """Keep what has become due: a month is over, the tree has changed, or much was written since; give how many months of offices."""
    return keep(at) if _is_due(at) else 0


def _is_due(at: dt.datetime) -> bool:
    until = KeptUntil.objects.first()
    newest = KeptMonth.objects.order_by("-until").first()
    if until is None or newest is None or newest.until < _over(at) or newest.tree != tree_now():
        return True
    return Late.objects.count() > MANY_LATE


def _over(at: dt.datetime) -> dt.datetime:
    """Give the moment up to which months are over."""
    return midnight(timezone.localdate(at).replace(day=1))


def keep(at: dt.datetime, months: int = MONTHS) -> int:
    """Count the months that are over anew and keep them, with what was written late counted in; give how many.

    First everybody who writes is told up to when: the lock waits for those who do not know it yet. Then one moment is counted;
    what is written after that moment stands beside it.
    """
    if not _everybody_knows(_over(at)):
        return 0
    with one_moment():
        if not _alone():
            return 0
        firsts = _firsts(at, months)
        counted = [month for office in Office.objects.filter(level__in=HIGHER) for month in _months(office, at, firsts)]
        KeptMonth.objects.all().delete()
        Late.objects.all().delete()
        KeptMonth.objects.bulk_create(counted)
    return len(counted)


def _everybody_knows(until: dt.datetime) -> bool:
    """Say up to when months are kept, once nobody is writing who has not heard it; False where somebody writes for long."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [WAIT])
            cursor.execute("LOCK TABLE reports_happening IN SHARE MODE")
            KeptUntil.objects.update_or_create(pk=1, defaults={"until": until})
    except OperationalError as busy:
        if isinstance(busy.__cause__, LockNotAvailable):
            return False
        raise
    return True


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('reports.keeping'))")
        return bool(cursor.fetchone()[0])


def _firsts(at: dt.datetime, months: int) -> list[dt.date]:
    """Give the first days of the months that are over, back to the first happening and so many at most."""
    begun, first = Happening.objects.aggregate(first=Min("at"))["first"], timezone.localdate(_over(at))
    firsts: list[dt.date] = []
    while begun is not None and len(firsts) < months and midnight(first) > begun:
        first = month_after(first, -1)
        firsts.insert(0, first)
    return firsts


def _months(office: Office, at: dt.datetime, firsts: list[dt.date]) -> list[KeptMonth]:
    kept: list[KeptMonth] = []
    for n in range(0, len(firsts), AT_ONCE):
        some = firsts[n : n + AT_ONCE]
        asked = Asked(office.pk, month_of(some[0]), at)
        counted = count_months(asked, [month_of(first) for first in some])
        kept += [
            KeptMonth(office=office, first=first, until=end_of_month(first), tree=tree_now(), figures=_written(each))
            for first, each in zip(some, counted, strict=True)
        ]
    return kept


def _written(counted: Counted) -> dict[str, Any]:
    """Give a month as it is kept; `figures` reads it."""
    return {
        "rows": {
            name: [[key, dict(figures.counts), list(figures.took.items())] for key, figures in rows.items()]
            for name, rows in counted.rows.items()
        },
        "rungs": dict(counted.rungs),
        "course": [[day.isoformat(), dict(many)] for day, many in counted.course.items()],
    }
