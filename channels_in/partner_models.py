"""Partners whose programs speak for citizens: their keys, what they are told of, and the addresses at which they are told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Entry


class Scope(models.TextChoices):
    """What a partner's key opens."""

    LODGE = "lodge", _("lodge complaints")
    READ = "read", _("read its own complaints")
    FILES = "files", _("send photos and papers")
    CHANGES = "changes", _("read what has changed of its own complaints")


def every_scope() -> list[str]:
    """Give all that a key can open."""
    return list(Scope.values)


PARTNER = RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Write small letters, digits and hyphens."))


class PartnerKey(models.Model):
    """A key of a partner's program: shown once when it is made, and kept as a digest. A partner may have several."""

    partner = models.CharField(max_length=40, validators=[PARTNER])
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices), default=every_scope)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256: a key is 256 random bits
    beginning = models.CharField(max_length=12, editable=False)  # by which people tell keys apart
    made_at = models.DateTimeField(editable=False)
    ends_on = models.DateField(null=True, blank=True)  # good until this day, and not on it
    last_used_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("key of a partner")
        verbose_name_plural = _("keys of partners")

    def __str__(self) -> str:
        return f"{self.partner}: {self.beginning}…"


class PartnerCase(models.Model):
    """Which partner lodged a complaint, and up to which step of its timeline that partner has been told."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, primary_key=True, related_name="partner_case")
    partner = models.CharField(max_length=200)
    told = models.IntegerField(default=0)  # the number of the newest step that was looked at
    over = models.BooleanField(default=False)  # it has ended: nothing more can happen

    class Meta:
        verbose_name = _("complaint of a partner")
        verbose_name_plural = _("complaints of partners")
        indexes = [models.Index(fields=["complaint"], condition=Q(over=False), name="partner_case_goes_on")]

    def __str__(self) -> str:
        return f"{self.partner} {self.complaint_id}"


class PartnerChange(models.Model):
    """A step that a partner may read of; numbered in the order in which partners are told, by one writer at a time."""

    partner = models.CharField(max_length=200)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("change that a partner is told")
        verbose_name_plural = _("changes that partners are told")
        indexes = [models.Index(fields=["partner", "id"], name="partner_change_after")]

    def __str__(self) -> str:
        return f"{self.partner} {self.pk}"


class Webhook(models.Model):
    """An address of a partner that is told at once when something happens to its complaints. Knows no citizen.

    The secret that signs follows from the seed and from our own key, so that nothing in the database can forge a call.
    """

    partner = models.CharField(max_length=40, validators=[PARTNER])
    address = models.URLField(max_length=500)
    moves = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # of which it is told; none: of all
    active = models.BooleanField(default=True)
    seed = models.CharField(max_length=22, editable=False)
    made_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return f"{self.partner}: {self.address}"


class CallState(models.TextChoices):
    """What became of a call."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("taken")
    FAILED = "failed", _("failed for good")


class WebhookCall(models.Model):
    """One change, to be told to one webhook: what waits, and the log of what went out."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls")
    change = models.ForeignKey(PartnerChange, models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=CallState.choices, default=CallState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # While WAITING: not before this moment. A claim moves it past its lease, so that a dead worker's claim lapses.
    next_try_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer
    error = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("call of a webhook")
        verbose_name_plural = _("calls of webhooks")
        constraints = [
            models.UniqueConstraint(fields=["webhook", "change"], name="webhook_call_once"),
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="webhook_call_state_known"),
        ]
        indexes = [models.Index(fields=["next_try_at", "id"], condition=Q(state="waiting"), name="webhook_call_due")]

    def __str__(self) -> str:
        return f"call {self.pk}"
