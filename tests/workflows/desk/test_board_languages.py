"""The supervisor's pages in Swahili show no English word of ours."""

import datetime as dt

import pytest

from offices.models import Absence, Posting
from tests.workflows.desk.test_languages import in_english, swahili
from tests.workflows.stories import case_in, category, lodged, posted, queue, staff
from tests.world import TUESDAY
from workflows import leave

__all__ = ["swahili"]

pytestmark = pytest.mark.django_db

NOW = TUESDAY + dt.timedelta(hours=2)
SUPERVISOR, OFFICER = "msimamizi.120.maji", "afisa.120.maji"


def test_every_page_of_the_board_of_leaves_and_of_corrections(swahili, clock):
    story, other = case_in("in_hand"), posted("officer", department="maji")
    case_in("for_approval"), lodged()
    clock(NOW)
    post = Posting.objects.get(user__username=OFFICER)
    leave.enter(
        post, stand_in=other.user, starts_on=NOW.date(), ends_on=NOW.date(), by=staff(SUPERVISOR), at=NOW
    )  # fmt: skip
    here = {"queue": queue("120", "maji").pk}
    corrections = f"/desk/cases/{story.case.reference}/correct/"
    swahili.sit(SUPERVISOR)
    asked = [
        ("/desk/board/", {}), ("/desk/board/share/", here), ("/desk/board/share/", here | {"plan": 1}),
        ("/desk/board/share/", here | {"plan": 1, "to": other.user.pk}), (f"/desk/board/posts/{post.pk}/", {}),
        ("/desk/board/posts/", {}), ("/desk/leaves/", {}), ("/desk/leaves/new/", {}),
        (f"/desk/leaves/{Absence.objects.get().pk}/", {}), (corrections, {}),
    ]  # fmt: skip
    sent = [
        ("/desk/board/share/", here | {"row": [f"{story.task.pk}.0.{other.user.pk}"]}),
        ("/desk/leaves/new/", {}), (f"/desk/leaves/{Absence.objects.get().pk}/", {"ends_on": "2020-01-01"}),
        (corrections, {"category": category("rushwa").pk, "priority": "0", "reason": "x", "state": "in_hand"}),
        (corrections, {"priority": "0", "reason": "x", "state": "in_hand"}),
    ]  # fmt: skip

    for path, query in asked:
        assert in_english(swahili.client.get(path, query)) == [], path
    for path, says in sent:
        page = swahili.client.post(path, says)
        assert page.status_code in (200, 409, 422), path
        assert in_english(page) == [], path
    leave.cover(NOW)
    swahili.client.post(corrections, {"priority": "1", "reason": "x", "state": "in_hand"})
    assert in_english(swahili.open(story)) == []
