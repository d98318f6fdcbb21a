"""To whom a case can go: the offices, queues, officers and bodies that a move's form offers."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Kind
from offices.actors import reaches
from offices.models import DESK, Body, Office, Posting, Queue, Role, User, subtree_ids
from offices.tree import Line, line_of
from workflows import ladder, scope, words
from workflows.guards import Asking

MOST_OFFICES = 150  # in one list of offices of the same rank

Group = tuple[str | Promise, list[tuple[Any, str]]]  # a heading, and things with their names


def officers(asking: Asking) -> list[User]:
    """Give who may be given the work: officers and supervisors who serve at its queue and may see the case."""
    serving = Posting.objects.serving(timezone.localdate(asking.at)).prefetch_related("user__postings")
    here = serving.filter(office=asking.queue.office_id, role__in=[Role.OFFICER, Role.SUPERVISOR])
    able = [p for p in here if reaches(p, asking.queue) and scope.sees(p, asking.case, asking.queue, asking.at)]
    return sorted({p.user for p in able if p.user_id != asking.task.owner_id}, key=str)


def offices_above(asking: Asking) -> list[Office]:
    """Give the offices to which it can be handed up, nearest first."""
    return [rung.office for rung in ladder.above(asking.line, asking.case)]


def offices_beneath(asking: Asking) -> list[Office]:
    """Give the offices to which it can be sent down: those on the way to the case's place, then all right beneath."""
    children = [Line((child, *asking.line.offices)) for child in asking.queue.office.children.order_by("name")]
    way = line_of(asking.case.place_id).rungs if asking.case.place_id else []
    beneath = [rung for rung in way if asking.queue.office_id in rung.ids[1:]] + children
    return list({rung.office.pk: rung.office for rung in beneath if ladder.may_hold(rung, asking.case)}.values())


def queues_of_the_same_rank(asking: Asking) -> list[Group]:
    """Give the queues to which it can be moved: the other departments here, then the other offices of this rank."""
    here = Queue.objects.filter(office=asking.queue.office_id).exclude(pk=asking.queue.pk).select_related("department")
    departments = sorted(((queue, queue.department.name) for queue in here), key=lambda named: named[1])
    others = [(queue, words.office(queue.office)) for queue in _queues_at(_offices_of_the_same_rank(asking), asking)]
    return [(_("Other departments of this office"), list(departments)), (_("Other offices"), list(others))]


def _offices_of_the_same_rank(asking: Asking) -> list[Office]:
    """Climb the line while the list of offices of this rank beneath stays short enough to choose from."""
    offices: list[Office] = []
    for rung in asking.line.offices:
        wider = Office.objects.under(rung.pk).filter(level=asking.queue.office.level).exclude(pk=asking.queue.office_id)
        if asking.case.about_office_id and asking.case.kind != Kind.PRAISE:
            wider = wider.exclude(id__in=subtree_ids([asking.case.about_office_id]))
        found = list(wider.order_by("name")[: MOST_OFFICES + 1])
        if len(found) > MOST_OFFICES:
            break
        offices = found
    return offices


def _queues_at(offices: list[Office], asking: Asking) -> list[Queue]:
    """Give each office's queue of the same department, or its complaints desk."""
    wanted = [
        asking.queue.department_id,
        *Queue.objects.filter(department__code=DESK).values_list("department", flat=True)[:1],
    ]
    queues = Queue.objects.filter(office__in=offices, department__in=wanted).select_related("office")
    best: dict[int, Queue] = {}
    for queue in sorted(queues, key=lambda queue: queue.department_id == asking.queue.department_id):
        best[queue.office_id] = queue
    return sorted(best.values(), key=lambda queue: queue.office.name)


def bodies(asking: Asking) -> list[Body]:
    """Give the outside bodies, those for this subject first."""
    code = asking.case.category.code if asking.case.category else ""
    return sorted(Body.objects.all(), key=lambda body: (code not in body.subjects, body.name))


def queues_to_direct(asking: Asking) -> list[Group]:
    """Give the queues into which a leader may lay a directive: of the offices from where the case is up to the leader's own."""
    led = [posting.office_id for posting in asking.by.postings if posting.role == Role.LEADER]
    rungs = [rung for rung in asking.line.rungs if set(led) & set(rung.ids) and ladder.may_hold(rung, asking.case)]
    queues = Queue.objects.filter(office__in=[rung.office.pk for rung in rungs]).select_related("department")
    return [
        (
            words.office(rung.office),
            [(queue, queue.department.name) for queue in queues if queue.office_id == rung.office.pk],
        )
        for rung in rungs
    ]
