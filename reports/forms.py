"""What a person picks to see a report or a trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from complaints.categories import categories
from complaints.models import Category
from offices.forms import offer
from offices.models import Department, User
from reports import audit
from reports.periods import EARLIEST, LATEST, Choice, Period, named
from reports.reach import Reach
from workflows import words
from workflows.desk import casefile
from workflows.inbox_filters import NO_COMPLAINT_COMES_BY


class OwnDate(forms.DateField):
    """A day, as people write it; an address may also say it as 2026-11-24."""

    def __init__(self, label: Any, **says: Any) -> None:
        says.setdefault("required", False)
        super().__init__(
            label=label, widget=forms.DateInput({"autocomplete": "off", "class": "govuk-input--width-10"}), **says
        )

    def validate(self, value: Any) -> None:
        """Refuse a day that nobody means."""
        super().validate(value)
        if value and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(_("Write a day of the years 2000 to 2099."))


def check_dates(form: forms.Form, first: dt.date | None, last: dt.date | None) -> None:
    """Refuse dates that run backwards."""
    if first and last and last < first:
        form.add_error("last", _("The last day comes before the first."))


class ReportForm(forms.Form):
    """An office of the own tree, a department unless only one may be looked at, a subject, a way in, and a period by name or its days.

    Of the subjects, those that are kept from the reader are none to narrow by (decision 23).
    """

    office = forms.ChoiceField(label=_("Office"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    category = forms.ChoiceField(label=_("Subject"), required=False)
    channel = forms.ChoiceField(label=_("Way in"), required=False)
    period = forms.ChoiceField(label=_("Period"), choices=Choice.choices)
    first = OwnDate(_("First day"), help_text=_("Only for own dates"))
    last = OwnDate(_("Last day"))

    def __init__(self, reach: Reach, today: dt.date, data: Any, kept_from: Collection[int] = ()) -> None:
        asked = {"office": reach.office.code, "period": Choice.LAST_MONTH}
        names = ("department", "category", "channel", "period", "first", "last")
        asked |= {name: data[name] for name in names if data.get(name)}
        super().__init__(asked)
        self.today = today
        offer(self, "office", reach.choices())
        if reach.department_id is not None:
            del self.fields["department"]
        else:
            departments = [(each.code, each.name) for each in Department.objects.order_by("code")]
            offer(self, "department", [("", _("All departments")), *departments])
        subjects = [(each.code, each.name) for each in categories().values() if each.pk not in kept_from]
        offer(self, "category", [("", _("All subjects")), *subjects])
        ways = [(way, said) for way, said in words.WAYS_IN.items() if way not in NO_COMPLAINT_COMES_BY]
        offer(self, "channel", [("", _("All ways in")), *ways])

    def clean(self) -> dict[str, Any]:
        """Give the cleaned fields; own dates must both be there."""
        said = super().clean() or {}
        if said.get("period") == Choice.OWN:
            for name in ("first", "last"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("Write the day."))
            check_dates(self, said.get("first"), said.get("last"))
        return said

    @property
    def subject(self) -> Category | None:
        """The only subject that is wanted; None for all, and where something on the form is wrong."""
        code = self.cleaned_data["category"] if self.is_valid() else ""
        return next((each for each in categories().values() if each.code == code), None)

    @property
    def way_in(self) -> str:
        """The only way in that is wanted; none for all, and where something on the form is wrong."""
        return self.cleaned_data["channel"] if self.is_valid() else ""

    def chosen(self) -> Period:
        """Give the period meant by a form without faults; by one with faults, last month."""
        if not self.is_valid():
            return named(Choice.LAST_MONTH, self.today)
        if self.cleaned_data["period"] == Choice.OWN:
            return Period(self.cleaned_data["first"], self.cleaned_data["last"])
        return named(self.cleaned_data["period"], self.today)


class TrailForm(forms.Form):
    """What of an audit trail is wanted."""

    office = forms.ChoiceField(label=_("Office"), required=False)
    case = forms.CharField(label=_("Reference of a case"), required=False, max_length=30)
    who = forms.CharField(label=_("User name"), required=False, max_length=150)
    move = forms.ChoiceField(label=_("What was done"), required=False)
    first = OwnDate(_("From"))
    last = OwnDate(_("To"))

    def __init__(self, reach: Reach, at: dt.datetime, today: dt.date, data: Any) -> None:
        names = ("case", "who", "move", "first", "last")
        asked = {"office": reach.office.code} | {name: data[name] for name in names if data.get(name)}
        asked.setdefault("last", date_format(today, "SHORT_DATE_FORMAT"))
        asked.setdefault("first", date_format(today - dt.timedelta(days=29), "SHORT_DATE_FORMAT"))
        super().__init__(asked)
        self.reach, self.at, self.today = reach, at, today
        offer(self, "office", reach.choices())
        offer(self, "move", [("", _("Everything")), *audit.moves()])

    def clean_case(self) -> Any:
        """Give the case; one out of sight is refused in the same words as one that does not exist."""
        if not self.cleaned_data["case"]:
            return None
        case = casefile.case_in_sight(self.cleaned_data["case"], self.reach.reader, self.at)
        if case is None:
            raise forms.ValidationError(_("There is no such complaint, or you may not see it."))
        return case

    def clean_who(self) -> User | None:
        """Give the member of staff."""
        if not self.cleaned_data["who"]:
            return None
        user = User.objects.filter(username__iexact=self.cleaned_data["who"].strip()).first()
        if user is None:
            raise forms.ValidationError(_("Nobody has this user name."))
        return user

    def clean(self) -> dict[str, Any]:
        """Give the cleaned fields, with dates in order."""
        said = super().clean() or {}
        check_dates(self, said.get("first"), said.get("last"))
        return said

    def filters(self) -> audit.Filters | None:
        """Give what is wanted; None while something on the form is wrong."""
        if not self.is_valid():
            return None
        said = self.cleaned_data
        last = said["last"] or self.today
        first = said["first"] or min(last, self.today) - dt.timedelta(days=29)
        return audit.Filters(Period(min(first, last), last), said["case"], said["who"], said["move"])
