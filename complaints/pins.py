"""Four digits by which the citizen of a discreet case asks how it stands: whoever else holds the phone does not know them.

They are told once, with the receipt, which asks to be deleted. They open nothing by themselves: the phone proves whose case it is.
"""

from __future__ import annotations

import hashlib
import hmac

from complaints.models import Complaint

DIGITS = 4


def pin_of(case: Complaint) -> str:
    """Give the digits of a case, made from its secret."""
    digest = hashlib.sha256(f"hali:{case.secret}".encode()).digest()
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}d}"


def is_pin_of(case: Complaint, said: str) -> bool:
    """Say whether these are the digits of a case."""
    return hmac.compare_digest(pin_of(case).encode(), said.encode("utf-8", "replace"))
