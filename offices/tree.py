"""The tree of offices, read the way the code asks it: who stands above, and which queue is meant. Kept for a little while."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from django.db.models import Q

from offices.kept import keep, kept, not_kept
from offices.models import DESK, Level, Office, Queue

DEEPEST = 20  # rungs; no tree is, and a circle among the parents would have no end


class NoOffices(Exception):
    """No region is loaded, so that there is no desk to which a complaint could go."""


@dataclass(frozen=True)
class Line:
    """An office and those above it, nearest first."""

    offices: tuple[Office, ...]

    @property
    def office(self) -> Office:
        """The office itself."""
        return self.offices[0]

    @cached_property
    def ids(self) -> list[int]:
        """The ids, nearest first."""
        return [office.pk for office in self.offices]

    @cached_property
    def rungs(self) -> list[Line]:
        """Every office of the line with its own line above it, nearest first."""
        return [Line(self.offices[start:]) for start in range(len(self.offices))]


@kept
def line_of(office_id: int) -> Line:
    """Give an office and those above it."""
    return Line(tuple(Office.objects.line(office_id)))


@kept
def queue_with(queue_id: int) -> Queue:
    """Give a queue with its office and department."""
    return Queue.objects.select_related("office", "department").get(pk=queue_id)


@kept
def queue_at(office_id: int, department_id: int | None) -> Queue:
    """Give the office's queue for a department, or where that does not exist (or None) its complaints desk."""
    wanted = Q(department__code=DESK) | Q(department=department_id)
    return _meant(Queue.objects.filter(wanted, office=office_id).select_related("office", "department"), department_id)


def _meant(queues: Iterable[Queue], department_id: int | None) -> Queue:
    """Give the department's queue among those of one office, else the complaints desk."""
    either = [queue for queue in queues if queue.department_id == department_id or queue.department.code == DESK]
    return max(either, key=lambda queue: queue.department_id == department_id)


@kept
def region_id() -> int:
    """Give the id of the region, where complaints go whose place nobody knows."""
    region = Office.objects.filter(level=Level.REGION).order_by("code").values_list("pk", flat=True).first()
    if region is None:
        raise NoOffices
    return region


def read_ahead(queue_ids: Iterable[int], department_ids: Iterable[int]) -> None:
    """Read for many queues at once what the functions above will be asked: three statements in place of thousands.

    Afterwards the queues, their lines, and the queues of these departments in every office above are kept.
    """
    each = set(queue_ids)
    _read_queues([queue_id for (queue_id,) in not_kept(queue_with, [(queue_id,) for queue_id in each])])
    offices = {queue_with(queue_id).office_id for queue_id in each}
    _read_lines([office_id for (office_id,) in not_kept(line_of, [(office_id,) for office_id in offices])])
    above = {office_id for here in offices for office_id in line_of(here).ids[1:]}
    departments = set(department_ids)
    pairs = not_kept(queue_at, product(above, [None, *departments]))
    _read_queues_at({office_id for office_id, _department_id in pairs}, departments)


def _read_queues(queue_ids: list[int]) -> None:
    for queue_id, queue in Queue.objects.select_related("office", "department").in_bulk(queue_ids).items():
        keep(queue_with, (queue_id,), queue)


def _read_lines(office_ids: list[int]) -> None:
    offices = {office.pk: office for office in Office.objects.lines(office_ids)} if office_ids else {}
    for office_id in office_ids:
        line = [offices[office_id]]
        while line[-1].parent_id is not None and len(line) <= DEEPEST:
            line.append(offices[line[-1].parent_id])
        keep(line_of, (office_id,), Line(tuple(line)))


def _read_queues_at(office_ids: set[int], department_ids: set[int]) -> None:
    wanted = Q(department__code=DESK) | Q(department__in=department_ids)
    by_office: dict[int, list[Queue]] = {}
    for queue in Queue.objects.filter(wanted, office__in=office_ids).select_related("office", "department"):
        by_office.setdefault(queue.office_id, []).append(queue)
        keep(queue_with, (queue.pk,), queue)
    for office_id, queues in by_office.items():
        for department_id in [None, *department_ids]:
            keep(queue_at, (office_id, department_id), _meant(queues, department_id))
