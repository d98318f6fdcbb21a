"""The counter in a real Chromium: by keyboard, and through a line that drops; SHOTS=folder keeps pictures."""

import re

import pytest
from django.test import Client

from complaints.models import Complaint
from offices.models import User
from tests.browser import chromium, keep_picture

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
WORDS = "Taka hazijazolewa sokoni wiki mbili."


@pytest.fixture
def browser(chromium, transactional_db, live_server):
    """Give a browser in which clerks sign in, one after the other: what it keeps stays in it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def sign_in(page, address, username="karani.12103"):
    """Sit somebody down at the counter."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": "en"}
    page.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page.goto(f"{address}/desk/counter/")


def type_in(page, words=WORDS, **more):
    page.fill("#id_words", words)
    page.select_option("#id_category", "taka")
    for name, value in more.items():
        page.fill(f"#id_{name}", value)


def kept(page):
    """Give all that lies in the browser, as the next person could read it."""
    return page.evaluate("JSON.stringify(localStorage)")


def wait_for_drafts(page, number=1):
    """Wait until so many drafts are kept: what is typed is kept after a moment."""
    for _look in range(100):
        if page.evaluate("Object.keys(localStorage).length") == number:
            return
        page.wait_for_timeout(100)
    pytest.fail("no draft was kept")


def enter(page):
    page.keyboard.press("Control+Enter")


def test_a_complaint_is_entered_by_keyboard_alone_and_leaves_nothing_in_the_browser(browser, live_server):
    sign_in(browser, live_server.url)
    assert browser.evaluate("document.activeElement.name") == "arrival"
    for name, text in [("phone", "0700 000 012"), ("words", WORDS)]:
        while browser.evaluate("document.activeElement.name") != name:
            browser.keyboard.press("Tab")
        browser.keyboard.type(text)
    wait_for_drafts(browser)
    enter(browser)
    browser.wait_for_selector(".mlm-receipt")

    assert Complaint.objects.get().words == WORDS
    assert kept(browser) == "{}"


def test_what_is_typed_without_a_line_is_kept_hidden_and_sent_once_when_it_is_back(browser, live_server):
    sign_in(browser, live_server.url)
    browser.context.set_offline(True)
    type_in(browser, phone="0700 000 012", name="Mwananchi wa Mfano")
    enter(browser)
    browser.wait_for_selector("text=waits for the connection")
    keep_picture(browser, "counter-drafts")

    assert browser.input_value("#id_words") == "" and not Complaint.objects.exists()
    assert not any(secret in kept(browser) for secret in (WORDS, "0700", "Mfano"))

    browser.context.set_offline(False)
    browser.wait_for_selector("#draft-note a")

    case = Complaint.objects.get()
    assert (case.words, case.citizen_name) == (WORDS, "Mwananchi wa Mfano")
    assert browser.inner_text("#draft-note") == f"Sent: {case.reference_written}"
    assert kept(browser) == "{}"


def test_an_answer_that_is_lost_on_the_way_makes_no_second_complaint(browser, live_server):
    sign_in(browser, live_server.url)

    def lose(route):
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    browser.route(re.compile("/desk/counter/$"), lose)
    type_in(browser)
    enter(browser)
    browser.wait_for_selector("text=waits for the connection")
    taken = Complaint.objects.count()
    browser.unroute(re.compile("/desk/counter/$"))
    browser.click("button[data-do=send]")
    browser.wait_for_selector("#draft-note a")

    assert (taken, Complaint.objects.count()) == (1, 1)


def test_a_draft_outlives_a_new_page_is_opened_again_and_is_hidden_from_the_next_clerk(browser, live_server):
    sign_in(browser, live_server.url)
    type_in(browser)
    wait_for_drafts(browser)
    sign_in(browser, live_server.url, "karani.120")
    browser.wait_for_timeout(500)
    hidden = browser.is_hidden("#drafts")
    sign_in(browser, live_server.url)
    browser.click("button[data-do=open]")

    assert hidden
    assert browser.input_value("#id_words") == WORDS
    enter(browser)
    browser.wait_for_selector(".mlm-receipt")
    assert Complaint.objects.count() == 1 and kept(browser) == "{}"


def test_what_is_wrong_is_said_by_the_server_and_the_words_stay(browser, live_server):
    sign_in(browser, live_server.url)
    type_in(browser, phone="0754")
    enter(browser)
    browser.wait_for_selector("#errors")

    assert browser.input_value("#id_words") == WORDS and not Complaint.objects.exists()
    browser.fill("#id_phone", "")
    enter(browser)
    browser.wait_for_selector(".mlm-receipt")
    assert kept(browser) == "{}"


@pytest.mark.parametrize(("sure", "left"), [(True, 0), (False, 1)])
def test_signing_out_asks_about_drafts_and_erases_them(browser, live_server, sure, left):
    sign_in(browser, live_server.url)
    type_in(browser)
    wait_for_drafts(browser)
    browser.goto(f"{live_server.url}/desk/inbox/")
    asked = []

    def answer(dialog):
        asked.append(dialog.message)
        dialog.accept() if sure else dialog.dismiss()

    browser.on("dialog", answer)
    browser.click("text=Log out")
    wait_for_drafts(browser, left)

    assert len(asked) == 1 and "not sent yet" in asked[0]
    assert browser.evaluate("Object.keys(localStorage).length") == left
