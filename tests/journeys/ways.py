"""The ways in beside SMS, as a story uses them: the citizen's pages, a partner's program, the counter."""

from __future__ import annotations

import html
import json
import re
import uuid

from django.test import Client

from offices.models import User
from tests.journeys.story import PHONE


def text_of(response):
    """Give a page as it is read: without tags, blanks made one."""
    page = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", response.content.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def found(pattern, response):
    """Give the first part of a page that fits."""
    return re.search(pattern, response.content.decode())[1]


class Browser:
    """A citizen's browser; remembers the code of the receipt as a citizen would: on paper."""

    def __init__(self, story):
        self.story = story
        self.client = Client()
        self.code = ""

    def submit(self, words, **more):
        """Complain by the form, and give the receipt as it is read."""
        token = found(r'name="token" value="(\w+)"', self.client.get("/submit/form/"))
        sent = self.client.post(
            "/submit/form/", {"token": token, "kind": "complaint", "words": words, "council": "none"} | more
        )
        assert sent.status_code == 303, text_of(sent)
        receipt = self.client.get(sent["Location"])
        self.code = found(r'receipt__code">([\w-]+)<', receipt)
        return text_of(receipt)

    def open(self, code=""):
        """Follow the complaint with its number and code; give the page as it is read."""
        self.client.post("/track/", {"reference": self.story.ref, "code": code or self.code})
        return text_of(self.client.get("/track/"))

    def act(self, move, words=""):
        """Press a button of that page."""
        token = uuid.uuid4().hex
        form = {"move": move, "words": words, "reference": self.story.case.reference, "token": token}
        sent = self.client.post("/track/", form)
        assert sent.status_code == 303, text_of(sent)
        self.story.deliver()


class Program:
    """A partner's program."""

    def __init__(self):
        self.client = Client()
        self.headers = {"Authorization": "Bearer demo", "Accept-Language": "sw"}

    def lodge(self, words, **more):
        """Send a complaint, and give the answer."""
        sent = self.client.post(
            "/api/v1/complaints/", json.dumps({"words": words} | more), "application/json",
            headers=self.headers | {"Idempotency-Key": f'"{uuid.uuid4()}"'},
        )  # fmt: skip
        assert sent.status_code == 201, sent.content
        return sent.json()

    def read(self, reference):
        """Ask how it stands."""
        return self.client.get(f"/api/v1/complaints/{reference}/", headers=self.headers).json()


class Counter:
    """A clerk at a complaints desk."""

    def __init__(self, story, username):
        self.story = story
        self.client = Client()
        self.client.force_login(User.objects.get(username=username))

    def enter(self, words, **more):
        """Enter what somebody has brought, and give the receipt as it is read."""
        token = found(r'name="token" value="(\w+)"', self.client.get("/desk/counter/"))
        form = {
            "token": token, "kind": "complaint", "words": words, "arrival": "in_person", "language": "sw", "council": "120",
            "received_on": f"{self.story.now:%d/%m/%Y}", "phone": PHONE,
        } | more  # fmt: skip
        sent = self.client.post("/desk/counter/", form)
        assert sent.status_code == 303, text_of(sent)
        return text_of(self.client.get(sent["Location"]))
