"""One definition of each figure that a leader reads, and the SQL that counts them from the timeline.

A figure belongs to an office: to the whole tree of offices under it. What happened counts in the queue where it
happened; subject, channel and place are the case's own as they are now. Every figure is a count of happenings, so
that the rows of a table add up to its total. The slow count in `tests/reports/slowly.py` says the same in plain Python.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.fields import get_task_ref

from complaints.states import State
from offices.kept import kept
from offices.models import Level, Office, Queue, subtree_ids
from reports import kept_months
from reports.kept_months import Piece
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
    "referred": _("Sent to an outside institution to be answered there."),
    "open": _("Waiting at the end of the period (or now, if it is not over): neither closed nor ended."),
    "overdue": _("Open, past its deadline, and not waiting for the citizen."),
    "median": _("Half of the answers took no longer, in calendar days from the day the citizen spoke to the answer."),
    "p90": _("Nine of ten answers took no longer, in calendar days from the day the citizen spoke to the answer."),
}
LABELS: dict[str, Promise] = {
    "received": _("Complaints received"), "answered": _("Answers given"), "confirmed": _("Confirmed settled"),
    "disputed": _("Disputed"), "silent": _("No word from the citizen"), "escalated": _("Handed up"),
    "referred": _("Sent to an institution"), "open": _("Still open"), "overdue": _("Past the deadline"), "median": _("Median days"), "p90": _("Nine in ten within, days"),
}  # fmt: skip
# Of an outside body, for the cases that were sent to it in the period, whatever has become of them since.
BODY_MEANINGS: dict[str, Promise] = {
    "asked": _("Cases sent to the institution in the period."),
    "in_time": _("The institution answered by its link before its deadline."),
    "silent": _("The deadline passed without a word from the institution. This counts against it."),
    "late": _("Of those without a word by the deadline: answered since, by the link."),
}
BODY_LABELS: dict[str, Promise] = {
    "asked": _("Cases sent"), "in_time": _("Answered in time"), "silent": _("No word by the deadline"),
    "late": _("Answered too late"),
}  # fmt: skip
HAPPENED = {
    "answer": "answered", "approve": "answered", "note": "answered", "confirm": "confirmed",
    "dispute": "disputed", "reopen": "disputed", "lapse": "silent", "hand_up": "escalated", "refer": "referred",
}  # fmt: skip
LIVE = [State.RECEIVED, State.QUEUED, State.IN_HAND, State.WAITING, State.REFERRED, State.FOR_APPROVAL, State.ANSWERED]
OURS_TO_ACT = tuple(state for state in LIVE if state not in (State.WAITING, State.ANSWERED))

DIMENSIONS = ("department", "category", "channel", "area")
TENTHS_A_DAY = 10


@dataclass(frozen=True)
class Asked:
    """What a report is about: an office, a period, and if wanted only one department, subject or way in, or the places under one."""

    office_id: int
    period: Period
    at: dt.datetime
    department_id: int | None = None
    place_id: int | None = None
    category_id: int | None = None
    channel: str | None = None  # how its key begins: whichever the gateway

    @property
    def is_narrowed(self) -> bool:
        """Whether it is about less than all that the office has."""
        return (self.department_id, self.place_id, self.category_id, self.channel) != (None,) * 4


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


@dataclass(frozen=True)
class BodyRecord:
    """How an outside body has kept its word, by the names of `BODY_MEANINGS`."""

    asked: int
    in_time: int
    silent: int
    late: int


@dataclass
class Counted:
    """A whole report: the total, the rows of each dimension by key, what was handed up from each level, its course, the bodies."""

    total: Figures = field(default_factory=Figures)
    rows: dict[str, dict[Any, Figures]] = field(
        default_factory=lambda: {name: defaultdict(Figures) for name in DIMENSIONS}
    )
    rungs: Counter[str] = field(default_factory=Counter)
    course: dict[dt.date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    bodies: dict[str, BodyRecord] = field(default_factory=dict)  # by the body's code


def count(asked: Asked) -> Counted:
    """Count everything; at most seven statements."""
    return _count(asked, [asked.period])[0]


def count_beside(asked: Asked, earlier: Period, *, rows_alone: bool = False) -> tuple[Counted, Counted]:
    """Count everything, and beside it the rows of an earlier period; at most seven statements, with `rows_alone` five."""
    now, before = _count(asked, [asked.period, earlier], rows_alone=rows_alone)
    return now, before


def count_months(asked: Asked, months: Sequence[Period]) -> list[Counted]:
    """Count whole months from the rows alone, with nothing that is kept: to be kept."""
    counted = _from_rows(asked, [Piece(month, (month,)) for month in months], rows_alone=True)
    for each, month in zip(counted, months, strict=True):
        _add_course(each, asked, [Piece(month, (month,))])
    return counted


def _count(asked: Asked, periods: Sequence[Period], *, rows_alone: bool = False) -> list[Counted]:
    with kept_months.one_moment():
        pieces, corrected = kept_months.pieces_of(asked, periods)
        return _from_rows(asked, pieces, corrected, rows_alone=rows_alone)


def _from_rows(asked: Asked, pieces: Sequence[Piece], corrected: bool = False, *, rows_alone: bool) -> list[Counted]:
    """Count what is not kept, and what was written since about what is: `corrected` says whether there is any."""
    counted = [Counted() for _piece in pieces]
    for each, piece in zip(counted, pieces, strict=True):
        for month in piece.kept:
            _add_month(each, month, piece)
    if corrected or any(piece.live for piece in pieces):
        _add_rows(counted, asked, pieces, corrected=corrected)
        if not rows_alone:
            _add_course(counted[0], asked, pieces, corrected=corrected)
    for each in counted:
        _add_up(each)
    if not rows_alone:
        _add_bodies(counted[0], asked, pieces)
    return counted


def _add_rows(counted: list[Counted], asked: Asked, pieces: Sequence[Piece], *, corrected: bool) -> None:
    many = len(pieces)
    for row in _rows(happenings(many), asked, pieces, corrected=corrected):
        for figures, number in _meant(counted, row, row["many"]):
            figures.counts[FIGURES[row["figure"]]] += number
    for row in _rows(lengths(many), asked, pieces, corrected=corrected):
        for figures, number in _meant(counted, row, row["many"]):
            figures.took[row["tenths"]] += number
    # What stands at the end of a kept month is kept with it.
    live = [place for place, piece in enumerate(pieces) if not piece.ends_kept]
    kept = [place for place, piece in enumerate(pieces) if piece.ends_kept]
    for places, sql in ((live, standing(len(live))), (kept if corrected else [], standing_corrected(len(kept)))):
        if places:
            _add_standing([counted[place] for place in places], sql, asked, [pieces[place] for place in places])


def _add_standing(counted: list[Counted], sql: str, asked: Asked, pieces: Sequence[Piece]) -> None:
    for row in _rows(sql, asked, pieces):
        for name in ("open", "overdue"):
            for figures, number in _meant(counted, row, row[name]):
                figures.counts[name] += number


def _meant(counted: list[Counted], row: dict[str, Any], numbers: list[int | None]) -> Iterator[tuple[Figures, int]]:
    """Give the row of figures, in each period, to which a line of the answer belongs, with the number that it says of that period.

    The row is that of the dimension by which PostgreSQL grouped it. Where nothing happened there is none.
    """
    name = BY_GROUPING[row["grouped"]]
    return ((each.rows[name][row[name]], number) for each, number in zip(counted, numbers, strict=True) if number)


def _add_month(counted: Counted, month: dict[str, Any], piece: Piece) -> None:
    """Add a kept month; what stands open at its end only if the period ends there as well."""
    left_out = () if piece.ends_kept and month is piece.kept[-1] else STANDING
    for name, rows in month["rows"].items():
        for key, counts, took in rows:
            figures = counted.rows[name][key]
            figures.counts.update({figure: many for figure, many in counts.items() if figure not in left_out})
            figures.took.update(dict(took))
    counted.rungs.update(month["rungs"])
    steps = piece.period.steps()
    for day, many in month["course"]:
        counted.course[steps[bisect_right(steps, dt.date.fromisoformat(day)) - 1]].update(many)


def _add_up(counted: Counted) -> None:
    """Add up the total: every queue has a department, so that these are all there is. Rows of nothing go."""
    for rows in counted.rows.values():
        for key, figures in list(rows.items()):
            figures.counts, figures.took = +figures.counts, +figures.took
            if not (figures.counts or figures.took):
                del rows[key]
    for figures in counted.rows["department"].values():
        counted.total.counts.update(figures.counts)
        counted.total.took.update(figures.took)


def _add_course(counted: Counted, asked: Asked, pieces: Sequence[Piece], *, corrected: bool = False) -> None:
    steps = pieces[0].period.steps()
    for row in _rows(COURSE, asked, pieces[:1], corrected=corrected):
        figure, many = FIGURES[row["figure"]], row["many"]
        counted.course[steps[row["step"] - 1]][figure] += many
        if row["rung"] is not None:
            counted.rungs[LEVELS[row["rung"]]] += many


def _add_bodies(counted: Counted, asked: Asked, pieces: Sequence[Piece]) -> None:
    for row in _rows(BODIES, asked, pieces[:1]):
        body = row.pop("body")
        counted.bodies[body] = BodyRecord(**row)


def _rows(sql: str, asked: Asked, pieces: Sequence[Piece], *, corrected: bool = False) -> list[dict[str, Any]]:
    queues, places = queues_under(asked.office_id), areas_of(asked.place_id or asked.office_id)
    periods = [piece.period for piece in pieces]
    as_ofs = [min(period.end, asked.at) for period in periods]  # the moments at which what is open is counted
    values: dict[str, Any] = {
        "departments": _by_number({queue: department for queue, department, _level in queues}),
        "levels": _by_number({queue: LEVELS.index(Level(level)) for queue, _department, level in queues}),
        "areas": _by_number(places),
        "since": min(as_ofs), "steps": [midnight(day) for day in periods[0].steps()],
        "department": asked.department_id, "place": asked.place_id, "category": asked.category_id,
        "channel": asked.channel, "live": live_steps(), "ours": live_steps(OURS_TO_ACT),
    }  # fmt: skip
    for n, period in enumerate(periods):
        values |= {f"start_{n}": period.start, f"end_{n}": period.end, f"as_of_{n}": as_ofs[n]}
    counted_from = _counted_from(pieces, corrected, values) if "{counted_from}" in sql else ""
    with connection.cursor() as cursor:
        cursor.execute(AT_ONCE + sql.replace("{counted_from}", counted_from), values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _counted_from(pieces: Sequence[Piece], corrected: bool, values: dict[str, Any]) -> str:
    """Give what is counted: the rows of the days that are not kept and, of those that are, what was written since."""
    live, kept = kept_months.stretches(pieces)
    rows = f"SELECT 1 AS weight, {COLUMNS} FROM reports_happening WHERE {_within(live, 'live', values)}"
    if corrected and kept:
        rows += f" UNION ALL SELECT weight, {COLUMNS} FROM reports_late WHERE {_within(kept, 'kept', values)}"
    return f"({rows}) h"


def _within(stretches: Sequence[tuple[dt.datetime, dt.datetime]], name: str, values: dict[str, Any]) -> str:
    conditions = []
    for n, (first, last) in enumerate(stretches):
        values |= {f"{name}_{n}_from": first, f"{name}_{n}_to": last}
        conditions.append(f"at >= %({name}_{n}_from)s AND at < %({name}_{n}_to)s")
    return " OR ".join(conditions) or "false"


def _by_number(values: dict[int, int]) -> str:
    """Give an array, as PostgreSQL writes it, in which each value stands at the place that its key names; elsewhere nought."""
    listed = (str(values.get(number, 0)) for number in range(1, max(values, default=0) + 1))
    return "{" + ",".join(listed) + "}"


# The tree.

LEVELS = list(Level)


@kept
def queues_under(office_id: int) -> list[tuple[int, int, str]]:
    """Give the queues of an office and of all under it: key, department, level."""
    under = Queue.objects.filter(office__in=subtree_ids([office_id]))
    return list(under.values_list("pk", "department", "office__level"))


@kept
def areas_of(root: int) -> dict[int, int]:
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


# The queues under the office, with their departments and levels, and the places under the root, with the area in which each
# lies, are handed over as arrays to look up by number: a join costs more for each row, and PostgreSQL may loop or sort.
# A number beyond the end gives NULL: neither the office's own nor not.
SOURCE, TARGET = "(%(departments)s::int[])[h.from_queue]", "(%(departments)s::int[])[h.to_queue]"
LEVEL = "(%(levels)s::int[])[h.from_queue]"
AREA = "nullif((%(areas)s::int[])[{}], 0)"

# For this statement alone: what is counted fits into memory, two hands count faster than one, and it is over before it
# would be compiled. The open cases are looked up one by one: they are a small part of all, and less each year.
AT_ONCE = (
    "SET LOCAL jit = off; SET LOCAL work_mem = '192MB'; SET LOCAL parallel_setup_cost = 0;"
    " SET LOCAL parallel_tuple_cost = 0.001; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; "
)
COLUMNS = (
    "at, figure, from_queue, to_queue, stood, stands, due_before, due_after, category, channel, place, tenths,"
    " complaint_id, number"
)
STANDING = ("open", "overdue")
GROUPED = "GROUPING(department, category, channel, area) AS grouped"
BY_GROUPING = {15 - (8 >> place): name for place, name in enumerate(DIMENSIONS)}

# A figure is a number here: its place in FIGURES. What counts stands in `reports_happening`, beside the timeline. It counts in
# the queue where it happened, or if it brings the case to the office, in the queue to which it brings it.
FIGURES = ["received", *dict.fromkeys(HAPPENED.values())]
IS_HERE = f"coalesce({SOURCE} > 0, false)"  # it happened at the office or under it
FIGURE = f"CASE WHEN {IS_HERE} THEN h.figure ELSE 0 END"
DEPARTMENT = f"CASE WHEN {IS_HERE} THEN {SOURCE} ELSE {TARGET} END"
NARROWED = "(%(category)s::int IS NULL OR {0}category = %(category)s) AND (%(channel)s::text IS NULL OR starts_with({0}channel, %(channel)s))"
HAPPENED_HERE = f"""
      FROM {{counted_from}}
     WHERE CASE WHEN {IS_HERE} THEN h.figure IS NOT NULL ELSE {TARGET} > 0 END
       AND (%(place)s::int IS NULL OR {AREA.format("h.place")} IS NOT NULL) AND {NARROWED.format("h.")}
       AND (%(department)s::int IS NULL OR %(department)s = {DEPARTMENT})"""


def _of_each(periods: int, column: str) -> str:
    return ", ".join(column.format(n=n) for n in range(periods))


def happenings(periods: int) -> str:
    """Give the statement that counts what happened in so many periods, in cells first, which two hands can count."""
    many = "sum(h.weight) FILTER (WHERE h.at >= %(start_{n})s AND h.at < %(end_{n})s) AS many_{n}"
    return f"""
WITH cells AS (
    SELECT {FIGURE} AS figure, {DEPARTMENT} AS department, h.category, h.channel, {AREA.format("h.place")} AS area,
           {_of_each(periods, many)}
{HAPPENED_HERE}
     GROUP BY 1, 2, 3, 4, 5)
SELECT figure, department, category, channel, area, ARRAY[{_of_each(periods, "sum(many_{n})::int")}] AS many, {GROUPED}
  FROM cells
 GROUP BY GROUPING SETS ((figure, department), (figure, category), (figure, channel), (figure, area))"""


def lengths(periods: int) -> str:
    """Give the statement that counts how many answers of so many periods took so many tenths of a day."""
    many = "sum(weight) FILTER (WHERE at >= %(start_{n})s AND at < %(end_{n})s)::int"
    return f"""
WITH answers AS (
    SELECT {SOURCE} AS department, h.category, h.channel, {AREA.format("h.place")} AS area, h.tenths, h.at, h.weight
{HAPPENED_HERE} AND {IS_HERE} AND h.tenths IS NOT NULL)
SELECT tenths, department, category, channel, area, ARRAY[{_of_each(periods, many)}] AS many, {GROUPED}
  FROM answers
 GROUP BY GROUPING SETS ((tenths, department), (tenths, category), (tenths, channel), (tenths, area))"""


COURSE = f"""
SELECT {FIGURE} AS figure, CASE WHEN {IS_HERE} AND h.figure = {FIGURES.index("escalated")} THEN {LEVEL} END AS rung,
       width_bucket(h.at, %(steps)s::timestamptz[]) AS step, sum(h.weight)::int AS many
{HAPPENED_HERE} AND h.at >= %(start_0)s AND h.at < %(end_0)s
 GROUP BY 1, 2, 3"""


def standing(periods: int) -> str:
    """Give the statement that counts what was open at the end of so many periods.

    It is what is open now, with what has gone since then, and less what has come since then. Each move says what stood
    before it and what stands after it, so that of one case's moves only what stood at that moment is left over. A
    deadline changes only with a move.
    """
    now = "1 AS open_{n}, (t.due_at <= %(as_of_{n})s AND t.flow_task = ANY(%(ours)s))::int AS late_{n}"
    gone = (
        "CASE WHEN h.at < %(as_of_{n})s THEN 0 WHEN stays THEN 0 ELSE 1 END,"
        " CASE WHEN h.at >= %(as_of_{n})s THEN (h.stood = 2 AND h.due_before <= %(as_of_{n})s)::int"
        " - (stays AND h.stands = 2 AND coalesce(h.due_after <= %(as_of_{n})s, false))::int END"
    )
    come = (
        "-(h.at >= %(as_of_{n})s)::int, -(h.at >= %(as_of_{n})s AND h.stands = 2 AND h.due_after <= %(as_of_{n})s)::int"
    )
    late_then = "h.at >= %(as_of_{n})s AND (h.due_before <= %(as_of_{n})s OR h.due_after <= %(as_of_{n})s)"
    return f"""
WITH stands AS (
    SELECT (%(departments)s::int[])[t.queue_id::int] AS department, c.category_id::int AS category, c.channel,
           c.place_id::int AS place, {_of_each(periods, now)}
      FROM workflows_complainttask t JOIN complaints_complaint c ON c.id = t.process_id
     WHERE t.finished IS NULL AND NOT t.side AND t.flow_task = ANY(%(live)s)
       AND (%(departments)s::int[])[t.queue_id::int] > 0
    UNION ALL
    SELECT {SOURCE}, h.category, h.channel, h.place, {_of_each(periods, gone)}
      FROM reports_happening h
     CROSS JOIN LATERAL (SELECT h.stands > 0 AND h.to_queue = h.from_queue AS stays) AS same
     WHERE h.at >= %(since)s AND h.stood > 0 AND {SOURCE} > 0
       AND (NOT stays OR {" OR ".join(late_then.format(n=n) for n in range(periods))})
    UNION ALL
    SELECT {TARGET}, h.category, h.channel, h.place, {_of_each(periods, come)}
      FROM reports_happening h
     WHERE h.at >= %(since)s AND h.stands > 0 AND (h.stood = 0 OR h.from_queue <> h.to_queue) AND {TARGET} > 0){_stood(periods)}"""


def standing_corrected(periods: int) -> str:
    """Give the statement that counts what was written about kept months since, of what was open at the end of each.

    Each move adds what stands after it and takes off what stood before it; a row that was changed counts once against.
    """
    add, take_off = _written_since("h.weight", "stands", "after"), _written_since("-h.weight", "stood", "before")
    return f"""
WITH stands AS (
    SELECT {TARGET} AS department, h.category, h.channel, h.place, {_of_each(periods, add)}
      FROM reports_late h WHERE h.stands > 0 AND {TARGET} > 0
    UNION ALL
    SELECT {SOURCE}, h.category, h.channel, h.place, {_of_each(periods, take_off)}
      FROM reports_late h WHERE h.stood > 0 AND {SOURCE} > 0){_stood(periods)}"""


def _written_since(weight: str, standing: str, side: str) -> str:
    late = f"h.at < %(as_of_{{n}})s AND h.{standing} = 2 AND h.due_{side} <= %(as_of_{{n}})s"
    return (
        f"CASE WHEN h.at < %(as_of_{{n}})s THEN {weight} ELSE 0 END AS open_{{n}},"
        f" CASE WHEN {late} THEN {weight} ELSE 0 END AS late_{{n}}"
    )


def _stood(periods: int) -> str:
    """Give the end of such a statement, which groups what its first part has found."""
    sums = "sum(open_{n})::int AS open_{n}, coalesce(sum(late_{n}), 0)::int AS late_{n}"
    return f""",
cells AS (
    SELECT department, category, channel, {AREA.format("place")} AS area, {_of_each(periods, sums)}
      FROM stands
     WHERE (%(place)s::int IS NULL OR {AREA.format("place")} IS NOT NULL) AND {NARROWED.format("")}
       AND (%(department)s::int IS NULL OR department = %(department)s)
     GROUP BY 1, 2, 3, 4)
SELECT department, category, channel, area, ARRAY[{_of_each(periods, "sum(open_{n})::int")}] AS open,
       ARRAY[{_of_each(periods, "sum(late_{n})::int")}] AS overdue, {GROUPED}
  FROM cells GROUP BY GROUPING SETS ((department), (category), (channel), (area))"""


# One referral lasts from its `refer` to the next step that leaves the state. That the deadline has passed is said by the clock,
# which hands the case up or at the top flags it; a body that had answered by then was not silent.
BODIES = f"""
SELECT substr(refer.detail, 6) AS body, count(*)::int AS asked,
       count(*) FILTER (WHERE said.answered < coalesce(said.silent, said.answered + 1))::int AS in_time,
       count(*) FILTER (WHERE said.silent < coalesce(said.answered, said.silent + 1))::int AS silent,
       count(*) FILTER (WHERE said.silent < said.answered)::int AS late
  FROM reports_happening h
  JOIN complaints_entry refer ON refer.complaint_id = h.complaint_id AND refer.number = h.number
 CROSS JOIN LATERAL (
       SELECT coalesce(min(e.number), 2147483647) AS number FROM complaints_entry e
        WHERE e.complaint_id = h.complaint_id AND e.number > h.number
          AND e.from_state = 'referred' AND e.to_state <> 'referred') left_it
 CROSS JOIN LATERAL (
       SELECT min(e.number) FILTER (WHERE e.move = 'body_answered') AS answered,
              min(e.number) FILTER (WHERE e.detail = 'outside_overdue') AS silent
         FROM complaints_entry e
        WHERE e.complaint_id = h.complaint_id AND e.number > h.number AND e.number < left_it.number) said
 WHERE h.at >= %(start_0)s AND h.at < %(end_0)s AND h.figure = {FIGURES.index("referred")} AND {SOURCE} > 0
   AND (%(place)s::int IS NULL OR {AREA.format("h.place")} IS NOT NULL) AND {NARROWED.format("h.")}
   AND (%(department)s::int IS NULL OR {SOURCE} = %(department)s)
 GROUP BY refer.detail"""
