"""Another department's part, and a leader's advice, asked for or not: beside the main step, and before the answer."""

import pytest
from viewflow.workflow.status import STATUS

from channels_in import follow
from complaints.models import Entry
from offices.calendar import calendar
from offices.models import Posting, Queue
from tests.workflows.stories import (
    COUNCIL,
    DISTRICT,
    OVERSIGHT,
    Story,
    at_the_top,
    case_in,
    category,
    entries,
    moves_open_to,
    nothing_changes,
    notices,
    office,
    posted,
    queue,
    staff,
    state_of,
    through,
    usual_words,
)
from workflows import actions, together
from workflows.desk.casefile import is_seen_by_citizen
from workflows.models import ComplaintTask
from workflows.refusals import AlreadyDone, NotOpen, NotYours, ReasonMissing, TooEarly, WrongTarget
from workflows.scope import has_passed_through, tasks_in_sight

pytestmark = pytest.mark.django_db


def asked(story, to=None, by=None, words="What did the health officer find?"):
    """Ask the council's health department for its part in a case; give the contribution's own story."""
    by = by or staff("afisa.120.maji")
    done = actions.ask_contribution(story.case, to=to or queue(COUNCIL, "afya"), words=words, by=by, at=story.at)
    return Story(done.task, story.at, done)


def advice_asked(story, of=None, by=None, words="May I close the road?"):
    """Ask the council's leader for advice on a case; give the question's own story."""
    by = by or staff("afisa.120.maji")
    done = actions.ask_advice(story.case, of=of or office(COUNCIL), words=words, by=by, at=story.at)
    return Story(done.task, story.at, done)


def advised(story, by=None, words="Go there today."):
    """Give a leader's advice on a case, unasked; give the advice's own story."""
    done = actions.advise(story.case, words=words, by=by or staff("kiongozi.120"), at=story.at)
    return Story(done.task, story.at, done)


def said_to_staff(story):
    """Give what the timeline's steps beside the main one say to staff."""
    named = Entry.objects.filter(complaint=story.case, said__isnull=False).order_by("number")
    return [(entry.move, entry.said.for_staff, entry.said.for_citizen) for entry in named if entry.detail]


# Another department's part.


def test_a_contribution_waits_in_the_other_departments_queue_with_a_deadline_of_its_own():
    story = case_in("in_hand")

    part = asked(story)

    assert part.task.due_at == calendar().add_working_time(story.at, 24)
    assert (part.task.queue, part.task.owner_id, part.task.side) == (queue("120", "afya"), None, True)
    assert (state_of(story), story.again().task.finished) == ("in_hand", None)
    assert entries(story)[-1] == ("ask_contribution", "", "")


def test_the_other_department_contributes_words_which_staff_read_and_the_citizen_does_not():
    story = case_in("in_hand")
    before = notices(story)

    done = asked(story).attempt("contribute", by=staff("afisa.120.afya"), reason="The well is clean.")

    assert done.task is None
    assert said_to_staff(story) == [
        ("ask_contribution", "What did the health officer find?", ""),
        ("contribute", "The well is clean.", ""),
    ]
    assert (state_of(story), notices(story)) == ("in_hand", before)


@pytest.mark.parametrize("username", ["afisa.120.maji", "msimamizi.120.maji"])
def test_whoever_holds_the_case_asks_or_the_supervisor(username):
    assert asked(case_in("in_hand"), by=staff(username)).queue.department.code == "afya"


@pytest.mark.parametrize("username", ["afisa.120.afya", "karani.120", "kiongozi.120", "mkaguzi.1", "mfumo.1"])
def test_nobody_else_asks(username):
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(NotYours):
        asked(story, by=staff(username))


def test_an_officer_who_does_not_hold_the_case_does_not_ask():
    story, colleague = case_in("in_hand"), posted("officer", department="maji")

    with nothing_changes(), pytest.raises(NotYours):
        asked(story, by=colleague)


def test_the_supervisor_asks_while_nobody_holds_it():
    assert asked(case_in("queued"), by=staff("msimamizi.120.maji")).queue == queue(COUNCIL, "afya")


@pytest.mark.parametrize("state", ["received", "answered", "closed"])
def test_a_case_that_no_office_works_on_asks_nobody(state):
    story = case_in(state)

    with nothing_changes(), pytest.raises(NotOpen):
        asked(story, by=story.who("supervisor"))


def test_an_ended_case_asks_nobody():
    story = case_in("ended")

    with nothing_changes(), pytest.raises(NotOpen):
        asked(story)


def test_an_office_above_can_be_asked():
    assert asked(case_in("in_hand"), to=queue(DISTRICT)).queue.office.code == DISTRICT


@pytest.mark.parametrize(("code", "department"), [(COUNCIL, "maji"), ("12103", "malalamiko"), ("121", "malalamiko")])
def test_neither_ones_own_queue_nor_an_office_that_is_not_above_is_asked(code, department):
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(WrongTarget):
        asked(story, to=queue(code, department))


def test_the_oversight_desk_is_asked_nothing_about_an_ordinary_case():
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(WrongTarget):
        asked(story, to=queue(OVERSIGHT))


def test_a_department_is_asked_once_at_a_time():
    story = case_in("in_hand")
    asked(story)

    with nothing_changes(), pytest.raises(WrongTarget):
        asked(story, words="What does the health officer find now?")


def test_a_second_press_asks_no_second_time():
    story = case_in("in_hand")
    first = asked(story)

    with nothing_changes():
        assert asked(story).task == first.task


def test_of_a_sensitive_subject_only_a_department_is_asked_where_somebody_may_see_it():
    story = case_in("queued", category=category("rushwa"))
    here = story.queue.office
    to = Queue.objects.filter(office=here).exclude(pk=story.queue.pk).select_related("department").first()
    boss = posted("supervisor", code=here.code, department=story.queue.department.code, sensitive=["rushwa"])
    Posting.objects.filter(office=here, role="leader").delete()

    with nothing_changes(), pytest.raises(WrongTarget, match="Nobody serves there"):
        asked(story, to=to, by=boss)
    posted("officer", code=here.code, department=to.department.code, sensitive=["rushwa"])
    assert asked(story, to=to, by=boss).queue == to


def test_a_question_without_words_is_refused():
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(ReasonMissing):
        asked(story, words=" ")


def test_nobody_but_the_department_asked_contributes():
    part = asked(case_in("in_hand"))

    for username in ("afisa.120.maji", "msimamizi.120.maji", "kiongozi.120", "karani.120"):
        with nothing_changes(), pytest.raises(NotYours):
            part.attempt("contribute", by=staff(username))


def test_the_department_asked_sees_the_case_and_those_of_other_queues_do_not():
    story = case_in("in_hand")
    other = posted("officer", department="afya", code=COUNCIL)
    assert not sees(other, story)

    asked(story)

    assert sees(other, story)
    assert not sees(posted("officer", department="ardhi", code=COUNCIL), story)


def test_the_department_sees_the_case_only_while_it_is_asked():
    story = case_in("in_hand")
    other, part = posted("officer", department="afya", code=COUNCIL), asked(story)

    part.attempt("contribute", by=staff("afisa.120.afya"))

    assert not sees(other, story)
    assert not has_passed_through(story.case, other, story.at)


def test_nor_once_what_it_was_asked_has_gone_up_without_it():
    story = case_in("in_hand")
    other, part = posted("officer", department="afya", code=COUNCIL), asked(story)

    part.attempt("hand_up", by="clock", at=part.task.due_at)

    assert not sees(other, story)
    assert not has_passed_through(story.case, other, story.at)


def sees(by, story):
    """Say whether the case is in this person's sight."""
    return ComplaintTask.objects.filter(tasks_in_sight(by, story.at), process=story.case).exists()


def test_the_one_who_holds_the_case_calls_it_off_with_a_reason():
    story = case_in("in_hand")
    part = asked(story)

    assert moves_open_to(staff("afisa.120.maji"), part) == ["call_off"]
    assert part.attempt("call_off", by=staff("afisa.120.maji"), reason="Settled already.").task is None
    assert story.attempt("answer").case.state == "answered"


def test_the_department_asked_offers_its_own_moves_and_none_of_the_cases():
    part = asked(case_in("in_hand"))

    assert moves_open_to(staff("msimamizi.120.afya"), part) == ["hand_up", "contribute"]
    assert moves_open_to(staff("afisa.120.afya"), part) == ["contribute"]


def test_a_contribution_is_given_once():
    part = asked(case_in("in_hand"))
    part.attempt("contribute", by=staff("afisa.120.afya"))

    with nothing_changes(), pytest.raises(AlreadyDone):
        part.attempt("contribute", by=staff("afisa.120.afya"))


def test_a_contribution_that_does_not_come_rises_within_its_own_department_and_not_early():
    story = case_in("in_hand")
    part = asked(story)
    with nothing_changes(), pytest.raises(TooEarly):
        part.attempt("hand_up", by="clock")

    risen = part.attempt("hand_up", by="clock", at=part.task.due_at)

    up = Queue.objects.select_related("office", "department").get(pk=risen.task.queue_id)
    assert up.department.code in ("afya", "malalamiko")
    assert up.office.code == DISTRICT
    assert story.again().task.queue.office.code == COUNCIL
    assert Entry.objects.filter(complaint=story.case).latest("number").detail == "contribution_overdue"


# Before the answer.

HELD_UP = [
    ("in_hand", "answer"), ("in_hand", "propose"), ("in_hand", "reject"), ("in_hand", "merge"),
    ("referred", "answer"), ("referred", "pass_on"), ("for_approval", "approve"),
]  # fmt: skip


@pytest.mark.parametrize("ask", [asked, advice_asked])
@pytest.mark.parametrize(("state", "move"), HELD_UP)
def test_the_case_is_neither_answered_nor_closed_while_something_asked_is_open(state, move, ask):
    story = case_in(state)
    ask(story)
    words = usual_words(move, story)

    with nothing_changes(), pytest.raises(NotOpen, match="has not come yet"):
        story.attempt(move, **words)


def test_nor_is_an_opinion_noted():
    story = case_in("in_hand", kind="opinion")
    asked(story)

    with nothing_changes(), pytest.raises(NotOpen):
        story.attempt("note")


def test_nor_is_an_answer_upheld_at_the_top():
    story = at_the_top()
    asked(story, to=queue("1", "afya"), by=story.who("supervisor"))

    with nothing_changes(), pytest.raises(NotOpen):
        story.attempt("uphold")


@pytest.mark.parametrize(("state", "move"), HELD_UP)
def test_with_a_reason_it_is_and_the_reason_stands_on_the_timeline_for_staff(state, move):
    story = case_in(state)
    asked(story)

    story.attempt(move, although="They answer no letters.")

    assert [made for made, _from, _to in entries(story) if made != "fall_away"][-2:] == ["go_on_without", move]
    assert ("go_on_without", "They answer no letters.", "") in said_to_staff(story)


def test_a_reason_that_nobody_needed_is_not_written():
    story = case_in("in_hand")

    story.attempt("answer", although="Why not.")

    assert [move for move, _from, _to in entries(story)] == ["lodge", "take", "answer"]


def test_once_everything_asked_has_come_the_case_is_answered_as_ever():
    story = case_in("in_hand")
    asked(story).attempt("contribute", by=staff("afisa.120.afya"))
    advice_asked(story).attempt("give_advice")

    assert story.attempt("answer").case.state == "answered"


def test_the_citizen_withdraws_and_the_clock_goes_on_whatever_is_open():
    story = case_in("in_hand")
    asked(story)

    assert through(story, "ask", "lapse_question", "withdraw").case.state == "closed"


def test_a_directive_and_advice_that_nobody_asked_for_hold_up_no_answer():
    story = case_in("in_hand")
    advised(story)
    actions.direct(story.case, to=story.queue, words="Go.", by=staff("kiongozi.120"), at=story.at)

    assert story.attempt("answer").case.state == "answered"


# Advice.


def test_advice_lies_before_whoever_holds_the_case():
    story = case_in("in_hand")

    advice = advised(story)

    assert advice.task.due_at == calendar().add_working_time(story.at, 16)
    assert (advice.task.queue, advice.task.owner) == (queue("120", "maji"), story.task.owner)
    assert said_to_staff(story) == [("advise", "Go there today.", "")]


@pytest.mark.parametrize(
    "username", ["afisa.120.maji", "msimamizi.120.maji", "karani.120", "kiongozi.122", "mkaguzi.1"]
)
def test_only_a_leader_over_the_case_advises(username):
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(NotYours):
        advised(story, by=staff(username))


def test_on_a_closed_case_nobody_advises():
    story = case_in("closed")

    with nothing_changes(), pytest.raises(NotOpen):
        advised(story)
    assert actions.direct(story.case, to=story.queue, words="Go.", by=staff("kiongozi.120"), at=story.at).task


def test_the_holder_acknowledges_once():
    advice = advised(case_in("in_hand"))

    assert advice.attempt("acknowledge").task is None
    assert advice.again().task.status == STATUS.DONE
    with nothing_changes(), pytest.raises(AlreadyDone):
        advice.attempt("acknowledge")


def test_whoever_holds_the_case_later_acknowledges_wherever_it_is_then():
    story = case_in("in_hand")
    advice = advised(story)
    story.then("hand_up").then("take", by=staff("msimamizi.12.malalamiko"))

    with nothing_changes(), pytest.raises(NotOpen):
        advice.attempt("acknowledge", by="officer")
    assert advice.attempt("acknowledge", by=staff("msimamizi.12.malalamiko")).task is None


def test_a_colleague_does_not_acknowledge_for_the_holder():
    advice, colleague = advised(case_in("in_hand")), posted("officer", department="maji")

    with nothing_changes(), pytest.raises(NotYours):
        advice.attempt("acknowledge", by=colleague)


def test_while_nobody_holds_it_any_officer_of_the_queue_acknowledges():
    assert advised(case_in("queued")).attempt("acknowledge", by="officer").task is None


def test_advice_that_nobody_reads_is_handed_up():
    advice = advised(case_in("in_hand"))

    risen = advice.attempt("hand_up", by="clock", at=advice.task.due_at).task

    assert (risen.queue.office.code, risen.owner_id) == (DISTRICT, None)


def test_the_leader_who_is_asked_answers_and_the_answer_is_the_advice():
    story = case_in("in_hand")
    question = advice_asked(story)
    assert moves_open_to("leader", question) == ["hand_up", "give_advice"]

    advice = question.then("give_advice", reason="Close it at night.")

    assert (advice.task.flow_task.name, advice.task.owner) == ("advice", story.task.owner)
    assert said_to_staff(story) == [
        ("ask_advice", "May I close the road?", ""),
        ("give_advice", "Close it at night.", ""),
    ]
    assert together.words_that_asked(question.task, together.openings_of(story.case)) == "May I close the road?"
    assert together.words_that_asked(advice.task, together.openings_of(story.case)) == "Close it at night."
    assert advice.attempt("acknowledge").task is None


def test_an_officer_does_not_answer_for_the_leader():
    question = advice_asked(case_in("in_hand"))

    for role in ("officer", "supervisor", "clerk"):
        with nothing_changes(), pytest.raises(NotYours):
            question.attempt("give_advice", by=role)


def test_an_office_beside_is_not_asked_for_advice():
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(WrongTarget):
        advice_asked(story, of=office("121"))


# Who has read it.


def test_a_leader_sees_when_a_directive_was_first_read_by_somebody_who_can_carry_it_out():
    story = case_in("in_hand")
    done = actions.direct(story.case, to=story.queue, words="Go.", by=staff("kiongozi.120"), at=story.at)
    directive = Story(done.task, story.at, done)

    actions.read(story.case, by=staff("kiongozi.120"), at=story.at)
    actions.read(story.case, by=staff("karani.120"), at=story.at)
    assert directive.again().task.read_at is None

    later = story.later(hours=1)
    actions.read(story.case, by=staff("afisa.120.maji"), at=later.at)
    actions.read(story.case, by=staff("msimamizi.120.maji"), at=later.later(hours=1).at)
    assert directive.again().task.read_at == later.at


def test_reading_a_case_beside_which_nothing_stands_asks_one_question_more(django_assert_num_queries):
    story = case_in("in_hand")
    by = staff("afisa.120.maji")
    actions.read(story.case, by=by, at=story.at)

    with django_assert_num_queries(2):
        actions.read(story.case, by=by, at=story.at)


def test_a_case_that_ends_closes_all_that_stands_beside_it():
    story = case_in("in_hand")
    advised(story), asked(story), advice_asked(story)
    closed = story.then("answer", although="It is done.").then("confirm")

    closed.then("end")

    assert ComplaintTask.objects.open().filter(process=story.case).count() == 0


# Once the case closes.

CLOSING = [
    ("in_hand", "reject"), ("in_hand", "merge"), ("in_hand", "withdraw"), ("referred", "pass_on"),
    ("answered", "confirm"), ("answered", "lapse"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "move"), CLOSING)
def test_what_nobody_needs_any_more_falls_away_when_the_case_closes(state, move):
    story = case_in("in_hand")
    part, question, advice = asked(story), advice_asked(story), advised(story)
    directive = actions.direct(story.case, to=story.queue, words="Go.", by=staff("kiongozi.120"), at=story.at).task
    hurry = {"although": "It is urgent."}
    if state != "in_hand":
        story = story.then({"answered": "answer", "referred": "refer"}[state], **(hurry if state == "answered" else {}))

    story.then(move, **(hurry if move in ("reject", "merge", "pass_on") else {}))

    assert [each.again().task.status for each in (part, question, advice)] == [STATUS.CANCELED] * 3
    fallen = Entry.objects.filter(complaint=story.case, move="fall_away").order_by("number")
    assert [entry.detail for entry in fallen] == [f"task:{each.task.pk}" for each in (part, question, advice)]
    assert ComplaintTask.objects.open().get(process=story.case, side=True) == directive


def test_a_directive_falls_away_when_the_case_ends_and_the_timeline_says_so():
    story = case_in("closed")
    task = actions.direct(story.case, to=story.queue, words="Go.", by=staff("kiongozi.120"), at=story.at).task

    story.then("end")

    assert ComplaintTask.objects.get(pk=task.pk).status == STATUS.CANCELED
    assert Entry.objects.get(complaint=story.case, move="fall_away").detail == f"task:{task.pk}"
    assert not ComplaintTask.objects.open().filter(process=story.case).exists()


def test_the_citizen_hears_nothing_of_what_rises_beside_the_case():
    story = case_in("in_hand")
    part = asked(story)

    part.attempt("hand_up", by="clock", at=part.task.due_at)

    entry = Entry.objects.get(complaint=story.case, move="hand_up")
    assert not is_seen_by_citizen(entry)
    assert len(follow.timeline_for_citizen(story.case)) == len(["lodge", "take"])
