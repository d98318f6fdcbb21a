"""The page behind an institution's link in a real Chromium: fit for a screen reader and for a small phone, before and after the answer."""

import re

import pytest

from channels_in import bodies
from notices.models import Notice
from notices.rendering import render
from offices.models import Body
from tests.workflows.desk.conftest import Desk
from tests.workflows.desk.test_browser import chromium, look_at
from tests.workflows.stories import case_in

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


@pytest.fixture
def link(transactional_db, monkeypatch):
    """Refer a complaint to the water authority, and give the address that it was sent."""
    Body.objects.filter(code="dawasa").update(email="malalamiko@maji.example")
    story = case_in("referred")
    monkeypatch.setattr(bodies, "database_now", lambda: story.at)
    return re.search(r"/b/[\w-]+/", render(Notice.objects.get(kind="body_asked")))[0]


def test_the_page_of_an_institution_is_fit_for_a_screen_reader_and_for_a_small_phone(
    chromium, link, live_server, client
):
    desk, address = Desk(client), f"{live_server.url}{link}"

    faults = [fault for language in ("sw", "en") for fault in look_at(chromium, desk, address, "", language, "asked")]
    client.post(link, {"words": "Bomba limerekebishwa."})
    faults += look_at(chromium, desk, address, "", "sw", "answered")

    assert faults == []
