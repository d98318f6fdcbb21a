"""The forms in which a sheet comes in, and how much of one is read at all: a small file can unpack into a very large one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import tablib
from django.utils.translation import gettext as _
from import_export.formats import base_formats

MOST_ROWS = 5000
MOST_COLUMNS = 60
MOST_UNPACKED = 32 * 1024 * 1024  # bytes


class BadSheet(Exception):
    """A file that is not read; its words say why."""


class CSV(base_formats.CSV):
    """Comma-separated values, so many rows at most."""

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> tablib.Dataset:
        dataset = super().create_dataset(in_stream, **kwargs)
        refuse_too_many(len(dataset))
        return dataset


class XLSX(base_formats.XLSX):
    """The first sheet of a workbook, so many rows and columns at most, whatever size it says it has."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        import openpyxl  # slow to load, and seldom wanted

        refuse_what_unpacks(in_stream)
        book = openpyxl.load_workbook(io.BytesIO(in_stream), read_only=True, data_only=True)
        rows = book.active.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
        return dataset_of(rows)


def dataset_of(rows: Iterator[tuple[Any, ...]]) -> tablib.Dataset:
    """Give rows, the header first, as wide as the header is."""
    header = list(next(rows, ()))
    while header and header[-1] is None:
        header.pop()
    body = [row[: len(header)] for row in rows]
    while body and not any(cell is not None for cell in body[-1]):
        body.pop()  # what a workbook calls its last row need not hold anything
    refuse_too_many(len(body))
    return tablib.Dataset(*body, headers=header)


def refuse_too_many(rows: int) -> None:
    """Raise `BadSheet` for more rows than one request can take in."""
    if rows > MOST_ROWS:
        raise BadSheet(_("The sheet has more than %(most)d rows. Send it in parts.") % {"most": MOST_ROWS})


def refuse_what_unpacks(content: bytes) -> None:
    """Raise `BadSheet` for a workbook that is much larger than it looks."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
            raise BadSheet(_("The workbook is too large when it is opened. Send it in parts, or as CSV."))
