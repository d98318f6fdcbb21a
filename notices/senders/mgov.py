"""Hands SMS to mGov, the gateway of Tanzania's e-Government Authority for public institutions.

https://mportal.ega.go.tz/. No description of it is public: the shape (v2) is the one that several institutions use. Each request is
signed: `hash` is the HMAC-SHA256 of the very bytes of its body, in base64, and `sysId` says who signed. It sends no delivery reports.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings
from django.utils import timezone

from notices import wire
from notices.models import Notice
from notices.senders import TryLater


def send(notice: Notice, text: str) -> str:
    """Hand a text over; its id there is ours."""
    body = wire.as_json(said(notice, text))
    heard = wire.post("mGov", settings.MGOV_URL, body, wire.JSON, sysId=settings.MGOV_SYSTEM_ID, hash=signed(body))
    if heard.is_yes and heard.json.get("success") is True:
        return own_id(notice)
    raise TryLater(f"mGov {heard.status}, says {str(heard.json.get('statusCode', 'nothing'))[:20]}")


def said(notice: Notice, text: str) -> dict[str, str]:
    """Give the fields: the moment is when the notice was queued, in Tanzania's own time."""
    return {
        "message": text,
        "datetime": timezone.localtime(notice.created_at, timezone.get_default_timezone()).strftime(
            "%Y-%m-%d %H:%M:%S"
        ),
        "senderId": settings.MGOV_SENDER or settings.SMS_SHORT_CODE,
        "mobileServiceId": settings.MGOV_SERVICE_ID,
        "recipients": wire.without_plus(notice),
        "messageId": own_id(notice),
    }


def own_id(notice: Notice) -> str:
    """Give the id under which mGov knows the notice: the same on every attempt."""
    return f"malalamiko-{notice.pk}"


def signed(body: bytes) -> str:
    """Give the signature of a body."""
    return base64.b64encode(hmac.new(settings.MGOV_API_KEY.encode(), body, hashlib.sha256).digest()).decode()
