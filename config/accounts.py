"""Signing in: what we ask of allauth in our own words, and how a code reaches a member of staff."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from typing import Any, cast

from allauth.account import forms as account
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as second_factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from cryptography.fernet import Fernet
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from channels_in.qr import drawing_of
from notices import outbox
from offices import demo
from offices.accounts import may_come_in, needs_second_factor, roles_of
from offices.clock import database_now
from offices.models import Role, User
from offices.sessions import has_just_begun

CODES_SENT = "3/10m/key"  # to one person
TRIES_OF_A_CODE = "9/10m/key"  # three for each that was sent
CODE_HOLDS_SECONDS = 2 * 60  # that of a second factor, by clocks that are half a minute wrong

WORKS_ON_COMPLAINTS = {Role.CLERK, Role.OFFICER, Role.SUPERVISOR}

SAID = {
    "enter_current_password": _("This is not your current password."),
    "incorrect_code": _("This code is not right, or has been used already."),
    "incorrect_password": _("This is not your password."),
    "rate_limited": _("Too many tries. Wait a few minutes and try again."),
    "too_many_login_attempts": _("Too many tries. Wait five minutes and try again, or set a new password."),
    "username_password_mismatch": _("User name or password is not right."),
    "cannot_delete_authenticator": _("Your posting asks for a second factor, so it cannot be switched off."),
    "cannot_generate_recovery_codes": _("Set up the app on your telephone first."),
}


def first_page(roles: set[str]) -> str:
    """Give where somebody's day begins: who leads looks at all of it first; who also works on complaints, at the work list."""
    if Role.LEADER in roles:
        return reverse("reports:leader")
    if roles & WORKS_ON_COMPLAINTS or not roles:
        return settings.LOGIN_REDIRECT_URL
    return reverse("reports:audit" if Role.AUDITOR in roles else "admin:index")


class Accounts(DefaultAccountAdapter):
    """Lets in who is posted somewhere; nobody signs up, and no address of another site is followed."""

    error_messages = DefaultAccountAdapter.error_messages | SAID

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        hosts = {self.request.get_host()}
        return url_has_allowed_host_and_scheme(url, allowed_hosts=hosts, require_https=self.request.is_secure())

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        if not settings.DEMO and credentials.get("password") == demo.PASSWORD:
            credentials["password"] = None  # everybody knows it: in production it opens nothing, whosever it is
        return super().authenticate(request, **credentials)

    def pre_login(self, request: HttpRequest, user: Any, **says: Any) -> HttpResponse | None:
        if not may_come_in(user, roles_of(user, database_now())):
            return cast(HttpResponse, self.respond_user_inactive(request, user))
        return cast("HttpResponse | None", super().pre_login(request, user, **says))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return first_page(roles_of(cast(User, request.user), database_now()))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("usersessions_list")

    def is_reauthentication_required(self, *, app: str, **says: Any) -> bool:
        return not has_just_begun(self.request, timezone.now())

    def generate_password_reset_code(self) -> str:
        return f"{secrets.randbelow(10**6):06d}"  # digits alone: typed on any keypad

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return str(credentials.get("username", "")).strip().lower()  # whatever name of ours the browser used

    def invite(self, user: User, at: dt.datetime) -> bool:
        """Tell a new member of staff where to set a password; says whether there was a way to reach them."""
        where = settings.PUBLIC_URL.rstrip("/") + reverse("account_reset_password")
        return tell(user, "welcome", {"who": user.username, "where": where}, at)


def tell(user: User, kind: str, facts: dict[str, Any], at: dt.datetime) -> bool:
    """Queue a notice to a member of staff, by SMS or where we have no phone by e-mail; says whether there was a way."""
    way, address = ("sms", user.phone) if user.phone else ("email", user.email)
    if not address:
        return False
    outbox.queue(kind, way=way, address=address, language=user.language, facts=facts, case_id=None, at=at)
    return True


class SecondFactor(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted, and lets nobody drop one that their posting asks for."""

    error_messages = DefaultMFAAdapter.error_messages | SAID

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user = cast(User, authenticator.user)
        asked = settings.SECOND_FACTOR_REQUIRED and needs_second_factor(user, roles_of(user, database_now()))
        return not asked

    def build_totp_svg(self, url: str) -> str:
        return drawing_of(url, title=_("Code to scan"))

    def encrypt(self, text: str) -> str:
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return box().decrypt(encrypted_text.encode()).decode()


def box() -> Fernet:
    """Give what encrypts the secrets of second factors."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.SECOND_FACTOR_KEY.encode()).digest()))


# Forms.

Words = dict[str, dict[str, Any]]

NEW_PASSWORD: Words = {
    "password1": {
        "label": _("New password"),
        "help_text": _("At least 10 characters. Three or four words are easy to remember and hard to guess."),
    },
    "password2": {"label": _("New password, once more"), "help_text": ""},
}
DIGITS: Words = {"code": {"label": _("Code"), "help_text": ""}}


class OurWords(forms.Form):
    """A form of allauth's with our labels, and without words that vanish when one types."""

    words: Words = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in self.words.items():
            self.fields[name].label, self.fields[name].help_text = said["label"], said["help_text"]
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        if "code" in self.fields:
            self.fields["code"].widget.attrs |= {"inputmode": "numeric", "class": "govuk-input--width-10"}


class LoginForm(OurWords, account.LoginForm):
    words = {
        "login": {"label": _("User name"), "help_text": ""},
        "password": {"label": _("Password"), "help_text": ""},
    }

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else super().add_prefix(field_name)


class ReauthenticateForm(OurWords, account.ReauthenticateForm):
    words = {"password": {"label": _("Password"), "help_text": ""}}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    words = {"oldpassword": {"label": _("Current password"), "help_text": ""}, **NEW_PASSWORD}


class SetPasswordForm(OurWords, account.ResetPasswordKeyForm):
    words = NEW_PASSWORD


class ResetCodeForm(OurWords, account.ConfirmPasswordResetCodeForm):
    """Asks for the code that was sent; its tries are counted for all browsers together, and one after the other."""

    words = DIGITS

    def clean_code(self) -> str:
        request = context.request
        process = CodeFromUs.resume(request)
        meant = process.state.get("user_id") or process.state.get("email", "") if process else ""
        if not consumed(request, "reset_code", TRIES_OF_A_CODE, str(meant)):
            raise get_adapter().validation_error("rate_limited")
        return cast(str, super().clean_code())


def consumed(request: HttpRequest, action: str, rates: str, key: str) -> bool:
    """Count one more of what may be done so often for a key; say whether it was still allowed."""
    used = ratelimit.consume(request, app="allauth.account", action=action, config={action: rates}, key=key)
    return used is not None


class OnlyOnce(forms.Form):
    """Takes a code once. allauth forgets after half a minute what was used, and a code holds for three times as long."""

    user: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # the method is of the allauth form that this is mixed into
        if not cache.add(f"second_factor_used:{self.user.pk}:{normalize_user_code(code)}", 1, CODE_HOLDS_SECONDS):
            raise cast(Exception, get_mfa_adapter().validation_error("incorrect_code"))
        return code


class CodeForm(OurWords, OnlyOnce, second_factor.AuthenticateForm):
    words = DIGITS


class CodeAgainForm(OurWords, OnlyOnce, second_factor.ReauthenticateForm):
    words = DIGITS


class ActivateForm(OurWords, OnlyOnce, totp.ActivateTOTPForm):
    words = {"code": {"label": _("Code that the app shows"), "help_text": ""}}


class ResetPasswordForm(account.ResetPasswordForm):
    """Asks who wants a new password; whether there is such a person, the page does not say."""

    email = forms.CharField(
        label=_("User name or work e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )

    def clean_email(self) -> str:
        return cast(str, self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        named = self.cleaned_data["email"]
        user = known(named, database_now())
        if user and not consumed(request, "code_sent", CODES_SENT, str(user.pk)):
            user = None  # enough have been sent, under whichever of their names; the page does not say whether
        CodeFromUs.initiate(request=request, user=user, email=named)
        return cast(str, named)


def known(named: str, at: dt.datetime) -> User | None:
    """Give the one person of this user name or e-mail who may come in."""
    found = list(User.objects.filter(Q(username__iexact=named) | Q(email__iexact=named))[:2])
    return found[0] if len(found) == 1 and may_come_in(found[0], roles_of(found[0], at)) else None


class CodeFromUs(PasswordResetVerificationProcess):
    """Setting a new password with a code that goes through our own outbox."""

    @classmethod
    def initiate(cls, *, request: HttpRequest, user: Any, email: str) -> CodeFromUs:
        process = cls(request, state=cls.initial_state(user, email), user=user)
        process.send()
        process.persist()
        return process

    def send(self) -> None:
        if self.user:
            self.state["code"] = get_adapter().generate_password_reset_code()
            tell(cast(User, self.user), "code", {"code": self.code}, database_now())
