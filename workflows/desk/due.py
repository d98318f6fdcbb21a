"""How a deadline came about, in words: which policy, how many hours, from when, and what pauses shifted it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.models import Complaint, Entry
from complaints.states import State
from offices.calendar import calendar
from offices.models import Level
from offices.tree import queue_with
from workflows.models import ComplaintTask
from workflows.policies import due_after_pause, policy_for, times_for

MOST_STEPS = 200  # looked through, newest first

# What the time is for, by the step's word on the flow page.
FOR_WHAT: dict[str, Promise] = {
    "triage": gettext_lazy("for the complaints desk"),
    "act": gettext_lazy("to answer"),
    "approve": gettext_lazy("to approve"),
    "outside": gettext_lazy("for the institution"),
    "reply": gettext_lazy("for the citizen to reply"),
    "directive": gettext_lazy("to carry out the directive"),
    "silence": gettext_lazy("for the citizen to say whether it is settled"),
    "reopen": gettext_lazy("in which it can be opened again"),
}
IN_DAYS = ("silence", "reopen")
PAUSING = (State.WAITING, State.REFERRED)


class Change(NamedTuple):
    """One step of the timeline that can have set or shifted a deadline."""

    move: str
    from_state: str
    to_state: str
    at: dt.datetime


class Pause(NamedTuple):
    """From when until when the clock rested."""

    began: dt.datetime
    ended: dt.datetime


def reckoning(case: Complaint, task: ComplaintTask) -> list[str]:
    """Say how the deadline of an open step was reckoned; nothing where there is none. One statement."""
    if task.due_at is None:
        return []
    changes = _changes(case)
    for number in range(len(changes) - 1, -1, -1):
        began = case.received_at if changes[number].move == "lodge" else changes[number].at
        pauses = _pauses(changes[number + 1 :]) if task.flow_task.within == "act" else []
        if _deadline(case, task, began, pauses) == task.due_at:
            return _sentences(case, task, began, pauses)
    return [_("It was carried over from an earlier step.")]


def _changes(case: Complaint) -> list[Change]:
    entries = Entry.objects.filter(complaint=case).exclude(to_state="").exclude(move="flag").order_by("-number")
    return [Change(*row) for row in entries.values_list(*Change._fields)[:MOST_STEPS]][::-1]


def _pauses(changes: Iterable[Change]) -> list[Pause]:
    pauses, began = [], None
    for change in changes:
        if change.to_state in PAUSING and change.from_state not in PAUSING:
            began = change.at
        elif began is not None and change.to_state not in PAUSING:
            pauses.append(Pause(began, change.at))
            began = None
    return pauses


def _deadline(case: Complaint, task: ComplaintTask, began: dt.datetime, pauses: list[Pause]) -> dt.datetime:
    due_at = times_for(case.category, _level(task), began).deadline(task.flow_task.within, began)
    for pause in pauses:
        due_at = due_after_pause(pause.ended, paused_at=pause.began, was_due=due_at)
    return due_at


def _level(task: ComplaintTask) -> str:
    assert task.queue_id is not None
    return queue_with(task.queue_id).office.level


def _sentences(case: Complaint, task: ComplaintTask, began: dt.datetime, pauses: list[Pause]) -> list[str]:
    said = [_length(case, task, began), _policy(case, task, began)]
    said += [_("The clock rested from %(began)s to %(ended)s.") % _written(pause) for pause in pauses]
    return said if task.flow_task.within in IN_DAYS else [*said, *_opening_hours()]


def _length(case: Complaint, task: ComplaintTask, began: dt.datetime) -> str:
    within = task.flow_task.within
    times = times_for(case.category, _level(task), began)
    what = {"what": FOR_WHAT[within], "since": _moment(began)}
    if within in IN_DAYS:
        days = getattr(times, f"{within}_days")
        said = ngettext("%(n)s day %(what)s, from %(since)s.", "%(n)s days %(what)s, from %(since)s.", days)
        return said % {"n": days, **what}
    hours = getattr(times, within)
    said = ngettext(
        "%(n)s working hour %(what)s, from %(since)s.", "%(n)s working hours %(what)s, from %(since)s.", hours
    )
    return said % {"n": hours, **what}


def _policy(case: Complaint, task: ComplaintTask, began: dt.datetime) -> str:
    level = _level(task)
    policy = policy_for(case.category, level, began)
    if policy.pk is None:
        return _("By the general rule: no policy says otherwise.")
    whom = [str(case.category)] if policy.category_id else []
    whom += [str(Level(policy.level).label)] if policy.level else []
    since = date_format(policy.valid_from, "SHORT_DATE_FORMAT")
    return _("By the policy for %(whom)s, in force since %(since)s.") % {
        "whom": ", ".join(whom) or _("all subjects"), "since": since,
    }  # fmt: skip


def _opening_hours() -> list[str]:
    """Say the week's hours, days with the same hours together: `Monday–Friday 07:30–15:30`."""
    spans: list[tuple[int, int, str]] = []
    for day, (opens, closes) in sorted(calendar().hours.items()):
        hours = f"{opens:%H:%M}–{closes:%H:%M}"
        if spans and spans[-1][1] == day - 1 and spans[-1][2] == hours:
            spans[-1] = (spans[-1][0], day, hours)
        else:
            spans.append((day, day, hours))
    if not spans:
        return []
    week = "; ".join(f"{_days(first, last)} {hours}" for first, last, hours in spans)
    return [_("Working hours: %(week)s, without holidays.") % {"week": week}]


def _days(first: int, last: int) -> str:
    return str(WEEKDAYS[first]) if first == last else f"{WEEKDAYS[first]}–{WEEKDAYS[last]}"


def _written(pause: Pause) -> dict[str, str]:
    return {"began": _moment(pause.began), "ended": _moment(pause.ended)}


def _moment(at: dt.datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
