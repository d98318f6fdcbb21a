"""What the administrator's screens share: who gets in, what may be deleted, what is written of a change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import ProtectedError, QuerySet, RestrictedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm
from import_export.tmp_storages import CacheStorage

from offices.accounts import is_administrator
from offices.clock import database_now
from offices.in_use import uses_of
from offices.kept import forget
from offices.sheets import CSV, XLSX, BadSheet

OURS = {"offices", "notices", "complaints", "workflows", "channels_in", "escalation", "admin"}


class AdministrationSite(admin.AdminSite):
    """The administrator's site: for those posted as administrators, and with our tables alone."""

    site_title = gettext_lazy("Malalamiko")
    site_header = gettext_lazy("Malalamiko: administration")
    index_title = gettext_lazy("What may be changed")
    site_url = None

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take our own tables only: those of other packages hold secrets, or undo what our screens see to."""
        each = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        ours = [model for model in each if model._meta.app_label in OURS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return administers(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("account_change_password"))


def administers(request: HttpRequest) -> bool:
    """Say whether whoever asks is an administrator now; the database is asked once for each request."""
    if isinstance(request.user, AnonymousUser):
        return False
    kept = vars(request)
    if "_administers" not in kept:
        kept["_administers"] = is_administrator(request.user, database_now())
    return bool(kept["_administers"])


def called(model: type[models.Model], **names: Any) -> None:
    """Name a model's fields as the screens show them. The names stand beside the screens, and cost no migration."""
    for name, words in names.items():
        # Only what other tables point with has no name to be shown; these are fields of the model's own.
        cast("models.Field[Any, Any]", model._meta.get_field(name)).verbose_name = words


class AdministeredAdmin(admin.ModelAdmin):
    """A screen that every administrator may use; a refusal to delete says where the thing is used."""

    carried: frozenset[str] = frozenset()  # what goes with it when deleted, if not used itself

    def has_module_permission(self, request: HttpRequest) -> bool:
        return administers(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return administers(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let an address narrow a list down only by what stands beside it: by other fields one could guess what they hold."""
        filters = [each[0] if isinstance(each, tuple) else each for each in self.get_list_filter(request)]
        offered = [*filters, *([self.date_hierarchy] if self.date_hierarchy else [])]
        beside = any(lookup == name or lookup.startswith(f"{name}__") for name in offered)
        return beside and super().lookup_allowed(lookup, value, request)

    # Deleting.

    def kept_because(self, rows: QuerySet[Any]) -> list[str]:
        """Give the sentences that say why these rows must stay; none when they may go."""
        return uses_of(rows, self.carried, names=self.admin_site.is_registered)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        rows = self.model._default_manager.filter(pk__in=[each.pk for each in objs])
        named = [str(each) for each in objs]
        return named, {self.opts.verbose_name_plural: len(named)}, set(), self.kept_because(rows)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        page: HttpResponse = super().render_delete_form(request, context)
        page.status_code = 409 if context["protected"] else 200
        return page

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, RestrictedError):  # used since the page was opened
            self.message_user(request, _("It has come into use meanwhile, so it was not deleted."), messages.ERROR)
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    # History.

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        message = super().construct_change_message(request, form, formsets, add)
        for part in message:
            if "changed" in part and "name" not in part["changed"]:
                part["changed"]["fields"] = [was_and_is(form, name) for name in form.changed_data]
        return message


def was_and_is(form: forms.ModelForm, name: str) -> str:
    """Give a changed field with what stood there before and what stands there now."""
    field = form.fields[name]
    was, now = shown(field, form.initial.get(name)), shown(field, form.cleaned_data.get(name))
    return f"{capfirst(str(field.label or name))}: {was} → {now}"


def shown(field: Any, value: Any) -> str:
    """Give a value as the form's field shows it."""
    if isinstance(value, list | tuple | set):
        return ", ".join(shown(field, each) for each in value) or "–"
    if hasattr(field, "queryset"):
        value = field.queryset.model._default_manager.filter(pk=getattr(value, "pk", value)).first() if value else None
    elif hasattr(field, "choices"):
        value = dict(field.choices).get(value, value)
    return "–" if value in (None, "") else str(value)


class ForgetfulAdmin(AdministeredAdmin):
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


class SheetGone(Exception):
    """The sheet that was to be confirmed has been kept too long, or was confirmed already."""


class SheetShelf(CacheStorage):
    """Keeps a sheet between the look and the confirmation, where every web process finds it."""

    CACHE_LIFETIME = 3600

    def read(self) -> Any:
        sheet = super().read()
        if sheet is None:
            raise SheetGone
        return sheet


class SheetAdmin(ImportExportMixin, ForgetfulAdmin):
    """Screens whose rows also come and go as a sheet: shown first, with every fault by its row, then taken whole."""

    formats = [CSV, XLSX]
    tmp_storage_class = SheetShelf
    export_form_class = ExportForm

    def has_import_permission(self, request: HttpRequest) -> bool:
        return administers(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return administers(request)

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any) -> Any:
        """Give the file, and note in the history that it was taken out."""
        content = super().get_export_data(file_format, request, queryset, **kwargs)
        LogEntry.objects.create(
            user_id=request.user.pk or 0,  # an administrator stands at this door
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=str(self.opts.verbose_name_plural)[:200],
            action_flag=CHANGE,
            change_message=f"Taken out as a file: {queryset.count()}",
        )
        return content

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        if isinstance(e, BadSheet):
            form.add_error("import_file", str(e))
        else:
            super().add_data_read_fail_error_to_form(form, e)

    @transaction.atomic
    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return super().process_import(request, **kwargs)
        except SheetGone:
            self.message_user(request, _("The file is no longer here. Send it once more."), messages.ERROR)
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import"))

    def process_dataset(self, dataset: Any, form: Any, request: HttpRequest, **kwargs: Any) -> Any:
        result = super().process_dataset(dataset, form, request, **kwargs)
        if not faulty(result):
            self.after_sheet(request, [row.instance for row in result.rows if row.instance])
            transaction.on_commit(forget)
        return result

    def after_sheet(self, request: HttpRequest, rows: list[Any]) -> None:
        """Do what follows from rows that came in a sheet."""

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        if faulty(result):
            said = _("Something has changed since you looked at the sheet, so nothing was taken. Send it once more.")
            self.message_user(request, said, messages.ERROR)
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import"))
        return super().process_result(result, request)


def faulty(result: Any) -> bool:
    """Say whether a sheet has any fault."""
    return bool(result.has_errors() or result.has_validation_errors())
