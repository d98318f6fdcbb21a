"""What a citizen says of their own case beside its moves: how it was, who may read it, and that a joined one is settled.

None of it touches a state, a queue or a deadline; each is a line on the timeline.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.attachments import Paper
from complaints.categories import category_with
from complaints.models import Attachment, Complaint
from complaints.states import Outcome, State
from complaints.timeline import Happened
from offices.actors import Actor, ActorKind
from workflows import evidence
from workflows.models import ComplaintTask
from workflows.refusals import NotOpen, NotYours, ReasonMissing
from workflows.writer import Done, asking_about, lock, lock_step_of

# How the timeline calls what the citizen allows, and no longer allows.
ALLOWED = {
    ("is_public", True): "make_public",
    ("is_public", False): "make_closed",
    ("lends_name", True): "lend_name",
    ("lends_name", False): "keep_name",
}
MOST_STARS = 5
MOST_FILES = 12  # of the citizen's, with one case


def may_rate(case: Complaint) -> bool:
    """Say whether there is anything to be rated: an answer, or a case that was closed with one."""
    if case.state == State.ANSWERED:
        return True
    return case.state == State.CLOSED and case.outcome not in (Outcome.WITHDRAWN, Outcome.DUPLICATE)


def rate(task: ComplaintTask, *, stars: int, words: str = "", by: Actor, at: dt.datetime) -> Done:
    """Say how it was, from one star to five; who says it again has changed their mind, and the newest counts."""
    with transaction.atomic():
        locked = _own(task, by, at)
        if not may_rate(locked.process):
            raise NotOpen
        if not 1 <= stars <= MOST_STARS:
            raise ReasonMissing(_("Choose how many stars."))
        said = Happened(locked.process_id, "rate", by=by, at=at, detail=f"stars:{stars}", for_citizen=words.strip())
        timeline.write(said)
        return Done(locked.process, locked)


def agree(task: ComplaintTask, *, by: Actor, at: dt.datetime) -> Done:
    """Say of a case that is joined with another that the other's answer settles it: a vote, and no move."""
    with transaction.atomic():
        locked = _own(task, by, at)
        lead = locked.process.lead
        if lead is None or lead.state not in (State.ANSWERED, State.CLOSED, State.ENDED):
            raise NotOpen
        if not locked.process.entries.filter(move="agree", detail=f"lead:{lead.reference}").exists():
            timeline.write(Happened(locked.process_id, "agree", by=by, at=at, detail=f"lead:{lead.reference}"))
        return Done(locked.process, locked)


def send_papers(case: Complaint, *, papers: Sequence[Paper], by: Actor, at: dt.datetime) -> list[Attachment]:
    """Add the citizen's photos, papers and voice notes to a case that has not ended; no clock is touched. Raises a `Refusal`."""
    if not papers:
        raise ReasonMissing(_("Choose a photo or a paper."))
    with transaction.atomic():
        step = lock_step_of(case.pk)
        if step is None:
            raise NotOpen
        _refuse_others(step, by, at)
        if Attachment.objects.filter(complaint=case, added_by=None).count() + len(papers) > MOST_FILES:
            raise NotOpen(_("With one complaint go at most %(most)s files.") % {"most": MOST_FILES})
        with evidence.kept(step.process, papers, by=by, at=at) as added:
            return added


def _own(task: ComplaintTask, by: Actor, at: dt.datetime) -> ComplaintTask:
    """Lock the step for the citizen whose case it is, or for who speaks for them."""
    locked = lock(task, by)
    _refuse_others(locked, by, at)
    return locked


def _refuse_others(locked: ComplaintTask, by: Actor, at: dt.datetime) -> None:
    if "citizen" not in asking_about(locked, by, at).roles:
        raise NotYours


def allow(case: Complaint, *, is_public: bool, lends_name: bool, by: Actor, at: dt.datetime) -> None:
    """Say who may know of the case; this can be taken back as long as the case is kept, closed or not."""
    with transaction.atomic():
        now = Complaint.objects.select_for_update(no_key=True).get(pk=case.pk)
        if by.kind != ActorKind.CITIZEN or by.citizen_id != now.citizen_id:
            raise NotYours
        now.category = category_with(now.category_id)
        if is_public and not may_be_public(now):
            raise NotOpen(_("A complaint of this subject, or about an office, stays closed to others."))
        changed = {
            ALLOWED["is_public", is_public]: now.is_public != is_public,
            ALLOWED["lends_name", lends_name]: now.lends_name != lends_name,
        }
        now.is_public, now.lends_name = is_public, lends_name
        now.save(update_fields=["is_public", "lends_name"])
        for move in [move for move, is_new in changed.items() if is_new]:
            timeline.write(Happened(now.pk, move, by=by, at=at))


def may_be_public(case: Complaint) -> bool:
    """Say whether the citizen can make it public at all."""
    return not case.discreet and case.about_office_id is None


def stars_of(case: Complaint) -> int:
    """Give how many stars the citizen gave last; 0 for none."""
    newest = case.entries.filter(move="rate").order_by("-number").values_list("detail", flat=True).first()
    return int(newest.partition(":")[2]) if newest else 0
