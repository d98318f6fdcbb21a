"""What the door of corrections asks: subject, place and priority as they should be, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.categories import categories
from complaints.models import Priority
from offices.forms import PlaceField
from workflows import words
from workflows.desk.forms import READ_BY_STAFF, Pick, Words
from workflows.guards import Asking


class CorrectionForm(forms.Form):
    """Subject, place and priority of a case; what is left as it is stays."""

    def __init__(self, asking: Asking, data: Any = None) -> None:
        case = asking.case
        super().__init__(data, initial={"priority": case.priority})
        listed = sorted(((each, str(each)) for each in categories().values()), key=lambda named: named[1])
        self.fields["category"] = Pick(
            [("", listed)], label=_("What is it about?"), initial=case.category_id, required=False
        )
        self.fields["place"] = PlaceField(
            label=_("Where is it?"), under=asking.line.offices[-1].pk, required=False,
            help_text=_("Now: %(place)s") % {"place": words.office(case.place)}
            if case.place else _("Type a name, and choose from the list."),
        )  # fmt: skip
        self.fields["priority"] = forms.TypedChoiceField(
            label=_("How urgent is it?"), coerce=int, choices=Priority.choices, widget=forms.RadioSelect
        )
        self.fields["reason"] = Words(_("Why?"), READ_BY_STAFF)
