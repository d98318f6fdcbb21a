"""Which ways in are open: a channel is one file of this folder, its name is its key, a setting opens it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from django.conf import settings


class ClosedChannel(Exception):
    """No way in of this name is open."""


def channel(key: str) -> ModuleType:
    """Give the module of an open channel, or raise `ClosedChannel`."""
    if key not in settings.OPEN_CHANNELS:
        raise ClosedChannel(key)
    return import_module(f"channels_in.{key}")


def sms_gateway(name: str) -> ModuleType:
    """Give the open channel of an SMS gateway, by the name in its address."""
    return channel(f"sms_{name}")


def ussd_gateway(name: str) -> ModuleType:
    """Give the open channel of a USSD gateway, by the name in its address."""
    return channel(f"ussd_{name}")
