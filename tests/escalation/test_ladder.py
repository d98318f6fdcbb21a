"""What the clock does with work that nobody does: one staffed office for each deadline, never early, never for ever."""

import datetime as dt

import pytest

from complaints.models import Entry
from escalation.sweep import Swept, escalate
from offices import actors
from offices.models import Posting
from tests.workflows import stories
from tests.workflows.stories import case_in, category, entries, lodged, notices, office, state_of
from workflows import actions
from workflows.models import ComplaintTask

pytestmark = pytest.mark.django_db

AN_INSTANT = dt.timedelta(microseconds=1)
ONE_RUNG = Swept(handed_up=1)
NOTHING = Swept()


def step_of(story):
    """Give the step that a case is at, as the database has it."""
    return ComplaintTask.objects.open().main().select_related("queue__office").get(process=story.case)


def place_of(story):
    """Give the office where a case is, by its code."""
    return step_of(story).queue.office.code


def leave_alone(story):
    """Let the deadline of a case pass, and give the office where it is then; nothing may happen an instant earlier."""
    due = step_of(story).due_at
    assert escalate(due - AN_INSTANT) == NOTHING
    assert escalate(due) == ONE_RUNG
    assert escalate(due) == NOTHING
    return place_of(story)


def nobody_serves_at(code):
    """End every posting at an office."""
    Posting.objects.filter(office__code=code).update(valid_to=dt.date(2026, 1, 1))


def last_entry(story):
    """Give the newest step of the timeline."""
    return Entry.objects.filter(complaint=story.case).latest("number")


def test_a_complaint_climbs_from_the_street_to_the_region_one_office_for_each_deadline():
    noise = lodged(category=category("kelele"))

    assert place_of(noise) == stories.STREET
    assert leave_alone(noise) == stories.WARD
    assert leave_alone(noise) == stories.DIVISION
    assert leave_alone(noise) == stories.COUNCIL
    assert leave_alone(noise) == stories.DISTRICT
    assert leave_alone(noise) == stories.REGION
    assert entries(noise)[1:] == [("hand_up", "queued", "queued")] * 5
    assert notices(noise) == ["queued"] + ["handed_up"] * 5


def test_each_office_gets_its_whole_time():
    noise = lodged(category=category("kelele"))
    first = step_of(noise).due_at

    leave_alone(noise)

    # 24 working hours: three days, each of them to closing time, since the first deadline fell in the morning.
    assert step_of(noise).due_at - first == dt.timedelta(days=5)
    assert last_entry(noise).due_at == step_of(noise).due_at


def test_the_timeline_says_that_it_was_the_clock_and_by_which_rule():
    story = case_in("in_hand")

    leave_alone(story)

    entry = last_entry(story)
    assert (entry.actor_kind, entry.via, entry.actor_id, entry.detail) == ("clock", "clock", None, "act_overdue")
    assert (entry.from_queue, entry.to_queue, entry.holder_id) == (story.queue, step_of(story).queue, None)
    assert not hasattr(entry, "said")


def test_work_in_a_hand_goes_back_into_a_queue():
    story = case_in("in_hand")

    leave_alone(story)

    task = step_of(story)
    assert (state_of(story), task.owner_id, task.status) == ("queued", None, "NEW")


def test_a_referred_case_stays_referred_with_its_holder():
    story = case_in("referred")

    assert leave_alone(story) == stories.DISTRICT

    assert (state_of(story), step_of(story).owner_id) == ("referred", story.task.owner_id)
    assert last_entry(story).detail == "outside_overdue"


def test_a_proposed_answer_goes_to_the_supervisor_above():
    story = case_in("for_approval")

    assert leave_alone(story) == stories.DISTRICT

    assert (state_of(story), last_entry(story).detail) == ("for_approval", "approve_overdue")


def test_a_complaint_that_no_desk_has_routed_rises_too():
    story = lodged(sure=False)

    assert leave_alone(story) == stories.WARD

    assert (state_of(story), last_entry(story).detail) == ("received", "triage_overdue")


def test_a_vacant_office_is_passed_over():
    noise = lodged(category=category("kelele"))
    nobody_serves_at(stories.WARD)
    nobody_serves_at(stories.DIVISION)

    assert leave_alone(noise) == stories.COUNCIL


def test_with_nobody_serving_anywhere_above_it_still_rises_by_one_office():
    noise = lodged(category=category("kelele"))
    Posting.objects.update(valid_to=dt.date(2026, 1, 1))

    assert leave_alone(noise) == stories.WARD


def test_a_sensitive_complaint_goes_to_the_leader_where_nobody_is_named():
    story = lodged(category=category("watumishi"))
    Posting.objects.filter(office__code=stories.DISTRICT).update(sensitive_categories=[])

    assert leave_alone(story) == stories.DISTRICT


def test_a_sensitive_complaint_passes_over_an_office_with_nobody_named_and_no_leader():
    story = lodged(category=category("watumishi"))
    at_the_district = Posting.objects.filter(office__code=stories.DISTRICT)
    at_the_district.update(sensitive_categories=[])
    at_the_district.filter(role="leader").update(valid_to=dt.date(2026, 1, 1))

    assert leave_alone(story) == stories.REGION


def test_a_complaint_about_an_office_never_lies_there_nor_beneath():
    noise = lodged(category=category("kelele"), about_office=office(stories.COUNCIL))

    assert place_of(noise) == stories.DISTRICT
    assert leave_alone(noise) == stories.REGION


def test_only_a_complaint_about_the_region_itself_reaches_the_oversight_desk():
    story = lodged(about_office=office(stories.REGION))

    assert place_of(story) == stories.OVERSIGHT
    assert escalate(step_of(story).due_at) == Swept(flagged=1)


def test_at_the_region_it_stays_and_is_flagged_once_in_thirty_days():
    story = stories.at_the_top("in_hand")
    due, task = story.task.due_at, step_of(story)

    swept = [escalate(due + dt.timedelta(days=day)) for day in range(30)]

    assert swept == [Swept(flagged=1)] + [NOTHING] * 29
    assert [move for move, _from, _to in entries(story)].count("flag") == 1
    assert entries(story)[-1] == ("flag", "in_hand", "in_hand")
    flagged = step_of(story)
    assert (flagged.flagged_at, flagged.due_at, flagged.queue, flagged.owner_id) == (
        due,
        due,
        task.queue,
        task.owner_id,
    )
    assert (last_entry(story).detail, last_entry(story).holder_id) == ("act_overdue", task.owner_id)


def test_the_citizen_hears_nothing_of_a_flag():
    story = stories.at_the_top("queued")
    heard = notices(story)

    escalate(story.task.due_at)

    assert notices(story) == heard


def test_work_flagged_at_the_top_can_still_be_answered():
    story = stories.at_the_top("in_hand")
    escalate(story.task.due_at)

    story.again().then("answer", at=story.task.due_at + stories.HOUR)

    assert state_of(story) == "answered"


def test_while_the_citizen_is_asked_the_clock_hands_nothing_up():
    story = case_in("queued")
    act_due = story.task.due_at
    asked = stories.through(story, "take", "ask")

    assert escalate(act_due) == NOTHING
    assert escalate(asked.task.due_at - AN_INSTANT) == NOTHING
    assert escalate(asked.task.due_at) == Swept(lapsed=1)
    assert state_of(story) == "in_hand"
    assert place_of(story) == stories.COUNCIL


def test_a_question_pauses_the_clock_and_the_reply_lets_it_go_on():
    story = case_in("queued")
    act_due = story.task.due_at
    asked = stories.through(story, "take", "ask").later(days=7)

    asked.then("reply")

    assert step_of(story).due_at > act_due
    assert escalate(act_due) == NOTHING
    assert leave_alone(story) == stories.DISTRICT


def test_a_question_asked_too_late_buys_no_time():
    story = case_in("in_hand")
    late = story.later(days=20)
    asked = late.then("ask")

    asked.then("reply", at=late.at + stories.HOUR)

    assert step_of(story).due_at == story.task.due_at
    assert escalate(late.at + stories.HOUR) == ONE_RUNG


@pytest.mark.parametrize("move", ["take", "assign"])
def test_picking_work_up_sets_no_clock_back(move):
    story = case_in("queued")

    story.later(hours=2).then(move)

    assert step_of(story).due_at == story.task.due_at
    assert leave_alone(story) == stories.DISTRICT


def test_words_added_by_anybody_set_no_clock_back():
    story = case_in("in_hand")
    later = story.at + dt.timedelta(days=1)

    actions.add_words(story.task, words="Bado hayatoki.", by=story.who("citizen"), at=later)
    actions.add_words(story.task, words="Nimeenda kuona.", by=story.who("officer"), at=later)
    actions.read(story.case, by=story.who("leader"), at=later)

    assert step_of(story).due_at == story.task.due_at
    assert leave_alone(story) == stories.DISTRICT


def test_a_directive_rises_beside_the_main_step():
    story = stories.at_the_top("in_hand")
    leader = actors.person(stories.staff(f"kiongozi.{stories.COUNCIL}").user, at=story.at)
    directive = actions.direct(
        story.case, to=stories.queue(stories.COUNCIL), words="See to it.", by=leader, at=story.at
    )
    due = directive.task.due_at
    main = ComplaintTask.objects.filter(process=story.case, side=False, finished=None)
    main.update(due_at=due + dt.timedelta(days=100))
    heard = notices(story)

    assert escalate(due - AN_INSTANT) == NOTHING
    assert escalate(due) == ONE_RUNG

    side = ComplaintTask.objects.select_related("queue__office").get(pk=directive.task.pk)
    assert side.queue.office.code == stories.DISTRICT
    assert main.get().queue.office.code == stories.REGION
    assert notices(story) == heard


def test_silence_closes_an_answer_and_ends_a_closed_case():
    story = case_in("answered")

    assert escalate(step_of(story).due_at - AN_INSTANT) == NOTHING
    assert escalate(step_of(story).due_at) == Swept(lapsed=1)
    assert state_of(story) == "closed"
    resting = step_of(story)
    assert escalate(resting.due_at - AN_INSTANT) == NOTHING
    assert escalate(resting.due_at) == Swept(ended=1)
    assert state_of(story) == "ended"
    assert escalate(resting.due_at + dt.timedelta(days=1000)) == NOTHING


def test_a_sweep_after_a_long_outage_moves_each_case_by_one_office_only():
    stories_left = [lodged(category=category("kelele")) for _each in range(3)]
    months_later = step_of(stories_left[0]).due_at + dt.timedelta(days=100)

    assert escalate(months_later) == Swept(handed_up=3)

    assert {place_of(story) for story in stories_left} == {stories.WARD}
    assert all(step_of(story).due_at > months_later for story in stories_left)
