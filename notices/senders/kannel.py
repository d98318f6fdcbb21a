"""Hands SMS to a Kannel gateway over HTTP.

https://www.kannel.org/download/kannel-userguide-snapshot/userguide.html, "Using the HTTP interface to send SMS".
"""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit
from urllib.request import ProxyHandler, build_opener

from django.conf import settings

from notices import wire
from notices.models import Notice
from notices.rendering import is_gsm7
from notices.senders import Refused, TryLater

ACCEPTED = 202  # with "0: Accepted for delivery" or "3: Queued for later delivery"
BAD_REQUEST = 400
FORBIDDEN = 403
ALL_REPORTS = 31  # delivered, undeliverable, buffered, accepted by the network, rejected

# The gateway is our neighbour: a proxy that the environment names must not see its password.
NO_PROXY = build_opener(ProxyHandler({}))


def send(notice: Notice, text: str) -> str:
    """Hand a text to Kannel. It gives no id of its own; the network's comes with the first delivery report."""
    url = f"{settings.KANNEL_SEND_URL}?{urlencode(fields(notice, text))}"
    heard = wire.answer_to(url, "Kannel", NO_PROXY)
    if heard.status != ACCEPTED:
        raise verdict(heard.status, on_one_line(heard.body[:200]))
    return ""


def fields(notice: Notice, text: str) -> dict[str, str | int]:
    """Give the fields of Kannel's sendsms."""
    # Without coding=2 Kannel puts a question mark for every character outside the SMS alphabet.
    coding = {} if is_gsm7(text) else {"coding": 2}
    return {
        "username": settings.KANNEL_SEND_USERNAME,
        "password": settings.KANNEL_SEND_PASSWORD,
        "from": settings.SMS_SHORT_CODE,
        "to": notice.address,
        "text": text,
        "charset": "UTF-8",
        **coding,
        "dlr-mask": ALL_REPORTS,
        "dlr-url": report_url(notice),
    }


def report_url(notice: Notice) -> str:
    """Give the address that Kannel calls with reports.

    It fills in %d (what happened), %F (the network's id for the message) and %T (when).
    """
    public = urlsplit(settings.PUBLIC_URL)
    login = f"{quote(settings.KANNEL_USERNAME, safe='')}:{quote(settings.KANNEL_PASSWORD, safe='')}"
    # Not %A, the network's own words: they quote the beginning of the message.
    query = f"notice={notice.pk}&status=%d&id=%F&ts=%T"
    return f"{public.scheme}://{login}@{public.netloc}{public.path.rstrip('/')}/channels/sms/kannel/dlr/?{query}"


def verdict(status: int, words: str) -> Exception:
    """Say what Kannel's refusal means: a bad number is final; a password or an address that we have wrong is not."""
    about_the_number = status == BAD_REQUEST and "sender" not in words.lower()
    if about_the_number or (status == FORBIDDEN and "denied" in words):  # denied by Kannel's white or black list
        return Refused(f"Kannel {status}: {words}")
    return TryLater(f"Kannel {status}: {words}")


def on_one_line(answer: bytes) -> str:
    """Give Kannel's words on one line."""
    return " ".join(answer.decode("utf-8", "replace").split())
