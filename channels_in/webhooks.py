"""Telling partners' own addresses, signed as https://www.standardwebhooks.com has it, again and again until they take it.

The partner checks `webhook-signature`: "v1," and HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, in base64, by the secret
without its "whsec_". A call carries nobody's words, name or number. It may come twice and in any order: `webhook-id` stays.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import http.client
import ipaddress
import json
import secrets
import socket
import ssl
from collections import Counter
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from channels_in import partners
from channels_in.models import CallState, Webhook, WebhookCall
from notices.delivery import LEASE, MAX_ATTEMPTS, moment, wait_after
from offices.clock import database_now

BATCH = 20
TIMEOUT = 5  # seconds; twenty of them are well within the lease
GONE = 410  # by which a receiver says that it wants no more
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses of any kind, written as IPv6


class Unreachable(Exception):
    """No answer came, or none may be asked for; says why."""


# Secrets and signatures.


def new_seed() -> str:
    """Give the seed of a new secret."""
    return secrets.token_urlsafe(16)


def secret_of(webhook: Webhook) -> str:
    """Give the secret with which a webhook's calls are signed, as it is shown once."""
    return f"whsec_{base64.b64encode(_key_of(webhook)).decode()}"


def _key_of(webhook: Webhook) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"webhook:{webhook.seed}".encode(), hashlib.sha256).digest()


def signed(webhook: Webhook, call_id: str, at: dt.datetime, body: bytes) -> dict[str, str]:
    """Give the headers that prove a call."""
    seconds = str(int(at.timestamp()))
    said = b".".join([call_id.encode(), seconds.encode(), body])
    signature = base64.b64encode(hmac.new(_key_of(webhook), said, hashlib.sha256).digest()).decode()
    return {"webhook-id": call_id, "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}


# Delivery.


def deliver_due(at: dt.datetime | None = None, *, limit: int = 100) -> Counter[str]:
    """Make at most `limit` calls whose time has come, each outside any transaction; in any number of workers."""
    now, outcomes = moment(at), Counter[str]()
    while outcomes.total() < limit and (claimed := _claim(now, min(BATCH, limit - outcomes.total()))):
        away: set[int] = set()  # a receiver that is away is tried once a round, and does not keep the others waiting
        for call in claimed:
            outcome = _put_off(call, now) if call.webhook_id in away else _make(call, at or database_now(), now)
            away |= {call.webhook_id} if outcome == "retried" else set()
            outcomes[outcome] += 1
    return outcomes


@transaction.atomic
def _claim(now: Combinable, limit: int) -> list[WebhookCall]:
    due = WebhookCall.objects.filter(state=CallState.WAITING, next_try_at__lte=now).order_by("next_try_at", "id")
    reading = due.select_related("webhook", "change__entry__complaint").select_for_update(
        of=("self",), skip_locked=True
    )
    claimed = list(reading[:limit])
    WebhookCall.objects.filter(pk__in=[call.pk for call in claimed]).update(
        attempts=F("attempts") + 1, next_try_at=now + Value(LEASE)
    )
    for call in claimed:
        call.attempts += 1
    return claimed


def _make(call: WebhookCall, at: dt.datetime, now: Combinable) -> str:
    if not call.webhook.active:
        return _note(call, "failed", now, error="the webhook is switched off")
    call_id, body = f"msg_{call.pk}", body_of(call)
    headers = {"Content-Type": "application/json", **signed(call.webhook, call_id, at, body)}
    try:
        status = post(call.webhook.address, body, headers)
    except Unreachable as why:
        return _note(call, "retried", now, error=str(why))
    if status == GONE:
        Webhook.objects.filter(pk=call.webhook_id).update(active=False)
    outcome = "done" if 200 <= status < 300 else "failed" if status == GONE else "retried"
    return _note(call, outcome, now, status=status, error="" if outcome == "done" else f"answered {status}")


def body_of(call: WebhookCall) -> bytes:
    """Give what is told, in Swahili: the type, when it happened, and to which complaint."""
    with translation.override("sw"):
        said = partners.told(call.change)
    content = {"type": f"complaint.{said['move']}", "timestamp": said["at"], "data": said}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _put_off(call: WebhookCall, now: Combinable) -> str:
    """Give a call back untried."""
    _ours(call).update(attempts=F("attempts") - 1, next_try_at=now + Value(wait_after(call.attempts)))
    return "put off"


def _note(call: WebhookCall, outcome: str, now: Combinable, *, status: int | None = None, error: str = "") -> str:
    if outcome == "retried" and call.attempts >= MAX_ATTEMPTS:
        outcome = "failed"
    said = {"status": status, "error": error[:200]}
    if outcome == "retried":
        _ours(call).update(next_try_at=now + Value(wait_after(call.attempts)), **said)
    else:
        state = CallState.DONE if outcome == "done" else CallState.FAILED
        _ours(call).update(state=state, done_at=now, **said)
    return outcome


def _ours(call: WebhookCall) -> QuerySet[WebhookCall]:
    """Give the call, unless its lease ran out and another worker claimed it."""
    return WebhookCall.objects.filter(pk=call.pk, state=CallState.WAITING, attempts=call.attempts)


def replay(calls: QuerySet[WebhookCall]) -> int:
    """Let calls be made once more, whatever became of them; gives how many."""
    now = database_now()
    return calls.update(state=CallState.WAITING, attempts=0, next_try_at=now, done_at=None, error="", status=None)


# The address: only a public one, and just the one that was looked at.


def check_address(address: str) -> None:
    """Refuse an address that we would not call. Raises `ValidationError`."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not settings.DEMO:
        raise ValidationError(_("The address must begin with https://."))
    if parts.username or parts.password or parts.fragment or not parts.hostname:
        raise ValidationError(_("The address must name a host, and neither a user nor a password."))


def post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post to an address and give the status of the answer, which is not read. Raises `Unreachable`."""
    parts = urlsplit(address)
    host, secure = parts.hostname or "", parts.scheme == "https"
    if not (secure or settings.DEMO):
        raise Unreachable("not https")
    try:
        port = parts.port or (443 if secure else 80)
        ip = _public_ip(host, port)
        calling = _Calls(host, port, ip, secure=secure)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        try:
            calling.request("POST", path, body, dict(headers))
            return calling.getresponse().status
        finally:
            calling.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Unreachable(f"no answer ({type(error).__name__})") from error


def _public_ip(host: str, port: int) -> str:
    found = {str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not settings.DEMO and not all(is_public(ip) for ip in found):
        raise Unreachable("the address is not a public one")
    return sorted(found)[0]


def is_public(ip: str) -> bool:
    """Say whether an IP address is one of the open internet, however it is written."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if address.sixtofour or address.teredo or address in TRANSLATED:
            return False
    return address.is_global and not address.is_multicast


class _Calls(http.client.HTTPConnection):
    """A connection to the very IP address that was looked at: a name that leads elsewhere a moment later leads nowhere."""

    def __init__(self, host: str, port: int, ip: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.ip, self.secure = ip, secure

    def connect(self) -> None:
        """Connect there, and have the certificate prove the name."""
        plain = socket.create_connection((self.ip, self.port), TIMEOUT)
        if not self.secure:
            self.sock = plain
            return
        try:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
