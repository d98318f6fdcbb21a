"""The administrator's screens for partners: their keys, their webhooks, and the log of what was told to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from channels_in import follow, partners, webhooks
from channels_in.models import PartnerKey, Scope, Webhook, WebhookCall
from offices.administration import AdministeredAdmin, called
from offices.clock import database_now

called(
    PartnerKey,
    partner=_("partner"),
    scopes=_("opens"),
    beginning=_("begins with"),
    made_at=_("made at"),
    ends_on=_("good until"),
    last_used_on=_("last used on"),
)
called(
    Webhook,
    partner=_("partner"),
    address=_("address"),
    moves=_("told of (none: of all)"),
    active=_("switched on"),
    made_at=_("made at"),
)
called(
    WebhookCall,
    webhook=_("webhook"),
    change=_("change"),
    state=_("state"),
    attempts=_("tries"),
    next_try_at=_("next try at"),
    status=_("answered"),
    error=_("last fault"),
    made_at=_("queued at"),
    done_at=_("final at"),
)


class KeyForm(forms.ModelForm):
    """A key: for whom, for what, until when."""

    scopes = forms.MultipleChoiceField(
        label=_("opens"), choices=[(scope.value, capfirst(scope.label)) for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


@admin.register(PartnerKey)
class PartnerKeyAdmin(AdministeredAdmin):
    """Makes keys for partners' programs. A key is shown once; what is kept opens nothing."""

    form = KeyForm
    list_display = ("partner", "beginning", "scopes", "made_at", "ends_on", "last_used_on")
    list_filter = ("partner",)
    ordering = ("partner", "-id")
    fields = ("partner", "scopes", "ends_on")
    actions = ("end",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave a key with its partner."""
        return ("partner",) if obj else ()

    def save_model(self, request: HttpRequest, obj: PartnerKey, form: Any, change: bool) -> None:
        if not change:
            key, obj.digest, obj.beginning = partners.new_key()
            obj.made_at = database_now()
            said = _("The key is %(key)s. Copy it now: it is not shown again.") % {"key": key}
            self.message_user(request, said, messages.WARNING)
        super().save_model(request, obj, form, change)

    @admin.action(description=_("End the chosen keys today"), permissions=["change"])
    def end(self, request: HttpRequest, chosen: QuerySet[PartnerKey]) -> None:
        """Let keys open nothing from now on."""
        count = chosen.update(ends_on=timezone.localdate(database_now()))
        said = ngettext("%d key opens nothing any more.", "%d keys open nothing any more.", count) % count
        self.message_user(request, said, messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class WebhookForm(forms.ModelForm):
    """An address, and of what it is told."""

    address = forms.URLField(label=_("address"), max_length=500, assume_scheme="https")
    moves = forms.MultipleChoiceField(
        label=_("told of (none: of all)"), choices=lambda: sorted(follow.STEPS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def clean_address(self) -> str:
        """Take only what we would call."""
        address: str = self.cleaned_data["address"]
        webhooks.check_address(address)
        return address


@admin.register(Webhook)
class WebhookAdmin(AdministeredAdmin):
    """The addresses that are told at once. The secret that signs is shown when it is made, or made anew."""

    form = WebhookForm
    list_display = ("partner", "address", "active", "made_at")
    list_filter = ("partner", "active")
    ordering = ("partner", "id")
    fields = ("partner", "address", "moves", "active")
    actions = ("make_new_secret",)

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        if not change:
            obj.seed, obj.made_at = webhooks.new_seed(), database_now()
            self._show(request, obj)
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Make a new secret"), permissions=["change"])
    def make_new_secret(self, request: HttpRequest, chosen: QuerySet[Webhook]) -> None:
        """Sign with another secret from now on."""
        for webhook in chosen:
            webhook.seed = webhooks.new_seed()
            webhook.save(update_fields=["seed"])
            self._show(request, webhook)

    def _show(self, request: HttpRequest, webhook: Webhook) -> None:
        said = _("The secret of %(address)s is %(secret)s. Copy it now: it is not shown again.")
        told = said % {"address": webhook.address, "secret": webhooks.secret_of(webhook)}
        self.message_user(request, told, messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(WebhookCall)
class WebhookCallAdmin(AdministeredAdmin):
    """The log of calls: what was told to whom, what was answered; and once more, where that is wanted."""

    list_display = ("id", "webhook", "state", "attempts", "status", "error", "made_at", "next_try_at", "done_at")
    list_filter = ("state", "webhook")
    list_select_related = ("webhook",)
    ordering = ("-id",)
    show_full_result_count = False
    actions = ("replay",)
    fields = readonly_fields = (
        "webhook", "told", "state", "attempts", "status", "error", "made_at", "next_try_at", "done_at",
    )  # fmt: skip

    @admin.display(description=_("what was told"))
    def told(self, call: WebhookCall) -> str:
        """The body of the call."""
        return webhooks.body_of(call).decode()

    @admin.action(description=_("Make these calls once more"), permissions=["change"])
    def replay(self, request: HttpRequest, chosen: QuerySet[WebhookCall]) -> None:
        """Let calls be made again."""
        count = webhooks.replay(chosen)
        said = ngettext("%d call will be made once more.", "%d calls will be made once more.", count) % count
        self.message_user(request, said, messages.INFO)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
