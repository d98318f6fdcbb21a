"""Paper slips for a public meeting: numbers drawn beforehand, each used once, so that a citizen goes home with the case's own.

A slip's number is the reference that its complaint will have, check digit and all, and its code that complaint's code: what
is torn off and taken home opens the case on /track/ as soon as the slip is entered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels_in.incoming import Answer, Incoming, ReusedId
from channels_in.intake import answered, lodge, take_in
from channels_in.models import Slip, SlipBatch
from complaints.models import Complaint
from complaints.references import new_reference
from offices.actors import Actor
from offices.models import Office
from workflows.lodging import NoFreeReference

BATCHES_SHOWN = 20
AT_ONCE = 10  # slips entered on one page


class BadSlip(Exception):
    """A slip that cannot be entered; `words` says why."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(words)
        self.words = words


@transaction.atomic
def issue(desk: Office, size: int, *, by: Actor, at: dt.datetime) -> SlipBatch:
    """Draw the numbers of a new batch for a desk."""
    assert by.user is not None
    Office.objects.select_for_update(no_key=True).get(pk=desk.pk)  # two at once get two numbers
    last = SlipBatch.objects.filter(desk=desk).aggregate(last=Max("number"))["last"] or 0
    batch = SlipBatch.objects.create(desk=desk, number=last + 1, size=size, issued_at=at, issued_by=by.user)
    drawn = _free_references(size, at)
    Slip.objects.bulk_create(
        Slip(batch=batch, position=position, reference=reference) for position, reference in enumerate(drawn, 1)
    )
    return batch


def _free_references(size: int, at: dt.datetime) -> list[str]:
    drawn: set[str] = set()
    while len(drawn) < size:
        more = {new_reference(at) for _number in range(size - len(drawn))}
        more -= set(Complaint.objects.filter(reference__in=more).values_list("reference", flat=True))
        drawn |= more - set(Slip.objects.filter(reference__in=more).values_list("reference", flat=True))
    return sorted(drawn)


def batches(desk: Office) -> QuerySet[SlipBatch]:
    """Give the newest batches of a desk, each with how many of its slips are entered (`used`)."""
    found = SlipBatch.objects.filter(desk=desk).select_related("issued_by").annotate(used=Count("slips__complaint"))
    return found.order_by("-number")[:BATCHES_SHOWN]


def unused(batch: SlipBatch) -> QuerySet[Slip]:
    """Give the slips of a batch that are not entered yet, in the order of their numbers."""
    return Slip.objects.filter(batch=batch, complaint=None).order_by("position")


def slip_of(desk: Office, reference: str | None) -> Slip:
    """Give the slip of a desk with this number, or raise `BadSlip`, in the same words for another desk's and for none."""
    found = Slip.objects.filter(reference=reference, batch__desk=desk).first() if reference else None
    if found is None:
        raise BadSlip(_("This is no number of a slip of your desk: look at each digit once more."))
    return found


def enter(slip: Slip, incoming: Incoming, *, at: dt.datetime) -> Answer:
    """Lodge what a slip says, once: a repeat gets the first answer again. Raises `BadSlip` for other words on a used slip."""

    def handle(said: Incoming, moment: dt.datetime) -> Answer:
        locked = Slip.objects.select_for_update().get(pk=slip.pk)
        if locked.complaint_id is not None:
            raise ReusedId
        done = lodge(replace(said, reference=locked.reference, secret=locked.secret), moment)
        Slip.objects.filter(pk=slip.pk).update(complaint=done.case)
        return answered(done)

    try:
        return take_in(replace(incoming, provider_id=f"slip:{slip.reference}"), handle, at=at)
    except ReusedId as error:
        raise BadSlip(_("This slip was entered before, with other words. Each number is used once.")) from error
    except NoFreeReference as error:
        raise BadSlip(_("A complaint has this number already. Write the words on another slip.")) from error
