"""The only code that changes a case: one function for each move of the flow page.

Every function acts on a task as its caller saw it (`lodge`, `direct` and `read` on a case), and gives `Done`. `by` says who, `at` says when, and nothing here
reads a clock. All raise a `Refusal` (see `refusals`) in human words, and then nothing has changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from complaints import timeline
from complaints.attachments import Paper
from complaints.categories import category_with
from complaints.incidents import incident_of
from complaints.models import Category, Citizen, Complaint, Entry
from complaints.states import LIVE, Outcome, State
from complaints.timeline import Happened
from notices.models import Notice
from offices.actors import CLOCK, Actor
from offices.models import Body, Office, Queue, Role, User
from offices.tree import line_of, queue_at
from workflows import beside, bodies, evidence, ladder, notify, routing, scope
from workflows.corrections import detail_of
from workflows.evidence import attach as attach
from workflows.flows import ComplaintFlow
from workflows.guards import Asking
from workflows.lodging import Said as Said
from workflows.lodging import lodge as lodge
from workflows.lodging import lodge_many as lodge_many
from workflows.models import ComplaintTask
from workflows.placing import say_place as say_place
from workflows.placing import say_subject as say_subject
from workflows.refusals import NotOpen, NotYours, ReasonMissing, TooEarly, WrongTarget, needed, says_something
from workflows.together import READ_AGAIN_AFTER, note_reading
from workflows.together import acknowledge as acknowledge
from workflows.together import advise as advise
from workflows.together import ask_advice as ask_advice
from workflows.together import ask_contribution as ask_contribution
from workflows.together import call_off as call_off
from workflows.together import carry_out as carry_out
from workflows.together import contribute as contribute
from workflows.together import direct as direct
from workflows.together import give_advice as give_advice
from workflows.urgency import mark_urgent as mark_urgent
from workflows.wishes import agree as agree
from workflows.wishes import allow as allow
from workflows.wishes import rate as rate
from workflows.wishes import send_papers as send_papers
from workflows.writer import Done as Done
from workflows.writer import (
    Filling,
    Plan,
    asking_about,
    carry,
    lock,
    make_move,
    pressed_twice,
    raise_priority,
)
from workflows.writing import write_to as write_to

# The first move, `lodge`, is made in `lodging`; all others stand here.

# At the complaints desk.


def route(task: ComplaintTask, *, category: Category, place: Office | None = None, by: Actor, at: dt.datetime) -> Done:
    """Say which subject, and so which department; a person is sure. Without a place, the desk's own office counts.

    Where our own reading was another, the entry keeps both: from such cases the subjects are learned (`complaints.training`).
    """

    def fill(asking: Asking, plan: Plan) -> None:
        known_place = place or asking.case.place or asking.queue.office
        if asking.case.category is not None and asking.case.category_id != category.pk:
            plan.detail = detail_of("subject", asking.case.category.code, category.code)
        plan.put(asking.case, category=category, category_confidence=1, place=known_place, place_confidence=1)
        plan.put(asking.case, incident=incident_of(asking.case, at))
        plan.queue = routing.route(asking.case, at).queue

    return make_move(task, "route", by=by, at=at, fill=fill)


# In a queue and in a hand.


def take(task: ComplaintTask, *, by: Actor, at: dt.datetime) -> Done:
    """Take the work into one's own hand."""

    def fill(asking: Asking, plan: Plan) -> None:
        plan.owner_id = by.user_id

    return make_move(task, "take", by=by, at=at, fill=fill)


def assign(task: ComplaintTask, *, to: User, by: Actor, at: dt.datetime) -> Done:
    """Put the work into an officer's hand, who serves at that queue."""

    def fill(asking: Asking, plan: Plan) -> None:
        if not asking.may_be_held_by(to.pk):
            raise WrongTarget(_("This person does not serve there."))
        plan.owner_id = to.pk

    return make_move(task, "assign", by=by, at=at, fill=fill)


def give_back(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Put the work back into the queue."""

    def fill(asking: Asking, plan: Plan) -> None:
        plan.owner_id = None

    return make_move(task, "give_back", by=by, at=at, reason=reason, fill=fill)


def move(task: ComplaintTask, *, to: Queue, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Move the work to another department, or to another office of the same rank; the deadline is kept."""

    def fill(asking: Asking, plan: Plan) -> None:
        same_rank = to.office.level == asking.queue.office.level
        if to.pk == asking.queue.pk or not same_rank or not ladder.may_hold(line_of(to.office_id), asking.case):
            raise WrongTarget
        plan.queue, plan.owner_id = to, None

    return make_move(task, "move", by=by, at=at, reason=reason, fill=fill)


def hand_up(
    task: ComplaintTask, *, to: Office | None = None, by: Actor, at: dt.datetime, reason: str = ""
) -> Done:  # fmt: skip
    """Hand the work to a higher office, whose own clock starts now: the one named, else the nearest.

    The clock passes over offices where nobody serves, names its rule in place of a reason, and is never early.
    """

    def fill(asking: Asking, plan: Plan) -> None:
        rise(asking, plan, _rung_for(asking, to))

    return make_move(task, "hand_up", by=by, at=at, reason=reason, fill=fill)


def rise(asking: Asking, plan: Plan, rung: ladder.Line) -> None:
    """Plan the way to a higher office; the sweep plans with this very function."""
    plan.queue = queue_at(rung.office.pk, beside.own_department_of(asking) or _department_of(asking))
    if asking.task.flow_task.name not in ("question", "outside", "approval"):  # these keep whoever asked or proposed
        plan.owner_id = None
    if asking.by is CLOCK:
        plan.detail = overdue(asking.task)


def overdue(task: ComplaintTask) -> str:
    """Give the name of the clock's rule that fires on a step: which time has run out."""
    return f"{task.flow_task.within}_overdue"


def flag(task: ComplaintTask, *, at: dt.datetime) -> Done:
    """Say once that work is overdue at the highest office, where it stays; its deadline is kept."""
    with transaction.atomic():
        asking = asking_about(lock(task, CLOCK), CLOCK, at)
        if asking.next_up is not None or asking.task.flagged_at is not None:
            raise NotOpen
        if asking.task.due_at is None or asking.task.due_at > at:
            raise TooEarly
        asking.task.flagged_at = at
        asking.task.save(update_fields=["flagged_at"])
        timeline.write(_flagged(asking))
        return Done(asking.case, asking.task)


def _flagged(asking: Asking) -> Happened:
    case, task = asking.case, asking.task
    return Happened(
        case.pk, "flag", by=CLOCK, at=asking.at, from_state=case.state, to_state=case.state,
        from_queue_id=task.queue_id, to_queue_id=task.queue_id, holder_id=task.owner_id, due_at=task.due_at,
        detail=overdue(task),
    )  # fmt: skip


def _rung_for(asking: Asking, to: Office | None) -> ladder.Line:
    if to is not None:
        named = [rung for rung in ladder.above(asking.line, asking.case) if rung.office.pk == to.pk]
        if not named:
            raise WrongTarget
        return named[0]
    if asking.by is CLOCK:
        rung = ladder.next_staffed_up(asking.line, asking.case, asking.at, beside.own_department_of(asking))
    else:
        rung = asking.next_up
    assert rung is not None  # the guard `below_the_top` has asked
    return rung


def _department_of(asking: Asking) -> int | None:
    """Give the department for which the case waits; at the complaints desk it is not known yet."""
    if asking.task.flow_task.name == "triage" or asking.case.category is None:
        return None
    return asking.case.category.department_id


def send_down(task: ComplaintTask, *, to: Office, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Send the work to an office beneath, never below the floor that an appeal has set."""

    def fill(asking: Asking, plan: Plan) -> None:
        line = line_of(to.pk)
        beneath = asking.queue.office_id in line.ids[1:]
        floor = asking.case.floor_id
        if not beneath or not ladder.may_hold(line, asking.case) or (floor and to.pk not in line_of(floor).ids):
            raise WrongTarget
        plan.queue, plan.owner_id = queue_at(to.pk, _department_of(asking)), None

    return make_move(task, "send_down", by=by, at=at, reason=reason, fill=fill)


# Asking, referring, proposing.


def ask(task: ComplaintTask, *, question: str, by: Actor, at: dt.datetime) -> Done:
    """Ask the citizen for details; the act clock rests until the reply."""

    def fill(asking: Asking, plan: Plan) -> None:
        _pause(asking, plan)
        plan.questions += 1
        plan.for_citizen = needed(question)
        plan.facts["question"] = question

    return make_move(task, "ask", by=by, at=at, fill=fill)


def refer(
    task: ComplaintTask, *, body: Body, by: Actor, at: dt.datetime, reason: str, names_citizen: bool = False
) -> Done:  # fmt: skip
    """Ask an outside body to act, and send it the link to answer by; the department still answers for the case.

    `names_citizen`: the citizen allows that the body reads name and phone.
    """

    def fill(asking: Asking, plan: Plan) -> None:
        _pause(asking, plan)
        plan.put(asking.case, body=body)
        plan.detail = f"body:{body.code}"
        plan.facts["body"] = body.name_en if asking.case.language == "en" else body.name_sw

    with transaction.atomic():
        done = make_move(task, "refer", by=by, at=at, reason=reason, fill=fill)
        assert done.task is not None
        names_citizen = names_citizen and not done.case.confidential
        bodies.send_link(done.case, done.task, body, names_citizen=names_citizen, at=at)
        return done


def propose(
    task: ComplaintTask, *, answer: str, papers: Sequence[Paper] = (), by: Actor, at: dt.datetime, although: str = ""
) -> Done:  # fmt: skip
    """Lay an answer before the supervisor, with its evidence."""

    def fill(asking: Asking, plan: Plan) -> None:
        _pause(asking, plan)
        plan.owner_id = by.user_id  # whoever proposes does not approve
        plan.for_staff = needed(answer)
        evidence.check(asking, papers)
        files.enter_context(evidence.kept(asking.case, papers, by=by, at=at, for_answer=True))

    with ExitStack() as files:
        return make_move(task, "propose", by=by, at=at, although=although, fill=fill)


def _pause(asking: Asking, plan: Plan) -> None:
    plan.resume_due = asking.task.due_at


# Back to work: into the former holder's hand while that person serves where the case is, otherwise into the queue.


def reply(task: ComplaintTask, *, words: str, by: Actor, at: dt.datetime) -> Done:
    """Give the citizen's details to whoever asked."""

    def fill(asking: Asking, plan: Plan) -> None:
        plan.for_citizen = needed(words)
        _to_former_holder(asking, plan)

    return make_move(task, "reply", by=by, at=at, fill=fill)


def lapse_question(task: ComplaintTask, *, at: dt.datetime) -> Done:
    """Go on without the citizen's details."""

    def fill(asking: Asking, plan: Plan) -> None:
        plan.detail = "reply_overdue"
        _to_former_holder(asking, plan)

    return make_move(task, "lapse_question", by=CLOCK, at=at, fill=fill)


def recall(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Take back a question or a proposal."""
    return make_move(task, "recall", by=by, at=at, reason=reason, fill=_to_former_holder)


def returned(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Take the case back from the outside body."""
    return make_move(task, "returned", by=by, at=at, reason=reason, fill=_to_former_holder)


def send_back(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Give a proposed answer back to be done better."""
    return make_move(task, "send_back", by=by, at=at, reason=reason, fill=_to_former_holder)


def _to_former_holder(asking: Asking, plan: Plan) -> None:
    if plan.owner_id is not None and not asking.may_be_held_by(plan.owner_id):
        plan.owner_id = None
    plan.state_arguments = (plan.owner_id,)
    plan.resume_due = None


# Answers.


def answer(
    task: ComplaintTask, *, answer: str, papers: Sequence[Paper] = (), by: Actor, at: dt.datetime, although: str = ""
) -> Done:  # fmt: skip
    """Tell the citizen what was done, when, by whom and where, and ask whether it is settled."""
    return _answer(task, "answer", answer, papers, by, at, although)


def note(task: ComplaintTask, *, answer: str, by: Actor, at: dt.datetime, although: str = "") -> Done:
    """Answer an opinion, suggestion, enquiry or praise, and close it."""
    return _answer(task, "note", answer, (), by, at, although)


def approve(task: ComplaintTask, *, by: Actor, at: dt.datetime, although: str = "") -> Done:
    """Let the proposed answer go out."""

    def fill(asking: Asking, plan: Plan) -> None:
        plan.resume_due = None
        _say(plan, proposed_answer(asking.case))
        bring_along(asking, "lead_answered", answer=plan.for_citizen)

    return make_move(task, "approve", by=by, at=at, although=although, fill=fill)


def proposed_answer(case: Complaint) -> str:
    """Give the words of the answer that was proposed last."""
    proposal = Entry.objects.filter(complaint=case, move="propose").select_related("said").latest("number")
    return proposal.said.for_staff


def _answer(
    task: ComplaintTask, move: str, words: str, papers: Sequence[Paper], by: Actor, at: dt.datetime, although: str
) -> Done:  # fmt: skip
    def fill(asking: Asking, plan: Plan) -> None:
        plan.resume_due = None
        plan.owner_id = by.user_id
        _say(plan, needed(words))
        if move == "answer":
            evidence.check(asking, papers)
        files.enter_context(evidence.kept(asking.case, papers, by=by, at=at, for_answer=True))
        bring_along(asking, "lead_answered", closes=move == "note", answer=plan.for_citizen)

    with ExitStack() as files:
        return make_move(task, move, by=by, at=at, although=although, fill=fill)


def _say(plan: Plan, words: str) -> None:
    plan.for_citizen = words
    plan.facts["answer"] = words


# What closes it.


def reject(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str, although: str = "") -> Done:
    """Refuse it: why, where to go instead, how to appeal."""
    return _close(task, "reject", by, at, reason, although=although)


def uphold(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str, although: str = "") -> Done:
    """Keep the answer for good, at the top and after an appeal."""
    return _close(task, "uphold", by, at, reason, although=although)


def pass_on(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str, although: str = "") -> Done:
    """Leave it with the outside body for good."""
    return _close(task, "pass_on", by, at, reason, although=although)


def confirm(task: ComplaintTask, *, by: Actor, at: dt.datetime) -> Done:
    """The citizen says that it is settled."""
    return _close(task, "confirm", by, at)


def lapse(task: ComplaintTask, *, at: dt.datetime) -> Done:
    """Close what the citizen has not spoken on in time."""
    return _close(task, "lapse", CLOCK, at, detail="silence")


def _close(
    task: ComplaintTask, move: str, by: Actor, at: dt.datetime, reason: str = "", *, detail: str = "", although: str = ""
) -> Done:  # fmt: skip
    def fill(asking: Asking, plan: Plan) -> None:
        plan.detail = detail
        plan.resume_due = None
        bring_along(asking, "lead_closed", closes=True, reason=plan.for_citizen)

    return make_move(task, move, by=by, at=at, reason=reason, although=although, fill=fill)


def bring_along(asking: Asking, kind: str, *, closes: bool = False, **said: Any) -> None:
    """Tell the citizens of the cases joined with this one what became of it; if it closes, their days to reopen begin."""
    resting = list(_resting_duplicates(asking.case).select_related("process__citizen").order_by("process_id"))
    if not resting:
        return
    due_at = asking.times.deadline("reopen", asking.at) if closes else None
    if closes:
        _resting_duplicates(asking.case).update(due_at=due_at)
        said["days"] = asking.times.reopen_days
    if asking.case.discreet:
        said = {"days": said["days"]} if closes else {}
    told = [_tell_duplicate(asking, task.process, kind, due_at, said) for task in resting]
    Notice.objects.bulk_create(notice for notice in told if notice)


def _tell_duplicate(
    asking: Asking, case: Complaint, kind: str, due_at: dt.datetime | None, said: dict[str, Any]
) -> Notice | None:
    case.category = category_with(case.category_id)
    timeline.write(
        Happened(
            case.pk, kind, by=asking.by if asking.by.user else CLOCK, at=asking.at, from_state=case.state,
            to_state=case.state, due_at=due_at, for_citizen=said.get("answer") or said.get("reason") or "",
        )
    )  # fmt: skip
    # Whoever acts on the lead is somebody else: no answer of a channel carries these words.
    return notify.tell(case, kind, by=CLOCK, at=asking.at, queue=asking.queue, due_at=due_at, facts=said, save=False)


def _resting_duplicates(case: Complaint) -> QuerySet[ComplaintTask]:
    return ComplaintTask.objects.open().main().filter(process__lead=case)


def withdraw(task: ComplaintTask, *, by: Actor, at: dt.datetime) -> Done:
    """The citizen withdraws it; of cases joined with it, the eldest leads from now on."""

    def fill(asking: Asking, plan: Plan) -> None:
        plan.resume_due = None
        _let_eldest_duplicate_lead(asking.case, at)

    return make_move(task, "withdraw", by=by, at=at, fill=fill)


def _let_eldest_duplicate_lead(case: Complaint, at: dt.datetime) -> None:
    heir = _resting_duplicates(case).select_related("process").order_by("process_id").first()
    if heir is None:
        return
    # Nobody asks for it, so nobody's role is asked after.
    asking = asking_about(lock(heir, CLOCK), CLOCK, at)
    carry(asking, ComplaintFlow.resting.way("unmerge"), "", _separate("lead_withdrawn"))
    Complaint.objects.filter(lead=case).update(lead=heir.process_id)


def merge(
    task: ComplaintTask, *, into: Complaint, by: Actor, at: dt.datetime, reason: str, although: str = ""
) -> Done:  # fmt: skip
    """Join it with another live case, which leads from now on; its own duplicates go along."""

    def fill(asking: Asking, plan: Plan) -> None:
        if not Complaint.objects.filter(scope.cases_in_sight(by, at), pk=into.pk).exists():
            raise WrongTarget(_("There is no such complaint, or you may not see it."))
        lead = leads.get(into.pk)
        if lead is None or lead.pk == asking.case.pk or lead.state not in LIVE or _is_protected(asking.case, lead):
            raise WrongTarget(_("It can only be joined with another complaint that is still open."))
        if (
            lead.about_office_id != asking.case.about_office_id
        ):  # or whom one is about would answer it by way of the other
            raise WrongTarget(
                _("It says something of a person or an office that the other does not: it goes by itself.")
            )
        Complaint.objects.filter(lead=asking.case).update(lead=lead)
        plan.put(asking.case, lead=lead)
        plan.resume_due = None
        plan.detail = f"lead:{lead.reference}"

    with transaction.atomic():
        leads = _lock_both(task.process_id, into.pk)
        return make_move(task, "merge", by=by, at=at, reason=reason, although=although, fill=fill)


def _lock_both(one: int, other: int) -> dict[int, Complaint]:
    """Lock two cases in the order of their ids, so that two opposite merges do not wait for each other."""
    waiting = ComplaintTask.objects.open().main().filter(process__in=[one, other])
    both = waiting.select_related("process").order_by("process_id")
    both = both.select_for_update(of=("self", "process"), no_key=True)
    # As in `lock`: one who waited behind a finished step asks once more.
    found = list(both)
    if len(found) < 2:
        found = list(both.all())
    return {task.process_id: task.process for task in found}


def _is_protected(*cases: Complaint) -> bool:
    subjects = [category_with(case.category_id) for case in cases]
    return any(subject is not None and subject.protected for subject in subjects)


# What opens it again.


def dispute(task: ComplaintTask, *, words: str = "", by: Actor, at: dt.datetime) -> Done:
    """The citizen says that it is not settled: one level up, with priority, and never below again."""

    def fill(asking: Asking, plan: Plan) -> None:
        plan.for_citizen = words.strip()
        _appeal(asking, plan)

    return make_move(task, "dispute", by=by, at=at, fill=fill)


def reopen(task: ComplaintTask, *, words: str = "", by: Actor, at: dt.datetime) -> Done:
    """Open a closed case again: one level up, with priority; one that was withdrawn, just where it was."""

    def fill(asking: Asking, plan: Plan) -> None:
        plan.for_citizen = words.strip()
        if asking.case.outcome == Outcome.WITHDRAWN:
            plan.owner_id, plan.questions = None, 0
        else:
            _appeal(asking, plan)
        plan.put(asking.case, outcome="", lead=None)
        _resting_duplicates(asking.case).update(due_at=None)  # they rest with it again

    return make_move(task, "reopen", by=by, at=at, fill=fill)


def _appeal(asking: Asking, plan: Plan) -> None:
    line = _line_of_lead(asking.case) or asking.line
    rung = ladder.next_staffed_up(line, asking.case, asking.at) or line
    plan.queue, plan.owner_id, plan.questions = queue_at(rung.office.pk, _department_of(asking)), None, 0
    plan.put(asking.case, floor=rung.office)
    raise_priority(plan, asking.case)


def _line_of_lead(case: Complaint) -> ladder.Line | None:
    """Give the office that answers for a joined case, and those above it; None where it goes by itself or its lead has ended."""
    if case.lead_id is None:
        return None
    waiting = ComplaintTask.objects.open().main().filter(process=case.lead_id)
    office = waiting.values_list("queue__office", flat=True).first()
    return None if office is None else line_of(office)


def unmerge(task: ComplaintTask, *, by: Actor, at: dt.datetime, reason: str) -> Done:
    """Take a duplicate out again: it was none."""
    return make_move(task, "unmerge", by=by, at=at, reason=reason, fill=_separate())


def _separate(detail: str = "") -> Filling:
    def fill(asking: Asking, plan: Plan) -> None:
        plan.put(asking.case, outcome="", lead=None)
        plan.owner_id, plan.questions, plan.detail = None, 0, detail

    return fill


def end(task: ComplaintTask, *, at: dt.datetime) -> Done:
    """End a case whose days to reopen are over; a new complaint can name it as its earlier one."""
    return make_move(task, "end", by=CLOCK, at=at)


# What stands beside the main step is asked for and done in `together`; here are words without a move.

LOOK_ONLY = {Role.AUDITOR}


def add_words(task: ComplaintTask, *, words: str, by: Actor, at: dt.datetime) -> Done:
    """Add the citizen's words to an open case, or a member of staff's for staff; no clock is touched."""
    with transaction.atomic():
        locked = lock(task, by)
        if not asking_about(locked, by, at).roles - LOOK_ONLY:
            raise NotYours
        words = needed(words)
        added = Happened(locked.process_id, "add_words", by=by, at=at)
        added = replace(added, for_staff=words) if by.user else replace(added, for_citizen=words)
        if not (by.user and pressed_twice(locked.process, "add_words", words, by, at)):
            timeline.write(added)
        return Done(locked.process, locked)


def speak(citizen: Citizen, language: str) -> None:
    """Write to a citizen in this language from now on: notices speak the language of their case."""
    with transaction.atomic():
        citizen.language = language
        citizen.save(update_fields=["language"])
        Complaint.objects.filter(citizen=citizen).exclude(state=State.ENDED).update(language=language)


def write_no_more(citizen: Citizen, *, quiet: bool) -> None:
    """Send a citizen nothing that was not just asked for, or everything again; the handling of the complaints goes on."""
    citizen.quiet = quiet
    citizen.save(update_fields=["quiet"])


def reveal(task: ComplaintTask, *, reason: str, by: Actor, at: dt.datetime) -> str:
    """Give the citizen's telephone number to one who works on the case, and write down who asked for it and why."""
    with transaction.atomic():
        asking = evidence.at_work_on(task, by, at)
        case = asking.case
        if case.citizen is None or not case.citizen.phone:
            raise NotOpen(_("The citizen gave no phone number."))
        if case.confidential and Role.LEADER not in asking.roles:
            raise NotYours(_("This complaint is confidential: only the leader of the office may ask for the number."))
        if not says_something(reason):
            raise ReasonMissing(_("Say why you need the number."))
        timeline.write(Happened(case.pk, "reveal", by=by, at=at, for_staff=reason.strip()))
        return case.citizen.phone


def read(case: Complaint, *, by: Actor, at: dt.datetime) -> None:
    """Write down that somebody read the case file; once for half an hour of turning its pages."""
    lately = Entry.objects.filter(complaint=case, move="read", actor=by.user_id, at__gt=at - READ_AGAIN_AFTER)
    if not lately.exists():
        with transaction.atomic():
            timeline.write(Happened(case.pk, "read", by=by, at=at))
    note_reading(case, by, at)
