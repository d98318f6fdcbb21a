"""What the citizen is told of a move: which notice, and with which facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import override

from complaints.models import Complaint, KnownIncident
from complaints.pins import pin_of
from complaints.references import written
from notices import outbox
from notices.models import Notice
from offices.actors import Actor
from offices.kept import kept
from offices.models import DESK, Queue, User
from offices.tree import queue_with

KIND_OF_MOVE = {
    "route": "queued",
    "take": "taken",
    "move": "moved",
    "hand_up": "handed_up",
    "send_down": "sent_down",
    "ask": "asked",
    "refer": "referred",
    "answer": "answered",
    "approve": "answered",
    "note": "noted",
    "reject": "rejected",
    "merge": "merged",
    "withdraw": "withdrawn",
    "uphold": "upheld",
    "reply": "replied",
    "lapse_question": "replied",
    "recall": "replied",
    "returned": "returned",
    "pass_on": "passed_on",
    "confirm": "confirmed",
    "lapse": "lapsed",
    "dispute": "disputed",
    "reopen": "reopened",
    "unmerge": "unmerged",
}


RECEIPTS = ("received", "queued")


def tell(
    case: Complaint,
    kind: str,
    *,
    by: Actor,
    at: dt.datetime,
    queue: Queue,
    due_at: dt.datetime | None,
    facts: dict[str, Any],
    save: bool = True,
) -> Notice | None:
    """Queue a notice to the citizen of a case; None where there is nobody to tell."""
    phone = case.citizen.phone if case.citizen and not case.citizen.quiet else ""
    if not (phone or by.hears_in_answer):
        return None
    if kind == "queued" and case.incident:  # there is more to say than which office has it
        kind, facts = "known_incident", facts | facts_of_incident(case.incident, case.language)
    return outbox.queue(
        kind,
        address=phone,
        language=case.language,
        facts=facts_of(case, queue, due_at if due_at and due_at > at else None)  # a day gone by is no promise
        | pin_with(case, kind)
        | facts,
        case_id=case.pk,
        at=at,
        answered=by.hears_in_answer,
        save=save,
    )


def pin_with(case: Complaint, kind: str) -> dict[str, str]:
    """Give the fact of a discreet case's digits, which its receipt alone tells."""
    return {"pin": pin_of(case)} if case.discreet and kind in RECEIPTS else {}


def tell_staff(user_ids: Iterable[int | None], kind: str, case: Complaint, at: dt.datetime) -> None:
    """Queue an e-mail to members of staff about a case: that something is new there, and nothing of the case itself."""
    for user in User.objects.filter(pk__in=[each for each in user_ids if each], is_active=True).exclude(email=""):
        outbox.queue(
            kind, way="email", address=user.email, language=user.language, facts={"ref": written(case.reference)},
            case_id=case.pk, at=at,
        )  # fmt: skip


def facts_of(case: Complaint, queue: Queue, due_at: dt.datetime | None) -> dict[str, Any]:
    """Give what every notice of a case may say: reference, office and date; of a discreet one neither office nor subject."""
    facts: dict[str, Any] = {"ref": written(case.reference)}
    if due_at is not None:
        facts["due"] = due_at.isoformat()
    if case.is_short_kind:
        facts["case_kind"] = case.kind
    if case.discreet:
        return facts | {"discreet": True} | ({"confidential": True} if case.confidential else {})
    return facts | {"office": office_in(case.language, queue)}


def facts_of_incident(incident: KnownIncident, language: str) -> dict[str, Any]:
    """Give what the citizen of a complaint hears of the known incident of which it speaks."""
    words = incident.words_en if language == "en" else incident.words_sw
    return {"words": words, "until": incident.until.isoformat()}


def office_in(language: str, queue: Queue) -> str:
    """Give the name that a citizen knows the queue by: the department, or for a complaints desk the office itself."""
    return _office_in(language, queue.pk)


@kept
def _office_in(language: str, queue_id: int) -> str:
    queue = queue_with(queue_id)
    with override(language):
        return str(queue.office) if queue.department.code == DESK else queue.department.name
