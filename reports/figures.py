"""One definition of each figure that a leader reads, and the SQL that counts them from the timeline.

A figure belongs to an office: to the whole tree of offices under it. What happened counts in the queue where it
happened; subject, channel and place are the case's own as they are now. Every figure is a count of happenings, so
that the rows of a table add up to its total. The slow count in `tests/reports/slowly.py` says the same in plain Python.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.fields import get_task_ref

from complaints.states import State
from offices.kept import kept
from offices.models import Level, Office, Queue, subtree_ids
from reports.periods import Period, midnight
from workflows.flows import ComplaintFlow
from workflows.nodes import Step

# Each figure in the words of the page, which are its definition. The SQL below is nothing else.
MEANINGS: dict[str, Promise] = {
    "received": _(
        "Complaints that came to the office: lodged there, or passed to it from an office that is not under it."
    ),
    "answered": _("Answers given: an answer sent, a proposed answer approved, or a short matter read and answered."),
    "confirmed": _("The citizen said that it is settled."),
    "disputed": _("The citizen said that it is not settled, or opened a closed complaint again."),
    "silent": _("The citizen said nothing in time, and the answer was taken as the last word."),
    "escalated": _("Handed up to a higher office, by the clock or by a person; appeals are counted as disputed."),
    "open": _("Waiting at the end of the period (or now, if it is not over): neither closed nor ended."),
    "overdue": _("Open, past its deadline, and not waiting for the citizen."),
    "median": _("Half of the answers took no longer, in calendar days from the day the citizen spoke to the answer."),
    "p90": _("Nine of ten answers took no longer, in calendar days from the day the citizen spoke to the answer."),
}
LABELS: dict[str, Promise] = {
    "received": _("Complaints received"), "answered": _("Answers given"), "confirmed": _("Confirmed settled"),
    "disputed": _("Disputed"), "silent": _("No word from the citizen"), "escalated": _("Handed up"),
    "open": _("Still open"), "overdue": _("Past the deadline"), "median": _("Median days"), "p90": _("Nine in ten within, days"),
}  # fmt: skip
HAPPENED = {
    "answer": "answered", "approve": "answered", "note": "answered", "confirm": "confirmed",
    "dispute": "disputed", "reopen": "disputed", "lapse": "silent", "hand_up": "escalated",
}  # fmt: skip
LIVE = [State.RECEIVED, State.QUEUED, State.IN_HAND, State.WAITING, State.REFERRED, State.FOR_APPROVAL, State.ANSWERED]
OURS_TO_ACT = tuple(state for state in LIVE if state not in (State.WAITING, State.ANSWERED))

DIMENSIONS = ("department", "category", "channel", "area")
TENTHS_A_DAY = 10


@dataclass(frozen=True)
class Asked:
    """What a report is about: an office, a period, and if wanted only one department or the places under one."""

    office_id: int
    period: Period
    at: dt.datetime
    department_id: int | None = None
    place_id: int | None = None

    @property
    def as_of(self) -> dt.datetime:
        """The moment at which what is open is counted."""
        return min(self.period.end, self.at)


@dataclass
class Figures:
    """The figures of one row: of all, or of one department, category, channel or area."""

    counts: Counter[str] = field(default_factory=Counter)
    took: Counter[int] = field(default_factory=Counter)  # how many answers took so many tenths of a day

    def __getattr__(self, name: str) -> int:
        if name in LABELS:
            return self.counts[name]
        raise AttributeError(name)

    @property
    def median(self) -> float | None:
        """Days within which half of the answers came; None where there are none."""
        return self.within(0.5)

    @property
    def p90(self) -> float | None:
        """Days within which nine of ten answers came; None where there are none."""
        return self.within(0.9)

    def within(self, share: float) -> float | None:
        """Give the days within which this share of the answers came: the smallest that enough of them did not exceed."""
        wanted, met = share * self.took.total(), 0
        for tenths, many in sorted(self.took.items()):
            met += many
            if met >= wanted:
                return tenths / TENTHS_A_DAY
        return None

    def value(self, name: str) -> float | int | None:
        """Give a figure by its name."""
        found: float | int | None = getattr(self, name)
        return found


@dataclass
class Counted:
    """A whole report: the total, the rows of each dimension by key, what was handed up from each level, and its course."""

    total: Figures = field(default_factory=Figures)
    rows: dict[str, dict[Any, Figures]] = field(
        default_factory=lambda: {name: defaultdict(Figures) for name in DIMENSIONS}
    )
    rungs: Counter[str] = field(default_factory=Counter)
    course: dict[dt.date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def count(asked: Asked) -> Counted:
    """Count everything; two statements: what happened, and what is open."""
    return count_each(asked, [asked.period])[0]


def count_each(asked: Asked, periods: Sequence[Period]) -> list[Counted]:
    """Count several periods as `count` does one, in as many statements."""
    counted = [Counted() for _period in periods]
    bounds = sorted({midnight(day) for period in periods for day in period.steps()})
    for row in _rows(HAPPENINGS, asked, periods, bounds):
        at = row["period"] - 1
        _add_happened(counted[at], row, periods[at], bounds)
    for row in _rows(STANDING, asked, periods, bounds):
        figures = _meant(counted[row["period"] - 1], row)
        figures.counts["open"] += row["open"]
        figures.counts["overdue"] += row["overdue"]
    for each in counted:
        for figures in each.rows["department"].values():  # every queue has one: together they are all there is
            each.total.counts.update(figures.counts)
            each.total.took.update(figures.took)
    return counted


def _add_happened(counted: Counted, row: dict[str, Any], period: Period, bounds: list[dt.datetime]) -> None:
    figure, many = FIGURES[row["figure"]], row["many"]
    if row["bound"] is not None:
        counted.course[period.step_of(bounds[row["bound"] - 1])][figure] += many
        if row["rung"] is not None:
            counted.rungs[LEVELS[row["rung"]]] += many
    elif row["tenths"] is not None:
        _meant(counted, row).took[row["tenths"]] += many
    else:
        _meant(counted, row).counts[figure] += many


def _meant(counted: Counted, row: dict[str, Any]) -> Figures:
    """Give the row of figures to which a line of the answer belongs, by the dimension that PostgreSQL grouped it by."""
    place = next(place for place in range(len(DIMENSIONS)) if not row["grouped"] & (1 << (len(DIMENSIONS) - 1 - place)))
    return counted.rows[DIMENSIONS[place]][row[DIMENSIONS[place]]]


def _rows(sql: str, asked: Asked, periods: Sequence[Period], bounds: list[dt.datetime]) -> list[dict[str, Any]]:
    queues, places = _queues_under(asked.office_id), _areas_of(asked.place_id or asked.office_id)
    values: dict[str, Any] = {
        "queues": [row[0] for row in queues], "departments": [row[1] for row in queues],
        "levels": [LEVELS.index(Level(row[2])) for row in queues], "places": list(places), "areas": list(places.values()),
        "starts": [period.start for period in periods], "ends": [period.end for period in periods],
        "as_ofs": [min(period.end, asked.at) for period in periods], "bounds": bounds,
        "first": min(period.start for period in periods), "last": max(period.end for period in periods),
        "since": min(asked.at, *(period.end for period in periods)),
        "department": asked.department_id, "place": asked.place_id, "steps": live_steps(), "ours": live_steps(OURS_TO_ACT),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(AT_ONCE + sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


# The tree.

LEVELS = list(Level)


@kept
def _queues_under(office_id: int) -> list[tuple[int, int, str]]:
    """Give the queues of an office and of all under it: key, department, level."""
    under = Queue.objects.filter(office__in=subtree_ids([office_id]))
    return list(under.values_list("pk", "department", "office__level"))


@kept
def _areas_of(root: int) -> dict[int, int]:
    """Give each place under an office with the office right under that one in which it lies; the office itself is its own."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for office, parent in Office.objects.under(root).values_list("pk", "parent"):
        below[parent].append(office)
    areas = {root: root} | {child: child for child in below[root]}
    waiting = list(below[root])
    while waiting:
        office = waiting.pop()
        areas |= dict.fromkeys(below[office], areas[office])
        waiting += below[office]
    return areas


# What the flow page says.


@kept
def live_steps(states: tuple[str, ...] = tuple(LIVE)) -> list[str]:
    """Give the steps, as tasks name them, at which a case is in one of these states; of all that are neither closed nor ended."""
    return [get_task_ref(node) for node in live_nodes(states)]


def live_nodes(states: tuple[str, ...] = tuple(LIVE)) -> list[Any]:
    """Give the steps at which a case is in one of these states; of all that are neither closed nor ended."""
    return [node for node in own_steps() if set(node.states) & set(states)]


def own_steps() -> list[Any]:
    """Give the steps of the case itself, those beside it left out."""
    return [node for node in ComplaintFlow.instance.nodes() if isinstance(node, Step) and not node.side]


# The queues under the office, and the places under the root with the area in which each lies, are handed over as lists: of a
# recursion PostgreSQL would guess the length ten times wrong, and loop. So are the periods.
MINE = "unnest(%(queues)s::int[], %(departments)s::int[], %(levels)s::int[])"
PLACES = "unnest(%(places)s::int[], %(areas)s::int[]) AS places (id, area)"
PERIODS = (
    "unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[], %(as_ofs)s::timestamptz[])"
    " WITH ORDINALITY AS asked (start, end_, as_of, period)"
)
WANTED = "(%(place)s::int IS NULL OR places.id IS NOT NULL)"

# For this statement alone: what is counted fits into memory, two hands count faster than one, and it is over before it
# would be compiled.
AT_ONCE = (
    "SET LOCAL jit = off; SET LOCAL work_mem = '192MB'; SET LOCAL parallel_setup_cost = 0;"
    " SET LOCAL parallel_tuple_cost = 0.001; "
)
GROUPED = "GROUPING(department, category, channel, area) AS grouped"

# A figure is a number here: its place in FIGURES. What counts stands in `reports_happening`, beside the timeline.
FIGURES = ["received", *dict.fromkeys(HAPPENED.values())]
ANSWERED, ESCALATED = FIGURES.index("answered"), FIGURES.index("escalated")

HAPPENINGS = f"""
WITH told AS (
    SELECT asked.period, CASE WHEN source.id IS NULL THEN 0 ELSE h.figure END AS figure,
           CASE WHEN source.id IS NULL THEN target.department ELSE source.department END AS department,
           h.category, h.channel, places.area, CASE WHEN source.id IS NOT NULL THEN h.tenths END AS tenths,
           CASE WHEN h.figure = {ESCALATED} THEN source.level END AS rung,
           width_bucket(h.at, %(bounds)s::timestamptz[]) AS bound
      FROM reports_happening h
      JOIN {PERIODS} ON h.at >= asked.start AND h.at < asked.end_
      LEFT JOIN {MINE} AS source (id, department, level) ON source.id = h.from_queue
      LEFT JOIN {MINE} AS target (id, department, level) ON target.id = h.to_queue
      LEFT JOIN {PLACES} ON places.id = h.place
     WHERE h.at >= %(first)s AND h.at < %(last)s AND {WANTED}
       AND CASE WHEN source.id IS NULL THEN target.id IS NOT NULL ELSE h.figure IS NOT NULL END
       AND (%(department)s::int IS NULL
            OR %(department)s = CASE WHEN source.id IS NULL THEN target.department ELSE source.department END)),
cells AS (
    SELECT period, figure, department, category, channel, area, count(*) AS many
      FROM told GROUP BY period, figure, department, category, channel, area)
SELECT period, figure, department, category, channel, area, NULL::int AS tenths, NULL::int AS rung, NULL::int AS bound,
       sum(many)::int AS many, {GROUPED}
  FROM cells
 GROUP BY GROUPING SETS ((period, figure, department), (period, figure, category), (period, figure, channel), (period, figure, area))
UNION ALL
SELECT period, {ANSWERED}, department, category, channel, area, tenths, NULL, NULL, count(*)::int, {GROUPED}
  FROM told WHERE tenths IS NOT NULL
 GROUP BY GROUPING SETS ((period, tenths, department), (period, tenths, category), (period, tenths, channel), (period, tenths, area))
UNION ALL
SELECT period, figure, NULL, NULL, NULL, NULL, NULL, rung, bound, count(*)::int, NULL
  FROM told GROUP BY period, figure, rung, bound"""

# As it stood at a moment: as it stands now, less what came since then, and with what has gone since then. Each move says
# what stood before it and what stands after it, so of one case's moves only what stood at that moment is left over.
# A deadline changes only with a move.
STANDING = f"""
WITH stands AS (
    SELECT asked.period, mine.department, c.category_id::int AS category, c.channel, c.place_id::int AS place, 1 AS open,
           (t.due_at <= asked.as_of AND t.flow_task = ANY(%(ours)s))::int AS late
      FROM workflows_complainttask t
      JOIN {MINE} AS mine (id, department, level) ON mine.id = t.queue_id
      JOIN complaints_complaint c ON c.id = t.process_id
     CROSS JOIN {PERIODS}
     WHERE t.finished IS NULL AND NOT t.side AND t.flow_task = ANY(%(steps)s)
    UNION ALL
    SELECT asked.period, side.department, h.category, h.channel, h.place, side.open, side.late
      FROM reports_happening h
      JOIN {PERIODS} ON h.at >= asked.as_of
      LEFT JOIN {MINE} AS source (id, department, level) ON h.stood > 0 AND source.id = h.from_queue
      LEFT JOIN {MINE} AS target (id, department, level) ON h.stands > 0 AND target.id = h.to_queue
     CROSS JOIN LATERAL (VALUES
           (source.department, 1, (h.stood = 2 AND h.due_before <= asked.as_of)::int),
           (target.department, -1, -(h.stands = 2 AND h.due_after <= asked.as_of)::int)) AS side (department, open, late)
     WHERE h.at >= %(since)s AND side.department IS NOT NULL),
cells AS (
    SELECT period, department, category, channel, place, sum(open) AS open, coalesce(sum(late), 0) AS late
      FROM stands GROUP BY period, department, category, channel, place),
told AS (
    SELECT period, department, category, channel, places.area, open, late
      FROM cells LEFT JOIN {PLACES} ON places.id = cells.place
     WHERE {WANTED} AND (%(department)s::int IS NULL OR department = %(department)s))
SELECT period, department, category, channel, area, sum(open)::int AS open, sum(late)::int AS overdue, {GROUPED}
  FROM told GROUP BY GROUPING SETS ((period, department), (period, category), (period, channel), (period, area))
HAVING sum(open) <> 0 OR sum(late) <> 0"""
