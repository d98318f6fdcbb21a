"""Two who press at once: one wins, the others read an ordinary sentence, and nothing is lost or doubled."""

import datetime as dt
import threading
from functools import partial

import pytest
from django.db import connection

from complaints.models import Complaint, Entry
from complaints.verify import faults
from notices.models import Notice
from offices.models import Absence
from tests.workflows.stories import USUALLY, case_in, lodged, posted, queue, staff, state_of, usual_words
from workflows import actions, leave
from workflows.models import ComplaintTask
from workflows.refusals import AlreadyDone, NotOpen, Refusal, WrongTarget

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(5)  # chance decides who is first


def at_once(*acts):
    """Start each act in a thread and a connection of its own, all together; give what each gave or raised."""
    outcomes = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(number, act):
        try:
            connection.ensure_connection()
            ready.wait(30)
            outcomes[number] = act()
        except Exception as raised:  # noqa: BLE001  (the test looks at every one of them)
            outcomes[number] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def won_and_lost(outcomes):
    """Give how many won, and the classes of what the others were told."""
    lost = [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]
    return len(outcomes) - len(lost), lost


def move(story, name, by=None, **says):
    """Give the act of making a move, its actor and words prepared beforehand."""
    actor = by or story.who(USUALLY[name])
    words = usual_words(name, story, says) | says
    return lambda: story.attempt(name, by=actor, **words)


def moves_of(story):
    """Give the moves on a timeline, in their order, and hold the chain to be whole."""
    assert list(faults(story.case.reference)) == []
    return list(Entry.objects.filter(complaint=story.case).order_by("number").values_list("move", flat=True))


def test_of_sixty_four_who_take_the_same_work_one_gets_it():
    story = case_in("queued")
    officers = [posted("officer", department="maji") for _ in range(64)]

    outcomes = at_once(*[move(story, "take", by=officer) for officer in officers])

    assert won_and_lost(outcomes) == (1, [AlreadyDone] * 63)
    winner = next(number for number, outcome in enumerate(outcomes) if not isinstance(outcome, Exception))
    assert ComplaintTask.objects.get(pk=story.task.pk).owner_id == officers[winner].user_id
    assert (moves_of(story), Notice.objects.filter(kind="taken").count()) == (["lodge", "take"], 1)


def test_work_is_either_taken_or_handed_up():
    for _round in ROUNDS:
        story = case_in("queued")

        outcomes = at_once(move(story, "take"), move(story, "hand_up"))

        assert won_and_lost(outcomes) == (1, [AlreadyDone])
        task = ComplaintTask.objects.select_related("queue__office").get(pk=story.task.pk)
        assert (moves_of(story)[1:], task.queue.office.code, task.owner_id is None) in [
            (["take"], "120", False),
            (["hand_up"], "12", True),
        ]


def test_work_is_put_into_one_hand_when_two_supervisors_assign_it():
    story = case_in("in_hand")
    hands = [posted("officer", department="maji").user for _ in range(2)]

    outcomes = at_once(*[move(story, "assign", to=hand) for hand in hands])

    assert won_and_lost(outcomes) == (1, [AlreadyDone])


def test_a_yes_that_is_said_twice_is_one_yes():
    story = case_in("answered")

    outcomes = at_once(move(story, "confirm"), move(story, "confirm"))

    assert won_and_lost(outcomes) == (1, [NotOpen])
    assert moves_of(story)[-2:] == ["answer", "confirm"]
    assert Notice.objects.filter(kind="confirmed").count() == 1


def test_an_answer_is_either_disputed_or_lapses():
    for _round in ROUNDS:
        story = case_in("answered")
        at = story.task.due_at

        outcomes = at_once(move(story, "dispute", at=at), move(story, "lapse", at=at))

        won, lost = won_and_lost(outcomes)
        assert (won, moves_of(story)[-1], state_of(story), lost) in [
            (1, "dispute", "queued", [AlreadyDone]),
            (1, "lapse", "closed", [NotOpen]),
        ]


def test_two_opposite_joinings_do_not_wait_for_each_other():
    for _round in ROUNDS:
        one, other = lodged(), lodged()

        outcomes = at_once(move(one, "merge", into=other.case), move(other, "merge", into=one.case))

        assert won_and_lost(outcomes) == (1, [WrongTarget])
        assert sorted([state_of(one), state_of(other)]) == ["closed", "queued"]


def test_joining_with_a_case_that_is_just_being_worked_on_succeeds():
    for _round in ROUNDS:
        lead, duplicate = case_in("in_hand"), lodged()

        outcomes = at_once(move(lead, "ask"), move(duplicate, "merge", into=lead.case))

        assert won_and_lost(outcomes) == (2, [])
        assert Complaint.objects.get(pk=duplicate.case.pk).lead_id == lead.case.pk


def test_joining_with_a_case_that_is_just_closing_leaves_no_duplicate_behind():
    for _round in ROUNDS:
        lead, duplicate = case_in("in_hand"), lodged()

        at_once(move(lead, "reject"), move(duplicate, "merge", into=lead.case))

        rest = ComplaintTask.objects.open().get(process=duplicate.case)
        assert (state_of(duplicate), rest.due_at is None) in [("queued", False), ("closed", False)]


def test_a_ring_of_joinings_leaves_one_lead():
    stories = [lodged() for _ in range(6)]
    ring = zip(stories, [*stories[1:], stories[0]], strict=True)

    outcomes = at_once(*[move(one, "merge", into=other.case) for one, other in ring])

    assert [
        outcome for outcome in outcomes if isinstance(outcome, Exception) and not isinstance(outcome, Refusal)
    ] == []
    leads = Complaint.objects.filter(lead=None).values_list("pk", flat=True)
    assert set(Complaint.objects.exclude(lead=None).values_list("lead", flat=True)) <= set(leads)


def test_of_two_clocks_one_hands_up():
    story = case_in("queued")
    at = story.task.due_at

    outcomes = at_once(*[lambda: story.attempt("hand_up", by="clock", at=at)] * 2)

    assert won_and_lost(outcomes) == (1, [AlreadyDone])
    assert moves_of(story) == ["lodge", "hand_up"]


def test_a_directive_is_not_laid_beside_a_case_that_is_just_ending():
    story = case_in("closed")
    leader, to, at = staff("kiongozi.120"), queue("120", "maji"), story.task.due_at

    at_once(
        lambda: story.attempt("end", at=at),
        lambda: actions.direct(story.case, to=to, words="Go.", by=leader, at=at),
    )

    assert (state_of(story), ComplaintTask.objects.open().filter(process=story.case).count()) == ("ended", 0)


def test_words_and_reading_do_not_stand_in_the_way_of_a_move():
    story = case_in("in_hand")
    officer, citizen, at = story.who("officer"), story.who("citizen"), story.at

    outcomes = at_once(
        move(story, "answer"),
        *[lambda: actions.add_words(story.task, words="Bado", by=citizen, at=at)] * 5,
        *[lambda: actions.read(story.case, by=officer, at=at + dt.timedelta(hours=1))] * 5,
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert moves_of(story).count("add_words") == 5


def ask_the_health_department(story):
    """Ask it for its part in a case, and the district's desk as well; give the first of the two."""
    parts = [
        actions.ask_contribution(story.case, to=to, words="And you?", by=story.who("officer"), at=story.at).task
        for to in (queue("120", "afya"), queue("12"))
    ]
    return parts[0]


def test_a_part_is_given_or_falls_away_when_the_case_closes_just_then():
    for _round in ROUNDS:
        story = case_in("in_hand")
        part, other = ask_the_health_department(story), staff("afisa.120.afya")

        outcomes = at_once(
            move(story, "withdraw"),
            partial(actions.contribute, part, by=other, at=story.at, reason="Here it is."),
            partial(actions.read, story.case, by=other, at=story.at),
        )

        assert [type(each) for each in outcomes if isinstance(each, Exception)] in ([], [AlreadyDone])
        assert not ComplaintTask.objects.open().filter(process=story.case, side=True).exists()
        assert {"contribute", "fall_away"} & set(moves_of(story))


def a_leave_that_begins_today(story):
    """Enter a leave of the officer, and give it."""
    Absence.objects.update(ended_at=story.at, settled_at=story.at)
    post, today = story.who("officer").user.postings.get(role="officer"), story.at.date()
    stand_in, by = posted("officer", department="maji").user, story.who("supervisor")
    return leave.enter(post, stand_in=stand_in, starts_on=today, ends_on=today, by=by, at=story.at)


def test_a_leave_that_begins_while_work_is_taken_leaves_it_in_one_hand():
    for _round in ROUNDS:
        story = case_in("queued")
        absence = a_leave_that_begins_today(story)

        outcomes = at_once(move(story, "take"), partial(leave.cover, story.at, only=absence))
        leave.cover(story.at, only=absence)

        assert [each for each in outcomes if isinstance(each, Exception)] == []
        assert ComplaintTask.objects.get(pk=story.task.pk).owner_id == absence.stand_in_id
        assert moves_of(story) == ["lodge", "take", "stand_in"]
