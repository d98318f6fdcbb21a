"""What a USSD session shows: one screen for each thing typed, in the same shape for every gateway."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

LONGEST_SCREEN = 182  # characters of the SMS alphabet, by 3GPP TS 23.038


@dataclass(frozen=True)
class Typed:
    """What a phone has typed in a session; on some gateways all of it from the beginning, joined by `*`."""

    channel: str
    session: str
    phone: str  # E.164
    text: str


@dataclass(frozen=True)
class Screen:
    """What the phone shows, and whether it waits for more to be typed."""

    words: str
    goes_on: bool


def answer(typed: Typed, at: dt.datetime) -> Screen:
    """Give the next screen of a session."""
    code = settings.SMS_SHORT_CODE
    return Screen(
        f"Tuma lalamiko lako kwa SMS kwenda {code}. Kujua linapofika: tuma HALI kwenda {code}.", goes_on=False
    )
