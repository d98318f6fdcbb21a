"""A CSV file read strictly: every fault is named by its row, and a file with one fault is not loaded at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SHOWN = 50  # faults told at once: one slip of the hand can spoil every row of a file
BETWEEN = "|"  # stands between the pieces of a column that holds a list
WHOLE_FILE, HEADER = 0, 1

# Bytes that were no UTF-8 (decoded as lone surrogates), or that an earlier program already gave up on.
UNDECODED = re.compile("[\ud800-\udfff\ufffd]")
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f]")

Row = dict[str, str]
Fault = tuple[int, str]


class BadFile(Exception):
    """A file was not loaded; its words name each faulty row as a spreadsheet numbers it (the header is row 1)."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        self.name = name
        self.faults = sorted(faults)
        super().__init__(self.name, self.faults)

    def __str__(self) -> str:
        lines = [_("%(file)s was not loaded, and nothing has changed:") % {"file": self.name}]
        lines += [told(number, why) for number, why in self.faults[:SHOWN]]
        if (more := len(self.faults) - SHOWN) > 0:
            lines.append(ngettext("and %(count)d more fault", "and %(count)d more faults", more) % {"count": more})
        return "\n  ".join(lines)


def told(number: int, why: str) -> str:
    """Give a fault as one line, whatever bytes stand in it."""
    line = why if number == WHOLE_FILE else _("row %(row)d: %(why)s") % {"row": number, "why": why}
    return UNDECODED.sub("?", UNPRINTABLE.sub("?", line))


class Sheet:
    """The rows of a file by their numbers. Checks add to its faults, and `approve` refuses them all at once."""

    def __init__(self, name: str, rows: dict[int, Row], faults: Iterable[Fault] = ()) -> None:
        self.name = name
        self.rows = rows
        self.faults = list(faults)

    def blame(self, number: int, why: str) -> None:
        """Note what is wrong with a row."""
        self.faults.append((number, why))

    def approve(self) -> None:
        """Let a file without faults pass; raises `BadFile` with all of them otherwise."""
        if self.faults:
            raise BadFile(self.name, self.faults)

    def check_filled(self, *columns: str) -> None:
        """Blame rows where one of these columns is empty."""
        for number, column, value in self.cells(columns):
            if not value:
                self.blame(number, _("%(column)s is empty") % {"column": column})

    def check_unique(self, column: str) -> None:
        """Blame rows that repeat what an earlier row has in this column."""
        first: dict[str, int] = {}
        for number, __, value in self.cells([column]):
            if value and (earlier := first.setdefault(value, number)) != number:
                words = {"column": column, "value": quoted(value), "row": earlier}
                self.blame(number, _("duplicate %(column)s %(value)s, which row %(row)d has already") % words)

    def check_known(self, known: Iterable[str], *columns: str, what: str) -> None:
        """Blame rows where a piece of these columns is none of the known words; `what` says what they are."""
        allowed = set(known)
        for number, __, value in self.cells(columns):
            for piece in pieces(value):
                if piece not in allowed:
                    self.blame(number, _("unknown %(what)s %(value)s") % {"what": what, "value": quoted(piece)})

    def check_fits(self, model: type[Model], *columns: str) -> None:
        """Blame rows where a column is not fit for the model's field of that name: too long, say, or no e-mail."""
        fields = {column: model._meta.get_field(column) for column in columns}
        for number, column, value in self.cells(columns):
            if value and (why := unfitness(fields[column], value)):
                self.blame(number, f"{column} {quoted(value)}: {why}")

    def cells(self, columns: Iterable[str]) -> Iterator[tuple[int, str, str]]:
        """Give row number, column and value, row by row."""
        return ((number, column, row[column]) for number, row in self.rows.items() for column in columns)


def unfitness(field: Any, value: str) -> str:
    """Give in words why a model's field cannot hold this value; nothing when it can."""
    try:
        field.clean(pieces(value) if hasattr(field, "base_field") else value, None)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def pieces(value: str) -> list[str]:
    """Give the pieces of a column that holds a list."""
    return [piece.strip() for piece in value.split(BETWEEN) if piece.strip()]


def quoted(value: str) -> str:
    """Give a value as it may stand in a sentence, however long it is."""
    return f"“{Truncator(value).chars(60)}”"


def read_sheet(path: str | Path, columns: list[str]) -> Sheet:
    """Read a UTF-8 CSV file whose first row is exactly `columns`; rows that cannot be read are blamed.

    Raises `BadFile` when there is no such file or its header is another, since then no row means anything.
    """
    sheet = Sheet(Path(path).name, {})
    lines = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    for number, fields in numbered(lines, sheet):
        if number == HEADER:
            check_header(sheet, fields, columns)
        elif fields:
            take_row(sheet, number, fields, columns)
    if not sheet.rows and not sheet.faults:
        sheet.blame(HEADER, _("there is nothing below the header"))
    return sheet


def read_text(path: str | Path) -> str:
    """Give a file's text; bytes that are no UTF-8 stay in it as lone surrogates, to be blamed with their row."""
    try:
        # Spreadsheets put a byte order mark in front.
        return Path(path).read_bytes().decode("utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise BadFile(str(path), [(WHOLE_FILE, error.strerror or str(error))]) from error


def numbered(lines: Iterator[list[str]], sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Number the rows from 1. Where quoting is broken the rest cannot be told apart: that row is blamed, and the last."""
    number = 0
    try:
        for number, fields in enumerate(lines, start=1):
            yield number, fields
    except csv.Error as error:
        sheet.blame(number + 1, _("it cannot be read: %(error)s") % {"error": error})


def check_header(sheet: Sheet, fields: list[str], columns: list[str]) -> None:
    """Refuse a file with another header."""
    if [field.strip() for field in fields] != columns:
        words = {"wanted": ",".join(columns), "found": quoted(",".join(fields))}
        sheet.blame(HEADER, _("the header must be “%(wanted)s”, not %(found)s") % words)
        sheet.approve()


def take_row(sheet: Sheet, number: int, fields: list[str], columns: list[str]) -> None:
    """Put a row into the sheet, and blame it when it holds what nobody can have meant."""
    if len(fields) != len(columns):
        words = {"wanted": len(columns), "found": len(fields)}
        return sheet.blame(number, _("%(found)d columns instead of %(wanted)d") % words)
    sheet.rows[number] = {column: field.strip() for column, field in zip(columns, fields, strict=True)}
    if UNDECODED.search("".join(fields)):
        sheet.blame(number, _("not written in UTF-8"))
    if UNPRINTABLE.search("".join(fields)):
        sheet.blame(number, _("there is an unprintable character in it"))
    return None
