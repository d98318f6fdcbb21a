"""The administrator's screens: offices, departments, people, postings, the calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from offices.kept import forget
from offices.loading import open_queues
from offices.models import Body, Department, Holiday, Office, Posting, Queue, User, WorkingHours, is_above


class ForgetfulAdmin(admin.ModelAdmin):
    """Screens for what `offices.kept` keeps: a change takes effect at once in this process."""

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(forget)

    def delete_model(self, request: Any, obj: Any) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(forget)

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        transaction.on_commit(forget)


class QueuedAdmin(ForgetfulAdmin):
    """Screens for offices and departments, whose queues follow from both."""

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        open_queues()


class OfficeForm(forms.ModelForm):
    """An office, which keeps its place in the tree: beneath a higher one, above lower ones."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        level, parent = cleaned.get("level"), cleaned.get("parent")
        if level and parent and not is_above(parent.level, level):
            raise ValidationError({"parent": _("The office above must be of a higher level.")})
        beneath = self.instance.children.all() if self.instance.pk else []
        if level and any(not is_above(level, child.level) for child in beneath):
            raise ValidationError({"level": _("The offices beneath it must be of a lower level.")})
        return cleaned


@admin.register(Office)
class OfficeAdmin(QueuedAdmin):
    form = OfficeForm
    list_display = ("code", "level", "name", "parent")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)


@admin.register(Department)
class DepartmentAdmin(QueuedAdmin):
    list_display = ("code", "name_sw", "name_en", "levels")
    search_fields = ("code", "name_sw", "name_en")


@admin.register(Queue)
class QueueAdmin(ForgetfulAdmin):
    list_display = ("office", "department")
    list_filter = ("department", "office__level")
    list_select_related = ("office", "department")
    search_fields = ("office__code", "office__name", "department__name_sw", "department__name_en")
    autocomplete_fields = ("office", "department")


@admin.register(Body)
class BodyAdmin(ForgetfulAdmin):
    list_display = ("code", "name_sw", "subjects", "phone", "email")
    search_fields = ("code", "name_sw", "name_en", "subjects")


class PostingInline(admin.TabularInline):
    model = Posting
    extra = 0
    autocomplete_fields = ("office", "department")


@admin.register(User)
class StaffAdmin(ForgetfulAdmin, UserAdmin):
    list_display = ("username", "first_name", "last_name", "is_active", "is_staff")
    list_filter = ("is_active", "postings__role", "postings__office__level")
    search_fields = ("username", "first_name", "last_name", "email", "postings__office__code", "postings__office__name")
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("On screen"), {"fields": ("language",)}))
    inlines = (PostingInline,)


@admin.register(Posting)
class PostingAdmin(ForgetfulAdmin):
    list_display = ("user", "role", "office", "department", "valid_from", "valid_to")
    list_filter = ("role", "department", "office__level")
    list_select_related = ("user", "office", "department")
    search_fields = ("user__username", "user__last_name", "office__code", "office__name")
    autocomplete_fields = ("user", "office", "department")
    date_hierarchy = "valid_from"


class WorkingHoursForm(forms.ModelForm):
    weekday = forms.TypedChoiceField(choices=list(WEEKDAYS.items()), coerce=int)


@admin.register(WorkingHours)
class WorkingHoursAdmin(ForgetfulAdmin):
    form = WorkingHoursForm
    list_display = ("day", "opens", "closes")
    ordering = ("weekday",)

    def get_deleted_objects(self, objs: Any, request: Any) -> Any:
        """Keep the last day: with none, no deadline could be counted and no complaint taken in."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        if not WorkingHours.objects.exclude(pk__in=[hours.pk for hours in objs]).exists():
            why = _("The last day on which offices open: deadlines are counted in working hours.")
            protected = [*protected, str(why)]
        return to_delete, counts, lacking, protected

    @admin.display(description=_("weekday"), ordering="weekday")
    def day(self, hours: WorkingHours) -> str:
        """Give the weekday by its name."""
        return str(WEEKDAYS[hours.weekday])


@admin.register(Holiday)
class HolidayAdmin(ForgetfulAdmin):
    list_display = ("date", "name_sw")
    search_fields = ("name_sw",)
    date_hierarchy = "date"
    ordering = ("-date",)
