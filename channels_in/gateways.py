"""How the gateways do, for whoever keeps them running: ways in and out, the queue, what failed, what a case costs. It only looks.

The figures speak of the newest `WINDOW` rows of each table, found by their primary key, so that they cost the same however much there is.
Nothing here names a citizen, a number or a case.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Count, DateTimeField, ExpressionWrapper, Max, Q, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels_in.models import Fate, Message
from notices.models import Notice, Status
from notices.quiet import hour_at, kept_for_the_morning
from offices.actors import Actor
from offices.models import Level, Role

WINDOW = 10_000  # newest rows of which the figures speak
MOST_COUNTED = 1000  # waiting notices that are counted
MOST_FAILURES = 20
LATE = dt.timedelta(minutes=10)  # after which something that is due should long have gone
SILENT = dt.timedelta(days=1)  # after which a way in has been silent for too long
TOO_MANY = 0.2  # of what is known to have ended, failed

NAMES: dict[str, str | Promise] = {
    "kannel": "Kannel",
    "mgov": "mGov",
    "africastalking": "Africa's Talking",
    "beem": "Beem Africa",
    "infobip": "Infobip",
    "twilio": "Twilio",
    "android": "SMS Gateway for Android",
    "http": "HTTP",
    "console": _("Terminal (sends nothing)"),
    "smtp": _("Mail server"),
}

WORKS, TROUBLE, SILENCE = "works", "trouble", "silent"
IN_WORDS: dict[str, Promise] = {
    WORKS: _("Works"),
    TROUBLE: _("In trouble"),
    SILENCE: _("Nothing yet"),
}


def may_look(by: Actor) -> bool:
    """Say whether this person keeps the gateways running: an administrator, or a supervisor of a region."""
    if by.user and by.user.is_superuser:  # who sets the service up, before anybody is posted
        return True
    return any(
        posting.role == Role.ADMINISTRATOR or (posting.role == Role.SUPERVISOR and posting.office.level == Level.REGION)
        for posting in by.postings
    )


def name_of(gateway: str) -> str | Promise:
    """Name a gateway as its maker does."""
    return NAMES.get(gateway, gateway)


@dataclass(frozen=True)
class WayIn:
    """What came lately by one open channel of a gateway."""

    key: str
    messages: int = 0
    unreadable: int = 0
    failed: int = 0
    last_at: dt.datetime | None = None
    at: dt.datetime | None = None

    @property
    def name(self) -> str | Promise:
        """Its gateway."""
        return name_of(self.key.partition("_")[2])

    @property
    def means(self) -> str:
        """SMS or USSD."""
        return self.key.partition("_")[0].upper()

    @property
    def health(self) -> str:
        """In trouble when our own fault keeps messages, or after a day's silence."""
        if self.last_at is None or self.at is None:
            return SILENCE
        return TROUBLE if self.failed or self.at - self.last_at > SILENT else WORKS

    @property
    def words(self) -> Promise:
        """Its health in words."""
        return IN_WORDS[self.health]


@dataclass(frozen=True)
class WayOut:
    """What went lately through one gateway."""

    gateway: str
    chosen: bool  # the settings send through it now
    taken: int = 0  # by the gateway, with no report yet
    delivered: int = 0
    failed: int = 0
    last_at: dt.datetime | None = None
    errors: int = 0  # waiting notices that it would not take

    @property
    def name(self) -> str | Promise:
        """Its gateway."""
        return name_of(self.gateway)

    @property
    def delivered_words(self) -> str:
        """How many were delivered, and how many percent that is of those of which a report came."""
        ended = self.delivered + self.failed
        return f"{self.delivered} ({round(100 * self.delivered / ended)}%)" if ended else str(self.delivered)

    @property
    def health(self) -> str:
        """In trouble when it does not take what waits, or when too much of what it took was not delivered."""
        ended = self.delivered + self.failed
        if self.errors or (ended and self.failed / ended > TOO_MANY):
            return TROUBLE
        return WORKS if self.last_at else SILENCE

    @property
    def words(self) -> Promise:
        """Its health in words."""
        return IN_WORDS[self.health]


@dataclass(frozen=True)
class Outbox:
    """What waits to be sent, counted no further than `MOST_COUNTED`."""

    waiting: int = 0
    late: int = 0
    for_the_morning: int = 0
    oldest_at: dt.datetime | None = None
    errors: list[tuple[str, int]] = field(default_factory=list)  # the gateway's last words, the most frequent first

    @property
    def waiting_words(self) -> str:
        """How many, as a list's tab says it."""
        return str(self.waiting) if self.waiting <= MOST_COUNTED else f"{MOST_COUNTED:,}+"

    @property
    def nobody_sends(self) -> bool:
        """Whether something is long due that nobody has tried: no worker is running."""
        return bool(self.late) and not self.errors


@dataclass(frozen=True)
class Cost:
    """How many SMS the cases of the newest notices cost."""

    cases: int
    segments: int
    most: int
    bands: list[tuple[str, int]]  # how many cases cost so many SMS

    @property
    def average(self) -> float | None:
        """SMS for one case."""
        return self.segments / self.cases if self.cases else None


# The questions, one statement each.


def newest(model: type[Message] | type[Notice]) -> int:
    """Give the number above which the newest rows stand."""
    highest = model._default_manager.aggregate(highest=Max("pk"))["highest"]
    return (highest or 0) - WINDOW


def ways_in(at: dt.datetime) -> list[WayIn]:
    """Give the open ways in of gateways, and what came by them."""
    open_ones = [key for key in settings.OPEN_CHANNELS if key.startswith(("sms_", "ussd_"))]
    came = Message.objects.filter(pk__gt=newest(Message), channel__in=open_ones).values("channel")
    found = {
        row["channel"]: row
        for row in came.annotate(
            messages=Count("pk"), unreadable=Count("pk", Q(fate=Fate.UNREADABLE)),
            failed=Count("pk", Q(fate=Fate.FAILED)), last_at=Max("received_at"),
        ).order_by()
    }  # fmt: skip
    return [
        WayIn(key, row["messages"], row["unreadable"], row["failed"], row["last_at"], at)
        if (row := found.get(key))
        else WayIn(key, at=at)
        for key in open_ones
    ]


def ways_out(lately: int, errors: int) -> list[WayOut]:
    """Give the gateway through which SMS are sent, and others through which some went lately."""
    went = Notice.objects.filter(pk__gt=lately, way="sms", gateway__gt="").values("gateway")
    rows = went.annotate(
        taken=Count("pk", Q(status=Status.SENT)), delivered=Count("pk", Q(status=Status.DELIVERED)),
        failed=Count("pk", Q(status=Status.FAILED)), last_at=Max("sent_at"),
    ).order_by()  # fmt: skip
    found: dict[str, dict[str, Any]] = {
        row["gateway"]: {name: value for name, value in row.items() if name != "gateway"} for row in rows
    }
    chosen = settings.SMS_SENDER
    others = sorted(set(found) - {chosen})
    return [
        WayOut(chosen, True, errors=errors, **found.get(chosen, {})),
        *[WayOut(gateway, False, **found[gateway]) for gateway in others],
    ]


def outbox(at: dt.datetime) -> Outbox:
    """Give what waits."""
    queued = Notice.objects.filter(status=Status.QUEUED, way="sms").order_by("next_try_at", "id")
    sleeps = ExpressionWrapper(kept_for_the_morning(), BooleanField())
    rows = queued.alias(hour=hour_at(Value(at, DateTimeField()))).annotate(sleeps=sleeps)
    waiting = list(rows.values_list("created_at", "next_try_at", "last_error", "sleeps")[: MOST_COUNTED + 1])
    errors = Counter(error for _created_at, _next_try_at, error, _sleeps in waiting if error)
    return Outbox(
        len(waiting),
        sum(next_try_at < at - LATE and not sleeps for _created_at, next_try_at, _error, sleeps in waiting),
        sum(bool(sleeps) for *_rest, sleeps in waiting),
        min((created_at for created_at, *_rest in waiting), default=None),
        [(reason_in_words(words), count) for words, count in errors.most_common(5)],
    )


@dataclass(frozen=True)
class Failure:
    """One SMS that failed for good: through which gateway, and why."""

    number: int
    at: dt.datetime | None
    gateway: str | Promise
    attempts: int
    why: str


def failures() -> list[Failure]:
    """Give the newest SMS that failed for good."""
    rows = Notice.objects.filter(status=Status.FAILED, way="sms").order_by("-id")
    shown = rows.only("id", "gateway", "attempts", "last_error", "final_at")[:MOST_FAILURES]
    return [
        Failure(row.pk, row.final_at, name_of(row.gateway), row.attempts, reason_in_words(row.last_error))
        for row in shown
    ]


# Our own reasons, as the outbox writes them down; a gateway's words are shown as they came.
REASONS = [
    (
        re.compile(r"the network could not deliver it \((?P<code>\d+)\)"),
        _("The network could not deliver it (%(code)s)"),
    ),
    (re.compile(r"no connection to (?P<name>.+) \((?P<fault>\w+)\)"), _("No connection to %(name)s (%(fault)s)")),
    (re.compile(r"our own fault: (?P<fault>\w+)"), _("Our own fault: %(fault)s")),
    (re.compile(r"no address"), _("No address")),
]


def reason_in_words(reason: str) -> str:
    """Say in the reader's language why an SMS did not go."""
    for pattern, words in REASONS:
        if found := pattern.fullmatch(reason):
            return str(words) % found.groupdict()
    return reason


COST = """
SELECT count(*), coalesce(sum(n), 0), coalesce(max(n), 0), count(*) FILTER (WHERE n <= 2),
       count(*) FILTER (WHERE n BETWEEN 3 AND 5), count(*) FILTER (WHERE n BETWEEN 6 AND 10), count(*) FILTER (WHERE n > 10)
  FROM (SELECT sum(segments) AS n FROM notices_notice
         WHERE id > %s AND way = 'sms' AND case_id IS NOT NULL AND (status = 'answered' OR sent_at IS NOT NULL)
         GROUP BY case_id) AS per_case
"""
BANDS = ("1–2", "3–5", "6–10", "11+")


def cost(lately: int) -> Cost:
    """Give what cases cost in SMS: those sent, and those that were the answer to the citizen's own."""
    with connection.cursor() as cursor:
        cursor.execute(COST, [lately])
        cases, segments, most, *counts = cursor.fetchone()
    return Cost(cases, segments, most, list(zip(BANDS, counts, strict=True)))
