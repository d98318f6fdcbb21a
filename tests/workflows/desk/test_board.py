"""The board of a team: what lies in its queues and hands, shared out evenly, and the figures of a post for whom they concern."""

import datetime as dt
import re

import pytest
from django.db import connection

from complaints.models import Complaint, Entry
from offices.models import Office, Posting
from tests.workflows.desk.conftest import Text
from tests.workflows.desk.test_inbox import assert_found_by_index, fill, plan_of, statements
from tests.workflows.stories import case_in, category, lodged, posted, queue, staff, through
from tests.world import TUESDAY
from workflows import board, posts, sharing
from workflows.models import ComplaintTask

pytestmark = pytest.mark.django_db

NOW = TUESDAY + dt.timedelta(hours=2)
OFFICER, SUPERVISOR, LEADER = "afisa.120.maji", "msimamizi.120.maji", "kiongozi.120"


def words_of(page):
    """Give the words of a page as one line."""
    return " ".join(Text(page).pieces)


def load_of(who, team, at=NOW):
    """Give one person's load: in hand, due soon, overdue, days of the oldest."""
    load = next(member.load for member in board.members(team, at) if member.user == who.user)
    return load.held.number, load.soon.number, load.overdue.number, load.oldest


def counted(team, at=NOW):
    """Give the sums of a board: in nobody's hand, for approval, due soon, overdue."""
    total = board.board(team, at).total
    return tuple(str(count) for count in (total.unassigned, total.for_approval, total.soon, total.overdue))


# What the board shows.


def test_the_board_counts_what_nobody_has_what_waits_for_approval_and_what_is_late():
    lodged(), lodged(), case_in("for_approval"), case_in("waiting"), case_in("answered")
    late, tomorrow = case_in("in_hand"), case_in("in_hand")
    ComplaintTask.objects.filter(pk=late.task.pk).update(due_at=NOW - dt.timedelta(days=3))
    ComplaintTask.objects.filter(pk=tomorrow.task.pk).update(due_at=NOW + dt.timedelta(days=1))
    lodged(category=category("afya"))

    assert counted(board.team_of(staff(SUPERVISOR))) == ("2", "1", "1", "1")
    assert counted(board.team_of(staff(LEADER)))[0] == "3"


def test_the_load_of_each_is_what_they_have_in_hand_and_what_they_asked_others():
    case_in("waiting"), case_in("referred"), case_in("answered"), case_in("closed")
    late = case_in("in_hand", received_at=TUESDAY - dt.timedelta(days=9))
    ComplaintTask.objects.filter(pk=late.task.pk).update(due_at=NOW - dt.timedelta(days=3))
    team = board.team_of(staff(SUPERVISOR))

    assert load_of(staff(OFFICER), team) == (3, 0, 1, 9)
    assert load_of(staff(SUPERVISOR), team) == (0, 0, 0, None)


def test_what_is_kept_from_a_supervisor_is_not_counted_either():
    lodged(about_office=Office.objects.get(code="120"), category=category())
    bribery = through(lodged(category=category("rushwa")), "take")
    seen = lodged()

    assert bribery.queue.office.code != "120" or bribery.queue.department.code != "maji"
    assert counted(board.team_of(staff(SUPERVISOR)))[0] == "1"
    assert seen.queue.pk in board.team_of(staff(SUPERVISOR)).queue_ids


def test_a_sensitive_case_is_counted_for_whoever_is_named_for_it_alone():
    story = lodged(category=category("rushwa"))
    here, department = story.queue.office.code, story.queue.department.code
    named = staff(f"msimamizi.{here}.{department}")
    unnamed = posted("supervisor", code=here, department=department)

    assert counted(board.team_of(named))[0] == "1"
    assert counted(board.team_of(unnamed))[0] == "0"


def test_due_soon_reaches_over_the_weekend_to_the_end_of_the_next_working_day():
    friday = TUESDAY + dt.timedelta(days=3)

    assert board.end_of_next_working_day(TUESDAY).isoformat() == "2026-11-26T00:00:00+03:00"
    assert board.end_of_next_working_day(friday).isoformat() == "2026-12-01T00:00:00+03:00"


@pytest.mark.parametrize("who", [OFFICER, "karani.120", "mkaguzi.1", "mfumo.1"])
def test_the_board_is_refused_to_those_who_lead_nobody(desk, clock, who):
    clock(NOW)
    desk.sit(who)

    assert desk.client.get("/desk/board/").status_code == 403
    assert desk.client.get(f"/desk/board/share/?queue={queue('120', 'maji').pk}").status_code == 403


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [(SUPERVISOR, "120", 200), (SUPERVISOR, "122", 200), (SUPERVISOR, "12", 404), (SUPERVISOR, "110", 404),
     (LEADER, "12", 404), ("kiongozi.12", "120", 200), ("kiongozi.1", "12103", 200), (LEADER, "nowhere", 404)],
)  # fmt: skip
def test_a_board_beside_or_above_is_not_there(desk, clock, who, code, status):
    clock(NOW)

    assert desk.sit(who).client.get("/desk/board/", {"office": code}).status_code == status


def test_another_departments_queue_is_not_shared_out_by_a_supervisor(desk, clock):
    clock(NOW)
    desk.sit(SUPERVISOR)

    assert desk.client.get(f"/desk/board/share/?queue={queue('120', 'afya').pk}").status_code == 404
    assert desk.client.get("/desk/board/share/?queue=x").status_code == 404


def test_the_board_leads_to_the_lists_of_work(desk, clock):
    case_in("for_approval")
    clock(NOW)

    page = desk.sit(SUPERVISOR).client.get("/desk/board/")

    links = set(re.findall(r'href="(/desk/inbox/\?[^"]+)"', page.content.decode()))
    assert {link.partition("?")[2].partition("&")[0] for link in links} == {
        "tab=queues", "tab=soon", "tab=overdue", "tab=office",
    }  # fmt: skip
    for link in links:
        assert desk.client.get(link.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("who", [SUPERVISOR, LEADER, "kiongozi.1"])
def test_the_board_costs_as_many_statements_with_a_hundred_cases_as_with_one(desk, clock, who):
    clock(NOW)
    desk.sit(who)
    asked = []
    for more in (1, 99):
        for _ in range(more):
            lodged()
        desk.client.get("/desk/board/?office=120" if who == "kiongozi.1" else "/desk/board/")
        with statements() as each:
            desk.client.get("/desk/board/?office=120" if who == "kiongozi.1" else "/desk/board/")
        asked.append(len(each))

    assert asked[0] == asked[1] <= 15


def test_a_long_queue_is_counted_to_a_thousand_and_found_by_its_index():
    with connection.cursor() as cursor:
        fill(cursor, 100_000)
        cursor.execute("ANALYZE complaints_complaint; ANALYZE workflows_complainttask")

    for who in (SUPERVISOR, LEADER):
        team = board.team_of(staff(who))
        with statements() as asked:
            found = counted(team)
        assert found == ("1,000+", "0", found[2], "0")
        for sql in asked:
            if "workflows_complainttask" in sql:
                assert_found_by_index(plan_of(sql))


# Sharing out.


def hands(*people):
    """Give some people with so much in hand each."""
    return [sharing.Hand(who.user, who.postings, load) for who, load in people]


def test_work_goes_to_whoever_has_least_and_evens_out():
    one, two, three = (posted("officer", department="maji") for _ in range(3))
    for _ in range(7):
        lodged()
    team = board.team_of(staff(SUPERVISOR))
    here = queue("120", "maji")
    tasks = sharing.shareable(team, here, None, NOW)

    planned = sharing.share_out(tasks, hands((one, 4), (two, 0), (three, 1)), here, NOW)

    assert [number for _hand, number in planned.gets] == [0, 4, 3]
    assert [share.task.pk for share in planned.shares] == [task.pk for task in tasks]
    assert planned.left == []


def test_a_sensitive_case_goes_only_to_whoever_is_named_for_it():
    story = lodged(category=category("rushwa"))
    here, department = story.queue.office.code, story.queue.department.code
    named = staff(f"afisa.{here}.{department}")
    unnamed = posted("officer", code=here, department=department)
    tasks = sharing.shareable(board.team_of(staff(f"msimamizi.{here}.{department}")), story.queue, None, NOW)

    planned = sharing.share_out(tasks, hands((unnamed, 0), (named, 9)), story.queue, NOW)
    nobody = sharing.share_out(tasks, hands((unnamed, 0)), story.queue, NOW)

    assert [share.to for share in planned.shares] == [named.user]
    assert [task.pk for task in nobody.left] == [story.task.pk]


def rows_of(page):
    """Give the rows of a plan as the page would send them."""
    return re.findall(r'name="row" value="([^"]+)"', page.content.decode())


def test_fifty_cases_are_planned_then_shared_out_with_a_result_for_each(desk, clock):
    stories = [lodged() for _ in range(50)]
    other = posted("officer", department="maji")
    clock(NOW)
    desk.sit(SUPERVISOR)
    here = queue("120", "maji").pk
    among = [staff(OFFICER).user.pk, other.user.pk]

    plan = desk.client.get("/desk/board/share/", {"queue": here, "plan": 1, "to": among})
    assert ComplaintTask.objects.open().filter(owner=None).count() == 50
    assert "50 cases would be given" in words_of(plan)
    assert words_of(plan).count("Maji hayatoki") == 50
    done = desk.client.post("/desk/board/share/", {"queue": here, "row": rows_of(plan)})

    assert "50 cases were given." in words_of(done)
    assert done.content.decode().count("Given</td>") == 50
    held = [ComplaintTask.objects.filter(owner=user, process__state="in_hand").count() for user in among]
    assert held == [25, 25]
    assert Entry.objects.filter(move="assign", actor=staff(SUPERVISOR).user).count() == 50
    assert {story.again().task.due_at for story in stories} == {story.task.due_at for story in stories}


def test_what_changed_meanwhile_is_left_alone_and_the_rest_is_given(desk, clock):
    first, second = lodged(), lodged()
    other = posted("officer", department="maji")
    clock(NOW)
    desk.sit(SUPERVISOR)
    here = queue("120", "maji").pk
    plan = desk.client.get("/desk/board/share/", {"queue": here, "plan": 1, "to": [other.user.pk]})
    first.then("take")

    done = desk.client.post("/desk/board/share/", {"queue": here, "row": [*rows_of(plan), "1.2", "x", "999999.0.1"]})

    assert first.again().task.owner == staff(OFFICER).user
    assert second.again().task.owner == other.user
    assert "1 case was given." in words_of(done)
    assert "2 were not." in words_of(done)
    assert "Somebody else was faster" in words_of(done)
    again = desk.client.post("/desk/board/share/", {"queue": here, "row": rows_of(plan)})
    assert "0 cases were given." in words_of(again)


def test_one_officers_work_is_shared_among_the_others(desk, clock):
    stories = [case_in("in_hand") for _ in range(4)]
    one, two = posted("officer", department="maji"), posted("officer", department="maji")
    clock(NOW)
    desk.sit(LEADER)
    here, holder = queue("120", "maji").pk, staff(OFFICER).user.pk

    plan = desk.client.get(
        "/desk/board/share/", {"queue": here, "plan": 1, "of": holder, "to": [holder, one.user.pk, two.user.pk]}
    )
    desk.client.post("/desk/board/share/", {"queue": here, "row": rows_of(plan)})

    assert sorted(story.again().task.owner_id for story in stories) == sorted([one.user.pk, two.user.pk] * 2)


def test_a_plan_without_anybody_is_asked_again(desk, clock):
    clock(NOW)

    page = desk.sit(SUPERVISOR).client.get("/desk/board/share/", {"queue": queue("120", "maji").pk, "plan": 1})

    assert page.status_code == 422
    assert "Choose at least one person." in words_of(page)


def test_a_row_of_another_teams_queue_is_not_given(desk, clock):
    elsewhere = lodged(category=category("afya"))
    clock(NOW)
    desk.sit(SUPERVISOR)

    done = desk.client.post(
        "/desk/board/share/",
        {"queue": queue("120", "maji").pk, "row": [f"{elsewhere.task.pk}.0.{staff(OFFICER).user.pk}"]},
    )

    assert elsewhere.again().task.owner is None
    assert "not in your team" in words_of(done)
    assert elsewhere.case.reference not in done.content.decode()


# The figures of a post.


def post_of(username):
    """Give the posting of one of the demo staff."""
    return Posting.objects.get(user__username=username)


def figures_of(username, days=90):
    """Give the figures as a tuple."""
    found = posts.figures(post_of(username), NOW - dt.timedelta(days=days), NOW + dt.timedelta(days=40))
    return found.taken, found.answered, found.disputed, found.overdue


def test_the_figures_are_what_a_slow_count_finds():
    case_in("in_hand"), case_in("closed"), case_in("queued")
    lodged().then("assign")
    through(lodged(), "take", "answer", "dispute")
    case_in("for_approval").then("approve")
    lodged(kind="opinion").then("take").then("note")
    case_in("in_hand").then("give_back").then("take")

    taken = {
        entry.complaint_id
        for entry in Entry.objects.filter(move__in=["take", "assign"])
        if entry.holder == staff(OFFICER).user and entry.to_queue == queue("120", "maji")
    }
    assert figures_of(OFFICER) == (len(taken), 4, 1, 3)
    assert figures_of(SUPERVISOR) == (0, 0, 0, 0)


def test_the_median_runs_from_the_citizens_word_to_the_answer():
    for days in (1, 3, 10):
        case_in("answered", received_at=TUESDAY - dt.timedelta(days=days))

    found = posts.figures(post_of(OFFICER), NOW - dt.timedelta(days=90), NOW + dt.timedelta(days=1))

    assert found.median_days == pytest.approx(3, abs=0.2)
    assert posts.figures(post_of(SUPERVISOR), NOW, NOW).median_days is None


@pytest.mark.parametrize(
    ("who", "status"),
    [(OFFICER, 200), (SUPERVISOR, 200), (LEADER, 200), ("msimamizi.1.maji", 200), ("kiongozi.1", 200),
     ("msimamizi.120.afya", 404), ("afisa.120.afya", 404), ("karani.120", 404), ("mkaguzi.1", 404),
     ("mfumo.1", 404), ("kiongozi.122", 404), ("karani.12103", 404)],
)  # fmt: skip
def test_figures_are_for_the_officer_and_the_line_above_alone(desk, clock, who, status):
    clock(NOW)

    assert desk.sit(who).client.get(f"/desk/board/posts/{post_of(OFFICER).pk}/").status_code == status


def test_a_supervisors_figures_are_for_the_leader_not_for_a_fellow_supervisor():
    fellow = posted("supervisor", department="maji")

    assert posts.may_see_figures(staff(LEADER), post_of(SUPERVISOR))
    assert not posts.may_see_figures(fellow, post_of(SUPERVISOR))
    assert not posts.may_see_figures(staff(OFFICER), post_of(SUPERVISOR))


def test_an_officer_finds_the_own_figures(desk, clock):
    case_in("answered")
    clock(NOW + dt.timedelta(days=2))
    desk.sit(OFFICER)

    listed = desk.client.get("/desk/board/posts/")
    page = desk.client.get(f"/desk/board/posts/{post_of(OFFICER).pk}/?days=30")

    assert f"/desk/board/posts/{post_of(OFFICER).pk}/" in listed.content.decode()
    assert "Cases taken 1 Answers given 1" in words_of(page)
    assert desk.client.get("/desk/board/posts/999999/").status_code == 404
    assert Complaint.objects.count() == 1


def test_a_plan_costs_as_many_statements_for_sixty_cases_as_for_one(desk, clock):
    clock(NOW)
    desk.sit(SUPERVISOR)
    asked = []
    for more in (1, 59):
        for _ in range(more):
            lodged()
        wish = {"queue": queue("120", "maji").pk, "plan": 1, "to": [staff(OFFICER).user.pk]}
        desk.client.get("/desk/board/share/", wish)
        with statements() as each:
            desk.client.get("/desk/board/share/", wish)
        asked.append(len(each))

    assert asked[0] == asked[1] <= 15


def test_whoever_has_most_overdue_stands_first():
    late = case_in("in_hand")
    ComplaintTask.objects.filter(pk=late.task.pk).update(due_at=NOW - dt.timedelta(days=3))
    posted("officer", department="maji")

    people = board.board(board.team_of(staff(SUPERVISOR)), NOW).members

    assert people[0].user == staff(OFFICER).user
