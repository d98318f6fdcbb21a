"""An answer that the citizen does not accept goes one level up, first in its queue, and is never sent below again."""

import datetime as dt

import pytest

from complaints.models import Complaint, EntryWords, Priority
from offices.calendar import calendar
from offices.models import Posting
from tests.workflows.stories import (
    COUNCIL,
    DISTRICT,
    OVERSIGHT,
    REGION,
    at_the_top,
    case_in,
    lodged,
    moves_open_to,
    nothing_changes,
    notices,
    office,
    state_of,
    through,
)
from workflows import actions
from workflows.models import ComplaintTask
from workflows.refusals import AlreadyDone, NotOpen

pytestmark = pytest.mark.django_db


def where(story):
    """Give a complaint's state, office, priority, rank in the queue, and floor, as the database has them."""
    case = Complaint.objects.select_related("floor").get(pk=story.case.pk)
    task = ComplaintTask.objects.open().main().select_related("queue__office").get(process=case)
    return (case.state, task.queue.office.code, case.priority, task.rank, case.floor.code if case.floor else None)


def test_a_disputed_answer_goes_one_level_up_with_priority_and_a_floor():
    story = case_in("answered").then("dispute")

    assert where(story) == ("queued", DISTRICT, Priority.HIGH, 0, DISTRICT)
    assert (story.task.owner_id, story.task.questions) == (None, 0)
    assert story.task.due_at == calendar().add_working_time(story.at - dt.timedelta(hours=1), 40)


CLOSED_BY = [["reject"], ["take", "answer", "confirm"], ["take", "answer", "lapse"], ["take", "refer", "pass_on"]]


@pytest.mark.parametrize("path", CLOSED_BY, ids=lambda path: path[-1])
def test_a_closed_case_is_opened_again_one_level_up_with_priority(path):
    story = through(case_in("queued"), *path, "reopen")

    assert where(story) == ("queued", DISTRICT, Priority.HIGH, 0, DISTRICT)
    assert Complaint.objects.get(pk=story.case.pk).outcome == ""


def test_a_case_refused_at_the_complaints_desk_is_opened_again_at_the_desk_above():
    story = through(case_in("received"), "reject", "reopen")

    assert where(story) == ("queued", "12103", Priority.HIGH, 0, "12103")
    assert story.queue.department.code == "malalamiko"


def test_a_withdrawn_case_is_opened_again_where_it_was_and_without_priority():
    story = through(case_in("in_hand"), "withdraw", "reopen")

    assert where(story) == ("queued", COUNCIL, Priority.NORMAL, 1, None)


def test_a_withdrawn_appeal_keeps_its_priority_and_its_floor_when_it_is_opened_again():
    story = through(case_in("answered"), "dispute", "withdraw", "reopen")

    assert where(story) == ("queued", DISTRICT, Priority.HIGH, 0, DISTRICT)


def test_an_appeal_passes_over_an_office_where_nobody_serves():
    story = case_in("answered")
    Posting.objects.filter(office__code=DISTRICT).update(valid_to=story.at.date() - dt.timedelta(days=1))

    assert where(story.then("dispute")) == ("queued", REGION, Priority.HIGH, 0, REGION)


@pytest.mark.parametrize("last", [["answer", "dispute"], ["answer", "confirm", "reopen"]], ids=lambda path: path[-1])
def test_an_appeal_at_the_top_stays_there_with_priority(last):
    story = lodged(place=office(REGION)).then("take")

    assert where(through(story, *last)) == ("queued", REGION, Priority.HIGH, 0, REGION)


def test_an_appeal_about_the_region_s_own_office_stays_at_the_oversight_desk():
    story = lodged(about_office=office(REGION))
    assert where(story)[1] == OVERSIGHT

    assert where(through(story, "take", "answer", "dispute")) == ("queued", OVERSIGHT, Priority.HIGH, 0, OVERSIGHT)


def test_the_highest_office_keeps_its_answer_once_the_citizen_has_disputed_it_there():
    story = lodged(place=office(REGION)).then("take")
    assert "uphold" not in moves_open_to("leader", story)

    appealed = through(story, "answer", "dispute", "take")

    assert "uphold" in moves_open_to("leader", appealed)
    assert appealed.then("uphold").case.outcome == "upheld"


def test_what_was_upheld_rests_its_days_and_ends_and_is_not_opened_again():
    upheld = at_the_top().then("uphold")

    with nothing_changes(), pytest.raises(NotOpen):
        upheld.attempt("reopen")
    assert upheld.then("end").again().case.state == "ended"


def test_the_citizens_words_of_an_appeal_are_on_the_timeline():
    story = case_in("answered")

    story.then("dispute", words=" Bado hayatoki ")

    assert EntryWords.objects.latest("entry").for_citizen == "Bado hayatoki"
    assert notices(story)[-1] == "disputed"


def test_an_ended_case_is_not_opened_again_but_a_new_one_names_it():
    ended = case_in("ended")
    with nothing_changes(), pytest.raises(AlreadyDone):
        ended.attempt("reopen")

    again = lodged(earlier=ended.case)

    assert (state_of(again), again.case.earlier) == ("queued", ended.case)


def test_first_in_the_queue_is_what_the_citizen_disputed_then_what_is_due_first():
    ordinary, later = lodged(place=office(DISTRICT)), lodged(place=office(DISTRICT)).then("hand_up", to=office(REGION))
    disputed = through(case_in("answered"), "dispute", "hand_up")
    ordinary = ordinary.then("hand_up", to=office(REGION), at=ordinary.at - dt.timedelta(minutes=30))

    waiting = ComplaintTask.objects.open().filter(queue=disputed.task.queue_id).order_by("rank", "due_at", "id")

    assert [task.process_id for task in waiting] == [disputed.case.pk, ordinary.case.pk, later.case.pk]


def test_handing_up_does_not_lower_the_floor_and_a_second_appeal_raises_it():
    story = through(case_in("answered"), "dispute", "take", "answer", "dispute")

    assert where(story) == ("queued", REGION, Priority.HIGH, 0, REGION)
    assert "send_down" not in moves_open_to("supervisor", story)


def test_an_answer_can_be_disputed_after_it_was_approved():
    story = through(case_in("for_approval"), "approve", "dispute")

    assert where(story) == ("queued", DISTRICT, Priority.HIGH, 0, DISTRICT)


def test_a_citizen_who_looks_at_an_old_page_still_disputes_the_answer():
    old = case_in("in_hand")
    old.then("answer")

    done = actions.dispute(old.task, by=old.who("citizen"), at=old.at)

    assert (done.case.state, done.case.priority) == ("queued", Priority.HIGH)
