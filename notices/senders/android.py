"""Hands SMS to a telephone that runs SMS Gateway for Android, by itself or through its server.

https://docs.sms-gate.app/integration/api/; the id of a message is ours to choose, and comes back in the events.
"""

from __future__ import annotations

from django.conf import settings

from notices import wire
from notices.models import Notice
from notices.senders import TryLater

KNOWN_ALREADY = 409  # an attempt before this one reached it


def send(notice: Notice, text: str) -> str:
    """Hand a text over; its id there is ours."""
    said = {
        "id": own_id(notice),
        "textMessage": {"text": text},
        "phoneNumbers": [notice.address],
        "withDeliveryReport": True,
    }
    login = wire.basic(settings.ANDROID_USERNAME, settings.ANDROID_PASSWORD)
    heard = wire.post_json("SMS Gateway for Android", settings.ANDROID_URL, said, Authorization=login)
    if heard.is_yes or heard.status == KNOWN_ALREADY:
        return own_id(notice)
    raise TryLater(f"SMS Gateway for Android {heard.status}")


def own_id(notice: Notice) -> str:
    """Give the id under which the telephone knows the notice: the same on every attempt."""
    return f"notice-{notice.pk}"
