"""What is asked before one move is made on many rows, and the name of a list that is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workflows.desk.choices import Group
from workflows.desk.forms import FOR_STAFF, READ_BY_CITIZEN, READ_BY_STAFF, Pick, Words
from workflows.flows import ComplaintFlow
from workflows.models import SavedView

WHO_OR_WHERE = {"assign": _("Which officer?"), "move": _("Where to?")}


def asks_for_target(move: str) -> bool:
    """Say whether the move on many rows asks to whom or where; handing up goes to the next office above each."""
    return move in WHO_OR_WHERE


class BulkForm(forms.Form):
    """One move on many tasks: to whom or where, and why."""

    def __init__(self, move: str, groups: Iterable[Group], data: Any = None) -> None:
        super().__init__(data)
        if asks_for_target(move):
            self.fields["to"] = Pick(groups, label=WHO_OR_WHERE[move])
        if any(way.reason for way in ComplaintFlow.work.ways if way.move == move):
            hint = READ_BY_STAFF if move in FOR_STAFF else READ_BY_CITIZEN
            self.fields["reason"] = Words(_("Why?"), hint)


class NameForm(forms.ModelForm):
    """The name under which a person keeps a list."""

    class Meta:
        model = SavedView
        fields = ("name",)
        labels = {"name": _("Name of the list")}

    def clean_name(self) -> str:
        """Refuse a name under which another list is kept already."""
        name: str = self.cleaned_data["name"]
        if self.instance.pk and self.instance.user.saved_views.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("You have a list of this name."))
        return name
