"""The pages of known incidents, and what a case and a receipt say of one, show no English word of ours in Swahili."""

import datetime as dt

import pytest

from complaints.models import KnownIncident
from tests.workflows.desk.test_languages import in_english, swahili
from tests.workflows.stories import case_in, category, lodged
from tests.workflows.test_incidents import SUPERVISOR, closed, entered
from tests.world import TUESDAY
from workflows import incidents

__all__ = ["swahili"]

pytestmark = pytest.mark.django_db

NOW = TUESDAY + dt.timedelta(hours=2)


def test_every_page_and_every_refusal(swahili, clock):
    before = lodged()
    known, settled, late = entered(), entered(category=category("umeme")), entered()
    linked, over, told = lodged(), lodged(category=category("umeme")), case_in("waiting", category=category("umeme"))
    closed(settled, at=NOW)
    incidents.settle(NOW)
    KnownIncident.objects.filter(pk=late.pk).update(until=dt.date(2026, 11, 20))
    clock(NOW)
    swahili.sit(SUPERVISOR)
    pages = ["/desk/board/", "/desk/incidents/", "/desk/incidents/new/"]
    pages += [f"/desk/incidents/{each.pk}/" for each in (known, settled, late)]
    pages += [f"/desk/incidents/{each.pk}/close/" for each in (known, settled)]

    for path in pages:
        assert in_english(swahili.client.get(path)) == [], path
    for story in (before, linked, over, told):
        assert in_english(swahili.open(story)) == []
    for path in pages[2:]:
        page = swahili.client.post(path, {"until": "2020-01-01", "words_sw": "x", "words_en": "x", "closing_sw": "x"})
        assert page.status_code == 422 and in_english(page) == [], path
    tie = f"/desk/cases/{before.case.reference}/tie_case/"
    assert in_english(swahili.client.post(tie, {"not": "1"})) == []
    for said in ({}, {"not": "1"}):
        assert in_english(swahili.client.post(tie, said, follow=True)) == []
