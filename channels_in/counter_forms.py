"""What a clerk fills in at the complaints desk, for what people bring in person, by call, letter, e-mail or at a meeting."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_in.citizens import takes_sms
from channels_in.forms import CHOOSE_ONE, NOT_KNOWN, TELEPHONE, Phone, PlaceByName, ask_for_kind, kinds, too_long
from channels_in.incoming import Incoming
from complaints.attachments import Paper
from offices.actors import Actor
from offices.forms import PlaceInput
from offices.models import Level, Office
from offices.written_places import CODE, is_within, office_of_level, place_in_full, places_named
from workflows.desk.fields import PAPERS_HINT, PapersField

OLDEST_DAYS = 60  # a paper that lay longer is entered as of today, and its words say so

ARRIVALS = [
    ("in_person", _("In person")),
    ("call", _("By phone call")),
    ("letter", _("By letter")),
    ("email", _("By e-mail")),
    ("meeting", _("At a public meeting")),
]


class CounterForm(PlaceByName):
    """The clerk's form: everything on one page, in the order in which it is asked."""

    channel = "counter"

    phone = Phone(label=_("Phone number"), required=False, widget=TELEPHONE, **too_long(40))
    arrival = forms.ChoiceField(
        label=_("How did it come?"),
        choices=ARRIVALS,
        initial="in_person",
        error_messages={
            "required": _("Choose how it came."), "invalid_choice": CHOOSE_ONE,
        },
    )  # fmt: skip
    received_on = forms.DateField(
        label=_("Received on"),
        help_text=_("The day on which the citizen spoke or the letter came. The time to act counts from this day."),
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={
            "required": _("Fill this in."), "invalid": _("Write the date as day/month/year: 24/11/2026."),
        },
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language of the citizen"),
        choices=[("sw", "Kiswahili"), ("en", "English")],
        initial="sw",
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )
    hears_by = forms.ChoiceField(
        label=_("How shall the citizen hear from us?"),
        choices=[("sms", _("By SMS")), ("call", _("By phone call: call-back list"))],
        initial="sms",
        required=False,
        error_messages={"invalid_choice": CHOOSE_ONE},
    )
    papers = PapersField(label=_("The paper, scanned or photographed"), help_text=PAPERS_HINT, required=False)

    def __init__(self, *args: Any, desk: Office, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk, self.at = desk, at
        self.fields["received_on"].initial = timezone.localdate(at)
        ask_for_kind(self)
        self.fields["kind"].label = _("What is it?")
        self.fields["kind"].widget = forms.Select(choices=kinds())  # one stop of the Tab key instead of a block
        own_council = office_of_level(desk, Level.COUNCIL)
        self.fields["council"].initial = own_council.code if own_council else NOT_KNOWN
        self.fields["place"].widget = PlaceInput(own_council.pk if own_council else None)
        self.fields["place"].help_text = _("Type a name. If you know only the ward, write the ward.")
        self.fields["words"].help_text = _("The citizen's own words: what happened, when, and what is asked for.")
        self.fields["phone"].help_text = _("Without a number the citizen hears nothing by SMS.")

    def clean_received_on(self) -> dt.date:
        """Refuse days to come, and those too long ago."""
        day, today = self.cleaned_data["received_on"], timezone.localdate(self.at)
        if day > today:
            raise forms.ValidationError(_("This day is still to come."))
        if day < today - dt.timedelta(days=OLDEST_DAYS):
            words = _("This is more than %(days)s days ago. Enter it as of today, and write the day into the words.")
            raise forms.ValidationError(words, params={"days": OLDEST_DAYS})
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse to promise a call to nobody's number."""
        said = super().clean()
        if said.get("hears_by") == "call" and not said.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Give the number that is to be called."))
        return said

    @property
    def is_to_be_called(self) -> bool:
        """Whether the citizen asked for it, or gave a number that takes no SMS."""
        phone = self.cleaned_data["phone"]
        return bool(phone) and (self.cleaned_data["hears_by"] == "call" or not takes_sms(phone))

    def _place(self) -> Office | None:
        """Take a place with its code, as the list offers it, for just that one."""
        text = self.cleaned_data["place"]
        named = places_named(text) if CODE.search(text) else []
        return named[0] if len(named) == 1 else super()._place()

    def raw(self) -> dict[str, str]:
        """Give what came; the papers by their digests, so that another paper under the same token is noticed."""
        sent = super().raw() | {"desk": self.desk.code}
        sent["papers"] = " ".join(paper.sha256 for paper in self.papers_sent)
        return sent

    @property
    def papers_sent(self) -> list[Paper]:
        """The papers that came along."""
        found: list[Paper] = self.cleaned_data.get("papers") or []
        return found

    def incoming_by(self, clerk: Actor, provider_id: str) -> Incoming:
        """Give what the clerk has filled in, in our one shape."""
        said = self.cleaned_data
        return self.incoming(
            provider_id, by=clerk, arrival=said["arrival"], received_at=self._received_at(), language=said["language"],
            place=self._place_or_desk(), desk=self.desk, by_call=self.is_to_be_called,
        )  # fmt: skip

    def _place_or_desk(self) -> Office | None:
        """Take what is brought without a place to be about the desk's own."""
        named = self.cleaned_data["place"] or not is_within(self.desk, self.place_found)
        if named or self.desk.level == Level.OVERSIGHT:
            return self.place_found
        return self.desk

    def _received_at(self) -> dt.datetime:
        """Count from now for today, and for an earlier day from its beginning."""
        day: dt.date = self.cleaned_data["received_on"]
        if day == timezone.localdate(self.at):
            return self.at
        return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def begun(said: QueryDict) -> dict[str, Any]:
    """Give what was typed so far, for a page that is shown once more before anything is sent."""
    typed = {name: said[name] for name in CounterForm.base_fields if name in said}
    field, _colon, value = said.get("use", "").partition(":")
    return typed | _used(field, value)


def _used(field: str, value: str) -> dict[str, Any]:
    """Give the suggestion that was pressed, as it stands in the form."""
    if field == "category":
        return {"category": value}
    places = places_named(f"({value})") if field == "place" else []
    return {"place": f"{place_in_full(places[0])} ({places[0].code})"} if places else {}
