"""The citizen's pages in a real Chromium: without JavaScript, on a small phone, on a slow line, for a screen reader.

SHOTS=folder keeps a picture of every page.
"""

import gzip
import re
from pathlib import Path

import pytest

from chaos.looks import SIZES, faults_of
from complaints.models import Complaint
from notices.models import Notice
from notices.rendering import render
from offices import actors
from offices.clock import database_now
from offices.models import Body, User
from tests.browser import chromium, keep_picture
from tests.workflows.stories import case_in
from workflows import actions

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

WORDS = "Bomba la maji limepasuka karibu na soko, maji yanamwagika barabarani tangu Jumatatu."
MOST_BYTES = 25 * 1024
CODE = re.compile(r"\b(?:[0-9a-z]{4}-){3}[0-9a-z]{4}\b")


@pytest.fixture
def citizen(chromium, transactional_db, live_server):
    """Give a phone's page, in a language, with or without JavaScript."""
    contexts = []

    def opened(language="sw", script=False, size=(360, 740)):
        context = chromium.new_context(
            java_script_enabled=script, viewport={"width": size[0], "height": size[1]}, locale=language
        )
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield opened
    for context in contexts:
        context.close()


def fill_in(page, address, council="160", **more):
    """Fill in the form and send it, as a person does."""
    page.goto(f"{address}/submit/form/")
    page.fill("#id_words", WORDS)
    page.select_option("#id_category", "maji")
    page.select_option("#id_council", council)
    for name, value in more.items():
        page.fill(f"#id_{name}", value)
    page.click("main button.govuk-button:not(.govuk-button--secondary)")


def test_without_javascript_a_complaint_is_sent_kept_followed_and_added_to(citizen, live_server):
    page = citizen("en")
    fill_in(page, live_server.url, place="Kisiwani")
    assert "Choose the place that you mean." in page.inner_text("main")
    page.check("input[name=place_choice] >> nth=0")
    page.fill("#id_phone", "0754 123 456")
    page.click("main button.govuk-button:not(.govuk-button--secondary)")

    case = Complaint.objects.get()
    receipt = page.inner_text("main")
    assert page.url == f"{live_server.url}/submit/{case.reference}/"
    assert case.reference_written in receipt

    other = citizen("en")
    other.goto(f"{live_server.url}/track/")
    other.fill("#id_reference", case.reference_written)
    other.fill("#id_code", CODE.search(receipt)[0])
    other.click("#open button")
    assert "Waiting at an office" in other.inner_text("main")
    other.click("summary >> text=Add something")
    other.fill("#words-add_words", "Na leo pia.")
    other.click("button[value=add_words]")

    assert "Na leo pia." in other.inner_text("main")
    assert "code" not in other.url and CODE.search(other.url) is None


def test_an_outside_body_answers_by_its_link(citizen, live_server):
    Body.objects.filter(code="dawasa").update(email="malalamiko@maji.example")
    story = case_in("in_hand", at=database_now()).then("refer", body=Body.objects.get(code="dawasa"))
    address = re.search(r"/b/[\w-]{22}/", render(Notice.objects.get(kind="body_asked")))[0]
    page = citizen("en")
    page.goto(live_server.url + address)

    page.fill("#id_words", "The main pipe is mended.")
    page.click("main button.govuk-button")

    assert "Thank you: your answer is with the office" in page.inner_text("h1")
    assert story.case.entries.filter(move="body_answered").exists()


def test_with_javascript_the_receipts_link_opens_the_case_and_leaves_no_code_in_the_address(citizen, live_server):
    page = citizen("en")
    fill_in(page, live_server.url)
    case = Complaint.objects.get()
    code = CODE.search(page.inner_text("main"))[0]
    asked = []

    phone = citizen("en", script=True)
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(f"{live_server.url}/track/#{case.reference}.{code}")
    phone.wait_for_selector("text=What has happened")

    assert phone.url == f"{live_server.url}/track/"
    assert case.reference_written in phone.inner_text("main")
    assert not any(code in url for url in asked)


def test_the_form_weighs_little_on_the_wire(client, db):
    """As production sends it: stylesheet and icon compressed by WhiteNoise, the page as it is."""
    page = client.get("/submit/form/").content
    static = re.findall(rb'(?:href|src)="/static/([^"]+)"', page)
    files = [Path("static", path.decode()).read_bytes() for path in dict.fromkeys(static)]

    weight = len(page) + sum(min(len(file), len(gzip.compress(file, 9))) for file in files)

    assert weight <= MOST_BYTES, weight


def pages(citizen, live_server, language):
    """Give every page of the citizen with one opened on it: name, page."""
    page = citizen(language, script=True)
    page.errors = []
    page.on("console", lambda said: page.errors.append(said.text))
    for name in ["", "about", "help", "submit", "submit/form", "track"]:
        page.goto(f"{live_server.url}/{name}/".replace("//", "/").replace("http:/", "http://"))
        yield name or "home", page
    page.click("#open button")
    yield "track-error", page
    fill_in(page, live_server.url, place="Kisiwani", phone="0754")
    yield "submit-error", page
    fill_in(page, live_server.url, "120", place="Mandela, Tabata", phone="0754 123 456", landmark="Soko la Tabata")
    yield "receipt", page
    page.click("a[href='/track/']")
    yield "case", page
    answer_it(Complaint.objects.get())
    page.goto(f"{live_server.url}/track/")
    yield "case-answered", page


def answer_it(case):
    """Let the office answer, behind the page."""
    at = database_now()
    by = actors.person(User.objects.get(username="afisa.120.maji"), at=at)
    task = actions.take(case.task_set.select_related("process").get(finished=None), by=by, at=at).task
    words = "Mafundi wamebadilisha bomba leo asubuhi, saa 4, mbele ya mwenyekiti wa mtaa."
    actions.answer(task, answer=words, by=by, at=at)


@pytest.mark.parametrize("language", ["sw", "en"])
def test_every_page_is_fit_for_a_screen_reader_and_for_a_small_phone(citizen, live_server, language):
    faults = []

    for name, page in pages(citizen, live_server, language):
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_load_state()
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append(f"{name}: wider than {width}")
            keep_picture(page, f"{name}-{width}-{language}")
        faults += [f"{name}: {fault}" for fault in faults_of(page, SIZES[-1:])]
        faults += [f"{name}: {error}" for error in page.errors if "status of 400" not in error]
        page.errors.clear()

    assert faults == []
