"""The doors at which others are asked for their part or for advice, and at which a leader advises and directs."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from workflows import together, writer
from workflows.desk import views
from workflows.desk.together_forms import FORMS
from workflows.refusals import Refusal


@login_required
@require_http_methods(["GET", "POST"])
def beside_page(request: HttpRequest, reference: str, move: str) -> HttpResponse:
    """Ask what is to stand beside the case's main step, and lay it there."""
    by, at = views.who_comes(request)
    case = views.case_or_404(reference, by, at)
    try:
        asking = writer.asking_about(views.task_as_seen(case, request.POST), by, at)
        together.check(asking, move)
    except Refusal as refusal:
        return views.show_case(request, case, by, at, refusal)
    form = FORMS[move](asking, request.POST if request.method == "POST" else None)

    def act() -> writer.Done:
        done: writer.Done = getattr(together, move)(case, by=by, at=at, **form.cleaned_data)
        return done

    return views.answer_form(request, form, asking, move, act)
