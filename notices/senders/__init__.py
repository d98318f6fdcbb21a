"""The gateways that carry our words to a phone: one file each, chosen by the setting SMS_SENDER."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notices.models import Notice

SENDERS = frozenset(module.name for module in pkgutil.iter_modules(__path__))


class TryLater(Exception):
    """It did not work now but may later: the gateway is away, busy, or does not know us."""


class Refused(Exception):
    """It will never work: the gateway understood, and will not send this to this number."""


class Sender(Protocol):
    """What a gateway's file offers."""

    def send(self, notice: Notice, text: str) -> str:
        """Hand a text to the gateway for the notice's address, and give the gateway's id for it, if it has one.

        Returns only when the gateway has taken it; raises `TryLater` or `Refused` with a reason for the operator, which
        holds no number and no secret.
        """


def chosen() -> Sender:
    """Give the sender that the setting SMS_SENDER names."""
    if settings.SMS_SENDER not in SENDERS:
        known = ", ".join(sorted(SENDERS))
        raise ImproperlyConfigured(f'SMS_SENDER is "{settings.SMS_SENDER}"; it must be one of {known}.')
    return import_module(f"notices.senders.{settings.SMS_SENDER}")
