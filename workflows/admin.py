"""The administrator's page for policies: versions are added, and what has been in force stays as it was."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from import_export import fields

from complaints.models import Category
from offices.administration import SheetAdmin, called
from offices.clock import database_now
from offices.resources import Day, SheetResource, pointing
from workflows.models import Policy, ReplyTemplate

LENGTHS = (
    "triage_hours", "act_hours", "approve_hours", "outside_hours", "reply_hours", "directive_hours",
    "contribution_hours", "advice_hours", "acknowledge_hours",
)  # fmt: skip
REST = ("silence_days", "reopen_days", "questions", "needs_approval")

called(
    Policy,
    category=_("subject (empty: all)"),
    level=_("level (empty: all)"),
    valid_from=_("in force from"),
    triage_hours=_("working hours to triage"),
    act_hours=_("working hours to act (empty: the subject's own)"),
    approve_hours=_("working hours to approve"),
    outside_hours=_("working hours for an outside body"),
    reply_hours=_("working hours for the citizen's reply"),
    directive_hours=_("working hours for a directive"),
    contribution_hours=_("working hours for another department's part"),
    advice_hours=_("working hours for advice that was asked for"),
    acknowledge_hours=_("working hours to read advice"),
    silence_days=_("days until silence closes"),
    reopen_days=_("days to reopen"),
    questions=_("questions that pause the clock"),
    needs_approval=_("an answer needs approval"),
)


def refuse_the_past(valid_from: dt.date | None) -> None:
    """Raise `ValidationError` for a version that would have been in force already: deadlines were given by another."""
    if valid_from and valid_from < timezone.localdate(database_now()):
        raise ValidationError({"valid_from": _("A new version is in force from today at the earliest.")})


class PolicyForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        refuse_the_past(cleaned.get("valid_from"))
        return cleaned


class PolicyResource(SheetResource):
    """Versions as a sheet: rows that are there already stay as they are, new ones are added."""

    category = pointing("category", Category)
    valid_from = fields.Field(attribute="valid_from", column_name="valid_from", widget=Day())

    class Meta(SheetResource.Meta):
        model = Policy
        import_id_fields = ("category", "level", "valid_from")
        fields = ("category", "level", "valid_from", *LENGTHS, *REST)

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Refuse to change a version: another is added."""
        if instance.pk:
            raise ValidationError(_("This version is there already. Add another with a later day."))
        refuse_the_past(instance.valid_from)


@admin.register(Policy)
class PolicyAdmin(SheetAdmin):
    """How long each step may take. A new version gets a later day; old ones stay, for they explain old deadlines."""

    form = PolicyForm
    resource_classes = [PolicyResource]
    list_display = ("__str__", "valid_from", "triage_hours", "act_hours", "approve_hours", "needs_approval", "another")
    list_filter = ("level", "needs_approval")
    list_select_related = ("category",)
    ordering = ("category", "level", "-valid_from")
    autocomplete_fields = ("category",)

    @admin.display(description=_("new version"))
    def another(self, policy: Policy) -> str:
        """Lead to a new version, filled with what this one says."""
        said = {name: getattr(policy, name) for name in (*LENGTHS, *REST) if getattr(policy, name) is not None}
        said |= {"category": policy.category_id or "", "level": policy.level}
        return format_html('<a href="{}?{}">{}</a>', reverse("admin:workflows_policy_add"), urlencode(said), _("Add"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def kept_because(self, rows: Any) -> list[str]:
        held = rows.filter(valid_from__lte=timezone.localdate(database_now())).exists()
        said = [str(_("It has been in force, and explains the deadlines of that time."))] if held else []
        return said + super().kept_because(rows)


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(SheetAdmin):
    """Texts that staff start from when they write to a citizen. What stands in brackets is for them to fill in."""

    list_display = ("name_sw", "name_en", "use", "category")
    list_filter = ("use", "category")
    search_fields = ("name_sw", "name_en", "text_sw", "text_en")
    autocomplete_fields = ("category",)
