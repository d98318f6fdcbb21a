"""The rows of a list as plain facts, ready to be shown."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F
from django.db.models.functions import Left
from django.utils.translation import get_language

from complaints.categories import categories
from complaints.models import Complaint, Entry, Kind, Priority
from complaints.references import written
from complaints.states import State
from offices.actors import Actor
from offices.models import Role, office_name
from workflows import words
from workflows.inbox_walk import ORDER
from workflows.models import ComplaintTask
from workflows.remaining import remaining
from workflows.words import Words

OF_THE_CASE = {
    "reference": "reference", "kind": "kind", "state": "state", "category_id": "category",
    "priority": "priority",
    "place_level": "place__level", "place_name": "place__name",
}  # fmt: skip
FACTS = {
    **{name: F(f"process__{field}") for name, field in OF_THE_CASE.items()},
    "words": Left("process__words", 200),
    "office_level": F("queue__office__level"), "office_name": F("queue__office__name"),
    "department_sw": F("queue__department__name_sw"), "department_en": F("queue__department__name_en"),
    "holder_first": F("owner__first_name"), "holder_last": F("owner__last_name"), "holder_login": F("owner__username"),
}  # fmt: skip


def rows_of(task_ids: list[int], by: Actor, at: dt.datetime) -> list[dict[str, Any]]:
    """Give the rows of open tasks, most urgent first; one statement."""
    rows = ComplaintTask.objects.filter(pk__in=task_ids).order_by(*ORDER)
    tasks = list(rows.values("id", "rank", "due_at", "flow_task", "owner_id", "queue_id", **FACTS))
    of_many_queues = len({task["queue_id"] for task in tasks}) > 1
    return [_row(task, at) | _holding(task, by, of_many_queues) for task in tasks]


def _holding(task: dict[str, Any], by: Actor, of_many_queues: bool) -> dict[str, Any]:
    """Say with whom the work is, and what one press can change about that."""
    holder = _holder(task) if task["owner_id"] else ""
    of_others = task["owner_id"] not in (None, by.user_id)
    mine = task["owner_id"] == by.user_id
    acts = any(posting.role in (Role.OFFICER, Role.SUPERVISOR) for posting in by.postings)
    return {
        "with": holder if of_others else _queue(task) if of_many_queues else "",
        "holder": holder,
        "mine": mine,
        "queue": _queue(task) if of_many_queues else "",
        "take": acts and task["state"] == State.QUEUED and not _beside(task),
        "give_back": mine and task["state"] == State.IN_HAND and not _beside(task),
        "seen": f"{task['id']}.{task['state']}.{task['queue_id']}.{task['owner_id'] or 0}",
    }


def _holder(task: dict[str, Any]) -> str:
    return f"{task['holder_first']} {task['holder_last']}".strip() or str(task["holder_login"])


def _queue(task: dict[str, Any]) -> str:
    department = task["department_en"] if get_language() == "en" else task["department_sw"]
    return f"{department}, {office_name(task['office_level'], task['office_name'])}"


def _row(task: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
    return _case(task) | {
        "task": task["id"],
        "due_at": task["due_at"],
        "left": remaining(task["due_at"], at),
        "first": task["rank"] == 0,
        "urgent": task["priority"] == Priority.URGENT,
        "beside": _beside(task),
    }


def _beside(task: dict[str, Any]) -> Words:
    """Name what stands beside the main step; nothing for the main step itself."""
    return words.BESIDE.get(task["flow_task"].name, "")


def _case(facts: dict[str, Any]) -> dict[str, Any]:
    category = categories().get(facts["category_id"])
    return {
        "reference": facts["reference"],
        "reference_written": written(facts["reference"]),
        "subject": words.first_words(facts["words"]),
        "kind": Kind(facts["kind"]).label if facts["kind"] != Kind.COMPLAINT else "",
        "category": category.name if category else "",
        "place": office_name(facts["place_level"], facts["place_name"]),
        "state": words.STATES[State(facts["state"])],
    }


def rows_of_steps(entry_ids: list[int]) -> list[dict[str, Any]]:
    """Give the rows of what was done, newest first; one statement."""
    of_the_case = {name: F(f"complaint__{field}") for name, field in OF_THE_CASE.items()}
    steps = Entry.objects.filter(pk__in=entry_ids).order_by("-pk")
    found: Any = steps.values("id", "at", "move", words=Left("complaint__words", 200), **of_the_case)
    return [_case(step) | {"done_at": step["at"], "done": words.MOVES[step["move"]].button} for step in found]


def rows_of_cases(case_ids: list[int]) -> list[dict[str, Any]]:
    """Give the rows of cases, newest first; one statement."""
    same = ("reference", "kind", "state", "category_id", "received_at")
    cases = Complaint.objects.filter(pk__in=case_ids).order_by("-pk")
    found = cases.values(*same, said=Left("words", 200), place_level=F("place__level"), place_name=F("place__name"))
    return [_case(case | {"words": case["said"]}) | {"received_at": case["received_at"]} for case in found]
