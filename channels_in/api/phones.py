"""Citizens prove their phone: a code by SMS, and for it a token, which opens all complaints of that phone."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.request import Request

from channels_in import limits, phone_tokens
from channels_in.api.answers import Problem, TooMany, as_json, refused
from channels_in.api.callers import citizen_of
from channels_in.api.describing import CITIZEN, described
from channels_in.api.doors import Door
from channels_in.api.sent import errors_of, object_of, wrong_fields
from channels_in.forms import PhoneCodeForm, PhoneForm
from channels_in.phone_proof import LASTS
from channels_in.web import FORGOTTEN_AFTER_SECONDS, MOST_TRIES


class Phones(Door):
    """Phones to be proved."""

    throttle_scope = "phones"

    @described("send_code", {202: "CodeSent"}, sends="PhoneToProve")
    def post(self, request: Request) -> HttpResponse:
        """Send a code by SMS. The answer is the same whether the number is known or not, and got many codes or none."""
        body = object_of(request)
        form = PhoneForm(body)
        if wrong := wrong_fields(body, form.fields) or errors_of(form):
            return refused(wrong)
        count_tries(request, "send")
        phone_tokens.send_code(form.cleaned_data["phone"], language=get_language() or "sw", at=self.at)
        minutes = int(LASTS.total_seconds() // 60)
        said = _(
            "A code is on its way by SMS, unless this number has just been sent several. It is good for ten minutes."
        )
        return as_json({"detail": said, "minutes": minutes}, 202)


class ProvedPhones(Door):
    """Phones that were proved."""

    throttle_scope = "phones"

    @described("verify_phone", {201: "Token"}, sends="PhoneAndCode", fails=(403,))
    def post(self, request: Request) -> HttpResponse:
        """Give a token for the code that was sent."""
        body = object_of(request)
        form = PhoneCodeForm(body)
        if wrong := wrong_fields(body, form.fields) or errors_of(form):
            return refused(wrong)
        if limits.reached(f"code:{request.META.get('REMOTE_ADDR')}", MOST_TRIES):
            raise TooMany(FORGOTTEN_AFTER_SECONDS)
        said = form.cleaned_data
        made = phone_tokens.token_for(said["phone"], said["code"], language=get_language() or "sw", at=self.at)
        if made is None:
            limits.count(f"code:{request.META.get('REMOTE_ADDR')}", FORGOTTEN_AFTER_SECONDS)
            raise Problem(403, _("This number and this code do not belong together, or the ten minutes are over."))
        token, ends_at = made
        return as_json({"token": token, "ends_at": ends_at.isoformat()}, 201)


class OwnToken(Door):
    """The token with which one asks."""

    @described("end_token", {204: None}, who=(CITIZEN,), fails=(403,))
    def delete(self, request: Request) -> HttpResponse:
        """End it: the phone may be shared."""
        citizen_of(request).token.delete()
        return HttpResponse(status=204)


def count_tries(request: Request, what: str) -> None:
    """Count one try of an address, or refuse it where there were many within a quarter of an hour."""
    key = f"{what}:{request.META.get('REMOTE_ADDR')}"
    if limits.reached(key, MOST_TRIES):
        raise TooMany(FORGOTTEN_AFTER_SECONDS)
    limits.count(key, FORGOTTEN_AFTER_SECONDS)


phones = Phones.as_view()
verify = ProvedPhones.as_view()
token = OwnToken.as_view()
