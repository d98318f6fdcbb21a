"""Subject, place and priority are corrected with a reason; state, holder and deadline stay, and another office is named."""

import pytest

from complaints.models import Complaint, Entry
from complaints.verify import faults
from offices.models import Office
from tests.workflows.stories import case_in, category, lodged, office, posted, staff
from workflows import corrections, writer
from workflows.models import ComplaintTask
from workflows.refusals import AlreadyDone, NotOpen, NotYours, ReasonMissing

pytestmark = pytest.mark.django_db

SUPERVISOR = "msimamizi.120.maji"
ROW = ("owner_id", "queue_id", "due_at", "resume_due", "questions", "flagged_at", "flow_task", "finished")


def correct(story, by=SUPERVISOR, reason="The citizen says so.", **says):
    """Correct a case, by one of the staff."""
    return corrections.correct(
        story.task, by=staff(by) if isinstance(by, str) else by, at=story.at, reason=reason, **says
    )


def told(story):
    """Give the moves and details of the last steps of a case."""
    entries = Entry.objects.filter(complaint=story.case, move__startswith="correct").order_by("number")
    return [(entry.move, entry.detail, entry.from_state, entry.to_state) for entry in entries]


@pytest.mark.parametrize("state", ["queued", "in_hand", "waiting", "referred", "for_approval", "answered"])
def test_a_correction_changes_the_case_and_neither_state_nor_holder_nor_deadline(state):
    story = case_in(state)
    before = ComplaintTask.objects.filter(pk=story.task.pk).values(*ROW).get()

    correct(story, category=category("taka"), place=office("12103"), priority=1)

    case = Complaint.objects.get(pk=story.case.pk)
    assert (case.category.code, case.place.code, case.priority, case.state) == ("taka", "12103", 1, state)
    assert ComplaintTask.objects.filter(pk=story.task.pk).values(*ROW).get() == before
    assert told(story) == [
        ("correct_subject", "subject:maji.taka", state, state),
        ("correct_place", "place:1210302.12103", state, state),
        ("correct_priority", "priority:0.1", state, state),
    ]
    assert list(faults()) == []


def test_a_higher_priority_goes_first_and_a_lower_one_waits_its_turn():
    story = lodged()

    correct(story, priority=1)
    assert story.again().task.rank == 0
    correct(story.again(), priority=0)

    assert story.again().task.rank == 1


def test_only_staff_read_the_reason():
    story = lodged()

    correct(story, priority=1, reason="An old woman lives there.")

    said = Entry.objects.get(complaint=story.case, move="correct_priority").said
    assert (said.for_staff, said.for_citizen) == ("An old woman lives there.", "")


@pytest.mark.parametrize("by", ["afisa.120.maji", "karani.120", "msimamizi.120.afya", "kiongozi.122", "mkaguzi.1"])
def test_only_the_supervisor_and_the_leaders_above_correct(by):
    with pytest.raises(NotYours):
        correct(lodged(), by=by, priority=1)


def test_without_a_reason_or_a_change_or_after_the_end_nothing_is_corrected():
    story = lodged()
    for refusal, says in [
        (ReasonMissing, {"priority": 1, "reason": " "}),
        (NotOpen, {"priority": 0, "category": category(), "place": office("1210302")}),
    ]:
        with pytest.raises(refusal):
            correct(story, **says)
    with pytest.raises(NotOpen):
        correct(case_in("closed"), priority=1)

    assert told(story) == []


def test_a_case_that_changed_meanwhile_is_not_corrected():
    story = lodged()
    story.then("take")

    with pytest.raises(AlreadyDone):
        correct(story, priority=1)


def test_a_sensitive_subject_is_set_only_by_and_in_the_hand_of_whoever_sees_it_afterwards():
    unnamed, free = lodged(), lodged()
    named = posted("supervisor", department="maji", sensitive=["rushwa"])
    in_hand = case_in("in_hand")

    for story, by in [(unnamed, SUPERVISOR), (unnamed, "kiongozi.120"), (in_hand, named)]:
        with pytest.raises(NotOpen):
            correct(story, by=by, category=category("rushwa"))
        assert told(story) == []
        assert Complaint.objects.get(pk=story.case.pk).category.code == "maji"
    correct(free, by=named, category=category("rushwa"))

    assert Complaint.objects.get(pk=free.case.pk).category.code == "rushwa"


# Who is responsible now.


def responsible(story):
    """Give the queue that is responsible after all, as office and department."""
    asking = writer.asking_about(story.again().task, staff(SUPERVISOR), story.at)
    meant = corrections.responsible(asking)
    return meant and (meant.office.code, meant.department.code)


def test_another_subject_points_to_its_department_and_another_place_to_its_office():
    story = lodged()
    assert responsible(story) is None

    correct(story, category=category("afya"))
    assert responsible(story) == ("120", category("afya").department.code)
    elsewhere = Office.objects.filter(level="halmashauri").exclude(code="120").first()
    correct(story.again(), place=elsewhere)
    assert responsible(story) == (elsewhere.code, category("afya").department.code)
