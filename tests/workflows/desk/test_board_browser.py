"""The supervisor's pages in a real Chromium: sharing fifty cases and a leave by hand."""

import datetime as dt
import re

import pytest

from complaints.models import Entry
from tests.browser import chromium, keep_picture
from tests.workflows.desk.conftest import Desk
from tests.workflows.stories import lodged, posted, staff
from tests.world import TUESDAY
from workflows.models import ComplaintTask

__all__ = ["chromium"]

pytestmark = pytest.mark.browser

SUPERVISOR, OFFICER = "msimamizi.120.maji", "afisa.120.maji"
NOW = TUESDAY + dt.timedelta(hours=5)


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
