"""Putting a notice into the outbox: one row, inside the transaction that makes it true."""

from __future__ import annotations

import datetime as dt
from typing import Any

from notices.models import Notice, Status


def queue(
    kind: str,
    *,
    address: str,
    language: str,
    facts: dict[str, Any],
    case_id: int | None,
    at: dt.datetime,
    answered: bool = False,
    way: str = "sms",
    save: bool = True,
) -> Notice:
    """Queue a notice of a kind (a folder of `templates/notices/`) to a phone number or, by the way `email`, an e-mail address, and give its row.

    `answered`: the channel's own answer carries the words, so the row is a record and nothing will be sent.
    `save=False` gives the row unsaved, for whoever writes many at once.
    """
    notice = Notice(
        kind=kind,
        way=way,
        address="" if answered else address,
        language=language,
        facts=facts,
        case_id=case_id,
        status=Status.ANSWERED if answered else Status.QUEUED,
        next_try_at=at,
        created_at=at,
        final_at=at if answered else None,
    )
    if save:
        notice.save(force_insert=True)
    return notice
