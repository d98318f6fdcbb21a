"""Outside bodies: the link by which one answers on one case, and what it may read there. Their records: `reports.figures`.

What a body writes is an entry on the timeline, not a move: an officer then answers the citizen, or takes the case back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.attachments import Paper
from complaints.models import Complaint, Entry, EntryWords
from complaints.references import written
from complaints.states import State
from complaints.timeline import Happened
from notices import links, outbox
from offices.actors import BODY, ActorKind
from offices.models import Body
from offices.tree import queue_with
from workflows import evidence, notify, words
from workflows.models import BodyLink, ComplaintTask
from workflows.refusals import AlreadyDone, NotOpen, needed
from workflows.writer import lock_step_of

# The link.


def send_link(
    case: Complaint, task: ComplaintTask, body: Body, *, names_citizen: bool, at: dt.datetime
) -> BodyLink | None:  # fmt: skip
    """Send a body the link to its page of a case, in the transaction that refers it; None where no address is known."""
    way, address = ("email", body.email) if body.email else ("sms", body.phone)
    if not address:
        return None
    seed = links.new_seed()
    link = BodyLink.objects.create(
        task=task, body=body, token_digest=links.digest_of(links.token_of(seed)), names_citizen=bool(names_citizen), way=way,
        created_at=at, expires_at=at + dt.timedelta(days=settings.BODY_LINK_DAYS),
    )  # fmt: skip
    facts = {"ref": written(case.reference), "seed": seed}
    if task.due_at is not None:
        facts["due"] = task.due_at.isoformat()
    outbox.queue("body_asked", way=way, address=address, language="sw", facts=facts, case_id=case.pk, at=at)
    return link


READ_WITH = ("task__process__citizen", "task__process__category", "task__process__place", "body")


def link_with(token: str) -> BodyLink | None:
    """Give the link that a token opens, live or not; None if there is none."""
    return BodyLink.objects.select_related(*READ_WITH).filter(token_digest=links.digest_of(token)).first()


def is_live(link: BodyLink, at: dt.datetime) -> bool:
    """Say whether a link still opens: the case is with the body, by this very referral, and the time is not over."""
    with_the_body = link.task.finished is None and link.task.process.state == State.REFERRED
    return with_the_body and at < link.expires_at


def link_of(case: Complaint) -> BodyLink | None:
    """Give the link by which the body that has a case now can answer."""
    waiting = BodyLink.objects.filter(task__process=case, task__finished=None)
    return waiting.select_related("body").order_by("-id").first()


# What the body reads.


@dataclass(frozen=True)
class Shown:
    """What stands on a body's page: never more of the citizen than the citizen allows."""

    reference: str
    body: Body
    question: str
    words: str  # empty where they are kept back
    place: str
    landmark: str
    citizen: str
    office: str
    due_at: dt.datetime | None
    answer: str  # once it is given
    papers: int  # how many photos and papers came with it


def shown(link: BodyLink) -> Shown:
    """Give what a body may read of a case; of a discreet one the question alone, unless the citizen allows more."""
    case, task = link.task.process, link.task
    kept_back = case.discreet and not link.names_citizen
    assert task.queue_id is not None
    return Shown(
        reference=case.reference_written,
        body=link.body,
        question=_said(case, "refer").for_citizen,
        words="" if kept_back else case.words,
        place="" if kept_back else words.office(case.place),
        landmark="" if kept_back else case.place_words,
        citizen=_citizen(case) if link.names_citizen else "",
        office=words.queue(queue_with(task.queue_id)),
        due_at=task.due_at,
        answer=_said(case, "body_answered").for_staff if link.answered_at else "",
        papers=_papers_with(case, link.answered_at),
    )


def _papers_with(case: Complaint, answered_at: dt.datetime | None) -> int:
    if answered_at is None:
        return 0
    return Entry.objects.filter(complaint=case, move="attach", actor_kind=ActorKind.BODY, at=answered_at).count()


def _said(case: Complaint, move: str) -> EntryWords:
    """Give the words of the newest such move; empty ones where it has none."""
    entry = Entry.objects.filter(complaint=case, move=move).select_related("said").order_by("-number").first()
    return getattr(entry, "said", None) or EntryWords()


def _citizen(case: Complaint) -> str:
    """Give the name said with this case, for phones are shared, and the number."""
    if case.citizen is None:
        return case.citizen_name
    return ", ".join(part for part in (case.citizen_name or case.citizen.name, case.citizen.phone) if part)


def note_opening(link: BodyLink, at: dt.datetime) -> None:
    """Note when a body first opened its link."""
    if link.opened_at is None:
        BodyLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=at)


# What the body answers.


def answer(link: BodyLink, *, words: str, papers: Sequence[Paper] = (), at: dt.datetime) -> None:
    """Put a body's answer on the timeline, for staff, with its photos and papers, and tell whoever has the case in hand; once.

    Raises `NotOpen` when the link is dead, `AlreadyDone` when it has been used, `ReasonMissing` without words.
    """
    with transaction.atomic():
        step = lock_step_of(link.task.process_id)
        if step is None or step.pk != link.task_id or at >= link.expires_at:
            raise NotOpen(_("This link is no longer open."))
        if not BodyLink.objects.filter(pk=link.pk, answered_at=None).update(answered_at=at):
            raise AlreadyDone
        case, said = step.process, needed(words)
        with evidence.kept(case, papers, by=BODY, at=at):
            timeline.write(
                Happened(case.pk, "body_answered", by=BODY, at=at, detail=f"body:{link.body.code}", for_staff=said)
            )
            notify.tell_staff([step.owner_id], "body_answered", case, at)
