"""The desk as a browser meets it: pages that are opened, and forms that are sent as they stand on the page."""

import re
from html.parser import HTMLParser

import pytest

from offices.models import User
from workflows.desk import views

MOVES_OF_ITS_OWN = (
    "add_words",
    "direct",
    "diagram",
    "attach",
    "reveal",
    "write_to",
    "files",
    "correct",
    "advise",
    "ask_contribution",
    "ask_advice",
)  # pages of a case that are no move of the flow


# What the form of an answer asks beside what was done.
DONE = {"done_on": "24/11/2026", "done_by": "Fundi wa idara", "done_where": "Tabata"}


class Desk:
    """Somebody sits at the desk and looks at a page."""

    def __init__(self, client):
        self.client = client

    def sit(self, who):
        """Log a member of staff in, by user name or as an actor."""
        user = getattr(who, "user", None) or User.objects.get(username=who)
        self.client.force_login(user)
        return self

    def open(self, story, move="", **query):
        """Open the page of a case, or of one of its moves."""
        return self.client.get(address(story, move), query)

    def press(self, story, move, **says):
        """Send a move's form, with the task and the state as the story saw them."""
        seen = {"task": story.task.pk, "state": story.case.state}
        seen |= DONE if move in ("answer", "propose") else {}
        return self.client.post(address(story, move), seen | says)


def address(story, move=""):
    """Give the address of a case's page, or of a move's."""
    return f"/desk/cases/{story.case.reference}/" + (f"{move}/" if move else "")


def buttons(page):
    """Give the moves that a case's page offers, sorted."""
    moves = re.findall(r'(?:href|action)="/desk/cases/\d{12}/(\w+)/', page.content.decode())
    return sorted(move for move in moves if move not in MOVES_OF_ITS_OWN)


class Form(HTMLParser):
    """What the last form of a page would send: hidden values, and of each list its first real choice."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.select = {}, ""
        self.feed(page.content.decode())

    def handle_starttag(self, tag, attrs):
        """Note a field."""
        named = dict(attrs)
        if tag == "form":
            self.fields = {}
        elif tag == "select":
            self.select = named["name"]
        elif tag == "option" and named.get("value"):
            self.fields.setdefault(self.select, named["value"])
        elif tag == "textarea":
            self.fields[named["name"]] = "It is so."
        elif tag == "input" and named.get("name") != "csrfmiddlewaretoken":
            self.fields[named["name"]] = named.get("value", "")


class Text(HTMLParser):
    """The words of a page that a person sees, or hears from a screen reader, one piece after the other."""

    def __init__(self, page):
        super().__init__()
        self.pieces, self.unseen = [], 0
        self.feed(page.content.decode())

    def handle_starttag(self, tag, attrs):
        """Note what stands in attributes."""
        self.unseen += tag in ("style", "script")
        self.pieces += [value for name, value in attrs if name in ("aria-label", "placeholder", "title") and value]

    def handle_endtag(self, tag):
        """Leave a style or a script."""
        self.unseen -= tag in ("style", "script")

    def handle_data(self, data):
        """Note a piece of text."""
        if data.strip() and not self.unseen:
            self.pieces.append(" ".join(data.split()))


@pytest.fixture
def clock(monkeypatch):
    """Set what the desk's doors hear when they ask the time."""
    return lambda at: monkeypatch.setattr(views, "database_now", lambda: at)


@pytest.fixture
def desk(db, client):
    """Give a desk at which nobody sits yet; its pages are in English."""
    client.cookies["django_language"] = "en"
    return Desk(client)
