"""What a text may be about and where, for any program that asks: `GET /api/v1/suggest/?text=`.

Needs no key, and keeps nothing: neither the words nor who asked, save in each process's memory how often an address has lately.
"""

from __future__ import annotations

from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from channels_in.api import shapes
from channels_in.api.answers import as_json, problem
from channels_in.api.describing import described, query
from channels_in.api.doors import Door
from channels_in.matching import suggest
from channels_in.text import LONGEST, clean


class EachAddress(SimpleRateThrottle):
    """Lets one address ask so often in a second, counted in each process by itself: what all share is a table, and costs more than the answer."""

    scope, rate = "suggest", "300/second"
    cache = LocMemCache("suggest", {"OPTIONS": {"MAX_ENTRIES": 10_000}})

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Name the address of the connection: the framework would believe what a client says of itself in X-Forwarded-For."""
        return self.cache_format % {"scope": self.scope, "ident": request.META.get("REMOTE_ADDR", "")}


class Suggestions(Door):
    """The three likeliest subjects and places of a text."""

    authentication_classes = []
    throttle_classes = [EachAddress]

    @described(
        "suggest",
        {200: "Suggestions"},
        asks=[query("text", shapes.READABLE, "The words of a complaint, or the beginning of them.", needed=True)],
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer the three best of each, however unsure."""
        text = request.query_params.get("text")
        if text is None:
            return problem(400, _("Say the words of the complaint: ?text="))
        return as_json(suggest(clean(text[:LONGEST])))


suggestions = Suggestions.as_view()
