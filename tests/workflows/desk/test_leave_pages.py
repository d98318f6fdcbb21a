"""The pages of leaves: a supervisor enters one, the work moves, and it is changed, ended and listed."""

import datetime as dt

import pytest
from django.core.management import call_command

from offices.models import Absence, Posting
from tests.workflows.desk.conftest import Text
from tests.workflows.desk.test_inbox import statements
from tests.workflows.stories import case_in, category, lodged, posted, staff
from tests.world import TUESDAY

pytestmark = pytest.mark.django_db

NOW = TUESDAY + dt.timedelta(hours=2)
OFFICER, SUPERVISOR = "afisa.120.maji", "msimamizi.120.maji"


def words_of(page):
    """Give the words of a page as one line."""
    return " ".join(Text(page).pieces)


def says(stand_in, who=OFFICER, first="2026-11-24", last="30/11/2026"):
    """Give what the form of a leave sends."""
    post = Posting.objects.get(user__username=who, absence=None)
    return {"post": post.pk, "stand_in": stand_in.user.pk, "starts_on": first, "ends_on": last}


@pytest.fixture
def supervisor(desk, clock):
    """Give the desk of the supervisor."""
    clock(NOW)
    return desk.sit(SUPERVISOR)


@pytest.fixture
def other():
    """Give somebody who is to stand in."""
    return posted("officer", department="afya")


def test_a_leave_that_begins_today_moves_the_work_at_once_and_ended_it_is_back(supervisor, other):
    story = case_in("in_hand")

    went = supervisor.client.post("/desk/leaves/new/", says(other))
    assert story.again().task.owner == other.user
    listed = supervisor.client.get(went.url)
    assert "Passed on: 1, came back: 0." in words_of(listed)
    absence = Absence.objects.get()
    assert f"/desk/leaves/{absence.pk}/" in listed.content.decode()
    assert "on leave until 30/11/2026" in words_of(supervisor.client.get("/desk/board/"))

    went = supervisor.client.post(f"/desk/leaves/{absence.pk}/end/")

    assert story.again().task.owner == staff(OFFICER).user
    assert "came back: 1" in words_of(supervisor.client.get(went.url))
    assert "This leave was ended early." in words_of(supervisor.client.get(f"/desk/leaves/{absence.pk}/"))
    assert supervisor.client.post(f"/desk/leaves/{absence.pk}/end/").status_code == 302


def test_the_timeline_tells_of_both_moves(supervisor, other):
    story = case_in("in_hand")
    supervisor.client.post("/desk/leaves/new/", says(other))
    supervisor.client.post(f"/desk/leaves/{Absence.objects.get().pk}/end/")

    told = words_of(supervisor.open(story))

    assert f"For a leave, passed to {other.user}" in told
    assert f"The leave is over: back with {staff(OFFICER).user}" in told


def test_a_leave_is_changed_on_its_page(supervisor, other):
    supervisor.client.post("/desk/leaves/new/", says(other))
    absence = Absence.objects.get()

    assert supervisor.client.post(f"/desk/leaves/{absence.pk}/", {"ends_on": "2026-12-04"}).status_code == 302
    refused = supervisor.client.post(f"/desk/leaves/{absence.pk}/", {"ends_on": "2026-11-01"})

    assert Absence.objects.get().ends_on == dt.date(2026, 12, 4)
    assert refused.status_code == 422
    assert "These days are over." in words_of(refused)


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(supervisor, other):
    refused = supervisor.client.post("/desk/leaves/new/", says(other, first="2026-11-20", last="2026-11-30"))
    empty = supervisor.client.post("/desk/leaves/new/", {})

    assert refused.status_code == empty.status_code == 422
    assert "A leave begins today or later." in words_of(refused)
    assert 'value="2026-11-30"' in refused.content.decode()
    assert not Absence.objects.exists()


def test_nobody_is_offered_whose_leave_is_not_theirs_to_enter(supervisor, other):
    page = supervisor.client.post("/desk/leaves/new/", says(other, who="afisa.120.afya"))

    assert page.status_code == 422
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [(SUPERVISOR, 200), ("kiongozi.120", 200), ("kiongozi.1", 200), ("msimamizi.120.afya", 404),
     ("kiongozi.122", 404), (OFFICER, 404), ("mkaguzi.1", 404)],
)  # fmt: skip
def test_a_leave_is_seen_by_the_line_above_alone(supervisor, other, who, status):
    supervisor.client.post("/desk/leaves/new/", says(other))
    absence = Absence.objects.get()

    assert supervisor.sit(who).client.get(f"/desk/leaves/{absence.pk}/").status_code == status
    listed = supervisor.client.get("/desk/leaves/")
    assert (f"/desk/leaves/{absence.pk}/" in listed.content.decode()) is (status == 200)
    assert supervisor.client.post(f"/desk/leaves/{absence.pk}/end/").status_code == (302 if status == 200 else 404)


def test_what_did_not_pass_is_shown_to_whoever_may_see_it_alone(desk, clock):
    story = lodged(category=category("rushwa"))
    here = story.queue
    story = story.then("take")
    code = here.office.code
    plain = posted("officer", code=code, department="malalamiko")
    clock(NOW)
    desk.sit(f"msimamizi.{code}.{here.department.code}")
    desk.client.post("/desk/leaves/new/", says(plain, who=f"afisa.{code}.{here.department.code}"))
    address = f"/desk/leaves/{Absence.objects.get().pk}/"

    assert story.case.reference in desk.client.get(address).content.decode()
    assert story.case.reference not in desk.sit(f"kiongozi.{code}").client.get(address).content.decode()


def test_the_beats_command_covers_leaves(supervisor, other, capsys):
    call_command("cover_leaves")

    assert capsys.readouterr().out == "0 passed, 0 returned, 0 kept\n"


def test_the_list_costs_as_many_statements_with_thirty_leaves_as_with_one(supervisor):
    asked = []
    for more in (1, 29):
        for _ in range(more):
            who = posted("officer", department="maji")
            supervisor.client.post("/desk/leaves/new/", says(staff(SUPERVISOR), who=who.user.username))
        supervisor.client.get("/desk/leaves/")
        with statements() as each:
            supervisor.client.get("/desk/leaves/")
        asked.append(len(each))

    assert asked[0] == asked[1] <= 15
    assert Absence.objects.count() == 30
