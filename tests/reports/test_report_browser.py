"""The leader's page, reports and trails in Swahili; and in a real Chromium, moves that come by themselves."""

import datetime as dt

import pytest

from reports import views
from tests.browser import chromium, sync_api
from tests.reports.test_figures import a_world
from tests.workflows.desk.conftest import Desk
from tests.workflows.desk.test_languages import in_english
from tests.workflows.stories import lodged

__all__ = ["chromium"]

NOVEMBER = "period=own&first=2026-11-01&last=2026-12-31"
PAGES = [
    ("leader", "kiongozi.1", "/desk/leader/?days=90"),
    ("leader-place", "kiongozi.1", "/desk/leader/?days=90&place=12103&department=maji"),
    ("leader-empty", "kiongozi.1210302", "/desk/leader/"),
    ("report", "kiongozi.1", f"/reports/?{NOVEMBER}"),
    ("report-supervisor", "msimamizi.120.maji", "/reports/?period=this-year"),
    ("audit", "mkaguzi.1", "/desk/audit/?first=2026-11-01&last=2027-01-31"),
    ("exports", "mkaguzi.1", "/desk/audit/exports/?first=2026-11-01&last=2027-01-31"),
]


@pytest.fixture
def world(transactional_db, client, monkeypatch):
    """Give a desk, and a moment some weeks after many things have happened."""
    at = a_world()
    monkeypatch.setattr(views, "database_now", lambda: at)
    desk = Desk(client)
    desk.sit("kiongozi.1").client.get(f"/reports/report.pdf?{NOVEMBER}")
    return desk, at


@pytest.mark.parametrize(("name", "who", "path"), PAGES)
def test_a_page_in_swahili_shows_no_english(world, name, who, path):
    desk, _at = world

    page = desk.sit(who).client.get(path)

    assert 'lang="sw"' in page.content.decode()
    assert in_english(page) == []


@pytest.mark.browser
def test_a_case_that_moves_appears_by_itself(chromium, world, live_server):
    desk, at = world
    context = chromium.new_context()
    session = desk.sit("kiongozi.1").client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.clock.install()
    page.goto(f"{live_server.url}/desk/leader/")
    story = lodged(at=at - dt.timedelta(minutes=5))

    page.clock.run_for(31_000)

    sync_api.expect(page.locator(".mlm-moves-now")).to_contain_text(story.case.reference_written)
    context.close()
