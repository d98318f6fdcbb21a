"""What the board's doors ask: among whom work is shared, whose it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.forms import offer
from offices.models import Queue
from workflows.board import Member

NOBODYS = "0"


class ShareForm(forms.Form):
    """Whose work of a queue is shared out, and among whom; sent by GET, for it changes nothing yet."""

    of = forms.ChoiceField(label=_("Which work?"), initial=NOBODYS)
    to = forms.MultipleChoiceField(
        label=_("Share these among"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )

    def __init__(self, people: list[Member], queue: Queue, data: Any = None) -> None:
        if data is not None and "of" not in data:
            data = data.copy()
            data["of"] = NOBODYS
        super().__init__(data)
        self.people = {str(member.user.pk): member for member in people}
        theirs = [(key, _("In the hands of %(who)s") % {"who": each.user}) for key, each in self.people.items()]
        offer(self, "of", [(NOBODYS, _("What nobody has in hand")), *theirs])
        among = [
            (key, _("%(who)s (in hand: %(count)s)") % {"who": each.user, "count": each.load.held})
            for key, each in self.people.items()
        ]
        offer(self, "to", among)
        self.fields["to"].initial = list(self.people)

    def clean_of(self) -> Member | None:
        """Give the person whose work it is; None for nobody's."""
        return self.people.get(self.cleaned_data["of"])

    def clean_to(self) -> list[Member]:
        """Give the people chosen, by name."""
        return [self.people[key] for key in self.people if key in self.cleaned_data["to"]]
