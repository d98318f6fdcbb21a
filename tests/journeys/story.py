"""Telling a complaint from outside: the citizen writes, officers and the clock act, and every word is heard.

    story.sms("Maji hayatoki Tabata mtaa wa Mandela")
    story.officer("take")
    story.officer("answer", answer="Bomba limetengenezwa")
    story.wait(days=15)
    story.timeline() == [...], story.heard == [...]

The citizen comes in by HTTP, as in life. Time is told: it stands still until `wait`, which lets the clock act at each
deadline on the way. What we say, in an answer or in a notice sent, goes to `heard` as it leaves.
"""

from __future__ import annotations

import base64
import datetime as dt
import itertools

from django.db.models import Min
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint, Entry
from escalation.sweep import escalate
from notices.delivery import deliver_due
from notices.rendering import short
from offices import actors
from offices.models import DESK, Office, User
from tests.world import TUESDAY
from workflows import actions
from workflows.models import ComplaintTask

PHONE = "+255754123456"
# Where the time is asked for.
DOORS = [
    "channels_in.views",
    "channels_in.web",
    "channels_in.api.doors",
    "channels_in.open311.views",
    "channels_in.counter",
    "workflows.desk.views",
]
GATEWAY = "Basic " + base64.b64encode(b"kannel:demo").decode()


class Story:
    """One complaint and all who act on it; `heard` is what the citizen was told, in order."""

    def __init__(self, monkeypatch, at=TUESDAY):
        self.now = at
        self.heard = []
        self.client = Client()
        self.ids = itertools.count(1)
        for door in DOORS:
            monkeypatch.setattr(f"{door}.database_now", lambda: self.now)

    # The case.

    @property
    def case(self):
        """The complaint as it stands now."""
        return Complaint.objects.select_related("category", "place").latest("id")

    @property
    def ref(self):
        """Its reference, as the citizen reads it."""
        return self.case.reference_written

    @property
    def task(self):
        """The step that it is at; None once it has ended."""
        return ComplaintTask.objects.open().main().filter(process=self.case).select_related("process").first()

    # The citizen.

    def sms(self, text, sender=PHONE):
        """Write by SMS, and hear the answer."""
        query = {"from": sender, "to": "15200", "text": text, "charset": "UTF-8", "coding": "0", "id": next(self.ids)}
        response = self.client.get("/channels/sms/kannel/", query, headers={"Authorization": GATEWAY})
        assert response.status_code == 200, response.content
        self.hear(response.content.decode())
        return self.heard[-1]

    def hear(self, words):
        """Be told something."""
        self.heard.append(words)

    # The offices.

    def officer(self, move, who="", **what):
        """Let whoever sits at the case's queue (or `who`, a user name) make a move; its notice reaches the citizen."""
        person = User.objects.get(username=who or self.seat("afisa"))
        done = getattr(actions, move)(self.task, by=actors.person(person, at=self.now), at=self.now, **what)
        self.deliver()
        return done

    def seat(self, role):
        """Give the user name of a role at the queue where the case is."""
        queue = self.task.queue
        return f"{role}.{queue.office.code}.{queue.department.code}"

    def name(self, code):
        """Give the name by which an SMS calls an office."""
        return short(str(Office.objects.get(code=code)))

    def deliver(self):
        """Let the worker send what waits in the outbox."""
        deliver_due(self.now, sender=self)

    def send(self, notice, text):
        """Be the telephone network, for `deliver_due`."""
        self.hear(text)
        return f"network-{notice.pk}"

    # Time.

    def wait(self, **how_long):
        """Let time pass (`days=3`, `hours=1`); the clock acts at each deadline on the way."""
        self.clock(self.now + dt.timedelta(**how_long))

    def clock(self, at):
        """Let time pass until a moment."""
        while (due := self._next_due()) and due <= at:
            self._tick(max(due, self.now))
        self._tick(at)

    def _tick(self, at):
        self.now = at
        escalate(at)
        self.deliver()

    def _next_due(self):
        waiting = ComplaintTask.objects.open().filter(flagged_at=None)
        return waiting.aggregate(first=Min("due_at"))["first"]

    # What became of it.

    def timeline(self):
        """Give each step as one line: when, who, what, the state, where, by when, in whose words."""
        entries = Entry.objects.filter(complaint=self.case).select_related(
            "actor", "said", "to_queue__office", "to_queue__department"
        )
        return [line_of(entry) for entry in entries.order_by("number")]


def line_of(entry):
    """Write one step of the timeline on one line."""
    queue = entry.to_queue
    department = "" if queue is None or queue.department.code == DESK else f".{queue.department.code}"
    parts = [
        written(entry.at),
        entry.actor.username if entry.actor else entry.actor_kind,
        entry.move,
        f"> {entry.to_state}" if entry.to_state != entry.from_state else "",
        f"at {queue.office.code}{department}" if queue else "",
        f"by {written(entry.due_at)}" if entry.due_at else "",
        f"({entry.detail})" if entry.detail else "",
        f'"{entry.said.for_citizen}"' if hasattr(entry, "said") and entry.said.for_citizen else "",
        f"[{entry.said.for_staff}]" if hasattr(entry, "said") and entry.said.for_staff else "",
    ]
    return " ".join(part for part in parts if part)


def written(moment):
    """Write a moment as in `24/11 10:00`."""
    return f"{timezone.localtime(moment):%d/%m %H:%M}"
