"""How often one caller may ask, for each kind of asking; over that 429, and Retry-After says for how long."""

from __future__ import annotations

from django.core.cache.backends.locmem import LocMemCache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from channels_in.api.callers import Citizen, Partner, caller_of, shelf_of


class EachCaller(SimpleRateThrottle):
    """Lets a partner, a citizen or an address ask so often, by the view's `throttle_scope`: `DEFAULT_THROTTLE_RATES` in the settings.

    Counted in each process by itself: what all share is a table, and costs more than most answers.
    """

    cache = LocMemCache("api", {"OPTIONS": {"MAX_ENTRIES": 10_000}})

    def __init__(self) -> None:
        """Wait for the view: its scope says how often."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Say whether this caller may ask now."""
        self.scope: str = getattr(view, "throttle_scope", "read")
        self.rate = self.THROTTLE_RATES[self.scope]
        most, self.duration = self.parse_rate(self.rate)
        key, now = self.get_cache_key(request, view), self.timer()
        self.began, count = self.cache.get(key, (now, 0))
        if now - self.began >= self.duration:
            self.began, count = now, 0
        self.cache.set(key, (self.began, count + 1), self.duration)
        return count < most

    def wait(self) -> float:
        """Say after how many seconds the caller may ask again."""
        return max(1.0, self.duration - (self.timer() - self.began))

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Name the partner, the citizen, or the address of the connection."""
        return self.cache_format % {"scope": self.scope, "ident": _name_of(request)}


def _name_of(request: Request) -> str:
    caller = caller_of(request)
    if isinstance(caller, Partner):
        return f"partner:{shelf_of(caller)}"
    return f"citizen:{caller.citizen_id}" if isinstance(caller, Citizen) else request.META.get("REMOTE_ADDR", "")
