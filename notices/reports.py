"""Delivery reports: what the network says became of an SMS that we handed over."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from notices.models import Notice, Status

# The bits of a report, as Kannel counts them (https://www.kannel.org/download/kannel-userguide-snapshot/userguide.html,
# delivery reports). They come in sums: an expired message is 34.
DELIVERED = 1
UNDELIVERABLE = 2
BUFFERED = 4
ACCEPTED = 8
REJECTED = 16
EXPIRED = 32


def record_delivery(notice_id: int, status_bits: int, provider_id: str, at: dt.datetime) -> bool:
    """Write down a delivery report, and say whether the notice is known.

    A status only moves forward: reports may come twice, late, in any order, or before the sender has noted its success.
    """
    notice = Notice.objects.filter(pk=notice_id)
    if status_bits & DELIVERED:
        settle(notice, Status.DELIVERED, at, provider_id)
    elif status_bits & (UNDELIVERABLE | REJECTED | EXPIRED):
        settle(notice, Status.FAILED, at, provider_id, error=f"the network could not deliver it ({status_bits})")
    elif status_bits & (BUFFERED | ACCEPTED):
        note_accepted(notice, at, provider_id)
    return notice.exists()


def settle(notice: QuerySet[Notice], status: Status, at: dt.datetime, provider_id: str, *, error: str = "") -> None:
    """End a notice, unless it has ended already; its address is forgotten."""
    notice.filter(status__in=[Status.QUEUED, Status.SENT]).update(
        status=status, final_at=at, address="", provider_id=provider_id[:80], last_error=error
    )


def note_accepted(notice: QuerySet[Notice], at: dt.datetime, provider_id: str) -> None:
    """Keep the network's name for the message. One whose sender died before noting its success is sent after all."""
    notice.filter(status=Status.QUEUED).update(status=Status.SENT, sent_at=at)
    notice.filter(status=Status.SENT).update(provider_id=provider_id[:80], last_error="")
