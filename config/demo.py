"""`make demo`: one complaint on each way in from first word to closure, one that nobody acts on, one that is disputed; then verified.

Runs on a scratch database. What citizens and partners do goes through the real addresses; what officers do through the same
actions as the desk's buttons. Of the case that nobody acts on the days pass as told, for nobody wants to wait for them.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import os
import sys
import uuid
from collections.abc import Callable
from typing import Any

import django


class Story:
    """One complaint as it is told on the terminal: who does what, then its timeline and what the citizen heard."""

    def __init__(self, title: str) -> None:
        self.at = database_now()
        self.browser = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="sw")
        self.replies: list[str] = []
        self.reference = ""
        print(f"\n{title}\n{'=' * len(title)}")

    # The citizen.

    def sms(self, text: str, phone: str) -> str:
        """Send an SMS by the gateway's address, and give the reply."""
        basic = base64.b64encode(f"{settings.KANNEL_USERNAME}:{settings.KANNEL_PASSWORD}".encode()).decode()
        message = {
            "from": phone,
            "to": settings.SMS_SHORT_CODE,
            "text": text,
            "id": uuid.uuid4().hex,
            "charset": "UTF-8",
        }
        answer = self.browser.get("/channels/sms/kannel/", message, headers={"Authorization": f"Basic {basic}"})
        expect(answer.status_code, 200)
        reply = answer.content.decode()
        self.replies.append(reply)
        print(f"  SMS  {text}\n   ->  {reply}")
        return reply

    # The office.

    @property
    def case(self) -> Complaint:
        """The case as it stands."""
        return Complaint.objects.select_related("citizen").get(reference=self.reference)

    @property
    def task(self) -> ComplaintTask:
        """The step it is at."""
        return ComplaintTask.objects.open().main().select_related("process").get(process__reference=self.reference)

    @property
    def queue(self) -> Queue:
        """Where it waits."""
        queue_id = self.task.queue_id
        assert queue_id is not None
        return queue_with(queue_id)

    def officer(self, move: Callable[..., Any], **what: Any) -> None:
        """Let somebody of the queue where the work is make a move."""
        task = self.task
        queue = self.queue
        name = f"afisa.{queue.office.code}.{queue.department.code}"
        move(task, by=actors.person(User.objects.get(username=name), at=self.at), at=self.at, **what)
        print(f"  {name}: {move.__name__}")

    def settle(self, answer: str) -> None:
        """Let an officer take and answer it, with a photo of what was done where the subject asks for one."""
        self.officer(actions.take)
        category = Category.objects.get(complaints__reference=self.reference)
        self.officer(actions.answer, answer=answer, papers=[photo()] if category.evidence else [])

    def let_the_deadline_pass(self) -> None:
        """Nobody does anything until the clock acts."""
        due_at = self.task.due_at
        assert due_at is not None
        self.at = due_at
        expect(escalate(self.at).handed_up, 1)
        print(f"  {moment(self.at)}: nobody has acted")

    # What is left behind.

    def told(self) -> None:
        """Print the timeline and what the citizen heard, and check that the citizen has the last word."""
        by = actors.person(User.objects.get(username="kiongozi.1"), at=self.at)
        print("\n  Timeline")
        for step in open_case(self.case, by, self.at).steps:
            said = " / ".join(part for part in (step.to_staff, step.to_citizen, step.from_citizen) if part)
            print(f"  {step.entry.number:>3}  {moment(step.entry.at)}  {step.sentence} – {step.who}, {step.via}")
            if said:
                print(f"       “{said}”")
        print("\n  What the citizen heard")
        for notice in Notice.objects.filter(case_id=self.case.pk).order_by("id"):
            print(f"       {render(notice)}")
        expect((self.case.state, self.case.outcome), ("closed", "confirmed"))


class NotAsExpected(Exception):
    """The product did something else than this demonstration promises."""


def expect(got: object, wanted: object) -> None:
    """Stop the demonstration when something is not as it should be."""
    if got != wanted:
        raise NotAsExpected(f"{got!r} in place of {wanted!r}")


def photo() -> Paper:
    """Give a photo as it is taken in: a green field."""
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(drawn, "PNG")
    return attachments.read(drawn, drawn.getbuffer().nbytes)


def moment(at: dt.datetime) -> str:
    """Write a moment as people here do."""
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}"


def reference_in(reply: str) -> str:
    """Find the reference in what the citizen was told."""
    found = [digits for word in reply.split() if (digits := read_reference(word.strip(".,")))]
    expect(len(found), 1)
    return found[0]


def by_sms() -> None:
    """A feature phone: lodged, followed, answered, confirmed."""
    story = Story("sms")
    phone = "+255700000012"
    story.reference = reference_in(story.sms("DSM Bomba la maji limepasuka mtaa wa Tabata, kata ya Tabata", phone))
    if story.case.state == "received":
        story.officer(actions.route, category=Category.objects.get(code="maji"))
    story.sms("HALI", phone)
    story.settle("Bomba lilipasuka Tabata; fundi wa Idara ya Maji amelitengeneza leo saa nne.")
    story.sms("NDIYO", phone)
    story.told()


def by_web() -> None:
    """A browser: lodged by form, confirmed on the page that the receipt opens."""
    story = Story("web")
    sent = story.browser.post(
        "/submit/form/",
        {
            "kind": "complaint",
            "words": "Taka hazijazolewa wiki mbili, harufu ni kali.",
            "category": "taka",
            "council": "120",
            "place": "Tabata, kata ya Tabata",
            "token": uuid.uuid4().hex,
        },
    )
    expect(sent.status_code, 303)
    story.reference = sent["Location"].rstrip("/").rsplit("/", 1)[-1]
    print(f"  web form  ->  receipt {written(story.reference)}")
    story.settle("Gari la taka lilipita leo asubuhi; sasa litapita kila Jumanne.")
    confirmed = story.browser.post(
        "/track/", {"move": "confirm", "reference": story.reference, "token": uuid.uuid4().hex}
    )
    expect(confirmed.status_code < 400, True)
    print("  web page: the citizen says that it is settled")
    story.told()


def by_api() -> None:
    """A partner's program: lodged by JSON, confirmed by SMS from the number it gave."""
    story = Story("api")
    phone = "+255700000013"
    said = {"words": "Nguzo ya umeme imeanguka barabarani.", "category": "umeme", "place": "1210302", "phone": phone}
    headers = {"Authorization": "Bearer demo", "Idempotency-Key": f'"{uuid.uuid4()}"'}
    first = story.browser.post("/api/v1/complaints/", said, content_type="application/json", headers=headers)
    again = story.browser.post("/api/v1/complaints/", said, content_type="application/json", headers=headers)
    expect((first.status_code, again.content), (201, first.content))
    story.reference = read_reference(first.json()["reference"]) or ""
    print(f"  POST /api/v1/complaints/ twice  ->  one complaint, {written(story.reference)}")
    story.settle("Nguzo mpya imesimikwa na umeme umerudi.")
    story.sms("NDIYO", phone)
    story.told()


def by_open311() -> None:
    """An Open311 client: lodged by a form, public, confirmed by SMS from the number it gave."""
    story = Story("open311")
    phone, url = "+255700000017", "/open311/v2/requests"
    said = {
        "api_key": "demo", "service_code": "maji", "description": "Bomba limepasuka.", "address_string": "Tabata, kata ya Tabata",
        "phone": phone, "attribute[public]": "yes",
    }  # fmt: skip
    first, again = (story.browser.post(f"{url}.json", said) for _turn in range(2))
    expect((first.status_code, again.content), (201, first.content))
    story.reference = first.json()[0]["service_request_id"]
    print(f"  POST {url}.json twice  ->  one complaint, {written(story.reference)}")
    story.settle("Bomba limeunganishwa na maji yanatoka.")
    story.sms("NDIYO", phone)
    print(
        f"  GET {url}/{story.reference}.json  ->  {story.browser.get(f'{url}/{story.reference}.json').json()[0]['status']}"
    )
    story.told()


def at_the_counter() -> None:
    """A clerk: a letter entered and a receipt printed; the citizen confirms by SMS."""
    story = Story("counter")
    phone = "+255700000014"
    story.browser.force_login(User.objects.get(username="karani.12103"))
    sent = story.browser.post(
        "/desk/counter/",
        {
            "kind": "complaint",
            "words": "Taa za barabarani hazifanyi kazi karibu na shule.",
            "category": "barabara",
            "council": "120",
            "place": "Tabata, kata ya Tabata",
            "phone": phone,
            "name": "",
            "arrival": "letter",
            "language": "sw",
            "received_on": f"{timezone.localdate(story.at):%d/%m/%Y}",
            "token": uuid.uuid4().hex,
        },
    )
    expect(sent.status_code, 303)
    story.reference = sent["Location"].rstrip("/").rsplit("/", 1)[-1]
    print(f"  karani.12103 enters a letter  ->  receipt {written(story.reference)}")
    story.settle("Taa sita zimebadilishwa jana usiku.")
    story.sms("NDIYO", phone)
    story.told()


def nobody_acts() -> None:
    """Overdue at the street, overdue at the ward, settled at the division."""
    story = Story("overdue: street, ward, division")
    phone = "+255700000015"
    story.reference = reference_in(story.sms("Kelele za muziki baa usiku kucha mtaa wa Tabata, kata ya Tabata", phone))
    if story.case.state == "received":
        street = Office.objects.get(code="1210302")
        story.officer(actions.route, category=Category.objects.get(code="kelele"), place=street)
    expect(story.queue.office.level, "mtaa")
    story.let_the_deadline_pass()
    expect(story.queue.office.level, "kata")
    story.let_the_deadline_pass()
    expect(story.queue.office.level, "tarafa")
    story.at += dt.timedelta(hours=2)
    story.settle("Mwenye baa ameonywa kwa maandishi; muziki unazimwa saa nne usiku.")
    actions.confirm(story.task, by=actors.citizen(story.case.citizen_id, via="sms_kannel"), at=story.at)
    print("  the citizen says that it is settled")
    story.told()


def disputed() -> None:
    """Answered, not settled, settled one level higher."""
    story = Story("disputed: settled one level higher")
    phone = "+255700000016"
    story.reference = reference_in(story.sms("Hakuna dawa zahanati ya mtaa wa Tabata, kata ya Tabata", phone))
    if story.case.state == "received":
        story.officer(actions.route, category=Category.objects.get(code="afya"))
    before = story.queue.office
    story.settle("Dawa zimeagizwa.")
    story.sms("HAPANA bado hakuna dawa", phone)
    after = story.queue.office
    expect(after.pk, before.parent_id)
    story.settle("Dawa zimefika leo; mganga mkuu wa wilaya amezikagua.")
    story.sms("NDIYO", phone)
    story.told()


def verified() -> int:
    """Verify every chain, print one line, and give the exit code."""
    found = list(faults())
    for fault in found:
        print(f"  {fault}")
    count = Complaint.objects.count()
    good = not found
    outcome = "every timeline verifies" if good else f"{len(found)} faults in the timelines"
    print(f"\n{'OK' if good else 'FAILED'}: {count} complaints told from first word to closure; {outcome}.")
    return 0 if good else 1


def main() -> int:
    """Tell all stories, then verify."""
    stories = (by_sms, by_web, by_api, by_open311, at_the_counter, nobody_acts, disputed)
    with translation.override("sw"):
        for story in stories:
            try:
                story()
            except NotAsExpected as fault:
                print(f"\nFAILED: {story.__name__}: {fault}.")
                return 1
        return verified()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

# The product, which can be imported only once Django is set up.
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from complaints import attachments
from complaints.attachments import Paper
from complaints.models import Category, Complaint
from complaints.references import read_reference, written
from complaints.verify import faults
from escalation.sweep import escalate
from notices.models import Notice
from notices.rendering import render
from offices import actors
from offices.clock import database_now
from offices.models import Office, Queue, User
from offices.tree import queue_with
from workflows import actions
from workflows.desk.casefile import open_case
from workflows.models import ComplaintTask

if __name__ == "__main__":
    sys.exit(main())
