"""What somebody looks for in a list: every wish stands in the address, so that it can be kept, shared and printed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.categories import categories
from complaints.models import Complaint
from complaints.states import State
from offices.actors import Actor
from offices.forms import Choices, offer, spoken
from offices.models import Office, Posting, Role, User, subtree_ids
from offices.written_places import places_named
from workflows import scope, words

ANY = ("", pgettext_lazy("filter", "any"))
AGES = (3, 7, 14, 30, 90)  # days
IN_WORK = (State.RECEIVED, State.QUEUED, State.IN_HAND, State.WAITING, State.REFERRED, State.FOR_APPROVAL)
NOBODY, ME = "nobody", "me"
NO_COMPLAINT_COMES_BY = ("desk", "clock", "link")  # staff, the clock and an outside body act on what has come
MOST_HOLDERS = 60  # in one list
MOST_WORDS = 6  # of a search
FEW = 5000  # cases of one place or citizen that are gone through one by one


@dataclass(frozen=True)
class Asked:
    """What is looked for, as conditions on ComplaintTask (or with another prefix, on what points at a case)."""

    of_case: dict[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    holder: Q | None = None
    cases: tuple[int, ...] | None = None  # where so few can fit that they are named

    def __bool__(self) -> bool:
        return bool(self.of_case or self.words or self.holder is not None or self.cases is not None)

    def about(self, case: str = "process__") -> Q:
        """Give the conditions on the case."""
        asked = Q(**{f"{case}{name}": value for name, value in self.of_case.items()})
        for word in self.words:
            asked &= Q((f"{case}words__icontains", word))
        return asked

    @property
    def tasks(self) -> Q:
        """The conditions on ComplaintTask."""
        return self.about() & self.holder if self.holder is not None else self.about()


class FilterForm(forms.Form):
    """The wishes above a list, as they come in the address."""

    q = forms.CharField(required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    category = forms.ChoiceField(label=_("Subject"), required=False)
    place = forms.CharField(
        label=_("Place"),
        required=False,
        max_length=120,
        help_text=_("A name, such as Kawe; all beneath it counts too."),
    )
    channel = forms.ChoiceField(label=_("Came"), required=False)
    age = forms.ChoiceField(label=_("Age"), required=False)
    holder = forms.ChoiceField(label=_("In whose hands"), required=False)
    sensitive = forms.ChoiceField(label=_("Sensitive"), required=False)

    def __init__(self, said: Any, *, by: Actor, at: dt.datetime) -> None:
        super().__init__(said, auto_id="f-%s")
        self.by, self.at = by, at
        self._offer("state", [(state.value, words.STATES[state]) for state in IN_WORK])
        self._offer("category", [(each.code, each.name) for each in categories().values()])
        self._offer("channel", [(way, said) for way, said in words.WAYS_IN.items() if way not in NO_COMPLAINT_COMES_BY])
        self._offer("age", [(str(days), _("older than %(days)s days") % {"days": days}) for days in AGES])
        self._offer("sensitive", [("1", _("only sensitive")), ("0", _("without sensitive"))])
        for asks in self.fields.values():
            asks.widget.attrs["form"] = "find"  # they stand apart from the search field, and are sent with it
        self._offer("holder", [(NOBODY, _("nobody's")), (ME, _("mine")), *self._people()])

    def _offer(self, name: str, choices: Choices) -> None:
        offer(self, name, [ANY, *choices])

    def _people(self) -> Choices:
        """Give who serves beside this person, and whoever the address names already."""
        offices = [posting.office_id for posting in self.by.postings]
        here = Posting.objects.serving(timezone.localdate(self.at)).filter(
            Q(office__in=offices, role__in=[Role.OFFICER, Role.SUPERVISOR])
            | Q(user__username=self.data.get("holder", ""))
        )
        people = {posting.user for posting in here.select_related("user")[:MOST_HOLDERS]}
        return [(user.username, str(user)) for user in sorted(people, key=str)]

    def clean_place(self) -> Office | None:
        """Give the one place that is meant."""
        name = self.cleaned_data["place"]
        if not name:
            return None
        found = places_named(name)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("No place of this name is known."))
        named = "; ".join(spoken(office) for office in found[:6])
        raise ValidationError(
            _("Several places have this name: %(names)s. Write it as it stands here.") % {"names": named}
        )

    def asked(self) -> Asked:
        """Give what is looked for; a wish that cannot be read is left out, and the page says so."""
        self.is_valid()
        said = self.cleaned_data
        of_case: dict[str, Any] = {}
        if said.get("state"):
            of_case["state"] = said["state"]
        if said.get("category"):
            of_case["category"] = next(pk for pk, each in categories().items() if each.code == said["category"])
        if said.get("channel"):
            way, _gateway, _name = said["channel"].partition("_")
            of_case["channel__startswith"] = way  # through whichever gateway
        if said.get("age"):
            of_case["received_at__lte"] = self.at - dt.timedelta(days=int(said["age"]))
        if said.get("place"):
            of_case["place__in"] = _under(said["place"])
        of_case |= _sensitive(said.get("sensitive", ""))
        searched = tuple(said.get("q", "").split()[:MOST_WORDS])
        return Asked(of_case, searched, self._held(said.get("holder", "")), _few_at(said.get("place")))

    def _held(self, holder: str) -> Q | None:
        if holder in ("", NOBODY):
            return Q(owner=None) if holder else None
        if holder == ME:
            return Q(owner=self.by.user_id)
        return Q(owner__in=list(User.objects.filter(username=holder).values_list("pk", flat=True)))

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What is looked for beside words, as the page says it: the name of each wish, and the wish."""
        said = []
        for name, value in self.data.items():
            asks = self.fields.get(name)
            if asks is None or not value or name == "q" or name in self.errors:
                continue
            choices: Any = asks.choices if isinstance(asks, forms.ChoiceField) else []
            said.append((str(asks.label), str(dict(choices).get(value, value))))
        return said


def _under(place: Office) -> Any:
    return subtree_ids([place.pk])


def _sensitive(wish: str) -> dict[str, Any]:
    sensitive = [category.pk for category in scope.sensitive_categories()]
    if wish == "1":
        return {"category__in": sensitive}
    others = [pk for pk in categories() if pk not in sensitive]
    return {"category__in": others} if wish == "0" else {}


def _few_at(place: Office | None) -> tuple[int, ...] | None:
    """Give the cases of a place where they are few: then they are gone through, and not the list."""
    if place is None:
        return None
    found = list(Complaint.objects.filter(place__in=_under(place)).values_list("pk", flat=True)[: FEW + 1])
    return tuple(found) if len(found) <= FEW else None
