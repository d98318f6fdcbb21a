"""During a leave the work is with the stand-in, and afterwards what is not finished is back; however often the beat looks."""

import datetime as dt

import pytest

from complaints.models import Entry
from complaints.verify import faults
from offices import actors
from offices.models import Absence, Posting
from tests.workflows.stories import WARD, Story, case_in, category, lodged, office, posted, staff
from tests.world import TUESDAY
from workflows import actions, leave
from workflows.leave import NotArranged
from workflows.models import ComplaintTask, Cover
from workflows.refusals import NotYours

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
TODAY = TUESDAY.date()
OFFICER, SUPERVISOR = "afisa.120.maji", "msimamizi.120.maji"
DURING, AFTER = TUESDAY + 2 * DAY, TUESDAY + 6 * DAY


def post_of(username):
    """Give the posting of one of the demo staff."""
    return Posting.objects.get(user__username=username, absence=None)


@pytest.fixture
def other():
    """Give somebody of another department of the same office, who is to stand in."""
    return posted("officer", department="afya")


def away(stand_in, who=OFFICER, first=0, last=4, by=SUPERVISOR, at=TUESDAY):
    """Enter a leave from one day to another."""
    return leave.enter(
        post_of(who),
        stand_in=stand_in.user,
        starts_on=TODAY + first * DAY,
        ends_on=TODAY + last * DAY,
        by=staff(by),
        at=at,
    )


def holder(story):
    """Give whose hand the case is in now, and its state."""
    task = ComplaintTask.objects.open().main().select_related("process").get(process=story.case)
    return task.owner, task.process.state


def as_now(story, at):
    """Look at a case again, later."""
    task = ComplaintTask.objects.open().main().select_related("process").get(process=story.case)
    return Story(task, at, story.done)


def told(story):
    """Give the moves of the timeline that a leave made, with their detail and by which way."""
    entries = Entry.objects.filter(complaint=story.case, via="leave").order_by("number")
    return [(entry.move, entry.detail, str(entry.holder)) for entry in entries]


def test_the_work_passes_at_the_start_and_comes_back_at_the_end(other):
    in_hand, asked, referred, free = case_in("in_hand"), case_in("waiting"), case_in("referred"), lodged()
    officer = staff(OFFICER).user
    due = {story.case.pk: story.task.due_at for story in (in_hand, asked, referred)}
    absence = away(other, first=1)

    assert leave.cover(TUESDAY) == {}
    assert leave.cover(DURING) == {"passed": 3}
    assert [holder(story) for story in (in_hand, asked, referred)] == [
        (other.user, "in_hand"), (other.user, "waiting"), (other.user, "referred"),
    ]  # fmt: skip
    assert holder(free) == (None, "queued")
    assert leave.cover(AFTER) == {"returned": 3}

    assert [holder(story)[0] for story in (in_hand, asked, referred)] == [officer] * 3
    assert {task.process_id: task.due_at for task in ComplaintTask.objects.open().filter(owner=officer)} == due
    assert told(in_hand) == [
        ("stand_in", f"leave:{absence.pk}", str(other.user)),
        ("come_back", f"leave:{absence.pk}", str(officer)),
    ]
    assert list(faults()) == []
    assert Absence.objects.get().settled_at == AFTER


def test_looking_again_changes_nothing(other):
    story = case_in("in_hand")
    away(other)

    assert [leave.cover(DURING), leave.cover(DURING), leave.cover(AFTER), leave.cover(AFTER)] == [
        {"passed": 1}, {}, {"returned": 1}, {},
    ]  # fmt: skip
    assert len(told(story)) == 2


def test_what_is_finished_stays_finished_and_what_left_the_hand_stays_where_it_is(other):
    answered, moved, given = case_in("in_hand"), case_in("in_hand"), case_in("in_hand")
    third = posted("officer", department="maji")
    away(other)
    leave.cover(DURING)
    stands_in = actors.person(other.user, at=DURING)

    as_now(answered, DURING).then("answer", by=stands_in)
    as_now(moved, DURING).then("hand_up")
    as_now(given, DURING).then("assign", to=third.user)

    assert leave.cover(AFTER) == {}
    assert holder(answered) == (other.user, "answered")
    assert holder(moved)[0] is None
    assert holder(given) == (third.user, "in_hand")
    assert Absence.objects.get().settled_at == AFTER


def test_what_comes_in_during_the_leave_passes_too(other):
    asked = case_in("waiting")
    away(other)
    leave.cover(DURING)
    third = case_in("in_hand")

    as_now(asked, DURING).then("reply")
    assert holder(asked) == (other.user, "in_hand")
    assert leave.cover(DURING) == {"passed": 1}
    assert holder(third) == (other.user, "in_hand")
    assert leave.cover(AFTER) == {"returned": 2}


def test_a_proposal_stays_with_whoever_made_it_and_comes_back_once_it_is_sent_back(other):
    before, during = case_in("for_approval"), case_in("in_hand")
    away(other)
    leave.cover(DURING)
    as_now(during, DURING).then("propose", by=actors.person(other.user, at=DURING))
    assert holder(before) == (staff(OFFICER).user, "for_approval")

    as_now(before, DURING).then("send_back")
    assert leave.cover(DURING) == {"passed": 1}
    assert holder(before) == (other.user, "in_hand")
    assert leave.cover(AFTER) == {"returned": 1}
    assert Absence.objects.get().settled_at is None
    as_now(during, AFTER).then("send_back")

    assert holder(during)[1] == "queued"  # the stand-in serves there no more
    leave.cover(AFTER + DAY)
    assert Absence.objects.get().settled_at == AFTER + DAY


def test_a_sensitive_case_does_not_pass_to_a_stand_in_who_is_not_named_for_it():
    story = lodged(category=category("rushwa"))
    code, department = story.queue.office.code, story.queue.department.code
    story = story.then("take")
    officer = f"afisa.{code}.{department}"
    plain = posted("officer", code=code, department="malalamiko")
    named = posted("officer", code=code, department="malalamiko", sensitive=["rushwa"])

    absence = away(plain, who=officer, by=f"msimamizi.{code}.{department}")
    assert leave.cover(DURING) == {"kept": 1}
    assert holder(story) == (staff(officer).user, "in_hand")
    leave.end_early(absence, by=staff(f"kiongozi.{code}"), at=DURING)
    leave.enter(
        post_of(officer), stand_in=named.user, starts_on=DURING.date(), ends_on=DURING.date() + DAY,
        by=staff(f"kiongozi.{code}"), at=DURING,
    )  # fmt: skip

    assert leave.cover(DURING) == {"passed": 1}
    assert holder(story) == (named.user, "in_hand")


def test_a_case_about_the_stand_in_does_not_pass():
    neighbour = posted("officer", code=WARD)
    story = case_in("in_hand", about_person=neighbour.user, about_office=office(WARD))
    away(neighbour)

    assert leave.cover(DURING) == {"kept": 1}

    assert holder(story) == (staff(OFFICER).user, "in_hand")


def test_the_stand_in_is_posted_for_the_leave_alone(other):
    away(other, first=1, last=3)

    acting = Posting.objects.get(absence__isnull=False)
    assert (acting.user, acting.role, acting.department.code) == (other.user, "officer", "maji")
    assert (acting.valid_from, acting.valid_to) == (TODAY + DAY, TODAY + 3 * DAY)
    for day, reaches in [(0, False), (1, True), (3, True), (4, False)]:
        postings = actors.person(other.user, at=TUESDAY + day * DAY).postings
        assert (acting in postings) is reaches


def test_a_colleague_of_the_same_desk_needs_no_posting():
    colleague = posted("officer", department="maji")
    story = case_in("in_hand")
    away(colleague)

    assert not Posting.objects.filter(absence__isnull=False).exists()
    assert leave.cover(DURING) == {"passed": 1}
    assert holder(story) == (colleague.user, "in_hand")


def test_ended_early_the_work_comes_back_at_once(other):
    story = case_in("in_hand")
    absence = away(other, last=30)
    leave.cover(DURING)

    leave.end_early(absence, by=staff(SUPERVISOR), at=DURING)
    assert leave.cover(DURING, only=absence) == {"returned": 1}

    assert holder(story) == (staff(OFFICER).user, "in_hand")
    assert Posting.objects.get(absence=absence).valid_to == DURING.date() - DAY
    with pytest.raises(NotArranged):
        leave.end_early(absence, by=staff(SUPERVISOR), at=DURING)


def test_called_off_before_it_begins_nothing_is_left_of_it(other):
    absence = away(other, first=3, last=5)

    leave.end_early(absence, by=staff(SUPERVISOR), at=TUESDAY)

    assert leave.cover(TUESDAY + 4 * DAY) == {}
    assert not Posting.objects.filter(absence__isnull=False).exists()
    assert away(other, first=3, last=5)


def test_a_leave_is_changed_whole_before_it_begins_and_only_in_its_last_day_afterwards(other):
    third = posted("officer", department="elimu")
    absence = away(other, first=2, last=5)
    said = {"by": staff(SUPERVISOR), "at": TUESDAY}

    leave.change(absence, stand_in=third.user, starts_on=TODAY + DAY, ends_on=TODAY + 2 * DAY, **said)
    acting = Posting.objects.get(absence=absence)
    assert (acting.user, acting.valid_from, acting.valid_to) == (third.user, TODAY + DAY, TODAY + 2 * DAY)

    said["at"] = TUESDAY + DAY
    with pytest.raises(NotArranged):
        leave.change(absence, stand_in=other.user, starts_on=TODAY + DAY, ends_on=TODAY + 2 * DAY, **said)
    leave.change(absence, stand_in=third.user, starts_on=TODAY + DAY, ends_on=TODAY + 9 * DAY, **said)
    assert Posting.objects.get(absence=absence).valid_to == TODAY + 9 * DAY


def test_an_officer_who_serves_there_no_more_gets_nothing_back(other):
    story = case_in("in_hand")
    away(other)
    leave.cover(DURING)
    Posting.objects.filter(user=staff(OFFICER).user).update(valid_to=TODAY)

    assert leave.cover(AFTER) == {"returned": 1}

    assert holder(story) == (None, "queued")
    assert list(faults()) == []


@pytest.mark.parametrize("by", [OFFICER, "msimamizi.120.afya", "karani.120", "mkaguzi.1", "kiongozi.122"])
def test_only_the_line_above_enters_a_leave(other, by):
    with pytest.raises(NotYours):
        away(other, by=by)


def test_leaves_that_make_no_sense_are_refused(other):
    third = posted("officer", department="maji")
    away(other, first=2, last=5)
    refused = [
        {"stand_in": third, "first": 5, "last": 6},  # on leave already
        {"stand_in": third, "first": 9, "last": 8},
        {"stand_in": third, "first": -1, "last": 1},
        {"stand_in": third, "first": 10, "last": 500},
        {"stand_in": third, "first": 2_911_000, "last": 2_911_001},  # in the year 9999 or so
        {"stand_in": staff(OFFICER), "first": 10, "last": 11},
        {"stand_in": staff(OFFICER), "who": SUPERVISOR, "by": "kiongozi.120", "first": 3, "last": 3},  # away then
    ]

    for says in refused:
        with pytest.raises(NotArranged):
            away(**says)
    assert Absence.objects.count() == 1


def test_an_absent_supervisors_approvals_can_be_given_by_the_stand_in():
    story = case_in("for_approval")
    colleague = posted("officer", department="afya")
    away(colleague, who=SUPERVISOR, by="kiongozi.120")

    acting = actors.person(colleague.user, at=DURING)
    done = actions.approve(as_now(story, DURING).task, by=acting, at=DURING)

    assert done.case.state == "answered"


def test_the_days_of_one_leave_follow_those_of_another_in_the_same_run(other):
    story = case_in("in_hand")
    away(other, last=1)
    leave.cover(TUESDAY)
    third = posted("officer", department="elimu")
    away(third, first=2, last=3)

    assert leave.cover(TUESDAY + 2 * DAY) == {"returned": 1, "passed": 1}
    assert holder(story) == (third.user, "in_hand")
    assert Cover.objects.filter(settled_at=None).count() == 1
