"""Delivery reports: what the network says became of an SMS that we handed over."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.core.cache import cache
from django.db.models import QuerySet
from django.db.models.expressions import Combinable

from notices.models import Notice, Status

# The bits of a report, as Kannel counts them (https://www.kannel.org/download/kannel-userguide-snapshot/userguide.html,
# delivery reports). They come in sums: an expired message is 34.
DELIVERED = 1
UNDELIVERABLE = 2
BUFFERED = 4
ACCEPTED = 8
REJECTED = 16
EXPIRED = 32

A_DAY = 24 * 60 * 60  # seconds
Moment = dt.datetime | Combinable


def record_delivery(notice_id: int, status_bits: int, provider_id: str, at: Moment) -> bool:
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


def record_by_name(gateway: str, provider_id: str, status_bits: int, at: dt.datetime) -> bool:
    """Write down a report that names the SMS by the gateway's own id, and say whether it is known.

    A report may overtake the answer that tells us the id: then it is kept for a day, and `record_early` finds it.
    """
    sent = Notice.objects.filter(status=Status.SENT, gateway=gateway, provider_id=provider_id[:80])
    numbers = list(sent.values_list("pk", flat=True)[:1])
    if not numbers:
        earlier = cache.get(_early(gateway, provider_id), 0)
        cache.set(_early(gateway, provider_id), int(earlier) | status_bits, A_DAY)
        return False
    return record_delivery(numbers[0], status_bits, provider_id, at)


def record_early(notice: Notice, provider_id: str, at: Combinable) -> None:
    """Write down a report that came before its notice was noted as sent, if one did."""
    status_bits = cache.get(_early(notice.gateway, provider_id))
    if status_bits is not None:
        record_delivery(notice.pk, int(status_bits), provider_id, at)


def _early(gateway: str, provider_id: str) -> str:
    name = hashlib.sha256(provider_id[:80].encode("utf-8", "replace")).hexdigest()
    return f"report:{gateway}:{name}"


def settle(notice: QuerySet[Notice], status: Status, at: Moment, provider_id: str, *, error: str = "") -> None:
    """End a notice, unless it has ended already; its address is forgotten."""
    notice.filter(status__in=[Status.QUEUED, Status.SENT]).update(
        status=status, final_at=at, address="", provider_id=provider_id[:80], last_error=error
    )


def note_accepted(notice: QuerySet[Notice], at: Moment, provider_id: str) -> None:
    """Keep the network's name for the message. One whose sender died before noting its success is sent after all."""
    notice.filter(status=Status.QUEUED).update(status=Status.SENT, sent_at=at)
    notice.filter(status=Status.SENT).update(provider_id=provider_id[:80], last_error="")
