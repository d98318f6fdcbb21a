"""What the clock could not do, so that somebody looks: one row for each case that stopped it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Incident(models.Model):
    """A task on which the clock's move failed. Knows numbers and the kind of error, nothing about any person; kept.

    While it is open the clock leaves the task alone, and tries again from time to time (`due.RETRY_AFTER`).
    """

    # Numbers, not keys: the rows that they name may be what is broken, or locked just now.
    case_id = models.BigIntegerField()
    task_id = models.BigIntegerField()
    node = models.CharField(max_length=255)  # the step, as its row names it
    error = models.CharField(max_length=100)  # the class of the exception; its words might quote a citizen's
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("incident of the clock")
        verbose_name_plural = _("incidents of the clock")
        constraints = [
            models.UniqueConstraint(
                fields=["task_id"], condition=Q(resolved_at__isnull=True), name="incident_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.error} ({self.task_id})"
