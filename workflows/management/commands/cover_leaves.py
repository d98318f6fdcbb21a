"""`manage.py cover_leaves`: moves the work of leaves that have begun or are over, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from offices.clock import database_now
from workflows.leave import cover


class Command(BaseCommand):
    """Covers leaves without Celery."""

    help = "Pass the work of leaves that have begun to the stand-ins, and bring back that of leaves that are over."

    def handle(self, **options: Any) -> None:
        done = cover(database_now())
        self.stdout.write(", ".join(f"{done[what]} {what}" for what in ("passed", "returned", "kept")))
