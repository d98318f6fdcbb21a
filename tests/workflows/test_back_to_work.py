"""Work that waited for somebody else comes back to whom it belongs, with the time that was left and no more."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from complaints.models import EntryWords
from offices.kept import forget
from offices.models import Posting
from tests.workflows.stories import (
    COUNCIL,
    DISTRICT,
    at_the_top,
    case_in,
    entries,
    lodged,
    moves_open_to,
    office,
    posted,
    queue,
    state_of,
    through,
)
from workflows.models import ComplaintTask, Policy
from workflows.refusals import WrongTarget

pytestmark = pytest.mark.django_db


def on(day, hour, minute=0):
    """Give a moment of November or December 2026 in Dar es Salaam: the 24th of November is a Tuesday."""
    first = dt.datetime(2026, 11, 1, hour, minute, tzinfo=ZoneInfo("Africa/Dar_es_Salaam"))
    return first + dt.timedelta(days=day - 1)


BACK = [("waiting", "reply"), ("waiting", "lapse_question"), ("waiting", "recall"), ("referred", "returned"),
        ("for_approval", "send_back"), ("for_approval", "recall")]  # fmt: skip


@pytest.mark.parametrize(("state", "move"), BACK)
def test_work_comes_back_into_the_hand_that_held_it(state, move):
    story = case_in(state)

    back = story.then(move)

    assert (state_of(back), back.task.owner_id) == ("in_hand", story.who("officer").user_id)


@pytest.mark.parametrize(("state", "move"), BACK)
def test_work_comes_back_into_the_queue_when_its_holder_has_left(state, move):
    story = case_in(state)
    by = None if move in ("reply", "lapse_question") else "supervisor"
    Posting.objects.filter(user=story.task.owner).update(valid_to=on(23, 0).date())

    back = story.then(move, by=by)

    assert (state_of(back), back.task.owner_id, back.task.queue_id) == ("queued", None, story.task.queue_id)


def test_work_comes_back_into_the_queue_when_its_holder_now_serves_another_department():
    story = case_in("waiting")
    Posting.objects.filter(user=story.task.owner).delete()
    posted("officer", department="afya", user=story.task.owner)

    assert state_of(story.then("reply")) == "queued"


def test_work_follows_a_holder_who_also_serves_where_it_was_handed_up():
    story = case_in("waiting")
    posted("officer", code=DISTRICT, user=story.task.owner)

    back = story.then("hand_up").then("reply")

    assert (state_of(back), back.task.owner_id, back.queue.office.code) == ("in_hand", story.task.owner_id, DISTRICT)


def test_work_comes_back_to_a_supervisor_who_held_it():
    story = lodged().then("take", by="supervisor").then("ask", by="supervisor")

    back = story.then("reply")

    assert (state_of(back), back.task.owner) == ("in_hand", story.who("supervisor").user)


def test_the_time_of_a_question_is_added_to_the_working_time_that_was_left():
    story = lodged()  # on Tuesday the 24th at ten, due in 40 working hours
    assert story.task.due_at == on(31, 10)  # 1 December

    asked = story.then("take").then("ask", at=on(24, 12))
    back = asked.then("reply", at=on(26, 9))

    assert asked.task.due_at == on(24 + 9, 12)  # seven working days from Tuesday noon, with a weekend between
    # From Tuesday noon 38 working hours were left: from Thursday at nine that is Wednesday week at half past seven and 6½.
    assert back.task.due_at == on(32, 15)


def test_a_question_asked_when_it_is_overdue_buys_no_time():
    story = lodged().then("take")
    due = story.task.due_at

    back = story.then("ask", at=due + dt.timedelta(days=1)).then("reply", at=due + dt.timedelta(days=3))

    assert back.task.due_at == due


def test_waiting_for_an_outside_body_pauses_the_clock_as_a_question_does():
    story = lodged().then("take")

    back = story.then("refer", at=on(24, 12)).then("returned", at=on(26, 9))

    assert back.task.due_at == on(32, 15)


def test_a_proposal_that_is_sent_back_keeps_the_deadline_that_it_had():
    story = case_in("in_hand")

    back = story.then("propose").then("send_back", at=on(27, 12))

    assert back.task.due_at == story.task.due_at


def test_a_question_handed_up_keeps_its_own_deadline_and_the_time_that_was_left():
    asked = lodged().then("take").then("ask", at=on(24, 12))

    handed_up = asked.then("hand_up")
    back = handed_up.then("reply", at=on(26, 9))

    assert (handed_up.task.pk, handed_up.task.due_at) == (asked.task.pk, asked.task.due_at)
    assert (back.task.due_at, back.queue.office.code) == (on(32, 15), DISTRICT)


def test_a_question_that_nobody_answers_lapses_and_the_work_goes_on():
    asked = lodged().then("take").then("ask", at=on(24, 12))

    back = asked.then("lapse_question")

    # 38 working hours from Thursday 3 December at noon, past a weekend and Independence Day.
    assert (state_of(back), back.task.due_at) == ("in_hand", on(41, 10))
    assert back.done.notice.kind == "replied"


def test_three_questions_pause_one_clock_and_a_new_clock_allows_three_more():
    asked_out = through(case_in("in_hand"), *["ask", "reply"] * 3)
    assert asked_out.task.questions == 3

    handed_up = asked_out.then("hand_up")

    assert handed_up.task.questions == 0
    assert state_of(through(handed_up, "take", "ask")) == "waiting"


@pytest.mark.parametrize("path", [["withdraw", "reopen"], ["merge", "unmerge"], ["reject", "reopen"]])
def test_a_case_opened_again_has_a_new_clock_and_so_new_questions(path):
    asked_out = through(case_in("in_hand"), *["ask", "reply"] * 3)

    again = through(asked_out, *path)

    assert (state_of(again), again.task.questions) == ("queued", 0)


def test_the_policy_says_how_many_questions_pause_a_clock():
    story = case_in("in_hand")
    assert "ask" in moves_open_to("officer", story)

    Policy.objects.create(valid_from=on(1, 0).date(), questions=0)
    forget()

    assert "ask" not in moves_open_to("officer", story)


@pytest.mark.parametrize("move", ["give_back", "send_back", "recall"])
def test_what_the_citizen_is_not_told_of_only_staff_read(move):
    story = case_in("in_hand" if move == "give_back" else "for_approval")

    story.then(move, reason="Not good enough.")

    said = EntryWords.objects.latest("entry")
    assert (said.for_staff, said.for_citizen) == ("Not good enough.", "")


def test_work_given_back_keeps_its_row_and_its_deadline():
    story = case_in("in_hand")

    back = story.then("give_back")

    assert (back.task.pk, back.task.due_at, back.task.owner_id) == (story.task.pk, story.task.due_at, None)
    assert state_of(back) == "queued"


def test_the_story_of_a_question_is_two_steps_of_the_timeline_and_three_rows_of_work():
    story = through(case_in("waiting"), "reply")

    assert entries(story) == [
        ("lodge", "", "queued"), ("take", "queued", "in_hand"), ("ask", "in_hand", "waiting"),
        ("reply", "waiting", "in_hand"),
    ]  # fmt: skip
    nodes = ComplaintTask.objects.filter(process=story.case).order_by("created", "-flow_task_type", "pk")
    assert [task.flow_task.name for task in nodes] == ["lodge", "work", "question", "work"]
    assert [task.finished is None for task in nodes] == [False, False, False, True]


def test_work_assigned_to_somebody_who_does_not_serve_there_is_refused():
    with pytest.raises(WrongTarget):
        case_in("queued").attempt("assign", to=at_the_top().who("officer").user)


def test_work_moves_only_to_an_office_of_the_same_rank():
    story = case_in("queued")

    for to in (queue("12"), queue("12103"), queue(COUNCIL, "maji"), queue("0")):
        with pytest.raises(WrongTarget):
            story.attempt("move", to=to)
    assert story.attempt("move", to=queue(COUNCIL, "afya")).task.queue == queue(COUNCIL, "afya")


def test_work_is_handed_up_to_an_office_above_and_to_no_other():
    story = case_in("queued")

    for code in ("12103", COUNCIL, "0"):
        with pytest.raises(WrongTarget):
            story.attempt("hand_up", to=office(code))
    assert story.attempt("hand_up", to=office("1")).task.queue.office.code == "1"


def test_the_clock_passes_over_an_office_where_nobody_serves():
    story = case_in("queued")
    Posting.objects.filter(office__code=DISTRICT).update(valid_to=on(23, 0).date())

    by_clock = story.attempt("hand_up", by="clock", at=story.task.due_at)

    assert by_clock.task.queue.office.code == "1"
