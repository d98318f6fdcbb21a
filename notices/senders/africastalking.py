"""Hands SMS to Africa's Talking.

https://developers.africastalking.com/docs/sms/sending/bulk; its own id for a message comes in the answer, and the delivery
reports, whose address is set once on its pages, name the message by it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from notices import wire
from notices.models import Notice
from notices.senders import Refused, TryLater

REPORTS_BY_ITS_OWN_ID = True
TAKEN = {100, 101, 102}  # processed, sent, queued
# Invalid number, a kind of number that cannot be written to, and a person who wants no messages.
NEVER = {403, 404, 406, 409}


def send(notice: Notice, text: str) -> str:
    """Hand a text over, and give its id there."""
    fields = {"username": settings.AFRICASTALKING_USERNAME, "to": notice.address, "message": text}
    if settings.AFRICASTALKING_SENDER:
        fields["from"] = settings.AFRICASTALKING_SENDER
    heard = wire.post_form(
        "Africa's Talking", settings.AFRICASTALKING_URL, fields, apiKey=settings.AFRICASTALKING_API_KEY
    )
    told = recipient(heard.json)
    if heard.is_yes and told.get("statusCode") in TAKEN:
        return str(told.get("messageId", ""))
    code = told.get("statusCode")
    if heard.is_yes and code in NEVER:
        raise Refused(f"Africa's Talking says {code}")
    raise TryLater(f"Africa's Talking {heard.status}" + (f", says {code}" if isinstance(code, int) else ""))


def recipient(said: dict[str, Any]) -> dict[str, Any]:
    """Give what was said of the one number."""
    data = said.get("SMSMessageData")
    recipients = data.get("Recipients") if isinstance(data, dict) else None
    first = recipients[0] if isinstance(recipients, list) and recipients else {}
    return first if isinstance(first, dict) else {}
