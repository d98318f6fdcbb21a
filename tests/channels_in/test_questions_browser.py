"""The question pages in a real Chromium: with and without JavaScript, on small telephones, in both languages, nothing for axe.

The suite walks twice; LOOKS=all walks every way. SHOTS=folder keeps a picture of every page.
"""

import os
import re
from itertools import product

import pytest

from chaos.looks import LANGUAGES, SIZES, faults_of
from complaints.models import Attachment, Complaint
from tests.browser import chromium, keep_picture
from tests.channels_in.test_web_browser import answer_it, citizen
from tests.pictures import photo

__all__ = ["chromium", "citizen"]
pytestmark = pytest.mark.browser

WORDS = "Bomba la maji limepasuka karibu na soko, maji yanamwagika barabarani tangu Jumatatu."
SMALL = [(320, 640), (360, 740)]
EVERY_WAY = list(product(LANGUAGES, (False, True), SMALL))
WAYS = EVERY_WAY if os.environ.get("LOOKS") else [("sw", False, SMALL[0]), ("en", True, SMALL[1])]


@pytest.mark.parametrize(("language", "script", "size"), WAYS)
def test_from_the_first_question_to_its_being_settled(citizen, live_server, settings, tmp_path, language, script, size):
    settings.MEDIA_ROOT = tmp_path
    page, faults = citizen(language, script=script, size=size), []
    page.said = []
    page.on("console", lambda said: page.said.append(said.text) if said.type == "error" else None)

    for name in walk(page, live_server.url, script):
        faults += [f"{name}: {fault}" for fault in looked_at(page, name, script, language, size)]

    case = Complaint.objects.get()
    assert faults == []
    assert (case.words, case.place.code, case.place_words) == (WORDS, "1210302", "Soko la Tabata")
    assert (case.state, case.outcome, case.is_public) == ("closed", "confirmed", True)
    assert Attachment.objects.filter(complaint=case).count() == 1
    assert (case.latitude is not None) == script
    assert [said for said in page.said if "status of 400" not in said] == []


def looked_at(page, name, script, language, size):
    """Give what is wrong with the page that is open."""
    keep_picture(page, f"question-{name}-{size[0]}-{language}-{'script' if script else 'plain'}")
    faults = (
        ["English in Swahili"] if language == "sw" and re.search(r"\b(the|your|and)\b", page.inner_text("main")) else []
    )
    if page.locator("h1").count() != 1:
        faults.append("not one h1")
    if not script:
        return faults + (["too wide"] if page.locator("main").bounding_box()["width"] > size[0] else [])
    found = faults_of(page, [*SMALL, SIZES[-1]])
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return faults + found


def go_on(page):
    page.click("main form .govuk-button-group .govuk-button")


def walk(page, url, script):
    """Answer one question after the other as a person does, send it, follow it, and say that it is settled."""
    page.goto(f"{url}/submit/")
    go_on(page)
    yield "kind-asked-again"
    page.check("input[value=complaint]")
    go_on(page)
    yield "subject"
    page.check("input[value=maji]")
    go_on(page)
    if script:
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation({"latitude": -6.82, "longitude": 39.27, "accuracy": 20})
        page.click("#locate button")
        page.wait_for_selector("#locate [role=status]:not(:empty)")
    yield "council"
    page.check("input[value='120']")
    go_on(page)
    yield "ward"
    page.select_option("#id_ward", "12103")
    go_on(page)
    yield "street"
    page.check("input[value='1210302']")
    page.fill("#id_landmark", "Soko la Tabata")
    go_on(page)
    yield "office"
    go_on(page)
    yield "words"
    page.fill("#id_words", WORDS)
    go_on(page)
    page.set_input_files(
        "#id_papers", [{"name": "bomba.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(640, 480))}]
    )
    yield "papers"
    go_on(page)
    yield "contact"
    page.check("input[value=none]")
    page.check("input[value=public]")
    go_on(page)
    page.go_back()
    page.go_forward()
    page.reload()
    yield "check"
    page.click("main form .govuk-button")
    yield "receipt"
    page.go_back()  # to what was sent, and pressed again
    page.reload()
    assert Complaint.objects.count() == 1
    case = Complaint.objects.get()
    page.goto(f"{url}/submit/{case.reference}/")
    answer_it(case)
    page.goto(f"{url}/track/")
    yield "case"
    page.click("button[value=confirm]")
    page.click("summary >> nth=1")
    page.check("#stars-rate_0")
    page.click("button[value=rate]")
    yield "rated"
    page.goto(f"{url}/cases/{case.reference}/")
    yield "public"
    page.goto(f"{url}/about/")
    yield "about"
    page.goto(f"{url}/about/poster/?office=12103")
    yield "poster"
