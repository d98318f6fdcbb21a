"""GET: what anybody may read of the cases that their citizens have made public. Never a name, a number, a photo or a point on a map.

The standard would have every request read by everybody; here a case is its citizen's, and one that is not public is answered
as one that does not exist.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from channels_in import follow, public_cases
from channels_in.open311.shapes import Refused
from complaints.models import Complaint, Entry
from complaints.references import read_reference
from complaints.states import State
from offices.models import Level, Office, Queue
from offices.written_places import place_in_full
from workflows import beside
from workflows.models import ComplaintTask

SPAN = dt.timedelta(days=90)
MOST, A_PAGE = 1000, 50  # of one answer, as the standard has it; of one page where pages are asked for
LONGEST = 4000  # letters of a description, as the standard has it
OVER = (State.CLOSED, State.ENDED)
OPEN, CLOSED = "open", "closed"
# By which a person is found, beside numbers. Bounded: a text of one endless word must not take seconds.
ADDRESS = re.compile(r"https?://\S+|[^\s@]{1,64}@[^\s@]{1,255}")


def published() -> QuerySet[Complaint]:
    """Give the cases that anybody may read; the one place that decides it."""
    return public_cases.public().filter(confidential=False)


# What is asked for.


@dataclass(frozen=True)
class Asked:
    """Which requests are asked for."""

    references: tuple[str, ...] | None
    services: tuple[str, ...]
    states: tuple[str, ...]
    start: dt.datetime
    end: dt.datetime
    first: int = 0
    last: int = MOST


def asked_for(said: QueryDict, at: dt.datetime) -> Asked:
    """Read which requests are asked for; refuses what cannot be read."""
    numbers = _listed(said, "service_request_id")
    start, end = _span(said, at)
    first, last = _window(said)
    return Asked(
        references=tuple(filter(None, map(read_reference, numbers[:MOST]))) if numbers else None,
        services=_listed(said, "service_code"), states=_states(said), start=start, end=end, first=first, last=last,
    )  # fmt: skip


def _listed(said: QueryDict, name: str) -> tuple[str, ...]:
    """Give the values of a parameter that may come several times, and with commas."""
    return tuple(part.strip() for value in said.getlist(name) for part in value.split(",") if part.strip())


def _states(said: QueryDict) -> tuple[str, ...]:
    states = _listed(said, "status")
    if not set(states) <= {OPEN, CLOSED}:
        raise Refused(400, _("status: there are open and closed."))
    return states


def _window(said: QueryDict) -> tuple[int, int]:
    """Give the first and the last of the thousand newest that are asked for."""
    if not (said.get("page") or said.get("page_size")):
        return 0, MOST
    page, size = _number(said, "page", 1), min(_number(said, "page_size", A_PAGE), MOST)
    return (page - 1) * size, min(page * size, MOST)


def _number(said: QueryDict, name: str, otherwise: int) -> int:
    text = said.get(name) or str(otherwise)
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) == 0:
        raise Refused(400, _("%(name)s: write a number from 1.") % {"name": name})
    return int(text)


def _span(said: QueryDict, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Give from when to when: what is not said is ninety days from what is, or the last ninety days."""
    start, end = _moment(said, "start_date"), _moment(said, "end_date")
    try:
        end = end or (min(start + SPAN, at) if start else at)
        start = start or end - SPAN
    except OverflowError:
        raise Refused(400, _("end_date: no year like this.")) from None
    if end - start > SPAN:
        raise Refused(400, _("start_date, end_date: at most 90 days lie between them."))
    return start, end


def _moment(said: QueryDict, name: str) -> dt.datetime | None:
    text = said.get(name, "").strip().replace(" ", "+")  # a plus in an address that nobody has quoted
    if not text:
        return None
    try:
        moment = parse_datetime(text) or _midnight(parse_date(text))
        if moment is not None:
            aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
            return aware.astimezone(dt.UTC)
    except (ValueError, OverflowError):  # a thirtieth of February; a year that no calendar reaches
        pass
    raise Refused(400, _("%(name)s: write the moment like this: 2026-11-24T10:30:00+03:00.") % {"name": name})


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return None if day is None else dt.datetime.combine(day, dt.time.min)


# What is answered.


def requests(asked: Asked) -> list[dict[str, Any]]:
    """Give the public requests that are asked for, newest first."""
    # A case that is joined with another stands where that one stands.
    cases = published().annotate(standing=Coalesce(F("lead__state"), F("state"))).order_by("-received_at", "-pk")
    if asked.references is not None:
        return described(list(cases.filter(reference__in=asked.references)[:MOST]))
    cases = cases.filter(received_at__gte=asked.start, received_at__lte=asked.end)
    if asked.services:
        cases = cases.filter(category__code__in=asked.services)
    if set(asked.states) == {OPEN}:
        cases = cases.exclude(standing__in=OVER)
    elif set(asked.states) == {CLOSED}:
        cases = cases.filter(standing__in=OVER)
    return described(_window_of(cases, asked))


def _window_of(cases: QuerySet[Complaint], asked: Asked) -> list[Complaint]:
    """Give those of the thousand newest that lie in the window; whoever wants older ones says until when."""
    if asked.first == 0:
        return list(cases[: asked.last])
    wanted = list(cases.values_list("pk", flat=True)[: asked.last])[asked.first :]
    return list(cases.filter(pk__in=wanted)) if wanted else []


def request_with(number: str) -> list[dict[str, Any]]:
    """Give the public request with this number; whether there is another, nobody is told."""
    found = described(list(published().filter(reference=read_reference(number) or "")))
    if not found:
        raise Refused(404, _("service_request_id: there is no public request with this number."))
    return found


def described(cases: Sequence[Complaint]) -> list[dict[str, Any]]:
    """Describe cases as the standard has it, in as many statements for a thousand as for one."""
    if not cases:
        return []
    ids = [case.pk for case in cases]
    tasks, said, moved = _tasks(ids), _said(ids), _moved(ids)
    places = _with_those_above(case.place_id for case in cases)
    return [_described(case, tasks.get(case.pk), said.get(case.pk, ""), moved, places) for case in cases]


def _described(
    case: Complaint, task: ComplaintTask | None, said: str, moved: dict[int, dt.datetime], places: dict[int, Office]
) -> dict[str, Any]:
    over = (case.lead.state if case.lead else case.state) in OVER
    place = places.get(case.place_id) if case.place_id else None
    # What the citizen must do by a day, nobody else need wait for.
    due_at = task.due_at if task and case.state not in (*OVER, State.WAITING, State.ANSWERED) else None
    state, is_answered = follow.state_in_words(case), over or case.state == State.ANSWERED
    return {
        "service_request_id": case.reference,
        "status": CLOSED if over else OPEN,
        "status_notes": f"{state}. {covered(said)}" if said and is_answered else state,
        "service_name": case.category.name if case.category else "",
        "service_code": case.category.code if case.category else "",
        "description": covered(case.words[: 2 * LONGEST])[:LONGEST],
        "agency_responsible": follow.office_of(task.queue) if task and task.queue else None,
        "service_notice": None,
        "requested_datetime": _written(case.received_at),
        "updated_datetime": _written(moved.get(case.pk, case.entered_at)),
        "expected_datetime": _written(due_at) if due_at else None,
        "address": ", ".join(
            part for part in (covered(case.place_words), place_in_full(place) if place else "") if part
        ),
        "address_id": place.code if place else None,
        "zipcode": _zipcode(place),
        "lat": None,
        "long": None,
        "media_url": None,
    }


def covered(words: str) -> str:
    """Give words as strangers read them: what can be a telephone number, an e-mail or an address of a picture is covered."""
    return public_cases.covered(ADDRESS.sub("…", words))


def _written(moment: dt.datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def _zipcode(place: Office | None) -> str | None:
    """Give the postcode: it is the code of the ward."""
    while place is not None and place.level != Level.WARD:
        place = place.parent
    return place.code if place else None


def _tasks(ids: list[int]) -> dict[int, ComplaintTask]:
    """Give where each case lies now."""
    tasks = ComplaintTask.objects.open().main().filter(process__in=ids).only("process_id", "queue_id", "due_at")
    found = {task.process_id: task for task in tasks}
    waiting = {task.queue_id for task in found.values()}
    queues = {queue.pk: queue for queue in Queue.objects.select_related("office", "department").filter(pk__in=waiting)}
    for task in found.values():
        task.queue = queues.get(task.queue_id)
    return found


def _said(ids: list[int]) -> dict[int, str]:
    """Give the last words that an office has said openly about each case."""
    entries = _open_steps(ids, follow.OPENLY_SAID).order_by("complaint_id", "-number")
    newest = entries.distinct("complaint_id").values_list("complaint_id", "said__for_citizen")
    return {case: words for case, words in newest if words}


def _moved(ids: list[int]) -> dict[int, dt.datetime]:
    """Give when each case last made a step of which anybody may know."""
    steps = _open_steps(ids, follow.READ_BY_STRANGERS).order_by()
    return dict(steps.values("complaint_id").annotate(last=Max("at")).values_list("complaint_id", "last"))


def _open_steps(ids: list[int], moves: Iterable[str]) -> QuerySet[Entry]:
    """Give the steps of these moves; what was done beside the main step, no citizen is told."""
    return Entry.objects.filter(complaint__in=ids, move__in=moves).exclude(detail__regex=beside.OF_STEPS_BESIDE)


def _with_those_above(ids: Iterable[int | None]) -> dict[int, Office]:
    """Give places by id, each with all that stand above it."""
    wanted = {pk for pk in ids if pk is not None}
    known = {office.pk: office for office in Office.objects.lines(wanted)} if wanted else {}
    for office in known.values():
        office.parent = known.get(office.parent_id) if office.parent_id else None
    return known
