"""What carries our words outside: one file each, chosen by the settings SMS_SENDER and EMAIL_SENDER."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notices.models import Notice

EMAIL_SENDERS = frozenset({"console", "smtp"})
SENDERS = frozenset(module.name for module in pkgutil.iter_modules(__path__)) - {"smtp"}  # of SMS
WAYS = {"sms": ("SMS_SENDER", SENDERS), "email": ("EMAIL_SENDER", EMAIL_SENDERS)}


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


def chosen(way: str = "sms") -> Sender:
    """Give the sender that the setting for this way out names."""
    setting, senders = WAYS[way]
    name = getattr(settings, setting)
    if name not in senders:
        raise ImproperlyConfigured(f'{setting} is "{name}"; it must be one of {", ".join(sorted(senders))}.')
    return import_module(f"notices.senders.{name}")
