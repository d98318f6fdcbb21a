"""Every message that reached us, as it came, and the answer that it got."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_in.draft_models import Draft as Draft
from channels_in.draft_models import DraftFile as DraftFile
from complaints.models import Attachment, Citizen, Complaint, Entry, new_secret
from offices.models import Office, User


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


class SlipBatch(models.Model):
    """Paper slips that a complaints desk takes along to a public meeting: a range of numbers drawn beforehand."""

    MOST = 100  # slips

    desk = models.ForeignKey(Office, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # of the desk's own batches, from 1
    size = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("batch of slips")
        verbose_name_plural = _("batches of slips")
        constraints = [
            models.UniqueConstraint(fields=["desk", "number"], name="slip_batch_once"),
            models.CheckConstraint(condition=Q(size__gte=1, size__lte=100), name="slip_batch_size"),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id}/{self.number}"


class Slip(models.Model):
    """One paper slip: the reference and the secret that its complaint will have, once it is entered. Names nobody."""

    batch = models.ForeignKey(SlipBatch, models.PROTECT, related_name="slips", db_index=False)
    position = models.PositiveSmallIntegerField()  # in its batch, from 1
    reference = models.CharField(max_length=12, unique=True)
    secret = models.CharField(max_length=22, default=new_secret)
    complaint = models.OneToOneField(Complaint, models.PROTECT, null=True, related_name="slip")

    class Meta:
        verbose_name = _("slip")
        verbose_name_plural = _("slips")
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="slip_once"),
            models.CheckConstraint(condition=Q(reference__regex=r"^[0-9]{12}$"), name="slip_reference_form"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position}"


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
