"""Partners' programs: their keys, and what they are told of the complaints that they have lodged.

What happens to a case is on its timeline in the transaction that makes it happen: that is the outbox. `collect` copies from it
what partners may read, one writer at a time, so that the numbers of changes grow in the order in which they can be seen, and
a program that asks for what came after the last number it knows misses nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from channels_in import follow
from channels_in.models import PartnerCase, PartnerChange, PartnerKey, Webhook, WebhookCall
from complaints.models import Complaint, Entry
from complaints.states import State

BEGINNING = "mlk_"  # tells a partner's key from a citizen's token
CASES_AT_ONCE = 500

# Keys.


def new_key() -> tuple[str, str, str]:
    """Give a fresh key, its digest, and the beginning by which people tell it from others."""
    key = BEGINNING + secrets.token_urlsafe(32)
    return key, digest_of(key), key[:10]


def digest_of(key: str) -> str:
    """Give what is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def looks_like_key(given: str) -> bool:
    """Say whether this is what a key of ours looks like."""
    return given.startswith(BEGINNING)


def key_with(given: str, *, at: dt.datetime) -> PartnerKey | None:
    """Give what is kept of this key while it is good, and note the day on which it was used."""
    today = timezone.localdate(at)
    good = Q(ends_on=None) | Q(ends_on__gt=today)
    key = PartnerKey.objects.filter(good, digest=digest_of(given)).first()
    if key is not None and key.last_used_on != today:
        PartnerKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return key


# What they are told.


def collect(at: dt.datetime) -> int:
    """Write down what partners may read of what has happened since the last time, for each webhook too; gives how many changes."""
    made = 0
    with transaction.atomic():
        if not _am_alone():
            return 0
        while behind := _behind():
            made += _tell(behind, at)
    return made


def _am_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('changes of partners', 0))")
        return bool(cursor.fetchone()[0])


def _behind() -> list[PartnerCase]:
    """Give partners' cases to which something has happened that was not looked at yet, each with the newest number."""
    moved = PartnerCase.objects.filter(over=False, complaint__timeline_head__number__gt=F("told"))
    return list(moved.annotate(newest=F("complaint__timeline_head__number")).order_by("pk")[:CASES_AT_ONCE])


def _tell(behind: list[Any], at: dt.datetime) -> int:
    known = {case.pk: case for case in behind}
    entries = Entry.objects.filter(complaint__in=known, move__in=follow.STEPS).order_by("at", "id")
    fresh = [each for each in entries if known[each.complaint_id].told < each.number <= known[each.complaint_id].newest]
    shown = [each for each in fresh if follow.is_shown(each)]
    changes = PartnerChange.objects.bulk_create(
        PartnerChange(partner=known[each.complaint_id].partner, entry=each) for each in shown
    )
    _call(changes, at)
    ended = {each.complaint_id for each in fresh if each.to_state == State.ENDED}
    for case in behind:
        case.told, case.over = case.newest, case.pk in ended
    PartnerCase.objects.bulk_update(behind, ["told", "over"])
    return len(changes)


def _call(changes: Iterable[PartnerChange], at: dt.datetime) -> None:
    """Write down the calls that follow from changes: for each webhook of the partner that wants to hear of the move."""
    listed = list(changes)
    hooks: dict[str, list[Webhook]] = {}
    for hook in (
        Webhook.objects.filter(active=True, partner__in={change.partner for change in listed}) if listed else []
    ):
        hooks.setdefault(hook.partner, []).append(hook)
    WebhookCall.objects.bulk_create(
        WebhookCall(webhook=hook, change=change, next_try_at=at, made_at=at)
        for change in listed
        for hook in hooks.get(change.partner, [])
        if not hook.moves or change.entry.move in hook.moves
    )


def changes_after(partner: str, number: int, most: int) -> list[PartnerChange]:
    """Give what a partner may read after this number, oldest first; one statement."""
    after = PartnerChange.objects.filter(partner=partner, pk__gt=number).order_by("pk")
    return list(after.select_related("entry__complaint", "entry__said")[:most])


def told(change: PartnerChange) -> dict[str, Any]:
    """Give a change as a partner reads it, without anybody's words."""
    entry = change.entry
    case: Complaint = entry.complaint
    return {
        "id": str(change.pk), "reference": case.reference, "at": entry.at.isoformat(), "move": entry.move,
        "what": str(follow.STEPS[entry.move]), "state": entry.to_state or "",
    }  # fmt: skip
