"""A complaint as its citizen may see it, in the caller's language, and the tag that changes whenever any of that does."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from channels_in import follow
from complaints.categories import category_with
from complaints.models import Complaint
from offices import actors
from workflows import wishes
from workflows.models import ComplaintTask

APP = "app"  # the way by which citizens come who use the API themselves


def as_it_stands(case: Complaint, at: dt.datetime) -> dict[str, Any]:
    """Give all that a citizen may see of a case, and do with it now."""
    now = follow.standing(case, actors.citizen(case.citizen_id, via=APP), at)
    return summary(case, now.due_at, now.office) | {
        "due_says": str(now.due_says) if now.due_at else "",
        "words": "" if case.discreet else case.words,
        "asks": str(now.asks),
        "said": now.said,
        "stars": wishes.stars_of(case),
        "moves": [_act(act) for act in [*now.first, *now.more]],
        "steps": [
            {"at": step.at.isoformat(), "what": str(step.what), "office": step.office, "words": step.words}
            for step in follow.timeline_for_citizen(case)
        ],
    }


def _act(act: follow.Act) -> dict[str, Any]:
    return {
        "move": act.move, "title": str(act.title), "button": str(act.button), "explains": str(act.explains),
        "words_label": str(act.words_label), "words_needed": act.needed,
    }  # fmt: skip


def summary(case: Complaint, due_at: dt.datetime | None, office: str) -> dict[str, Any]:
    """Give what a list says of a case."""
    category = category_with(case.category_id)
    return {
        "reference": case.reference,
        "written": case.reference_written,
        "kind": case.kind,
        "category": category.code if category and not case.discreet else "",
        "state": case.state,
        "state_says": follow.state_in_words(case),
        "outcome": case.outcome,
        "received_at": case.received_at.isoformat(),
        "due_at": due_at.isoformat() if due_at else None,
        "office": office,
    }


def summaries(cases: Iterable[Complaint]) -> list[dict[str, Any]]:
    """Give what a list says of cases; one statement more, however many they are."""
    listed = list(cases)
    steps = ComplaintTask.objects.open().main().filter(process__in=[case.pk for case in listed])
    step_of = {task.process_id: task for task in steps}
    return [_summary(case, step_of.get(case.pk)) for case in listed]


def _summary(case: Complaint, task: ComplaintTask | None) -> dict[str, Any]:
    case.category = category_with(case.category_id)
    if task is None:
        return summary(case, None, "")
    return summary(case, task.due_at, "" if case.discreet else follow.office_with(task.queue_id))


def tag_of(seen: Mapping[str, Any]) -> str:
    """Give the ETag of what a citizen sees."""
    said = json.dumps(seen, sort_keys=True, separators=(",", ":"))
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def is_tag(header: str, tag: str) -> bool:
    """Say whether a tag is among those of an If-Match or If-None-Match; one made weak by compression counts."""
    return header.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in header.split(",")]
