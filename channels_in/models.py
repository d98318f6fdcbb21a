"""Every message that reached us, as it came, and the answer that it got."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_in.draft_models import Draft as Draft
from channels_in.draft_models import DraftFile as DraftFile
from channels_in.partner_models import PARTNER as PARTNER
from channels_in.partner_models import CallState as CallState
from channels_in.partner_models import PartnerCase as PartnerCase
from channels_in.partner_models import PartnerChange as PartnerChange
from channels_in.partner_models import PartnerKey as PartnerKey
from channels_in.partner_models import Scope as Scope
from channels_in.partner_models import Webhook as Webhook
from channels_in.partner_models import WebhookCall as WebhookCall
from channels_in.partner_models import every_scope as every_scope
from channels_in.slip_models import Slip as Slip
from channels_in.slip_models import SlipBatch as SlipBatch
from complaints.models import Attachment, Citizen, Complaint


class Fate(models.TextChoices):
    """What became of a message."""

    TAKEN = "taken", _("taken in")
    UNREADABLE = "unreadable", _("genuine, but not readable")  # an operator looks at it
    FAILED = "failed", _("our own fault")  # the provider's next try takes it in


class Message(models.Model):
    """One inbound message, once for each channel and provider's id; a repeat gets the stored answer.

    Holds the sender's number and words until retention ends (`forget_old`); the digest of the number outlives it.
    """

    channel = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=200)
    body_digest = models.CharField(max_length=64)  # SHA-256 of what came, to tell a repeat from a reuse of its id
    sender = models.CharField(max_length=40, blank=True)
    sender_digest = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    text_digest = models.CharField(max_length=64, blank=True)  # of the words in plain form: the operator's second copy
    raw = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.TAKEN)
    error = models.CharField(max_length=200, blank=True)
    answer = models.JSONField(null=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="messages")

    class Meta:
        verbose_name = _("inbound message")
        verbose_name_plural = _("inbound messages")
        constraints = [
            models.UniqueConstraint(fields=["channel", "provider_id"], name="message_once"),
            models.CheckConstraint(condition=Q(fate__in=Fate.values), name="message_fate_known"),
        ]
        indexes = [
            models.Index(fields=["sender_digest", "-received_at"], name="message_from_sender"),
            models.Index(fields=["id"], condition=~Q(fate="taken"), name="message_to_look_at"),
            models.Index(fields=["received_at"], condition=~Q(sender="", text=""), name="message_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class SentCode(models.Model):
    """A code sent to the phone of a complaint: for ten minutes and five tries it opens the complaint on a page.

    Holds only the code's digest, and knows the person no more than the complaint does.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="sent_codes")
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)  # wrong ones
    opened_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("code sent to a phone")
        verbose_name_plural = _("codes sent to phones")
        constraints = [models.CheckConstraint(condition=Q(tries__lte=5), name="sent_code_five_tries")]
        indexes = [models.Index(fields=["complaint", "-sent_at"], name="sent_code_of_complaint")]

    def __str__(self) -> str:
        return f"code {self.pk}"


class PhoneCode(models.Model):
    """A code sent to a phone that an app wants to prove: good for ten minutes, five tries and one token.

    Holds of phone and code only the digests; a day later it is gone.
    """

    phone_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)  # wrong ones
    opened_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("code that proves a phone")
        verbose_name_plural = _("codes that prove phones")
        constraints = [models.CheckConstraint(condition=Q(tries__lte=5), name="phone_code_five_tries")]
        indexes = [
            models.Index(fields=["phone_digest", "-sent_at"], name="phone_code_of_phone"),
            models.Index(fields=["sent_at"], name="phone_code_to_forget"),
        ]

    def __str__(self) -> str:
        return f"phone code {self.pk}"


class CitizenToken(models.Model):
    """What an app shows in place of a proved phone, until it ends or the citizen ends it.

    Holds only the token's digest; gone with its citizen, and a day after it has ended.
    """

    citizen = models.ForeignKey(Citizen, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256: a token is 256 random bits
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("token of a proved phone")
        verbose_name_plural = _("tokens of proved phones")
        indexes = [models.Index(fields=["ends_at"], name="citizen_token_to_forget")]

    def __str__(self) -> str:
        return f"token {self.pk}"


class Upload(models.Model):
    """A photo or paper on its way to us, piece by piece; within two days it is whole and with a case, or gone.

    Its bytes stand in a file of its own (`channels_in.uploads`), whose name nobody guesses.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.CharField(max_length=200, blank=True)  # whose it is; "" for whoever knows its name
    length = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)  # bytes
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    attachment = models.ForeignKey(Attachment, models.CASCADE, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=models.F("length")), name="upload_no_more_than_said")
        ]
        indexes = [models.Index(fields=["ends_at"], name="upload_to_forget")]

    def __str__(self) -> str:
        return f"upload {self.pk}"


class UssdSession(models.Model):
    """Where a USSD session stands, and what it was shown last.

    Holds what was typed so far, and of the phone only the digest; a day later it is gone.
    """

    channel = models.CharField(max_length=20)
    session = models.CharField(max_length=200)
    phone_digest = models.CharField(max_length=64)
    language = models.CharField(max_length=2, default="sw")
    step = models.CharField(max_length=10, default="menu")
    known = models.JSONField(default=dict)
    typed = models.TextField(blank=True)
    shown = models.TextField(blank=True)
    over = models.BooleanField(default=False)
    moved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("USSD session")
        verbose_name_plural = _("USSD sessions")
        constraints = [
            models.UniqueConstraint(fields=["channel", "session", "phone_digest"], name="ussd_session_once"),
        ]
        indexes = [
            models.Index(fields=["phone_digest", "-moved_at"], name="ussd_session_of_phone"),
            models.Index(fields=["moved_at"], name="ussd_session_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
