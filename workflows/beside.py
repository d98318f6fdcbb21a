"""What stands beside the one main step: what moves, guards and the clock need to know of it. It only looks, and refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.status import STATUS

from complaints import timeline
from complaints.models import Complaint, Entry
from complaints.timeline import Happened
from offices.actors import CLOCK, reaches
from offices.models import Posting, Role
from workflows.models import ComplaintTask
from workflows.refusals import NotOpen, says_something

if TYPE_CHECKING:
    from workflows.guards import Asking

ASKED = ("contribution", "asked_advice")  # the steps that an answer waits for
# What the timeline's detail says of a move of a step beside the main one, or of a leave, in which either changes hands.
OF_STEPS_BESIDE = r"^((task|leave):.*|directive|contribution|asked_advice|advice|(directive|contribution|advice|acknowledge)_overdue)$"


def is_of_a_step_beside(detail: str) -> bool:
    """Say whether a step of the timeline is one beside the main step, of which no citizen is told."""
    return re.match(OF_STEPS_BESIDE, detail) is not None


def main_step_of(case: Complaint) -> ComplaintTask | None:
    """Give the one step that a case is at, None once it has ended; asked once of each case as it was read."""
    known: dict[str, ComplaintTask | None] = case.__dict__
    if "main_step" not in known:
        known["main_step"] = ComplaintTask.objects.open().main().filter(process=case).first()
    return known["main_step"]


def holder_of(case: Complaint) -> int | None:
    """Give whose hand the case itself is in."""
    main = main_step_of(case)
    return main.owner_id if main else None


def offices_that_directed(case: Complaint) -> dict[int, set[int]]:
    """Give, by the key of each directive of a case, the offices that whoever gave it led then; asked once of each case as it was read."""
    known: dict[str, dict[int, set[int]]] = case.__dict__
    if "directed_by" not in known:
        given = Entry.objects.filter(complaint=case, move="direct").select_related("to_queue")
        steps = [(int(each.detail.removeprefix("task:")), each) for each in given]
        leads = list(Posting.objects.filter(user__in={each.actor_id for each in given}, role=Role.LEADER))
        known["directed_by"] = {
            task: {
                post.office_id for post in leads
                if post.user_id == each.actor_id and post.holds_on(localdate(each.at)) and each.to_queue and reaches(post, each.to_queue)
            }
            for task, each in steps
        }  # fmt: skip
    return known["directed_by"]


def own_department_of(asking: Asking) -> int | None:
    """Give the department that is asked for its part: it rises there, not in the department of the case; None otherwise."""
    return asking.queue.department_id if asking.task.flow_task.name == "contribution" else None


def still_asked(case: Complaint) -> list[ComplaintTask]:
    """Give the contributions and the advice that were asked for and have not come; one statement."""
    waiting = ComplaintTask.objects.open().filter(process=case, side=True).order_by("id")
    return [task for task in waiting if task.flow_task.name in ASKED]


def wait_or_say_why_not(asking: Asking, although: str) -> None:
    """Refuse to go on while something asked of others is open; a reason goes on the timeline, and lets the move through."""
    waiting = still_asked(asking.case)
    if not waiting:
        return
    if not says_something(although):
        raise NotOpen(_("What was asked of others has not come yet. Wait for it, or say why you do not."))
    timeline.write(
        Happened(
            asking.case.pk, "go_on_without", by=asking.by, at=asking.at, detail=f"open:{len(waiting)}",
            for_staff=although.strip(),
        )
    )  # fmt: skip


def fall_away(asking: Asking, *, for_good: bool) -> None:
    """Cancel what still stands beside a case that closes: nobody needs it any more, and its clock must not go on.

    A leader's directive stays until it is carried out, or the case ends (`for_good`). The case's lock is held.
    """
    waiting = ComplaintTask.objects.open().filter(process=asking.case, side=True).order_by("id")
    for task in waiting:
        if for_good or task.flow_task.name != "directive":
            ComplaintTask.objects.filter(pk=task.pk).update(status=STATUS.CANCELED, finished=asking.at)
            timeline.write(
                Happened(
                    asking.case.pk, "fall_away", by=asking.by if asking.by.user else CLOCK, at=asking.at,
                    from_queue_id=task.queue_id, to_queue_id=task.queue_id, detail=f"task:{task.pk}",
                )
            )  # fmt: skip
