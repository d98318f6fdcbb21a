"""`manage.py deliver`: sends what waits in the outbox, and goes on until interrupted."""

from __future__ import annotations

import contextlib
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from notices.delivery import deliver_due

PAUSE = 2  # seconds between two looks at an empty outbox


class Command(BaseCommand):
    """Delivers without Celery: on a small machine, or by hand when a worker is away."""

    help = "Send the notices that wait in the outbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now, then stop")

    def handle(self, *, once: bool, **options: Any) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            self.deliver()
            while not once:
                time.sleep(PAUSE)
                self.deliver()

    def deliver(self) -> None:
        """Send what is due, and say so if anything was."""
        sent, failed, retried = deliver_due(limit=10_000)
        if sent or failed or retried:
            self.stdout.write(f"{sent} sent, {failed} failed for good, {retried} to be tried again")
