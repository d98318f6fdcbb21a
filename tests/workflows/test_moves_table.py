"""The table of moves, held against the flow page, against the state machine, and against what really happens."""

import datetime as dt
import itertools

import pytest
from django_fsm import TransitionNotAllowed

from complaints.models import Complaint, Entry
from complaints.states import State
from notices.models import Notice
from offices.calendar import calendar
from offices.kept import forget
from tests.workflows.stories import (
    COUNCIL,
    ROLES,
    at_the_top,
    case_for,
    case_in,
    citizen,
    everything,
    lodged,
    moves,
    nothing_changes,
    office,
    posted,
    staff,
    state_of,
    through,
    usual_words,
)
from tests.world import TUESDAY
from workflows.flows import ComplaintFlow
from workflows.models import Policy
from workflows.nodes import ManyWays
from workflows.refusals import AlreadyDone, NotOpen, NotYours, ReasonMissing, TooEarly, WrongTarget

pytestmark = pytest.mark.django_db

MOVES = sorted({row["move"] for row in moves()} - {"lodge"})
AFTER_LODGING = [row for row in moves() if row["move"] != "lodge"]
SERVING_ELSEWHERE = ["karani.12103", "afisa.120.afya", "afisa.1.afya", "msimamizi.120.afya"]


def named(row):
    """Name a row for the test's report."""
    return f"{row['from']}-{row['move']}"


# The table as the code has it.


def flow_rows():
    """Give the rows of the table that the flow page and the state machine make together."""
    steps = [node for node in ComplaintFlow.instance.nodes() if isinstance(node, ManyWays) and not node.side]
    return {
        row(transition, step, way)
        for step in steps
        for way in step.ways
        for transition in Complaint().get_all_state_transitions()
        if transition.name == way.move and transition.source in (way.when or step.states)
    }


def row(transition, step, way):
    """Give one row, its columns in the order of the file."""
    leads_to = [state for state in targets(transition) if state in way.target.states]
    return (
        str(transition.source),
        way.move,
        frozenset(leads_to),
        str(way.outcome),
        step.name,
        "end" if way.target.name == "ended" else way.target.name,
        way.by,
        "yes" if way.reason else "no",
        "yes" if way.told else "no",
        due_word(way),
    )


def targets(transition):
    """Give the states to which a transition may lead."""
    several = getattr(transition.target, "allowed_states", None)
    return [str(state) for state in several or [transition.target]]


def due_word(way):
    """Give the table's word for where a deadline comes from."""
    return {"fresh": f"now+{way.target.within}", "left": "now+left"}.get(way.due, way.due)


def written_row(row):
    """Give a row of the file in the same form."""
    sets = {"to": frozenset(row["to"].split("|")), "by": frozenset(row["by"].split("|"))}
    return tuple((row | sets).values())


def test_the_flow_page_and_the_state_machine_make_the_table_row_for_row():
    assert flow_rows() == {written_row(row) for row in moves()}
    assert len(moves()) == len(flow_rows()) == 50


def test_the_state_machine_alone_knows_the_tables_states_and_moves():
    transitions = Complaint().get_all_state_transitions()

    known = {(str(one.source), one.name, to) for one in transitions for to in targets(one)}

    assert known == {(row["from"], row["move"], to) for row in moves() for to in row["to"].split("|")}


def test_every_state_is_served_by_exactly_one_node_of_the_main_line():
    nodes = [node for node in ComplaintFlow.instance.nodes() if not node.side]

    assert sorted(state for node in nodes for state in node.states) == sorted(["", *State.values])


# Written: open to each written role.

WORKING_HOURS = {"triage": 8, "act": 40, "approve": 16, "outside": 80, "reply": 56}
DAYS = {"silence": 14, "reopen": 30}


def due_by_the_table(word, task, at):
    """Give the deadline that the table's word means for a task left (or kept) at that moment."""
    if word in ("none", "kept", "act_due"):
        return {"none": None, "kept": task.due_at, "act_due": task.resume_due}[word]
    if word == "now+left":
        return calendar().add_working_time(at, calendar().working_time_between(task.created, task.resume_due))
    within = word.removeprefix("now+")
    if within in DAYS:
        return at + dt.timedelta(days=DAYS[within])
    return calendar().add_working_time(at, WORKING_HOURS[within])


def open_rows():
    """Give every written row with each of its roles."""
    return [
        pytest.param(row, role, id=f"{named(row)}-{role}") for row in AFTER_LODGING for role in row["by"].split("|")
    ]


@pytest.mark.parametrize(("row", "role"), open_rows())
def test_a_written_move_is_open_to_its_role_and_does_what_the_table_says(row, role):
    story = case_for(row["from"], row["move"])
    at = max(story.task.due_at, story.at) if role == "clock" else story.at
    told_before = Notice.objects.filter(case_id=story.case.pk).count()

    done = story.attempt(row["move"], by=role, at=at)

    case = Complaint.objects.get(pk=story.case.pk)
    kept = story.case.outcome if row["to"] == "ended" else ""  # an ended case remembers how it was closed
    assert (case.state, case.outcome) == (row["to"].split("|")[0], row["outcome"] or kept)
    assert (done.task.due_at if done.task else None) == due_by_the_table(row["due_at"], story.task, at)
    assert (done.task.flow_task.name if done.task else "end") == row["node_to"]
    assert Notice.objects.filter(case_id=case.pk).count() - told_before == (row["told"] == "yes")
    entry = Entry.objects.filter(complaint=case).latest("number")
    assert (entry.move, entry.from_state, entry.to_state) == (row["move"], row["from"], case.state)
    assert (entry.actor_id, entry.at, entry.due_at) == (story.who(role).user_id, at, done.task and done.task.due_at)


@pytest.mark.parametrize("role", ["citizen", "clerk"])
@pytest.mark.parametrize("row", [row for row in moves() if row["move"] == "lodge"], ids=lambda row: row["to"])
def test_lodging_is_open_to_citizen_and_clerk_and_does_what_the_table_says(row, role):
    story = lodged(sure=row["to"] == "queued", by=staff("karani.120") if role == "clerk" else None)

    case, task = Complaint.objects.get(pk=story.case.pk), story.task

    assert (case.state, case.outcome, task.flow_task.name) == (row["to"], "", row["node_to"])
    assert task.due_at == due_by_the_table(row["due_at"], None, case.received_at)
    assert [notice.case_id for notice in Notice.objects.all()] == [case.pk]
    entry = Entry.objects.get(complaint=case)
    assert (entry.number, entry.move, entry.from_state, entry.to_state) == (1, "lodge", "", row["to"])
    assert entry.actor_kind == ("citizen" if role == "citizen" else "staff")


@pytest.mark.parametrize("row", [row for row in AFTER_LODGING if "|" in row["to"]], ids=named)
def test_work_returns_to_the_queue_when_its_holder_no_longer_serves_where_the_case_is(row):
    story = case_for(row["from"], row["move"]).then("hand_up")
    owed = due_by_the_table(row["due_at"], story.task, story.when(row["move"]))

    done = story.then(row["move"], by=row["by"].split("|")[-1] if row["reason"] == "yes" else None)

    assert (state_of(done), done.task.owner_id) == (row["to"].split("|")[1], None)
    assert (done.queue.office.code, done.task.due_at) == ("12", owed)


# Not written: refused, with no row changed.


@pytest.mark.parametrize("row", AFTER_LODGING, ids=named)
def test_every_role_that_is_not_written_is_refused_and_no_row_is_changed(row):
    story = case_for(row["from"], row["move"])
    at = max(story.task.due_at or story.at, story.at)
    strangers = [story.who(role) for role in set(ROLES) - set(row["by"].split("|"))]
    strangers += [staff(username) for username in SERVING_ELSEWHERE]
    words = usual_words(row["move"], story)

    with nothing_changes():
        for stranger in strangers:
            with pytest.raises(NotYours):
                story.attempt(row["move"], by=stranger, at=at, **words)


@pytest.mark.parametrize("row", AFTER_LODGING, ids=named)
def test_another_citizen_is_refused(row):
    story, other = case_for(row["from"], row["move"]), lodged(citizen=citizen())
    words = usual_words(row["move"], story)

    with nothing_changes(), pytest.raises(NotYours):
        story.attempt(row["move"], by=other.who("citizen"), **words)


def unwritten(state):
    """Give the moves that the table does not write for a state."""
    return [move for move in MOVES if (state, move) not in {(row["from"], row["move"]) for row in moves()}]


def test_the_table_leaves_213_pairs_of_state_and_move_unwritten():
    assert sum(len(unwritten(state)) for state in State.values) == 213


@pytest.mark.parametrize("state", State.values)
def test_every_move_that_is_not_written_for_a_state_is_refused_to_all_and_no_row_is_changed(state):
    story = case_in(state)
    refusal = AlreadyDone if state == "ended" else NotOpen
    everybody = [everything(), story.who("citizen"), story.who("clock")]
    words = {move: usual_words(move, story) for move in unwritten(state)}

    with nothing_changes():
        for move, by in itertools.product(words, everybody):
            with pytest.raises(refusal):
                story.attempt(move, by=by, at=story.task.due_at, **words[move])


@pytest.mark.parametrize("state", State.values)
def test_the_state_machine_alone_refuses_what_is_not_written(state):
    case = case_in(state).again().case

    for move in unwritten(state):
        with pytest.raises(TransitionNotAllowed):
            getattr(case, move)()


# Written, but refused by a guard, for want of a reason, or by the clock.


@pytest.mark.parametrize("reason", ["", " \n\t"])
@pytest.mark.parametrize("row", [row for row in AFTER_LODGING if row["reason"] == "yes"], ids=named)
def test_a_move_without_the_reason_that_it_needs_is_refused(row, reason):
    story = case_for(row["from"], row["move"])
    words = usual_words(row["move"], story) | {"reason": reason}

    for role in set(row["by"].split("|")) - {"clock"}:
        with nothing_changes(), pytest.raises(ReasonMissing):
            story.attempt(row["move"], by=role, **words)


NOTHING_SAID = {"ask": "question", "propose": "answer", "answer": "answer", "note": "answer", "reply": "words"}


@pytest.mark.parametrize("row", [row for row in AFTER_LODGING if row["move"] in NOTHING_SAID], ids=named)
def test_a_move_that_is_nothing_without_words_is_refused_without_them(row):
    story = case_for(row["from"], row["move"])

    with nothing_changes(), pytest.raises(ReasonMissing):
        story.attempt(row["move"], **{NOTHING_SAID[row["move"]]: "  "})


@pytest.mark.parametrize("row", [row for row in AFTER_LODGING if "clock" in row["by"]], ids=named)
def test_the_clock_is_never_early(row):
    story = case_for(row["from"], row["move"])
    early = story.task.due_at - dt.timedelta(microseconds=1)

    with nothing_changes(), pytest.raises(TooEarly):
        story.attempt(row["move"], by="clock", at=early)


def test_a_duplicate_of_a_live_case_is_never_due():
    story = case_for("closed", "unmerge")

    with nothing_changes(), pytest.raises(TooEarly):
        story.attempt("end", at=story.at + dt.timedelta(days=3650))


def with_policy(**says):
    """Bring a complaint into a state under a policy that says so."""
    Policy.objects.create(valid_from=TUESDAY.date(), **says)
    forget()


def asked_as_often_as_allowed():
    """Give a complaint on which three questions have paused the clock."""
    return through(case_in("in_hand"), *["ask", "reply"] * 3)


def upheld():
    """Give a complaint whose answer the highest office has upheld."""
    return at_the_top().then("uphold")


def proposed_by_the_supervisor():
    """Give a complaint whose supervisor took it, and proposed the answer."""
    return lodged().then("take", by="supervisor").then("propose", by="supervisor")


GUARDED = {
    "an answer that needs approval": (lambda: case_in("in_hand"), "answer", {"needs_approval": True}),
    "an answer that needs approval, from outside": (lambda: case_in("referred"), "answer", {"needs_approval": True}),
    "answering an opinion": (lambda: case_in("in_hand", kind="opinion"), "answer", {}),
    "proposing an answer to a suggestion": (lambda: case_in("in_hand", kind="suggestion"), "propose", {}),
    "referring an enquiry": (lambda: case_in("in_hand", kind="enquiry"), "refer", {}),
    "noting a complaint": (lambda: case_in("in_hand"), "note", {}),
    "asking more often than allowed": (asked_as_often_as_allowed, "ask", {}),
    "handing up at the top, in hand": (at_the_top, "hand_up", {}),
    "handing up at the top, queued": (lambda: at_the_top("queued"), "hand_up", {}),
    "handing up at the top, waiting": (lambda: at_the_top("waiting"), "hand_up", {}),
    "handing up at the top, referred": (lambda: at_the_top("referred"), "hand_up", {}),
    "handing up at the top, for approval": (lambda: at_the_top("for_approval"), "hand_up", {}),
    "handing up at the top, received": (lambda: lodged(sure=False, place=office("1")), "hand_up", {}),
    "upholding below the top": (lambda: case_in("in_hand"), "uphold", {}),
    "upholding what nobody disputed": (lambda: lodged(place=office("1")).then("take"), "uphold", {}),
    "sending down from the floor": (at_the_top, "send_down", {}),
    "reopening what was upheld": (upheld, "reopen", {}),
    "reopening a duplicate of a live case": (lambda: case_for("closed", "unmerge"), "reopen", {}),
    "taking apart what was not joined": (lambda: case_in("closed"), "unmerge", {}),
}


@pytest.mark.parametrize("name", GUARDED)
def test_a_written_move_is_refused_where_its_guard_does_not_hold(name):
    bring, move, policy = GUARDED[name]
    story = bring()
    with_policy(**policy)
    words = usual_words(move, story)

    with nothing_changes(), pytest.raises(NotOpen):
        story.attempt(move, **words)


@pytest.mark.parametrize("role", ["supervisor", "leader"])
def test_nobody_approves_what_they_proposed(role):
    person = everything()
    story = lodged().then("take", by=person).then("propose", by=person)

    with nothing_changes(), pytest.raises(NotOpen):
        story.attempt("approve", by=person)
    assert story.attempt("approve", by=role).case.state == "answered"


def test_after_an_appeal_nothing_is_sent_below_the_floor():
    story = through(case_in("answered"), "dispute").then("hand_up").then("take")

    with nothing_changes(), pytest.raises(WrongTarget):
        story.attempt("send_down", to=office(COUNCIL))
    assert story.attempt("send_down", to=office("12")).case.state == "queued"


def test_another_officers_work_is_not_an_officers_to_change():
    story = case_in("in_hand")
    colleague = posted("officer", department="maji")

    for move in ("answer", "ask", "refer", "propose", "give_back", "reject", "merge"):
        words = usual_words(move, story)
        with nothing_changes(), pytest.raises(NotYours):
            story.attempt(move, by=colleague, **words)
