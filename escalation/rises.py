"""Handing up in sets: planned once for all tasks in the same situation, written for all of them in one statement.

The rows are exactly those that `workflows.actions.hand_up` leaves, since the planning is done by the same functions; a
test compares them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from viewflow.workflow.status import STATUS

from complaints.categories import category_with
from complaints.models import Category, Citizen, Complaint
from complaints.references import written
from escalation.due import Due
from notices.models import Notice
from offices.actors import CLOCK
from offices.tree import Line, line_of, read_ahead
from workflows import ladder
from workflows.actions import overdue, rise
from workflows.guards import Asking
from workflows.models import ComplaintTask
from workflows.writer import asking_about, due_for, planned, tell, way_open_to

Situation = tuple[Any, ...]


def situation_of(due: Due) -> Situation:
    """Give what two tasks have in common that are handed up in the same way, down to the notice's words."""
    return due[3:]


@dataclass(frozen=True, eq=False)
class Rise:
    """How the tasks of one situation are handed up; `queue_id` None: they are at the top, and are flagged."""

    detail: str
    queue_id: int | None = None
    due_at: dt.datetime | None = None
    to_state: str = ""
    keeps_holder: bool = False
    notice: Notice | None = None


class Plans:
    """The plans of one sweep, which all hold for one moment: each situation is thought through once."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        self.known: dict[Situation, Rise] = {}
        self.staffed: dict[int | None, dict[int, bool]] = {}  # by category and office

    def for_each(self, claimed: Iterable[Due]) -> list[tuple[Due, Rise]]:
        """Give every task with its plan. Raises whatever the planning of a single one raises."""
        placed = [(due, situation_of(due)) for due in claimed]
        new = {situation: due for due, situation in placed if situation not in self.known}
        if new:
            self._think_through(new)
        return [(due, self.known[situation]) for due, situation in placed]

    def _think_through(self, new: dict[Situation, Due]) -> None:
        categories = {due.category_id: category_with(due.category_id) for due in new.values()}
        departments = {category.department_id for category in categories.values() if category}
        read_ahead({due.queue_id for due in new.values()}, departments)
        asked = {situation: asking_for(due, self.at) for situation, due in new.items()}
        rungs = {situation: ladder.above(asking.line, asking.case) for situation, asking in asked.items()}
        self._ask_who_is_staffed(categories, [(asked[situation].case.category_id, rungs[situation]) for situation in new])
        for situation, asking in asked.items():
            self.known[situation] = plan(asking, rungs[situation], self.staffed[asking.case.category_id])

    def _ask_who_is_staffed(
        self, categories: dict[int | None, Category | None], ladders: list[tuple[int | None, list[Line]]]
    ) -> None:
        """Ask of all offices above whether they are staffed, once in a sweep: one statement for each category."""
        unknown: dict[int | None, set[int]] = {category_id: set() for category_id in categories}
        for category_id, rungs in ladders:
            unknown[category_id].update(rung.office.pk for rung in rungs)
        for category_id, offices in unknown.items():
            known = self.staffed.setdefault(category_id, {})
            if new := [office_id for office_id in offices if office_id not in known]:
                staffed = ladder.staffed_offices(new, categories[category_id], self.at)
                known.update({office_id: office_id in staffed for office_id in new})


def asking_for(due: Due, at: dt.datetime) -> Asking:
    """Give what the guards look at, without reading the rows again; who holds it and who complains is anybody."""
    about = {"about_office": line_of(due.about_office_id).office} if due.about_office_id else {}
    speaker = {"citizen": ANYBODY} if due.has_phone else {}
    case = Complaint(
        pk=due.case_id, reference=due.reference, secret="", state=due.state, kind=due.kind, language=due.language,
        category_id=due.category_id, **about, **speaker,
    )  # fmt: skip
    node = ComplaintTask._meta.get_field("flow_task").to_python(due.node)
    task = ComplaintTask(
        pk=due.task_id, process=case, flow_task=node, queue_id=due.queue_id, owner_id=0, due_at=at, side=node.side
    )
    return asking_about(task, CLOCK, at)


ANYBODY = Citizen(phone="any")


def plan(asking: Asking, rungs: list[Line], staffed: dict[int, bool]) -> Rise:
    """Plan one hand-up as the action does, up to the writing."""
    rung = ladder.first_staffed(rungs, {office_id for office_id, somebody in staffed.items() if somebody})
    if rung is None:
        return Rise(overdue(asking.task))
    way = way_open_to(asking, "hand_up")
    changes = planned(asking, "", partial(rise, rung=rung))
    due_at = due_for(asking, way, changes)
    if not asking.task.side:
        asking.case.hand_up()
    return Rise(
        changes.detail, queue_id=changes.queue.pk, due_at=due_at, to_state=asking.case.state,
        keeps_holder=changes.owner_id is not None, notice=tell(asking, way, changes, due_at, save=False),
    )  # fmt: skip


def hand_up(risen: list[tuple[Due, Rise]], at: dt.datetime) -> int:
    """Write what `actions.hand_up` would for each of these tasks, whose locks are held: one statement. Give their number."""
    if not risen:
        return 0
    numbers = {plan: number for number, plan in enumerate(dict.fromkeys(plan for _due, plan in risen))}
    plans = [as_record(plan, number) for plan, number in numbers.items()]
    return _write(
        HAND_UP, at, plans=json.dumps(plans, cls=DjangoJSONEncoder),
        tasks=[due.task_id for due, _plan in risen],
        numbers=[numbers[plan] for _due, plan in risen],
        references=[written(due.reference) for due, _plan in risen],
    )  # fmt: skip


def as_record(plan: Rise, number: int) -> dict[str, Any]:
    """Give a plan as the statement reads it, the notice's own columns among them."""
    record = {
        "number": number, "queue_id": plan.queue_id, "due_at": plan.due_at.isoformat() if plan.due_at else None,
        "to_state": plan.to_state, "keeps_holder": plan.keeps_holder, "detail": plan.detail,
    }  # fmt: skip
    if notice := plan.notice:
        record |= {"kind": notice.kind, "way": notice.way, "language": notice.language, "facts": notice.facts}
    return record


def flag(stuck: list[tuple[Due, Rise]], at: dt.datetime) -> int:
    """Write what `actions.flag` would for each of these tasks, whose locks are held: one statement. Give their number."""
    if not stuck:
        return 0
    tasks, details = [due.task_id for due, _plan in stuck], [plan.detail for _due, plan in stuck]
    return _write(FLAG, at, tasks=tasks, details=details)


def _write(sql: str, at: dt.datetime, **values: Any) -> int:
    clock = {"at": at, "clock": CLOCK.kind, "via": CLOCK.via, "new": STATUS.NEW, "assigned": STATUS.ASSIGNED}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**clock, **values})
        return int(cursor.rowcount)


# The entries come last, in the order in which the tasks were claimed; their trigger numbers and chains them.
HAND_UP = """
WITH plan AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(plans)s) AS plan (
        number int, queue_id bigint, due_at timestamptz, to_state text, keeps_holder boolean, detail text,
        kind text, way text, language text, facts jsonb)
), step AS MATERIALIZED (
    SELECT plan.*, claimed.place, claimed.reference, t.id, t.process_id, t.queue_id AS from_queue_id, c.state AS from_state,
           CASE WHEN plan.keeps_holder THEN t.owner_id END AS holder_id, z.phone
      FROM unnest(%(tasks)s::bigint[], %(numbers)s::int[], %(references)s::text[])
           WITH ORDINALITY AS claimed (task_id, number, reference, place)
      JOIN plan ON plan.number = claimed.number
      JOIN workflows_complainttask t ON t.id = claimed.task_id
      JOIN complaints_complaint c ON c.id = t.process_id
      LEFT JOIN complaints_citizen z ON z.id = c.citizen_id
), moved AS (
    UPDATE workflows_complainttask t
       SET queue_id = step.queue_id, owner_id = step.holder_id, due_at = step.due_at, questions = 0, flagged_at = NULL,
           status = CASE WHEN step.holder_id IS NULL THEN %(new)s ELSE %(assigned)s END
      FROM step WHERE t.id = step.id
), restated AS (
    UPDATE complaints_complaint c SET state = step.to_state
      FROM step WHERE c.id = step.process_id AND step.to_state <> step.from_state
), told AS (
    INSERT INTO notices_notice (kind, way, language, address, facts, case_id, status, attempts, next_try_at, created_at,
                                provider_id, last_error)
    SELECT kind, way, language, phone, facts || jsonb_build_object('ref', reference), process_id, 'queued', 0, %(at)s, %(at)s,
           '', ''
      FROM step WHERE kind IS NOT NULL ORDER BY place
)
INSERT INTO complaints_entry (complaint_id, number, hash, at, move, from_state, to_state, actor_kind, via,
                              from_queue_id, to_queue_id, holder_id, due_at, detail, commitment)
SELECT process_id, 0, '', %(at)s, 'hand_up', from_state, to_state, %(clock)s, %(via)s,
       from_queue_id, queue_id, holder_id, due_at, detail, ''
  FROM step ORDER BY place
"""

FLAG = """
WITH step AS MATERIALIZED (
    SELECT stuck.place, stuck.detail, t.id, t.process_id, t.queue_id, t.owner_id, t.due_at, c.state
      FROM unnest(%(tasks)s::bigint[], %(details)s::text[]) WITH ORDINALITY AS stuck (task_id, detail, place)
      JOIN workflows_complainttask t ON t.id = stuck.task_id
      JOIN complaints_complaint c ON c.id = t.process_id
), flagged AS (
    UPDATE workflows_complainttask t SET flagged_at = %(at)s FROM step WHERE t.id = step.id
)
INSERT INTO complaints_entry (complaint_id, number, hash, at, move, from_state, to_state, actor_kind, via,
                              from_queue_id, to_queue_id, holder_id, due_at, detail, commitment)
SELECT process_id, 0, '', %(at)s, 'flag', state, state, %(clock)s, %(via)s, queue_id, queue_id, owner_id, due_at, detail, ''
  FROM step ORDER BY place
"""
