"""Proving on a page that one holds the phone of a complaint: six digits, sent there by SMS.

NIST SP 800-63B asks of a code sent out of band: six digits or more, ten minutes or less, few tries. Whoever asks always
gets the same answer, whether the complaint exists or not, and whether the number is its own.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from django.db import transaction
from django.utils.crypto import salted_hmac

from channels_in.citizens import digest_of
from channels_in.models import SentCode
from complaints.models import Complaint
from notices import outbox

DIGITS = 6
LASTS = dt.timedelta(minutes=10)
MOST_TRIES = 5
MOST_AN_HOUR = 3
OPENS_AGAIN_FOR = dt.timedelta(minutes=1)  # a second press of the button sends the same code again


def send_code(reference: str, phone: str, *, at: dt.datetime) -> None:
    """Send a code to the phone of this complaint, if that is its own number and few were sent lately; say nothing."""
    with transaction.atomic():
        cases = Complaint.objects.filter(reference=reference, citizen__phone_digest=digest_of(phone) or None)
        case = cases.select_related("citizen").select_for_update(of=("self",)).first()
        if case is None or case.citizen is None:
            return
        if SentCode.objects.filter(complaint=case, sent_at__gt=at - dt.timedelta(hours=1)).count() >= MOST_AN_HOUR:
            return
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        SentCode.objects.create(complaint=case, digest=_digest(case.pk, code), sent_at=at)
        # Without the case's id: staff who read its notices must not read the code.
        outbox.queue(
            "code", address=case.citizen.phone, language=case.language, facts={"code": code}, case_id=None, at=at
        )  # fmt: skip


def is_sent_code(case: Complaint | None, code: str, *, at: dt.datetime) -> bool:
    """Say whether this code was sent for the case, counting a wrong one; a code opens once, and its double for a minute."""
    case_id = case.pk if case else 0
    with transaction.atomic():
        codes = SentCode.objects.select_for_update().filter(complaint=case_id, sent_at__gt=at - LASTS)
        sent = codes.order_by("-sent_at", "-id").first()
        if sent is None or sent.tries >= MOST_TRIES or (sent.opened_at and at > sent.opened_at + OPENS_AGAIN_FOR):
            return False
        matches = hmac.compare_digest(sent.digest, _digest(case_id, code))
        if matches:
            sent.opened_at = sent.opened_at or at
        else:
            sent.tries += 1
        sent.save(update_fields=["tries", "opened_at"])
        return matches


def looks_sent(code: str) -> bool:
    """Say whether this is what a sent code looks like, rather than one from a receipt."""
    bare = "".join(code.split())
    return len(bare) == DIGITS and bare.isascii() and bare.isdigit()


def _digest(case_id: int, code: str) -> str:
    return salted_hmac("channels_in.sent_code", f"{case_id}:{''.join(code.split())}", algorithm="sha256").hexdigest()
