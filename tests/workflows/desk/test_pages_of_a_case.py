"""The case page shows the story, and exactly the moves that are open; every one of them works, no other does."""

import pytest
from django.db import transaction

from complaints.models import Complaint, Entry
from tests.workflows.desk.conftest import Form, address, buttons
from tests.workflows.stories import WAY_TO, case_in, entries, lodged, moves, moves_open_to, state_of, through
from workflows.desk import casefile
from workflows.words import MOVES

STAFF = ["clerk", "officer", "supervisor", "leader", "auditor"]
LIVE = [state for state in WAY_TO if state != "ended"]
MADE_BY_NOBODY = {
    "read", "direct", "advise", "ask_contribution", "ask_advice", "go_on_without", "add_words", "lodge", "attach", "reveal",
    "write_to",
}  # fmt: skip


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("state", LIVE)
def test_the_buttons_are_the_open_moves_and_each_works_and_no_other_does(desk, clock, monkeypatch, state, role):
    story = case_in(state)
    clock(story.at)
    desk.sit(story.who(role))
    page = desk.open(story)

    offered = buttons(page)

    assert page.status_code == 200
    assert offered == sorted(moves_open_to(role, story))
    for move in offered:
        assert_works(desk, story, move)
    for move in sorted(tried_by(role, story) - set(offered) - MADE_BY_NOBODY):
        assert_refused(desk, story, move)
        # A refusal has changed nothing: the page around the next one need not read the same case file again.
        monkeypatch.setattr(casefile, "open_case", lambda *_: page.context["file"])


def tried_by(role, story):
    """Give the moves to try: of the officer every one there is, of the others what somebody may make in this state."""
    return set(MOVES) if role == "officer" else {move for each in STAFF for move in moves_open_to(each, story)}


def assert_works(desk, story, move):
    """Press the button, fill the form in as a person would, and see one more step on the timeline; then undo it."""
    with transaction.atomic():
        form = Form(desk.open(story, move)).fields
        if move == "merge":
            form["into"] = lodged(sure=story.case.state != "received").case.reference_written
        answer = desk.client.post(address(story, move), form)
        assert (move, answer.status_code) == (move, 302), answer.content.decode()
        assert move in [made for made, _from, _to in entries(story)]
        transaction.set_rollback(True)


def assert_refused(desk, story, move):
    """Send the form although there is no button: nothing changes."""
    before = entries(story)
    says = {
        "reason": "So.",
        "answer": "So.",
        "question": "So?",
        "words": "So.",
        "to": "1",
        "body": "1",
        "category": "1",
    }
    answer = desk.press(story, move, **says)
    assert answer.status_code in (403, 409), move
    assert (entries(story), state_of(story)) == (before, story.case.state)


def test_every_move_of_the_table_has_its_words():
    assert {row["move"] for row in moves()} <= MOVES.keys()


def test_an_ended_case_can_be_read_and_offers_nothing(desk, clock):
    story = case_in("ended")
    clock(story.at)

    page = desk.sit("kiongozi.120").open(story)

    assert (page.status_code, buttons(page)) == (200, [])


def test_the_page_tells_the_story(desk, clock):
    story = through(case_in("waiting", came_back="told_to_return"), "reply")
    clock(story.at)

    page = desk.sit("afisa.120.maji").open(story).content.decode()

    for told in (
        story.case.reference_written, "Maji hayatoki", "Tabata street", "Water supply", "was told to come back another day",
        "Taken by Afisa", "The citizen was asked for details", "Which street?", "The citizen gave details", "Upanga street.",
        "working days left",
    ):  # fmt: skip
        assert told in page
    assert story.case.citizen.phone not in page
    assert f"•{story.case.citizen.phone[-2:]}" in page


def test_words_for_staff_and_words_for_the_citizen_are_told_apart(desk, clock):
    story = through(case_in("in_hand"), "give_back")
    clock(story.at)

    page = desk.sit("afisa.120.maji").open(story).content.decode()

    assert page.count("For staff only") == page.count("mlm-said--staff") == 1
    assert "Told to the citizen" not in page


def test_what_a_citizen_wrote_is_shown_as_text(desk, clock):
    story = lodged(words="<script>alert(1)</script> & <b>maji</b>")
    clock(story.at)

    page = desk.sit("afisa.120.maji").open(story).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;maji&lt;/b&gt;" in page


def test_reading_is_a_step_of_the_timeline(desk, clock):
    story = case_in("queued")
    clock(story.at)

    desk.sit("mkaguzi.1").open(story)
    desk.open(story)

    readings = Entry.objects.filter(complaint=story.case, move="read")
    assert [str(entry.actor.username) for entry in readings] == ["mkaguzi.1"]


def test_the_supervisor_reads_the_proposed_answer_before_it_goes_out(desk, clock):
    story = case_in("for_approval")
    clock(story.at)

    page = desk.sit("msimamizi.120.maji").open(story, "approve")

    assert "The pipe was mended." in page.content.decode()


def test_a_leader_gives_a_directive_and_the_officer_carries_it_out(desk, clock):
    story = case_in("queued")
    clock(story.at)
    form = Form(desk.sit("kiongozi.120").open(story, "direct")).fields
    form["to"] = str(story.task.queue_id)
    assert desk.client.post(address(story, "direct"), form).status_code == 302

    desk.sit("afisa.120.maji")
    side = story.case.task_set.get(side=True)
    page = desk.open(story)
    carried = desk.client.post(
        address(story, "carry_out"), {"task": side.pk, "state": "queued", "reason": "Done today."}
    )

    assert "carry_out" in buttons(page)
    assert carried.status_code == 302
    assert [move for move, _from, _to in entries(story)] == ["lodge", "direct", "carry_out"]


def test_only_a_leader_gives_directives(desk, clock):
    story = case_in("queued")
    clock(story.at)

    answer = desk.sit("msimamizi.120.maji").press(story, "direct", words="So.", to=story.task.queue_id)

    assert answer.status_code == 403
    assert entries(story) == [("lodge", "", "queued")]


def test_a_note_for_staff_is_added_beside_the_work(desk, clock):
    story = case_in("in_hand")
    clock(story.at)

    answer = desk.sit("afisa.120.maji").press(story, "add_words", words="The meter is old.")

    note = Entry.objects.select_related("said").get(complaint=story.case, move="add_words")
    assert answer.status_code == 302
    assert (note.said.for_staff, note.said.for_citizen) == ("The meter is old.", "")


def test_a_case_is_found_by_its_reference_however_it_is_written(desk, clock):
    story = case_in("queued")
    clock(story.at)
    desk.sit("afisa.120.maji")

    for written in (story.case.reference, story.case.reference_written, f" {story.case.reference_written} "):
        assert desk.client.get("/desk/find/", {"reference": written}).url == address(story)
    assert desk.client.get("/desk/find/", {"reference": "123"}).url == "/desk/inbox/"
    assert Complaint.objects.count() == 1
