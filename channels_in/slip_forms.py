"""What a clerk types from the slips of a meeting: the day and the language once, and a line for each slip."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_in import slips
from channels_in.counter_forms import CounterForm
from channels_in.forms import Choices, subjects
from channels_in.models import Slip, SlipBatch
from channels_in.slips import BadSlip
from channels_in.text import LONGEST
from complaints.models import Complaint, Kind
from complaints.references import read_reference, written
from offices.actors import Actor
from offices.models import Office

OF_A_LINE = ("number", "words", "category", "place", "phone", "name")
SHOWN_ERRORS = 4


class IssueForm(forms.Form):
    """How many slips."""

    size = forms.IntegerField(
        label=_("How many slips?"),
        help_text=_("At most 100 in one batch."),
        min_value=1,
        max_value=SlipBatch.MOST,
        initial=20,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-5"}),
    )


@dataclass
class Line:
    """One slip on the page: what was typed, and what came of it."""

    index: int
    typed: dict[str, str]
    errors: list[str] = field(default_factory=list)
    case: Complaint | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed but the number that stood there."""
        return not any(value for name, value in self.typed.items() if name != "number")

    @property
    def subjects(self) -> Choices:
        """The subjects to choose from, with whether each is chosen."""
        return [(code, (name, code == self.typed.get("category", ""))) for code, name in subjects()]


def blank_lines(unused: list[Slip]) -> list[Line]:
    """Give a line for each of these slips, its number filled in."""
    return [Line(index, {"number": written(slip.reference)}) for index, slip in enumerate(unused)]


def lines_sent(said: QueryDict) -> list[Line]:
    """Give the lines as they were typed."""
    return [
        Line(index, {name: said.get(f"{name}-{index}", "")[: LONGEST + 1] for name in OF_A_LINE})
        for index in range(slips.AT_ONCE)
        if f"number-{index}" in said
    ]


def enter_lines(lines: list[Line], said: QueryDict, *, desk: Office, by: Actor, at: dt.datetime) -> None:
    """Enter each line by itself, and note in it what came of it; one that is refused keeps no other back."""
    for line in lines:
        if not line.is_empty:
            _enter(line, said, desk, by, at)


def _enter(line: Line, said: QueryDict, desk: Office, by: Actor, at: dt.datetime) -> None:
    form = CounterForm(_as_form(line, said), desk=desk, at=at)
    try:
        slip = slips.slip_of(desk, read_reference(line.typed["number"]))
        if form.is_valid():
            line.case = slips.enter(slip, form.incoming_by(by, ""), at=at).complaint
        else:
            line.errors = _spoken(form)
    except BadSlip as bad:
        line.errors = [str(bad.words)]


def _as_form(line: Line, said: QueryDict) -> dict[str, Any]:
    once = {"arrival": "meeting", "kind": Kind.COMPLAINT, "language": said.get("language", "sw")}
    return once | {"received_on": said.get("received_on", ""), "council": said.get("council", "")} | line.typed


def _spoken(form: CounterForm) -> list[str]:
    """Give what is wrong, each with the name of its field; of a place that is not sure, those that may be meant."""
    found = [
        f"{form.fields[name].label}: {error}"
        for name, errors in form.errors.items()
        for error in errors
        if name in form.fields
    ]
    offered = [str(name) for code, name in form.fields["place_choice"].widget.choices if code != "none"]
    if offered:
        found.append(gettext("Write one of these: %(names)s") % {"names": "; ".join(offered[:SHOWN_ERRORS])})
    return found


def day_of(said: QueryDict, at: dt.datetime) -> str:
    """Give the day of the meeting as it was typed, or today."""
    return said.get("received_on", "")[:20] or date_format(timezone.localdate(at), "SHORT_DATE_FORMAT")
