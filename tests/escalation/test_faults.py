"""A case that cannot be moved is put before an operator, and holds up no other."""

import datetime as dt

import pytest
from django.contrib.admin.sites import site
from django.db import OperationalError, connection

from escalation import rises
from escalation.due import RETRY_AFTER
from escalation.models import Incident
from escalation.sweep import Swept, escalate
from tests.workflows.stories import case_in, entries, lodged, state_of
from workflows import actions
from workflows.models import ComplaintTask

pytestmark = pytest.mark.django_db


def spoil(story, flow_task="workflows/flows.ComplaintFlow.gone"):
    """Let a row name a step that the flow page does not have."""
    rename(story, flow_task)


def rename(story, flow_task):
    """Write the name of a step into a row, past every model."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_complainttask SET flow_task = %s WHERE id = %s", [flow_task, story.task.pk])


def lose_the_head(story):
    """Lose the head of a timeline, so that its next entry would take a number that is taken."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE complaints_timelinehead DISABLE TRIGGER timeline_refuse")
        cursor.execute("DELETE FROM complaints_timelinehead WHERE complaint_id = %s", [story.case.pk])
        cursor.execute("ALTER TABLE complaints_timelinehead ENABLE TRIGGER timeline_refuse")


def moves(story):
    """Give the moves that a case has made."""
    return [move for move, _from, _to in entries(story)]


@pytest.mark.parametrize(
    "name",
    [
        "workflows/flows.ComplaintFlow.gone",
        "workflows/flows.GoneFlow.work",
        "gone/flows.ComplaintFlow.work",
        "nonsense",
    ],
)
@pytest.mark.filterwarnings("ignore:Input string must be in the format:UserWarning")
def test_a_row_that_names_no_known_step_is_an_incident_and_the_others_rise(name):
    bad, *good = [lodged() for _each in range(4)]
    spoil(bad, name)

    swept = escalate(good[0].task.due_at)

    assert swept == Swept(handed_up=3, faults=1)
    assert [moves(story)[-1] for story in good] == ["hand_up"] * 3
    incident = Incident.objects.get()
    assert (incident.task_id, incident.case_id, incident.node) == (bad.task.pk, bad.case.pk, name)
    assert (incident.times, incident.resolved_at) == (1, None)


def test_one_case_that_breaks_the_whole_statement_is_found_and_the_others_rise():
    bad, *good = [lodged() for _each in range(5)]
    lose_the_head(bad)

    swept = escalate(good[0].task.due_at)

    assert swept == Swept(handed_up=4, faults=1)
    assert [moves(story)[-1] for story in good] == ["hand_up"] * 4
    assert moves(bad) == ["lodge"]
    assert (Incident.objects.get().task_id, Incident.objects.get().error) == (bad.task.pk, "IntegrityError")


def test_the_bad_one_is_found_by_halves_and_tried_once_alone(monkeypatch):
    bad, *good = [lodged() for _each in range(20)]
    lose_the_head(bad)
    alone = []
    hand_up = actions.hand_up
    monkeypatch.setattr(actions, "hand_up", lambda task, **says: alone.append(task.pk) or hand_up(task, **says))

    assert escalate(good[0].task.due_at) == Swept(handed_up=19, faults=1)

    assert alone == [bad.task.pk]


def test_several_bad_ones_in_one_set_are_all_found():
    cases = [lodged() for _each in range(16)]
    for bad in cases[::5]:
        lose_the_head(bad)

    assert escalate(cases[0].task.due_at) == Swept(handed_up=12, faults=4)

    assert set(Incident.objects.values_list("task_id", flat=True)) == {bad.task.pk for bad in cases[::5]}


def test_a_step_that_does_not_fit_its_state_is_an_incident():
    bad, good = lodged(), lodged()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_complaint SET state = 'answered' WHERE id = %s", [bad.case.pk])

    assert escalate(good.task.due_at) == Swept(handed_up=1, faults=1)

    assert (moves(bad), moves(good)) == (["lodge"], ["lodge", "hand_up"])
    assert Incident.objects.get().error == "NotOpen"


def test_a_fault_in_a_lapse_holds_up_no_other_lapse(monkeypatch):
    bad, *good = [case_in("answered") for _each in range(3)]
    lapse = actions.lapse

    def lapse_or_fail(task, *, at):
        if task.pk == bad.task.pk:
            raise KeyError("siri")
        return lapse(task, at=at)

    monkeypatch.setattr(actions, "lapse", lapse_or_fail)

    assert escalate(good[-1].task.due_at) == Swept(lapsed=2, faults=1)
    assert [state_of(story) for story in (bad, *good)] == ["answered", "closed", "closed"]


def test_a_fault_is_not_tried_again_within_the_hour_then_once_an_hour():
    bad = lodged()
    spoil(bad)
    due = bad.task.due_at

    swept = [escalate(due + dt.timedelta(minutes=minute)) for minute in range(121)]

    assert [result.faults for result in swept].count(1) == 3
    incident = Incident.objects.get()
    assert (incident.times, incident.at, incident.last_at) == (3, due, due + 2 * RETRY_AFTER)


def test_once_mended_the_case_goes_on_and_the_incident_is_closed():
    bad = lodged()
    spoil(bad)
    due = bad.task.due_at
    escalate(due)
    rename(bad, "workflows/flows.ComplaintFlow.work")

    assert escalate(due + RETRY_AFTER) == Swept(handed_up=1)

    assert moves(bad) == ["lodge", "hand_up"]
    assert Incident.objects.get().resolved_at == due + RETRY_AFTER


def test_an_operator_lets_the_clock_try_again_at_once(rf, admin_user):
    bad = lodged()
    spoil(bad)
    due = bad.task.due_at
    escalate(due)
    rename(bad, "workflows/flows.ComplaintFlow.work")
    admin = site.get_model_admin(Incident)
    admin.message_user = lambda *given: None

    admin.resolve(rf.post("/"), Incident.objects.all())

    assert escalate(due) == Swept(handed_up=1)


def test_an_incident_is_closed_when_somebody_else_has_moved_the_case():
    bad = lodged()
    spoil(bad)
    due = bad.task.due_at
    escalate(due)
    ComplaintTask.objects.filter(pk=bad.task.pk).update(due_at=due + dt.timedelta(days=9))

    escalate(due + dt.timedelta(minutes=1))

    assert Incident.objects.get().resolved_at == due + dt.timedelta(minutes=1)


def test_a_database_that_goes_away_is_no_fault_of_any_case(monkeypatch):
    story = lodged()

    def away(*given, **named):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(rises, "hand_up", away)

    with pytest.raises(OperationalError):
        escalate(story.task.due_at)
    assert Incident.objects.count() == 0


def test_an_incident_holds_no_words_of_the_error(monkeypatch):
    story = case_in("answered")

    def fail(task, *, at):
        raise ValueError("Asha, 0754 123 456")

    monkeypatch.setattr(actions, "lapse", fail)
    escalate(story.task.due_at)

    row = Incident.objects.values().get()
    assert row["error"] == "ValueError"
    assert "Asha" not in str(row)
