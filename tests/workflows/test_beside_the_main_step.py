"""A leader's directive stands beside the one main step: own queue, own deadline, own way up; the case goes on."""

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat
from viewflow.workflow.status import STATUS

from complaints.models import Complaint, Entry, EntryWords
from notices.models import Notice
from offices.actors import person
from offices.calendar import calendar
from offices.models import Posting, User
from tests.workflows.stories import (
    COUNCIL,
    DISTRICT,
    STREET,
    Story,
    case_in,
    entries,
    lodged,
    moves_open_to,
    nothing_changes,
    notices,
    office,
    posted,
    queue,
    staff,
    state_of,
    through,
)
from workflows import actions
from workflows.desk.casefile import is_seen_by_citizen
from workflows.models import ComplaintTask
from workflows.refusals import AlreadyDone, NotOpen, NotYours, ReasonMissing, TooEarly, WrongTarget

pytestmark = pytest.mark.django_db


def directed(story, to=None, by=None, words="Go there today."):
    """Let a leader lay a directive into a queue beside a story; give the directive's own story."""
    to = to or queue(COUNCIL, "maji")
    done = actions.direct(story.case, to=to, words=words, by=by or staff("kiongozi.120"), at=story.at)
    return Story(done.task, story.at, done)


def test_a_directive_waits_beside_the_main_step_with_a_deadline_of_its_own():
    story = case_in("answered")

    directive = directed(story)

    assert directive.task.due_at == calendar().add_working_time(story.at, 40)
    assert (directive.task.queue, directive.task.owner_id, directive.task.side) == (queue("120", "maji"), None, True)
    assert (state_of(story), story.again().task.finished) == ("answered", None)
    assert entries(story)[-1] == ("direct", "", "")


def test_a_directive_is_for_staff_alone_from_first_word_to_last():
    story = case_in("in_hand")
    before = notices(story)

    handed_up = directed(story).then("hand_up", by="supervisor", reason="Not ours.")
    handed_up.then("carry_out", by=staff("msimamizi.12.malalamiko"), reason="Went there.")

    said = EntryWords.objects.filter(entry__complaint=story.case).order_by("entry")
    assert [(words.for_staff, words.for_citizen) for words in said] == [
        ("Go there today.", ""), ("Not ours.", ""), ("Went there.", ""),
    ]  # fmt: skip
    assert notices(story) == before


@pytest.mark.parametrize("username", ["afisa.120.maji", "msimamizi.120.maji", "karani.120", "kiongozi.122", "mfumo.1"])
def test_only_a_leader_over_that_queue_directs(username):
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(NotYours):
        directed(story, by=staff(username))


def test_the_region_s_leader_directs_an_office_far_beneath():
    directive = directed(case_in("in_hand"), to=queue(STREET), by=staff("kiongozi.1"))

    assert directive.queue.office.code == STREET


def test_a_directive_goes_to_no_office_that_the_case_is_about():
    story = lodged(about_office=office(COUNCIL))

    with nothing_changes(), pytest.raises(WrongTarget):
        directed(story, to=queue(STREET), by=staff("kiongozi.12"))


def test_a_directive_without_words_is_refused():
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(ReasonMissing):
        directed(story, words=" ")


def test_an_ended_case_takes_no_directive():
    story = case_in("ended")

    with nothing_changes(), pytest.raises(NotOpen):
        directed(story)


def test_several_directives_stand_side_by_side():
    story = case_in("in_hand")

    one, other = directed(story), directed(story, words="And there tomorrow.")
    one.then("carry_out", by="officer", reason="Done.")

    open_now = ComplaintTask.objects.open().filter(process=story.case, side=True)
    assert [task.pk for task in open_now] == [other.task.pk]


def test_carrying_out_ends_the_directive_and_leaves_the_case_as_it_is():
    story = case_in("in_hand")

    directive = directed(story)
    done = directive.attempt("carry_out", by="officer", reason="Done.")

    assert done.task is None
    assert (state_of(story), entries(story)[-1]) == ("in_hand", ("carry_out", "in_hand", "in_hand"))
    assert directive.again().task.status == STATUS.DONE
    assert story.attempt("answer").case.state == "answered"


def test_a_directive_is_carried_out_once():
    directive = directed(case_in("in_hand"))
    directive.attempt("carry_out", by="officer", reason="Done.")

    with nothing_changes(), pytest.raises(AlreadyDone):
        directive.attempt("carry_out", by="officer", reason="Done.")


def test_a_directive_needs_a_word_on_how_it_was_carried_out():
    directive = directed(case_in("in_hand"))

    with nothing_changes(), pytest.raises(ReasonMissing):
        directive.attempt("carry_out", by="officer", reason="")


@pytest.mark.parametrize("role", ["citizen", "clerk", "leader", "clock", "auditor", "administrator"])
def test_nobody_else_carries_out_a_directive(role):
    directive = directed(case_in("in_hand"))

    with nothing_changes(), pytest.raises(NotYours):
        directive.attempt("carry_out", by=role, reason="Done.")


def test_a_directive_that_nobody_carries_out_is_handed_up_by_the_clock_but_not_early():
    story = case_in("in_hand")
    directive = directed(story)
    with nothing_changes(), pytest.raises(TooEarly):
        directive.attempt("hand_up", by="clock")

    handed_up = directive.attempt("hand_up", by="clock", at=directive.task.due_at)

    assert (handed_up.task.pk, handed_up.task.queue.office.code) == (directive.task.pk, DISTRICT)
    assert (state_of(story), story.again().task.queue.office.code) == ("in_hand", COUNCIL)


# Called off.


def test_the_leader_who_gave_it_calls_it_off_and_the_case_stays_as_it_is():
    story = case_in("in_hand")
    before = notices(story)
    directive = directed(story)

    assert "call_off" in moves_open_to(staff("kiongozi.120"), directive)
    done = directive.attempt("call_off", by=staff("kiongozi.120"), reason="The rain has stopped.")

    assert (done.task, state_of(story), story.again().task.finished) == (None, "in_hand", None)
    assert directive.again().task.status == STATUS.DONE
    assert notices(story) == before
    entry = Entry.objects.filter(complaint=story.case).latest("number")
    assert (entry.move, entry.detail) == ("call_off", f"task:{directive.task.pk}")
    assert (entry.said.for_staff, entry.said.for_citizen) == ("The rain has stopped.", "")
    assert not is_seen_by_citizen(entry)


def test_who_may_have_begun_on_it_is_told_by_mail_without_a_word_of_the_case():
    story = case_in("in_hand")
    User.objects.filter(username__in=["afisa.120.maji", "msimamizi.120.maji", "karani.120", "kiongozi.120"]).update(
        email=Concat(F("username"), Value("@ofisi.example"))
    )
    directive = directed(story)
    for reader in ("msimamizi.120.maji", "karani.120", "kiongozi.120"):
        actions.read(story.case, by=staff(reader), at=story.at)

    directive.attempt("call_off", by=staff("kiongozi.120"), reason="The rain has stopped.")

    told = Notice.objects.filter(kind="called_off").order_by("address")
    assert [(each.address, each.facts) for each in told] == [
        (f"{name}@ofisi.example", {"ref": story.case.reference_written}) for name in ("afisa.120.maji", "msimamizi.120.maji")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "username",
    ["afisa.120.maji", "msimamizi.120.maji", "karani.120", "kiongozi.1", "kiongozi.12", "kiongozi.122", "mkaguzi.1"],
)
def test_nobody_else_calls_it_off(username):
    directive = directed(case_in("in_hand"))

    with nothing_changes(), pytest.raises(NotYours):
        directive.attempt("call_off", by=staff(username), reason="No.")


def test_the_successor_at_the_same_post_calls_it_off_and_the_one_who_left_it_does_not():
    directive, gave = directed(case_in("in_hand")), User.objects.get(username="kiongozi.120")
    today = directive.at.date()
    Posting.objects.filter(user=gave).update(valid_to=today)
    User.objects.filter(pk=gave.pk).update(is_active=False)
    successor = posted("leader")
    later = directive.later(days=1)

    with nothing_changes(), pytest.raises(NotYours):
        later.attempt("call_off", by=person(gave, at=later.at), reason="No.")
    assert later.attempt("call_off", by=successor, reason="I see it otherwise.").task is None


def test_it_is_called_off_even_after_it_has_gone_up_above_the_leader():
    directive = directed(case_in("in_hand"))
    risen = directive.then("hand_up", by="clock", at=directive.task.due_at)

    assert risen.attempt("call_off", by=staff("kiongozi.120"), reason="It is done.").task is None


def test_one_is_called_off_and_the_other_stands():
    story = case_in("in_hand")
    one, other = directed(story), directed(story, by=staff("kiongozi.12"), words="And there tomorrow.")

    one.attempt("call_off", by=staff("kiongozi.120"), reason="One will do.")

    assert other.again().task.finished is None
    with nothing_changes(), pytest.raises(NotYours):
        other.attempt("call_off", by=staff("kiongozi.120"), reason="One will do.")


def test_it_is_called_off_with_a_reason_once_and_not_once_it_was_carried_out():
    leader, directive = staff("kiongozi.120"), directed(case_in("in_hand"))
    with nothing_changes(), pytest.raises(ReasonMissing):
        directive.attempt("call_off", by=leader, reason=" ")
    directive.attempt("call_off", by=leader, reason="No longer.")
    with nothing_changes(), pytest.raises(AlreadyDone):
        directive.attempt("call_off", by=leader, reason="No longer.")

    carried = directed(case_in("in_hand"))
    carried.attempt("carry_out", by="officer", reason="Done.")
    with nothing_changes(), pytest.raises(AlreadyDone):
        carried.attempt("call_off", by=leader, reason="No longer.")


def test_a_leader_whom_the_case_is_about_no_longer_calls_it_off():
    story = case_in("in_hand")
    directive = directed(story)
    Complaint.objects.filter(pk=story.case.pk).update(
        about_person=User.objects.get(username="kiongozi.120"), about_office=office(COUNCIL)
    )

    with nothing_changes(), pytest.raises(NotYours):
        directive.again().attempt("call_off", by=staff("kiongozi.120"), reason="No.")


def test_a_directive_offers_its_own_moves_and_none_of_the_cases():
    directive = directed(case_in("in_hand"))

    assert moves_open_to("supervisor", directive) == ["hand_up", "carry_out"]
    assert moves_open_to("officer", directive) == ["carry_out"]
    assert moves_open_to("citizen", directive) == []


@pytest.mark.parametrize("move", ["take", "answer", "withdraw", "confirm", "merge"])
def test_no_move_of_the_case_is_made_on_a_directive(move):
    story = case_in("in_hand")
    directive = directed(story)
    into = {"into": story.case} if move == "merge" else {}

    with nothing_changes(), pytest.raises(NotOpen):
        directive.attempt(move, **into)


def test_a_case_that_ends_closes_what_stands_beside_it():
    story = case_in("closed")
    directive = directed(story)

    ended = story.then("end")

    row = directive.again().task
    assert (row.status, row.finished) == (STATUS.CANCELED, story.task.due_at)
    assert ComplaintTask.objects.open().filter(process=story.case).count() == 0
    assert entries(ended)[-1] == ("end", "closed", "ended")


def test_a_case_closes_and_is_opened_again_while_a_directive_stands():
    story = case_in("in_hand")
    directive = directed(story)

    through(story, "reject", "reopen", "take", "answer", "confirm")

    assert directive.again().task.finished is None
