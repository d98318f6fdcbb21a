"""Writing the timeline: one statement for a step and its words."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from complaints.models import Complaint
from offices.actors import Actor

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

ENTRY = (
    "INSERT INTO complaints_entry (complaint_id, number, hash, at, move, from_state, to_state, actor_kind, actor_id, via,"
    " from_queue_id, to_queue_id, holder_id, due_at, detail, commitment) VALUES"
)
ENTRY_ROW = "(%s, 0, '', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Happened:
    """One step, as the timeline will keep it: who, what, when, from where, and the words for staff and citizen."""

    complaint_id: int
    move: str
    by: Actor
    at: dt.datetime
    from_state: str = ""
    to_state: str = ""
    from_queue_id: int | None = None
    to_queue_id: int | None = None
    holder_id: int | None = None
    due_at: dt.datetime | None = None
    detail: str = ""  # lower case letters, digits and `_:.-`
    for_staff: str = ""
    for_citizen: str = ""
    commitment: str = ""  # to words that stand in the case itself

    @property
    def has_words(self) -> bool:
        """Whether somebody said something."""
        return bool(self.for_staff or self.for_citizen)

    def row(self, commitment: str) -> list[Any]:
        """Give the values of `ENTRY_ROW`."""
        return [
            self.complaint_id,
            self.at,
            self.move,
            self.from_state,
            self.to_state,
            self.by.kind,
            self.by.user_id,
            self.by.via,
            self.from_queue_id,
            self.to_queue_id,
            self.holder_id,
            self.due_at,
            self.detail,
            commitment,
        ]


def commit_to(salt: str, for_staff: str, for_citizen: str) -> str:
    """Give the SHA-256 that binds the chain to these words without holding them; the salt is 128 random bits in hex."""
    told = f"{salt}|{len(for_staff)}|{for_staff}|{for_citizen}"
    return hashlib.sha256(told.encode("utf-8")).hexdigest()


def commit_to_complaint(case: Complaint) -> str:
    """Give the SHA-256 that binds the chain to what the citizen said, when, and of whom; the salt is the case's own secret."""
    microseconds = (case.received_at - EPOCH) // dt.timedelta(microseconds=1)
    about = (case.about_person_id, case.about_office_id, case.about_post)
    return commit_to_said(case.secret, case.words, microseconds, *about)


def commit_to_said(
    secret: str, words: str, received_at: int, about_person: int | None, about_office: int | None, about_post: str
) -> str:
    """Give the same from the plain values; `received_at` in microseconds since 1970."""
    told = f"{secret}|{received_at}|{about_person or ''}|{about_office or ''}|{about_post}|{len(words)}|{words}"
    return hashlib.sha256(told.encode("utf-8")).hexdigest()


def write(happened: Happened) -> None:
    """Write one step; the caller holds the case's lock and the transaction."""
    with connection.cursor() as cursor:
        if not happened.has_words:
            cursor.execute(f"{ENTRY} {ENTRY_ROW}", happened.row(""))
            return
        salt = secrets.token_hex(16)
        words = [happened.for_staff, happened.for_citizen]
        cursor.execute(
            f"WITH entry AS ({ENTRY} {ENTRY_ROW} RETURNING id)"
            " INSERT INTO complaints_entrywords (entry_id, salt, for_staff, for_citizen)"
            " SELECT id, %s, %s, %s FROM entry",
            [*happened.row(commit_to(salt, *words)), salt, *words],
        )


def write_many(steps: Sequence[Happened]) -> None:
    """Write steps without words of their own, each of another case, in one statement."""
    if not steps:
        return
    rows = ", ".join([ENTRY_ROW] * len(steps))
    values = [value for step in steps for value in step.row(step.commitment)]
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTRY} {rows}", values)
