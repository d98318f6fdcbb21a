"""The door at which a member of staff writes an SMS to the citizen of a case."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows import actions, evidence, words, writer, writing
from workflows.desk import fields
from workflows.desk.forms import LetterForm
from workflows.desk.views import STATUS, case_or_404, show_case, task_as_seen, who_comes
from workflows.guards import Asking
from workflows.refusals import NotOpen, NotYours, Refusal


@login_required
@require_http_methods(["GET", "POST"])
def write_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask what the citizen is to be told, and send it."""
    by, at = who_comes(request)
    case = case_or_404(reference, by, at)
    form, status = LetterForm(request.POST if request.method == "POST" else None), 200
    try:
        asking = writer.asking_about(task_as_seen(case, {}), by, at)
        if not asking.roles & evidence.WORKS_ON_IT:
            raise NotYours
        if why_not := writing.why_not(case):
            raise NotOpen(why_not)
    except Refusal as refusal:
        return show_case(request, case, by, at, refusal)
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                actions.write_to(asking.task, by=by, at=at, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error("words", str(refusal))
                status = STATUS[type(refusal)]
            else:
                done = words.MOVES["write_to"].done
                messages.success(request, _("%(ref)s: %(done)s") % {"ref": case.reference_written, "done": done})
                return redirect("desk:case", case.reference)
    shown = {"form": form, "case": case, "words": words.MOVES["write_to"], "count": _count(asking, form)}
    return render(request, "desk/write_to.html", shown, status=status)


def _count(asking: Asking, form: LetterForm) -> fields.Count:
    written = str(form["words"].value() or "")
    return fields.count_in(writing.KIND, asking.case.language, writing.facts_of(asking), "words", written)
