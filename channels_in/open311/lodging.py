"""POST: a complaint from an Open311 client, taken in as the API takes it in, exactly once.

The standard knows no Idempotency-Key; a client that sends one is answered as by the API. One that sends none, and says who
complains (phone, e-mail, device or account), gets the first answer again for the very same form on the same day: it tried
again because the line broke. Where nobody is named, two people may have written the same, and both are taken in.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_in import proof
from channels_in.api.callers import Partner, partner_with, shelf_of
from channels_in.api.sent import idempotency_key
from channels_in.forms import PartnerForm
from channels_in.incoming import Answer, Incoming, InFlight, ReusedId
from channels_in.intake import answered, lodge, take_in
from channels_in.models import Message
from channels_in.open311.services import service_with, yes_or_no
from channels_in.open311.shapes import Refused
from channels_in.text import clean
from offices.written_places import place_meant

CHANNEL = "open311"
# What the standard calls each of our fields.
NAMES = {
    "words": "description", "category": "service_code", "place": "address_id", "place_words": "address_string",
    "name": "first_name", "kind": "attribute[kind]", "came_back": "attribute[came_back]",
    "about_office": "attribute[about_office]", "about_post": "attribute[about_post]", "latitude": "lat", "longitude": "long",
    "is_public": "attribute[public]", "lends_name": "attribute[lends_name]",
}  # fmt: skip
WHO = ("phone", "email", "device_id", "account_id")
NOT_KEPT = ("api_key", "phone", "description")  # the key is nobody's business; number and words are kept beside
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "")
MOST_SAID = 20  # things that are wrong
LONGEST_NAME, LONGEST_VALUE = 100, 2000  # of what else a client sends, as it is kept
WEB_ADDRESS = re.compile(r"https?://\S{1,1990}")
TOKENS = Signer(salt="open311 token", sep="~")


class Degrees(forms.FloatField):
    """Degrees of latitude or longitude."""

    def __init__(self, most: int) -> None:
        words = gettext_lazy("Write degrees with a point: -6.8235.")
        errors = {"invalid": words, "min_value": words, "max_value": words}
        super().__init__(required=False, min_value=-most, max_value=most, error_messages=errors)


class Allowed(forms.ChoiceField):
    """Whether the citizen allows something; no, where nothing is said."""

    def __init__(self) -> None:
        super().__init__(
            required=False, choices=yes_or_no, error_messages={"invalid_choice": gettext_lazy("Say yes or no.")}
        )

    def clean(self, value: Any) -> bool:
        """Give whether it is allowed."""
        return bool(super().clean(value) == "yes")


class RequestForm(PartnerForm):
    """What an Open311 client sends, under our own names."""

    channel = CHANNEL

    latitude = Degrees(90)
    longitude = Degrees(180)
    is_public = Allowed()
    lends_name = Allowed()

    def __init__(self, sent: QueryDict, **more: Any) -> None:
        super().__init__(_in_our_names(sent), **more)
        self.sent = sent

    def clean(self) -> dict[str, Any]:
        """Ask for both degrees or none."""
        said = super().clean()
        if {"latitude", "longitude"} <= said.keys() and (said["latitude"] is None) != (said["longitude"] is None):
            self.add_error("latitude", _("Send lat and long, or neither."))
        category = self.category_chosen
        discreet = category is not None and (category.sensitive or category.protected)
        if said.get("is_public") and (discreet or said.get("about_office")):
            self.add_error("is_public", _("A complaint of this subject, or about an office, stays closed to others."))
        return said

    def raw(self) -> dict[str, str]:
        """Give all that came, for telling a repeat from another body."""
        kept = [name for name in self.sent if name not in NOT_KEPT]
        return {clean(name[:LONGEST_NAME]): clean("\n".join(self.sent.getlist(name))[:LONGEST_VALUE]) for name in kept}

    def incoming_of_partner(self, provider_id: str) -> Incoming:
        """Give what came in our one shape; a place is found where it is sure from the words for it."""
        incoming, names = super().incoming_of_partner(provider_id), ("latitude", "longitude", "is_public", "lends_name")
        place = incoming.place or place_meant(incoming.place_words, None)
        return replace(incoming, place=place, **{name: self.cleaned_data[name] for name in names})


def _in_our_names(sent: QueryDict) -> dict[str, str]:
    names = " ".join(part for part in (sent.get("first_name", ""), sent.get("last_name", "")) if part)
    own = {ours: sent.get(theirs) or sent.get(f"{theirs}[]", "") for ours, theirs in NAMES.items()}
    return own | {"words": _words(sent), "name": names, "phone": sent.get("phone", "")}


def _words(sent: QueryDict) -> str:
    """Give the description; an address of a picture stands beneath it, because we fetch nothing that strangers name."""
    picture = sent.get("media_url", "").strip()
    parts = [sent.get("description", "").strip(), picture if WEB_ADDRESS.fullmatch(picture) else ""]
    return "\n\n".join(part for part in parts if part)


def posted(request: HttpRequest, at: dt.datetime) -> tuple[int, dict[str, Any]]:
    """Lodge what was sent; gives the status, and the request as the standard describes it to its sender."""
    if "Transfer-Encoding" in request.headers:  # a body sent in pieces would be read as none
        raise Refused(411, _("Send the length of the body: Content-Length."))
    if request.content_type not in FORMS:
        raise Refused(400, _("The form cannot be read. Send it as application/x-www-form-urlencoded."))
    if request.FILES:
        raise Refused(400, _("media: no files are taken here. Send the address of the picture as media_url."))
    incoming = _incoming(request, _partner(request), at)
    try:
        return 201, _told(take_in(incoming, _lodge, at=at, wait=False))
    except ReusedId as reused:
        raise Refused(422, _("This Idempotency-Key was used for another complaint.")) from reused
    except InFlight:
        return 202, _told_later(incoming)


def _partner(request: HttpRequest) -> Partner:
    partner = partner_with(request.POST.get("api_key") or request.GET.get("api_key", ""))
    if partner is None:
        raise Refused(403, _("api_key: this key is not known here. Ask us for one."))
    return partner


def _incoming(request: HttpRequest, partner: Partner, at: dt.datetime) -> Incoming:
    sent = request.POST
    if not sent.get("service_code"):
        raise Refused(400, _("service_code: say what it is about."))
    service_with(sent["service_code"])
    form, key = RequestForm(sent, partner=partner.name, at=at), idempotency_key(request.headers.get("Idempotency-Key"))
    if key is None:
        raise Refused(400, _("Idempotency-Key must be a short string, for example a UUID."))
    if not form.is_valid():
        raise Refused(400, *_wrong(form)[:MOST_SAID])
    incoming = form.incoming_of_partner("")
    if "Idempotency-Key" not in request.headers and any(sent.get(name) for name in WHO):
        key = f"same:{incoming.body_digest}:{timezone.localdate(at)}"
    return replace(incoming, provider_id=shelf_of(partner) + key)


def _wrong(form: RequestForm) -> list[str]:
    return [f"{NAMES.get(field, field)}: {words}" for field, said in form.errors.items() for words in said]


def _lodge(incoming: Incoming, at: dt.datetime) -> Answer:
    done = lodge(incoming, at)
    by = done.task.due_at if done.task and done.task.due_at else None
    notice = _("Keep the number %(number)s and the code %(code)s: with both you follow it at %(page)s.") % {
        "number": done.case.reference_written, "code": proof.code_of(done.case.secret), "page": proof.page_of(),
    }  # fmt: skip
    if by is not None:
        day = date_format(timezone.localtime(by), "DATE_FORMAT")
        notice = f"{notice} {_('You hear from the office by %(day)s.') % {'day': day}}"
    return answered(done, notice=notice, account=incoming.raw.get("account_id") or None)


def _told(answer: Answer) -> dict[str, Any]:
    facts = answer.facts
    return {
        "service_request_id": facts["reference"], "service_notice": facts["notice"], "account_id": facts["account"],
    }  # fmt: skip


def _told_later(incoming: Incoming) -> dict[str, Any]:
    """Give a token to whoever asks again while the first try is still being taken in."""
    notice = _("It is being taken in at this moment. Ask with the token for its number.")
    return {"token": token_of(incoming.provider_id), "service_notice": notice, "account_id": None}


def token_of(provider_id: str) -> str:
    """Give the token with which the number of a message is asked for; nobody can make one but we."""
    return TOKENS.sign_object(provider_id)


def number_for(token: str) -> str:
    """Give the number for which a token stands; refuses where there is none, or none yet."""
    unknown = Refused(404, _("token: there is no number for it, or not yet."))
    try:
        provider_id = TOKENS.unsign_object(token)
    except BadSignature:
        raise unknown from None
    taken = Message.objects.filter(channel=CHANNEL, provider_id=provider_id, complaint__isnull=False)
    number: str | None = taken.values_list("complaint__reference", flat=True).first()
    if number is None:
        raise unknown
    return number
