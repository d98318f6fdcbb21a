"""The supervisor's pages in a real Chromium: what axe finds, no sideways scroll; sharing fifty cases and a leave by hand."""

import datetime as dt
import re

import pytest

from complaints.models import Entry
from offices.models import Absence, Posting
from tests.workflows.desk.conftest import Desk, address
from tests.workflows.desk.test_browser import chromium, keep_picture, look_at
from tests.workflows.stories import case_in, category, lodged, posted, queue, staff, through
from tests.world import TUESDAY
from workflows import leave
from workflows.models import ComplaintTask

__all__ = ["chromium"]

pytestmark = pytest.mark.browser

SUPERVISOR, OFFICER = "msimamizi.120.maji", "afisa.120.maji"
NOW = TUESDAY + dt.timedelta(hours=5)


@pytest.fixture
def full_board(transactional_db, client, clock):
    """Give a desk with a team at work: late, due soon, for approval, a leave, and work to share out."""
    for words in (
        "Maji hayatoki tangu Jumatatu.",
        "Bomba limepasuka karibu na soko, maji yanamwagika.",
        "Mita inasoma vibaya.",
    ):
        lodged(words=words)
    late, soon = case_in("in_hand"), case_in("in_hand")
    ComplaintTask.objects.filter(pk=late.task.pk).update(due_at=NOW - dt.timedelta(days=3))
    ComplaintTask.objects.filter(pk=soon.task.pk).update(due_at=NOW + dt.timedelta(hours=2))
    case_in("for_approval"), through(lodged(), "take", "answer", "dispute")
    for _ in range(3):
        posted("officer", department="maji")
    away = posted("officer", department="maji")
    leave.enter(
        Posting.objects.get(user=away.user), stand_in=staff(OFFICER).user, starts_on=NOW.date(),
        ends_on=NOW.date() + dt.timedelta(days=10), by=staff(SUPERVISOR), at=NOW,
    )  # fmt: skip
    clock(NOW)
    return Desk(client), lodged()


def pages(story):
    """Give the pages to be looked at: a name, who looks, and the address."""
    here = queue("120", "maji").pk
    among = "".join(
        f"&to={user}"
        for user in Posting.objects.filter(office__code="120", department__code="maji", role="officer").values_list(
            "user", flat=True
        )[:3]
    )
    post = Posting.objects.get(user__username=OFFICER).pk
    return [
        ("board", SUPERVISOR, "/desk/board/"),
        ("board-leader", "kiongozi.120", "/desk/board/"),
        ("share", SUPERVISOR, f"/desk/board/share/?queue={here}"),
        ("share-plan", SUPERVISOR, f"/desk/board/share/?queue={here}&plan=1{among}"),
        ("post", SUPERVISOR, f"/desk/board/posts/{post}/"),
        ("posts", OFFICER, "/desk/board/posts/"),
        ("leaves", SUPERVISOR, "/desk/leaves/"),
        ("leave-new", SUPERVISOR, "/desk/leaves/new/"),
        ("leave", SUPERVISOR, f"/desk/leaves/{Absence.objects.get().pk}/"),
        ("correct", SUPERVISOR, f"{address(story)}correct/"),
        ("corrected", SUPERVISOR, f"{address(story)}correct/?done=1"),
        ("case-board", SUPERVISOR, address(story)),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en"])  # in Swahili by tests/house/test_looks.py
def test_every_page_is_fit_for_a_screen_reader_and_for_a_small_phone(chromium, full_board, live_server, language):
    (desk, story), faults = full_board, []
    type(story.case).objects.filter(pk=story.case.pk).update(category=category("afya"))

    for name, who, path in pages(story):
        faults += look_at(chromium, desk, f"{live_server.url}{path}", who, language, name)

    assert faults == []


def test_a_supervisor_shares_fifty_cases_and_enters_a_leave_without_javascript(
    chromium, transactional_db, client, clock, live_server
):
    stories = [lodged() for _ in range(50)]
    other = posted("officer", department="maji")
    clock(NOW)
    context = chromium.new_context(java_script_enabled=False)
    session = Desk(client).sit(SUPERVISOR).client.cookies["sessionid"].value
    cookies = {"django_language": "en", "sessionid": session}
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
    page = context.new_page()

    page.goto(f"{live_server.url}/desk/board/")
    page.get_by_role("link", name=re.compile("Share out its work")).click()
    page.get_by_label(re.compile("Msimamizi")).uncheck()
    page.get_by_role("button", name="Show the plan").click()
    keep_picture(page, "share-fifty")
    page.get_by_role("button", name="Share out like this").click()
    assert "50 cases were given." in page.inner_text("main")
    keep_picture(page, "shared-fifty")

    page.goto(f"{live_server.url}/desk/leaves/new/")
    page.get_by_label("Who is on leave?").select_option(label=f"{other.user} (officer, Water and energy)")
    page.get_by_label("Who stands in?").select_option(label=str(staff(OFFICER).user))
    page.get_by_label("Last day").fill("2026-11-30")
    page.get_by_role("button", name="Enter the leave").click()
    assert "Passed on: 25" in page.inner_text("main")
    context.close()

    assert ComplaintTask.objects.open().filter(owner=staff(OFFICER).user).count() == len(stories)
    assert Entry.objects.filter(move="stand_in").count() == 25
