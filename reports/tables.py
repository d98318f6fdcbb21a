"""A report as tables: the same on the page, on paper and in a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.categories import categories
from offices.kept import kept
from offices.models import Body, Department, Level, Office
from reports.figures import BODY_LABELS, BODY_MEANINGS, DIMENSIONS, LABELS, MEANINGS, Asked, Counted, Figures
from reports.periods import Period
from workflows import words

# In this order: a claimed settlement always stands beside what the citizens say of it.
COLUMNS = (
    "received", "open", "overdue", "answered", "confirmed", "disputed", "silent", "escalated", "median", "p90",
)  # fmt: skip
Cell = str | int | float | None


@dataclass(frozen=True)
class Row:
    """One line: its name, where a click on it leads, and its values."""

    name: str
    values: list[Cell]
    link: str = ""


@dataclass(frozen=True)
class Table:
    """A caption, the names of the columns, and the rows."""

    key: str
    caption: str
    columns: list[str]
    rows: list[Row] = field(default_factory=list)


def labels(names: Iterable[str]) -> list[str]:
    """Give the names of figures as columns are headed."""
    return [str(LABELS[name]) for name in names]


def values(figures: Figures) -> list[Cell]:
    """Give a row's values in the order of the columns."""
    return [figures.value(name) for name in COLUMNS]


def shown(cell: Cell) -> str:
    """Give a value as people read it; a dash where there is none."""
    if cell is None:
        return "–"
    return (
        cell if isinstance(cell, str) else number_format(cell, 1 if isinstance(cell, float) else 0, force_grouping=True)
    )


def tables(
    asked: Asked, now: Counted, before: Counted, earlier: Period, kept_from: Collection[int] = ()
) -> list[Table]:
    """Give all tables of a report: this period against the one before, then by each dimension, rung, outside body and step of time.

    `kept_from`: the subjects whose cases the reader may not open; few of one do not stand by themselves.
    """
    shown_rows = now.rows | {"category": without_few(now.rows["category"], kept_from)}
    return [
        overall(asked.period, now, before, earlier),
        *(by_dimension(name, shown_rows[name], unnamed=_unnamed(name, kept_from)) for name in DIMENSIONS),
        by_rung(now),
        by_body(now),
        over_time(asked.period, now),
    ]


def overall(period: Period, now: Counted, before: Counted, earlier: Period) -> Table:
    """Give the figures as rows, this period beside the one before."""
    rows = [
        Row(str(LABELS[name]), [now.total.value(name), before.total.value(name), change(now.total, before.total, name)])
        for name in COLUMNS
    ]
    return Table(
        "all", _("All together"), [_("Figure"), str(period), str(earlier), pgettext("figures", "Change")], rows
    )


def change(now: Figures, before: Figures, name: str) -> float | int | None:
    """Give by how much a figure is larger than before; None where there is none to compare."""
    here, there = now.value(name), before.value(name)
    return None if here is None or there is None else round(here - there, 1)


FEW = 5  # complaints of a sensitive subject: fewer may give a person away to one who knows the place


def without_few(rows: dict[Any, Figures], kept_from: Collection[int]) -> dict[Any, Figures]:
    """Give the rows of subjects, those that are kept from the reader and count few added to what has no subject yet."""
    few = [key for key in rows if key in kept_from and max(rows[key].counts.values(), default=0) < FEW]
    if not few:
        return rows
    together = Figures()
    for key in (None, *few):
        if key in rows:
            together.counts.update(rows[key].counts)
            together.took.update(rows[key].took)
    return {key: figures for key, figures in rows.items() if key not in few} | {None: together}


def _unnamed(name: str, kept_from: Collection[int]) -> str:
    """Name the row without a key; to whom a subject is kept it says the same whether or not there is any."""
    if name == "area":
        return _("Place elsewhere or not known")
    return _("Subject not yet known, or too few to be shown") if kept_from else _("Subject not yet known")


HEADINGS = {
    "department": (lambda: _("By department"), lambda: _("Department")),
    "category": (lambda: _("By subject"), lambda: _("Subject")),
    "channel": (lambda: _("By way in"), lambda: _("Way in")),
    "area": (lambda: _("By place"), lambda: _("Place")),
}


def by_dimension(
    name: str, rows: dict[Any, Figures], link: Callable[[str], str] | None = None, unnamed: str = ""
) -> Table:
    """Give one dimension's table, most received first; `link` leads on, with the key in place of `{}`."""
    caption, heading = (say() for say in HEADINGS[name])
    named = sorted(
        ((_named(name, key, unnamed or _unnamed(name, ())), key) for key in rows),
        key=lambda each: (-rows[each[1]].received, each[0][0]),
    )
    listed = [Row(text, values(rows[key]), link(code) if link and code else "") for (text, code), key in named]
    return Table(name, caption, [heading, *labels(COLUMNS)], listed)


def _named(name: str, key: Any, unnamed: str) -> tuple[str, str]:
    """Name the key of a row, and give the code by which an address knows it."""
    if key is None:
        return unnamed, ""
    if name == "channel":
        gateway = key.partition("_")[2]  # of several gateways each has a row of its own
        return f"{words.way_in(key)} ({gateway})" if gateway not in ("", "kannel") else str(words.way_in(key)), ""
    if name == "category":
        return categories()[key].name, ""
    thing = _names(name)[key]
    return (words.office(thing) if isinstance(thing, Office) else thing.name), thing.code


@kept
def _names(name: str) -> dict[int, Any]:
    return dict((Office if name == "area" else Department).objects.in_bulk())


def by_rung(now: Counted) -> Table:
    """Give how much was handed up from each level of office."""
    rows = [Row(str(level.label), [now.rungs[level]]) for level in reversed(Level) if now.rungs[level]]
    return Table("rung", _("Handed up, by the level it came from"), [_("From"), str(LABELS["escalated"])], rows)


def by_body(now: Counted) -> Table:
    """Give how outside bodies have kept their word."""
    columns = [_("Institution"), *(str(BODY_LABELS[name]) for name in BODY_LABELS)]
    rows = [
        Row(_bodies()[code].name if code in _bodies() else code, [getattr(record, name) for name in BODY_LABELS])
        for code, record in sorted(now.bodies.items(), key=lambda each: (-each[1].asked, each[0]))
    ]
    return Table("body", _("Cases sent to institutions"), columns, rows)


@kept
def _bodies() -> dict[str, Body]:
    return {body.code: body for body in Body.objects.all()}


COURSE = ("received", "answered", "confirmed", "disputed", "silent")


def over_time(period: Period, now: Counted) -> Table:
    """Give what happened in each day, week or month of the period."""
    rows = [Row(_step(day, period.step), [now.course[day][name] for name in COURSE]) for day in period.steps()]
    heading = {"day": _("Day"), "week": _("Week from"), "month": _("Month"), "year": _("Year")}[period.step]
    return Table("course", _("Over time"), [heading, *labels(COURSE)], rows)


def _step(day: dt.date, step: str) -> str:
    if step == "year":
        return str(day.year)
    return date_format(day, "YEAR_MONTH_FORMAT" if step == "month" else "SHORT_DATE_FORMAT")


def meanings() -> list[tuple[str | Promise, str | Promise]]:
    """Give each figure's name with its definition."""
    said: list[tuple[str | Promise, str | Promise]] = [(LABELS[name], MEANINGS[name]) for name in COLUMNS]
    said += [(BODY_LABELS[name], BODY_MEANINGS[name]) for name in BODY_LABELS]
    return said
