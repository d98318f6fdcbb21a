"""The administrator's screens for people: who they are, where they serve, and how they come in. Passwords are never typed here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from offices.accounts import end_sessions, end_sessions_of_the_gone
from offices.administration import SheetAdmin, called
from offices.clock import database_now
from offices.models import Posting, User
from offices.phones import NoPhoneNumber, read_phone
from offices.resources import PostingResource, StaffResource, refuse_taken

called(
    User,
    username=_("user name"),
    first_name=_("first name"),
    last_name=_("last name"),
    email=_("work e-mail"),
    phone=_("work phone"),
    language=_("language"),
    is_active=_("may log in"),
    last_login=_("last logged in"),
)
called(
    Posting,
    user=_("who"),
    office=_("office"),
    department=_("department"),
    role=_("as what"),
    sensitive_categories=_("sensitive subjects (codes)"),
    valid_from=_("from"),
    valid_to=_("until"),
)


def may_post(request: HttpRequest, user: User | None) -> bool:
    """Say whether whoever asks may change this person's postings: nobody their own."""
    return user is None or user != request.user or bool(getattr(request.user, "is_superuser", False))


def sign_out_the_gone(users: QuerySet[User]) -> None:
    """Sign out, once the change holds, those of these people who may no longer come in."""
    transaction.on_commit(lambda: end_sessions_of_the_gone(users, database_now()))


class StaffForm(forms.ModelForm):
    """A member of staff. There is no password in it: each sets their own."""

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        refuse_taken(name, self.instance)
        return name

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        try:
            return read_phone(typed) if typed else ""
        except NoPhoneNumber as error:
            raise ValidationError(str(error.words)) from error


class PostingInline(admin.StackedInline):
    model = Posting
    extra = 0
    autocomplete_fields = ("office", "department")
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Posting]:
        """Give what this person holds; those of leaves come and go, and would soon be more than a form can carry."""
        return super().get_queryset(request).filter(absence=None)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_post(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_post(request, obj)


@admin.register(User)
class StaffAdmin(SheetAdmin):
    """People. A new one is told by SMS where to set a password."""

    form = StaffForm
    resource_classes = [StaffResource]
    fields = ("username", "first_name", "last_name", "phone", "email", "language", "is_active", "last_login")
    readonly_fields = ("last_login",)
    list_display = ("username", "first_name", "last_name", "phone", "email", "is_active", "last_login")
    list_filter = ("is_active", "postings__role", "postings__office__level")
    search_fields = ("username", "first_name", "last_name", "email", "postings__office__code", "postings__office__name")
    ordering = ("username",)
    inlines = (PostingInline,)
    actions = ("invite", "sign_out", "forget_second_factor")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        above = obj is not None and obj.is_superuser and not getattr(request.user, "is_superuser", False)
        return super().has_change_permission(request, obj) and not above

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            self.tell_where_to_begin(request, [obj])

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        sign_out_the_gone(User.objects.filter(pk=form.instance.pk))

    def after_sheet(self, request: HttpRequest, rows: list[Any]) -> None:
        new = [user for user in rows if user.last_login is None and not user.has_usable_password()]
        self.tell_where_to_begin(request, new)
        sign_out_the_gone(User.objects.filter(pk__in=[user.pk for user in rows]))

    def tell_where_to_begin(self, request: HttpRequest, people: list[User]) -> None:
        """Tell people where to set a password, and the administrator whom we cannot reach."""
        at = database_now()
        unreached = [user.username for user in people if not get_adapter().invite(user, at)]
        if unreached:
            said = _("No phone and no e-mail address, so nobody was told where to set a password: %(names)s") % {
                "names": ", ".join(unreached)
            }
            self.message_user(request, said, messages.WARNING)

    @admin.action(description=_("Tell them where to set a password"), permissions=["change"])
    def invite(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Send the way to set a password once more."""
        self.tell_where_to_begin(request, list(chosen))
        self.note(request, chosen, "Told where to set a password")

    @admin.action(description=_("Log them out everywhere"), permissions=["change"])
    def sign_out(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """End all sessions of the chosen."""
        count = sum(end_sessions(user) for user in chosen)
        self.note(request, chosen, "Logged out everywhere")
        self.message_user(request, ngettext("%d session ended.", "%d sessions ended.", count) % count)

    @admin.action(description=_("Remove their second factor (the telephone is lost)"), permissions=["change"])
    def forget_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Let the chosen set up a second factor anew; they are signed out at once."""
        mine = chosen if getattr(request.user, "is_superuser", False) else chosen.filter(is_superuser=False)
        Authenticator.objects.filter(user__in=mine).delete()
        for user in mine:
            end_sessions(user)
        self.note(request, mine, "Second factor removed")
        self.message_user(request, _("They set up a second factor anew when they next log in."))

    def note(self, request: HttpRequest, people: QuerySet[User], did: str) -> None:
        """Write into the history what was done to people."""
        for user in people:
            self.log_change(request, user, str(did))


class PostingForm(forms.ModelForm):
    by: User | None = None

    def clean_user(self) -> User:
        user: User = self.cleaned_data["user"]
        if user == self.by and not user.is_superuser:
            raise ValidationError(_("Nobody changes their own postings."))
        return user


@admin.register(Posting)
class PostingAdmin(SheetAdmin):
    """Who serves where. A posting that has begun is ended by its last day, never deleted: it explains old decisions."""

    form = PostingForm
    resource_classes = [PostingResource]
    list_display = ("user", "role", "office", "department", "valid_from", "valid_to")
    list_filter = ("role", "department", "office__level")
    list_select_related = ("user", "office", "department")
    search_fields = ("user__username", "user__last_name", "office__code", "office__name")
    autocomplete_fields = ("user", "office", "department")
    date_hierarchy = "valid_from"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_post(request, obj and obj.user)

    def kept_because(self, rows: Any) -> list[str]:
        begun = rows.filter(valid_from__lte=today()).exists()
        said = (
            [str(_("The posting has begun. Give it a last day instead: it explains old decisions."))] if begun else []
        )
        return said + super().kept_because(rows)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        sign_out_the_gone(User.objects.filter(pk=obj.user_id))

    def after_sheet(self, request: HttpRequest, rows: list[Any]) -> None:
        sign_out_the_gone(User.objects.filter(pk__in=[posting.user_id for posting in rows]))


def today() -> dt.date:
    """Give the day that it is in the offices."""
    return timezone.localdate(database_now())
