"""What a citizen has answered so far on the question pages, before anything is sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, MediaType


class Draft(models.Model):
    """The answers of one complaint that is being written, on one device; once sent, only that it was.

    Holds words, number and name as typed. What is not sent is gone two days after the last touch, or when the citizen
    erases it; what is sent keeps none of them.
    """

    token = models.CharField(max_length=32, unique=True)  # under which it is taken in, so that it is sent once
    device = models.CharField(max_length=64)  # the digest of the key in the browser's cookie
    answers = models.JSONField(default=dict)  # by question
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    complaint = models.ForeignKey(Complaint, models.CASCADE, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("unsent complaint")
        verbose_name_plural = _("unsent complaints")
        indexes = [
            models.Index(fields=["device", "-touched_at"], name="draft_of_device"),
            models.Index(fields=["touched_at"], name="draft_to_forget"),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class DraftFile(models.Model):
    """A photo, paper or voice note of a complaint that is being written, made harmless already; goes with it."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    content = models.BinaryField()
    media_type = models.CharField(max_length=20, choices=MediaType.choices)
    sha256 = models.CharField(max_length=64)
    also = models.CharField(max_length=64)
    name = models.CharField(max_length=60)  # as the citizen knows it

    class Meta:
        verbose_name = _("file of an unsent complaint")
        verbose_name_plural = _("files of unsent complaints")
        constraints = [models.UniqueConstraint(fields=["draft", "sha256"], name="draft_file_once")]

    def __str__(self) -> str:
        return f"file {self.pk} of draft {self.draft_id}"
