"""`manage.py escalate`: makes the clock's moves that are due, once."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from escalation.sweep import HANDS, escalate


def moment(text: str) -> dt.datetime:
    """Read a moment with its time zone, as in `2026-11-24T10:00+03:00`."""
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ArgumentTypeError(_("Say the time zone too, as in 2026-11-24T10:00+03:00."))
    return at


class Command(BaseCommand):
    """Sweeps without Celery: by hand, or from any other clock that ticks."""

    help = "Hand up what is overdue, go on without late replies, close and end what has been silent long enough."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", type=moment, help="pretend that it is this moment (demonstrations only)")

    def handle(self, *, at: dt.datetime | None = None, **options: Any) -> None:
        if at is not None and not settings.DEMO:
            raise CommandError(_("In production the database's clock alone says what is due: --at is refused."))
        swept = escalate(at, hands=HANDS)
        self.stdout.write(", ".join(f"{count} {what.replace('_', ' ')}" for what, count in swept._asdict().items()))
