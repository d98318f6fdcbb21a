"""An operator sees what failed and why, and neither words nor numbers."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from notices.models import Status

LIST = reverse("admin:notices_notice_changelist")


@pytest.fixture
def operator(client, db):
    client.force_login(get_user_model().objects.create_superuser("operator", password=None))
    return client


def test_the_failed_ones_are_listed_with_their_reason(operator, waiting, noon):
    waiting(status=Status.FAILED, number="", last_error="no such number", final_at=noon)
    waiting(last_error="no connection")

    page = operator.get(LIST, {"status__exact": "failed"}).content.decode()

    assert ("no such number" in page, "no connection" in page) == (True, False)


def test_neither_list_nor_page_shows_a_number_or_the_facts(operator, waiting):
    notice = waiting()

    for address in (LIST, reverse("admin:notices_notice_change", args=[notice.pk])):
        page = operator.get(address).content.decode()
        assert ("+255…456" in page, "754123" in page, "3192" in page) == (True, False, False)


def test_a_waiting_one_can_be_tried_now_but_not_one_that_is_being_sent_or_has_failed(operator, waiting, noon):
    tomorrow = timezone.now() + dt.timedelta(days=1)
    waits = waiting(at=tomorrow, last_error="no connection")
    being_sent = waiting(at=tomorrow, attempts=1)
    failed = waiting(at=tomorrow, status=Status.FAILED, number="", last_error="no", final_at=noon)

    chosen = [waits.pk, being_sent.pk, failed.pk]
    operator.post(LIST, {"action": "try_now", "_selected_action": chosen})

    for notice in (waits, being_sent, failed):
        notice.refresh_from_db()
    assert [n.next_try_at < tomorrow for n in (waits, being_sent, failed)] == [True, False, False]


def test_nobody_writes_or_deletes_a_notice_there(operator, waiting):
    notice = waiting()

    assert operator.get(reverse("admin:notices_notice_add")).status_code == 403
    assert operator.get(reverse("admin:notices_notice_delete", args=[notice.pk])).status_code == 403
