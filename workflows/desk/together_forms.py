"""What is asked for when others are asked, advised or directed: whom, and in which words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices.models import Office, Posting, Queue, Role
from workflows import ladder, scope, words
from workflows.desk import choices
from workflows.desk.choices import Group
from workflows.desk.forms import READ_BY_STAFF, Pick, Words
from workflows.guards import Asking


class ContributionForm(forms.Form):
    """Another department's part: whose, and what it is to do or to say."""

    def __init__(self, asking: Asking, data: Any = None) -> None:
        super().__init__(data)
        self.fields["to"] = Pick(departments_to_ask(asking), label=_("Which department?"))
        self.fields["words"] = Words(_("What is to be done or answered there?"), READ_BY_STAFF)


class AskAdviceForm(forms.Form):
    """A question to a leader."""

    def __init__(self, asking: Asking, data: Any = None) -> None:
        super().__init__(data)
        self.fields["of"] = Pick([("", leaders_to_ask(asking))], label=_("Which leader?"))
        self.fields["words"] = Words(_("What do you ask?"), READ_BY_STAFF)


class AdviceForm(forms.Form):
    """A leader's advice to whoever has the case in hand."""

    def __init__(self, asking: Asking, data: Any = None) -> None:
        super().__init__(data)
        hint = _("It goes to whoever has the complaint in hand, who must say that it is read. Only staff read it.")
        self.fields["words"] = Words(_("Your advice"), hint)


class DirectiveForm(forms.Form):
    """A leader's directive: into which queue, and what is to be done."""

    def __init__(self, asking: Asking, data: Any = None) -> None:
        super().__init__(data)
        self.fields["to"] = Pick(choices.queues_to_direct(asking), label=_("Who is to carry it out?"))
        self.fields["words"] = Words(_("What is to be done?"), READ_BY_STAFF)


FORMS: dict[str, Callable[[Asking, Any], forms.Form]] = {
    "ask_contribution": ContributionForm,
    "ask_advice": AskAdviceForm,
    "advise": AdviceForm,
    "direct": DirectiveForm,
}


def departments_to_ask(asking: Asking) -> list[Group]:
    """Give the queues that can be asked for their part: of the case's own office, then of each one above."""
    rungs = [rung for rung in asking.line.rungs if ladder.may_hold(rung, asking.case)]
    queues = Queue.objects.filter(office__in=[rung.office.pk for rung in rungs]).exclude(pk=asking.queue.pk)
    by_office: dict[int, list[tuple[Queue, str]]] = {}
    for queue in queues.select_related("department"):
        by_office.setdefault(queue.office_id, []).append((queue, queue.department.name))
    return [
        (words.office(rung.office), sorted(by_office.get(rung.office.pk, []), key=lambda named: named[1]))
        for rung in rungs
    ]


def leaders_to_ask(asking: Asking) -> list[tuple[Office, str]]:
    """Give the offices, nearest first, where a leader serves from whom the case is not kept."""
    rungs = {rung.office.pk: rung.office for rung in asking.line.rungs if ladder.may_hold(rung, asking.case)}
    leaders = Posting.objects.serving(timezone.localdate(asking.at)).filter(role=Role.LEADER, office__in=rungs)
    serving: dict[int, list[str]] = {}
    for posting in leaders.select_related("user", "office"):
        if scope.sees(posting, asking.case, asking.queue, asking.at):
            serving.setdefault(posting.office_id, []).append(str(posting.user))
    return [(rung, f"{', '.join(serving[pk])} – {words.office(rung)}") for pk, rung in rungs.items() if pk in serving]
