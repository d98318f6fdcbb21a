"""The administrator's page for policies."""

from django.contrib import admin

from offices.admin import ForgetfulAdmin
from workflows.models import Policy


@admin.register(Policy)
class PolicyAdmin(ForgetfulAdmin):
    """How long each step may take. A new version gets a later day; old ones stay, for they explain old deadlines."""

    list_display = ("category", "level", "valid_from", "triage_hours", "act_hours", "approve_hours", "needs_approval")
    list_filter = ("level", "needs_approval")
    autocomplete_fields = ("category",)
