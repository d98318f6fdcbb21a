"""More messages and complaints of one number than people send: answered once, then with silence."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db.models import Q

from channels_in.caller import AGAIN, Caller, messages_of
from channels_in.incoming import Answer
from complaints.models import Complaint

AN_HOUR, A_DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MOST_AN_HOUR = 60  # messages of one number
MOST_A_DAY = 20  # new complaints of one number


def sends_too_much(caller: Caller) -> bool:
    """Say whether this number has sent more in an hour than people do; what an operator delivered again is not counted."""
    sent = messages_of(caller, AN_HOUR).filter(Q(answer__isnull=True) | ~Q(answer__contains={"facts": AGAIN}))
    return sent[: MOST_AN_HOUR + 1].count() > MOST_AN_HOUR


def busy(caller: Caller, within: dt.timedelta) -> Answer:
    """Say once that it is too much, and then stay silent: an answer to each would cost as much as they do."""
    said = messages_of(caller, within).filter(answer__facts__busy=True).exists()
    return replace(Answer() if said else caller.hears("busy"), facts={"busy": True})


def complains_too_much(caller: Caller) -> bool:
    """Say whether this number has made more complaints in a day than people do."""
    if caller.citizen is None:
        return False
    since = caller.at - A_DAY
    lately = Complaint.objects.filter(citizen=caller.citizen, entered_at__gt=since, channel=caller.incoming.channel)
    return lately.count() >= MOST_A_DAY
