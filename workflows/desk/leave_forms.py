"""What the doors of leaves ask: who is away, who stands in, from when to when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.models import Absence, Posting, User
from workflows.desk.forms import Pick


class Day(forms.DateField):
    """A day, as a person writes it: every date of the desk looks the same, whatever the browser's own country."""

    def __init__(self, label: Any, hint: Any = "") -> None:
        widget = forms.DateInput({"autocomplete": "off", "class": "govuk-input--width-10"})
        super().__init__(label=label, help_text=hint, widget=widget)


def _named(post: Posting) -> str:
    department = f", {post.department}" if post.department else ""
    return f"{post.user} ({post.get_role_display()}{department})"


class LeaveForm(forms.Form):
    """A leave that is entered: of whom, who stands in, and the days."""

    def __init__(self, posts: Iterable[Posting], people: Iterable[User], today: dt.date, data: Any = None) -> None:
        super().__init__(data, initial={"starts_on": today})
        self.fields["post"] = Pick([("", [(post, _named(post)) for post in posts])], label=_("Who is on leave?"))
        self.fields["stand_in"] = Pick([("", [(user, str(user)) for user in people])], label=_("Who stands in?"))
        self.fields["starts_on"] = Day(_("First day"))
        self.fields["ends_on"] = Day(_("Last day"), _("The work comes back on the day after it."))


class ChangeForm(forms.Form):
    """A leave that is changed: before it begins everything but whose it is, afterwards its last day."""

    def __init__(self, absence: Absence, people: Iterable[User], today: dt.date, data: Any = None) -> None:
        super().__init__(data, initial={"starts_on": absence.starts_on, "ends_on": absence.ends_on})
        self.absence = absence
        if absence.starts_on > today:
            listed = [(user, str(user)) for user in people]
            self.fields["stand_in"] = Pick([("", listed)], label=_("Who stands in?"), initial=absence.stand_in_id)
            self.fields["starts_on"] = Day(_("First day"))
        self.fields["ends_on"] = Day(_("Last day"), _("The work comes back on the day after it."))

    def arguments(self) -> dict[str, Any]:
        """Give what `leave.change` wants."""
        as_it_is = {"stand_in": self.absence.stand_in, "starts_on": self.absence.starts_on}
        return as_it_is | self.cleaned_data
