"""What a person fills in when a complaint comes by form: the citizen's own page, the clerk's, and a partner's JSON.

Base <- the two pages that take a place by name <- the citizen's and the clerk's; the partner gives codes.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from typing import Any, TypeVar

import phonenumbers
from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from channels_in import follow
from channels_in.citizens import NoPhoneNumber, is_of_this_country, read_phone
from channels_in.incoming import Incoming
from channels_in.text import LONGEST as LONGEST_WORDS
from channels_in.text import clean
from complaints.categories import categories
from complaints.models import CameBack, Category, Kind
from complaints.references import read_reference
from offices.models import Level, Office, Role
from offices.written_places import (
    LONGEST,
    councils,
    office_of_level,
    office_with_code,
    place_in_full,
    place_meant,
    places_to_offer,
)  # fmt: skip
from workflows.desk.fields import PapersField

NOT_KNOWN = "none"  # the citizen does not know the council, or the place is none of those offered
CHOOSE_ONE = _("Choose one of the list.")
DO_NOT_KNOW = _("I do not know")
SENT_ALREADY = _("You have sent this form already, with other words. Send it once more if it is another complaint.")
TOKEN = re.compile(r"[0-9a-f]{32}")
OLDEST = dt.timedelta(days=366)  # a complaint may be entered this long after it was made
CLOCKS_DIFFER = dt.timedelta(minutes=10)  # so far may a partner's clock be ahead of ours
POSTS = (Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.LEADER)

Choices = list[tuple[str, Any]]


def new_token() -> str:
    """Give the token of a fresh form: it names what is sent, so that a second press is no second complaint."""
    return uuid.uuid4().hex


class Words(forms.CharField):
    """Prose, made safe to keep."""

    def to_python(self, value: Any) -> str:
        """Take out what no database can hold."""
        return str(super().to_python(clean(value) if isinstance(value, str) else value))


class Line(Words):
    """Words on one line."""

    def to_python(self, value: Any) -> str:
        """Make line ends blanks, and several blanks one."""
        return " ".join(super().to_python(value).split())


class Phone(Line):
    """A phone number as people write it, given as E.164."""

    def clean(self, value: Any) -> str:
        """Give the number, or "" for none."""
        text = super().clean(value)
        try:
            return read_phone(text) if text else ""
        except NoPhoneNumber as refused:
            raise forms.ValidationError(refused.words, code="no_phone") from refused


class HomePhone(Phone):
    """A phone number that anybody may have typed, so one of this country alone: SMS to other countries are dear."""

    def clean(self, value: Any) -> str:
        """Give the number, or "" for none."""
        number = super().clean(value)
        if number and not is_of_this_country(number):
            code = phonenumbers.country_code_for_region(settings.PHONE_REGION)
            words = _("We send SMS only to numbers of this country, which begin with +%(code)s. Give one, or none.")
            raise forms.ValidationError(words, code="abroad", params={"code": code})
        return number


TELEPHONE = forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
DIGITS = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
CODE = forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"})


def too_long(limit: int) -> dict[str, Any]:
    """Give the arguments of a field that takes so many letters and says so in words."""
    words = _("This is too long: write at most %(limit_value)d letters. You wrote %(show_value)d.")
    return {"max_length": limit, "error_messages": {"max_length": words, "required": _("Fill this in.")}}


def kinds() -> Choices:
    """Give the kinds of words that a citizen may send."""
    return [(value, capfirst(label)) for value, label in Kind.choices]


def subjects() -> Choices:
    """Give the subjects, in the language of the page."""
    return [("", DO_NOT_KNOW), *((category.code, category.name) for category in categories().values())]


def council_choices() -> Choices:
    """Give the councils of the region."""
    return [("", "–"), *((office.code, office.name) for office in councils()), (NOT_KNOWN, DO_NOT_KNOW)]


def posts() -> Choices:
    """Give the posts that a complaint may be about."""
    return [("", DO_NOT_KNOW), *((post.value, capfirst(post.label)) for post in POSTS)]


def levels_of_office() -> Choices:
    """Give the levels of office that a complaint may be about, lowest first."""
    levels = [level for level in reversed(Level) if level is not Level.OVERSIGHT]
    return [("", _("No, about something else")), *((level.value, capfirst(level.label)) for level in levels)]


Moment = TypeVar("Moment", dt.date, dt.datetime)


def refuse_far_off(when: Moment, now: Moment) -> Moment:
    """Give the day or moment at which a citizen spoke; days to come and years gone by are slips of the pen."""
    if when > now:
        raise forms.ValidationError(_("This day is still to come."))
    if when < now - OLDEST:
        raise forms.ValidationError(_("This is more than a year ago. Give the day on which you enter it, and say so."))
    return when


class Spoken(forms.Form):
    """What every form asks: the words, and whatever else is known."""

    channel = ""

    words = Words(
        label=_("What happened?"),
        help_text=_("Say what happened, when, and what you ask for. Do not write the names of children."),
        widget=forms.Textarea(attrs={"rows": 6}),
        **too_long(LONGEST_WORDS),
    )
    kind = forms.ChoiceField(
        label=_("What are you sending?"),
        choices=kinds,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )
    category = forms.ChoiceField(
        label=_("What is it about?"),
        choices=subjects,
        required=False,
        error_messages={"invalid_choice": _("We do not have this subject.")},
    )
    phone: Phone = HomePhone(label=_("Phone number"), required=False, widget=TELEPHONE, **too_long(40))
    name = Line(
        label=_("Name"), required=False, widget=forms.TextInput(attrs={"autocomplete": "name"}), **too_long(120)
    )
    came_back = forms.ChoiceField(
        label=_("Have you been to an office about this?"),
        choices=[(value, capfirst(label)) for value, label in CameBack.choices],
        required=False,
        error_messages={"invalid_choice": CHOOSE_ONE},
    )
    about_post = forms.ChoiceField(
        label=_("Who there?"),
        choices=posts,
        required=False,
        error_messages={"invalid_choice": _("We do not know this post.")},
    )

    def clean_words(self) -> str:
        """Refuse words of which nothing is left to read."""
        words: str = self.cleaned_data["words"]
        if not any(letter.isalnum() for letter in words):
            raise forms.ValidationError(_("Write what happened, in words."))
        return words

    def clean_kind(self) -> str:
        """Take it for a complaint unless something else was said."""
        return self.cleaned_data["kind"] or Kind.COMPLAINT

    @property
    def category_chosen(self) -> Category | None:
        """The category that was chosen, if any."""
        code = self.cleaned_data.get("category")
        return next((category for category in categories().values() if category.code == code), None) if code else None

    def incoming(self, provider_id: str, **more: Any) -> Incoming:
        """Give what was filled in, in our one shape."""
        said = self.cleaned_data
        return Incoming(**{
            "channel": self.channel, "provider_id": provider_id, "text": said["words"], "sender": said["phone"],
            "language": get_language() or "sw", "kind": said["kind"], "name": said["name"],
            "category": self.category_chosen, "came_back": said["came_back"], "about_post": said["about_post"],
            "raw": self.raw(),
        } | more)  # fmt: skip

    def raw(self) -> dict[str, str]:
        """Give what came, for telling a repeat from another body; words and number are kept beside it."""
        return {name: self._as_sent(name) for name in self.fields if name not in ("words", "phone")}

    def _as_sent(self, name: str) -> str:
        return clean(str(self.data.get(name) or ""))[:LONGEST_WORDS]


def ask_for_kind(form: Spoken) -> None:
    """Have one of the kinds chosen from the first, on a page that asks."""
    form.fields["kind"].initial, form.fields["kind"].required = Kind.COMPLAINT, True


class PlaceByName(Spoken):
    """Takes places by name: where it is, and which office it is about. A name that fits several offers them."""

    council = forms.ChoiceField(
        label=_("In which council?"),
        choices=council_choices,
        error_messages={
            "required": _("Choose the council, or say that you do not know it."),
            "invalid_choice": CHOOSE_ONE,
        },
    )
    place = Line(
        label=_("Street (mtaa) and ward"),
        help_text=_("For example: Kisiwani, Mburahati. If you know only the ward, write the ward."),
        required=False,
        **too_long(LONGEST),
    )
    place_choice = forms.CharField(label=_("Which of these places?"), required=False, widget=forms.RadioSelect)
    landmark = Line(
        label=_("Close to what?"),
        help_text=_("A school, a market, a bus stop that people there know."),
        required=False,
        **too_long(120),
    )
    about_level = forms.ChoiceField(
        label=_("Is it about an office or somebody who works there?"),
        help_text=_("That office will neither get this complaint nor see it."),
        choices=levels_of_office,
        required=False,
        error_messages={"invalid_choice": CHOOSE_ONE},
    )
    about_where = Line(
        label=_("Where is that office, if it is somewhere else?"),
        help_text=_("The name of its street, ward, district or council."),
        required=False,
        **too_long(LONGEST),
    )

    place_found: Office | None = None
    about_found: Office | None = None

    def clean(self) -> dict[str, Any]:
        """Find the places that are meant."""
        said = super().clean() or self.cleaned_data
        if not {"council", "place", "about_where"} <= said.keys():
            return said
        self.place_found = self._place()
        if said.get("about_level"):
            self.about_found = self._office_it_is_about()
        elif said.get("about_post"):
            self.add_error("about_level", _("Say at which office this person works."))
        return said

    def _place(self) -> Office | None:
        """Give the place where it is: as named, as chosen, or the council alone; otherwise offer some."""
        council = office_with_code(self.cleaned_data["council"])
        text, choice = self.cleaned_data["place"], self.cleaned_data.get("place_choice")
        if not text or choice == NOT_KNOWN:
            return council
        return place_meant(text, council) or self._place_chosen(choice, places_to_offer(text, council))

    def _place_chosen(self, choice: str | None, offered: list[Office]) -> Office | None:
        chosen = next((office for office in offered if office.code == choice), None)
        if chosen is None:
            self._offer(offered)
        return chosen

    def _offer(self, offered: Iterable[Office]) -> None:
        choices: Choices = [(office.code, place_in_full(office)) for office in offered]
        choices.append((NOT_KNOWN, _("None of these: let the complaints desk find it")))
        self.fields["place_choice"].widget.choices = choices
        self.fields["place_choice"].required = True
        many = len(choices) > 1
        words = _("Choose the place that you mean.") if many else _("We do not know a place of this name.")
        self.add_error("place_choice", words)

    @property
    def shows_more(self) -> bool:
        """Whether the part about offices and officers stands open: something there is filled in, or wrong."""
        names = ("came_back", "about_level", "about_where", "about_post")
        return self.is_bound and any(self.data.get(name) or name in self.errors for name in names)

    @property
    def offers_places(self) -> bool:
        """Whether the form asks which of several places is meant."""
        return bool(self.fields["place_choice"].widget.choices)

    def _office_it_is_about(self) -> Office | None:
        """Give the office of that level above the place named for it, or above where the complaint is."""
        level, where = self.cleaned_data["about_level"], self.cleaned_data["about_where"]
        office = office_it_is_about(level, where, self.place_found)
        if office is None and not self.errors:
            self.add_error("about_where", _("We cannot tell which office this is. Write its street and its ward."))
        return office

    def incoming(self, provider_id: str, **more: Any) -> Incoming:
        """Give what was filled in, in our one shape."""
        said = self.cleaned_data
        place_words = "; ".join(part for part in (said["place"], said["landmark"]) if part)[:200]
        found = {"place": self.place_found, "place_words": place_words, "about_office": self.about_found}
        return super().incoming(provider_id, **found | more)


def office_it_is_about(level: str, where: str, place: Office | None) -> Office | None:
    """Give the office of a level above the place named for it, or above where the complaint is; None where that is unclear."""
    if level == Level.REGION:
        return Office.objects.filter(level=level).first()
    meant = place_meant(f"{level} {where}", None) or place_meant(where, None) if where else place
    return office_of_level(meant, level) if meant else None


class CitizenForm(PlaceByName):
    """The citizen's own form."""

    channel = "web"
    field_order = ["kind", "words", "category", "council", "place", "place_choice", "landmark", "phone", "name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for_kind(self)
        self.fields["name"].help_text = _("Only if you wish.")
        self.fields["phone"].help_text = _(
            "We send the answer there by SMS. Without a number you must come back to this site to see the answer,"
            " and we cannot ask you anything."
        )


class PartnerForm(Spoken):
    """What a partner's program sends: codes in place of names, and moments in place of days."""

    channel = "api"

    place = Line(required=False, **too_long(40))
    place_words = Line(required=False, **too_long(200))
    language = forms.ChoiceField(
        choices=[("sw", "sw"), ("en", "en")],
        required=False,
        error_messages={"invalid_choice": _("We write Swahili (sw) and English (en).")},
    )
    about_office = Line(required=False, **too_long(40))
    received_at = forms.DateTimeField(
        required=False, error_messages={"invalid": _("Write the moment like this: 2026-11-24T10:30:00+03:00.")}
    )

    def __init__(self, *args: Any, partner: str, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partner, self.at = partner, at

    def clean_place(self) -> Office | None:
        """Give the office with this code."""
        return self._office("place")

    def clean_about_office(self) -> Office | None:
        """Give the office with this code."""
        return self._office("about_office")

    def _office(self, name: str) -> Office | None:
        code = self.cleaned_data[name]
        office = office_with_code(code)
        if code and office is None:
            raise forms.ValidationError(_("There is no office with this code."))
        if office is not None and office.level == Level.OVERSIGHT:
            raise forms.ValidationError(_("Give the region or an office beneath it: none lies at the oversight desk."))
        return office

    def clean_received_at(self) -> dt.datetime | None:
        """Refuse moments to come, and years gone by."""
        moment: dt.datetime | None = self.cleaned_data["received_at"]
        if moment is None or self.at < moment <= self.at + CLOCKS_DIFFER:
            return None
        return refuse_far_off(moment, self.at)

    def clean(self) -> dict[str, Any]:
        """Ask for the office of a post."""
        said = super().clean() or self.cleaned_data
        if said.get("about_post") and not said.get("about_office") and "about_office" not in self.errors:
            self.add_error("about_office", _("Say at which office this person works."))
        return said

    def incoming_of_partner(self, provider_id: str) -> Incoming:
        """Give what the program has sent, in our one shape."""
        said = self.cleaned_data
        return self.incoming(
            provider_id, place=said["place"], place_words=said["place_words"], about_office=said["about_office"],
            received_at=said["received_at"], language=said["language"] or get_language() or "sw",
            raw=self.raw() | {"partner": self.partner},
        )  # fmt: skip


class Reference(Line):
    """The number of a complaint, as people write it, given as twelve digits."""

    def clean(self, value: Any) -> str:
        """Refuse what can be no such number; which ones exist it does not say."""
        reference = read_reference(super().clean(value))
        if reference is None:
            raise forms.ValidationError(_("This is no number of a complaint. Look at each digit once more."))
        return reference


class OpenForm(forms.Form):
    """The number of a complaint, and a code that proves it."""

    reference = Reference(
        label=_("Number of the complaint"),
        # With hyphens at which no line breaks.
        help_text=_("Twelve digits: 2648\u20113192\u20110576."),
        widget=DIGITS,
        **too_long(40),
    )
    code = Line(
        label=_("Code"),
        help_text=_("The sixteen letters and digits of your receipt, or the six digits that came by SMS."),
        required=False,  # a public complaint opens to anybody; of all others the answer is the same as to a wrong code
        widget=CODE,
        **too_long(60),
    )
    kept = Words(required=False, widget=forms.HiddenInput)  # typed before the proof was over


class SendCodeForm(forms.Form):
    """The number of a complaint, and of the phone that it came from."""

    reference = Reference(label=_("Number of the complaint"), widget=DIGITS, **too_long(40))
    phone = Phone(label=_("The phone number that you gave"), widget=TELEPHONE, **too_long(40))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "lost_%s"  # the same page asks for a reference twice


class WordsForm(forms.Form):
    """What a citizen adds, answers or objects."""

    words = Words(label=_("Your words"), widget=forms.Textarea(attrs={"rows": 4}), **too_long(LONGEST_WORDS))

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = needed

    def more(self) -> dict[str, Any]:
        """Give what comes beside the words."""
        return {}

    def more_said(self) -> dict[str, Any]:
        """Give the same in short, for telling a repeat from another body."""
        return {}


class RatingForm(WordsForm):
    """How it was, from one star to five."""

    stars = forms.TypedChoiceField(
        label=_("How was it?"), choices=follow.STARS, coerce=int, widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )  # fmt: skip

    def more(self) -> dict[str, Any]:
        """Give the stars."""
        return {"stars": self.cleaned_data["stars"]}

    more_said = more


class FilesForm(WordsForm):
    """Words with photos, papers or a voice note; what comes with files to be added may be without words."""

    papers = PapersField(label=_("Photos or a voice note"), required=False)

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, needed=needed, **kwargs)
        if self.auto_id == "%s-add_words" and self.files:
            self.fields["words"].required = False

    def more(self) -> dict[str, Any]:
        """Give the files."""
        return {"papers": self.cleaned_data["papers"]}

    def more_said(self) -> dict[str, Any]:
        """Give the digests of the files."""
        return {"papers": [paper.sha256 for paper in self.cleaned_data["papers"]]}


class PhoneForm(forms.Form):
    """A phone that an app wants to prove."""

    phone = HomePhone(label=_("Phone number"), widget=TELEPHONE, **too_long(40))


class PhoneCodeForm(PhoneForm):
    """A phone, and the code that was sent to it."""

    code = Line(label=_("Code"), widget=CODE, **too_long(20))


class MessageForm(forms.Form):
    """What a citizen's app says of a case: a move, and words where it takes them."""

    move = Line(required=False, **too_long(20))
    words = Words(required=False, **too_long(LONGEST_WORDS))


class HandInForm(forms.Form):
    """The name of an upload that is to be with a case."""

    upload = forms.UUIDField(error_messages={"required": _("Fill this in."), "invalid": _("This is no upload's name.")})
