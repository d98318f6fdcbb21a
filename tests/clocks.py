"""One clock for every door: whoever asks the database what time it is hears what the test says."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass

from django.urls import get_resolver

from offices import clock

OURS = ("config", "offices", "notices", "complaints", "workflows", "channels_in", "escalation", "reports")


@dataclass
class Clock:
    """What all doors take for now, until it is set again."""

    at: dt.datetime

    def forward(self, **length: float) -> dt.datetime:
        """Let time pass, and give the moment."""
        self.at += dt.timedelta(**length)
        return self.at


def one_clock(monkeypatch, at: dt.datetime) -> Clock:
    """Give the clock that every door looks at from now on."""
    told, asks = Clock(at), clock.database_now
    get_resolver().url_patterns  # noqa: B018  (a door that is only built later would keep this test's clock for ever)
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS and module is not clock and vars(module).get("database_now") is asks:
            monkeypatch.setattr(module, "database_now", lambda: told.at)
    return told
