"""What a leader has said to those below, and nobody has opened yet: directives, and advice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils.functional import Promise

from complaints.references import written
from offices.models import Department, office_name
from reports import audit
from reports.reach import Reach
from workflows import words
from workflows.flows import ComplaintFlow
from workflows.models import ComplaintTask
from workflows.remaining import Remaining, remaining

MOST = 10


@dataclass(frozen=True)
class Unread:
    """One directive or advice: of which case, in whose queue, since when, and until when it is to be acted on."""

    what: str | Promise
    reference: str
    subject: str
    queue: str
    given_at: dt.datetime
    left: Remaining | None

    @property
    def reference_written(self) -> str:
        """The reference as people read it."""
        return written(self.reference)


def unread(reach: Reach, at: dt.datetime, narrowed: Q) -> list[Unread]:
    """Give those under the office that this reader may see, the most pressing first; `narrowed` is a condition on ComplaintTask."""
    said = ComplaintTask.objects.open().unread().filter(
        audit.in_sight(reach, at), narrowed, flow_task__in=[ComplaintFlow.directive, ComplaintFlow.advice]
    )  # fmt: skip
    rows = said.order_by("due_at", "id")[:MOST].values(
        "flow_task", "created", "due_at", reference=F("process__reference"), said=Left("process__words", 200),
        department=F("queue__department"), level=F("queue__office__level"), office=F("queue__office__name"),
    )  # fmt: skip
    departments = Department.objects.in_bulk({row["department"] for row in rows})
    return [
        Unread(
            what=words.BESIDE[row["flow_task"].name],
            reference=row["reference"],
            subject=words.first_words(row["said"]),
            queue=f"{departments[row['department']].name}, {office_name(row['level'], row['office'])}",
            given_at=row["created"],
            left=remaining(row["due_at"], at),
        )
        for row in rows
    ]
