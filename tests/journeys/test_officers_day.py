"""An officer's whole day in a real Chromium: once with the keyboard alone, once with JavaScript off."""

import re

import pytest
from playwright.sync_api import expect

from complaints.models import Complaint
from tests.browser import chromium
from tests.journeys.desk import at_the_desk, clock
from tests.workflows.desk.conftest import address
from tests.workflows.stories import entries, lodged, staff, state_of
from workflows.models import ComplaintTask

__all__ = ["at_the_desk", "chromium", "clock"]
pytestmark = pytest.mark.browser
OFFICER = "afisa.120.maji"
FARTHEST = 150  # presses of Tab to anything on a page of the desk


class Keyboard:
    """Hands that never touch the mouse."""

    def __init__(self, page):
        self.page = page

    def reach(self, thing):
        """Go on with Tab until the thing has the focus."""
        expect(thing).to_be_visible()
        for _press in range(FARTHEST):
            if thing.evaluate("thing => thing === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not to be reached with the keyboard: {thing}")

    def press(self, thing):
        """Press a button or a link."""
        self.reach(thing)
        self.page.keyboard.press("Enter")

    def write(self, thing, words):
        """Write into a field."""
        self.reach(thing)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(words)

    def take_both(self):
        """Take the first row with a, tick the other with x, and take what is ticked."""
        self.page.keyboard.press("j")
        self.page.keyboard.press("a")
        expect(self.page.locator("main")).to_contain_text("It is in your hands now.")
        for key in ("j", "j", "k", "k", "x"):
            self.page.keyboard.press(key)
        expect(self.page.locator("#ticked")).to_have_text(": 1")
        self.press(self.page.locator(".mlm-bulk button[value=take]"))

    def open_first(self):
        """Open the first row of the list."""
        self.page.keyboard.press("j")
        self.page.keyboard.press("Enter")


class Mouse:
    """Hands that press what is on the page, which has no JavaScript."""

    def __init__(self, page):
        self.page = page

    def press(self, thing):
        """Press a button or a link."""
        thing.click()

    def write(self, thing, words):
        """Write into a field."""
        thing.fill(words)

    def take_both(self):
        """Take the first row with its button, tick the other, and take what is ticked."""
        self.page.locator("[data-take]").first.click()
        expect(self.page.locator("main")).to_contain_text("It is in your hands now.")
        self.page.locator("input[name=task]").first.check()
        self.page.locator(".mlm-bulk button[value=take]").click()

    def open_first(self):
        """Open the first row of the list."""
        self.page.locator(".mlm-row__subject").first.click()


@pytest.mark.parametrize(("hands", "scripts"), [(Keyboard, True), (Mouse, False)], ids=["keyboard", "no scripts"])
def test_a_day_from_signing_in_to_the_next_task(hands, scripts, at_the_desk, clock):
    first, second = lodged(words="Maji hayatoki Tabata."), lodged(words="Bomba limepasuka Kawe.")
    clock.forward(hours=1)
    officer = at_the_desk(scripts=scripts)
    page, hand = officer.page, hands(officer.page)
    main = page.locator("main")

    # In the morning: sign in, and take what is there to take.
    officer.open("/desk/")
    hand.write(page.locator("[name=username]"), OFFICER)
    hand.write(page.locator("[name=password]"), "demo")
    hand.press(main.get_by_role("button", name="Log in"))
    expect(page.locator(".mlm-row")).to_have_count(2)
    hand.take_both()
    officer.reads("1 row done, 0 refused")
    hand.press(main.get_by_role("button", name="Back to the list"))
    assert set(ComplaintTask.objects.open().values_list("owner__username", flat=True)) == {OFFICER}

    # Ask the citizen of the first; the other opens by itself, for it is the next in hand.
    officer_list(hand, page)
    hand.open_first()
    expect(page).to_have_url(re.compile(r"/desk/cases/\d{12}/$"))
    asked = Complaint.objects.get(reference=page.url.rstrip("/").rpartition("/")[2])
    story, other = (first, second) if asked == first.case else (second, first)
    hand.press(main.get_by_role("button", name="Ask the citizen"))
    hand.write(page.locator("[name=question]"), "Ni nyumba namba ngapi?")
    hand.press(main.locator("form button.govuk-button").last)
    expect(page).to_have_url(officer.url + address(other))
    officer.reads("The citizen has been asked; the clock rests.")

    # The citizen answers by SMS; the officer answers the complaint, and the next task opens.
    clock.forward(hours=1)
    story.again().attempt("reply", words="Ni namba 12.", at=clock.at)
    officer_list(hand, page)
    hand.press(main.locator(f"a[href='{address(story)}']"))
    officer.reads("Ni namba 12.")
    hand.press(main.get_by_role("button", name="Answer", exact=True))
    hand.write(page.locator("[name=answer]"), "Bomba limetengenezwa leo asubuhi.")
    hand.press(main.get_by_role("button", name="Answer", exact=True))
    expect(page).to_have_url(officer.url + address(other))
    officer.reads("The citizen has been answered")

    # The last one; then the list, which is empty, and out.
    hand.press(main.get_by_role("button", name="Answer", exact=True))
    hand.write(page.locator("[name=answer]"), "Maji yamerudi tangu saa nne.")
    hand.press(main.get_by_role("button", name="Answer", exact=True))
    expect(page).to_have_url(f"{officer.url}/desk/inbox/")
    hand.press(page.get_by_role("button", name="Log out"))
    expect(page).to_have_url(f"{officer.url}/")

    assert [move for move, *_states in entries(story)] == ["lodge", "take", "ask", "reply", "answer"]
    assert [move for move, *_states in entries(other)] == ["lodge", "take", "answer"]
    assert (state_of(story), state_of(other)) == ("answered", "answered")
    assert staff(OFFICER).user.last_login is not None


def officer_list(hand, page):
    """Go to one's own list by what stands on the page."""
    hand.press(page.get_by_role("navigation", name="Desk").get_by_role("link", name="Work list"))
    expect(page.locator("main h1")).to_have_text("Work list")
    hand.press(page.locator(".mlm-tabs a[href='?tab=mine']"))
    expect(page.locator(".mlm-tabs [aria-current]")).to_contain_text("My work")
