"""Proving on a page that a complaint is one's own: the receipt's code, or one sent to the phone; remembered half an hour.

The receipt's code is made from the complaint's secret: sixteen letters and digits (80 bits), none of which looks like another, so
that it can be typed from paper. It goes through a form, or behind the # of a link, which browsers do not send: never in
an address that a server or a log would see.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

from channels_in.phone_proof import is_sent_code, looks_sent
from complaints.models import Complaint

LASTS = dt.timedelta(minutes=30)
SLIDES_AFTER = dt.timedelta(minutes=1)  # lest every look write the session
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
LENGTH = 16
LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1", "-": "", " ": "", "\u2010": "", "\u2011": "", "\u2013": ""})
NOBODYS = "no complaint has this secret"  # compared with when there is no complaint, so that this takes as long

SHELF = "proofs"  # in the session: reference -> until when, the newest last


def code_of(secret: str) -> str:
    """Give the code that proves a complaint, from its secret: `k7qm-2wxp-9rtb-4hnc`."""
    digest = hashlib.sha256(f"receipt:{secret}".encode()).digest()
    code = "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def link_of(case: Complaint) -> str:
    """Give the link of the receipt, which opens the case to its bearer; code and reference stand behind the #."""
    return f"{page_of()}#{case.reference}.{code_of(case.secret)}"


def page_of() -> str:
    """Give the address at which a case is followed."""
    return f"{settings.PUBLIC_URL}{reverse('channels_in:track')}"


def case_proved(reference: str, code: str, at: dt.datetime) -> Complaint | None:
    """Give the complaint with this reference if the code is its own; as fast, and as silent, when there is none."""
    case = Complaint.objects.filter(reference=reference).first()
    if looks_sent(code):
        return case if is_sent_code(case, code, at=at) else None
    secret = case.secret if case else NOBODYS
    matches = hmac.compare_digest(_bare(code_of(secret)).encode(), _bare(code).encode("utf-8", "replace"))
    return case if case and matches else None


def _bare(code: str) -> str:
    return "".join(code.split()).lower().translate(LOOKALIKES)


def remember(session: SessionBase, case: Complaint, at: dt.datetime) -> None:
    """Let this browser open the case for half an hour."""
    proofs = {reference: until for reference, until in _proofs(session, at).items() if reference != case.reference}
    session.cycle_key()  # whoever planted the old key learns nothing
    session[SHELF] = proofs | {case.reference: (at + LASTS).isoformat()}


def forget(session: SessionBase) -> None:
    """Close every case to this browser: the phone may be shared."""
    session.pop(SHELF, None)


def proved(session: SessionBase, at: dt.datetime, reference: str = "") -> Complaint | None:
    """Give the complaint that this browser has proved: the one named, or the newest; its half hour begins anew."""
    proofs = _proofs(session, at)
    wanted = reference or next(reversed(proofs), "")
    if wanted not in proofs:
        return None
    if dt.datetime.fromisoformat(proofs[wanted]) < at + LASTS - SLIDES_AFTER:
        session[SHELF] = proofs | {wanted: (at + LASTS).isoformat()}
    return Complaint.objects.select_related("citizen", "category", "lead").filter(reference=wanted).first()


def _proofs(session: SessionBase, at: dt.datetime) -> dict[str, str]:
    shelf: dict[str, str] = session.get(SHELF, {})
    return {reference: until for reference, until in shelf.items() if dt.datetime.fromisoformat(until) > at}
