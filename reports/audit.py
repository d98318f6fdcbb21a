"""Who did, read, showed and took out what: the timelines of one case, or of every case under an office, newest first."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from complaints.models import Complaint, Entry
from complaints.references import written
from offices.actors import ActorKind
from offices.models import Body, User, subtree_ids
from reports.figures import queues_under
from reports.models import Export
from reports.periods import Period
from reports.reach import Reach
from workflows import scope, words
from workflows.desk import casefile
from workflows.models import ComplaintTask

PAGE = 50
MOST_EXPORTED = 20_000
EVERYTHING = Q()
Row = TypeVar("Row", Entry, Export)
# Of a small office the cases are found first, then their steps. In a large one nearly every step is in sight: one after the
# other is looked at, newest first, until the page is full. EXISTS would make PostgreSQL gather all cases first.
FEW_QUEUES = 20
RELATED = (
    "complaint__body", "actor", "holder", "from_queue__office", "from_queue__department", "to_queue__office",
    "to_queue__department",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What of a trail is wanted: days, one case, who, which move."""

    period: Period
    case: Complaint | None = None
    who: User | None = None
    move: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a trail, in words."""

    at: dt.datetime
    reference: str
    who: str
    via: str
    what: str

    @property
    def reference_written(self) -> str:
        """The reference as people read it."""
        return written(self.reference) if self.reference else ""


@dataclass(frozen=True)
class Trail:
    """A page of lines, and the cursor of the page after it, empty at the end."""

    lines: list[Line]
    after: str


def trail(reach: Reach, filters: Filters, after: str, at: dt.datetime, most: int = PAGE) -> Trail:
    """Give the lines that come after a cursor, newest first; four statements."""
    entries = _newest(_after(_steps(reach, filters, at), after), most + 1)
    page = entries[:most]
    return Trail(_lines(page), _cursor(page[-1]) if len(entries) > most else "")


def _steps(reach: Reach, filters: Filters, at: dt.datetime, narrowed: Q = EVERYTHING) -> QuerySet[Entry]:
    found = Entry.objects.filter(_of_case_or_days(filters))
    if filters.who is not None:
        found = found.filter(actor=filters.who)
    if filters.move:
        found = found.filter(move=filters.move)
    seen = ComplaintTask.objects.filter(in_sight(reach, at), narrowed, process=OuterRef("complaint"))
    if len(queues_under(reach.office.pk)) <= FEW_QUEUES:
        return found.filter(Exists(seen))
    return found.alias(seen=Subquery(seen.values("pk")[:1])).filter(seen__isnull=False)


def _newest(found: QuerySet[Entry], most: int) -> list[Entry]:
    """Read the newest of these steps with all that is told of them; their keys first, in the order of the index on time.

    Asked for both at once, PostgreSQL would join every step of the period with its case before it sorts.
    """
    keys = list(found.order_by("-at", "-id").values_list("pk", flat=True)[:most])
    return list(Entry.objects.filter(pk__in=keys).select_related(*RELATED).order_by("-at", "-id"))


def in_sight(reach: Reach, at: dt.datetime) -> Q:
    """Give the condition on ComplaintTask for what this reader may see under the office chosen."""
    # The office lies under the posting's own, and leaders and auditors look at all its departments: these are the posting's queues.
    return Q(queue__in=[row[0] for row in queues_under(reach.office.pk)]) & scope.seen_from(reach.posting, at)


def _lines(entries: Iterable[Entry]) -> list[Line]:
    bodies = {body.code: body for body in Body.objects.all()}
    return [
        Line(
            at=entry.at,
            reference=entry.complaint.reference,
            who=f"{entry.actor} ({entry.actor.username})" if entry.actor else str(ActorKind(entry.actor_kind).label),
            via=str(words.way_in(entry.via)),
            what=casefile.sentence(entry, entry.complaint, bodies),
        )
        for entry in entries
    ]


def moves() -> list[tuple[str, str]]:
    """Give the moves to choose from, by their words on a button."""
    named = {move: str(each.button) for move, each in words.MOVES.items()}
    return sorted(named.items(), key=lambda each: each[1].lower())


# What was taken out of the system.


def exports(reach: Reach, filters: Filters, after: str, at: dt.datetime) -> tuple[list[Export], str]:
    """Give what was exported of the office and all under it, newest first, with the cursor of what comes after."""
    found = Export.objects.filter(office__in=subtree_ids([reach.office.pk])).filter(_in_the_open(reach, at))
    found = found.filter(_of_case_or_days(filters))
    if filters.who is not None:
        found = found.filter(user=filters.who)
    rows = list(_after(found, after).select_related("user", "office", "complaint").order_by("-at", "-id")[: PAGE + 1])
    return rows[:PAGE], _cursor(rows[PAGE - 1]) if len(rows) > PAGE else ""


def _in_the_open(reach: Reach, at: dt.datetime) -> Q:
    """Give the condition on Export for what tells a reader of no case that is kept from them."""
    return Q(complaint=None) | Q(complaint__in=Complaint.objects.filter(scope.cases_in_sight(reach.reader, at)))


def _of_case_or_days(filters: Filters) -> Q:
    """Give the condition on Entry or Export for the one case that is wanted, else for the days."""
    if filters.case is not None:
        return Q(complaint=filters.case)
    return Q(at__gte=filters.period.start, at__lt=filters.period.end)


def _after(found: QuerySet[Row], cursor: str) -> QuerySet[Row]:
    """Keep what comes after a cursor, newest first; one that cannot be read keeps everything."""
    place = _place(cursor)
    if place is None:
        return found
    table = found.model._meta.db_table
    earlier = f'("{table}"."at", "{table}"."id") < (%s, %s)'
    return found.filter(RawSQL(earlier, place, output_field=BooleanField()))


def _cursor(row: Entry | Export) -> str:
    return base64.urlsafe_b64encode(f"{row.at.isoformat()}|{row.pk}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[dt.datetime, int] | None:
    """Read a cursor; one that cannot be read means the first page."""
    try:
        moment, _bar, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition("|")
        place = dt.datetime.fromisoformat(moment), int(number)
    except (ValueError, binascii.Error):
        return None
    return place if place[0].tzinfo is not None and 0 <= place[1] < 2**63 else None


def just_now(reach: Reach, at: dt.datetime, narrowed: Q, most: int = 12) -> list[Line]:
    """Give the newest moves of the last week under the office, readings left out; `narrowed` is a condition on ComplaintTask."""
    week = Period(at.date() - dt.timedelta(days=7), at.date() + dt.timedelta(days=1))
    found = _steps(reach, Filters(week), at, narrowed).exclude(move__in=("read", "reveal", "look_up"))
    return _lines(_newest(found, most))
