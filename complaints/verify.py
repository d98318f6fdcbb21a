"""Reckons every timeline anew, and names each row that does not fit.

The hash is computed here a second time, on its own, from what stands in the rows: the same form as in
`complaints/sql/timeline.sql`; change neither without the other. What this cannot see is a chain that somebody rewrote
from a row to its end together with its head: that takes a copy of the heads kept elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from complaints.references import written
from complaints.timeline import commit_to, commit_to_said

ROWS_AT_ONCE = 5000


class Why(StrEnum):
    """What is wrong with a row, or with a case."""

    CHANGED = "its hash does not follow from it and the row before it: one of the two was changed"
    MISSING = "is missing: it was removed, or its number was changed"
    TWICE = "is there twice"
    OTHER_WORDS = "its words are not those that it was written with"
    OTHER_COMPLAINT = "what the citizen said, when, or of whom is not what it was"
    LOOSE_WORDS = "has words that it was not written with"
    NO_WORDS = "its words are gone, and were not erased"
    OTHER_START = "begins in another state than the row before it left"
    OTHER_STATE = "left the case in another state than it is in now"
    OTHER_HEAD = "is the last, but not for the head of the chain: rows were removed or added after it"
    NO_HEAD = "the chain has no head"
    NO_ROWS = "there is no timeline"
    NO_CASE = "there is no case to this timeline"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: which row (none: the case itself) of which case, and why."""

    case: str  # the reference as people read it
    number: int | None
    why: Why

    def __str__(self) -> str:
        row = "" if self.number is None else f" row {self.number}"
        return f"{self.case}{row}: {self.why}"


class Row(NamedTuple):
    """A row of a timeline as the database has it, beside its case; times in microseconds since 1970."""

    reference: str
    state: str
    head_number: int | None
    head_hash: str | None
    complaint_id: int
    number: int | None  # None where a case has no row at all
    hash: str
    at: int
    move: str
    from_state: str
    to_state: str
    actor_kind: str
    actor_id: int | None
    via: str
    from_queue_id: int | None
    to_queue_id: int | None
    holder_id: int | None
    due_at: int | None
    detail: str
    commitment: str
    salt: str | None
    for_staff: str
    for_citizen: str
    # What the citizen said, when and of whom; beside the first row alone.
    secret: str | None
    said: str
    received_at: int
    about_person_id: int | None
    about_office_id: int | None
    about_post: str

    def fault(self, why: Why) -> Fault:
        """Give the fault that this row has."""
        return Fault(written(self.reference), self.number, why)


# One statement sees one moment: what is written meanwhile cannot look like a fault.
ROWS = """
SELECT c.reference, c.state, h.number, h.hash, c.id, e.number, e.hash, (extract(epoch FROM e.at) * 1000000)::bigint,
       e.move, e.from_state, e.to_state, e.actor_kind, e.actor_id, e.via, e.from_queue_id, e.to_queue_id, e.holder_id,
       (extract(epoch FROM e.due_at) * 1000000)::bigint, e.detail, e.commitment, w.salt, w.for_staff, w.for_citizen,
       f.secret, f.words, (extract(epoch FROM f.received_at) * 1000000)::bigint, f.about_person_id, f.about_office_id, f.about_post
  FROM complaints_complaint c
  LEFT JOIN complaints_timelinehead h ON h.complaint_id = c.id
  LEFT JOIN complaints_entry e ON e.complaint_id = c.id
  LEFT JOIN complaints_entrywords w ON w.entry_id = e.id
  LEFT JOIN complaints_complaint f ON f.id = c.id AND e.number = 1
"""
IN_ORDER = " ORDER BY c.id, e.number"

ORPHANS = """
SELECT complaint_id, min(number) FROM complaints_entry e
 WHERE NOT EXISTS (SELECT FROM complaints_complaint c WHERE c.id = e.complaint_id) GROUP BY complaint_id ORDER BY 1
"""


def faults(reference: str = "", *, on_rows: Callable[[int], object] = lambda count: None) -> Iterator[Fault]:
    """Give what is wrong with all timelines, or with that of one case; `on_rows` hears how many rows were read."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        if reference:
            cursor.execute(ROWS + " WHERE c.reference = %s" + IN_ORDER, [reference])
        else:
            cursor.execute(ROWS + IN_ORDER)
        for _case, rows in groupby(_stream(cursor, on_rows), key=lambda row: row.complaint_id):
            yield from _faults_of(list(rows))
    if not reference:
        yield from _orphans()


def _stream(cursor: CursorWrapper, on_rows: Callable[[int], object]) -> Iterator[Row]:
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield from map(Row._make, rows)
        on_rows(len(rows))


def _orphans() -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS)
        for complaint_id, number in cursor.fetchall():
            yield Fault(f"#{complaint_id}", number, Why.NO_CASE)


def _faults_of(rows: list[Row]) -> Iterator[Fault]:
    if rows[0].number is None:
        yield rows[0].fault(Why.NO_ROWS)
        return
    number, last_hash, state = 0, "", ""
    for row in rows:
        if why := wrong_with_chain(row, number, last_hash):
            yield (row._replace(number=number + 1) if why == Why.MISSING else row).fault(why)
        if why := wrong_with_words(row):
            yield row.fault(why)
        if row.to_state:
            if row.from_state != state:
                yield row.fault(Why.OTHER_START)
            state = row.to_state
        number, last_hash = row.number or 0, row.hash
    yield from _faults_at_the_end(rows[-1], state)


def wrong_with_chain(row: Row, number: int, last_hash: str) -> Why | None:
    """Say what is wrong between a row and the one before it, of this number and hash (for the first: 0 and nothing)."""
    if row.number == number + 1:
        return None if row.hash == hash_of(row, last_hash) else Why.CHANGED
    return Why.TWICE if row.number == number else Why.MISSING


def hash_of(row: Row, last_hash: str) -> str:
    """Give the SHA-256 that chains a row to the hash before it (empty for the first)."""
    (_, _, _, _, case, number, _, at, move, from_state, to_state, actor_kind, actor, via,
     from_queue, to_queue, holder, due_at, detail, commitment, *_words) = row  # fmt: skip
    told = (
        f"v1|{last_hash}|{case}|{number}|{at}|{move}|{from_state}|{to_state}|{actor_kind}|{actor or ''}|{via}"
        f"|{from_queue or ''}|{to_queue or ''}|{holder or ''}|{'' if due_at is None else due_at}|{detail}|{commitment}"
    )
    return hashlib.sha256(told.encode()).hexdigest()


def wrong_with_words(row: Row) -> Why | None:
    """Say what is wrong with the words beside a row, if anything; erased ones leave salt and words empty."""
    if row.secret is not None and row.salt is None:
        return _wrong_with_complaint(row)
    if row.salt is None:
        return Why.NO_WORDS if row.commitment else None
    if not row.commitment:
        return Why.LOOSE_WORDS
    if not (row.salt or row.for_staff or row.for_citizen):
        return None
    kept = commit_to(row.salt, row.for_staff, row.for_citizen)
    return None if kept == row.commitment else Why.OTHER_WORDS


def _wrong_with_complaint(row: Row) -> Why | None:
    """Say whether what the citizen said is what the chain began with; erased words are empty."""
    if not row.commitment or not row.said:
        return None
    about = (row.about_person_id, row.about_office_id, row.about_post)
    kept = commit_to_said(row.secret or "", row.said, row.received_at, *about)
    return None if kept == row.commitment else Why.OTHER_COMPLAINT


def _faults_at_the_end(last: Row, state: str) -> Iterator[Fault]:
    if last.head_number is None:
        yield last._replace(number=None).fault(Why.NO_HEAD)
    elif (last.head_number, last.head_hash) != (last.number, last.hash):
        yield last.fault(Why.OTHER_HEAD)
    if state != last.state:
        yield last.fault(Why.OTHER_STATE)
