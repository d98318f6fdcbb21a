"""The doors of a case's files and of the citizen's number: each is asked for, and each is written down."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from complaints.models import Attachment, Complaint
from offices.actors import Actor
from workflows import actions, evidence, writer
from workflows.desk.forms import PapersForm, RevealForm
from workflows.desk.views import case_or_404, show_case, task_as_seen, who_comes
from workflows.models import ComplaintTask
from workflows.refusals import NotYours, Refusal


@login_required
@require_GET
@never_cache
def attachment_page(request: HttpRequest, reference: str, number: int) -> HttpResponseBase:
    """Hand out a photo or paper of a case that this person may see, as a file that no browser takes for a page."""
    by, at = who_comes(request)
    case = case_or_404(reference, by, at)
    return handed_out(get_object_or_404(Attachment, pk=number, complaint=case), case)


def handed_out(attachment: Attachment, case: Complaint) -> FileResponse:
    """Give a file of a case as a download that no browser takes for a page; the caller has asked who may have it."""
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    name = f"{case.reference_written}-{attachment.pk}.{attachment.ending}"
    response = FileResponse(content, as_attachment=True, filename=name, content_type=attachment.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def attach_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Take photos and papers for a case."""
    by, at = who_comes(request)
    case = case_or_404(reference, by, at)
    form = PapersForm(request.POST, request.FILES) if request.method == "POST" else PapersForm()
    status = 422 if form.is_bound else 200
    try:
        task = _task(case, by, at)
        if form.is_valid():
            actions.attach(task, papers=form.cleaned_data["papers"], by=by, at=at)
            messages.success(request, _("It is attached."))
            return redirect("desk:case", case.reference)
    except Refusal as refusal:
        return show_case(request, case, by, at, refusal)
    return render(request, "desk/attach.html", {"form": form, "case": case}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def reveal_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask why somebody needs the citizen's number, and show it this once."""
    by, at = who_comes(request)
    case = case_or_404(reference, by, at)
    form = RevealForm(request.POST if request.method == "POST" else None)
    shown = {"form": form, "case": case, "phone": ""}
    try:
        task = _task(case, by, at)
        if form.is_valid():
            shown["phone"] = actions.reveal(task, by=by, at=at, **form.cleaned_data)
    except Refusal as refusal:
        return show_case(request, case, by, at, refusal)
    return render(request, "desk/phone.html", shown, status=422 if form.errors else 200)


def _task(case: Complaint, by: Actor, at: dt.datetime) -> ComplaintTask:
    """Give the step the case is at, for one who works on it, or refuse."""
    task = task_as_seen(case, {})
    if not writer.asking_about(task, by, at).roles & evidence.WORKS_ON_IT:
        raise NotYours
    return task
