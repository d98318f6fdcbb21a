"""What the citizen's pages cost on the wire in a real Chromium, served as in production; and on an emulated 2G line."""

import re

import pytest

from channels_in.proof import code_of
from complaints.models import Complaint
from offices.clock import database_now
from tests.browser import chromium
from tests.house import production
from tests.house.test_weight import KB, TRIES, TWO_G, milliseconds, weight
from tests.workflows.stories import lodged

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

MOST_MILLISECONDS = 4000
QUESTIONS = (25, 5)  # kilobytes: the first time, and when the browser has been here before
TRACKING = (30, 8)


@pytest.fixture
def phone(chromium):
    """Give a telephone with an empty cache: a page, and what came over the wire."""
    contexts = []

    def opened(**conditions):
        context = chromium.new_context(viewport={"width": 360, "height": 740})
        contexts.append(context)
        page = context.new_page()
        wire, came = context.new_cdp_session(page), []
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
        if conditions:
            wire.send("Network.emulateNetworkConditions", conditions)
        return page, came

    yield opened
    for context in contexts:
        context.close()


def begun(page, url):
    """Answer the first two questions, and give the address of the heaviest page of them: the subjects; and the draft's."""
    page.goto(f"{url}/submit/")
    page.check("input[value=complaint]")
    page.click("main form .govuk-button-group .govuk-button")
    return page.url, re.search(r".*/submit/[0-9a-f]{32}/", page.url)[0]


def test_question_and_tracking_pages_weigh_little_cold_and_again_and_are_there_soon_on_2g(
    phone, transactional_db, settings, tmp_path, record_property
):
    settings.SECRET_KEY = production.SECRET_KEY
    at = database_now()
    case = Complaint.objects.get(pk=lodged(words="Bomba la maji limepasuka sokoni. " * 10, at=at).case.pk)
    weighed, tries = {}, []

    with production.served(tmp_path) as url:
        page, came = phone()
        weighed["question"] = [weight(page, came, f"{url}/submit/") / KB for _time in ("cold", "again")]
        subject, _draft = begun(page, url)
        weighed["subject, again"] = [0, weight(page, came, subject) / KB]
        page, came = phone()
        page.goto(f"{url}/track/")
        page.fill("#id_reference", case.reference)
        page.fill("#id_code", code_of(case.secret))
        page.click("#open button")
        page.wait_for_selector(".mlm-steps")
        cookies = page.context.cookies()
        page, came = phone()
        page.context.add_cookies(cookies)
        weighed["tracking"] = [weight(page, came, f"{url}/track/") / KB for _time in ("cold", "again")]
        assert page.locator(".mlm-steps__step").count() > 0
        while len(tries) < TRIES and min(tries, default=MOST_MILLISECONDS) >= MOST_MILLISECONDS:
            page, _came = phone(**TWO_G)
            tries.append(milliseconds(page, f"{url}/submit/"))

    record_property("kilobytes", weighed)
    record_property("milliseconds on 2G", tries)
    most = {"question": QUESTIONS, "subject, again": QUESTIONS, "tracking": TRACKING}
    assert [name for name, (cold, _again) in weighed.items() if cold > most[name][0]] == [], weighed
    assert [name for name, (_cold, again) in weighed.items() if again > most[name][1]] == [], weighed
    assert min(tries) < MOST_MILLISECONDS, tries
