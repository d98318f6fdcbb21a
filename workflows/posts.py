"""The figures of one post: what one officer took, answered and has overdue. For that officer and the line above, nobody else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from offices.actors import Actor
from offices.models import Posting, Role
from offices.tree import line_of
from workflows.flows import ComplaintFlow, steps
from workflows.models import ComplaintTask

PERIODS = (30, 90, 365)  # days that can be looked back


@dataclass(frozen=True)
class Figures:
    """What one post did in a period, and what is overdue in its hand at present.

    `taken`: cases that came into this hand, taken or given. `answered`: answers and notes of this officer that went out.
    `median_days`: from the citizen's word to that answer. `disputed`: of the answered, those the citizen says are not settled.
    """

    taken: int
    answered: int
    median_days: float | None
    disputed: int
    overdue: int


def may_see_figures(by: Actor, post: Posting) -> bool:
    """Say whether it is this person's own post, or a post beneath theirs."""
    return post.user_id == by.user_id or any(is_above(posting, post) for posting in by.postings)


def is_above(posting: Posting, post: Posting) -> bool:
    """Say whether a posting stands above a post: its supervisor or leader there, or of an office above."""
    if posting.office_id not in line_of(post.office_id).ids:
        return False
    higher_office = posting.office_id != post.office_id
    if posting.role == Role.LEADER:
        return higher_office or post.role != Role.LEADER
    if posting.role != Role.SUPERVISOR or posting.department_id not in (None, post.department_id):
        return False
    return higher_office or post.role in (Role.CLERK, Role.OFFICER)


def figures(post: Posting, since: dt.datetime, at: dt.datetime) -> Figures:
    """Give the figures of a post from one moment to another; one statement, along indexes of what one person did."""
    field = ComplaintTask._meta.get_field("flow_task")
    working = [field.get_prep_value(step) for step in steps("clerk", "officer", "supervisor", "body")]
    asked = {
        "who": post.user_id,
        "office": post.office_id,
        "department": post.department_id,
        "since": since,
        "at": at,
        "verdict": field.get_prep_value(ComplaintFlow.verdict),
        "working": working,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, asked)
        return Figures(*cursor.fetchone())


# An answer opens the step that waits for the citizen's verdict, owned by whoever wrote it, approved or not.
FIGURES = """
WITH ours AS (
    SELECT id FROM offices_queue
     WHERE office_id = %(office)s AND (%(department)s::bigint IS NULL OR department_id = %(department)s::bigint)
), taken AS (
    SELECT complaint_id FROM complaints_entry
     WHERE actor_id = %(who)s AND move = 'take' AND at > %(since)s AND at <= %(at)s AND to_queue_id IN (SELECT id FROM ours)
    UNION
    SELECT complaint_id FROM complaints_entry
     WHERE holder_id = %(who)s AND move = 'assign' AND at > %(since)s AND at <= %(at)s AND to_queue_id IN (SELECT id FROM ours)
), owned AS (
    SELECT * FROM workflows_complainttask
     WHERE owner_id = %(who)s AND finished IS NULL AND queue_id IN (SELECT id FROM ours)
    UNION ALL
    SELECT * FROM workflows_complainttask
     WHERE owner_id = %(who)s AND finished > %(since)s AND queue_id IN (SELECT id FROM ours)
), answered AS (
    SELECT process_id, created AS answered_at,
           EXISTS (SELECT FROM complaints_entry said
                    WHERE said.complaint_id = owned.process_id AND said.move = 'dispute' AND said.at = owned.finished) AS disputed
      FROM owned WHERE flow_task = %(verdict)s AND created > %(since)s AND created <= %(at)s
    UNION ALL
    SELECT complaint_id, at, false FROM complaints_entry
     WHERE actor_id = %(who)s AND move = 'note' AND at > %(since)s AND at <= %(at)s AND to_queue_id IN (SELECT id FROM ours)
)
SELECT (SELECT count(*) FROM taken),
       (SELECT count(*) FROM answered),
       (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - received_at) / 86400)
          FROM answered JOIN complaints_complaint told ON told.id = process_id),
       (SELECT count(*) FROM answered WHERE disputed),
       (SELECT count(*) FROM owned WHERE finished IS NULL AND flow_task = ANY(%(working)s) AND due_at <= %(at)s)
"""
