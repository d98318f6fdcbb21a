"""Overdue work in every situation in which the clock can hand it up, and what its moves leave in the database."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from complaints.models import Entry, Priority
from notices.models import Notice
from offices.actors import CLOCK
from offices.tree import line_of, queue_with
from tests.workflows import stories
from tests.workflows.stories import case_in, category, citizen, lodged, office, queue, staff
from tests.world import TUESDAY
from workflows import actions, ladder
from workflows.models import ComplaintTask

LONG_AFTER = TUESDAY + dt.timedelta(days=90, microseconds=123_456)


def directed(story, code=stories.COUNCIL):
    """Lay a leader's directive beside the main step of a case, and give its task."""
    leader = staff(f"kiongozi.{code}")
    return actions.direct(story.case, to=queue(code), words="See to it.", by=leader, at=story.at).task


def asked(story, department, code=stories.COUNCIL):
    """Ask another department for its part in a case that is in hand."""
    holder = staff("afisa.120.maji")
    return actions.ask_contribution(story.case, to=queue(code, department), words="Your part?", by=holder, at=story.at)


def advice_in_every_situation():
    """Ask for advice, give some unasked, and let other departments be asked, here and above."""
    supervisor, leader = staff("msimamizi.120.maji"), staff("kiongozi.120")
    for about in (None, office(stories.DIVISION)):
        story = case_in("in_hand", about_office=about)
        asked(story, "afya")
        asked(story, "malalamiko", code=stories.DISTRICT)
        actions.ask_advice(story.case, of=office(stories.COUNCIL), words="What now?", by=supervisor, at=story.at)
        actions.advise(story.case, words="Go there.", by=leader, at=story.at)
    actions.advise(case_in("queued").case, words="Go there.", by=leader, at=story.at)


def work_in_every_situation():
    """Bring cases to every step that the clock hands up, with all that makes a difference on the way."""
    for state in ("received", "queued", "in_hand", "referred", "for_approval"):
        case_in(state)
        case_in(state, language="en")
        case_in(state, citizen=None)
        case_in(state, citizen=citizen(phone="", phone_digest=None))
        case_in(state, category=category("watumishi")) if state != "received" else lodged(sure=False)
        case_in(state, about_office=office(stories.DIVISION), language="en")
    lodged(kind="opinion")
    lodged(kind="praise", about_office=office(stories.COUNCIL))
    lodged(about_office=office(stories.REGION))
    lodged(sure=False, category=category("ukatili"))
    lodged(category=category("kelele"))
    lodged(confidential=True)
    lodged(confidential=True, citizen=citizen(quiet=True), priority=Priority.URGENT)
    lodged(citizen=citizen(quiet=True), language="en")
    stories.through(lodged(), "take", "ask", "reply")
    stories.at_the_top("queued")
    stories.at_the_top("in_hand", language="en")
    stories.at_the_top("for_approval")
    directed(case_in("in_hand"))
    directed(case_in("queued").then("merge"))
    directed(stories.at_the_top("in_hand"), code=stories.REGION)
    advice_in_every_situation()


def due_to_rise(at):
    """Give the tasks that the clock has to hand up or to flag, those that waited longest first."""
    due = ComplaintTask.objects.due(at).select_related("process").order_by("due_at", "id")
    return [task for task in due if "hand_up" in [way.move for way in task.flow_task.ways if "clock" in way.by]]


def hand_up_one_by_one(at):
    """Do by the actions what the sweep does in sets."""
    for due in due_to_rise(at):
        task = ComplaintTask.objects.select_related("process").get(pk=due.pk)
        line = line_of(queue_with(task.queue_id).office_id)
        if ladder.next_up(line, task.process):
            actions.hand_up(task, by=CLOCK, at=at)
        else:
            actions.flag(task, at=at)


# The numbers of rows that are new are drawn from a sequence, which goes on when the rest is rolled back.
NUMBERED_ANEW = (Entry._meta.db_table, Notice._meta.db_table)


def every_row():
    """Give all rows of all tables, each as JSON."""
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in connection.introspection.table_names()}


def _rows(cursor, table):
    row = "to_jsonb(t) - 'id'" if table in NUMBERED_ANEW else "to_jsonb(t)"
    cursor.execute(f'SELECT ({row})::text FROM "{table}" t ORDER BY 1')
    return [text for (text,) in cursor.fetchall()]


def left_by(work):
    """Give all rows that a piece of work leaves, and undo it."""
    with transaction.atomic():
        work()
        rows = every_row()
        transaction.set_rollback(True)
    return rows
