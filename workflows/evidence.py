"""Photos and papers of a case: attaching them, and the answers that are nothing without one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import attachments, timeline
from complaints.attachments import Paper
from complaints.models import Attachment, Complaint, Entry
from complaints.timeline import Happened
from offices.actors import Actor, ActorKind
from offices.models import Role
from workflows.guards import Asking
from workflows.models import ComplaintTask
from workflows.refusals import EvidenceMissing, NotOpen, NotYours, ReasonMissing
from workflows.writer import Done, asking_about, lock_step_of

# An auditor reads; neither files nor telephone numbers are theirs.
WORKS_ON_IT = {Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.LEADER}


def at_work_on(task: ComplaintTask, by: Actor, at: dt.datetime) -> Asking:
    """Lock the case and give what one who works on it asks; whoever holds it does not matter. Raises a `Refusal`."""
    step = lock_step_of(task.process_id)
    if step is None:
        raise NotOpen
    asking = asking_about(step, by, at)
    if not asking.roles & WORKS_ON_IT:
        raise NotYours
    return asking


def attach(task: ComplaintTask, *, papers: Sequence[Paper], by: Actor, at: dt.datetime) -> Done:
    """Add photos or papers to a case; no clock is touched."""
    if not papers:
        raise ReasonMissing(_("Choose a photo or a paper."))
    with transaction.atomic():
        asking = at_work_on(task, by, at)
        with kept(asking.case, papers, by=by, at=at):
            return Done(asking.case, asking.task)


@contextmanager
def kept(
    case: Complaint, papers: Sequence[Paper], *, by: Actor, at: dt.datetime, for_answer: bool = False
) -> Iterator[list[Attachment]]:
    """Keep papers with a case whose lock is held, each with its line on the timeline; where the move fails, they go again."""
    papers, elsewhere = _known(case, papers)
    with attachments.kept(case, papers, by=by.user, at=at, for_answer=for_answer) as added:
        for attachment in added:
            timeline.write(Happened(case.pk, "attach", by=by, at=at, detail=f"attachment:{attachment.pk}"))
            if again := elsewhere.get(attachment.sha256):
                timeline.write(Happened(case.pk, "used_before", by=by, at=at, detail=f"attachment:{again.pk}"))
        yield added


def _known(case: Complaint, papers: Sequence[Paper]) -> tuple[list[Paper], dict[str, Attachment]]:
    """Give the papers under the digests by which they are known in other cases, and what stands there under those."""
    elsewhere = {each.sha256: each for each in attachments.used_before(case, papers)} if papers else {}
    # One that was fetched from us and sent again has lost a little: it keeps the digest under which it is known.
    return [replace(paper, sha256=paper.also) if paper.also in elsewhere else paper for paper in papers], elsewhere


def check(asking: Asking, papers: Sequence[Paper]) -> None:
    """Refuse an answer without evidence where the subject asks for it."""
    if not papers and is_missing(asking):
        raise EvidenceMissing


def is_missing(asking: Asking) -> bool:
    """Say whether an answer needs evidence that is not there; what staff or the institution attached since the last answer counts.

    A paper that came in over the counter does not: it is what the citizen brought.
    """
    if not is_wanted(asking):
        return False
    answers = Entry.objects.filter(complaint=asking.case, move__in=["answer", "approve"])
    last = answers.order_by("-number").values_list("at", flat=True).first()
    shown = Entry.objects.filter(complaint=asking.case, move="attach", actor_kind__in=[ActorKind.STAFF, ActorKind.BODY])
    shown = shown.exclude(via="counter")
    return not (shown.filter(at__gt=last) if last else shown).exists()


def is_wanted(asking: Asking) -> bool:
    """Say whether the subject asks that an answer comes with a photo or paper."""
    return asking.case.category is not None and asking.case.category.evidence
