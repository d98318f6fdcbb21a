"""Known incidents: a supervisor enters one, whoever complains of it is told at once, and when it is closed all of them are told and asked.

Each linked complaint stays a case of its own. Closing only writes down what was done; a worker (`settle`) then goes from citizen to
citizen, each in one transaction that leaves its mark on the timeline, so that it may be killed at any moment and go on (docs/decisions/0021).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.categories import categories
from complaints.incidents import incident_of
from complaints.models import Category, Complaint, Entry, KnownIncident
from complaints.states import LIVE, State
from complaints.timeline import Happened
from offices import actors
from offices.actors import Actor, reaches
from offices.kept import forget
from offices.models import Office, Posting, Queue, Role
from offices.tree import line_of, queue_at, queue_with
from workflows import beside, evidence, notify, scope
from workflows.actions import bring_along
from workflows.guards import Asking
from workflows.models import ComplaintTask
from workflows.refusals import AlreadyDone, NotOpen, NotYours, WrongTarget, needed
from workflows.writer import Done, Plan, asking_about, carry, lock_step_of

log = logging.getLogger(__name__)

MOST_PLACES = 40  # of one incident
MOST_A_RUN = 2000  # citizens told in one run of the worker; the next goes on
LAST_TO_JOIN = dt.timedelta(minutes=2)  # after closing, when every process has heard of it (`offices.kept`)


# Who may.


def posts_of(by: Actor) -> list[Posting]:
    """Give the postings by which somebody enters and closes incidents."""
    return [posting for posting in by.postings if posting.role == Role.SUPERVISOR]


def may_manage(by: Actor, incident: KnownIncident) -> bool:
    """Say whether an incident belongs to a department that this person leads, here or beneath."""
    queue = queue_with(incident.queue_id)
    return any(reaches(posting, queue) for posting in posts_of(by))


def in_sight(by: Actor) -> QuerySet[KnownIncident]:
    """Give the incidents that this person may manage."""
    reached = Q(pk__in=[])
    for posting in posts_of(by):
        reached |= Q(queue__in=Queue.objects.filter(scope.queues_of(posting)))
    return KnownIncident.objects.filter(reached).select_related("category", "queue__office", "queue__department")


def queue_for(posting: Posting, category: Category) -> Queue | None:
    """Give the queue whose incident it would be, entered by this posting; None for a subject that is not theirs."""
    if category.sensitive or category.protected:
        return None
    queue = queue_at(posting.office_id, category.department_id)
    return queue if reaches(posting, queue) else None


def subjects_of(posting: Posting) -> list[Category]:
    """Give the subjects of which this posting may enter incidents."""
    return [category for category in categories().values() if queue_for(posting, category)]


# Entering, changing, closing.


def enter(
    posting: Posting, *, category: Category, places: Sequence[Office], words_sw: str, words_en: str, until: dt.date,
    by: Actor, at: dt.datetime,
) -> KnownIncident:  # fmt: skip
    """Enter an incident; from now on (elsewhere within half a minute) whoever complains of it is told. Raises a `Refusal`."""
    queue = queue_for(posting, category) if posting in posts_of(by) else None
    if queue is None or by.user is None:
        raise NotYours(_("This subject is not of your department."))
    check_places(posting, places)
    check_day(until, at)
    with transaction.atomic():
        incident = KnownIncident.objects.create(
            queue=queue, category=category, words_sw=needed(words_sw), words_en=needed(words_en), until=until,
            entered_by=by.user, entered_at=at,
        )  # fmt: skip
        incident.places.set(places)
    forget()
    return incident


def check_places(posting: Posting, places: Sequence[Office]) -> None:
    """Refuse places that lie elsewhere than under the posting's own office."""
    if not places or len(places) > MOST_PLACES:
        raise WrongTarget(_("Choose at least one place, and at most %(most)s.") % {"most": MOST_PLACES})
    if any(posting.office_id not in line_of(place.pk).ids for place in places):
        raise WrongTarget(_("Choose places of your own office and beneath it."))


def check_day(until: dt.date, at: dt.datetime) -> None:
    """Refuse a last day that is over already."""
    if until < timezone.localdate(at):
        raise WrongTarget(_("This day is over already."))


def change(
    incident: KnownIncident, *, words_sw: str, words_en: str, until: dt.date, by: Actor, at: dt.datetime
) -> None:  # fmt: skip
    """Say it in other words from now on, or until another day."""
    check_day(until, at)
    with transaction.atomic():
        locked = _lock_open(incident, by)
        locked.words_sw, locked.words_en, locked.until = needed(words_sw), needed(words_en), until
        locked.save(update_fields=["words_sw", "words_en", "until"])
    forget()


def close(incident: KnownIncident, *, closing_sw: str, closing_en: str, by: Actor, at: dt.datetime) -> None:
    """Say what was done; the worker tells everybody, and asks."""
    with transaction.atomic():
        locked = _lock_open(incident, by)
        locked.closing_sw, locked.closing_en = needed(closing_sw), needed(closing_en)
        locked.closed_by, locked.closed_at = by.user, at
        locked.save(update_fields=["closing_sw", "closing_en", "closed_by", "closed_at"])
    forget()


def _lock_open(incident: KnownIncident, by: Actor) -> KnownIncident:
    locked = KnownIncident.objects.select_for_update().get(pk=incident.pk)
    if not may_manage(by, locked):
        raise NotYours(_("This incident is not of your department."))
    if locked.closed_at is not None:
        raise AlreadyDone
    return locked


# Linking a case by hand, where intake did not, and taking one out.


def tie(task: ComplaintTask, *, by: Actor, at: dt.datetime) -> Done:
    """Say of a case that it speaks of the incident known at its place; its citizen is told."""
    with transaction.atomic():
        asking = _at_work(task, by, at)
        incident = incident_of(asking.case, at)
        if incident is None or asking.case.incident_id is not None:
            raise NotOpen
        _write_link(asking, incident, "incident_linked", incident.pk)
        due_at = asking.task.due_at
        notice = notify.tell(asking.case, "queued", by=by, at=at, queue=asking.queue, due_at=due_at, facts={})
        return Done(asking.case, asking.task, notice)


def untie(task: ComplaintTask, *, by: Actor, at: dt.datetime) -> Done:
    """Say of a case that it speaks of something else than the incident: it goes its own way."""
    with transaction.atomic():
        asking = _at_work(task, by, at)
        incident = asking.case.incident
        if incident is None or incident.closed_at is not None:
            raise NotOpen
        _write_link(asking, None, "incident_unlinked", incident.pk)
        return Done(asking.case, asking.task)


def may_tie(asking: Asking) -> bool:
    """Say whether somebody works on this case, and it is still open."""
    return bool(asking.roles & evidence.WORKS_ON_IT) and asking.case.state in LIVE


def _at_work(task: ComplaintTask, by: Actor, at: dt.datetime) -> Asking:
    asking = evidence.at_work_on(task, by, at)
    if not may_tie(asking):
        raise NotOpen
    return asking


def _write_link(asking: Asking, incident: KnownIncident | None, move: str, number: int) -> None:
    asking.case.incident = incident
    asking.case.save(update_fields=["incident"])
    timeline.write(_beside_its_moves(asking, move, f"incident:{number}"))


def _beside_its_moves(asking: Asking, move: str, detail: str, words: str = "") -> Happened:
    case, task = asking.case, asking.task
    return Happened(
        case.pk, move, by=asking.by, at=asking.at, from_state=case.state, to_state=case.state, from_queue_id=task.queue_id,
        to_queue_id=task.queue_id, holder_id=task.owner_id, due_at=task.due_at, detail=detail, for_citizen=words,
    )  # fmt: skip


# How many.


class Linked(NamedTuple):
    """How many complaints speak of an incident, of how many citizens, and how many are still open."""

    cases: int
    citizens: int
    open: int


def linked(incidents: Iterable[KnownIncident]) -> dict[int, Linked]:
    """Count the complaints of some incidents, by its id; one statement."""
    numbers = [incident.pk for incident in incidents]
    cases = Complaint.objects.filter(incident__in=numbers).values("incident").order_by()
    counted = cases.annotate(
        cases=Count("pk"), citizens=Count("citizen", distinct=True), live=Count("pk", Q(state__in=LIVE))
    )
    found = {row["incident"]: Linked(row["cases"], row["citizens"], row["live"]) for row in counted}
    return {number: found.get(number, Linked(0, 0, 0)) for number in numbers}


# Telling everybody that it is over.


class Settled(NamedTuple):
    """How many cases were answered, how many only told of it, and of how many citizens none could be settled."""

    answered: int = 0
    told: int = 0
    faults: int = 0


def settle(at: dt.datetime, *, most: int = MOST_A_RUN) -> Settled:
    """Answer what speaks of incidents that are closed, at most of so many citizens; any number of workers may run at once.

    Killed, it has done whole citizens, and the next run goes on. What fails holds up no other, and is tried again.
    """
    done = Settled()
    for incident in KnownIncident.objects.filter(closed_at__isnull=False, settled_at=None).order_by("closed_at"):
        for citizen_id, case_ids in _people(incident, most):
            done = Settled(*map(sum, zip(done, _settle_person(incident, citizen_id, case_ids, at), strict=True)))
            most -= 1
        _finish(incident, at)
        if most <= 0:
            break
    return done


def waiting(incident: KnownIncident) -> QuerySet[Complaint]:
    """Give the open cases that have not heard yet that their incident is closed."""
    told = Entry.objects.filter(complaint=OuterRef("pk"), detail=_mark(incident))
    return Complaint.objects.filter(~Exists(told), incident=incident, state__in=LIVE)


def _mark(incident: KnownIncident) -> str:
    return f"over:{incident.pk}"


def _people(incident: KnownIncident, most: int) -> Iterator[tuple[int | None, list[int]]]:
    """Give the citizens who wait, each with the cases, the newest first; of one who is not known each case by itself."""
    pairs = waiting(incident).order_by("citizen", "-id").values_list("citizen", "pk")[: 2 * max(most, 0)]
    people = groupby(pairs, key=lambda pair: (pair[0], None if pair[0] else pair[1]))
    for number, ((citizen_id, _case), theirs) in enumerate(people):
        if number >= most:
            return
        yield citizen_id, [case_id for _citizen, case_id in theirs]


# The database is away, or two waited for each other: the next run finds it all again.
NO_CASES_FAULT = (OperationalError, InterfaceError)


def _settle_person(incident: KnownIncident, citizen_id: int | None, case_ids: list[int], at: dt.datetime) -> Settled:
    """Settle the cases of one citizen in one transaction, with one message."""
    try:
        with transaction.atomic():
            if not _claim(incident, citizen_id or -case_ids[0]):
                return Settled()
            whose = Q(citizen=citizen_id) if citizen_id else Q(pk__in=case_ids)
            return _settle_cases(incident, list(waiting(incident).filter(whose).values_list("pk", flat=True)), at)
    except NO_CASES_FAULT:
        raise
    except Exception as fault:  # whatever is wrong with this one, the others are told
        log.exception("Incident %d: complaint %d was not settled: %s.", incident.pk, case_ids[0], type(fault).__name__)
        return Settled(faults=1)


def _claim(incident: KnownIncident, person: int) -> bool:
    """Hold one citizen until the end of the transaction, or say that another worker does."""
    with connection.cursor() as cursor:
        name = f"incident {incident.pk} {person}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def _settle_cases(incident: KnownIncident, case_ids: list[int], at: dt.datetime) -> Settled:
    """Answer the cases of one citizen, and where the flow does not let one be answered now, say what was done.

    The one message speaks of the newest that is answered.
    """
    assert incident.closed_by is not None
    by = actors.person(incident.closed_by, at=at)
    tasks = [
        lock_step_of(case_id) for case_id in sorted(case_ids)
    ]  # in the order in which whoever joins two locks them
    asked = [asking_about(task, by, at) for task in reversed(tasks) if task and task.process.state in LIVE]
    answered = [asking for asking in asked if _can_be_answered(asking)]
    others = [asking for asking in asked if asking not in answered]
    for number, asking in enumerate([*answered, *others]):
        (_answer if asking in answered else _tell)(asking, incident, is_told=number == 0)
    return Settled(len(answered), len(others))


def _can_be_answered(asking: Asking) -> bool:
    """Say whether the flow lets the case be answered now. Nobody's role is asked after: the incident's closing speaks for all of them.

    Not after an appeal, which its own office answers in person; nor while something asked of others is open.
    """
    way = asking.task.flow_task.way("answer", asking.case.state)
    if way is None or asking.case.floor_id is not None or any(guard(asking) for guard in way.guards):
        return False
    return not beside.still_asked(asking.case)


def _take(asking: Asking) -> None:
    """Take what nobody has in hand, as whoever answers does; its citizen hears of the answer alone."""

    def fill(asking: Asking, plan: Plan) -> None:
        plan.owner_id, plan.notice = asking.by.user_id, None

    carry(asking, asking.task.flow_task.way("take", asking.case.state), "", fill)


def _answer(asking: Asking, incident: KnownIncident, *, is_told: bool) -> None:
    words = closing_for(asking.case, incident)

    def fill(asking: Asking, plan: Plan) -> None:
        plan.resume_due, plan.detail, plan.for_citizen = None, _mark(incident), words
        plan.facts["answer"] = words
        plan.notice = "incident_over" if is_told else None
        bring_along(asking, "lead_answered", answer=words)

    if asking.case.state == State.QUEUED:
        _take(asking)
    carry(asking, asking.task.flow_task.way("answer", asking.case.state), "", fill)


def _tell(asking: Asking, incident: KnownIncident, *, is_told: bool) -> None:
    """Say to somebody whose case goes on that the incident is over; of one that is answered already, ask with the same words."""
    case, words = asking.case, closing_for(asking.case, incident)
    timeline.write(_beside_its_moves(asking, "incident_over", _mark(incident), words))
    if is_told:
        kind = "incident_over" if case.state == State.ANSWERED else "incident_told"
        notify.tell(case, kind, by=asking.by, at=asking.at, queue=asking.queue, due_at=None, facts={"answer": words})


def closing_for(case: Complaint, incident: KnownIncident) -> str:
    """Give what was done, in the language of the case."""
    return incident.closing_en if case.language == "en" else incident.closing_sw


def _finish(incident: KnownIncident, at: dt.datetime) -> None:
    """Write down that everybody has been told, once no complaint can join any more."""
    assert incident.closed_at is not None
    if incident.closed_at <= at - LAST_TO_JOIN and not waiting(incident).exists():
        KnownIncident.objects.filter(pk=incident.pk, settled_at=None).update(settled_at=at)
