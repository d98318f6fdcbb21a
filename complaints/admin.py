"""The administrator's pages for categories. Cases are not edited here: they change by moves alone."""

from django.contrib import admin

from complaints.models import Category
from offices.admin import ForgetfulAdmin


@admin.register(Category)
class CategoryAdmin(ForgetfulAdmin):
    """Subjects: whose they are, where their work starts, and which words point to them."""

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
    search_fields = ("code", "name_sw", "name_en")
    autocomplete_fields = ("department",)
