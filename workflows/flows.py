"""The map: every step of a complaint, who it waits for and within what time; then its moves, one a line.

This page is the truth. Buttons, permissions, deadlines, the drawn diagram and the BPMN file are read from it.
Never rename a node, this class or this module in place: running cases name them (ship a data migration), and never
subclass a flow for a new version (its edges would point at this one's nodes).
"""

from __future__ import annotations

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.lock import SelectForUpdateLock

from complaints.models import Complaint
from complaints.states import Outcome, State
from workflows import guards
from workflows.models import ComplaintTask
from workflows.nodes import ACT_DUE, FRESH, LEFT, NONE, End, Lodge, Step

CITIZEN = "citizen clerk"  # the citizen, or a clerk on the citizen's behalf
STAFF = "officer supervisor"
LINE = "supervisor leader"
LINE_OR_CLOCK = "supervisor leader clock"
# Of "giver" see `guards.Asking.roles`: the leader who gave a directive, or whoever leads that office now.
HOLDER = "officer supervisor holder"  # whoever has the case in hand, wherever it is now
DESK = "clerk supervisor"
LAST_WORD = [guards.at_the_top, guards.after_an_appeal]


class ComplaintFlow(flow.Flow):
    """One complaint, from first word to closure."""

    process_class = Complaint
    task_class = ComplaintTask
    # `actions` locks for itself; this serves whoever uses Viewflow's own activation. It waits its turn.
    lock_impl = SelectForUpdateLock(nowait=False, attempts=1)

    # The citizen speaks. Category and place both sure: straight to the department; otherwise to the complaints desk.

    lodge = Lodge().to(this.triage, "lodge", by=CITIZEN, told=True).to(this.work, "lodge", by=CITIZEN, told=True)

    # The complaints desk says whose it is.

    triage = (
        Step(State.RECEIVED, waits_for="clerk", within="triage")
        .here("hand_up", by=LINE_OR_CLOCK, reason=True, told=True, due=FRESH, guards=[guards.below_the_top])
        .to(this.work, "route", by=DESK, told=True)
        .to(this.resting, "reject", by=DESK, reason=True, told=True, outcome=Outcome.REJECTED)
        .to(this.resting, "merge", by=DESK, reason=True, told=True, due=NONE, outcome=Outcome.DUPLICATE)
        .to(this.resting, "withdraw", by=CITIZEN, told=True, outcome=Outcome.WITHDRAWN)
    )

    # An office has it, in its queue or in an officer's hand.

    work = (
        Step(State.QUEUED, State.IN_HAND, waits_for="officer", within="act")
        .here("take", by=STAFF, told=True)
        .here("assign", by=LINE)
        .here("give_back", by=STAFF, reason=True)
        .here("move", when=(State.QUEUED,), by="clerk supervisor leader", reason=True, told=True)
        .here("move", when=(State.IN_HAND,), by=LINE, reason=True, told=True)
        .here("hand_up", by=LINE_OR_CLOCK, reason=True, told=True, due=FRESH, guards=[guards.below_the_top])
        .here("send_down", by=LINE, reason=True, told=True, due=FRESH, guards=[guards.above_the_floor])
        .to(this.question, "ask", by=STAFF, told=True, guards=[guards.questions_left])
        .to(this.outside, "refer", by=STAFF, reason=True, told=True, guards=[guards.no_short_kind])
        .to(this.approval, "propose", by=STAFF, awaits=True, guards=[guards.no_short_kind])
        .to(
            this.verdict,
            "answer",
            by=STAFF,
            told=True,
            awaits=True,
            guards=[guards.no_short_kind, guards.needs_no_approval],
        )
        .to(
            this.resting,
            "note",
            by=STAFF,
            told=True,
            awaits=True,
            outcome=Outcome.NOTED,
            guards=[guards.only_short_kinds],
        )
        .to(this.resting, "reject", by=STAFF, reason=True, told=True, awaits=True, outcome=Outcome.REJECTED)
        .to(this.resting, "merge", by=STAFF, reason=True, told=True, awaits=True, due=NONE, outcome=Outcome.DUPLICATE)
        .to(
            this.resting,
            "uphold",
            by="leader",
            reason=True,
            told=True,
            awaits=True,
            outcome=Outcome.UPHELD,
            guards=LAST_WORD,
        )
        .to(this.resting, "withdraw", by=CITIZEN, told=True, outcome=Outcome.WITHDRAWN)
    )

    # The citizen is asked; the act clock rests.

    question = (
        Step(State.WAITING, waits_for="citizen", within="reply")
        .here("hand_up", by=LINE, reason=True, told=True, guards=[guards.below_the_top])
        .to(this.work, "reply", by=CITIZEN, told=True, due=LEFT)
        .to(this.work, "lapse_question", by="clock", told=True, due=LEFT)
        .to(this.work, "recall", by=STAFF, reason=True, told=True, due=LEFT)
        .to(this.resting, "withdraw", by=CITIZEN, told=True, outcome=Outcome.WITHDRAWN)
    )

    # An outside body is asked; the department still answers for it.

    outside = (
        Step(State.REFERRED, waits_for="body", within="outside")
        .here("hand_up", by=LINE_OR_CLOCK, reason=True, told=True, due=FRESH, guards=[guards.below_the_top])
        .to(this.work, "returned", by=STAFF, reason=True, told=True, due=LEFT)
        .to(this.verdict, "answer", by=STAFF, told=True, awaits=True, guards=[guards.needs_no_approval])
        .to(this.resting, "pass_on", by=LINE, reason=True, told=True, awaits=True, outcome=Outcome.REFERRED_OUT)
        .to(this.resting, "withdraw", by=CITIZEN, told=True, outcome=Outcome.WITHDRAWN)
    )

    # A proposed answer waits for the supervisor.

    approval = (
        Step(State.FOR_APPROVAL, waits_for="supervisor", within="approve")
        .here("hand_up", by=LINE_OR_CLOCK, reason=True, told=True, due=FRESH, guards=[guards.below_the_top])
        .to(this.verdict, "approve", by=LINE, told=True, awaits=True, guards=[guards.not_ones_own_proposal])
        .to(this.work, "send_back", by=LINE, reason=True, due=ACT_DUE)
        .to(this.work, "recall", by=STAFF, reason=True, due=ACT_DUE)
        .to(this.resting, "withdraw", by=CITIZEN, told=True, outcome=Outcome.WITHDRAWN)
    )

    # Is it settled? Only the citizen can say so.

    verdict = (
        Step(State.ANSWERED, waits_for="citizen", within="silence")
        .to(this.resting, "confirm", by=CITIZEN, told=True, outcome=Outcome.CONFIRMED)
        .to(this.resting, "lapse", by="clock", told=True, outcome=Outcome.SILENT)
        .to(this.work, "dispute", by=CITIZEN, told=True)
    )

    # Closed, and for a while it can be opened again.

    resting = (
        Step(State.CLOSED, waits_for="citizen", within="reopen")
        .to(this.work, "reopen", by=CITIZEN, told=True, guards=[guards.not_upheld, guards.not_joined])
        .to(this.work, "unmerge", by=LINE, reason=True, told=True, guards=[guards.only_duplicates])
        .to(this.ended, "end", by="clock", due=NONE)
    )

    ended = End(State.ENDED)

    # Beside the one main step, and asked for by whoever may (`together`): a leader's directive, with a queue, a deadline and a way up of its own.

    directive = (
        Step(waits_for="officer", within="directive", side=True)
        .here("hand_up", by=LINE_OR_CLOCK, reason=True, due=FRESH, guards=[guards.below_the_top])
        .to(this.carried_out, "carry_out", by=STAFF, reason=True, due=NONE)
        .to(this.carried_out, "call_off", by="giver", reason=True, due=NONE)
    )
    carried_out = End(side=True)

    # Another department is asked for its part, and the one who has the case in hand waits for it.

    contribution = (
        Step(waits_for="officer", within="contribution", side=True)
        .here("hand_up", by=LINE_OR_CLOCK, reason=True, due=FRESH, guards=[guards.below_the_top])
        .to(this.contributed, "contribute", by=STAFF, reason=True, due=NONE)
        .to(this.contributed, "call_off", by="holder", reason=True, due=NONE)
    )
    contributed = End(side=True)

    # A leader is asked for advice; advice, asked for or not, waits until whoever has the case in hand has read it.

    asked_advice = (
        Step(waits_for="leader", within="advice", side=True)
        .here("hand_up", by=LINE_OR_CLOCK, reason=True, due=FRESH, guards=[guards.below_the_top])
        .to(this.advice, "give_advice", by="leader", reason=True)
        .to(this.advised, "call_off", by="holder", reason=True, due=NONE)
    )
    advice = (
        Step(waits_for="officer", within="acknowledge", side=True)
        .here("hand_up", by=LINE_OR_CLOCK, reason=True, due=FRESH, guards=[guards.below_the_top])
        .to(this.advised, "acknowledge", by=HOLDER, due=NONE, guards=[guards.for_the_holder])
    )
    advised = End(side=True)


def steps(*turns: str) -> list[Step]:
    """Give the steps of the flow that wait for one of these."""
    return [node for node in ComplaintFlow.instance.nodes() if isinstance(node, Step) and node.waits_for in turns]
