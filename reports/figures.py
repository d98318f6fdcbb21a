"""One definition of each figure that a leader reads, and the SQL that counts them from the timeline.

A figure belongs to an office: to the whole tree of offices under it. What happened counts in the queue where it
happened; subject, channel and place are the case's own as they are now. Every figure is a count of happenings, so
that the rows of a table add up to its total. The slow count in `tests/reports/slowly.py` says the same in plain Python.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.fields import get_task_ref

from complaints.states import State
from offices.kept import kept
from offices.models import Level, Office, Queue, subtree_ids
from reports.periods import Period
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
OURS_TO_ACT = [state for state in LIVE if state not in (State.WAITING, State.ANSWERED)]

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
    counted = Counted()
    for row in _rows(HAPPENINGS, asked):
        _add_happened(counted, row)
    for row in _rows(STANDING, asked):
        figures = _meant(counted, row)
        assert figures is not None
        figures.counts["open"] += row["open"]
        figures.counts["overdue"] += row["overdue"]
    for figures in counted.rows["department"].values():  # every queue has one: together they are all there is
        counted.total.counts.update(figures.counts)
        counted.total.took.update(figures.took)
    return counted


def _add_happened(counted: Counted, row: dict[str, Any]) -> None:
    figure, many, figures = FIGURES[row["figure"]], row["many"], _meant(counted, row)
    if figures is None:
        counted.course[row["step"]][figure] += many
        if row["rung"] is not None:
            counted.rungs[LEVELS[row["rung"]]] += many
        return
    figures.counts[figure] += many
    if row["tenths"] is not None:
        figures.took[row["tenths"]] += many


def _meant(counted: Counted, row: dict[str, Any]) -> Figures | None:
    """Give the row of figures to which a line of the answer belongs, by the dimension that PostgreSQL grouped it by; None for none."""
    for place, name in enumerate(DIMENSIONS):
        if not row["grouped"] & (1 << (len(DIMENSIONS) - 1 - place)):
            return counted.rows[name][row[name]]
    return None


def _rows(sql: str, asked: Asked) -> list[dict[str, Any]]:
    queues, places = _queues_under(asked.office_id), _areas_of(asked.place_id or asked.office_id)
    values: dict[str, Any] = {
        "queues": [row[0] for row in queues], "departments": [row[1] for row in queues],
        "levels": [LEVELS.index(Level(row[2])) for row in queues], "places": list(places), "areas": list(places.values()),
        "start": asked.period.start, "end": asked.period.end, "as_of": asked.as_of,
        "department": asked.department_id, "place": asked.place_id,
        "step": asked.period.step, "zone": str(asked.period.start.tzinfo), "moves": sorted({*HAPPENED, *arrivals()}),
        "main_moves": main_moves(), "beside": beside(), "live": list(LIVE), "ours": list(OURS_TO_ACT), "steps": live_steps(),
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


def _steps(*, side: bool) -> list[Any]:
    return [node for node in ComplaintFlow.instance.nodes() if isinstance(node, Step) and node.side == side]


@kept
def main_moves() -> list[str]:
    """Give the moves of the case itself, steps beside it left out."""
    return sorted({"lodge"} | {way.move for node in _steps(side=False) for way in node.ways})


@kept
def arrivals() -> list[str]:
    """Give the moves that may bring a case to another office."""
    return sorted(
        set(main_moves()) & {"lodge", "route", "move", "hand_up", "send_down", "dispute", "reopen", "unmerge"}
    )


@kept
def beside() -> list[str]:
    """Give what the timeline's detail says of a move of a step beside the main one."""
    return sorted({word for node in _steps(side=True) for word in (node.name, f"{node.within}_overdue")})


@kept
def live_steps() -> list[str]:
    """Give the steps, as tasks name them, of a case that is neither closed nor ended."""
    return [get_task_ref(node) for node in live_nodes()]


def live_nodes() -> list[Any]:
    """Give the steps of a case that is neither closed nor ended."""
    return [node for node in _steps(side=False) if set(node.states) & set(LIVE)]


# The queues under the office, and the places under the root with the area in which each lies, are handed over as lists: of a
# recursion PostgreSQL would guess the length ten times wrong, and loop.
MINE = "unnest(%(queues)s::bigint[], %(departments)s::int[], %(levels)s::int[])"
PLACES = "unnest(%(places)s::bigint[], %(areas)s::int[]) AS places (id, area)"
WANTED = "(%(place)s::bigint IS NULL OR places.id IS NOT NULL)"

# For this statement alone: a quarter of a million rows fits into memory, two hands count faster than one, and it is over
# before it would be compiled.
AT_ONCE = (
    "SET LOCAL jit = off; SET LOCAL work_mem = '192MB'; SET LOCAL parallel_setup_cost = 0;"
    " SET LOCAL parallel_tuple_cost = 0.001; "
)
GROUPED = "GROUPING(department, category, channel, area) AS grouped"

# A figure is a number here: its place in FIGURES.
FIGURES = ["received", *dict.fromkeys(HAPPENED.values())]
FIGURE_OF_MOVE = " ".join(f"WHEN e.move = '{move}' THEN {FIGURES.index(figure)}" for move, figure in HAPPENED.items())

HAPPENINGS = f"""
WITH happened AS NOT MATERIALIZED (
    SELECT e.complaint_id, e.at, source.level,
           CASE WHEN source.id IS NULL OR e.move = 'lodge' THEN target.department ELSE source.department END AS department,
           CASE WHEN e.move = 'lodge' OR source.id IS NULL THEN CASE WHEN target.id IS NOT NULL THEN 0 END
                {FIGURE_OF_MOVE} END AS figure
      FROM complaints_entry e
      LEFT JOIN {MINE} AS source (id, department, level) ON source.id = e.from_queue_id
      LEFT JOIN {MINE} AS target (id, department, level) ON target.id = e.to_queue_id
     WHERE e.at >= %(start)s AND e.at < %(end)s AND e.move = ANY(%(moves)s) AND e.detail <> ALL(%(beside)s)),
told AS NOT MATERIALIZED (
    SELECT h.figure, h.department, c.category_id::int AS category, c.channel, places.area,
           CASE WHEN h.figure = {FIGURES.index("answered")}
                THEN floor(date_part('epoch', h.at - c.received_at) / 8640)::int END AS tenths,
           CASE WHEN h.figure = {FIGURES.index("escalated")} THEN h.level END AS rung,
           date_trunc(%(step)s, h.at AT TIME ZONE %(zone)s)::date AS step
      FROM happened h JOIN complaints_complaint c ON c.id = h.complaint_id LEFT JOIN {PLACES} ON places.id = c.place_id
     WHERE h.figure IS NOT NULL AND {WANTED})
SELECT figure, department, category, channel, area, tenths, rung, step, count(*) AS many, {GROUPED}
  FROM told WHERE %(department)s::bigint IS NULL OR department = %(department)s
 GROUP BY GROUPING SETS (
    (figure, department, tenths), (figure, category, tenths), (figure, channel, tenths), (figure, area, tenths),
    (figure, rung, step))"""

# As it stood at a moment: where the first move since then found the case, or where it still is. A deadline changes only
# with a move, so the one before that move names it. NOT IN, never NOT EXISTS: of that PostgreSQL expects one row, and loops.
STANDING = f"""
WITH since AS MATERIALIZED (
    SELECT DISTINCT ON (e.complaint_id) e.complaint_id, e.number, e.from_state, e.from_queue_id
      FROM complaints_entry e
     WHERE e.at >= %(as_of)s AND e.move = ANY(%(main_moves)s) AND e.detail <> ALL(%(beside)s)
     ORDER BY e.complaint_id, e.number),
stood AS (
    SELECT mine.department, c.category_id, c.channel, c.place_id, t.due_at, c.state
      FROM workflows_complainttask t
      JOIN {MINE} AS mine (id, department, level) ON mine.id = t.queue_id
      JOIN complaints_complaint c ON c.id = t.process_id
     WHERE t.finished IS NULL AND NOT t.side AND t.flow_task = ANY(%(steps)s)
       AND t.process_id NOT IN (SELECT complaint_id FROM since)
    UNION ALL
    SELECT mine.department, c.category_id, c.channel, c.place_id, before.due_at, since.from_state
      FROM since
      JOIN {MINE} AS mine (id, department, level) ON mine.id = since.from_queue_id
      JOIN complaints_complaint c ON c.id = since.complaint_id
     CROSS JOIN LATERAL (
        SELECT e.due_at FROM complaints_entry e
         WHERE e.complaint_id = since.complaint_id AND e.number < since.number AND e.move = ANY(%(main_moves)s)
           AND e.detail <> ALL(%(beside)s)
         ORDER BY e.number DESC LIMIT 1) before
     WHERE since.from_state = ANY(%(live)s)),
told AS (
    SELECT stood.department, stood.category_id::int AS category, stood.channel, places.area,
           (stood.due_at <= %(as_of)s AND stood.state = ANY(%(ours)s))::int AS late
      FROM stood LEFT JOIN {PLACES} ON places.id = stood.place_id
     WHERE {WANTED} AND (%(department)s::bigint IS NULL OR stood.department = %(department)s))
SELECT department, category, channel, area, count(*) AS open, coalesce(sum(late), 0) AS overdue, {GROUPED}
  FROM told GROUP BY GROUPING SETS ((department), (category), (channel), (area))"""
