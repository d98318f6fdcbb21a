"""Sending what waits in the outbox: claim a few, send each outside any transaction, write down what became of it."""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections import Counter
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from notices.models import Notice, Status
from notices.quiet import hour_at, kept_for_the_morning
from notices.rendering import render, segments
from notices.reports import record_early
from notices.senders import WAYS, Refused, Sender, TryLater, chosen

log = logging.getLogger(__name__)

BATCH = 20
LEASE = dt.timedelta(minutes=5)  # longer than a batch can take, even when the gateway lets every send time out
MAX_ATTEMPTS = 30  # a day: a gateway that is away overnight loses nothing
FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=1)
REPORT_WAIT = dt.timedelta(days=3)  # a delivery report that has not come by then will not come
FORGET_BATCH = 1000


Outcome = Literal["sent", "failed", "retried"]


class Delivered(NamedTuple):
    """How many notices were sent, failed for good, or will be tried again."""

    sent: int
    failed: int
    retried: int


def deliver_due(at: dt.datetime | None = None, *, limit: int = 100, sender: Sender | None = None) -> Delivered:
    """Send at most `limit` notices whose time has come, and forget addresses that nobody needs any more.

    `at` is the database's own time unless a test or a rehearsal says otherwise; `sender` carries all of them in
    place of those that the settings choose. May run in any number of workers: each notice is sent by the one that claims it. A worker that dies between
    the gateway's "yes" and our note of it leaves one notice that is sent twice; none is ever lost.
    """
    senders = {way: sender or chosen(way) for way in WAYS}
    now = moment(at)
    outcomes: Counter[Outcome] = Counter()
    while outcomes.total() < limit and (claimed := claim(now, min(BATCH, limit - outcomes.total()))):
        batch = Counter(deliver_one(notice, senders[notice.way], now) for notice in claimed)
        outcomes.update(batch)
        if batch["retried"] == len(claimed):  # the gateway is away: the others keep their attempts for a better time
            break
    forget_old(now)
    return Delivered(outcomes["sent"], outcomes["failed"], outcomes["retried"])


def moment(at: dt.datetime | None) -> Combinable:
    """Give an expression for the moment: the database's clock, for the machines' clocks differ, or the one given."""
    return Now() if at is None else Value(at, DateTimeField())


def due(now: Combinable) -> QuerySet[Notice]:
    """Notices whose time has come, those that waited longest first; at night without those that can wait."""
    waiting = Notice.objects.filter(status=Status.QUEUED, next_try_at__lte=now)
    if settings.QUIET_HOURS:
        waiting = waiting.alias(hour=hour_at(now)).exclude(kept_for_the_morning())
    return waiting.order_by("next_try_at", "id")


@transaction.atomic
def claim(now: Combinable, limit: int) -> list[Notice]:
    """Take the next notices for this worker alone, until `LEASE` has passed; the attempt counts from here."""
    claimed = list(due(now).select_for_update(skip_locked=True)[:limit])
    if claimed:
        Notice.objects.filter(pk__in=[notice.pk for notice in claimed]).update(
            attempts=F("attempts") + 1, next_try_at=now + Value(LEASE), last_error=""
        )
    for notice in claimed:
        notice.attempts += 1
    return claimed


def deliver_one(notice: Notice, sender: Sender, now: Combinable) -> Outcome:
    """Send one claimed notice, and write down what became of it."""
    if not notice.address:
        return mark_failed(notice, "no address", now)
    if notice.attempts > MAX_ATTEMPTS:
        return mark_failed(notice, f"the worker died {MAX_ATTEMPTS} times while sending it", now)
    text = ""
    try:
        text = render(notice)
        provider_id = sender.send(notice, text)
    except Refused as refusal:
        return mark_failed(notice, str(refusal), now)
    except TryLater as reason:
        return mark_for_later(notice, str(reason), now)
    except Exception as error:  # one notice that cannot be said must not keep the others waiting
        log.exception("Notice %s (%s) could not be sent.", notice.pk, notice.kind)
        # Not the error's words: they may quote the number or the text.
        return mark_for_later(notice, f"our own fault: {type(error).__name__}", now)
    notice.gateway, notice.segments = name_of(sender), segments(text) if notice.way == "sms" else 1
    outcome = mark_sent(notice, provider_id, now)
    if getattr(sender, "REPORTS_BY_ITS_OWN_ID", False):
        record_early(notice, provider_id, now)
    return outcome


def name_of(sender: Sender) -> str:
    """Give the name of a sender: that of its file."""
    return str(getattr(sender, "__name__", "")).rpartition(".")[2]


def still_ours(notice: Notice) -> QuerySet[Notice]:
    """The notice, unless its lease ran out and another worker claimed it, or a report has already settled it."""
    return Notice.objects.filter(pk=notice.pk, status=Status.QUEUED, attempts=notice.attempts)


def mark_sent(notice: Notice, provider_id: str, now: Combinable) -> Outcome:
    """Note that the gateway took it. The address stays until its delivery report, or `REPORT_WAIT`."""
    still_ours(notice).update(
        status=Status.SENT, sent_at=now, provider_id=provider_id[:80], last_error="", facts=kept_facts(notice),
        gateway=notice.gateway, segments=notice.segments,
    )  # fmt: skip
    return "sent"


def kept_facts(notice: Notice) -> dict[str, Any]:
    """Give what is still remembered of a notice that has gone: of a code nothing, for it opens a complaint.

    Nor of an answer, which stands with the message that it answers.
    """
    return {} if notice.kind in ("code", "reply") else notice.facts


def mark_failed(notice: Notice, reason: str, now: Combinable) -> Outcome:
    """Give up on a notice, and forget its address."""
    still_ours(notice).update(
        status=Status.FAILED, final_at=now, address="", last_error=reason[:200], facts=kept_facts(notice)
    )
    return "failed"


def mark_for_later(notice: Notice, reason: str, now: Combinable) -> Outcome:
    """Let a notice wait before its next attempt, longer each time; after `MAX_ATTEMPTS` it has failed."""
    if notice.attempts >= MAX_ATTEMPTS:
        return mark_failed(notice, reason, now)
    still_ours(notice).update(next_try_at=now + Value(wait_after(notice.attempts)), last_error=reason[:200])
    return "retried"


def wait_after(attempts: int) -> dt.timedelta:
    """How long to wait after so many attempts: 30 s, doubled each time, at most an hour.

    A fifth more or less by chance: after an outage they should not all come back in the same second.
    """
    doubled: dt.timedelta = FIRST_WAIT * 2 ** (attempts - 1)
    return min(doubled, LONGEST_WAIT) * random.uniform(0.8, 1.2)


def old(now: Combinable) -> QuerySet[Notice]:
    """Notices sent so long ago that no delivery report will come, and that still hold an address."""
    return Notice.objects.filter(status=Status.SENT, address__gt="", sent_at__lte=now - Value(REPORT_WAIT))


@transaction.atomic
def forget_old(now: Combinable) -> int:
    """Forget the addresses of old notices, `FORGET_BATCH` at a time, and say how many; they stay as `SENT`."""
    locked = old(now).select_for_update(skip_locked=True).values_list("pk", flat=True)[:FORGET_BATCH]
    return Notice.objects.filter(pk__in=list(locked)).update(address="", final_at=now)
