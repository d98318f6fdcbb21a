"""Adding the rows of a lodging: `bulk_create` with the statement put together once for each model.

Django's own puts it together anew every time, which takes a fifth of all that a lodging takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, connections
from django.db.models import Field, Model


@dataclass(frozen=True)
class Table:
    """What is the same in every statement that adds rows of one model."""

    fields: tuple[Field[Any, Any], ...]
    columns: str
    row: str

    def values(self, rows: Iterable[Model]) -> list[Any]:
        """Give the values of all rows one after the other, as the database takes them."""
        database = connections[connection.alias]  # itself, and not the stand-in that looks it up at every touch
        return [field.get_db_prep_save(field.pre_save(row, True), database) for row in rows for field in self.fields]


@cache
def table_of(model: type[Model]) -> Table:
    """Look a model's columns up, its key aside, which the database draws."""
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    names = ", ".join(connection.ops.quote_name(field.column or "") for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    return Table(fields, f"INSERT INTO {table} ({names}) VALUES", f"({', '.join(['%s'] * len(fields))})")


def insert(rows: Sequence[Model], around: str = "{} RETURNING id", following: Sequence[Any] = ()) -> None:
    """Add rows of one model, none of them saved before, and give each its key: one statement, some 500 rows at a time.

    `around` is a statement that does more at once: it has the INSERT in place of its braces, gives the keys in the order
    of the rows, and takes the values `following`.
    """
    if not rows:
        return
    table = table_of(type(rows[0]))
    inserting = f"{table.columns} {', '.join([table.row] * len(rows))}"
    with connection.cursor() as cursor:
        cursor.execute(around.format(inserting), [*table.values(rows), *following])
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
