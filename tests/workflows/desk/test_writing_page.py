"""The page on which a member of staff writes an SMS to the citizen."""

import pytest

from notices.models import Notice
from tests.workflows.stories import case_in, category, lodged, posted

pytestmark = pytest.mark.django_db

LETTER = "The plumbers come tomorrow at 10."


def test_the_case_page_leads_there_and_the_words_are_sent_and_shown(desk, clock):
    story = case_in("in_hand")
    clock(story.at)
    desk.sit("afisa.120.maji")

    assert "Write to the citizen" in desk.open(story).content.decode()
    assert "letters of yours" in desk.open(story, "write_to").content.decode()
    sent = desk.press(story, "write_to", words=LETTER)
    page = desk.open(story).content.decode()

    assert (sent.status_code, Notice.objects.latest("id").facts["words"]) == (302, LETTER)
    assert "An SMS was written to the citizen" in page
    assert "The citizen sees it" in page.split("An SMS was written to the citizen")[1][:200]
    assert LETTER in page


@pytest.mark.parametrize("words", ["", "  ", "-", "a" * 200, "a" * 5000, "x\x00y"])
def test_what_cannot_be_sent_is_refused_in_words_and_kept_in_the_form(desk, clock, words):
    story = case_in("in_hand")
    clock(story.at)

    answer = desk.sit("afisa.120.maji").press(story, "write_to", words=words)

    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert not Notice.objects.filter(kind="written").exists()


def test_of_a_discreet_case_the_page_says_that_the_sms_tells_nothing(desk, clock):
    story = lodged(category=category("rushwa"))
    clock(story.at)
    named = posted("officer", code=story.queue.office.code, sensitive=["rushwa"])

    desk.sit(named)

    assert "the telephone may be shared" in desk.open(story, "write_to").content.decode()
    assert desk.press(story, "write_to", words="a" * 300).status_code == 302


def test_an_auditor_and_an_ended_case_are_told_no(desk, clock):
    story, ended = case_in("in_hand"), case_in("ended")
    clock(ended.at)

    assert "Write to the citizen" not in desk.sit("mkaguzi.1").open(story).content.decode()
    assert desk.press(story, "write_to", words=LETTER).status_code == 403
    assert desk.sit("afisa.120.maji").press(ended, "write_to", words=LETTER).status_code == 409


def test_without_a_number_nothing_is_offered_and_a_post_is_told_why(desk, clock):
    story = lodged(citizen=None)
    clock(story.at)
    desk.sit("afisa.120.maji")

    assert "Write to the citizen" not in desk.open(story).content.decode()
    refused = desk.press(story, "write_to", words=LETTER)
    assert (refused.status_code, "gave no phone number" in refused.content.decode()) == (409, True)
