"""The door of corrections: asks what is wrong and why, and offers the move where another office turns out to be responsible."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.models import Complaint
from offices.actors import Actor
from workflows import corrections, words, writer
from workflows.desk import casefile
from workflows.desk.correction_forms import CorrectionForm
from workflows.desk.views import STATUS, case_or_404, show_case, task_as_seen, who_comes
from workflows.guards import Asking
from workflows.refusals import NotOpen, NotYours, Refusal


@login_required
@require_http_methods(["GET", "POST"])
def correct_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for the correction and make it."""
    by, at = who_comes(request)
    case = case_or_404(reference, by, at)
    try:
        asking = writer.asking_about(task_as_seen(case, request.POST), by, at)
        if not asking.roles & corrections.MAY_CORRECT:
            raise NotYours
        if not corrections.may_correct(asking):
            raise NotOpen
    except Refusal as refusal:
        return show_case(request, case, by, at, refusal)
    if "done" in request.GET and request.method == "GET":
        return offer_move(request, asking)
    form, status = CorrectionForm(asking, request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                corrections.correct(asking.task, **form.cleaned_data, by=by, at=at)
                return corrected(request, case, by, at)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = STATUS[type(refusal)]
    shown = {"form": form, "case": asking.case, "task": asking.task}
    return render(request, "desk/correct.html", shown, status=status)


def corrected(request: HttpRequest, case: Complaint, by: Actor, at: dt.datetime) -> HttpResponse:
    """Say that it is done, and go on: to the move that it asks for, to the case, or where it is out of sight to the inbox."""
    done = words.MOVES["correct_subject"].done
    messages.success(request, _("%(ref)s: %(done)s") % {"ref": case.reference_written, "done": done})
    if casefile.case_in_sight(case.reference, by, at) is None:
        return redirect("desk:inbox")
    return redirect(f"{reverse('desk:correct', args=[case.reference])}?done=1")


def offer_move(request: HttpRequest, asking: Asking) -> HttpResponse:
    """Show which office is responsible now, with the move there; or the case, where it is the one that has it."""
    meant = corrections.responsible(asking)
    if meant is None:
        return redirect("desk:case", asking.case.reference)
    try:
        writer.way_open_to(asking, "move")
    except Refusal:
        may_move = False
    else:
        may_move = True
    shown = {
        "case": asking.case, "task": asking.task, "may_move": may_move,
        "meant": meant, "named": words.queue(meant), "now": words.queue(asking.queue),
    }  # fmt: skip
    return render(request, "desk/corrected.html", shown)
