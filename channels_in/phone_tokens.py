"""Proving to an app that one holds a phone: six digits by SMS, and for them a token that stands for the phone until it ends.

As in `phone_proof`: whoever asks for a code always gets the same answer, and a code has few tries and ten minutes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from channels_in.citizens import citizen_with, digest_of
from channels_in.models import CitizenToken, PhoneCode
from channels_in.phone_proof import DIGITS, LASTS, MOST_AN_HOUR, MOST_TRIES, OPENS_AGAIN_FOR
from notices import outbox

MOST_A_DAY = 10  # codes to one phone: fifty guesses among a million
TOKEN_LASTS = dt.timedelta(days=90)
MOST_TOKENS = 10  # of one phone; the oldest gives way
BEGINNING = "mlm_"  # tells a token from a partner's key, and a leaked one from any other word


def send_code(phone: str, *, language: str, at: dt.datetime) -> None:
    """Send a code to this phone (E.164) unless it got many lately; say nothing."""
    digest = digest_of(phone)
    with transaction.atomic():
        _one_at_a_time(digest)
        sent = PhoneCode.objects.filter(phone_digest=digest)
        if sent.filter(sent_at__gt=at - dt.timedelta(hours=1)).count() >= MOST_AN_HOUR:
            return
        if sent.filter(sent_at__gt=at - dt.timedelta(days=1)).count() >= MOST_A_DAY:
            return
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        PhoneCode.objects.create(phone_digest=digest, digest=_digest(digest, code), sent_at=at)
        outbox.queue("code", address=phone, language=language, facts={"code": code}, case_id=None, at=at)


def _one_at_a_time(digest: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"phone code {digest}"])


def token_for(phone: str, code: str, *, language: str, at: dt.datetime) -> tuple[str, dt.datetime] | None:
    """Give a new token and when it ends for the code sent to this phone; None for any other code, which is counted."""
    with transaction.atomic():
        if not _opens(digest_of(phone), code, at):
            return None
        citizen = citizen_with(phone, language=language, at=at)
        assert citizen is not None  # there is a number
        token, ends_at = BEGINNING + secrets.token_urlsafe(32), at + TOKEN_LASTS
        CitizenToken.objects.create(citizen=citizen, digest=_digest_of_token(token), made_at=at, ends_at=ends_at)
        newest = CitizenToken.objects.filter(citizen=citizen).order_by("-made_at", "-id").values("pk")[:MOST_TOKENS]
        CitizenToken.objects.filter(citizen=citizen).exclude(pk__in=newest).delete()
        return token, ends_at


def _opens(phone_digest: str, code: str, at: dt.datetime) -> bool:
    codes = PhoneCode.objects.select_for_update().filter(phone_digest=phone_digest, sent_at__gt=at - LASTS)
    sent = codes.order_by("-sent_at", "-id").first()
    if sent is None or sent.tries >= MOST_TRIES or (sent.opened_at and at > sent.opened_at + OPENS_AGAIN_FOR):
        return False
    matches = hmac.compare_digest(sent.digest, _digest(phone_digest, code))
    if matches:
        sent.opened_at = sent.opened_at or at
    else:
        sent.tries += 1
    sent.save(update_fields=["tries", "opened_at"])
    return matches


def looks_like_one(given: str) -> bool:
    """Say whether this is what a token looks like, rather than a partner's key."""
    return given.startswith(BEGINNING)


def token_with(token: str, *, at: dt.datetime) -> CitizenToken | None:
    """Give what is kept of this token while it lasts, with its citizen."""
    kept = CitizenToken.objects.filter(digest=_digest_of_token(token), ends_at__gt=at)
    return kept.select_related("citizen").first()


def _digest(phone_digest: str, code: str) -> str:
    bare = "".join(code.split())
    return salted_hmac("channels_in.phone_code", f"{phone_digest}:{bare}", algorithm="sha256").hexdigest()


def _digest_of_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
