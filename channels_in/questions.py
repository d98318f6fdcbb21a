"""The questions that the citizen's pages ask, one a page: what each asks, when it is asked, and how its answer is said again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_in.drafts import Answers
from channels_in.forms import (
    CHOOSE_ONE,
    DO_NOT_KNOW,
    NOT_KNOWN,
    TELEPHONE,
    Choices,
    HomePhone,
    Line,
    Spoken,
    kinds,
    levels_of_office,
    office_it_is_about,
    posts,
    too_long,
)
from channels_in.public_cases import near
from complaints.categories import categories
from complaints.models import CameBack, Category, Complaint, Kind
from offices.boundaries import are_loaded, office_at
from offices.kept import kept
from offices.models import Level, Office
from offices.written_places import LONGEST, councils, is_within, office_of_level, office_with_code

Words = Any  # a text, or one that is translated when it is read
RADIOS = {"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE}
SURE_WITHIN_METRES = 500  # a ward is not read from a worse position
NONE_OF_THEM, NOTHING_NEAR = "none", "nothing"


@kept
def offices_under(code: str, level: str) -> list[tuple[str, str]]:
    """Give the code and bare name of the offices of a level beneath one, by name."""
    above = office_with_code(code)
    found = Office.objects.under(above.pk).filter(level=level).order_by("name") if above else []
    return [(office.code, office.name) for office in found]


# What has been answered, as the rest of the product knows it.


def said(answers: Answers, name: str, field: str) -> str:
    """Give one answer, "" while there is none."""
    return str(answers.get(name, {}).get(field) or "")


def category_of(answers: Answers) -> Category | None:
    """Give the subject that was chosen."""
    code = said(answers, "subject", "category")
    return next((category for category in categories().values() if category.code == code), None)


def place_of(answers: Answers) -> Office | None:
    """Give the narrowest place that was chosen."""
    codes = (said(answers, "street", "street"), said(answers, "ward", "ward"), said(answers, "council", "council"))
    return office_with_code(next((code for code in codes if code not in ("", NOT_KNOWN)), ""))


def is_discreet(answers: Answers) -> bool:
    """Say whether the subject is one of which others must not read."""
    category = category_of(answers)
    return category is not None and (category.sensitive or category.protected)


def near_to(answers: Answers) -> list[Complaint]:
    """Give the public cases that may be about the same thing."""
    place = place_of(answers)
    if place is None or is_discreet(answers) or said(answers, "kind", "kind") != Kind.COMPLAINT:
        return []
    return near(place, category_of(answers))


# The forms. Each knows the answers to the others, and gives its own as plain words.


class Question(forms.Form):
    """One page's question."""

    def __init__(self, *args: Any, answers: Answers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = answers
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to what was answered before."""

    def offer(self, name: str, choices: Choices) -> None:
        """Let one choose among these."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def answer(self) -> dict[str, Any]:
        """Give the answer, to be kept."""
        return dict(self.cleaned_data)


def radios(label: Words, choices: Any = (), **more: Any) -> forms.ChoiceField:
    """Give a field of which one is chosen."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=RADIOS, **more)


class KindQuestion(Question):
    """Complaint, opinion, suggestion, enquiry or praise."""

    kind = radios(_("What are you sending?"), kinds)


def subject_choices() -> Choices:
    """Give the subjects, and the way out."""
    return [*((each.code, each.name) for each in categories().values()), (NOT_KNOWN, _("I do not know: you decide"))]


class SubjectQuestion(Question):
    """What it is about."""

    category = radios(_("What is it about?"), subject_choices)


class CouncilQuestion(Question):
    """In which council, or where the telephone says."""

    council = radios(_("In which council is it?"), required=False)
    latitude = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    longitude = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    accuracy = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """Offer the councils of the region."""
        names: Choices = [(office.code, office.name) for office in councils()]
        self.offer("council", [*names, (NOT_KNOWN, DO_NOT_KNOW)])

    def clean(self) -> dict[str, Any]:
        """Ask for the council, unless the phone's position lies in a ward whose boundary is known."""
        told = super().clean() or self.cleaned_data
        self.ward = self._ward_there(told)
        if self.ward and not told.get("council"):
            council = office_of_level(self.ward, Level.COUNCIL)
            told["council"] = council.code if council else ""
        if not self.errors and not told.get("council"):
            self.add_error("council", _("Choose the council, or say that you do not know it."))
        return told

    def _ward_there(self, told: dict[str, Any]) -> Office | None:
        """Give the ward in which the phone says it is, if that is sure enough and in the council that was chosen."""
        point = point_in(told)
        if not point or point["accuracy"] > SURE_WITHIN_METRES or not are_loaded():
            return None
        office = office_at(point["latitude"], point["longitude"])
        ward = office_of_level(office, Level.WARD) if office else None
        chosen = office_with_code(told.get("council") or "")
        return ward if ward and is_within(ward, chosen) else None


def point_in(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Give where the telephone said that it is; nothing where it said nothing that lies on earth."""
    try:
        latitude, longitude = float(answer.get("latitude") or "x"), float(answer.get("longitude") or "x")
        accuracy = int(float(answer.get("accuracy") or 0))
    except (ValueError, OverflowError):
        return {}
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return {}
    return {"latitude": latitude, "longitude": longitude, "accuracy": min(max(accuracy, 0), 10**6)}


class WardQuestion(Question):
    """In which ward."""

    ward = forms.ChoiceField(label=_("In which ward (kata)?"), error_messages=RADIOS)

    def prepare(self) -> None:
        """Offer the wards of the council."""
        wards = offices_under(said(self.answers, "council", "council"), Level.WARD)
        self.offer("ward", [("", "–"), *wards, (NOT_KNOWN, DO_NOT_KNOW)])


class StreetQuestion(Question):
    """In which street, and close to what."""

    street = radios(_("In which street (mtaa)?"))
    landmark = Line(
        label=_("Close to what?"), help_text=_("A school, a market, a bus stop that people there know."), required=False,
        **too_long(120),
    )  # fmt: skip

    def prepare(self) -> None:
        """Offer the streets of the ward; where that is not known, only ask for words."""
        ward = said(self.answers, "ward", "ward")
        streets = offices_under(ward, Level.STREET) if ward not in ("", NOT_KNOWN) else []
        if streets:
            self.offer("street", [*streets, (NOT_KNOWN, DO_NOT_KNOW)])
        else:
            del self.fields["street"]
            self.fields["landmark"].label = _("Where is it?")
            self.fields["landmark"].help_text = _("Name the street or the ward, and a place close by that people know.")


class NearQuestion(Question):
    """Whether it is one of those that others have made public."""

    same = radios(_("Has this been reported already?"))

    def prepare(self) -> None:
        """Offer them, and the way on."""
        self.cases = near_to(self.answers)
        choices: Choices = [(case.reference, case.reference_written) for case in self.cases]
        self.offer("same", [*choices, (NONE_OF_THEM, _("No, mine is another: go on"))])


BEEN_THERE: dict[str, Words] = {
    CameBack.FIRST_TIME: _("Not yet"),
    CameBack.VISITED: _("Yes, I have been there"),
    CameBack.TOLD_TO_RETURN: _("Yes, and I was told to come back another day"),
}


class OfficeQuestion(Question):
    """Whether one has been to an office, and whether it is about one."""

    came_back = radios(_("Have you been to an office about this?"), list(BEEN_THERE.items()), required=False)
    about_level = forms.ChoiceField(
        label=_("Is it about an office or somebody who works there?"), help_text=_("That office will neither get this complaint nor see it."),
        choices=levels_of_office, required=False, error_messages={"invalid_choice": CHOOSE_ONE},
    )  # fmt: skip
    about_where = Line(
        label=_("Where is that office, if it is somewhere else?"),
        help_text=_("The name of its street, ward, district or council."), required=False, **too_long(LONGEST),
    )  # fmt: skip
    about_post = forms.ChoiceField(
        label=_("Who there?"),
        choices=posts,
        required=False,
        error_messages={"invalid_choice": _("We do not know this post.")},
    )

    def clean(self) -> dict[str, Any]:
        """Find the office that is meant."""
        told = super().clean() or self.cleaned_data
        level = told.get("about_level")
        if not level and told.get("about_post"):
            self.add_error("about_level", _("Say at which office this person works."))
        self.about_found = (
            office_it_is_about(level, told.get("about_where", ""), place_of(self.answers)) if level else None
        )
        if level and self.about_found is None and not self.errors:
            self.add_error("about_where", _("We cannot tell which office this is. Write its street and its ward."))
        return told

    def answer(self) -> dict[str, Any]:
        """Give the answer with the office found for it."""
        return self.cleaned_data | {"about_office": self.about_found.code if self.about_found else ""}


class WordsQuestion(Question):
    """What happened."""

    words = Spoken.base_fields["words"]

    clean_words = Spoken.clean_words


class PapersQuestion(Question):
    """Photos, papers and voice notes; what they are is read by the page itself."""

    papers = forms.Field(
        label=_("Photos or a voice note"),
        help_text=_(
            "Not needed. At most three: photos, a paper (PDF) or a voice note. A photo is made smaller on your phone, and the place hidden in it is taken out."
        ),
        required=False,
        widget=forms.FileInput,
    )

    def answer(self) -> dict[str, Any]:
        """Keep only that it was asked: the files stand beside the draft."""
        return {}


REACHES: Choices = [
    ("phone", _("By SMS, to the number that I give here")),
    ("none", _("Not at all: I give neither number nor name")),
]


ALLOWS = {
    "public": _("Anybody may read this complaint and its answer, without my name and number"),
    "lend": _("An institution that must act may learn my name and number"),
}


class ContactQuestion(Question):
    """How to reach the citizen, and who may know of it."""

    reach = radios(_("How do we reach you?"), REACHES)
    phone = HomePhone(label=_("Phone number"), required=False, widget=TELEPHONE, **too_long(40))
    name = Line(
        label=_("Name"), help_text=_("Only if you wish."), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}), **too_long(120),
    )  # fmt: skip
    allows = forms.MultipleChoiceField(
        label=_("What do you allow?"), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOOSE_ONE},
    )  # fmt: skip

    def prepare(self) -> None:
        """Offer to make it public only where others may read of it."""
        choices: Choices = [("lend", _("An institution that must act may learn my name and number"))]
        if not is_discreet(self.answers) and not said(self.answers, "office", "about_office"):
            choices.insert(
                0, ("public", _("Anybody may read this complaint and its answer, without my name and number"))
            )
        self.offer("allows", choices)

    def clean(self) -> dict[str, Any]:
        """Ask for the number that was promised; forget one that is not to be given."""
        told = super().clean() or self.cleaned_data
        if told.get("reach") == "phone" and not told.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Write your number, or choose that you give none."))
        if told.get("reach") == "none":
            self.errors.pop("phone", None)
            told |= {"phone": "", "name": "", "allows": [each for each in told.get("allows", []) if each != "lend"]}
        return told


# In which order they are asked.


def _always(_answers: Answers) -> bool:
    return True


def _in_a_council(answers: Answers) -> bool:
    return said(answers, "council", "council") not in ("", NOT_KNOWN)


@dataclass(frozen=True)
class Step:
    """One question: its form, its name in the list of answers, and when it is asked."""

    name: str
    form: type[Question]
    title: Words
    is_asked: Callable[[Answers], bool] = _always
    loosens: tuple[str, ...] = ()  # what must be asked anew when this answer changes


STEPS = {
    step.name: step
    for step in (
        Step("kind", KindQuestion, _("Kind"), loosens=("near",)),
        Step("subject", SubjectQuestion, _("Subject"), loosens=("near", "contact")),
        Step("council", CouncilQuestion, _("Council"), loosens=("ward", "street", "near")),
        Step("ward", WardQuestion, _("Ward"), _in_a_council, loosens=("street", "near")),
        Step("street", StreetQuestion, _("Street and landmark"), loosens=("near",)),
        Step(
            "near", NearQuestion, _("Reported already?"), lambda answers: said(answers, "near", "same") != NOTHING_NEAR
        ),
        Step("office", OfficeQuestion, _("Offices")),
        Step("words", WordsQuestion, _("What happened")),
        Step("papers", PapersQuestion, _("Photos and voice")),
        Step("contact", ContactQuestion, _("How we reach you")),
    )
}


def asked(answers: Answers) -> list[Step]:
    """Give the questions that are asked of this citizen, in their order."""
    return [step for step in STEPS.values() if step.is_asked(answers)]


def next_unanswered(answers: Answers) -> Step | None:
    """Give the first question that is still to be answered; None when it can be sent."""
    return next((step for step in asked(answers) if step.name not in answers), None)


def spared(answers: Answers) -> Answers:
    """Give the answers to what need not be asked: whether it was reported already, where nothing near was."""
    following = next_unanswered(answers)
    nothing_near = following is not None and following.name == "near" and not near_to(answers)
    return {"near": {"same": NOTHING_NEAR}} if nothing_near else {}


# How an answer is said again before it is sent.


def in_words(answers: Answers, files: int) -> list[tuple[Step, str]]:
    """Give each question asked with its answer in words."""
    told = {name: tell(answers) for name, tell in TELLS.items()} | {"papers": str(files) if files else ""}
    return [(step, told[step.name] or gettext("Nothing given")) for step in asked(answers) if step.name != "near"]


def _kind(answers: Answers) -> str:
    return str(dict(kinds()).get(said(answers, "kind", "kind"), ""))


def _subject(answers: Answers) -> str:
    category = category_of(answers)
    return str(category) if category else str(DO_NOT_KNOW)


def _named(question: str) -> Callable[[Answers], str]:
    def tell(answers: Answers) -> str:
        office = office_with_code(said(answers, question, question))
        return str(office) if office else str(DO_NOT_KNOW)

    return tell


def _street(answers: Answers) -> str:
    street = _named("street")(answers) if "street" in answers.get("street", {}) else ""
    return "; ".join(part for part in (street, said(answers, "street", "landmark")) if part)


def _offices(answers: Answers) -> str:
    came_back = said(answers, "office", "came_back")
    about = office_with_code(said(answers, "office", "about_office"))
    post = dict(posts())[said(answers, "office", "about_post")] if said(answers, "office", "about_post") else ""
    parts: list[Words] = [BEEN_THERE.get(came_back, ""), about or "", post]
    return "; ".join(str(part) for part in parts if part)


def _contact(answers: Answers) -> str:
    contact = answers.get("contact", {})
    allows = [str(ALLOWS[value]) for value in contact.get("allows", []) if value in ALLOWS]
    who = ", ".join(part for part in (contact.get("phone"), contact.get("name")) if part) or str(REACHES[1][1])
    return "\n".join([who, *allows])


TELLS: dict[str, Callable[[Answers], str]] = {
    "kind": _kind,
    "subject": _subject,
    "council": _named("council"),
    "ward": _named("ward"),
    "street": _street,
    "office": _offices,
    "words": lambda answers: said(answers, "words", "words"),
    "contact": _contact,
}
