"""A move that a citizen makes by SMS or USSD, and what is said back; the state of a case in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import override

from channels_in import follow
from channels_in.caller import DONE, Caller, open_task
from channels_in.follow import last_said, state_in_words
from channels_in.incoming import Answer
from complaints.models import Complaint
from complaints.states import State
from notices.rendering import render
from offices.tree import queue_with
from workflows import notify
from workflows.refusals import Refusal
from workflows.writer import Done


def make(caller: Caller, case: Complaint, move: Callable[..., Done], **words: Any) -> Answer:
    """Make a move for the citizen, and give what it tells them; or say why not."""
    task = open_task(case)
    if task is None:
        return caller.hears("closed_already", case)
    try:
        done = move(task, by=caller.by, at=caller.at, **words)
    except Refusal:
        return refused(caller, case)
    return told(done) if done.notice else replace(caller.hears("added", case), facts=DONE)


def told(done: Done) -> Answer:
    """Give the notice of a move as the answer itself."""
    assert done.notice is not None  # the citizen hears it in the answer
    return Answer(render(done.notice), done.case, DONE)


def refused(caller: Caller, case: Complaint) -> Answer:
    """Say that it cannot be done as the case stands; of a closed one, how long it can be opened again."""
    if case.state == State.ENDED:
        return caller.hears("closed_already", case)
    if days := days_to_reopen(caller, case):
        return caller.hears("closed_already", case, **days)
    with override(caller.language):
        return caller.hears("not_open", case, state=state_in_words(case))


def days_to_reopen(caller: Caller, case: Complaint) -> dict[str, int]:
    """Give the fact of how many days a closed case can still be opened again; none where it cannot."""
    if case.state != State.CLOSED:
        return {}
    now = follow.standing(case, caller.by, caller.at)
    return {"days": max(1, (now.due_at - caller.at).days)} if now.due_at and "reopen" in now.open_moves else {}


def status_facts(case: Complaint, language: str) -> dict[str, Any]:
    """Give what HALI tells of a case: its state, office and date, and what the office said last."""
    task = open_task(case)
    facts: dict[str, Any] = {"words": last_said(case)}
    with override(language):
        facts["state"] = state_in_words(case)
    if task is None or task.queue_id is None:
        return facts
    queue = queue_with(task.queue_id)
    facts |= notify.facts_of(case, queue, task.due_at)
    return facts | ({} if case.discreet else {"office": notify.office_in(language, queue)})
