"""Where an office's area ends, once somebody has brought its boundary."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ring(models.TextField):
    """A closed line of points, in PostgreSQL's own type; written and read as `((east,north),...)`."""

    def db_type(self, connection: Any) -> str:
        """Give the type of the column."""
        return "polygon"


class Boundary(models.Model):
    """One ring of an office's area: an outer line, or a hole in the part of the same number. Degrees, WGS 84."""

    office = models.ForeignKey("offices.Office", models.CASCADE, related_name="boundaries")
    part = models.PositiveIntegerField()
    is_hole = models.BooleanField(default=False)
    ring = Ring()
    # The box around it, so that a point is held against few rings.
    west = models.FloatField()
    east = models.FloatField()
    south = models.FloatField()
    north = models.FloatField()

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")

    def __str__(self) -> str:
        return f"ring {self.pk} of office {self.office_id}"
