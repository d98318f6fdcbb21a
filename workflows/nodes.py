"""The nodes of the flow: a step with several ways out, the start, and the ends.

Viewflow's gateways cost five statements and two rows a move; a `Step` decides by itself. Some moves stay on the same
task row (`here`), others finish it and open the next (`to`). Everything a page, a button or the clock needs to know of a
move stands on its `Way`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from viewflow import this
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge, Node
from viewflow.workflow.nodes import EndActivation, StartHandle
from viewflow.workflow.status import PROCESS, STATUS
from viewflow.workflow.token import Token

from workflows.inserts import insert
from workflows.models import ComplaintTask

# Where a deadline comes from, beside the time within which the next step must be done.
FRESH = "fresh"  # the whole time of the step that is entered
KEPT = "kept"  # as it was
LEFT = "left"  # what was left of the act clock when it was paused
ACT_DUE = "act_due"  # the act deadline, not shifted
NONE = "none"  # no deadline

START = Token("start")


@dataclass(frozen=True)
class Way:
    """One move out of a step (or round within it): who may, whether a reason is asked for, whether the citizen is told."""

    move: str
    target: Any  # the node it leads to
    by: frozenset[str]
    reason: bool = False
    told: bool = False
    awaits: bool = False  # what was asked of others beside the step, save with a reason why not
    due: str = FRESH
    outcome: str = ""
    when: frozenset[str] = frozenset()  # only in these states of the step; empty: in all of them
    guards: tuple[Callable[..., Any], ...] = ()
    stays: bool = False


@dataclass(frozen=True)
class Arrival:
    """What the row of the next step is to hold."""

    at: dt.datetime
    queue_id: int | None = None
    owner_id: int | None = None
    due_at: dt.datetime | None = None
    resume_due: dt.datetime | None = None
    questions: int = 0
    rank: int = 1


class ManyWays(Node):
    """A node that several moves leave; its edges, one for each pair of nodes, are labelled with their moves."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ways: list[Way] = []

    def here(self, moves: str, **says: Any) -> Any:
        """Add moves that stay on the same task row."""
        return self._add(moves, self, stays=True, **{"due": KEPT, **says})

    def to(self, target: Any, moves: str, **says: Any) -> Any:
        """Add moves that finish the task and open the next step."""
        return self._add(moves, target, stays=False, **says)

    def _add(
        self, moves: str, target: Any, *, by: str, when: tuple[str, ...] = (), guards: Any = (), **says: Any
    ) -> Any:
        for move in moves.split():
            self.ways.append(
                Way(move, target, frozenset(by.split()), when=frozenset(when), guards=tuple(guards), **says)
            )
        return self

    def way(self, move: str, state: str = "") -> Way | None:
        """Give the way of this name that is open in `state`, if the page has one."""
        return next((way for way in self.ways if way.move == move and (not way.when or state in way.when)), None)

    def _resolve(self, instance: Any) -> None:
        # Viewflow copies every node for its flow class: the ways are resolved anew, with `here` meaning the copy.
        self.ways = [_pointing(way, self if way.stays else this.resolve(instance, way.target)) for way in self.ways]

    def _outgoing(self) -> Iterator[Edge]:
        pairs: dict[Any, list[str]] = {}
        for way in self.ways:
            pairs.setdefault(way.target, []).append(way.move)
        for target, moves in pairs.items():
            yield Edge(src=self, dst=target, edge_class="next", label=", ".join(dict.fromkeys(moves)))


def _pointing(way: Way, target: Any) -> Way:
    return Way(**{**vars(way), "target": target})


def row_of(flow_task: Any, process: Any, arrival: Arrival, *, over: bool = False, token: Any = START) -> ComplaintTask:
    """Give the unsaved row of a step that opens, or with `over` of a start or an end, which is finished as it begins."""
    return ComplaintTask(
        process=process,
        flow_task=flow_task,
        flow_task_type=flow_task.task_type,
        token=token,
        status=STATUS.DONE if over else STATUS.ASSIGNED if arrival.owner_id else STATUS.NEW,
        created=arrival.at,
        assigned=arrival.at if arrival.owner_id and not over else None,
        finished=arrival.at if over else None,
        queue_id=arrival.queue_id,
        owner_id=arrival.owner_id,
        due_at=None if over else arrival.due_at,
        resume_due=arrival.resume_due,
        questions=arrival.questions,
        rank=arrival.rank,
        side=flow_task.side,
    )


def save_after(previous: Any, task: ComplaintTask) -> ComplaintTask:
    """Save a new row and link it with the one before: two statements."""
    task.save(force_insert=True)
    link = ComplaintTask.previous.through
    link(from_complainttask_id=task.pk, to_complainttask_id=previous.pk).save(force_insert=True)
    return task


class LeavingActivation(Activation):
    """An activation that knows by which way it is left, and what the next row is to hold."""

    way: Way
    arrival: Arrival
    next_task: ComplaintTask | None = None

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        """Open the step that the way leads to."""
        following = self.way.target._create(self, self.task.token)
        self.next_task = following.task
        yield following


class StepActivation(LeavingActivation):
    """A step that waits for somebody."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        """Open the step after another one."""
        task = row_of(flow_task, prev_activation.process, prev_activation.arrival, token=token)
        return cls(save_after(prev_activation.task, task))

    @Activation.status.super()
    def activate(self) -> None:
        """Wait."""

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.STARTED)
    def begin(self) -> None:
        """Somebody acts."""

    # Never from NEW: Viewflow completes at once whatever can be completed when it is created.
    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        """Finish the row at the moment of the move."""
        self.task.finished = self.arrival.at
        self.task.save(update_fields=["status", "finished"])

    def leave(self, way: Way, arrival: Arrival) -> ComplaintTask | None:
        """Finish the step by this way, and give the row of the next."""
        self.way, self.arrival = way, arrival
        self.begin()
        self.complete()
        self.activate_next()
        return self.next_task

    def stay(self, **changes: Any) -> ComplaintTask:
        """Change the row, in just these columns, and keep the step open."""
        changes["status"] = STATUS.ASSIGNED if changes.get("owner_id", self.task.owner_id) else STATUS.NEW
        for name, value in changes.items():
            setattr(self.task, name, value)
        self.task.save(update_fields=[name.removesuffix("_id") for name in changes])
        return self.task


class Step(ManyWays):
    """A step that waits for a role, within one of the policy's times, in one or more states of the complaint."""

    activation_class = StepActivation
    task_type = "HUMAN"
    bpmn_element = "userTask"
    shape = {
        "width": 150,
        "height": 100,
        "text-align": "middle",
        "svg": '<rect class="task" width="150" height="100" rx="5" ry="5"/>',
    }

    def __init__(self, *states: str, waits_for: str, within: str, side: bool = False) -> None:
        super().__init__()
        self.states = states
        self.waits_for = waits_for
        self.within = within
        self.side = side


class Lodge(ManyWays, StartHandle):
    """Where a complaint begins, by whichever way it came; the complaint's own row is the process."""

    within = ""
    states = ("",)
    side = False

    def __init__(self) -> None:
        super().__init__()

    _resolve = ManyWays._resolve
    _outgoing = ManyWays._outgoing

    def start(self, beginnings: Sequence[tuple[Any, Way, Arrival]]) -> list[ComplaintTask]:
        """Start the flow of unsaved complaints, and give the rows of their first steps: two statements for all of them."""
        cases = [case for case, _way, _arrival in beginnings]
        insert(cases)
        steps = [row_of(way.target, case, arrival) for case, way, arrival in beginnings]
        node = ComplaintTask._meta.get_field("flow_task").get_prep_value(self)
        insert(steps, STEPS_AND_STARTS, [node, self.task_type, steps[0].created, steps[0].created])
        return steps


# A start is over as it begins, and each step is linked with its own; no object is made for any of them.
STEPS_AND_STARTS = """
WITH step AS ({} RETURNING id, process_id), begun AS (
    INSERT INTO workflows_complainttask
           (flow_task, flow_task_type, status, created, finished, token, process_id, questions, rank, side)
    SELECT %s, %s, 'DONE', %s, %s, 'start', process_id, 0, 1, false FROM step
    RETURNING id, process_id), linked AS (
    INSERT INTO workflows_complainttask_previous (from_complainttask_id, to_complainttask_id)
    SELECT step.id, begun.id FROM begun JOIN step USING (process_id))
SELECT id FROM step ORDER BY id
"""


class FinishActivation(EndActivation):
    """The end of a case. Viewflow's own would leave the process open while a side task is, and read a clock."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        """Finish the case; what still stands beside it the writer lets fall away (`beside`)."""
        process, at = prev_activation.process, prev_activation.arrival.at
        task = row_of(flow_task, process, prev_activation.arrival, over=True, token=token)
        process.status, process.finished = PROCESS.DONE, at
        return cls(save_after(prev_activation.task, task))


class SideEndActivation(EndActivation):
    """The end of a side task: the case goes on."""

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        """Write the row and touch nothing else."""
        task = row_of(flow_task, prev_activation.process, prev_activation.arrival, over=True, token=token)
        return cls(save_after(prev_activation.task, task))


class End(Node):
    """An end of the flow: of the case, or with `side=True` of what stood beside it."""

    task_type = "END"
    bpmn_element = "endEvent"
    shape = {"width": 50, "height": 50, "svg": '<circle class="event end-event" cx="25" cy="25" r="25"/>'}
    within = ""

    def __init__(self, *states: str, side: bool = False) -> None:
        super().__init__(activation_class=SideEndActivation if side else FinishActivation)
        self.states = states
        self.side = side
        self.ways: list[Way] = []

    def _outgoing(self) -> Iterator[Edge]:
        return iter(())
