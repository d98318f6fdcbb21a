"""The outbox: what is to be said to people outside, row by row, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """What became of a notice; it only moves downwards in this list, save from `QUEUED` back to itself."""

    QUEUED = "queued", _("waiting to be sent")
    ANSWERED = "answered", _("said in the answer itself")  # the channel's own reply carried it
    SENT = "sent", _("handed to the gateway")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed for good")


class Notice(models.Model):
    """One message to one person. Holds an address until delivery is final, then forgets it.

    The words are rendered when sent. `facts` holds only what the template needs (reference, office, date, what staff
    wrote, or a code sent to the phone): never the citizen's own words or name.
    """

    kind = models.SlugField(max_length=40, db_index=False)  # the folder under templates/notices/
    way = models.CharField(max_length=10, default="sms")  # or email
    language = models.CharField(max_length=2, default="sw")
    address = models.CharField(max_length=254, blank=True)
    facts = models.JSONField(default=dict)
    case_id = models.BigIntegerField(null=True)  # the complaint it speaks of; a number, for complaints stand above
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    # While QUEUED: not before this moment. A claim moves it past its lease, so that a dead worker's claim lapses.
    next_try_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)
    gateway = models.CharField(max_length=20, blank=True, default="", db_default="")  # the sender that took it
    segments = models.PositiveSmallIntegerField(default=1, db_default=1)  # SMS that it cost, known once it is sent
    provider_id = models.CharField(max_length=80, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="notice_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["answered", "delivered", "failed"]) | Q(address=""),
                name="notice_forgets_its_address",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(status="queued"), name="notice_to_send"),
            models.Index(fields=["id"], condition=Q(status="failed"), name="notice_failed"),
            models.Index(fields=["sent_at"], condition=Q(status="sent", address__gt=""), name="notice_to_forget"),
            models.Index(fields=["case_id", "id"], name="notice_of_case"),
            models.Index(
                fields=["provider_id"], condition=Q(status="sent", provider_id__gt=""), name="notice_by_its_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.status})"
