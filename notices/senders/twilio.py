"""Hands SMS to Twilio.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource; the address for reports names the notice.
"""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings

from notices import wire
from notices.models import Notice
from notices.senders import Refused, TryLater

# https://www.twilio.com/docs/api/errors: no such number, no mobile, cannot be reached by this route, wants no messages.
NEVER = {21211, 21214, 21217, 21610, 21612, 21614}


def send(notice: Notice, text: str) -> str:
    """Hand a text over, and give its id there."""
    account = settings.TWILIO_ACCOUNT_SID
    fields = {
        "To": notice.address,
        "From": settings.TWILIO_SENDER or settings.SMS_SHORT_CODE,
        "Body": text,
        "StatusCallback": wire.report_url("twilio", notice=notice.pk),
    }
    url = f"{settings.TWILIO_URL.rstrip('/')}/2010-04-01/Accounts/{quote(account, safe='')}/Messages.json"
    heard = wire.post_form("Twilio", url, fields, Authorization=wire.basic(account, settings.TWILIO_AUTH_TOKEN))
    if heard.is_yes:
        return str(heard.json.get("sid", ""))
    code = heard.json.get("code")
    if code in NEVER:
        raise Refused(f"Twilio says {code}")
    raise TryLater(f"Twilio {heard.status}" + (f", says {code}" if isinstance(code, int) else ""))
