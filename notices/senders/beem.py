"""Hands SMS to Beem Africa.

https://docs.beem.africa/; `recipient_id` is ours to choose, and comes back in the delivery report.
"""

from __future__ import annotations

from django.conf import settings

from notices import wire
from notices.models import Notice
from notices.senders import Refused, TryLater

SUBMITTED = 100


def send(notice: Notice, text: str) -> str:
    """Hand a text over, and give the id of the request there."""
    said = {
        "source_addr": settings.BEEM_SENDER or settings.SMS_SHORT_CODE,
        "encoding": 0,
        "schedule_time": "",
        "message": text,
        "recipients": [{"recipient_id": notice.pk, "dest_addr": wire.without_plus(notice)}],
    }
    login = wire.basic(settings.BEEM_API_KEY, settings.BEEM_SECRET_KEY)
    heard = wire.post_json("Beem", settings.BEEM_URL, said, Authorization=login)
    told = heard.json
    if heard.is_yes and told.get("invalid"):
        raise Refused("Beem says that the number is not valid")
    if heard.is_yes and told.get("code") == SUBMITTED and told.get("successful") is True:
        return str(told.get("request_id", ""))
    raise TryLater(f"Beem {heard.status}, says {str(told.get('code', 'nothing'))[:20]}")
