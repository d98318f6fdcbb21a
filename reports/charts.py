"""Charts as plain SVG, drawn from the numbers of the table beside them."""

from __future__ import annotations

from dataclasses import dataclass

from reports.tables import Table, shown

MOST_BARS = 12
WIDTH, HEIGHT, LEFT, BAR, TEXT = 640, 220, 44, 26, 200  # in units of the drawing


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its value as people read it, and where it lies."""

    name: str
    value: str
    y: int
    width: float
    value_x: float


@dataclass(frozen=True)
class BarChart:
    """Bars under each other, longest first as the table has them."""

    title: str
    bars: list[Bar]
    width: int = WIDTH
    text: int = TEXT - 8
    left: int = TEXT

    @property
    def height(self) -> int:
        """As high as its bars."""
        return len(self.bars) * BAR + 4


def bar_chart(table: Table, column: int, title: str) -> BarChart | None:
    """Draw one column of a table; None where there is nothing to draw."""
    most = max((_number(row.values[column]) for row in table.rows), default=0)
    if not most:
        return None
    scale = (WIDTH - TEXT - 60) / most
    bars = []
    for place, row in enumerate(table.rows[:MOST_BARS]):
        width = round(_number(row.values[column]) * scale, 1)
        bars.append(Bar(_short(row.name), shown(row.values[column]), place * BAR, width, TEXT + width + 6))
    return BarChart(title, bars)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _short(name: str) -> str:
    return name if len(name) <= 24 else name[:23].rstrip() + "…"


@dataclass(frozen=True)
class Line:
    """One line: its name, its points as SVG wants them, and which of the looks it has."""

    name: str
    points: str
    look: int
    legend_x: int


@dataclass(frozen=True)
class LineChart:
    """Lines over time, with marks for the values and the first and last step."""

    title: str
    lines: list[Line]
    marks: list[tuple[str, float]]
    ends: list[str]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def line_chart(table: Table, columns: list[int], title: str) -> LineChart | None:
    """Draw some columns of a table whose rows are steps of time; None where there is nothing to draw."""
    most = max((_number(row.values[column]) for row in table.rows for column in columns), default=0)
    if not most or len(table.rows) < 2:
        return None
    top, bottom = 30, HEIGHT - 26
    wide = (WIDTH - LEFT - 10) / (len(table.rows) - 1)
    lines = []
    for look, column in enumerate(columns):
        points = [
            f"{LEFT + place * wide:.1f},{bottom - _number(row.values[column]) / most * (bottom - top):.1f}"
            for place, row in enumerate(table.rows)
        ]
        lines.append(Line(table.columns[column + 1], " ".join(points), look, LEFT + look * 190))
    marks = [(shown(int(most * share)), bottom - share * (bottom - top)) for share in (0, 0.5, 1)]
    return LineChart(title, lines, marks, [table.rows[0].name, table.rows[-1].name])
