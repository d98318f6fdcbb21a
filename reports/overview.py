"""The leader's page: six figures with their change, where and at whom it lies, the oldest open, and what moves now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.categories import categories
from complaints.references import written
from complaints.states import State
from offices.models import Department, Office, office_name, subtree_ids
from offices.tree import line_of
from reports import audit
from reports.figures import LABELS, Asked, Figures, count_beside, live_nodes
from reports.periods import DAY, Period
from reports.reach import Reach
from reports.tables import Table, by_dimension, change, shown
from reports.unread import Unread, unread
from workflows import words
from workflows.models import ComplaintTask
from workflows.remaining import remaining

LENGTHS = {7: _("7 days"), 30: _("30 days"), 90: _("90 days")}
USUAL = 30
OLDEST = 10


@dataclass(frozen=True)
class View:
    """What a leader looks at: an office, so many days, and if wanted one place under it and one department."""

    reach: Reach
    days: int
    at: dt.datetime
    today: dt.date
    place: Office | None = None
    department: Department | None = None

    @property
    def period(self) -> Period:
        """The last so many days, today among them."""
        return Period(self.today - (self.days - 1) * DAY, self.today)

    @property
    def asked(self) -> Asked:
        """What is to be counted."""
        department = self.reach.department_id or (self.department.pk if self.department else None)
        return Asked(self.reach.office.pk, self.period, self.at, department, self.place.pk if self.place else None)

    def way_down(self) -> list[Office]:
        """Give the offices from the one looked at down to the place chosen, that one left out."""
        line = line_of(self.place.pk).offices[1:] if self.place else ()
        ids = [office.pk for office in line]
        upto = ids.index(self.reach.office.pk) + 1 if self.reach.office.pk in ids else 0
        return list(reversed(line[:upto]))


@dataclass(frozen=True)
class Tile:
    """One of the six figures, what stands beside it, and how it has changed; `better` is None where neither way is."""

    name: str | Promise
    value: str
    change: str
    better: bool | None
    beside: list[tuple[str | Promise, str]]
    late: bool = False


# Each figure, those that must stand beside it, and whether more of it is good (None: it is neither).
TILES: list[tuple[str, tuple[str, ...], bool | None]] = [
    ("received", (), None),
    ("open", (), False),
    ("overdue", (), False),
    ("answered", ("confirmed", "disputed", "silent"), None),
    ("escalated", (), False),
    ("median", ("p90",), False),
]


def tiles(now: Figures, before: Figures) -> list[Tile]:
    """Give the six figures against those of the period before."""
    return [_tile(name, beside, more_is_good, now, before) for name, beside, more_is_good in TILES]


def _tile(name: str, beside: tuple[str, ...], more_is_good: bool | None, now: Figures, before: Figures) -> Tile:
    here, more = now.value(name), change(now, before, name)
    better = (more > 0) == more_is_good if more and more_is_good is not None else None
    sign = "+" if more and more > 0 else ""
    return Tile(
        LABELS[name], shown(here), "" if more is None else f"{sign}{shown(more)}".replace("-", "−"), better,
        [(LABELS[each], shown(now.value(each))) for each in beside], name == "overdue" and bool(here),
    )  # fmt: skip


@dataclass(frozen=True)
class Overview:
    """All that the leader's page shows."""

    tiles: list[Tile]
    areas: Table
    departments: Table
    oldest: list[dict[str, Any]]
    unread: list[Unread]
    moves: list[audit.Line]


def overview(view: View, link: Callable[..., str]) -> Overview:
    """Give the page's content; `link` gives the address of the page with some of its choices changed."""
    now, before = count_beside(view.asked, view.period.before, rows_alone=True)
    return Overview(
        tiles=tiles(now.total, before.total),
        areas=by_dimension("area", now.rows["area"], lambda code: link(place=code)),
        departments=by_dimension("department", now.rows["department"], lambda code: link(department=code)),
        oldest=oldest(view),
        unread=unread(view.reach, view.at, _narrowed(view)),
        moves=moves(view),
    )


def moves(view: View) -> list[audit.Line]:
    """Give the newest moves in what the leader looks at."""
    return audit.just_now(view.reach, view.at, _narrowed(view))


def _narrowed(view: View) -> Q:
    """Give the condition on ComplaintTask for the place and the department chosen."""
    narrowed = Q()
    if view.place is not None:
        narrowed &= Q(process__place__in=subtree_ids([view.place.pk]))
    if department := view.asked.department_id:
        narrowed &= Q(queue__department=department)
    return narrowed


def oldest(view: View) -> list[dict[str, Any]]:
    """Give the open cases that came in first, of those that this leader may see."""
    tasks = ComplaintTask.objects.open().main().filter(audit.in_sight(view.reach, view.at), flow_task__in=live_nodes())
    # A case that came in earlier has the smaller key: so the index of open steps is walked from its oldest end.
    tasks = tasks.filter(_narrowed(view)).order_by("process_id")[:OLDEST]
    rows = tasks.values(
        "due_at", reference=F("process__reference"), state=F("process__state"), said=Left("process__words", 200),
        category=F("process__category"), received_at=F("process__received_at"), level=F("queue__office__level"),
        name=F("queue__office__name"), place_level=F("process__place__level"), place_name=F("process__place__name"),
    )  # fmt: skip
    return [_oldest_row(row, view.at) for row in sorted(rows, key=lambda row: row["received_at"])]


def _oldest_row(row: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
    category = categories().get(row["category"])
    return row | {
        "reference_written": written(row["reference"]),
        "subject": words.first_words(row["said"]),
        "category": category.name if category else "",
        "state": words.STATES[State(row["state"])],
        "office": office_name(row["level"], row["name"]),
        "place": office_name(row["place_level"], row["place_name"]),
        "days": (at - row["received_at"]).days,
        "left": remaining(row["due_at"], at),
    }
