"""Complaints about the same thing are joined: one leads, and the others share its fate without being forgotten."""

import datetime as dt

import pytest

from complaints.models import Complaint, Entry
from notices.models import Notice
from tests.workflows.stories import (
    COUNCIL,
    at_the_top,
    case_in,
    category,
    lodged,
    moves_open_to,
    nothing_changes,
    notices,
    office,
    posted,
    staff,
    state_of,
    through,
)
from workflows.models import ComplaintTask
from workflows.refusals import WrongTarget

pytestmark = pytest.mark.django_db


def joined(story):
    """Give a complaint's state, outcome and lead, as the database has them."""
    case = Complaint.objects.get(pk=story.case.pk)
    return (case.state, case.outcome, case.lead_id)


def due(story):
    """Give the deadline of a complaint's open step."""
    return ComplaintTask.objects.open().main().get(process=story.case).due_at


def with_duplicates(lead, count):
    """Give complaints that are joined with another, eldest first."""
    return [lodged().then("merge", into=lead.case) for _ in range(count)]


def test_a_duplicate_is_closed_without_a_deadline_and_its_citizen_is_told_which_case_leads():
    lead = lodged()

    duplicate = lodged().then("merge", into=lead.case)

    assert (joined(duplicate), due(duplicate)) == (("closed", "duplicate", lead.case.pk), None)
    assert Entry.objects.filter(complaint=duplicate.case).latest("number").detail == f"lead:{lead.case.reference}"
    assert (notices(duplicate)[-1], joined(lead)) == ("merged", ("queued", "", None))


def test_a_case_that_is_joined_takes_its_own_duplicates_along():
    lead, top = lodged(), lodged()
    duplicates = with_duplicates(lead, 2)

    lead.then("merge", into=top.case)

    assert [joined(story) for story in [*duplicates, lead]] == [("closed", "duplicate", top.case.pk)] * 3


def into_itself():
    """Give a complaint, and itself."""
    story = lodged()
    return story, story


UNFIT = {
    "itself": into_itself,
    "a closed case": lambda: (lodged(), case_in("closed")),
    "an ended case": lambda: (lodged(), case_in("ended")),
    "a duplicate": lambda: (lodged(), lodged().then("merge")),
    "a protected case": lambda: (lodged(), lodged(category=category("ukatili"))),
    "one that is about nobody, when it is about an officer": lambda: (
        lodged(about_office=office(COUNCIL), about_person=staff("afisa.120.maji").user),
        lodged(place=office("12")),
    ),
    "anything, when protected itself": lambda: (lodged(category=category("ukatili")), lodged()),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_case_is_never_joined_with(name):
    story, into = UNFIT[name]()

    with nothing_changes(), pytest.raises(WrongTarget):
        story.attempt("merge", into=into.case)


@pytest.mark.parametrize("state", ["received", "in_hand", "waiting", "referred", "for_approval", "answered"])
def test_any_live_case_can_lead(state):
    lead = case_in(state)

    duplicate = lodged().then("merge", by=posted("supervisor"), into=lead.case)

    assert joined(duplicate) == ("closed", "duplicate", lead.case.pk)


CLOSINGS = {
    "confirm": lambda: case_in("answered"),
    "lapse": lambda: case_in("answered"),
    "reject": lambda: case_in("in_hand"),
    "pass_on": lambda: case_in("referred"),
    "note": lambda: case_in("in_hand", kind="opinion"),
    "uphold": at_the_top,
}


@pytest.mark.parametrize("move", CLOSINGS)
def test_when_the_lead_is_closed_its_duplicates_days_to_reopen_begin(move):
    lead = CLOSINGS[move]()
    duplicates = with_duplicates(lead, 2)

    closed = lead.then(move)

    assert [due(story) for story in duplicates] == [closed.task.due_at] * 2
    assert closed.task.due_at == lead.when(move) + dt.timedelta(days=30)


@pytest.mark.parametrize("moves", [["answer"], ["answer", "confirm"]])
def test_a_duplicate_is_opened_again_by_its_citizen_once_its_lead_is_answered_or_closed(moves):
    lead = case_in("in_hand")
    (duplicate,) = with_duplicates(lead, 1)
    assert "reopen" not in moves_open_to("citizen", duplicate)

    through(lead, *moves)

    assert "reopen" in moves_open_to("citizen", duplicate.again())
    again = duplicate.then("reopen")
    assert (joined(again), again.queue.office.code, again.task.rank) == (("queued", "", None), "12", 0)


def test_when_the_lead_is_opened_again_its_resting_duplicates_rest_with_it():
    lead = case_in("answered")
    (duplicate,) = with_duplicates(lead, 1)
    closed = lead.then("confirm")

    closed.then("reopen")

    assert due(duplicate) is None


def test_a_duplicate_ends_when_its_days_are_over_and_stays_joined():
    lead = case_in("answered")
    (duplicate,) = with_duplicates(lead, 1)
    lead.then("confirm")

    duplicate.again().then("end")

    assert joined(duplicate) == ("ended", "duplicate", lead.case.pk)


def test_when_the_lead_is_withdrawn_the_eldest_duplicate_leads():
    lead = case_in("in_hand")
    eldest, second, third = with_duplicates(lead, 3)

    lead.then("withdraw")

    assert joined(eldest) == ("queued", "", None)
    assert [joined(story) for story in (second, third)] == [("closed", "duplicate", eldest.case.pk)] * 2
    assert joined(lead) == ("closed", "withdrawn", None)


def test_the_heir_of_a_withdrawn_lead_has_a_clock_of_its_own_and_its_citizen_is_told():
    lead = case_in("in_hand")
    (heir,) = with_duplicates(lead, 1)

    lead.then("withdraw")

    assert due(heir) is not None
    entry = Entry.objects.filter(complaint=heir.case).latest("number")
    assert (entry.move, entry.actor_kind, entry.detail) == ("unmerge", "clock", "lead_withdrawn")
    assert notices(heir)[-1] == "unmerged"
    assert notices(lead)[-1] == "withdrawn"


def test_a_duplicate_taken_out_again_waits_in_its_queue_with_a_clock_of_its_own():
    lead = lodged()
    (duplicate,) = with_duplicates(lead, 1)

    out = duplicate.then("unmerge")

    assert (joined(out), due(out) is not None) == (("queued", "", None), True)
    assert state_of(lead) == "queued"


def test_two_opposite_joinings_leave_one_lead_and_one_duplicate():
    one, other = lodged(), lodged()
    one.then("merge", into=other.case)

    with nothing_changes(), pytest.raises(WrongTarget):
        other.attempt("merge", into=one.case)

    assert (joined(one), joined(other)) == (("closed", "duplicate", other.case.pk), ("queued", "", None))


def test_joining_tells_nobody_but_the_citizen_of_the_duplicate():
    lead = lodged()
    before = Notice.objects.count()

    duplicate = lodged()
    through(duplicate.then("merge", into=lead.case))

    assert [notice.case_id for notice in Notice.objects.order_by("pk")[before:]] == [duplicate.case.pk] * 2
