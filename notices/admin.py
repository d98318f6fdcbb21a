"""The operator's view of the outbox: what failed and why, without words or numbers of citizens."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Field, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notices.models import Notice, Status
from notices.rendering import masked

SHOWN = (
    *("kind", "way", "language", "masked_address", "case_id"),
    *("status", "attempts", "last_error", "gateway", "segments", "provider_id"),
    *("created_at", "next_try_at", "sent_at", "final_at"),
)

NAMES = {
    "kind": _("kind"),
    "way": _("way out"),
    "language": _("language"),
    "status": _("state"),
    "attempts": _("tries"),
    "last_error": _("last fault"),
    "created_at": _("queued at"),
    "next_try_at": _("next try at"),
    "sent_at": _("sent at"),
    "final_at": _("final at"),
    "case_id": _("case"),
    "provider_id": _("the gateway's number"),
    "gateway": _("gateway"),
    "segments": _("SMS used"),
}
for name, words in NAMES.items():
    # Only what other tables point with has no name to be shown; these are fields of the notice's own.
    cast("Field[Any, Any]", Notice._meta.get_field(name)).verbose_name = words


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """Shows each notice and lets a waiting one go at once; what is written there nobody edits."""

    list_display = ["id", "kind", "status", "masked_address", "attempts", "last_error", "created_at", "next_try_at"]
    list_filter = ["status", "kind", "language"]
    ordering = ["-id"]
    show_full_result_count = False
    actions = ["try_now"]
    fields = readonly_fields = SHOWN

    @admin.display(description=_("address"))
    def masked_address(self, notice: Notice) -> str:
        """The number, but for its middle."""
        return masked(notice.address)

    @admin.action(description=_("Try the waiting ones now"), permissions=["change"])
    def try_now(self, request: HttpRequest, chosen: QuerySet[Notice]) -> None:
        """Let those that wait for their next attempt have it now. A failed one has forgotten its address for good."""
        # Only those with an error: one that a worker is just now sending has none, and would be sent twice.
        waiting = chosen.filter(status=Status.QUEUED).exclude(last_error="")
        count = waiting.update(next_try_at=Now())
        said = ngettext("%d notice will be tried now.", "%d notices will be tried now.", count) % count
        self.message_user(request, said, messages.INFO)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let an address ask for what the filters ask for, and not whether a number or a code begins with this or that."""
        beside = any(lookup.startswith(f"{name}__") for name in self.list_filter)
        return beside and super().lookup_allowed(lookup, value, request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False
