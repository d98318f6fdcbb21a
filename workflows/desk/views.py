"""The doors of the desk: each asks what time it is and who comes, makes one call, and shows what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from complaints.models import Complaint
from complaints.states import State
from offices.actors import Actor, signed_in
from offices.clock import database_now
from workflows import actions, together, words, writer
from workflows.desk import casefile, diagram, fields
from workflows.desk.forms import MoveForm, NoteForm, words_field
from workflows.guards import Asking
from workflows.inbox import next_in_hand
from workflows.models import ComplaintTask
from workflows.nodes import Way
from workflows.refusals import (
    AlreadyDone,
    EvidenceMissing,
    NotOpen,
    NotYours,
    ReasonMissing,
    Refusal,
    TooEarly,
    WrongTarget,
)
from workflows.writer import Done

STATUS = {
    AlreadyDone: 409,
    NotOpen: 409,
    TooEarly: 409,
    NotYours: 403,
    EvidenceMissing: 422,
    ReasonMissing: 422,
    WrongTarget: 422,
}


def who_comes(request: HttpRequest) -> tuple[Actor, dt.datetime]:
    """Give the member of staff at the door, and the moment."""
    at = database_now()
    return signed_in(request, at=at), at


# Looking.


@login_required
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Open the case whose reference was typed."""
    by, at = who_comes(request)
    case = casefile.case_in_sight(request.GET.get("reference", ""), by, at)
    if case is None:
        messages.warning(request, _("There is no such complaint, or you may not see it."))
        return redirect("desk:inbox")
    return redirect("desk:case", case.reference)


@login_required
@require_GET
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a case."""
    by, at = who_comes(request)
    return show_case(request, case_or_404(reference, by, at), by, at)


def case_or_404(reference: str, by: Actor, at: dt.datetime) -> Complaint:
    """Give the case and write down that it was read, or answer as if there were none, whether there is one or not."""
    case = casefile.case_in_sight(reference, by, at)
    if case is None:
        raise Http404
    actions.read(case, by=by, at=at)
    return case


def show_case(
    request: HttpRequest, case: Complaint, by: Actor, at: dt.datetime, refusal: Refusal | None = None
) -> HttpResponse:
    """Give the case page; with a refusal, its words on top and its status."""
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 9 else None
    file = casefile.open_case(case, by, at, number)
    shown = {"file": file, "refusal": refusal, "typed": typed_in(request), "turned": number is not None}
    return render(request, "desk/case.html", shown, status=STATUS[type(refusal)] if refusal else 200)


def typed_in(request: HttpRequest) -> str:
    """Give what a person wrote into a form that came too late, to be copied from the page."""
    return "\n\n".join(
        request.POST[name] for name in ("answer", "question", "words", "reason") if request.POST.get(name)
    )


@login_required
@require_GET
def diagram_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Draw the flow with the case's place in it."""
    by, at = who_comes(request)
    case = case_or_404(reference, by, at)
    return render(request, "desk/diagram.html", {"case": case, "svg": diagram.svg(case)})


# Acting.


@login_required
@require_http_methods(["GET", "POST"])
def move_page(request: HttpRequest, reference: str, move: str) -> HttpResponse:
    """Ask what a move needs, and make it."""
    by, at = who_comes(request)
    case = case_or_404(reference, by, at)
    if move not in words.MOVES:
        raise Http404
    try:
        task = task_as_seen(case, request.POST or request.GET)
        asking = writer.asking_about(task, by, at)
        way = writer.way_open_to(asking, move)
    except Refusal as refusal:
        return show_case(request, case, by, at, refusal)
    if request.method == "POST" and "insert" not in request.POST:
        form = MoveForm(asking, way, request.POST, request.FILES)
        return answer_form(request, form, asking, move, lambda: make(task, way, form, by, at))
    form = MoveForm(asking, way, initial=begun(request, asking, way))
    return answer_form(request, form, asking, move, None)


def begun(request: HttpRequest, asking: Asking, way: Way) -> dict[str, Any]:
    """Give what the form begins with: what was typed, with the template that was chosen put after it."""
    if request.method == "GET":
        return {"into": request.GET["into"][:30]} if "into" in request.GET else {}
    typed: dict[str, Any] = {name: said[:5000] for name, said in request.POST.items() if isinstance(said, str)}
    if template := fields.chosen(fields.templates_for(asking, way.move), typed.get("template", "")):
        name, text = words_field(way), fields.filled_in(template, asking)
        typed[name] = "\n".join(part for part in (typed.get(name, "").strip(), text) if part)
    return typed


def task_as_seen(case: Complaint, seen: Any) -> ComplaintTask:
    """Give the open task that the form names (or the one main step), or raise `AlreadyDone` if it is not as it was seen."""
    tasks = ComplaintTask.objects.open().filter(process=case)
    number = seen.get("task", "")
    if number and not (number.isascii() and number.isdigit() and len(number) < 19):
        raise AlreadyDone
    task = tasks.filter(pk=int(number)).first() if number else tasks.main().first()
    if task is None or seen.get("state", case.state) != case.state:
        raise AlreadyDone
    if seen.get("with", with_whom(task)) != with_whom(task):
        raise AlreadyDone
    task.process = case
    return task


def with_whom(task: ComplaintTask) -> str:
    """Give in whose queue and hand a task is, as the forms of the page carry it."""
    return f"{task.queue_id}.{task.owner_id or 0}"


def make(task: ComplaintTask, way: Way, form: MoveForm, by: Actor, at: dt.datetime) -> Done:
    """Call the move's own function."""
    done: Done = getattr(actions, way.move)(task, by=by, at=at, **form.arguments())
    return done


def answer_form(request: HttpRequest, form: forms.Form, asking: Asking, move: str, act: Any) -> HttpResponse:
    """Show the form; or act, and show the next thing to do, or why not, with what was typed kept."""
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return show_next(request, act(), asking, move)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = STATUS[type(refusal)]
    shown = {"form": form, "case": asking.case, "task": asking.task, "move": move, "words": words.MOVES[move]}
    shown |= {"proposed": actions.proposed_answer(asking.case) if move == "approve" else ""}
    if isinstance(form, MoveForm):
        name = words_field(asking.task.flow_task.way(move, asking.case.state))
        written = str(form[name].value() or "") if name in form.fields else ""
        shown |= {"templates": fields.templates_for(asking, move), "count": fields.count(asking, move, name, written)}
        shown |= {"words_name": name, "other": _other(form, asking) if move == "merge" else None}
    shown |= {
        "asked": together.words_that_asked(asking.task, together.openings_of(asking.case)) if asking.task.side else ""
    }
    return render(request, "desk/move.html", shown, status=status)


def _other(form: MoveForm, asking: Asking) -> Complaint | None:
    """Give the case that was named, to be compared before it is joined."""
    return casefile.case_in_sight(str(form["into"].value() or ""), asking.by, asking.at)


def show_next(request: HttpRequest, done: Done, asking: Asking, move: str) -> HttpResponse:
    """Go on: with the case while it is in this hand or others were asked about it, else with the next one, or the list."""
    said = _("%(ref)s: %(done)s") % {"ref": done.case.reference_written, "done": words.MOVES[move].done}
    messages.success(request, said)
    if done.task is not None and done.task.side and not asking.task.side:  # laid beside the case: look at both
        return redirect("desk:case", done.case.reference)
    in_hand = done.task is not None and done.task.owner_id == asking.by.user_id and done.case.state == State.IN_HAND
    following = done.case.reference if in_hand else next_in_hand(asking.by, asking.at)
    return redirect("desk:case", following) if following else redirect("desk:inbox")


@login_required
@require_http_methods(["GET", "POST"])
def note_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Add words for staff."""
    by, at = who_comes(request)
    case = case_or_404(reference, by, at)
    try:
        task = task_as_seen(case, request.POST)
        asking = writer.asking_about(task, by, at)
        if not asking.roles - actions.LOOK_ONLY:
            raise NotYours
    except Refusal as refusal:
        return show_case(request, case, by, at, refusal)
    form = NoteForm(request.POST if request.method == "POST" else None)
    return answer_form(
        request, form, asking, "add_words", lambda: actions.add_words(task, by=by, at=at, **form.cleaned_data)
    )
