"""Leaves: who stands in, and how the work moves to them at the start and comes back at the end.

Entering a leave posts the stand-in for the period, with no sensitive subject for which they are not named already. The
beat then asks `cover` again and again: whatever the absent officer holds passes to the stand-in, what comes in during
the leave too; once it is over, what was passed and is still in the stand-in's hand comes back, and what was finished
stays finished. Each case moves in a transaction of its own under its lock, keeps its deadline, and says so on its
timeline; a run that is killed or doubled leaves nothing half done.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.states import State
from complaints.timeline import Happened
from offices.actors import Actor, ActorKind, reaches
from offices.calendar import DAY
from offices.models import Absence, Posting, Queue, Role, User
from workflows import scope
from workflows.board import WORKING
from workflows.flows import ComplaintFlow, steps
from workflows.guards import Asking
from workflows.models import ComplaintTask, ComplaintTaskQuerySet, Cover
from workflows.posts import is_above
from workflows.refusals import AlreadyDone, NotOpen, NotYours, Refusal
from workflows.writer import Done, asking_about, lock

log = logging.getLogger(__name__)

LEAVE = Actor(ActorKind.CLOCK, "leave")
COVERED = (Role.CLERK, Role.OFFICER, Role.SUPERVISOR)  # posts for which somebody can stand in
LONGEST = dt.timedelta(days=366)


class NotArranged(Refusal):
    """The leave cannot be entered or changed like this."""


# Arranging.


def may_arrange(by: Actor, post: Posting) -> bool:
    """Say whether this person enters the leaves of a post: whoever stands above it."""
    return post.role in COVERED and post.absence_id is None and any(is_above(each, post) for each in by.postings)


def enter(
    post: Posting, *, stand_in: User, starts_on: dt.date, ends_on: dt.date, by: Actor, at: dt.datetime
) -> Absence:  # fmt: skip
    """Enter a leave and post the stand-in for its days. Raises `NotYours` or `NotArranged`."""
    if not may_arrange(by, post):
        raise NotYours(_("You may not enter a leave for this person."))
    assert by.user is not None
    absence = Absence(
        posting=post, stand_in=stand_in, starts_on=starts_on, ends_on=ends_on, entered_by=by.user, entered_at=at
    )
    with transaction.atomic():
        _lock_people(absence)
        if starts_on < timezone.localdate(at):
            raise NotArranged(_("A leave begins today or later."))
        _check(absence)
        absence.save()
        _post(absence)
    return absence


def change(
    absence: Absence, *, stand_in: User, starts_on: dt.date, ends_on: dt.date, by: Actor, at: dt.datetime
) -> Absence:  # fmt: skip
    """Change a leave: all of it before it begins, afterwards only its last day."""
    today = timezone.localdate(at)
    with transaction.atomic():
        absence = _locked(absence, by, today)
        _lock_people(Absence(posting=absence.posting, stand_in=stand_in))
        begun = absence.starts_on <= today
        if begun and (starts_on, stand_in.pk) != (absence.starts_on, absence.stand_in_id):
            raise NotArranged(_("This leave has begun: change its last day, or end it and enter another."))
        if ends_on < today or (not begun and starts_on < today):
            raise NotArranged(_("These days are over."))
        absence.starts_on, absence.ends_on, absence.stand_in = starts_on, ends_on, stand_in
        _check(absence)
        absence.save(update_fields=["starts_on", "ends_on", "stand_in"])
        if begun:
            absence.acting.update(valid_to=ends_on)
        else:
            absence.acting.all().delete()  # it never held
            _post(absence)
    return absence


def end_early(absence: Absence, *, by: Actor, at: dt.datetime) -> Absence:
    """End a leave today, or call it off before it begins; `cover` then brings the work back."""
    today = timezone.localdate(at)
    with transaction.atomic():
        absence = _locked(absence, by, today)
        absence.ended_at = at
        absence.ends_on = max(absence.starts_on, min(absence.ends_on, today))
        absence.save(update_fields=["ended_at", "ends_on"])
        absence.acting.filter(valid_from__gt=today).delete()  # it never held
        for acting in absence.acting.all():
            acting.valid_to = max(acting.valid_from, today - DAY)
            acting.save(update_fields=["valid_to"])
    return absence


def _locked(absence: Absence, by: Actor, today: dt.date) -> Absence:
    related = ("posting__user", "posting__office", "stand_in")
    found = Absence.objects.select_for_update(of=("self",)).select_related(*related).get(pk=absence.pk)
    if not may_arrange(by, found.posting):
        raise NotYours(_("You may not enter a leave for this person."))
    if found.ended_at is not None or found.ends_on < today:
        raise NotArranged(_("This leave is over."))
    return found


def _lock_people(absence: Absence) -> None:
    """Let two leaves of the same people be entered one after the other."""
    people = sorted({absence.posting.user_id, absence.stand_in_id})
    list(User.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True))


def _check(absence: Absence) -> None:
    if not dt.timedelta(0) <= absence.ends_on - absence.starts_on <= LONGEST:
        raise NotArranged(_("The last day comes before the first, or more than a year after it."))
    if absence.starts_on - timezone.localdate(absence.entered_at) > 2 * LONGEST:
        raise NotArranged(_("A leave is entered two years ahead at most."))
    if absence.stand_in_id == absence.posting.user_id:
        raise NotArranged(_("Somebody else must stand in."))
    then = Absence.objects.exclude(pk=absence.pk).filter(
        ended_at=None, starts_on__lte=absence.ends_on, ends_on__gte=absence.starts_on
    )
    if then.filter(posting=absence.posting_id).exists():
        raise NotArranged(_("A leave on some of these days is entered already."))
    if then.filter(posting__user=absence.stand_in_id).exists():
        raise NotArranged(_("Whoever is to stand in is on leave then."))
    if then.filter(stand_in=absence.posting.user_id).exists():
        raise NotArranged(_("This person stands in for somebody else then: change that first."))


def _post(absence: Absence) -> None:
    """Post the stand-in for the leave, unless a posting of their own already lets them do all of it."""
    post, stand_in = absence.posting, absence.stand_in
    own = Posting.objects.filter(user=stand_in, office=post.office_id, absence=None)
    own = own.filter(valid_from__lte=absence.starts_on).exclude(valid_to__lt=absence.starts_on)
    throughout = own.filter(Q(valid_to=None) | Q(valid_to__gte=absence.ends_on), role=post.role)
    if throughout.filter(Q(department=None) | Q(department=post.department_id)).exists():
        return
    named = {code for codes in own.values_list("sensitive_categories", flat=True) for code in codes}
    like: dict[str, Any] = {
        "user": stand_in,
        "office_id": post.office_id,
        "department_id": post.department_id,
        "role": post.role,
    }
    if Posting.objects.filter(**like, valid_from=absence.starts_on, absence=None).exists():
        raise NotArranged(_("Whoever is to stand in has a posting there that begins on that day and ends too early."))
    Posting.objects.update_or_create(
        **like,
        valid_from=absence.starts_on,
        defaults={
            "valid_to": absence.ends_on,
            "absence": absence,
            "sensitive_categories": [code for code in post.sensitive_categories if code in named],
        },
    )


# Moving the work.


def cover(at: dt.datetime, *, only: Absence | None = None) -> Counter[str]:
    """Bring back the work of leaves that are over, then pass on that of leaves that run; give how many cases did which."""
    today, done = timezone.localdate(at), Counter[str]()
    leaves = Absence.objects.filter(settled_at=None).select_related("posting", "stand_in").order_by("pk")
    leaves = leaves.filter(pk=only.pk) if only else leaves
    for absence in leaves.over(today):
        _bring_back(absence, at, done)
    for absence in leaves.running(today):
        for task in held(absence.posting, absence.posting.user_id):
            done[_try(partial(stand_in, task, absence, at=at), "passed")] += 1
    return done


def held(post: Posting, user_id: int) -> ComplaintTaskQuerySet:
    """Give the work that somebody holds in the queues of a post, what others were asked about included."""
    tasks = ComplaintTask.objects.open().filter(
        owner=user_id, flow_task__in=passing(), queue__in=Queue.objects.filter(scope.queues_of(post))
    )
    return tasks.select_related("process").order_by("pk")


def passing() -> list[object]:
    """Give the steps that pass from hand to hand; a proposal stays with whoever proposed it, who may not approve it."""
    return [*steps("officer", "body"), ComplaintFlow.question]


def stand_in(task: ComplaintTask, absence: Absence, *, at: dt.datetime) -> Done:
    """Pass a case from the absent officer to the stand-in; refused where it is kept from the stand-in."""
    with transaction.atomic():
        asking = asking_about(lock(task, LEAVE), LEAVE, at)
        if asking.task.owner_id != absence.posting.user_id or not _still_runs(absence):
            raise AlreadyDone
        if not may_hold(absence.stand_in_id, asking):
            raise NotYours
        done = _put(asking, absence.stand_in_id, "stand_in", absence)
        Cover.objects.update_or_create(
            absence=absence, process_id=asking.case.pk, side=asking.task.side,
            defaults={"passed_at": at, "settled_at": None},
        )  # fmt: skip
        return done


def _still_runs(absence: Absence) -> bool:
    """Say whether the leave has not been ended meanwhile, and hold up whoever would end it now."""
    running = Absence.objects.filter(pk=absence.pk, ended_at=None, settled_at=None)
    return bool(running.select_for_update(no_key=True).values_list("pk", flat=True))


def come_back(task: ComplaintTask, absence: Absence, *, at: dt.datetime) -> Done:
    """Give a case back to the officer whose leave is over, or if that officer may not hold it any more, to the queue."""
    with transaction.atomic():
        asking = asking_about(lock(task, LEAVE), LEAVE, at)
        if asking.task.owner_id != absence.stand_in_id:
            raise AlreadyDone
        owner = absence.posting.user_id
        return _put(asking, owner if may_hold(owner, asking) else None, "come_back", absence)


def may_hold(user_id: int, asking: Asking) -> bool:
    """Say whether somebody serves at the queue, and the case is not kept from them."""
    serving = Posting.objects.serving(timezone.localdate(asking.at)).filter(user=user_id, role__in=WORKING)
    return any(
        reaches(posting, asking.queue) and scope.sees(posting, asking.case, asking.queue, asking.at)
        for posting in serving
    )


def _put(asking: Asking, owner_id: int | None, move: str, absence: Absence) -> Done:
    case, before = asking.case, asking.case.state
    task = asking.task.flow_task.activation_class(asking.task).stay(owner_id=owner_id)
    if owner_id is None and before == State.IN_HAND and not task.side:
        case.give_back()
        case.save(update_fields=["state"])
    timeline.write(
        Happened(
            case.pk, move, by=LEAVE, at=asking.at, from_state=before, to_state=case.state,
            from_queue_id=task.queue_id, to_queue_id=task.queue_id, holder_id=owner_id, due_at=task.due_at,
            detail=f"leave:{absence.pk}",
        )
    )  # fmt: skip
    return Done(case, task)


def _bring_back(absence: Absence, at: dt.datetime, done: Counter[str]) -> None:
    """Bring back what the stand-in still holds; what waits for approval is looked at again, the rest is settled."""
    for each in Cover.objects.filter(absence=absence, settled_at=None).order_by("pk"):
        tasks = ComplaintTask.objects.open().filter(process=each.process_id, side=each.side, owner=absence.stand_in_id)
        task = tasks.select_related("process").first()
        if task is not None and task.flow_task in passing():
            became = _try(partial(come_back, task, absence, at=at), "returned")
            done[became] += 1
            if became != "returned":
                continue
        elif task is not None and task.flow_task == ComplaintFlow.approval:
            continue
        Cover.objects.filter(pk=each.pk).update(settled_at=at)
    if not Cover.objects.filter(absence=absence, settled_at=None).exists():
        Absence.objects.filter(pk=absence.pk, settled_at=None).update(settled_at=at)


def _try(act: Callable[[], object], what: str) -> str:
    try:
        act()
    except (NotYours, NotOpen):
        return "kept"  # it is kept from the stand-in, and waits for somebody named
    except AlreadyDone:
        return "overtaken"
    except OperationalError:  # two waited for each other: the next look finds it again, and the others go on
        log.warning("Work of a leave could not be passed just now.")
        return "overtaken"
    return what
