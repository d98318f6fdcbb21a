"""How well complaints are understood: our readings held against what a person says that each is about, and where."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from channels_in.matching import likely_categories, likely_places
from complaints.models import Category
from offices.models import Office

COLUMNS = {"text", "category", "place"}
OFFERED = 3


class NotASheet(Exception):
    """The file is no CSV with the columns text, category and place."""


@dataclass
class Tally:
    """How often the right one was first, among the first three, and what happened where we were sure."""

    asked: int = 0
    first: int = 0
    among: int = 0
    sure: int = 0
    sure_and_right: int = 0
    taken_for: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, right: str, found: list[tuple[str, float]]) -> None:
        """Count one reading, likeliest first."""
        code, confidence = found[0] if found else ("-", 0.0)
        self.asked += 1
        self.first += code == right
        self.among += right in [other for other, _confidence in found[:OFFERED]]
        self.sure += confidence >= settings.ROUTING_SURE
        self.sure_and_right += confidence >= settings.ROUTING_SURE and code == right
        self.taken_for[right, code] += 1

    def __str__(self) -> str:
        if not self.asked:
            return "none"
        return (
            f"{self.asked}: top-1 {self.first / self.asked:.1%}, top-3 {self.among / self.asked:.1%}; "
            f"sure of {self.sure / self.asked:.1%}, of which right {self.sure_and_right / max(1, self.sure):.1%}"
        )

    def confusions(self) -> list[str]:
        """Give the table of what was taken for what: a row for each right one, a column for each reading."""
        codes = sorted({code for pair in self.taken_for for code in pair})
        width = max(map(len, codes), default=0)
        head = " ".join([" " * width, *(f"{code[:4]:>4}" for code in codes)])
        rows = sorted({right for right, _read in self.taken_for})
        return [head] + [
            " ".join([f"{right:<{width}}", *(f"{self.taken_for[right, code] or '.':>4}" for code in codes)])
            for right in rows
        ]


def rows_of(path: Path | str) -> list[dict[str, str]]:
    """Read the sheet; raises `NotASheet`."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows, columns = list(reader), set(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NotASheet(str(error)) from error
    if missing := COLUMNS - columns:
        raise NotASheet(f"missing columns: {', '.join(sorted(missing))}")
    return [{column: row[column] or "" for column in COLUMNS} for row in rows]


def measure(rows: Iterable[dict[str, str]]) -> tuple[Tally, Tally]:
    """Give how subjects and places were read; what is right may be given by its code or its name, and is left out where it is not given."""
    subjects, places = Tally(), Tally()
    for row in rows:
        if right := row["category"].strip():
            subjects.count(right, [(called(found, right), sure) for found, sure in likely_categories(row["text"])])
        if right := row["place"].strip():
            places.count(right, [(called(found, right), sure) for found, sure in likely_places(row["text"])])
    return subjects, places


def called(found: Category | Office | None, right: str) -> str:
    """Give the code of what was found, or the right word for it if that is what it is called; a dash for nothing."""
    if found is None:
        return "-"
    names = {found.code, found.name, str(found)}
    if isinstance(found, Category):
        names |= {found.name_sw, found.name_en}
    return right if right.casefold() in {name.casefold() for name in names} else found.code
