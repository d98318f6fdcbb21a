"""Complaints brought into every state as it happens in life: by the moves themselves, one after the other."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.db import connection

from complaints.models import Category, Citizen, Complaint, Entry
from notices.models import Notice
from offices import actors
from offices.actors import CLOCK, Actor
from offices.models import Body, Department, Office, Posting, Queue, User
from tests.world import TUESDAY
from workflows import actions
from workflows.models import ComplaintTask
from workflows.writer import ways_open_to

HOUR = dt.timedelta(hours=1)
STREET, WARD, DIVISION, COUNCIL, DISTRICT, REGION, OVERSIGHT = "1210302", "12103", "122", "120", "12", "1", "0"
BY_CLOCK_ALONE = ("lapse_question", "lapse", "end")  # their functions ask for nobody

# The roles of the table, and two that make no move at all.
ROLES = ["citizen", "clerk", "officer", "supervisor", "leader", "clock", "auditor", "administrator"]


@lru_cache
def moves():
    """Give the rows of the table of moves, as dictionaries."""
    with open(Path(__file__).with_name("moves.csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def office(code):
    """Give the office with this code."""
    return Office.objects.get(code=code)


def queue(code, department="malalamiko"):
    """Give an office's queue for a department."""
    return Queue.objects.get(office__code=code, department__code=department)


def category(code="maji"):
    """Give a category by its code."""
    return Category.objects.get(code=code)


def staff(username, at=TUESDAY):
    """Give one of the demo staff as an actor."""
    return actors.person(User.objects.get(username=username), at=at)


_phones = itertools.count(700_000_000)


def citizen(**says):
    """Give somebody with a telephone."""
    phone = f"+255{next(_phones)}"
    return Citizen.objects.create(**{"phone": phone, "phone_digest": phone, "created_at": TUESDAY, **says})


def posted(*roles, code=COUNCIL, department=None, sensitive=(), user=None):
    """Give somebody who holds these roles at an office from now on, in one department or in all, as an actor."""
    user = user or User.objects.create(username=f"somebody.{next(_phones)}")
    for role in roles:
        Posting.objects.create(
            user=user,
            office=office(code),
            department=Department.objects.get(code=department) if department else None,
            role=role,
            sensitive_categories=list(sensitive),
            valid_from=TUESDAY.date(),
        )
    return actors.person(user, at=TUESDAY)


def everything(code=COUNCIL):
    """Give somebody who holds every role that makes a move at an office."""
    return posted("clerk", "officer", "supervisor", "leader", code=code)


@dataclass(frozen=True)
class Story:
    """A complaint as one who looks at it sees it: the task, and the moment."""

    task: ComplaintTask
    at: dt.datetime
    done: actions.Done

    @property
    def case(self):
        """The complaint."""
        return self.task.process

    @property
    def queue(self):
        """Where the work waits."""
        return Queue.objects.select_related("office", "department").get(pk=self.task.queue_id)

    def who(self, role):
        """Give the actor of a role: one of the demo staff where the work is, the citizen, or the clock."""
        if role == "citizen":
            return actors.citizen(self.case.citizen_id, via="sms_kannel")
        if role == "clock":
            return CLOCK
        return staff(self._username(role), self.at)

    def _username(self, role):
        here, department = self.queue.office.code, self.queue.department.code
        return {
            "clerk": f"karani.{here}",
            "officer": f"afisa.{here}.{department}",
            "supervisor": f"msimamizi.{here}.{department}",
            "leader": f"kiongozi.{here}",
            "auditor": "mkaguzi.1",
            "administrator": "mfumo.1",
        }[role]

    def attempt(self, move, by=None, **says):
        """Make a move, by a role or an actor, with the usual words; give what it leaves behind."""
        actor = by if isinstance(by, Actor) else self.who(by or USUALLY[move])
        at = says.pop("at", self.at)
        if move in BY_CLOCK_ALONE:
            return self._tick(move, actor, at)
        return getattr(actions, move)(self.task, by=actor, at=at, **usual_words(move, self, says), **says)

    def _tick(self, move, actor, at):
        if actor is CLOCK:
            return getattr(actions, move)(self.task, at=at)
        return actions.make_move(self.task, move, by=actor, at=at)

    def then(self, move, by=None, **says):
        """Make a move, and go on an hour later with what it leaves behind."""
        at = says.setdefault("at", self.when(move))
        done = self.attempt(move, by, **says)
        return Story(done.task or self.task, at + HOUR, done)

    def when(self, move):
        """Give the moment at which a move is made: now, or for the clock once the deadline has passed."""
        return max(self.task.due_at, self.at) if move in BY_CLOCK_ALONE else self.at

    def later(self, **length):
        """Let time pass."""
        return replace(self, at=self.at + dt.timedelta(**length))

    def again(self):
        """Look again: the task as it stands now."""
        return replace(self, task=ComplaintTask.objects.select_related("process").get(pk=self.task.pk))


# Who usually makes a move.
USUALLY = {
    "route": "clerk", "take": "officer", "assign": "supervisor", "give_back": "officer", "move": "supervisor",
    "hand_up": "supervisor", "send_down": "supervisor", "ask": "officer", "refer": "officer", "propose": "officer",
    "reply": "citizen", "recall": "officer", "returned": "officer", "send_back": "supervisor", "answer": "officer",
    "note": "officer", "approve": "supervisor", "reject": "supervisor", "uphold": "leader", "pass_on": "supervisor",
    "confirm": "citizen", "withdraw": "citizen", "merge": "supervisor", "dispute": "citizen", "reopen": "citizen",
    "unmerge": "supervisor", "lapse_question": "clock", "lapse": "clock", "end": "clock",
    "carry_out": "officer", "contribute": "officer", "give_advice": "leader", "acknowledge": "officer",
    "call_off": "officer",
}  # fmt: skip


def usual_words(move, story, says=()):
    """Give what a move is told beside who and when, save what is said already."""
    return {name: give(story) for name, give in USUAL_WORDS.get(move, {}).items() if name not in says}


def _elsewhere(story):
    """Give another queue of the same office, or where there is none of another office of the same rank."""
    here = story.queue
    same_rank = Queue.objects.filter(office__level=here.office.level).exclude(pk=here.pk)
    same_office = same_rank.filter(office=here.office)
    return (same_office or same_rank).order_by("department__code", "office__code").first() or here


def _hand_there(story):
    """Give an officer who serves at the queue, or where nobody does, somebody from elsewhere."""
    officers = Posting.objects.filter(role="officer", office=story.queue.office).order_by("pk")
    return next((posting.user for posting in officers if posting.covers(story.queue)), User.objects.first())


WHY = {"reason": lambda story: "It is so."}
DONE = {"answer": lambda story: "The pipe was mended."}
USUAL_WORDS = {
    "route": {"category": lambda story: category(), "place": lambda story: office(STREET)},
    "assign": {"to": _hand_there},
    "give_back": WHY,
    "move": WHY | {"to": _elsewhere},
    "hand_up": WHY,
    "send_down": WHY | {"to": lambda story: office(WARD)},
    "ask": {"question": lambda story: "Which street?"},
    "refer": WHY | {"body": lambda story: Body.objects.get(code="dawasa")},
    "propose": DONE,
    "reply": {"words": lambda story: "Upanga street."},
    "recall": WHY,
    "returned": WHY,
    "send_back": WHY,
    "answer": DONE,
    "note": DONE,
    "reject": WHY,
    "uphold": WHY,
    "pass_on": WHY,
    "merge": WHY
    | {"into": lambda story: lodged(sure=story.case.state != "received").case},  # one that they see as well
    "unmerge": WHY,
    "carry_out": WHY,
    "contribute": WHY,
    "give_advice": WHY,
    "call_off": WHY,
}


def said(sure=True, **says):
    """Give what a citizen of the street says: no water."""
    known = {"category": category(), "place": office(STREET), "category_confidence": 1.0, "place_confidence": 1.0}
    speaker = {} if "citizen" in says else {"citizen": citizen()}
    words = {"words": "Maji hayatoki", "channel": "sms_kannel", "received_at": TUESDAY}
    return actions.Said(**words | (known if sure else {"place": known["place"]}) | speaker | says)


def lodged(sure=True, by=None, at=TUESDAY, **says):
    """Lodge a complaint: sure ones wait at the council's water department, others at the street's desk."""
    spoken = said(sure=sure, **says)
    speaker = actors.citizen(spoken.citizen.pk if spoken.citizen else None, via="sms_kannel")
    done = actions.lodge(spoken, by=by or speaker, at=at)
    return Story(done.task, at + HOUR, done)


WAY_TO = {
    "received": [],
    "queued": [],
    "in_hand": ["take"],
    "waiting": ["take", "ask"],
    "referred": ["take", "refer"],
    "for_approval": ["take", "propose"],
    "answered": ["take", "answer"],
    "closed": ["take", "answer", "confirm"],
    "ended": ["take", "answer", "confirm", "end"],
}


def case_in(state, **says):
    """Bring a complaint into a state."""
    story = lodged(sure=state != "received", **says)
    return through(story, *WAY_TO[state])


def through(story, *moves_made):
    """Go on with a story by these moves, each by whoever usually makes it."""
    for move in moves_made:
        story = story.then(move)
    return story


def at_the_top(state="in_hand", **says):
    """Bring a complaint into a state at the region, after the citizen disputed two answers."""
    story = through(lodged(**says), "take", "answer", "dispute", "take", "answer", "dispute")
    return through(story, *WAY_TO[state])


def case_for(state, move):
    """Bring a complaint into a state in which a move of the table is open."""
    if move == "note":
        return case_in(state, kind="opinion")
    if move == "uphold":
        return at_the_top(state)
    if move == "unmerge":
        return case_in("queued").then("merge")
    return case_in(state)


def entries(story):
    """Give the timeline of a complaint as (move, from state, to state) of each step, readings left out."""
    rows = Entry.objects.filter(complaint=story.case).exclude(move="read").order_by("number")
    return list(rows.values_list("move", "from_state", "to_state"))


def notices(story):
    """Give the kinds of the notices about a complaint, in their order."""
    return list(Notice.objects.filter(case_id=story.case.pk).order_by("pk").values_list("kind", flat=True))


def state_of(story):
    """Give a complaint's state as the database has it."""
    return Complaint.objects.get(pk=story.case.pk).state


def moves_open_to(by, story):
    """Give the names of the moves open to a role or an actor: the buttons of the page."""
    actor = by if isinstance(by, Actor) else story.who(by)
    return [way.move for way in ways_open_to(story.task, actor, story.at)]


def digest():
    """Give a digest of every row of every table."""
    rows = "SELECT '{0}', md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{0}\" t"
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(rows.format(table) for table in tables))
        return dict(cursor.fetchall())


@contextmanager
def nothing_changes():
    """Hold every table to what it is, whatever happens meanwhile."""
    before = digest()
    yield
    assert digest() == before
