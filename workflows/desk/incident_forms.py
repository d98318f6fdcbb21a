"""What the doors of known incidents ask: what is wrong, where, until when; and in the end what was done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import LONGEST_CLOSING, LONGEST_WORDS, Category, KnownIncident
from offices.forms import PlaceField, offer
from offices.models import Level, Office, Posting, is_above
from workflows import words
from workflows.desk.forms import Pick
from workflows.desk.leave_forms import Day

MOST_OFFERED = 60  # places that the form lists; any other is named in words


class Line(forms.CharField):
    """One line that stands in an SMS."""

    def __init__(self, label: Any, longest: int, hint: Any = "") -> None:
        super().__init__(
            label=label, max_length=longest, help_text=hint, widget=forms.TextInput({"autocomplete": "off"})
        )


def words_fields() -> dict[str, forms.Field]:
    """Give the fields for what is wrong, in both languages, and until when."""
    hint = _("The citizen reads it in the answer to the complaint. At most %(letters)s letters.")
    return {
        "words_sw": Line(_("What is wrong, in Swahili"), LONGEST_WORDS, hint % {"letters": LONGEST_WORDS}),
        "words_en": Line(_("What is wrong, in English"), LONGEST_WORDS),
        "until": Day(_("Until which day?"), _("As far as is known. After it nobody is told of it any more, unless you change the day.")),
    }  # fmt: skip


def places_beneath(office: Office) -> list[Office]:
    """Give an office and those beneath it down to the wards, or for a whole region only those right beneath."""
    beneath = Office.objects.under(office.pk).exclude(pk=office.pk).select_related("parent")
    wards = list(beneath.exclude(level=Level.STREET).order_by("name")[: MOST_OFFERED + 1])
    if not wards:  # a ward's own
        wards = list(beneath.order_by("name")[: MOST_OFFERED + 1])
    if len(wards) > MOST_OFFERED:
        wards = list(office.children.order_by("name")[:MOST_OFFERED])
    return [office, *sorted(wards, key=lambda place: sum(is_above(level, place.level) for level in Level))]


class IncidentForm(forms.Form):
    """A known incident that is entered."""

    def __init__(self, posting: Posting, subjects: list[Category], data: Any = None) -> None:
        super().__init__(data)
        self.offered = {str(place.pk): place for place in places_beneath(posting.office)}
        self.fields["category"] = Pick([("", [(each, str(each)) for each in subjects])], label=_("Subject"))
        self.fields["places"] = forms.MultipleChoiceField(
            label=_("Where?"), required=not (data and data.get("place", "").strip()), widget=forms.CheckboxSelectMultiple({"class": "mlm-columns"}),
            help_text=_("Each with everything beneath it."), error_messages={"required": _("Choose at least one place.")},
        )  # fmt: skip
        offer(self, "places", [(key, words.office(place)) for key, place in self.offered.items()])
        self.fields["place"] = PlaceField(
            under=posting.office_id, label=_("Another place, by its name"), required=False,
            help_text=_("For example a street."),
        )  # fmt: skip
        self.fields |= words_fields()

    def clean(self) -> dict[str, Any]:
        """Bring the places together."""
        said = super().clean() or {}
        named: Office | None = said.pop("place", None)
        chosen = [self.offered[key] for key in said.get("places", [])]
        said["places"] = [*chosen, *([named] if named and named not in chosen else [])]
        return said


class ChangeForm(forms.Form):
    """An incident that is said in other words, or lasts longer."""

    def __init__(self, incident: KnownIncident, data: Any = None) -> None:
        names = ("words_sw", "words_en", "until")
        super().__init__(data, initial={name: getattr(incident, name) for name in names})
        self.fields |= words_fields()


class CloseForm(forms.Form):
    """What was done, in both languages."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        hint = _("Everybody reads it, and is asked whether it is settled. At most %(letters)s letters.")
        longest = LONGEST_CLOSING
        self.fields["closing_sw"] = Line(_("What was done, in Swahili"), longest, hint % {"letters": longest})
        self.fields["closing_en"] = Line(_("What was done, in English"), longest)
