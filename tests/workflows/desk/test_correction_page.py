"""The page of corrections: asks, corrects, and offers the move where another office is responsible."""

import pytest

from complaints.models import Entry
from tests.workflows.desk.conftest import Text, address
from tests.workflows.stories import category, lodged, queue

pytestmark = pytest.mark.django_db

SUPERVISOR = "msimamizi.120.maji"


def test_the_page_asks_corrects_and_offers_the_move(desk, clock):
    story = lodged()
    clock(story.at)
    desk.sit(SUPERVISOR)
    page = desk.open(story)
    assert f"{address(story)}correct/" in page.content.decode()

    assert desk.open(story, "correct").status_code == 200
    went = desk.press(
        story, "correct", category=category("afya").pk, place="", priority="0", reason="It is the clinic."
    )
    offered = desk.client.get(went.url)
    assert "Move it there" in offered.content.decode()
    meant = queue("120", category("afya").department.code)
    moved = desk.press(story, "move", to=meant.pk, reason="It is the clinic's.")

    assert moved.status_code == 302
    assert story.again().task.queue == meant
    assert any("Subject corrected:" in piece for piece in Text(desk.sit("kiongozi.120").open(story)).pieces)


def test_the_page_says_what_is_wrong_and_changes_nothing(desk, clock):
    story = lodged()
    clock(story.at)
    desk.sit(SUPERVISOR)

    for says, status in [
        ({"priority": "1"}, 422),
        ({"priority": "7", "reason": "x"}, 422),
        ({"priority": "0", "reason": "x"}, 409),
    ]:
        assert desk.press(story, "correct", **says).status_code == status
    assert desk.sit("afisa.120.maji").open(story, "correct").status_code == 403
    assert desk.sit("afisa.120.afya").open(story, "correct").status_code == 404
    assert Entry.objects.filter(complaint=story.case, move__startswith="correct").count() == 0


def test_whoever_may_not_see_a_subject_is_told_where_the_case_belongs(desk, clock):
    story = lodged()
    clock(story.at)
    desk.sit(SUPERVISOR)

    page = desk.press(story, "correct", category=category("rushwa").pk, place="", priority="0", reason="A bribe.")

    assert page.status_code == 409
    assert "Move the case to Integrity and internal audit" in " ".join(Text(page).pieces)
    assert Entry.objects.filter(complaint=story.case, move="correct_subject").count() == 0
