"""What a text may be about and where, for any program that asks: `GET /api/v1/suggest/?text=`.

Needs no key, and keeps nothing: neither the words nor who asked, save for one second how often an address has.
"""

from __future__ import annotations

import time

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from channels_in.api import PartnerView, as_json, problem
from channels_in.matching import suggest
from channels_in.text import LONGEST, clean

MOST_A_SECOND = 300  # of one address, in each process
MOST_ADDRESSES = 10_000

_asked: dict[str, int] = {}
_since = 0.0


class Suggestions(PartnerView):
    """The three likeliest subjects and places of a text."""

    authentication_classes = []

    def get(self, request: Request) -> HttpResponse:
        """Answer the three best of each, however unsure."""
        if asks_too_often(str(request.META.get("REMOTE_ADDR", "")), time.monotonic()):
            response = problem(429, _("Too many questions at once. Ask again in a second."))
            response["Retry-After"] = "1"
            return response
        text = request.query_params.get("text")
        if text is None:
            return problem(400, _("Say the words of the complaint: ?text="))
        return as_json(suggest(clean(text[:LONGEST])))


def asks_too_often(address: str, now: float) -> bool:
    """Count one question of an address, and say whether that was more than it may ask in a second."""
    global _since
    if now - _since >= 1 or len(_asked) >= MOST_ADDRESSES:
        _asked.clear()
        _since = now
    _asked[address] = _asked.get(address, 0) + 1
    return _asked[address] > MOST_A_SECOND


suggestions = Suggestions.as_view()
