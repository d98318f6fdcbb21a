"""What is kept of reports: which figures and trails left the building, by whose hand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from offices.models import Office, User


class Taken(models.TextChoices):
    """What somebody took out of the system."""

    REPORT = "report", _("report")
    TRAIL = "trail", _("audit trail")


class Export(models.Model):
    """One file that a member of staff took out: what, of which office or case, in which form. Never removed."""

    at = models.DateTimeField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="+", db_index=False)
    what = models.CharField(max_length=10, choices=Taken.choices)
    form = models.CharField(max_length=4)  # pdf, xlsx, csv
    asked = models.CharField(max_length=300)  # the filters, as the address had them
    rows = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["at", "id"], name="export_when")]

    def __str__(self) -> str:
        return f"{self.what}.{self.form} {self.at:%d/%m/%Y %H:%M}"
