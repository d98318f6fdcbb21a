"""Whom a complaints desk calls: citizens who asked for it, whose phone takes no SMS, or whom the last SMS did not reach.

What to tell them is what we wrote: the newest notice of the case. The list follows from the outbox and the timeline: whoever
has called writes a line there, and with that the case is off the list until the next notice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.models import Complaint, Entry
from complaints.states import State
from complaints.timeline import Happened
from notices.models import Notice, Status
from notices.rendering import render
from offices.actors import Actor
from offices.models import Office
from workflows import scope
from workflows.notify import KIND_OF_MOVE
from workflows.refusals import AlreadyDone, NotOpen, NotYours
from workflows.writer import asking_about, lock_step_of

PAGE = 50
MOST_FAILED = 500  # of the newest notices that failed, whoever's they are
FAILED_FOR = dt.timedelta(days=14)
STEPS = frozenset(
    {"received", "lead_answered", "lead_closed", *KIND_OF_MOVE.values()}
)  # what a citizen is told unasked
HEARD_AT_THE_DESK = ("in_person", "call")  # who came so has heard that it is received


@dataclass(frozen=True)
class Call:
    """One citizen to be called: about which case, with what words, and how often in vain."""

    case: Complaint
    notice: Notice
    failed: int

    @property
    def name(self) -> str:
        """Who is to be asked for."""
        return self.case.citizen_name or (self.case.citizen.name if self.case.citizen else "")

    @property
    def words(self) -> str:
        """What to tell, in the citizen's language."""
        return render(self.notice)


def calls(desk: Office, by: Actor, at: dt.datetime, before: int | None = None) -> tuple[list[Call], int | None]:
    """Give a page of whom a desk has to call, the newest case first, and the number to go on before; six statements."""
    asked = _of_desk(desk, at).select_related("citizen", "category").order_by("-pk")
    cases = list((asked.filter(pk__lt=before) if before else asked)[: PAGE + 1])
    following = cases[PAGE - 1].pk if len(cases) > PAGE else None
    seen = scope.in_sight_among([case.pk for case in cases[:PAGE]], by, at)
    return _to_be_told([case for case in cases[:PAGE] if case.pk in seen]), following


def call_about(case: Complaint) -> Call | None:
    """Give the call that a case waits for, if there is one."""
    return next(iter(_to_be_told([case])), None)


def _of_desk(desk: Office, at: dt.datetime) -> QuerySet[Complaint]:
    """Give the cases of a desk whose citizens may have to be called."""
    lately = Notice.objects.filter(status=Status.FAILED, way="sms", final_at__gt=at - FAILED_FOR).order_by("-pk")
    failed = [case for case in lately.values_list("case_id", flat=True)[:MOST_FAILED] if case]
    reachable = Complaint.objects.filter(desk=desk, citizen__phone__gt="").exclude(state=State.ENDED)
    return reachable.filter(Q(by_call=True) | Q(pk__in=failed))


def _to_be_told(cases: list[Complaint]) -> list[Call]:
    """Give a call for each of these cases of which the citizen has not heard the newest; two statements."""
    ids = [case.pk for case in cases]
    notices = Notice.objects.filter(case_id__in=ids, kind__in=STEPS, way="sms").order_by("case_id", "-pk")
    newest = {notice.case_id: notice for notice in notices.distinct("case_id")}
    told: dict[int, int] = {}
    in_vain: Counter[int] = Counter()
    made = Entry.objects.filter(complaint__in=ids, move__in=("called", "not_reached")).order_by("number")
    for case_id, move, detail in made.values_list("complaint", "move", "detail"):
        number = int(detail.removeprefix("notice:"))
        if move == "called":
            told[case_id] = max(number, told.get(case_id, 0))
        elif case_id in newest and number == newest[case_id].pk:
            in_vain[case_id] += 1
    return [
        Call(case, newest[case.pk], in_vain[case.pk])
        for case in cases
        if case.pk in newest and newest[case.pk].pk > told.get(case.pk, 0) and _is_news(case, newest[case.pk])
    ]


def _is_news(case: Complaint, notice: Notice) -> bool:
    """Say whether the citizen has not heard it yet: not at the desk when it was entered, and not by an SMS that went out."""
    if notice.created_at == case.entered_at and case.arrival in HEARD_AT_THE_DESK:
        return False
    return case.by_call or notice.status == Status.FAILED


def show(case: Complaint, *, by: Actor, at: dt.datetime) -> Call:
    """Give the call with the number to be dialled, and write down that it was shown. Raises a `Refusal`."""
    with transaction.atomic():
        call = _open_call(case, by, at)
        timeline.write(Happened(case.pk, "reveal", by=by, at=at, detail=f"notice:{call.notice.pk}"))
        return call


def told(case: Complaint, notice: int, *, note: str, by: Actor, at: dt.datetime) -> None:
    """Write down that the citizen has heard it. Raises `AlreadyDone` where there is something newer to tell, or nothing."""
    _note(case, "called", notice, note, by, at)


def not_reached(case: Complaint, notice: int, *, note: str, by: Actor, at: dt.datetime) -> None:
    """Write down that nobody answered: it stays on the list."""
    _note(case, "not_reached", notice, note, by, at)


def _note(case: Complaint, move: str, notice: int, note: str, by: Actor, at: dt.datetime) -> None:
    with transaction.atomic():
        if _open_call(case, by, at).notice.pk != notice:
            raise AlreadyDone
        timeline.write(Happened(case.pk, move, by=by, at=at, detail=f"notice:{notice}", for_staff=note.strip()))


def _open_call(case: Complaint, by: Actor, at: dt.datetime) -> Call:
    """Lock the case and give its call, for a clerk of its desk."""
    step = lock_step_of(case.pk)
    if step is None:
        raise NotOpen
    if "citizen" not in asking_about(step, by, at).roles:  # who speaks at the desk for its citizen
        raise NotYours
    call = call_about(step.process)
    if call is None or not step.process.citizen or not step.process.citizen.phone:
        raise AlreadyDone(_("There is nothing to tell this citizen now, or somebody has just told it."))
    return call
