"""The peer's complaint: Viewflow's own Process with fields added to it, as its tutorial does."""

from django.db import models
from viewflow.workflow.models import Process

from complaints.models import Category, Citizen
from offices.models import Office


class StockComplaint(Process):
    """What a citizen said, in a stock process. Made-up data alone."""

    reference = models.CharField(max_length=12, unique=True)
    words = models.TextField()
    channel = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    place = models.ForeignKey(Office, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "stock complaint"

    def __str__(self) -> str:
        return self.reference
