"""The citizen's app in a real Chromium: installed, without a line, on a slow one, and with answers that are lost on the way.

SHOTS=folder keeps a picture of every page.
"""

import contextlib
import json

import pytest

from complaints.models import Attachment, Complaint
from tests.browser import chromium
from tests.pictures import photo

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

WORDS = "Bomba la maji limepasuka karibu na soko, maji yanamwagika barabarani tangu Jumatatu."
COMPLAINTS = "**/api/v1/complaints/"
PHONES = [(320, 640), (360, 740)]


@pytest.fixture
def phone(chromium, transactional_db, live_server, settings, tmp_path):
    """Give a phone on which the app was opened once, and whose worker has taken over: its page and its context."""
    settings.MEDIA_ROOT = tmp_path / "media"
    contexts = []

    def opened(language="sw"):
        context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="sw")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.errors = []
        page.on("console", lambda said: page.errors.append(said.text) if is_fault(said) else None)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(f"{live_server.url}/app/")
        wait_until(page, lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
        wait_until(page, lambda: kept(page, "lists"))
        if language == "en":
            page.click("[data-speak=en]")
        return page, context

    yield opened
    for context in contexts:
        context.close()


def is_fault(said):
    """Tell what is wrong with the app from what a browser says of a line that is away."""
    return said.type == "error" and "ERR_INTERNET_DISCONNECTED" not in said.text


def kept(page, name):
    """Give what the app keeps under a name."""
    return page.evaluate("name => import('/static/js/app/store.js').then((store) => store.kept(name))", name)


def wait_until(page, holds):
    """Wait until something holds, at most twenty seconds."""
    for _turn in range(100):
        if holds():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it does not come to hold")


def write(page, words=WORDS, pictures=()):
    """Write a complaint and press the button, as a person does."""
    page.click("a[href='#write']")
    page.fill("#words", words)
    page.select_option("#category", "maji")
    page.select_option("#council", "160")
    page.select_option("#ward", index=1)
    if pictures:
        page.set_input_files("#photos", [file(number, content) for number, content in enumerate(pictures)])
        page.wait_for_selector("li >> text=picha-0")
    page.click("form button[type=submit]")


def file(number, content):
    return {"name": f"picha-{number}.jpg", "mimeType": "image/jpeg", "buffer": content}


@contextlib.contextmanager
def without_a_line(context):
    """Take the line away for a while."""
    context.set_offline(True)
    yield
    context.set_offline(False)


def open_again(page, context):
    """Open the app anew without a line; Chromium tells a page that was opened meanwhile only when told again."""
    page.reload()
    context.set_offline(False)
    context.set_offline(True)


def sent(page):
    """Wait until the first complaint has gone, and give its number as the phone shows it."""
    page.wait_for_selector(".mlm-letter[data-state=sent]")
    return page.inner_text(".mlm-letter[data-state=sent] a")


def test_the_app_can_be_installed_and_opens_without_a_line(phone):
    page, context = phone()
    wire = context.new_cdp_session(page)

    said = json.loads(wire.send("Page.getAppManifest")["data"])
    faults = wire.send("Page.getInstallabilityErrors")["installabilityErrors"]
    with without_a_line(context):
        open_again(page, context)
        page.wait_for_selector("text=Hakuna mtandao.")
        page.click("[data-speak=en]")
        page.wait_for_selector("text=There is no connection.")

    assert (said["start_url"], said["display"], said["lang"]) == ("/app/", "standalone", "sw")
    assert {each["purpose"] for each in said["icons"]} == {"any", "maskable"}
    assert [each["errorId"] for each in faults if each["errorId"] != "in-incognito"] == []
    assert page.errors == []


def test_what_was_written_without_a_line_goes_by_itself_once_with_its_photos(phone):
    page, context = phone()

    with without_a_line(context):
        write(page, pictures=[photo(size=(640, 480)), photo(size=(480, 640))])
        page.wait_for_selector(".mlm-letter[data-state=queued]")
        assert "Linasubiri kutumwa" in page.inner_text("main")
        assert not Complaint.objects.exists()
    number = sent(page)
    wait_until(page, lambda: "picha-" not in page.inner_text("main"))

    case = Complaint.objects.get()
    assert (number, case.words, case.channel) == (case.reference_written, WORDS, "app")
    assert Attachment.objects.filter(complaint=case).count() == 2
    assert page.evaluate("document.body.innerText.includes('Bomba')") is False


def test_an_answer_that_was_lost_on_the_way_makes_no_second_complaint(phone):
    page, context = phone()
    lost = []

    def lose(route):
        if lost or route.request.method != "POST":
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    context.route(COMPLAINTS, lose)
    write(page)
    page.wait_for_selector(".mlm-letter[data-state=queued] >> text=Hakuna mtandao.")
    page.click("text=Tuma sasa")
    number = sent(page)

    assert lost == [201]
    assert number == Complaint.objects.get().reference_written
