"""The register of a complaints desk (daftari): what was entered there, day by day, newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.categories import categories
from complaints.models import Complaint, Entry, Kind
from complaints.references import read_reference, written
from complaints.states import State
from offices.actors import Actor
from offices.models import Office, Role, office_name
from offices.tree import queue_with
from reports.periods import Period
from workflows import scope, words
from workflows.inbox_walk import Place, cursor_of, place_at
from workflows.models import ComplaintTask

PAGE = 50
MOST_DAYS = 92  # of one look
MOST_WORDS = 6  # of a search
OWN_FOR = dt.timedelta(hours=12)  # so long whoever entered what is kept from their desk still has its receipt


def desk_of(by: Actor) -> Office:
    """Give the office at whose complaints desk this person is a clerk, or refuse."""
    for posting in by.postings:
        if posting.role == Role.CLERK:
            return posting.office
    raise PermissionDenied(_("Only a clerk of a complaints desk reads its register."))


@dataclass(frozen=True)
class Asked:
    """What of the register is wanted: days, and words or a reference to be found in them."""

    period: Period
    searched: str = ""

    def found(self) -> Q:
        """Give the condition on Complaint."""
        days = Q(entered_at__gte=self.period.start, entered_at__lt=self.period.end)
        if reference := read_reference(self.searched):
            return days & Q(reference=reference)
        for word in self.searched.split()[:MOST_WORDS]:
            days &= Q(citizen_name__icontains=word) | Q(words__icontains=word) | Q(place__name__icontains=word)
        return days


@dataclass(frozen=True)
class Line:
    """One complaint as the register has it."""

    entered_at: dt.datetime
    received_at: dt.datetime
    reference: str
    arrival: str
    name: str
    kind: str
    category: str
    place: str
    state: str
    queue: str
    is_kept: bool  # from this clerk, who entered it: the receipt is all that they see
    has_receipt: bool

    @property
    def day(self) -> dt.date:
        """The day on which it was entered."""
        return timezone.localdate(self.entered_at)

    @property
    def reference_written(self) -> str:
        """The reference as people read it."""
        return written(self.reference)

    @property
    def was_late(self) -> bool:
        """Whether it was entered on a later day than it came."""
        return timezone.localdate(self.received_at) != self.day

    @property
    def what(self) -> str:
        """The kind, where it is no complaint, and the subject."""
        return ", ".join(part for part in (self.kind, self.category) if part)


def register(
    desk: Office, asked: Asked, by: Actor, at: dt.datetime, after: str = "", most: int = 0
) -> tuple[list[Line], str]:
    """Give what was entered at a desk, newest first, as far as this clerk may see it, and the cursor of the next page; two statements."""
    found = _after(_entered(desk, by, at).filter(asked.found()), place_at(after))
    most = most or PAGE
    rows = list(_facts(found.order_by("-entered_at", "-pk"))[: most + 1])
    last = rows[most - 1] if len(rows) > most else None
    cursor = cursor_of((0, last["entered_at"], last["pk"])) if last else ""
    return [_line(row, at) for row in rows[:most]], cursor


def _entered(desk: Office, by: Actor, at: dt.datetime) -> QuerySet[Complaint]:
    """Give what was entered there and is not kept from this person; what they entered themselves, for half a day in any case."""
    kept = Q(pk__in=[])
    for posting in by.postings:
        kept |= scope.hidden_from(posting, at)
    own = Exists(Entry.objects.filter(complaint=OuterRef("pk"), move="lodge", actor=by.user_id))
    found = Complaint.objects.filter(~kept | Q(own, entered_at__gt=at - OWN_FOR), desk=desk)
    return found.alias(kept=ExpressionWrapper(kept, BooleanField()))


def _after(found: QuerySet[Complaint], place: Place | None) -> QuerySet[Complaint]:
    if place is None:
        return found
    earlier = '("complaints_complaint"."entered_at", "complaints_complaint"."id") < (%s, %s)'
    return found.filter(RawSQL(earlier, place[1:], output_field=BooleanField()))


def _facts(found: QuerySet[Complaint]) -> Any:
    waiting = ComplaintTask.objects.open().main().filter(process=OuterRef("pk"))
    return found.values(
        "pk", "entered_at", "received_at", "reference", "arrival", "kind", "category_id", "state", is_kept=F("kept"),
        name=Left("citizen_name", 120), place_level=F("place__level"), place_name=F("place__name"),
        queue=Subquery(waiting.values("queue")[:1]),
    )  # fmt: skip


def _line(row: dict[str, Any], at: dt.datetime) -> Line:
    category = categories().get(row["category_id"])
    return Line(
        row["entered_at"], row["received_at"], row["reference"],
        arrival=str(words.ARRIVALS.get(row["arrival"], "")).strip("()"),
        name=row["name"],
        kind="" if row["kind"] == Kind.COMPLAINT else str(Kind(row["kind"]).label),
        category=category.name if category else "",
        place=office_name(row["place_level"], row["place_name"]),
        state=str(words.STATES[State(row["state"])]),
        queue=words.queue(queue_with(row["queue"])) if row["queue"] else "",
        is_kept=bool(row["is_kept"]),
        has_receipt=row["entered_at"] > at - OWN_FOR,
    )  # fmt: skip
