"""What is kept of reports: what counts in the figures, and which figures and trails left the building, by whose hand."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from offices.models import Office, User


class Taken(models.TextChoices):
    """What somebody took out of the system."""

    REPORT = "report", _("report")
    TRAIL = "trail", _("audit trail")
    REGISTER = "register", _("register of a complaints desk")


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


class WhatCounts(models.Model):
    """The columns of what counts: one of a case's own moves that changes a figure. Plain numbers, no foreign keys."""

    complaint_id = models.BigIntegerField()
    number = models.IntegerField()  # of the entry
    at = models.DateTimeField()
    figure = models.SmallIntegerField(null=True)  # its place in `figures.FIGURES`
    from_queue = models.IntegerField(null=True)  # none for the first word
    to_queue = models.IntegerField(null=True)
    stood = models.SmallIntegerField()  # before: 0 closed, 1 waiting for the citizen, 2 ours to act
    stands = models.SmallIntegerField()  # after
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)
    category = models.IntegerField(null=True)
    channel = models.CharField(max_length=20)
    place = models.IntegerField(null=True)
    tenths = models.IntegerField(null=True)  # of a day, from the citizen's word to the answer

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.complaint_id}.{self.number}"


class Happening(WhatCounts):
    """One of a case's own moves that changes a figure; written by triggers alone (`reports/sql/happenings.sql`). Names nobody.

    It follows from the timeline and from the case's subject and place as they are now, in the transaction that writes those.
    """

    pk = models.CompositePrimaryKey("complaint_id", "number")

    class Meta:
        verbose_name = _("happening")
        verbose_name_plural = _("happenings")
        # Rows come in the order of time: a few blocks of the table are a day, and their index is next to nothing.
        indexes = [
            BrinIndex(fields=["at"], pages_per_range=32, autosummarize=True, name="happening_when"),
            models.Index(
                fields=["at"], name="happening_referred", condition=models.Q(figure=6)
            ),  # few, and looked up alone
        ]


class Late(WhatCounts):
    """What was written about a kept month after it was counted: a row that came (weight 1), or that was and is no more (-1)."""

    weight = models.SmallIntegerField()

    class Meta:
        verbose_name = _("late happening")
        verbose_name_plural = _("late happenings")


class KeptUntil(models.Model):
    """The one row that says up to which moment months are kept: whoever writes about an earlier one leaves a `Late`."""

    until = models.DateTimeField()

    class Meta:
        verbose_name = _("kept until")
        verbose_name_plural = _("kept until")

    def __str__(self) -> str:
        return str(self.until)


class KeptMonth(models.Model):
    """The figures of one office for one month that is over, as they were counted once (`keeping`). Names nobody."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+", db_index=False)
    first = models.DateField()
    until = models.DateTimeField()  # when it was over
    tree = models.CharField(max_length=32)  # a mark of the offices and queues as they were
    figures = models.JSONField()

    class Meta:
        verbose_name = _("kept month")
        verbose_name_plural = _("kept months")
        constraints = [models.UniqueConstraint(fields=["office", "first"], name="kept_month_once")]

    def __str__(self) -> str:
        return f"{self.office_id} {self.first}"
