"""The case's own pages in a real Chromium: the small comforts of JavaScript."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from complaints import attachments
from complaints.models import Category
from notices.rendering import segments
from offices.kept import forget
from tests.browser import chromium
from tests.pictures import PAPER, photo
from tests.workflows.desk.conftest import Desk, address
from tests.workflows.stories import lodged
from workflows import actions

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
SAID = "Bomba kubwa la maji limepasuka karibu na soko la Tabata, maji yanamwagika tangu Jumatatu."


def attach(story, *contents):
    """Attach photos and papers to a case."""
    papers = [attachments.read(io.BytesIO(content), len(content)) for content in contents]
    actions.attach(story.task, papers=papers, by=story.who("officer"), at=story.at)


@pytest.fixture
def full_case(transactional_db, client, clock):
    """Give a desk, and a case with photos, a paper, a duplicate and others that are alike."""
    Category.objects.update(evidence=True)
    forget()
    other = lodged(words="Bomba la maji limepasuka sokoni Tabata tangu Jumatatu.").then("take")
    attach(other, photo(size=(640, 480)))
    lodged(words="Bomba kubwa limepasuka karibu na soko la Tabata. Mtoto ameanguka.")
    story = lodged(words=SAID).then("take")
    lodged(words="Bomba limepasuka Tabata sokoni.").then("merge", into=story.case)
    story = story.then("ask", question="Ni upande gani wa soko?").then("reply", words="Upande wa kituo cha basi.")
    story = story.then("add_words", "officer", words="Fundi amepangiwa kesho saa mbili asubuhi.")
    attach(story, photo(size=(640, 480)), PAPER)
    clock(story.at)
    return Desk(client), story


def opened(chromium, desk, url, scripts):
    """Open a page as an officer, with JavaScript or without."""
    context = chromium.new_context(java_script_enabled=scripts)
    cookies = {"django_language": "en", "sessionid": desk.sit("afisa.120.maji").client.cookies["sessionid"].value}
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_answer_is_begun_from_a_ready_text_and_sent_with_a_photo(
    chromium, full_case, live_server, tmp_path, scripts
):
    desk, story = full_case
    (tmp_path / "after.jpg").write_bytes(photo(colour=(0, 120, 0), size=(320, 240)))
    page = opened(chromium, desk, f"{live_server.url}{address(story)}answer/", scripts)

    page.get_by_label("Begin from a ready text").select_option(label="The work is done")
    page.get_by_role("button", name="Put it in").click()
    assert "Tumefika eneo la" in page.get_by_label("What was done?").input_value()
    page.get_by_label("What was done?").fill("Bomba limetengenezwa.")
    if scripts:
        assert "21 letters, 1 SMS." in page.locator(".mlm-letters").inner_text()
    page.get_by_label("Photo or paper").set_input_files(tmp_path / "after.jpg")
    page.get_by_role("button", name="Answer", exact=True).click()

    assert "The citizen has been answered" in page.inner_text("main")
    assert story.again().case.state == "answered"
    page.context.close()


def test_a_photo_is_shown_on_the_page_although_it_is_handed_out_as_a_file(chromium, full_case, live_server):
    desk, story = full_case
    page = opened(chromium, desk, f"{live_server.url}{address(story)}", True)

    page.locator("#files summary").first.click()
    picture = page.locator("#files img").first
    picture.scroll_into_view_if_needed()

    expect(picture).to_have_js_property("naturalWidth", 640)
    expect(picture).to_have_js_property("naturalHeight", 480)
    page.context.close()


def test_letters_are_counted_in_the_browser_as_on_the_server(chromium, full_case, live_server):
    desk, story = full_case
    page = opened(chromium, desk, f"{live_server.url}{address(story)}answer/", True)
    for text in ("a" * 160, "a" * 161, "€" * 80, "€" * 81, "’" + "a" * 69, "’" + "a" * 70, "a" * 306, "a" * 307):
        page.get_by_label("What was done?").fill(text)

        assert page.locator(".mlm-letters span").inner_text() == f"{len(text)} letters, {segments(text)} SMS."
    page.context.close()


def noise(width, height):
    """Give a photo that is heavy: every pixel of another colour."""
    written = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(written, "JPEG", quality=90)
    return written.getvalue()


def test_a_heavy_photo_is_made_smaller_before_it_is_sent(chromium, full_case, live_server, tmp_path):
    desk, story = full_case
    heavy = tmp_path / "heavy.jpg"
    heavy.write_bytes(noise(3200, 2400))
    page = opened(chromium, desk, f"{live_server.url}{address(story)}attach/", True)

    page.get_by_label("Photo or paper").set_input_files(heavy)
    expect(page.get_by_role("button", name="Attach it")).to_be_enabled(timeout=30_000)
    size = page.evaluate("document.querySelector('input[type=file]').files[0].size")
    page.get_by_role("button", name="Attach it").click()

    assert size < heavy.stat().st_size / 2
    assert "It is attached." in page.inner_text("main")
    page.context.close()
