"""Whatever anybody does, in whatever order: state and step agree, one step is open, and the timeline holds."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from complaints.models import Complaint
from complaints.states import LIVE, State
from complaints.verify import faults
from offices.actors import CLOCK
from tests.workflows.stories import (
    COUNCIL,
    DISTRICT,
    REGION,
    STREET,
    Story,
    category,
    everything,
    lodged,
    moves_open_to,
    office,
    queue,
)
from tests.world import TUESDAY
from workflows import actions, scope
from workflows.models import ComplaintTask
from workflows.refusals import WrongTarget

BEGINNINGS = {
    "sure": {},
    "unsure": {"sure": False},
    "an opinion": {"kind": "opinion"},
    "of the region": {"place": "1"},
    "about the district": {"about_office": DISTRICT},
    "sensitive": {"category": "rushwa"},
}


def begun(name):
    """Lodge a complaint that begins in this way."""
    says = dict(BEGINNINGS[name])
    for key, read in (("place", office), ("about_office", office), ("category", category)):
        if key in says:
            says[key] = read(says[key])
    return lodged(**says)


HOURS = st.sampled_from([0, 0, 1, 30, 200, 1000])  # that pass before a move


class Walk(RuleBasedStateMachine):
    """A few complaints, walked through moves that are open to whoever comes by."""

    cases = Bundle("cases")

    people = ()  # who may come by, beside the citizen and the clock

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at = TUESDAY

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize(target=cases)
    def first(self):
        return begun("sure").case.pk

    @rule(target=cases, beginning=st.sampled_from(list(BEGINNINGS)))
    def lodge(self, beginning):
        return begun(beginning).case.pk

    @rule(case=cases, hours=HOURS, data=st.data())
    def make_a_move(self, case, hours, data):
        self.at += dt.timedelta(hours=hours)
        steps = ComplaintTask.objects.open().filter(process=case).select_related("process").order_by("side", "pk")
        stories = [Story(step, self.at, None) for step in steps]
        open_now = {move: (story, by) for story in stories for by, move in self.open_in(story)}
        if open_now:
            move = data.draw(st.sampled_from(sorted(open_now)), label="move")
            self.move(*open_now[move], move)

    @rule(case=cases, hours=HOURS, data=st.data())
    def make_another_move(self, case, hours, data):
        self.make_a_move(case, hours, data)

    def open_in(self, story):
        """Give each move of a step that is open to somebody who comes by."""
        passers_by = [*self.people, story.who("citizen"), CLOCK]
        return [(by, move) for by in passers_by for move in moves_open_to(by, story)]

    def move(self, story, by, move):
        """Make an open move; only whom or where it is to go may turn out not to fit."""
        try:
            story.attempt(move, by=by)
        except WrongTarget:
            assert move in ("send_down", "assign", "merge", "move")

    @rule(case=cases)
    def direct(self, case):
        complaint = Complaint.objects.select_related("category").get(pk=case)
        region = self.people[-1]
        if complaint.state != State.ENDED and scope.roles_in(complaint, queue(REGION), region, self.at):
            actions.direct(complaint, to=queue(REGION), words="Go.", by=region, at=self.at)

    @invariant()
    def state_and_open_step_agree(self):
        open_steps = ComplaintTask.objects.open().main().select_related("process")
        steps = {step.process_id: step for step in open_steps}
        assert len(steps) == len(open_steps)
        for step in open_steps:
            assert step.process.state in step.flow_task.states
            assert (step.process.state == State.IN_HAND) == (
                step.flow_task.name == "work" and step.owner_id is not None
            )
        assert set(Complaint.objects.exclude(pk__in=steps).values_list("state", flat=True)) <= {State.ENDED}
        assert not ComplaintTask.objects.open().filter(process__state=State.ENDED).exists()

    @invariant()
    def every_timeline_verifies(self):
        assert list(faults()) == []

    @invariant()
    def only_a_duplicate_of_a_live_case_is_never_due(self):
        never_due = ComplaintTask.objects.open().filter(due_at=None).values_list("process__lead__state", flat=True)
        assert set(never_due) <= set(LIVE)
        assert not Complaint.objects.filter(duplicates__isnull=False, outcome__in=["duplicate", "withdrawn"]).exists()


@pytest.mark.django_db
def test_random_walks_keep_state_step_and_timeline_together():
    Walk.people = [everything(code) for code in (STREET, COUNCIL, DISTRICT, REGION)]
    small = settings(max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))

    run_state_machine_as_test(Walk, settings=small)
