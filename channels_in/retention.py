"""Forgetting: a raw message keeps its sender's number and words for a while, and then no longer."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection

from channels_in import drafts, uploads
from channels_in.models import CitizenToken, PhoneCode, UssdSession
from offices.clock import database_now

USSD_KEPT = dt.timedelta(days=1)  # what was typed in a session that ended, or was dropped
CODES_KEPT = dt.timedelta(days=1)  # as long as they are counted; ended tokens likewise


def forget_old(at: dt.datetime | None = None) -> int:
    """Forget number, words and fields of messages older than the retention, and give how many those were.

    What stays is that a message came, by which way, and what it was answered; a repeat after so long is a new message's
    body, and is refused like one. `at` is the database's own time unless a test says otherwise.
    """
    now = at or database_now()
    UssdSession.objects.filter(moved_at__lt=now - USSD_KEPT).delete()
    PhoneCode.objects.filter(sent_at__lt=now - CODES_KEPT).delete()
    CitizenToken.objects.filter(ends_at__lt=now - CODES_KEPT).delete()
    uploads.forget(now)
    drafts.forget_old(now)
    before = now - dt.timedelta(days=settings.MESSAGE_RETENTION_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"before": before})
        return cursor.rowcount


# The keys that say whose the message was among programs and desks name nobody, and are still asked for.
FORGET = """
UPDATE channels_in_message
   SET sender = '', text = '', text_digest = '',
       raw = jsonb_strip_nulls(jsonb_build_object('partner', raw->'partner', 'desk', raw->'desk'))
 WHERE received_at < %(before)s AND NOT (sender = '' AND text = '')
"""
