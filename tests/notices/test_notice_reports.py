"""Delivery reports move a notice forward only, however often and in whatever order they come."""

import datetime as dt
import itertools

import pytest

from notices.delivery import deliver_due
from notices.models import Notice, Status
from notices.reports import record_delivery


@pytest.fixture
def sent(waiting, gateway, noon):
    notice = waiting()
    deliver_due(noon, sender=gateway)
    return notice


LATER = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("bits", "status", "error"),
    [
        (1, "delivered", ""),
        (2, "failed", "the network could not deliver it (2)"),
        (4, "sent", ""),
        (8, "sent", ""),
        (16, "failed", "the network could not deliver it (16)"),
        (34, "failed", "the network could not deliver it (34)"),
        (9, "delivered", ""),
        (0, "sent", ""),
    ],
)
def test_a_report_says_by_its_bits_what_became_of_the_message(sent, noon, bits, status, error):
    assert record_delivery(sent.pk, bits, "op-1", noon + LATER) is True

    sent.refresh_from_db()
    over = status != "sent"
    assert (sent.status, sent.last_error) == (status, error)
    assert (sent.address == "", sent.final_at) == (over, noon + LATER if over else None)
    assert sent.provider_id == ("op-1" if bits else f"id-{sent.pk}")


@pytest.mark.parametrize(("first", "second"), [(1, 2), (1, 16), (2, 1), (34, 8), (1, 8), (1, 1)])
def test_after_a_final_report_no_other_changes_anything(sent, noon, first, second):
    record_delivery(sent.pk, first, "op-1", noon)
    before = Notice.objects.filter(pk=sent.pk).values().get()

    assert record_delivery(sent.pk, second, "op-2", noon + LATER) is True

    assert Notice.objects.filter(pk=sent.pk).values().get() == before


def test_a_report_that_overtakes_the_senders_own_note_stands(waiting, gateway, noon):
    notice = waiting()

    class Quick:
        def send(self, quick_notice, text):
            record_delivery(quick_notice.pk, 1, "op-1", noon + LATER)
            return ""

    deliver_due(noon, sender=Quick())

    notice.refresh_from_db()
    assert (notice.status, notice.address, notice.provider_id) == (Status.DELIVERED, "", "op-1")


def test_a_message_that_the_network_took_is_not_sent_again_although_its_worker_died(waiting, gateway, noon):
    notice = waiting(attempts=1)

    record_delivery(notice.pk, 8, "op-1", noon)

    assert deliver_due(noon + LATER, sender=gateway) == (0, 0, 0)
    notice.refresh_from_db()
    assert (notice.status, notice.sent_at, notice.provider_id) == (Status.SENT, noon, "op-1")


def test_what_the_channel_itself_answered_needs_no_report(waiting, noon):
    notice = waiting(status=Status.ANSWERED, number="", final_at=noon)

    record_delivery(notice.pk, 2, "op-1", noon + LATER)

    notice.refresh_from_db()
    assert (notice.status, notice.final_at) == (Status.ANSWERED, noon)


@pytest.mark.parametrize("unknown", [0, -1, 404, 2**80])
def test_a_report_about_an_unknown_notice_changes_nothing(sent, noon, unknown):
    before = Notice.objects.values().get()

    assert record_delivery(unknown, 1, "op-1", noon + LATER) is False

    assert Notice.objects.values().get() == before


def test_a_report_after_the_address_is_forgotten_still_counts(sent, noon):
    Notice.objects.filter(pk=sent.pk).update(address="", final_at=noon)

    record_delivery(sent.pk, 1, "op-1", noon + LATER)

    sent.refresh_from_db()
    assert (sent.status, sent.final_at) == (Status.DELIVERED, noon + LATER)


RANK = {"queued": 0, "sent": 1, "delivered": 2, "failed": 2}


@pytest.mark.parametrize("bits", list(itertools.permutations([8, 4, 1, 34])))
@pytest.mark.parametrize("begins", ["queued", "sent"])
def test_in_whatever_order_reports_come_a_state_never_goes_back_and_the_first_end_stands(waiting, noon, bits, begins):
    notice = waiting(status=begins)
    states = [begins]
    for each in bits:
        record_delivery(notice.pk, each, "op-1", noon + LATER)
        notice.refresh_from_db()
        states.append(notice.status)

    assert [RANK[state] for state in states] == sorted(RANK[state] for state in states)
    assert states[-1] == ("delivered" if bits.index(1) < bits.index(34) else "failed")
