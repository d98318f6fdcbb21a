"""`manage.py settle_incidents`: tells everybody whose known incident is closed, and asks, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from offices.clock import database_now
from workflows.incidents import settle


class Command(BaseCommand):
    """Settles without Celery."""

    help = "Answer the complaints of known incidents that are closed, and ask their citizens."

    def handle(self, **options: Any) -> None:
        done = settle(database_now())
        self.stdout.write(f"{done.answered} answered, {done.told} told, {done.faults} faults")
