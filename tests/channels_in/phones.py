"""A phone that writes to us, and what the tests of the conversation ask of its cases."""

import datetime as dt
import itertools

from channels_in.conversation import converse
from channels_in.incoming import Incoming
from channels_in.intake import take_in
from complaints.models import Complaint, Entry
from notices.rendering import render_text
from offices import actors
from offices.models import User
from tests.world import TUESDAY
from workflows import actions
from workflows.models import ComplaintTask

WORDS = "Maji hayatoki Tabata mtaa wa Mandela siku ya 3"
OTHER = "Taka hazijazolewa Tabata mtaa wa Mandela wiki mbili"
SECRET = "Binti wa jirani amebakwa Tabata mtaa wa Mandela"
PHONE, STRANGER = "+255754123456", "+255713000000"
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


class Phone:
    """A phone that writes to us, and the moment at which it does."""

    def __init__(self):
        self.now = TUESDAY
        self.ids = itertools.count()

    def sms(self, text, sender=PHONE, after=HOUR):
        """Send a message so long after the last, and give the answer's words."""
        self.now += after
        incoming = Incoming("sms_kannel", f"id-{next(self.ids)}", text, sender, language="sw")
        return take_in(incoming, converse, at=self.now).text

    def lodge(self, text=WORDS, sender=PHONE):
        """Make a complaint, and give the case."""
        self.sms(text, sender)
        return Complaint.objects.latest("id")

    def officer(self, case, move, **what):
        """Let the water officer make moves, one hour after the other."""
        self.now += HOUR
        officer = actors.person(User.objects.get(username="afisa.120.maji"), at=self.now)
        getattr(actions, move)(task_of(case), by=officer, at=self.now, **what)

    def answered(self, text=WORDS):
        """Make a complaint that has been answered."""
        case = self.lodge(text)
        self.officer(case, "take")
        self.officer(case, "answer", answer="Bomba limetengenezwa leo")
        return case

    def asked(self, text=WORDS, question="Nyumba namba ngapi?"):
        """Make a complaint on which we have asked a question."""
        case = self.lodge(text)
        self.officer(case, "take")
        self.officer(case, "ask", question=question)
        return case

    def lapsed(self):
        """Make a complaint that was answered, and closed because no word came."""
        case = self.answered()
        self.now = task_of(case).due_at
        actions.lapse(task_of(case), at=self.now)
        return case


def task_of(case):
    return ComplaintTask.objects.open().main().get(process=case)


def state_of(case):
    return Complaint.objects.get(pk=case.pk).state


def said(kind, language="sw", **facts):
    return render_text(kind, language, facts)


def last_words(case):
    entry = Entry.objects.filter(complaint=case).latest("number")
    return entry.move, entry.said.for_citizen
