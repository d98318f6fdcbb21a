"""The administrator's pages for categories. Cases are not edited here: they change by moves alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from complaints.models import Category
from offices.administration import SheetAdmin, called
from offices.in_use import sentence
from offices.models import Body, Department, Posting
from offices.resources import SheetResource, pointing, several

called(
    Category,
    code=_("code"),
    name_sw=_("name in Swahili"),
    name_en=_("name in English"),
    department=_("department"),
    start_level=_("level at which work starts"),
    working_hours=_("working hours to act"),
    sensitive=_("sensitive: named people only"),
    protected=_("protected"),
    evidence=_("an answer needs a photo or paper"),
    keywords=_("words that point to it"),
)


class CategoryResource(SheetResource):
    department = pointing("department", Department)
    keywords = several("keywords")

    class Meta(SheetResource.Meta):
        model = Category
        fields = (
            *("code", "name_sw", "name_en", "department", "start_level", "working_hours"),
            *("sensitive", "protected", "evidence", "keywords"),
        )


@admin.register(Category)
class CategoryAdmin(SheetAdmin):
    """Subjects: whose they are, where their work starts, and which words point to them."""

    resource_classes = [CategoryResource]
    list_display = (
        "code",
        "name_sw",
        "name_en",
        "department",
        "start_level",
        "working_hours",
        "sensitive",
        "protected",
    )
    list_filter = ("department", "start_level", "sensitive", "protected", "evidence")
    list_select_related = ("department",)
    search_fields = ("code", "name_sw", "name_en")
    autocomplete_fields = ("department",)

    def kept_because(self, rows: Any) -> list[str]:
        codes = list(rows.values_list("code", flat=True))
        by_code = [
            Body.objects.filter(subjects__overlap=codes),
            Posting.objects.filter(sensitive_categories__overlap=codes).select_related("user", "office"),
        ]
        named = [sentence(using, using.count(), True) for using in by_code if using.exists()]
        return named + super().kept_because(rows)
