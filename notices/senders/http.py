"""Hands SMS to any gateway that takes them by HTTP POST: where and how, the settings HTTP_SMS_... say.

In the address and the body {to} is the number, {to_no_plus} the same without its plus sign, {text} the words, {id} the number of the
notice, which a report must name, {from} our short code, and {report_url} where to report; each is written as the body's kind needs it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings

from notices import wire
from notices.models import Notice
from notices.senders import TryLater

BLANK = re.compile(r"\{(to_no_plus|to|text|id|from|report_url)\}")


def send(notice: Notice, text: str) -> str:
    """Hand a text over; its id there is the notice's number."""
    facts = {
        "to": notice.address,
        "to_no_plus": wire.without_plus(notice),
        "text": text,
        "id": str(notice.pk),
        "from": settings.SMS_SHORT_CODE,
        "report_url": wire.report_url("http", key=settings.HTTP_SMS_INBOUND_KEY),
    }
    url, body = filled(settings.HTTP_SMS_URL, facts, in_address), filled(settings.HTTP_SMS_BODY, facts, escaping())
    headers = {"Authorization": settings.HTTP_SMS_AUTHORIZATION} if settings.HTTP_SMS_AUTHORIZATION else {}
    heard = wire.post("the HTTP gateway", url, body.encode(), settings.HTTP_SMS_CONTENT_TYPE, **headers)
    if heard.is_yes and settings.HTTP_SMS_SUCCESS.encode() in heard.body:
        return facts["id"]
    raise TryLater(f"the HTTP gateway {heard.status}" + (", without the word of success" if heard.is_yes else ""))


def filled(pattern: str, facts: dict[str, str], escape: Callable[[str], str]) -> str:
    """Fill in the blanks of an address or a body; other braces stand for themselves."""
    return BLANK.sub(lambda blank: escape(facts[blank[1]]), pattern)


def escaping() -> Callable[[str], str]:
    """Give how a word is written in the body."""
    return in_json if "json" in settings.HTTP_SMS_CONTENT_TYPE else in_address


def in_json(word: str) -> str:
    """Write a word as it stands between the quotes of a JSON string."""
    return json.dumps(word)[1:-1]


def in_address(word: str) -> str:
    """Write a word as it stands in an address or a form."""
    return quote(word, safe="")
