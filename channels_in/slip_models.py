"""Paper slips with numbers that were drawn beforehand, for a public meeting."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, new_secret
from offices.models import Office, User


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
