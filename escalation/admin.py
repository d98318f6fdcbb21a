"""The operator's view of what the clock could not do."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from escalation.models import Incident
from offices.administration import AdministeredAdmin


@admin.register(Incident)
class IncidentAdmin(AdministeredAdmin):
    """Shows each incident, and lets the clock try again at once what has been mended."""

    list_display = ["id", "case_id", "task_id", "node", "error", "times", "at", "last_at", "resolved_at"]
    list_filter = [("resolved_at", admin.EmptyFieldListFilter), "error"]
    ordering = ["-id"]
    show_full_result_count = False
    actions = ["resolve"]
    fields = readonly_fields = ("case_id", "task_id", "node", "error", "times", "at", "last_at", "resolved_at")

    @admin.action(description=_("Mended: let the clock try again"), permissions=["change"])
    def resolve(self, request: HttpRequest, chosen: QuerySet[Incident]) -> None:
        """Close the chosen ones, so that the next sweep takes their tasks up again."""
        count = chosen.filter(resolved_at=None).update(resolved_at=Now())
        said = ngettext("%d incident was resolved.", "%d incidents were resolved.", count) % count
        self.message_user(request, said, messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Incident | None = None) -> bool:
        return False
