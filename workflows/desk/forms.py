"""What a person must say to make a move: each move's form asks for exactly what its line on the flow page needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.categories import categories
from complaints.models import Complaint
from complaints.references import read_reference
from complaints.subjects import why
from offices.forms import PlaceField
from offices.tree import queue_with
from workflows import beside, scope, words
from workflows.desk import choices, fields
from workflows.desk.choices import Group
from workflows.guards import Asking
from workflows.nodes import Way

LONGEST = 4000  # characters: more than any answer needs, less than a page can show


class Words(forms.CharField):
    """What somebody writes for others to read."""

    def __init__(self, label: Any, hint: Any = "", **says: Any) -> None:
        super().__init__(label=label, help_text=hint, max_length=LONGEST, widget=forms.Textarea({"rows": 5}), **says)


class Pick(forms.ChoiceField):
    """One of several things, which `clean` gives as itself."""

    def __init__(self, groups: Iterable[Group], **says: Any) -> None:
        groups = [(heading, things) for heading, things in groups if things]
        self.things = {str(thing.pk): thing for _heading, things in groups for thing, _name in things}
        listed = [(heading, [(thing.pk, name) for thing, name in things]) for heading, things in groups]
        choices: list[Any] = listed if len(listed) > 1 else [one for _heading, things in listed for one in things]
        super().__init__(choices=choices if says.get("initial") else [("", _("Choose")), *choices], **says)

    def clean(self, value: Any) -> Any:
        """Give the thing chosen, None for none."""
        return self.things.get(super().clean(value))


def _plainly(things: Iterable[Any]) -> list[Group]:
    return [("", [(thing, words.name(thing)) for thing in things])]


class CaseField(forms.CharField):
    """Another complaint, by its reference; only one that the person may see."""

    def __init__(self, asking: Asking, **says: Any) -> None:
        super().__init__(max_length=30, **says)
        self.asking = asking

    def clean(self, value: Any) -> Complaint:
        """Give the complaint; one out of sight is refused in the same words as one that does not exist."""
        reference = read_reference(super().clean(value))
        seen = scope.cases_in_sight(self.asking.by, self.asking.at)
        case = Complaint.objects.filter(seen, reference=reference).first() if reference else None
        if case is None:
            raise ValidationError(_("There is no such complaint, or you may not see it."))
        return case


Fields = dict[str, forms.Field]

READ_BY_CITIZEN = _("The citizen reads what you write here.")
READ_BY_STAFF = _("Only staff read it.")
ANSWER = _("Say what was done. The citizen reads it as you write it.")


def _assign(asking: Asking) -> Fields:
    return {"to": Pick(_plainly(choices.officers(asking)), label=_("Which officer?"))}


def _move(asking: Asking) -> Fields:
    return {"to": Pick(choices.queues_of_the_same_rank(asking), label=_("Where to?"))}


def _hand_up(asking: Asking) -> Fields:
    offices = choices.offices_above(asking)
    return {"to": Pick(_plainly(offices), label=_("To which office?"), initial=offices[0].pk if offices else None)}


def _send_down(asking: Asking) -> Fields:
    return {"to": Pick(_plainly(choices.offices_beneath(asking)), label=_("To which office?"))}


def _refer(asking: Asking) -> Fields:
    allowed = forms.TypedChoiceField(
        choices=[("no", _("No")), ("yes", _("Yes, the citizen allows it"))], required=False, empty_value="",
        initial="yes" if asking.case.lends_name else "no",
        coerce=lambda said: said == "yes", label=_("May the institution read the citizen's name and phone number?"),
        widget=forms.RadioSelect,
    )  # fmt: skip
    asked: Fields = {"body": Pick(_plainly(choices.bodies(asking)), label=_("Which institution?"))}
    return asked if asking.case.confidential else asked | {"names_citizen": allowed}


def _merge(asking: Asking) -> Fields:
    return {"into": CaseField(asking, label=_("Reference of the complaint that leads"))}


def _read_as(case: Complaint) -> str:
    """Say how sure our own reading of the subject is, and which words it rests on; nothing where a person chose."""
    if case.category is None or case.category_confidence == 1:
        return ""
    facts = {"words": ", ".join(why(case.words, case.category)), "percent": round(100 * case.category_confidence)}
    return (
        gettext("Read by machine from “%(words)s”: sure to %(percent)s in a hundred.") % facts if facts["words"] else ""
    )


def _route(asking: Asking) -> Fields:
    place = asking.case.place
    return {
        "category": Pick(_plainly(categories().values()), label=_("What is it about?"), initial=asking.case.category_id, help_text=_read_as(asking.case)),
        "place": PlaceField(
            label=_("Where is it?"), under=asking.line.offices[-1].pk, required=False,
            help_text=_("Now: %(place)s") % {"place": words.office(place)} if place else _("Type a name, and choose from the list."),
        ),
    }  # fmt: skip


TARGETS: dict[str, Callable[[Asking], Fields]] = {
    "assign": _assign,
    "move": _move,
    "hand_up": _hand_up,
    "send_down": _send_down,
    "refer": _refer,
    "merge": _merge,
    "route": _route,
}


@dataclass(frozen=True)
class Wanted:
    """The words that a move wants beside a reason."""

    argument: str
    label: str | Promise
    hint: str | Promise
    required: bool = True


WORDS = {
    "ask": Wanted("question", _("What do you ask?"), READ_BY_CITIZEN),
    "answer": Wanted("answer", _("What was done?"), ANSWER),
    "note": Wanted("answer", _("Your answer"), READ_BY_CITIZEN),
    "propose": Wanted("answer", _("What was done?"), ANSWER),
    "reply": Wanted("words", _("What does the citizen say?"), ""),
    "dispute": Wanted("words", _("What does the citizen say?"), "", required=False),
    "reopen": Wanted("words", _("What does the citizen say?"), "", required=False),
}
STATES_FACTS = {"answer", "propose"}  # when, by whom and where, with evidence
FOR_STAFF = {"give_back", "send_back", "carry_out", "contribute", "give_advice", "call_off"}
REASONS = {
    "reject": _("Why, where to go instead, and how to appeal?"),
    "uphold": _("Why does the answer stand, and where can the citizen turn now?"),
    "carry_out": _("How was it carried out?"),
    "contribute": _("What have you done or found?"),
    "give_advice": _("Your advice"),
    "refer": _("What is the institution asked to do?"),
}


def fields_of(asking: Asking, way: Way) -> Fields:
    """Give the fields of a move, named as its function in `actions` names its arguments; none for a plain button."""
    asked = TARGETS[way.move](asking) if way.move in TARGETS else {}
    if wanted := WORDS.get(way.move):
        asked[wanted.argument] = Words(wanted.label, wanted.hint, required=wanted.required)
    if way.move in STATES_FACTS:
        asked |= fields.facts_of_an_answer(asking)
        asked["papers"] = fields.papers_field(asking)
    if way.reason:
        hint = READ_BY_STAFF if way.move in FOR_STAFF else READ_BY_CITIZEN
        asked["reason"] = Words(REASONS.get(way.move, _("Why?")), hint)
    if way.awaits and (waiting := beside.still_asked(asking.case)):
        names = "; ".join(words.queue(queue_with(task.queue_id)) for task in waiting if task.queue_id)
        says = _("Not come yet: %(names)s. Only staff read your reason.") % {"names": names}
        asked["although"] = Words(_("Why do you not wait for what was asked?"), says)
    return asked


def words_field(way: Way) -> str:
    """Give the name of the field in which the citizen is written to."""
    return WORDS[way.move].argument if way.move in WORDS else "reason"


# Nothing is asked, but what cannot be taken back is shown once more before it is done.
ASKS_IF_SURE = {"approve", "confirm", "withdraw"}


def asks_for_nothing(way: Way) -> bool:
    """Say whether a plain button makes the move."""
    return not (way.reason or way.move in TARGETS or way.move in WORDS or way.move in ASKS_IF_SURE)


class MoveForm(forms.Form):
    """One move on a task; it carries the task and the state as the person saw them."""

    def __init__(self, asking: Asking, way: Way, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        self.asking, self.move = asking, way.move
        self.fields.update(fields_of(asking, way))

    def clean_done_on(self) -> Any:
        """Give the day on which it was done, which has come."""
        if fields.is_in_the_future(self.cleaned_data["done_on"], self.asking):
            raise ValidationError(_("This day has not come yet. Say what was done, not what is planned."))
        return self.cleaned_data["done_on"]

    def arguments(self) -> dict[str, Any]:
        """Give what the move's function wants, beside who and when."""
        says = dict(self.cleaned_data)
        if self.move in STATES_FACTS:
            says["answer"] = fields.answer_in_full(says, self.asking.case.language)
        return {name: said for name, said in says.items() if name not in fields.FACTS}


class PapersForm(forms.Form):
    """Photos and papers for a case."""

    papers = fields.PapersField(label=_("Photo or paper"), help_text=fields.PAPERS_HINT)


class RevealForm(forms.Form):
    """Why somebody needs the citizen's telephone number."""

    reason = Words(
        _("Why do you need the number?"), _("It is written on the timeline with your name. Only staff read it.")
    )


class LetterForm(forms.Form):
    """What a member of staff writes to the citizen by SMS."""

    words = Words(_("What do you write to the citizen?"), READ_BY_CITIZEN)


class NoteForm(forms.Form):
    """Words of a member of staff for staff, beside the case."""

    words = Words(_("Note for staff"), READ_BY_STAFF)
