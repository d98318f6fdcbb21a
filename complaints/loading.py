"""Loads the categories of complaints from a CSV file: all of them, or nothing."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils.translation import gettext as _

from complaints.models import Category
from offices.kept import forget
from offices.models import Department, Level
from offices.rows import Row, Sheet, pieces, quoted, read_sheet

CATEGORIES = Path(__file__).parent / "data" / "categories.csv"

NAMES = ["code", "name_sw", "name_en"]
ANSWERS = ["sensitive", "protected", "evidence"]
COLUMNS = [*NAMES, "department", "start_level", "working_hours", *ANSWERS, "keywords"]
YES = "yes"


def load(path: str | Path = CATEGORIES) -> int:
    """Load the categories and give how many were written; those that the file does not name are left alone.

    What is known already, by its code, is updated. Raises `rows.BadFile`, and then nothing has changed.
    """
    departments = dict(Department.objects.values_list("code", "id"))
    sheet = read_categories(path, departments)
    categories = [category(row, departments) for row in sheet.rows.values()]
    Category.objects.bulk_create(categories, update_conflicts=True, unique_fields=["code"], update_fields=COLUMNS[1:])
    forget()
    return len(categories)


def read_categories(path: str | Path, departments: dict[str, int]) -> Sheet:
    """Read and approve the categories; raises `rows.BadFile`."""
    sheet = read_sheet(path, COLUMNS)
    sheet.check_filled(*COLUMNS[:-1])
    sheet.check_unique("code")
    sheet.check_known(departments, "department", what=_("department"))
    sheet.check_known(Level.values, "start_level", what=_("level"))
    sheet.check_known([YES, "no"], *ANSWERS, what=_("answer (“yes” or “no”)"))
    sheet.check_fits(Category, *NAMES, "keywords")
    check_hours(sheet)
    sheet.approve()
    return sheet


def check_hours(sheet: Sheet) -> None:
    """Blame rows whose working hours are not a positive whole number that the database can hold."""
    for number, column, value in sheet.cells(["working_hours"]):
        if value and not (re.fullmatch(r"0*[1-9][0-9]{0,4}", value) and int(value) < 2**15):
            words = {"column": column, "value": quoted(value)}
            sheet.blame(number, _("%(column)s must be a positive whole number, not %(value)s") % words)


def category(row: Row, departments: dict[str, int]) -> Category:
    """Give the category that an approved row describes."""
    words = {column: row[column] for column in [*NAMES, "start_level"]}
    answers = {column: row[column] == YES for column in ANSWERS}
    return Category(
        **words,
        **answers,
        department_id=departments[row["department"]],
        working_hours=int(row["working_hours"]),
        keywords=pieces(row["keywords"]),
    )
