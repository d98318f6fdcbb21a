"""The administrator's page for policies."""

from django.contrib import admin

from offices.admin import ForgetfulAdmin
from workflows.models import Policy, ReplyTemplate


@admin.register(Policy)
class PolicyAdmin(ForgetfulAdmin):
    """How long each step may take. A new version gets a later day; old ones stay, for they explain old deadlines."""

    list_display = ("category", "level", "valid_from", "triage_hours", "act_hours", "approve_hours", "needs_approval")
    list_filter = ("level", "needs_approval")
    autocomplete_fields = ("category",)


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(ForgetfulAdmin):
    """Texts that staff start from when they write to a citizen. What stands in brackets is for them to fill in."""

    list_display = ("name_sw", "name_en", "use", "category")
    list_filter = ("use", "category")
    search_fields = ("name_sw", "name_en", "text_sw", "text_en")
    autocomplete_fields = ("category",)
