"""How long each step may take: the policies, and the deadlines that follow from them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from complaints.models import Category
from offices.calendar import calendar
from offices.kept import kept
from workflows.models import Policy

ACT_HOURS = 40  # for work whose category is not known yet


@dataclass(frozen=True)
class Times:
    """What one policy says: hours are working hours, days are days of the calendar."""

    triage: int
    act: int
    approve: int
    outside: int
    reply: int
    directive: int
    contribution: int
    advice: int
    acknowledge: int
    silence_days: int
    reopen_days: int
    questions: int
    needs_approval: bool

    def deadline(self, within: str, at: dt.datetime) -> dt.datetime:
        """Give the moment by which a step entered at `at` must be done; `within` is the step's word on the flow page."""
        if within == "silence":
            return at + dt.timedelta(days=self.silence_days)
        if within == "reopen":
            return at + dt.timedelta(days=self.reopen_days)
        return calendar().add_working_time(at, getattr(self, within))


def times_for(category: Category | None, level: str, at: dt.datetime) -> Times:
    """Give the times for a category (None: not known yet) at an office of this level, as they hold at that moment."""
    policy = policy_for(category, level, at)
    act = policy.act_hours or (category.working_hours if category else ACT_HOURS)
    return Times(
        triage=policy.triage_hours,
        act=act,
        approve=policy.approve_hours,
        outside=policy.outside_hours,
        reply=policy.reply_hours,
        directive=policy.directive_hours,
        contribution=policy.contribution_hours,
        advice=policy.advice_hours,
        acknowledge=policy.acknowledge_hours,
        silence_days=policy.silence_days,
        reopen_days=policy.reopen_days,
        questions=policy.questions,
        needs_approval=policy.needs_approval,
    )


def policy_for(category: Category | None, level: str, at: dt.datetime) -> Policy:
    """Give the policy that says so; one that is not saved where none says anything."""
    return _policy(category.pk if category else None, level, timezone.localdate(at))


@kept
def _policies() -> list[Policy]:
    return list(Policy.objects.order_by("valid_from", "id"))


@kept
def _policy(category_id: int | None, level: str, day: dt.date) -> Policy:
    """Give the narrowest policy that holds: category and level, category, level, all; of equals the newest."""
    newest = {
        (policy.category_id, policy.level): policy  # in order of their days: a later version replaces an earlier
        for policy in _policies()
        if policy.valid_from <= day and policy.category_id in (None, category_id) and policy.level in ("", level)
    }
    return max(
        newest.values(), key=lambda policy: (policy.category_id is not None, policy.level != ""), default=Policy()
    )


def due_after_pause(at: dt.datetime, *, paused_at: dt.datetime, was_due: dt.datetime) -> dt.datetime:
    """Give the deadline of work that rested from `paused_at` until `at`: what was left of it, in working time.

    Work that was overdue when it was paused stays overdue: a question buys no time.
    """
    if was_due <= paused_at:
        return was_due
    working = calendar()
    return working.add_working_time(at, working.working_time_between(paused_at, was_due))
