"""Loads offices, departments and outside bodies from CSV files: all of them, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from offices.calendar import seed_holidays, seed_working_hours
from offices.kept import forget
from offices.models import DESK, LEVELS_DOWN, Body, Department, Level, Office, is_above
from offices.rows import HEADER, Row, Sheet, pieces, quoted, read_sheet

DATA = Path(__file__).parent / "data"
DEPARTMENTS, BODIES = DATA / "departments.csv", DATA / "bodies.csv"

OFFICE_COLUMNS = ["code", "level", "name", "parent_code"]
DEPARTMENT_COLUMNS = ["code", "name_sw", "name_en", "levels"]
BODY_COLUMNS = ["code", "name_sw", "name_en", "subjects", "phone", "email", "note"]

TOPS = {Level.OVERSIGHT, Level.REGION}  # the levels that may stand at the top of a tree
BATCH = 2000  # offices a statement
YEARS_AROUND = 2  # holidays are entered for so many years before and after this one

Progress = Callable[[list[list[Row]]], Iterable[list[Row]]]  # passes batches on, and shows how far they are


class Place(NamedTuple):
    """Where an office stands: its level, and the code of its parent (empty at the top)."""

    level: str
    parent: str


def stands(row: Row) -> Place:
    """Give where a row puts its office."""
    return Place(row["level"], row["parent_code"])


Places = dict[str, Place]  # by the office's own code


def load(
    offices: str | Path,
    departments: str | Path = DEPARTMENTS,
    bodies: str | Path = BODIES,
    *,
    progress: Progress = iter,
) -> dict[str, int]:
    """Load three CSV files and seed the calendar, in one transaction; give how many of each thing were written.

    What is known already, by its code, is updated; what the files do not name is left alone.
    Raises `rows.BadFile`, and then nothing has changed.
    """
    sheets = read_offices(offices), read_departments(departments), read_bodies(bodies)
    with transaction.atomic():
        counts = write(*sheets, progress=progress)
    forget()
    return counts


def write(offices: Sheet, departments: Sheet, bodies: Sheet, *, progress: Progress) -> dict[str, int]:
    """Write approved sheets, the queues that follow from them, and a calendar."""
    check_tree(offices)
    year = timezone.localdate().year
    seed_working_hours()
    return {
        "offices": write_offices(offices, progress),
        "departments": write_departments(departments),
        "bodies": write_bodies(bodies),
        "queues": open_queues(),
        "holidays": seed_holidays(range(year - YEARS_AROUND, year + YEARS_AROUND + 1)),
    }


def read_offices(path: str | Path) -> Sheet:
    """Read the offices and check everything that can be seen without the database's own offices."""
    sheet = read_sheet(path, OFFICE_COLUMNS)
    sheet.check_filled("code", "level", "name")
    sheet.check_unique("code")
    sheet.check_known(Level.values, "level", what=_("level"))
    sheet.check_fits(Office, "code", "name")
    return sheet


def read_departments(path: str | Path) -> Sheet:
    """Read and approve the departments; raises `rows.BadFile`."""
    sheet = read_sheet(path, DEPARTMENT_COLUMNS)
    sheet.check_filled(*DEPARTMENT_COLUMNS)
    sheet.check_unique("code")
    sheet.check_known(Level.values, "levels", what=_("level"))
    sheet.check_fits(Department, "code", "name_sw", "name_en")
    check_desk(sheet)
    sheet.approve()
    return sheet


def check_desk(departments: Sheet) -> None:
    """Blame a file without the complaints desk, which every office has."""
    desk = [(number, row) for number, row in departments.rows.items() if row["code"] == DESK]
    if not desk:
        departments.blame(HEADER, _("the complaints desk (code “%(code)s”) is missing") % {"code": DESK})
    for number, row in desk:
        for level in LEVELS_DOWN:
            if level not in pieces(row["levels"]):
                departments.blame(number, _("the complaints desk must exist at level “%(level)s”") % {"level": level})


def read_bodies(path: str | Path) -> Sheet:
    """Read and approve the outside bodies; raises `rows.BadFile`."""
    sheet = read_sheet(path, BODY_COLUMNS)
    sheet.check_filled("code", "name_sw", "name_en")
    sheet.check_unique("code")
    sheet.check_fits(Body, *BODY_COLUMNS)
    sheet.approve()
    return sheet


def check_tree(sheet: Sheet) -> None:
    """Approve the offices when, together with those known already, they make trees whose levels go down.

    Raises `rows.BadFile`: a missing parent, a cycle, or a parent that is not of a higher level.
    """
    known = Office.objects.values_list("code", "level", "parent__code")
    places = {code: Place(level, parent or "") for code, level, parent in known}
    places |= {row["code"]: stands(row) for row in sheet.rows.values() if row["code"]}
    cyclic = on_cycles(places)
    for number, row in sheet.rows.items():
        if row["code"] in cyclic:
            sheet.blame(number, _("cycle: it would stand beneath itself"))
        elif why := misplaced(stands(row), places):
            sheet.blame(number, why)
    check_known_offices(sheet, places)
    sheet.approve()


def check_known_offices(sheet: Sheet, places: Places) -> None:
    """Blame rows that would leave an office which is not in the file beneath one that is no higher."""
    numbers = {row["code"]: number for number, row in sheet.rows.items() if row["code"]}
    for code, place in places.items():
        if code not in numbers and place.parent in numbers and (why := misplaced(place, places)):
            words = {"code": quoted(code), "why": why}
            sheet.blame(numbers[place.parent], _("%(code)s, beneath it already: %(why)s") % words)


def misplaced(place: Place, places: Places) -> str:
    """Give in words why no office can stand there; nothing when it can, or when a level is unknown anyway."""
    level, parent = place
    if not parent and (level in TOPS or level not in LEVELS_DOWN):
        return ""
    if not parent:
        return _("a %(level)s must have a parent") % {"level": level}
    if parent not in places:
        return _("missing parent %(parent)s") % {"parent": quoted(parent)}
    above = places[parent].level
    if {level, above} <= set(LEVELS_DOWN) and not is_above(above, level):
        words = {"parent": quoted(parent), "above": above, "level": level}
        return _("the parent %(parent)s is a %(above)s, which is not higher than a %(level)s") % words
    return ""


def on_cycles(places: Places) -> set[str]:
    """Give the codes of the offices that stand beneath themselves."""
    cyclic: set[str] = set()
    seen: set[str] = set()
    for code in places:
        path: dict[str, None] = {}
        while code in places and code not in seen:
            seen.add(code)
            path[code] = None
            code = places[code].parent
        if code in path:
            way = list(path)
            cyclic.update(way[way.index(code) :])
    return cyclic


def write_offices(sheet: Sheet, progress: Progress) -> int:
    """Write the offices from the top of the tree down, so that each one's parent is there already."""
    ids = dict(Office.objects.values_list("code", "id"))
    for batch in progress(list(batches(sheet))):
        ids |= {office.code: office.pk for office in write_batch(batch, ids)}
    return len(sheet.rows)


def batches(sheet: Sheet) -> Iterator[list[Row]]:
    """Give the rows, highest level first, as many as one statement takes; one batch holds only one level."""
    for level in LEVELS_DOWN:
        rows = [row for row in sheet.rows.values() if row["level"] == level]
        for start in range(0, len(rows), BATCH):
            yield rows[start : start + BATCH]


def write_batch(rows: list[Row], ids: dict[str, int]) -> list[Office]:
    """Write offices, of whose parents the ids are known, in one statement."""
    offices = [
        Office(code=row["code"], level=row["level"], name=row["name"], parent_id=ids.get(row["parent_code"]))
        for row in rows
    ]
    return Office.objects.bulk_create(
        offices, update_conflicts=True, unique_fields=["code"], update_fields=["level", "name", "parent"]
    )


def write_departments(sheet: Sheet) -> int:
    """Write the departments."""
    departments = [Department(**{**row, "levels": pieces(row["levels"])}) for row in sheet.rows.values()]
    Department.objects.bulk_create(
        departments, update_conflicts=True, unique_fields=["code"], update_fields=DEPARTMENT_COLUMNS[1:]
    )
    return len(departments)


def write_bodies(sheet: Sheet) -> int:
    """Write the outside bodies."""
    bodies = [Body(**{**row, "subjects": pieces(row["subjects"])}) for row in sheet.rows.values()]
    Body.objects.bulk_create(bodies, update_conflicts=True, unique_fields=["code"], update_fields=BODY_COLUMNS[1:])
    return len(bodies)


def open_queues() -> int:
    """Open a queue for each department in every office of a level where it exists; give how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO offices_queue (office_id, department_id)"
            " SELECT o.id, d.id FROM offices_office o JOIN offices_department d ON o.level = ANY(d.levels)"
            " ORDER BY o.id, d.id ON CONFLICT (office_id, department_id) DO NOTHING"
        )
        return cursor.rowcount
