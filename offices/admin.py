"""The administrator's screens: offices, departments, queues, outside bodies, the calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from offices.administration import ForgetfulAdmin, SheetAdmin, called
from offices.history_admin import HistoryAdmin
from offices.loading import open_queues
from offices.models import DESK, Body, Department, Holiday, Level, Office, Queue, WorkingHours, is_above
from offices.resources import BodyResource, DepartmentResource, HolidayResource, OfficeResource, QueueResource
from offices.staff_admin import PostingAdmin, StaffAdmin

__all__ = ["HistoryAdmin", "PostingAdmin", "StaffAdmin"]

NAMES = {"code": _("code"), "name_sw": _("name in Swahili"), "name_en": _("name in English")}

called(Office, code=_("code"), level=_("level"), name=_("name"), parent=_("office above"))
called(Department, **NAMES, levels=_("levels at which it exists"))
called(Queue, office=_("office"), department=_("department"))
called(Body, **NAMES, subjects=_("subjects (codes)"), phone=_("phone"), email=_("e-mail"), note=_("note"))
called(WorkingHours, weekday=_("weekday"), opens=_("opens at"), closes=_("closes at"))
called(Holiday, date=_("date"), name_sw=_("name in Swahili"))


class QueuedAdmin(SheetAdmin):
    """Screens for offices and departments, whose queues follow from both, and go with them when nothing waited there."""

    carried = frozenset({"queues"})

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        open_queues()

    def after_sheet(self, request: HttpRequest, rows: list[Any]) -> None:
        open_queues()

    def delete_model(self, request: Any, obj: Any) -> None:
        obj.queues.all().delete()
        super().delete_model(request, obj)

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        for each in queryset:
            each.queues.all().delete()
        super().delete_queryset(request, queryset)


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
    resource_classes = [OfficeResource]
    list_display = ("code", "level", "name", "parent")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)


class DepartmentForm(forms.ModelForm):
    levels = forms.MultipleChoiceField(
        label=_("levels at which it exists"), choices=Level.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean_levels(self) -> list[str]:
        levels: list[str] = self.cleaned_data["levels"]
        if self.instance.code == DESK and set(levels) != set(Level.values):
            raise ValidationError(_("Every office has the complaints desk, whatever its level."))
        return levels


@admin.register(Department)
class DepartmentAdmin(QueuedAdmin):
    form = DepartmentForm
    resource_classes = [DepartmentResource]
    list_display = ("code", "name_sw", "name_en", "where")
    search_fields = ("code", "name_sw", "name_en")

    @admin.display(description=_("levels at which it exists"))
    def where(self, department: Department) -> str:
        """Name the levels."""
        return ", ".join(str(Level(level).label) for level in department.levels)

    def kept_because(self, rows: Any) -> list[str]:
        desk = [str(_("Every office has the complaints desk."))] if rows.filter(code=DESK).exists() else []
        return desk + super().kept_because(rows)


@admin.register(Queue)
class QueueAdmin(SheetAdmin):
    resource_classes = [QueueResource]
    list_display = ("office", "department")
    list_filter = ("department", "office__level")
    list_select_related = ("office", "department")
    search_fields = ("office__code", "office__name", "department__name_sw", "department__name_en")
    autocomplete_fields = ("office", "department")


@admin.register(Body)
class BodyAdmin(SheetAdmin):
    resource_classes = [BodyResource]
    list_display = ("code", "name_sw", "subjects", "phone", "email")
    search_fields = ("code", "name_sw", "name_en", "subjects")


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
class HolidayAdmin(SheetAdmin):
    resource_classes = [HolidayResource]
    list_display = ("date", "name_sw")
    search_fields = ("name_sw",)
    date_hierarchy = "date"
    ordering = ("-date",)
