"""Who sees which case: what follows from postings, in the query layer and for one case at a time.

Clerks and officers see what has a step, open or done, at their own office, and clerks also what their desk has entered,
wherever it is, to speak there for its citizen; supervisors, leaders and auditors everything under theirs. What stands
beside the main step (another department's part, a directive) shows the case only while it is open. Two things are kept from them: a complaint about an officer or office from that officer, from all who serve there or under it, and from
who did when the citizen spoke (praise alone is shown to whom it names); and a sensitive subject from everyone not named
for it. Where an office has nobody named, its leader is.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from complaints.models import Category, Complaint, Entry, Kind
from offices.actors import Actor, ActorKind, postings_of, reaches
from offices.kept import kept
from offices.models import Posting, Queue, Role, subtree_ids
from offices.tree import line_of
from workflows.beside import OF_STEPS_BESIDE
from workflows.models import ComplaintTask

READS_ALL_SUBJECTS = (Role.AUDITOR,)


def roles_in(case: Complaint, queue: Queue, by: Actor, at: dt.datetime) -> set[str]:
    """Give the roles in which `by` may act on a case whose work is in `queue`; citizen and clock are roles of their own."""
    if by.kind == ActorKind.CITIZEN:
        return {"citizen"} if by.citizen_id == case.citizen_id else set()
    if by.kind == ActorKind.CLOCK:
        return {"clock"}
    own = {posting.role for posting in by.postings if reaches(posting, queue) and sees(posting, case, queue, at)}
    return own | {"citizen"} if _speaks_for_citizen(case, queue, by, at) else own


def _speaks_for_citizen(case: Complaint, queue: Queue, by: Actor, at: dt.datetime) -> bool:
    """Say whether `by` is a clerk of the desk that entered the case, to which its citizen comes back."""
    desks = [posting for posting in by.postings if _is_of_desk(posting) and posting.office_id == case.desk_id]
    return any(sees(posting, case, queue, at) for posting in desks)


def _is_of_desk(posting: Posting) -> bool:
    return posting.role == Role.CLERK


def may_hold(user_id: int, case: Complaint, queue: Queue, at: dt.datetime) -> bool:
    """Say whether this person serves just at this queue, as officer or supervisor, and the case is not kept from them."""
    holders = (Role.OFFICER, Role.SUPERVISOR)
    here = [p for p in postings_of(user_id, at) if p.office_id == queue.office_id and p.role in holders]
    return any(reaches(posting, queue) and sees(posting, case, queue, at) for posting in here)


def sees(posting: Posting, case: Complaint, queue: Queue, at: dt.datetime) -> bool:
    """Say whether nothing keeps the case from this posting."""
    return not _is_about(posting, case) and _may_see_subject(posting, case.category, queue, at)


def _is_about(posting: Posting, case: Complaint) -> bool:
    """Say whether the case is about this person, or an office where they serve or served when the citizen spoke."""
    if case.kind == Kind.PRAISE:
        return False
    if case.about_person_id is not None and case.about_person_id == posting.user_id:
        return True
    day = timezone.localdate(case.received_at)
    served = [each for each in posting.of_the_same_person if each.valid_to is None or each.valid_to >= day]
    return any(case.about_office_id in line_of(each.office_id).ids for each in served)


def _may_see_subject(posting: Posting, category: Category | None, queue: Queue, at: dt.datetime) -> bool:
    if category is None or not category.sensitive or category.code in posting.sensitive_categories:
        return True
    if posting.role in READS_ALL_SUBJECTS and not category.protected:
        return True
    is_leader_here = posting.role == Role.LEADER and posting.office_id == queue.office_id
    return is_leader_here and category.code not in _named_beside(posting, at)


def _named_beside(posting: Posting, at: dt.datetime) -> set[str]:
    """Give the codes of the sensitive categories for which somebody is named at a posting's office; asked once a day."""
    day = timezone.localdate(at)
    # A page asks it for each of its lists; the posting is read anew for each page.
    asked: dict[dt.date, set[str]] = posting.__dict__.setdefault("named_beside", {})
    if day not in asked:
        serving = Posting.objects.serving(day).filter(office=posting.office_id)
        asked[day] = {code for codes in serving.values_list("sensitive_categories", flat=True) for code in codes}
    return asked[day]


def queues_of(posting: Posting) -> Q:
    """Give the queues that a posting reaches, as a condition on Queue."""
    if posting.role == Role.ADMINISTRATOR:
        return Q(pk__in=[])
    if posting.role in (Role.CLERK, Role.OFFICER):
        here = Q(office=posting.office_id)
    else:
        here = Q(office__in=subtree_ids([posting.office_id]))
    covers_all = posting.department_id is None or posting.role in (Role.CLERK, Role.LEADER, Role.AUDITOR)
    return here if covers_all else here & Q(department=posting.department_id)


def hidden_from(posting: Posting, at: dt.datetime, case: str = "") -> Q:
    """Give what is kept from a posting, as a condition on Complaint, or with `case="process__"` on ComplaintTask.

    Of tasks through the join, never by EXISTS: for a whole queue PostgreSQL would answer that from a scan of all cases.
    """
    return _about(posting, case) | Q((f"{case}category__in", subjects_kept_from(posting, at)))


def _about(posting: Posting, case: str) -> Q:
    """Give what `_is_about` says, as a condition: by whichever posting somebody comes, it is the same person."""
    about = Q((f"{case}about_person", posting.user_id))
    for each in posting.of_the_same_person:
        office = Q((f"{case}about_office__in", line_of(each.office_id).ids))
        about |= office if each.valid_to is None else office & Q((f"{case}received_at__lt", _end_of(each.valid_to)))
    return about & ~Q((f"{case}kind", Kind.PRAISE))


def _end_of(day: dt.date) -> dt.datetime:
    day = min(day, dt.date.max - dt.timedelta(days=1))  # many write 31/12/9999 for "no end"
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))


def subjects_kept_from(posting: Posting, at: dt.datetime) -> list[int]:
    """Give the sensitive subjects that are kept from a posting, save what is left to a leader at the own office."""
    kept_from = [category for category in sensitive_categories() if category.code not in posting.sensitive_categories]
    if posting.role in READS_ALL_SUBJECTS:
        kept_from = [category for category in kept_from if category.protected]
    return [category.pk for category in kept_from]


@kept
def sensitive_categories() -> list[Category]:
    """Give the categories that only named people see."""
    return list(Category.objects.filter(sensitive=True))


# The case itself is or was there; or something is asked beside it, until it is done.
OPENS_THE_CASE = Q(side=False) | Q(finished__isnull=True)


def tasks_in_sight(by: Actor, at: dt.datetime) -> Q:
    """Give the condition on ComplaintTask for the tasks that a member of staff may see."""
    seen = Q(pk__in=[])
    for posting in by.postings:
        seen |= Q(queue__in=Queue.objects.filter(queues_of(posting))) & OPENS_THE_CASE & seen_from(posting, at)
        if _is_of_desk(posting):
            entered_here = Q(process__desk=posting.office_id, queue__isnull=False)
            seen |= entered_here & ~hidden_from(posting, at, "process__")
    return seen


def seen_from(posting: Posting, at: dt.datetime) -> Q:
    """Give what is not kept from a posting in the queues that it reaches, as a condition on ComplaintTask."""
    return ~hidden_from(posting, at, "process__") | _left_to_the_leader(posting, at)


def _left_to_the_leader(posting: Posting, at: dt.datetime) -> Q:
    """Give the sensitive work at a leader's own office for which nobody else is named."""
    if posting.role != Role.LEADER:
        return Q(pk__in=[])
    named = _named_beside(posting, at)
    unnamed = [category.pk for category in sensitive_categories() if category.code not in named]
    return Q(queue__office=posting.office_id, process__category__in=unnamed) & ~_about(posting, "process__")


def has_passed_through(case: Complaint, by: Actor, at: dt.datetime) -> bool:
    """Say whether the case was in a queue that this person reaches and went on from there: they may still read it."""
    return any(_passed_through(case, posting, at) for posting in by.postings)


def _passed_through(case: Complaint, posting: Posting, at: dt.datetime) -> bool:
    if Complaint.objects.filter(hidden_from(posting, at), pk=case.pk).exists():
        return False
    went_on = Entry.objects.filter(complaint=case, from_queue__in=Queue.objects.filter(queues_of(posting)))
    return went_on.exclude(detail__regex=OF_STEPS_BESIDE).exists()


def cases_in_sight(by: Actor, at: dt.datetime) -> Q:
    """Give the condition on Complaint for the cases that a member of staff may open: any of their tasks is in sight."""
    return Q(pk__in=ComplaintTask.objects.filter(tasks_in_sight(by, at)).values("process"))


def in_sight_among(case_ids: list[int], by: Actor, at: dt.datetime) -> set[int]:
    """Give those of these cases that a member of staff may open; one statement."""
    tasks = ComplaintTask.objects.filter(tasks_in_sight(by, at), process__in=case_ids)
    return set(tasks.values_list("process_id", flat=True))
