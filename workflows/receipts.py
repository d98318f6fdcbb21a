"""The receipt once more, by SMS: for a citizen at the counter who wants the number on the phone and not on paper."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.models import Complaint, Entry
from complaints.timeline import Happened
from offices.actors import Actor
from workflows import notify
from workflows.refusals import AlreadyDone, NotOpen
from workflows.writer import asking_about, lock_step_of

AGAIN_AFTER = dt.timedelta(minutes=10)


def send_receipt(case: Complaint, *, by: Actor, at: dt.datetime) -> None:
    """Queue the receipt to the phone of the case; the door has asked whether `by` may see it. Raises a `Refusal`."""
    with transaction.atomic():
        step = lock_step_of(case.pk)
        if step is None:
            raise NotOpen
        asking = asking_about(step, by, at)
        if asking.case.citizen is None or not asking.case.citizen.phone:
            raise NotOpen(_("The citizen gave no phone number."))
        if Entry.objects.filter(complaint=case.pk, move="send_receipt", at__gt=at - AGAIN_AFTER).exists():
            raise AlreadyDone(_("It was sent a moment ago: it may take some minutes to arrive."))
        said = {"on": case.received_at.isoformat()}
        notify.tell(asking.case, "receipt", by=by, at=at, queue=asking.queue, due_at=step.due_at, facts=said)
        timeline.write(Happened(case.pk, "send_receipt", by=by, at=at))
