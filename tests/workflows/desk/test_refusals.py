"""What is refused at the desk: the words, the status, and what was typed are there; nothing has changed."""

import pytest

from complaints.models import Entry
from offices.models import Office, Role, User
from tests.workflows.desk.conftest import Form, Text, address, buttons
from tests.workflows.stories import case_in, category, entries, lodged, posted, staff, through
from workflows.models import ComplaintTask
from workflows.refusals import AlreadyDone


@pytest.fixture
def officer(desk, clock):
    """Give a desk at which the council's officer for water sits."""

    def sit_before(story):
        clock(story.at)
        desk.sit("afisa.120.maji")
        return desk

    return sit_before


def text(answer):
    """Give a page as text."""
    return answer.content.decode()


# Somebody else was faster.


def test_the_second_press_of_take_hears_that_it_is_taken(officer):
    story = case_in("queued")
    desk = officer(story)

    first, second = desk.press(story, "take"), desk.press(story, "take")

    assert (first.status_code, second.status_code) == (302, 409)
    assert str(AlreadyDone.words) in text(second)
    assert entries(story) == [("lodge", "", "queued"), ("take", "queued", "in_hand")]


def test_a_form_that_names_no_task_means_the_step_as_it_stands(officer):
    story = case_in("queued")

    assert officer(story).client.post(address(story, "take")).status_code == 302


@pytest.mark.parametrize("task", ["x", "0", "-1", "99999999", "9" * 30, "١", "1e3", "1\x00"])
def test_a_task_that_does_not_exist_is_one_that_is_over(officer, task):
    story = case_in("queued")
    desk = officer(story)

    answer = desk.client.post(address(story, "take"), {"task": task, "state": "queued"})

    assert answer.status_code == 409
    assert entries(story) == [("lodge", "", "queued")]


def test_the_task_of_another_case_is_not_moved(officer):
    story, other = case_in("queued"), case_in("queued")

    answer = officer(story).client.post(address(story, "take"), {"task": other.task.pk, "state": "queued"})

    assert answer.status_code == 409
    assert entries(other) == entries(story) == [("lodge", "", "queued")]


def test_an_answer_to_a_case_that_went_on_meanwhile_is_not_sent(officer):
    story = case_in("in_hand")
    through(story, "ask")

    answer = officer(story).press(story, "answer", answer="Mended.")

    assert answer.status_code == 409
    assert Entry.objects.filter(complaint=story.case, move="answer").count() == 0


# Something is missing.


@pytest.mark.parametrize(
    ("move", "field"),
    [("answer", "answer"), ("ask", "question"), ("propose", "answer"), ("reject", "reason"), ("give_back", "reason"),
     ("refer", "body"), ("merge", "into"), ("add_words", "words")],
)  # fmt: skip
def test_a_form_without_what_it_asks_for_comes_again(officer, move, field):
    story = case_in("in_hand")

    answer = officer(story).press(story, move, **{field: "  "})

    assert answer.status_code == 422
    assert "There is a problem" in text(answer)
    assert f'href="#id_{field}"' in text(answer)


def test_what_was_typed_is_kept_when_something_else_is_missing(officer):
    story = case_in("in_hand")

    answer = officer(story).press(story, "refer", reason="The main pipe is theirs.", body="")

    assert answer.status_code == 422
    assert "The main pipe is theirs.</textarea>" in text(answer)


def test_a_case_is_not_joined_with_itself_nor_with_one_that_is_not_there(officer):
    story = case_in("in_hand")
    desk = officer(story)

    itself = desk.press(story, "merge", into=story.case.reference_written, reason="The same.")
    nobody = desk.press(story, "merge", into="2648-3192-0576", reason="The same.")

    assert (itself.status_code, nobody.status_code) == (422, 422)
    assert "another complaint that is still open" in text(itself)
    assert "no such complaint, or you may not see it" in text(nobody)


def test_a_case_out_of_sight_and_one_that_is_not_there_are_refused_in_the_same_words(officer):
    story = case_in("in_hand")
    hidden = lodged(category=category("rushwa"))
    desk = officer(story)

    answers = [
        Text(desk.press(story, "merge", into=reference, reason="The same.")).pieces
        for reference in (hidden.case.reference_written, "2648-3192-0576")
    ]

    assert answers[0] == answers[1]


def test_an_officer_does_not_answer_what_lies_in_another_officers_hand(officer):
    story = case_in("queued").then("take", by=posted("officer", department="maji"))

    answer = officer(story).press(story, "answer", answer="Mended.")

    assert answer.status_code == 403
    assert "You may not do this with this complaint." in text(answer)


def test_a_move_that_nobody_knows_is_no_page(officer):
    story = case_in("queued")

    assert officer(story).press(story, "resolve").status_code == 404


# Who sees nothing at all.


def blind_to(story):
    """Give who must not learn that a complaint about the council's office exists."""
    return ["afisa.120.maji", "msimamizi.120.maji", "kiongozi.120", "karani.12103", "kiongozi.122"]


def test_those_whom_it_is_about_get_the_same_answer_as_for_a_case_that_does_not_exist(desk, clock):
    story = lodged(about_office=Office.objects.get(code="120"))
    clock(story.at)

    for who in blind_to(story):
        desk.sit(who)
        assert desk.open(story).status_code == 404, who
        assert desk.press(story, "take").status_code == 404, who
        assert desk.client.get("/desk/cases/2648-3192-0576/").content == desk.open(story).content
        assert str(story.case.reference) not in text(desk.client.get("/desk/inbox/?tab=queues"))
    assert desk.sit("kiongozi.12").open(story).status_code == 200
    assert Entry.objects.filter(complaint=story.case, actor__username__in=blind_to(story)).count() == 0


def test_an_officer_of_another_office_or_department_sees_nothing(desk, clock):
    story = case_in("queued")
    clock(story.at)

    seen = {who: desk.sit(who).open(story).status_code for who in (
        "afisa.120.maji", "msimamizi.120.maji", "kiongozi.1", "mkaguzi.1", "afisa.12103.malalamiko", "afisa.120.afya", "mfumo.1",
    )}  # fmt: skip

    assert seen == {
        "afisa.120.maji": 200, "msimamizi.120.maji": 200, "kiongozi.1": 200, "mkaguzi.1": 200,
        "afisa.12103.malalamiko": 404, "afisa.120.afya": 404, "mfumo.1": 404,
    }  # fmt: skip


def test_a_sensitive_subject_is_seen_by_those_named_for_it_alone(desk, clock):
    story = lodged(category=category("watumishi"))
    clock(story.at)
    here, department = story.queue.office.code, story.queue.department.code
    unnamed = posted(Role.OFFICER, code=here, department=department)

    assert desk.sit(unnamed).open(story).status_code == 404
    assert desk.sit(f"afisa.{here}.{department}").open(story).status_code == 200
    assert desk.sit(f"kiongozi.{here}").open(story).status_code == 404


def test_a_person_whose_posting_is_over_sees_nothing(desk, clock):
    story = case_in("queued")
    clock(story.at)
    user = User.objects.get(username="afisa.120.maji")
    user.postings.update(valid_to="2026-11-01")

    assert desk.sit(staff("afisa.120.maji")).open(story).status_code == 404


@pytest.mark.parametrize(
    "path", ["/desk/inbox/", "/desk/find/", "/desk/cases/2648-3192-0576/", "/desk/cases/2648-3192-0576/take/"]
)
def test_without_logging_in_there_is_only_the_login(client, db, path):
    assert client.get(path).url == f"/accounts/login/?next={path}"
    assert client.post(path).status_code in (302, 405)


# Rubbish.


@pytest.mark.parametrize(
    "says",
    [
        {"answer": "a" * 200_000},
        {"answer": "\x00"},
        {"answer": "\u202eabc", "state": "in_hand' OR 1=1"},
        {"answer": "", "task": ["1", "2"]},
        {"state": "x" * 10_000},
    ],
    ids=["huge", "nul", "quote", "twice", "long state"],
)
def test_rubbish_is_refused_and_nothing_changes(officer, says):
    story = case_in("in_hand")

    answer = officer(story).press(story, "answer", **says)

    assert answer.status_code in (400, 409, 422)
    assert [move for move, _from, _to in entries(story)] == ["lodge", "take"]


def test_half_a_character_is_kept_as_the_sign_for_what_cannot_be_read(officer):
    story = case_in("in_hand")

    form = f"task={story.task.pk}&state=in_hand&answer=Mended+%ED%A0%80"
    sent = "application/x-www-form-urlencoded"
    officer(story).client.post(address(story, "answer"), form, content_type=sent)

    answer = Entry.objects.select_related("said").get(complaint=story.case, move="answer")
    assert answer.said.for_citizen == "Mended \ufffd\ufffd\ufffd"


def test_five_thousand_fields_are_refused(officer):
    story = case_in("in_hand")

    answer = officer(story).press(story, "answer", **{f"field{number}": "x" for number in range(5000)})

    assert answer.status_code == 400


@pytest.mark.parametrize("reference", ["x", "0" * 12, "9" * 5000, "%00", "..", "12345678901a", "é"])
def test_an_address_of_no_case_is_no_page(officer, reference):
    story = case_in("queued")

    answer = officer(story).client.get(f"/desk/cases/{reference}/")

    assert answer.status_code in (400, 404)


@pytest.mark.parametrize(
    "query",
    [
        "tab=x",
        "tab=mine&after=x",
        "after=%ff",
        "after=" + "A" * 4000,
        "after=MHwyMDI2fDE",
        "tab=queues&after=OTl8MjAyNi0xMS0yNFQxMDowMDowMCswMDowMHw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
    ],
)
def test_an_inbox_address_that_means_nothing_shows_a_first_page(officer, query):
    story = case_in("queued")

    assert officer(story).client.get(f"/desk/inbox/?{query}").status_code in (200, 400)


# What somebody typed while the case went on.


def test_an_answer_that_comes_too_late_is_refused_but_not_lost(officer):
    story = case_in("in_hand")
    desk = officer(story)
    handed_up = story.attempt("hand_up", by="clock", at=story.task.due_at)

    late = desk.press(story, "answer", answer="The pipe was mended on Monday.")

    assert handed_up.task.queue.office.code != "120"
    assert late.status_code == 409
    assert "The pipe was mended on Monday." in text(late)
    assert buttons(desk.open(story)) == []  # still to be read by whom it was with, and nothing more


def test_a_form_of_a_colleagues_work_is_stale_once_it_is_another_colleagues(desk, clock):
    story = case_in("in_hand")
    clock(story.at)
    desk.sit("msimamizi.120.maji")
    form = Form(desk.open(story, "give_back")).fields
    colleague = posted("officer", code="120", department="maji")
    story.attempt("assign", to=colleague.user)

    stale = desk.client.post(address(story, "give_back"), form | {"reason": "On leave."})

    assert stale.status_code == 409
    assert ComplaintTask.objects.get(pk=story.task.pk).owner == colleague.user


@pytest.mark.parametrize(("move", "who"), [("add_words", "afisa.120.maji"), ("direct", "kiongozi.120")])
def test_a_second_press_says_nothing_twice(desk, clock, move, who):
    story = case_in("in_hand")
    clock(story.at)
    says = {"words": "Look at the valve first.", "to": story.task.queue_id}

    presses = [desk.sit(who).press(story, move, **says) for _press in range(2)]

    assert [press.status_code for press in presses] == [302, 302]
    assert Entry.objects.filter(complaint=story.case, move=move).count() == 1
    assert story.case.task_set.filter(side=True).count() == (move == "direct")


@pytest.mark.parametrize("nothing", ["\u200b\u200b", " -- ", "\u202e", "...", "\u3164\u00a0"])
def test_a_reason_that_nobody_can_read_is_none(officer, nothing):
    story = case_in("in_hand")

    answer = officer(story).press(story, "reject", reason=nothing)

    assert answer.status_code == 422
    assert ("reject", "in_hand", "closed") not in entries(story)
