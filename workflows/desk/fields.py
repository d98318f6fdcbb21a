"""Fields of the case's forms: photos and papers, what an answer must say, and the texts that staff start from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from complaints import attachments
from complaints.attachments import BadPaper, Paper
from notices import rendering
from workflows import evidence, notify, words
from workflows.guards import Asking
from workflows.models import ReplyTemplate, Use
from workflows.refusals import EvidenceMissing


class PapersInput(forms.FileInput):
    """Where one chooses photos and papers."""

    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Photos and papers, which `clean` gives as they will be kept."""

    widget = PapersInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf,audio/*", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Paper]:
        """Give the papers; refuse too many of them, and each that is none."""
        files = [super(PapersField, self).clean(each, initial) for each in data or [None]]
        files = [file for file in files if file]
        if len(files) > attachments.MOST_FILES:
            raise ValidationError(_("At most %(most)s files at once."), params={"most": attachments.MOST_FILES})
        return [paper_in(file) for file in files]


def paper_in(file: Any) -> Paper:
    """Give an uploaded file as it will be kept. Raises `ValidationError`, which names the file and says why it is none."""
    try:
        return attachments.read(file.file, file.size)
    except BadPaper as bad:
        name = (file.name or "")[:60]
        raise ValidationError("%(name)s: %(why)s", params={"name": name, "why": bad.words}) from bad


PAPERS_HINT = _(
    "Photos (JPEG, PNG, WebP, up to 8 MB each), PDF or voice notes (up to 5 MB). What a telephone hides in them, as the place, is taken out."
)


def papers_field(asking: Asking) -> PapersField:
    """Give the field for an answer's evidence; where the subject asks for it, it says so, and must be filled in if there is none."""
    wanted = evidence.is_wanted(asking)
    return PapersField(
        label=_("Photo or paper of what was done") if wanted else _("Photo or paper"),
        help_text=PAPERS_HINT,
        required=evidence.is_missing(asking),
        error_messages={"required": EvidenceMissing.words},
    )


# What an answer says beside what was done.

FACTS = ("done_on", "done_by", "done_where")


def facts_of_an_answer(asking: Asking) -> dict[str, forms.Field]:
    """Give the fields for when, by whom and where, filled in as it most often is."""
    today, place = timezone.localdate(asking.at), words.office(asking.case.place)
    return {
        "done_on": forms.DateField(
            label=_("When was it done?"), initial=today, widget=forms.DateInput({"autocomplete": "off", "class": "govuk-input--width-10"})
        ),
        "done_by": forms.CharField(label=_("By whom?"), max_length=120, initial=asking.queue.department.name),
        "done_where": forms.CharField(label=_("Where?"), max_length=200, initial=place or words.office(asking.queue.office)),
    }  # fmt: skip


def answer_in_full(says: Mapping[str, Any], language: str) -> str:
    """Give the answer as the citizen reads it: what was done, then when, by whom and where."""
    with override(language):
        when = date_format(says["done_on"], "SHORT_DATE_FORMAT")
        told = gettext("When: %(when)s. By: %(whom)s. Where: %(where)s.") % {
            "when": when, "whom": says["done_by"].strip(" ."), "where": says["done_where"].strip(" ."),
        }  # fmt: skip
    return f"{says['answer'].strip()}\n{told}"


def is_in_the_future(day: dt.date | None, asking: Asking) -> bool:
    """Say whether something is said to have been done on a day that has not come."""
    return day is not None and day > timezone.localdate(asking.at)


# The texts that staff start from.

USE_OF_MOVE = {
    "answer": Use.ANSWER,
    "propose": Use.ANSWER,
    "note": Use.ANSWER,
    "ask": Use.QUESTION,
    "reject": Use.REFUSAL,
}


def templates_for(asking: Asking, move: str) -> list[ReplyTemplate]:
    """Give the templates for a move: those of the case's subject first, then those for all."""
    if move not in USE_OF_MOVE:
        return []
    fitting = ReplyTemplate.objects.filter(use=USE_OF_MOVE[move], category__in=[asking.case.category_id or 0])
    general = ReplyTemplate.objects.filter(use=USE_OF_MOVE[move], category=None)
    return sorted(fitting | general, key=lambda template: (template.category_id is None, str(template)))


def filled_in(template: ReplyTemplate, asking: Asking) -> str:
    """Give a template's text for the citizen of a case, in their language, with the place and the reference in it."""
    case = asking.case
    with override(case.language):
        place = words.office(case.place) or words.office(asking.queue.office)
    text = template.text(case.language)
    return text.replace("{place}", place).replace("{ref}", case.reference_written)


# How long it may be.


@dataclass(frozen=True)
class Count:
    """How long the words are now, what they would cost as SMS, and how many letters the citizen's one SMS holds of them."""

    letters: int
    segments: int
    room: int
    field: str

    @property
    def pattern(self) -> str:
        """The words, with gaps for the numbers, which the page fills in as one types."""
        return gettext("%(letters)s letters, %(segments)s SMS.")

    @property
    def says(self) -> str:
        """The count in words."""
        return self.pattern % {"letters": self.letters, "segments": self.segments}


def count(asking: Asking, move: str, argument: str, written: str) -> Count | None:
    """Count the words of a move that are sent by SMS; None where nothing is sent."""
    kind = notify.KIND_OF_MOVE.get("answer" if move == "propose" else move)
    if kind is None or asking.case.citizen is None or not asking.case.citizen.phone:
        return None
    days = asking.times.silence_days if kind == "answered" else asking.times.reopen_days
    facts = notify.facts_of(asking.case, asking.queue, asking.at) | {"days": days}
    return count_in(kind, asking.case.language, facts, argument, written)


def count_in(kind: str, language: str, facts: dict[str, Any], argument: str, written: str) -> Count:
    """Count words that the SMS of a kind, beside these facts, is to hold."""
    room = rendering.room_for(argument, kind, language, facts)
    return Count(len(written), rendering.segments(written) if written else 0, room, argument)


def chosen(templates: Sequence[ReplyTemplate], number: str) -> ReplyTemplate | None:
    """Give the template that was picked from the list."""
    return next((template for template in templates if str(template.pk) == number), None)
