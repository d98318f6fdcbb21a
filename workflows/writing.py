"""A member of staff writes to the citizen, of their own accord: no state, no deadline, no holder changes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.models import Complaint, Entry
from complaints.timeline import Happened
from notices.rendering import says_all
from offices.actors import Actor
from workflows import evidence, notify
from workflows.guards import Asking
from workflows.models import ComplaintTask
from workflows.refusals import NotOpen, WrongTarget, needed
from workflows.writer import SECOND_PRESS, Done

KIND = "written"


def write_to(task: ComplaintTask, *, words: str, by: Actor, at: dt.datetime) -> Done:
    """Send the citizen an SMS with these words, by whoever works on the case; what comes back within three days lands on it.

    Raises a `Refusal` also where there is no number, or where one SMS does not hold the words. On a discreet case the SMS says
    only that there is a message: the words stand on the page that the citizen opens.
    """
    with transaction.atomic():
        asking = evidence.at_work_on(task, by, at)
        case, said = asking.case, needed(words)
        if refused := why_not(case):
            raise NotOpen(refused)
        if not (case.discreet or fits(asking, said)):
            raise WrongTarget(_("One SMS does not hold it: write less."))
        if _is_pressed_twice(case, said, by, at):
            return Done(case, asking.task)
        timeline.write(Happened(case.pk, "write_to", by=by, at=at, for_citizen=said))
        facts = {} if case.discreet else {"words": said}
        notice = notify.tell(case, KIND, by=by, at=at, queue=asking.queue, due_at=None, facts=facts)
        return Done(case, asking.task, notice)


def why_not(case: Complaint) -> Promise | str:
    """Say why nobody can write to the citizen of this case; nothing where one can."""
    if case.citizen is None or not case.citizen.phone:
        return _("The citizen gave no phone number.")
    if case.citizen.quiet:
        return _("The citizen has asked us to send no more SMS.")
    return ""


def fits(asking: Asking, words: str) -> bool:
    """Say whether one SMS holds the whole of these words."""
    return says_all("words", KIND, asking.case.language, facts_of(asking) | {"words": words})


def facts_of(asking: Asking) -> dict[str, Any]:
    """Give what such an SMS says beside the words."""
    return notify.facts_of(asking.case, asking.queue, None)


def _is_pressed_twice(case: Complaint, words: str, by: Actor, at: dt.datetime) -> bool:
    just_now = Entry.objects.filter(complaint=case, move="write_to", actor=by.user_id, at__gt=at - SECOND_PRESS)
    return just_now.filter(said__for_citizen=words).exists()
