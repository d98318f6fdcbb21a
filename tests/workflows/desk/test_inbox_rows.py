"""Moves on the rows of the list: in one press, or on many at once, each row with its own answer; and what a person keeps."""

import re

import pytest

from tests.workflows.desk.conftest import address
from tests.workflows.desk.test_inbox import OFFICER
from tests.workflows.stories import case_in, entries, lodged, queue, staff, state_of
from workflows import actions
from workflows.models import ComplaintTask, SavedView

pytestmark = pytest.mark.django_db

SUPERVISOR = "msimamizi.120.maji"
ROWS = "/desk/inbox/rows/"


def seen(story):
    """Give what the list says of a row."""
    task = story.again().task
    return f"{task.pk}.{task.process.state}.{task.queue_id}.{task.owner_id or 0}"


def text(page):
    """Give a page as text."""
    return page.content.decode()


@pytest.fixture
def sit(desk, clock):
    """Seat somebody at the desk at the story's moment, and give the browser."""

    def at_the_desk(who, story):
        clock(story.at)
        return desk.sit(who).client

    return at_the_desk


# What a row is.


def test_a_row_beside_the_main_step_is_called_what_it_is(sit):
    story = case_in("in_hand")
    part = {"to": queue("120", "afya"), "words": "What did the health officer find?"}
    actions.ask_contribution(story.case, by=story.who("officer"), at=story.at, **part)
    actions.direct(story.case, to=queue("120", "afya"), words="Go there.", by=staff("kiongozi.120"), at=story.at)
    actions.advise(story.case, words="Go there today.", by=staff("kiongozi.120"), at=story.at)

    theirs = text(sit("afisa.120.afya", story).get("/desk/inbox/?tab=queues"))
    own = text(sit(OFFICER, story).get("/desk/inbox/?tab=mine"))

    kinds = re.compile(r"<strong>((?:A leader|Another department)[^<]*)</strong>")
    assert sorted(kinds.findall(theirs)) == ["A leader&#x27;s directive", "Another department&#x27;s part"]
    assert kinds.findall(own) == ["A leader&#x27;s advice"]  # and the main step has no such name


# One press.


def test_take_and_give_back_are_one_press_and_lead_back_to_the_same_list(sit):
    story = lodged()
    client = sit(OFFICER, story)
    button = re.search(r'value="(take:[^"]+)"', text(client.get("/desk/inbox/?tab=queues")))[1]

    took = client.post(ROWS, {"one": button, "list": "tab=queues&channel=web"})
    button = re.search(r'value="(give_back:[^"]+)"', text(client.get("/desk/inbox/?tab=mine")))[1]
    gave = client.post(ROWS, {"one": button, "list": "tab=mine"})

    assert (took.url, gave.url) == ("/desk/inbox/?tab=queues&channel=web", "/desk/inbox/?tab=mine")
    assert [move for move, *_states in entries(story)] == ["lodge", "take", "give_back"]


def test_a_row_that_somebody_else_took_meanwhile_is_refused_in_words(sit):
    story = lodged()
    row = seen(story)
    story.then("take", by="supervisor")
    client = sit(OFFICER, story)

    client.post(ROWS, {"one": f"take:{row}", "list": "tab=queues"})

    assert "Somebody else was faster" in text(client.get("/desk/inbox/?tab=queues"))
    assert [move for move, *_states in entries(story)] == ["lodge", "take"]


@pytest.mark.parametrize(
    "row", ["", "x", "take", "take:", "take:1", "take:1.queued.1.1", "take:9.9.9.9", "take:" + "9" * 40]
)
def test_a_row_that_cannot_be_read_changes_nothing(sit, row):
    story = lodged()

    assert sit(OFFICER, story).post(ROWS, {"one": row}).status_code in (302, 404)
    assert entries(story) == [("lodge", "", "queued")]


def test_the_way_back_leads_only_to_a_list(sit):
    story = lodged()

    answer = sit(OFFICER, story).post(ROWS, {"one": f"take:{seen(story)}", "list": "//evil.example/?next=//x&tab=mine"})

    assert answer.url == "/desk/inbox/?tab=mine"


# Many at once.


def test_many_are_taken_at_once_and_a_refused_row_does_not_hold_up_the_others(sit):
    stories = [lodged(words=f"Lalamiko la {number}") for number in range(3)]
    rows = [seen(story) for story in stories]
    stories[1].then("take", by="supervisor")
    out_of_sight = lodged(category=stories[0].case.category, place=None, sure=False)
    client = sit(OFFICER, stories[0])

    page = client.post(ROWS, {"do": "take", "task": [*rows, seen(out_of_sight)], "list": "tab=queues"})

    assert page.status_code == 200
    assert "2 rows done, 2 refused" in text(page)
    assert all(story.case.reference_written in text(page) for story in stories)
    assert out_of_sight.case.reference not in text(page)
    holders = [ComplaintTask.objects.get(pk=story.task.pk).owner.username for story in stories]
    assert holders == [OFFICER, SUPERVISOR, OFFICER]
    assert [move for move, *_states in entries(stories[1])] == ["lodge", "take"]


def test_a_supervisor_gives_fifty_to_an_officer(sit):
    stories = [lodged() for _ in range(50)]
    client = sit(SUPERVISOR, stories[0])
    assert text(client.get("/desk/inbox/?tab=queues&size=100")).count('name="task"') == 50
    rows = [seen(story) for story in stories]

    form = client.post(ROWS, {"do": "assign", "task": rows, "list": "tab=queues"})
    done = client.post(ROWS, {"do": "assign", "task": rows, "sure": "1", "to": staff(OFFICER).user.pk})

    assert "Rows ticked: 50" in text(form)
    assert "50 rows done, 0 refused" in text(done)
    assert set(ComplaintTask.objects.open().values_list("owner__username", flat=True)) == {OFFICER}


def test_moving_and_handing_up_ask_why_and_each_case_keeps_the_reason(sit):
    first, second = lodged(), lodged()
    client = sit(SUPERVISOR, first)
    rows = [seen(first), seen(second)]
    waste = queue("120", "afya")

    without = client.post(ROWS, {"do": "move", "task": rows, "sure": "1", "to": waste.pk, "reason": ""})
    moved = client.post(ROWS, {"do": "move", "task": rows[:1], "sure": "1", "to": waste.pk, "reason": "Si ya maji."})
    raised = client.post(ROWS, {"do": "hand_up", "task": rows[1:], "sure": "1", "reason": "Yahitaji bajeti."})

    assert without.status_code == 422
    assert "1 row done" in text(moved) and "1 row done" in text(raised)
    assert first.again().task.queue_id == waste.pk
    assert second.again().task.queue_id != second.queue.pk
    assert [move for move, *_states in entries(second)] == ["lodge", "hand_up"]


def test_nobody_makes_by_many_what_they_may_not_make_by_one(sit):
    story = lodged()

    officer = sit(OFFICER, story).post(ROWS, {"do": "assign", "task": [seen(story)], "sure": "1", "to": "1"})
    auditor = sit("mkaguzi.1", story).post(ROWS, {"do": "take", "task": [seen(story)]})
    elsewhere = sit("afisa.120.afya", story).post(ROWS, {"do": "take", "task": [seen(story)]})

    assert (officer.status_code, auditor.status_code) == (403, 403)
    assert "0 rows done, 1 refused" in text(elsewhere) and story.case.reference not in text(elsewhere)
    assert entries(story) == [("lodge", "", "queued")]


def test_nothing_ticked_too_much_ticked_or_an_unknown_move(sit):
    story = lodged()
    client = sit(SUPERVISOR, story)

    assert client.post(ROWS, {"do": "take"}).status_code == 302
    assert client.post(ROWS, {"do": "take", "task": [seen(story)] * 101}).status_code == 302
    assert client.post(ROWS, {"do": "reject", "task": [seen(story)]}).status_code == 404
    assert client.get(ROWS).status_code == 405
    assert entries(story) == [("lodge", "", "queued")]


# What comes next.


def test_after_a_finished_task_the_next_in_hand_opens_and_after_the_last_the_list(desk, clock):
    first, second = case_in("in_hand"), case_in("in_hand")
    clock(second.at)
    desk.sit(OFFICER)

    assert desk.press(first, "answer", answer="Bomba limetengenezwa.").url == address(second)
    assert desk.press(second, "answer", answer="Bomba limetengenezwa.").url == "/desk/inbox/"
    assert state_of(second) == "answered"


# What a person keeps.


def test_a_list_is_kept_renamed_opened_by_its_address_and_removed(sit):
    story = lodged()
    client = sit(OFFICER, story)
    keep = {"name": "Maji ya wavuti", "query": "tab=queues&channel=web&after=abc&evil=1"}

    kept = client.post("/desk/inbox/lists/", keep)
    [view] = SavedView.objects.all()
    assert (kept.url, view.query) == ("/desk/inbox/?tab=queues&channel=web", "tab=queues&channel=web")
    assert "Maji ya wavuti" in text(client.get("/desk/inbox/"))
    client.post("/desk/inbox/lists/", keep | {"query": "tab=office"})  # the same name: the newer takes its place
    client.post("/desk/inbox/lists/", {"view": view.pk, "name": "Ofisi"})
    assert list(SavedView.objects.values_list("name", "query")) == [("Ofisi", "tab=office")]
    client.post("/desk/inbox/lists/", {"view": view.pk, "remove": "1"})
    assert not SavedView.objects.exists()


def test_a_kept_list_is_its_owners_alone(sit):
    story = lodged()
    sit(OFFICER, story).post("/desk/inbox/lists/", {"name": "Yangu", "query": "tab=office"})
    [view] = SavedView.objects.all()
    assert "Yangu" in text(sit(OFFICER, story).get("/desk/inbox/lists/"))
    other = sit(SUPERVISOR, story)

    assert "Yangu" not in text(other.get("/desk/inbox/")) + text(other.get("/desk/inbox/lists/"))
    for says in ({"remove": "1"}, {"name": "Yao"}):
        assert other.post("/desk/inbox/lists/", {"view": view.pk} | says).status_code == 404
    assert SavedView.objects.get().name == "Yangu"


def test_a_name_that_is_empty_taken_or_one_too_many_is_refused(sit):
    story = lodged()
    client = sit(OFFICER, story)
    for name in ("A", "B"):
        client.post("/desk/inbox/lists/", {"name": name, "query": "tab=mine"})
    view = SavedView.objects.get(name="A")

    assert client.post("/desk/inbox/lists/", {"name": " ", "query": "tab=mine"}).status_code == 422
    assert client.post("/desk/inbox/lists/", {"view": view.pk, "name": "B"}).status_code == 422
    SavedView.objects.bulk_create(
        SavedView(user=view.user, name=str(number), query="", created_at=story.at) for number in range(28)
    )
    assert client.post("/desk/inbox/lists/", {"name": "C", "query": "tab=mine"}).status_code == 422


def test_the_keys_are_switched_off_and_on_and_this_is_remembered(sit):
    client = sit(OFFICER, lodged())
    assert "data-keys" in text(client.get("/desk/inbox/?tab=queues"))

    client.post("/desk/inbox/keys/", {"keys": "off"})
    assert "data-keys" not in text(client.get("/desk/inbox/?tab=queues"))
    assert "Switch the keys on" in text(client.get("/desk/inbox/keys/"))
    client.post("/desk/inbox/keys/", {"keys": "on"})
    assert "data-keys" in text(client.get("/desk/inbox/?tab=queues"))
