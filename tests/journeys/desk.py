"""People at their desks in a real Chromium: one clock for all doors, and a window for each of them."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from offices.models import User
from tests.clocks import one_clock
from tests.workflows.desk.conftest import Desk, address
from tests.world import TUESDAY

SETTLED = 15_000  # milliseconds: a busy machine is no fault


class Person:
    """Somebody with a browser window, who reads English."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def open(self, path: str) -> Person:
        """Open an address of ours, or the page of a case."""
        path = path if isinstance(path, str) else address(path)
        self.page.goto(self.url + path)
        return self

    def press(self, name: str, **how) -> Person:
        """Press the button, or follow the link that looks like one, with this name."""
        self.page.locator("main").get_by_role("button", name=name, exact=True, **how).first.click()
        return self

    def follow(self, name: str) -> Person:
        """Follow the link with this name."""
        self.page.locator("main").get_by_role("link", name=name).first.click()
        return self

    def says(self, **fields: str) -> Person:
        """Write into the form, by the names that its fields have on the way to us; of a list, choose what reads so."""
        for name, value in fields.items():
            field = self.page.locator(f"main form [name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(field.locator("option", has_text=value).first.get_attribute("value"))
            else:
                field.fill(value)
        return self

    def reads(self, *words: str) -> Person:
        """Expect to read this on the page."""
        for said in words:
            expect(self.page.locator("main")).to_contain_text(said)
        return self

    def reads_nothing_of(self, *words: str) -> Person:
        """Expect that this does not stand on the page."""
        for said in words:
            expect(self.page.locator("main")).not_to_contain_text(said)
        return self


@pytest.fixture
def clock(transactional_db, monkeypatch, settings, tmp_path):
    """Give the one clock; it is a Tuesday morning."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return one_clock(monkeypatch, TUESDAY)


@pytest.fixture
def at_the_desk(chromium, clock, live_server):
    """Give a way for somebody to sit down at a browser of their own, signed in; without a name, somebody from outside."""
    contexts = []

    def sits(who="", scripts=True):
        context = chromium.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        cookies = {"django_language": "en"}
        if who:
            user = getattr(who, "user", None) or User.objects.get(username=who)
            cookies["sessionid"] = Desk(Client()).sit(user.username).client.cookies["sessionid"].value
        context.add_cookies([{"name": name, "value": of, "url": live_server.url} for name, of in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(SETTLED)
        return Person(page, live_server.url)

    expect.set_options(timeout=SETTLED)
    yield sits
    expect.set_options(timeout=5_000)
    for context in contexts:
        context.close()
