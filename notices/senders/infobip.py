"""Hands SMS to Infobip.

https://www.infobip.com/docs/api/channels/sms/outbound-sms/send-sms-messages; `messageId` is ours to choose, and comes back in the
delivery report.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from notices import wire
from notices.models import Notice
from notices.senders import Refused, TryLater

TAKEN = {1, 3}  # groups of states: pending, delivered
# About the number itself: no network has it, or its owner wants no messages.
NEVER = {"REJECTED_DESTINATION", "REJECTED_INVALID_DESTINATION", "REJECTED_PREFIX_MISSING", "REJECTED_DND"}


def send(notice: Notice, text: str) -> str:
    """Hand a text over; its id there is the notice's number."""
    url = f"{settings.INFOBIP_URL.rstrip('/')}/sms/3/messages"
    key = f"App {settings.INFOBIP_API_KEY}"
    heard = wire.post_json("Infobip", url, {"messages": [said(notice, text)]}, Authorization=key)
    state = state_in(heard.json)
    if heard.is_yes and state.get("groupId") in TAKEN:
        return str(notice.pk)
    name = str(state.get("name", "nothing"))[:60]
    if heard.is_yes and name in NEVER:
        raise Refused(f"Infobip says {name}")
    raise TryLater(f"Infobip {heard.status}, says {name}")


def said(notice: Notice, text: str) -> dict[str, Any]:
    """Give the one message."""
    return {
        "from": settings.INFOBIP_SENDER or settings.SMS_SHORT_CODE,
        "destinations": [{"to": wire.without_plus(notice), "messageId": str(notice.pk)}],
        "content": {"text": text},
        "webhooks": {
            "delivery": {
                "url": wire.report_url("infobip", key=settings.INFOBIP_INBOUND_KEY),
                "intermediateReport": True,
            },
            "contentType": "application/json",
        },
    }


def state_in(answer: dict[str, Any]) -> dict[str, Any]:
    """Give the state of the one message."""
    messages = answer.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else {}
    state = first.get("status") if isinstance(first, dict) else None
    return state if isinstance(state, dict) else {}
