"""Fields with which a member of staff names an office, or picks from what is known only when the form is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from offices.kept import kept
from offices.models import Level, Office, is_above
from offices.written_places import places_named, places_to_offer

Choices = Sequence[tuple[str, str | Promise]]
MOST_SUGGESTED = 1000  # more would make the page heavy on a slow line; whatever is typed is looked for everywhere


def offer(form: forms.Form, name: str, choices: Choices) -> None:
    """Let a field of this form choose among these: pairs of what is sent and what is shown."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class PlaceInput(forms.TextInput):
    """A text field with a list of names to choose from, which needs no script."""

    template_name = "offices/_place_input.html"

    def __init__(self, under: int | None = None) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.under = under

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the suggestions."""
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}_list"
        context["widget"]["attrs"]["list"] = list_id
        return context | {"list_id": list_id, "suggestions": suggestions(self.under)}


class PlaceField(forms.CharField):
    """An office as a place, named in words: `Kawe`, `Kata ya Kawe`, or as suggested, with its code."""

    def __init__(self, *, under: int | None = None, **says: Any) -> None:
        super().__init__(max_length=120, widget=PlaceInput(under), **says)

    def clean(self, value: Any) -> Office | None:
        """Give the office meant; raises `ValidationError` for an unknown or ambiguous name."""
        name = super().clean(value)
        if not name:
            return None
        found = places_named(name)
        if not found:
            raise ValidationError(
                [_("No place of this name is known. Choose one from the list, or leave it empty."), *_near(name)]
            )
        if len(found) > 1:
            named = ", ".join(spoken(office) for office in found[:6])
            raise ValidationError(
                _("Several places have this name: %(names)s. Write it as it stands here.") % {"names": named}
            )
        return found[0]


def _near(name: str) -> list[str]:
    """Name the places that a misspelled name may mean."""
    named = ", ".join(spoken(office) for office in places_to_offer(name, None)[:6])
    return [_("Near to it: %(names)s.") % {"names": named}] if named else []


def spoken(office: Office) -> str:
    """Name an office so that nobody mistakes it: with the office above it, and its code."""
    above = f", {office.parent.name}" if office.parent and office.parent.level != Level.OVERSIGHT else ""
    return f"{office.name}{above} ({office.code})"


@kept
def suggestions(under: int | None) -> list[str]:
    """Give the places to choose from, lowest level first: all, or those under one office."""
    offices = Office.objects.select_related("parent").exclude(level=Level.OVERSIGHT)
    if under is not None:
        offices = offices.under(under)
    return [spoken(office) for office in _lowest_first(offices.order_by("name")[:MOST_SUGGESTED])]


def _lowest_first(offices: Iterable[Office]) -> list[Office]:
    return sorted(offices, key=lambda office: sum(is_above(level, office.level) for level in Level), reverse=True)
