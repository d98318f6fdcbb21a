"""Who has read a case, as its citizen may know it: how many people, of which offices; no names."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import override

from complaints.models import Complaint, Entry
from notices.rendering import short
from offices.models import Office, Posting

MOST_OFFICES, LONGEST_LABEL = 3, 25  # three names and all else fit one SMS


def readers_of(case: Complaint, language: str) -> dict[str, Any]:
    """Give the facts of NANI: how many people have read the case, and how many of which offices."""
    read = Entry.objects.filter(complaint=case, move="read", actor__isnull=False)
    last = dict(read.order_by().values_list("actor").annotate(Max("at")))
    counted = Counter(_offices_of(last).values())
    with override(language):
        labels = [f"{short(str(office), LONGEST_LABEL)} {count}" for office, count in counted.most_common()]
    others = len(labels) - MOST_OFFICES
    return {"n": len(last), "offices": ", ".join(labels[:MOST_OFFICES]) + (f" +{others}" if others > 0 else "")}


def _offices_of(last: dict[int, dt.datetime]) -> dict[int, Office]:
    """Give for each reader the office where they served when they last read it; one statement."""
    found: dict[int, Office] = {}
    for posting in Posting.objects.filter(user__in=last).select_related("office").order_by("-id"):
        if posting.user_id not in found or posting.holds_on(timezone.localdate(last[posting.user_id])):
            found[posting.user_id] = posting.office
    return found
