"""Handing up in sets: planned once for all tasks in the same situation, written for all of them in one statement.

The rows are exactly those that `workflows.actions.hand_up` leaves, since the planning is done by the same functions; a
test compares them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from threading import Lock
from typing import Any

from django.db import connection
from viewflow.workflow.status import STATUS

from complaints.categories import category_with
from complaints.models import Citizen, Complaint
from complaints.references import written
from escalation.due import Due
from notices.models import Notice
from offices.actors import CLOCK
from offices.tree import Line, line_of, queue_with, read_ahead
from workflows import actions, beside, ladder
from workflows.guards import Asking
from workflows.models import ComplaintTask
from workflows.nodes import Way
from workflows.writer import Plan, due_for, planned, tell, way_open_to

Situation = tuple[Any, ...]
Asked = tuple[int | None, int | None]  # a category, and a department where it is not the category's


@dataclass(frozen=True, eq=False)
class Rise:
    """Where and until when the tasks of one situation are handed up; without a `change` they are at the top."""

    asking: Asking
    way: Way | None = None
    change: Plan | None = None
    due_at: dt.datetime | None = None
    to_state: str = ""


@dataclass(frozen=True, eq=False)
class Told:
    """A rise, and the notice to the citizens of some of its tasks, as it will stand there but for number and reference."""

    rise: Rise
    notice: Notice | None


Planned = list[tuple[Due, Told]]


class Plans:
    """The plans of one sweep, which all hold for one moment: each situation is thought through once, whoever meets it."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        self.one_at_a_time = Lock()
        self.likenesses = Likenesses(at)
        self.rises: dict[Situation, Rise] = {}
        self.told: dict[Situation, Told] = {}
        # By category and, of what another department is asked for, by that: the offices of which it has been asked whether they are staffed, and those that are.
        self.asked: dict[Asked, set[int]] = {}
        self.staffed: dict[Asked, set[int]] = {}

    def for_each(self, claimed: Iterable[Due]) -> Planned:
        """Give every task with its plan. Raises whatever the planning of a single one raises."""
        heard = [(due, due.listener) for due in claimed]
        with self.one_at_a_time:
            self._think_of({listener: due for due, listener in heard if listener not in self.told})
        return [(due, self.told[listener]) for due, listener in heard]

    def _think_of(self, new: dict[Situation, Due]) -> None:
        self._think_through({due.situation: due for due in new.values() if due.situation not in self.rises})
        for listener, due in new.items():
            rise = self.rises[due.situation]
            self.told[listener] = Told(rise, notice_of(rise, due))

    def _think_through(self, new: dict[Situation, Due]) -> None:
        departments = {category.department_id for due in new.values() if (category := category_with(due.category_id))}
        read_ahead([due.queue_id for due in new.values()], departments)
        asked = [(situation, self.likenesses.asking(due)) for situation, due in new.items()]
        above = [(situation, asking, ladder.above(asking.line, asking.case)) for situation, asking in asked]
        self._ask_who_is_staffed((asking, rungs) for _situation, asking, rungs in above)
        for situation, asking, rungs in above:
            rung = ladder.first_staffed(rungs, self.staffed[whose(asking)])
            self.rises[situation] = plan(asking, rung) if rung else Rise(asking)

    def _ask_who_is_staffed(self, ladders: Iterable[tuple[Asking, list[Line]]]) -> None:
        """Ask of all offices above whether they are staffed, of each once in a sweep: one statement for each category."""
        offices: dict[Asked, set[int]] = {}
        for asking, rungs in ladders:
            offices.setdefault(whose(asking), set()).update(rung.office.pk for rung in rungs)
        for (category_id, department_id), office_ids in offices.items():
            key = category_id, department_id
            staffed, asked = self.staffed.setdefault(key, set()), self.asked.setdefault(key, set())
            if new := office_ids - asked:
                staffed |= ladder.staffed_offices(list(new), category_with(category_id), self.at, department_id)
                asked |= new


def whose(asking: Asking) -> Asked:
    """Give whose work it is: the category's, or of what another department is asked for that department's."""
    return asking.case.category_id, beside.own_department_of(asking)


class Likenesses:
    """Cases and tasks that stand for all that are alike to the guards: making one for each situation would take half the time."""

    # They hold only what a `Situation` tells apart. Whatever else `hand_up` or its guards come to look at belongs there
    # too: in `Due`, in its query, and here.

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        self.cases: dict[Situation, Complaint] = {}
        self.tasks: dict[str, ComplaintTask] = {}

    def asking(self, due: Due) -> Asking:
        """Give what the guards look at, without reading the rows again; it may be in anybody's hand."""
        return Asking(self._case(due), self._task(due.node), queue_with(due.queue_id), CLOCK, self.at)

    def _case(self, due: Due) -> Complaint:
        kind = (due.state, due.category_id, due.about_office_id, due.kind)
        if kind not in self.cases:
            case = Complaint(state=due.state, kind=due.kind, category=category_with(due.category_id))
            case.about_office = line_of(due.about_office_id).office if due.about_office_id else None
            self.cases[kind] = case
        return self.cases[kind]

    def _task(self, node: str) -> ComplaintTask:
        if node not in self.tasks:
            flow_task = ComplaintTask._meta.get_field("flow_task").to_python(node)
            self.tasks[node] = ComplaintTask(flow_task=flow_task, owner_id=0, due_at=self.at, side=flow_task.side)
        return self.tasks[node]


def plan(asking: Asking, rung: Line) -> Rise:
    """Plan the hand-up to an office above as the action does, up to the writing."""
    way = way_open_to(asking, "hand_up")
    change = planned(asking, "", partial(actions.rise, rung=rung))
    to_state = asking.case.state if asking.task.side else state_after(asking.case.state)
    return Rise(asking, way, change, due_for(asking, way, change), to_state)


@cache
def state_after(state: str) -> str:
    """Give the state in which a hand-up leaves a case."""
    case = Complaint(state=state)
    case.hand_up()
    return str(case.state)


def notice_of(rise: Rise, due: Due) -> Notice | None:
    """Give what a citizen like this one is told, unsaved."""
    if rise.way is None or rise.change is None:
        return None
    case = rise.asking.case
    case.language, case.citizen = due.language, ANYBODY if due.has_phone else None
    case.confidential = due.confidential
    return tell(rise.asking, rise.way, rise.change, rise.due_at, save=False)


ANYBODY = Citizen(phone="any")


def hand_up(risen: Planned, at: dt.datetime) -> int:
    """Write what `actions.hand_up` would for each of these tasks, whose locks are held: one statement. Give their number."""
    if not risen:
        return 0
    numbers = {told: number for number, told in enumerate(dict.fromkeys(told for _due, told in risen))}
    plans = [as_record(told, number) for told, number in numbers.items()]
    return _write(
        HAND_UP, at, plans=json.dumps(plans),
        tasks=[due.task_id for due, _told in risen],
        cases=[due.case_id for due, _told in risen],
        holders=[due.holder_id for due, _told in risen],
        phones=[due.phone for due, _told in risen],
        references=[written(due.reference) for due, _told in risen],
        numbers=[numbers[told] for _due, told in risen],
    )  # fmt: skip


def as_record(told: Told, number: int) -> dict[str, Any]:
    """Give a plan as the statement reads it, the notice's own columns among them."""
    rise, change = told.rise, told.rise.change
    assert change is not None
    record = {
        "number": number, "from_queue_id": rise.asking.queue.pk, "queue_id": change.queue.pk,
        "from_state": rise.asking.case.state, "to_state": rise.to_state, "keeps_holder": change.owner_id is not None,
        "due_at": rise.due_at.isoformat() if rise.due_at else None, "detail": change.detail,
    }  # fmt: skip
    if notice := told.notice:
        record |= {"kind": notice.kind, "way": notice.way, "language": notice.language, "facts": notice.facts}
    return record


def flag(stuck: Planned, at: dt.datetime) -> int:
    """Write what `actions.flag` would for each of these tasks, whose locks are held: one statement. Give their number."""
    if not stuck:
        return 0
    details = [actions.overdue(told.rise.asking.task) for _due, told in stuck]
    return _write(FLAG, at, tasks=[due.task_id for due, _told in stuck], details=details)


def _write(sql: str, at: dt.datetime, **values: Any) -> int:
    clock = {"at": at, "clock": CLOCK.kind, "via": CLOCK.via, "new": STATUS.NEW, "assigned": STATUS.ASSIGNED}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**clock, **values})
        return int(cursor.rowcount)


# The entries come last, in the order in which the tasks were claimed; their trigger numbers and chains them.
HAND_UP = """
WITH plan AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(plans)s) AS plan (
        number int, from_queue_id bigint, queue_id bigint, from_state text, to_state text, keeps_holder boolean,
        due_at timestamptz, detail text, kind text, way text, language text, facts jsonb)
), step AS MATERIALIZED (
    SELECT plan.*, task_id, case_id, CASE WHEN keeps_holder THEN held_by_id END AS holder_id, phone, reference, place
      FROM unnest(%(tasks)s::bigint[], %(cases)s::bigint[], %(holders)s::bigint[], %(phones)s::text[],
                  %(references)s::text[], %(numbers)s::int[])
           WITH ORDINALITY AS claimed (task_id, case_id, held_by_id, phone, reference, number, place)
      JOIN plan USING (number)
), moved AS (
    UPDATE workflows_complainttask t
       SET queue_id = step.queue_id, owner_id = step.holder_id, due_at = step.due_at, questions = 0, flagged_at = NULL,
           status = CASE WHEN step.holder_id IS NULL THEN %(new)s ELSE %(assigned)s END
      FROM step WHERE t.id = step.task_id
), restated AS (
    UPDATE complaints_complaint c SET state = step.to_state
      FROM step WHERE c.id = step.case_id AND step.to_state <> step.from_state
), told AS (
    INSERT INTO notices_notice (kind, way, language, address, facts, case_id, status, attempts, next_try_at, created_at,
                                provider_id, last_error)
    SELECT kind, way, language, phone, facts || jsonb_build_object('ref', reference), case_id, 'queued', 0, %(at)s, %(at)s,
           '', ''
      FROM step WHERE kind IS NOT NULL ORDER BY place
)
INSERT INTO complaints_entry (complaint_id, number, hash, at, move, from_state, to_state, actor_kind, via,
                              from_queue_id, to_queue_id, holder_id, due_at, detail, commitment)
SELECT case_id, 0, '', %(at)s, 'hand_up', from_state, to_state, %(clock)s, %(via)s,
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
