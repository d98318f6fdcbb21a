"""The history of changes: who changed what on the administrator's screens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from offices.administration import AdministeredAdmin, called


@admin.register(LogEntry)
class HistoryAdmin(AdministeredAdmin):
    """Who changed what on these screens, and when. Nobody edits it."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag", "what")
    list_filter = ("action_flag", ("content_type", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "content_type")
    list_display_links = None
    search_fields = ("object_repr", "user__username", "user__last_name")
    date_hierarchy = "action_time"
    show_full_result_count = False

    @admin.display(description=_("what was changed"))
    def what(self, entry: LogEntry) -> str:
        """Say what was changed, with what stood there before."""
        return entry.get_change_message()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


called(
    LogEntry,
    action_time=_("when"),
    user=_("who"),
    content_type=_("kind of thing"),
    object_repr=_("which"),
    action_flag=_("change"),
)
LogEntry._meta.verbose_name = _("change")
LogEntry._meta.verbose_name_plural = _("history of changes")
