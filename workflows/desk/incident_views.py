"""The doors of known incidents: the list, entering one, changing and closing it; and from a case, linking it by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.models import Complaint, KnownIncident
from offices.actors import Actor
from offices.models import Posting
from workflows import incidents, scope
from workflows.desk.incident_forms import ChangeForm, CloseForm, IncidentForm
from workflows.desk.views import STATUS, case_or_404, show_case, task_as_seen, who_comes
from workflows.refusals import Refusal

MOST_LISTED = 50
MOST_CASES = 20


def posts_or_refusal(by: Actor) -> list[Posting]:
    """Give the posts by which somebody supervises; refused to whoever has none."""
    posts = incidents.posts_of(by)
    if not posts:
        raise PermissionDenied(_("Known incidents are entered by supervisors."))
    return posts


def incident_or_404(number: int, by: Actor) -> KnownIncident:
    """Give an incident of a department that this person leads, or answer as if there were none."""
    posts_or_refusal(by)
    found = incidents.in_sight(by).select_related("entered_by", "closed_by").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def incidents_page(request: HttpRequest) -> HttpResponse:
    """List the incidents of one's own department, here and beneath: those that are open, and the last that were closed."""
    by, at = who_comes(request)
    posts_or_refusal(by)
    seen = incidents.in_sight(by).prefetch_related("places")
    still = list(seen.filter(closed_at=None).order_by("until", "pk")[:MOST_LISTED])
    over = list(seen.filter(closed_at__isnull=False).order_by("-closed_at")[:MOST_LISTED])
    counted = incidents.linked([*still, *over])
    shown = {
        "open": [(each, counted[each.pk]) for each in still],
        "over": [(each, counted[each.pk]) for each in over],
        "today": timezone.localdate(at),
        "here": "board",
    }
    return render(request, "desk/incidents.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def new_incident_page(request: HttpRequest) -> HttpResponse:
    """Ask what is wrong, where and until when, and enter it."""
    by, at = who_comes(request)
    posts = posts_or_refusal(by)
    post = next((each for each in posts if str(each.pk) == request.GET.get("post", "")), posts[0])
    form = IncidentForm(post, incidents.subjects_of(post), request.POST if request.method == "POST" else None)

    def enter() -> HttpResponse:
        incident = incidents.enter(post, by=by, at=at, **form.cleaned_data)
        messages.success(request, _("It is entered. Whoever complains of it is told from now on."))
        return redirect("desk:incident", incident.pk)

    shown = {"form": form, "post": post, "others": [each for each in posts if each != post], "here": "board"}
    return answer(request, form, "desk/incident_new.html", shown, enter)


@login_required
@require_http_methods(["GET", "POST"])
def incident_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show one incident with its complaints, and change its words or its day."""
    by, at = who_comes(request)
    incident = incident_or_404(number, by)
    form = ChangeForm(incident, request.POST if request.method == "POST" else None)

    def change() -> HttpResponse:
        incidents.change(incident, by=by, at=at, **form.cleaned_data)
        messages.success(request, _("It is changed."))
        return redirect("desk:incident", incident.pk)

    return answer(request, form, "desk/incident.html", {"form": form, **_seen(incident, by, at)}, change)


def _seen(incident: KnownIncident, by: Actor, at: dt.datetime) -> dict[str, Any]:
    """Give what the pages of one incident show: its places, how many complain of it, and the newest cases one may see."""
    newest = Complaint.objects.filter(incident=incident).order_by("-id")[:MOST_CASES]
    cases = list(newest.only("id", "reference", "words", "state", "received_at"))
    seen = scope.in_sight_among([case.pk for case in cases], by, at) if cases else set()
    closing = incident.closed_at is not None and incident.settled_at is None
    return {
        "incident": incident,
        "places": incident.places.order_by("name"),
        "linked": incidents.linked([incident])[incident.pk],
        "cases": [case for case in cases if case.pk in seen],
        "waiting": incidents.waiting(incident).count() if closing else 0,
        "today": timezone.localdate(at),
        "here": "board",
    }


@login_required
@require_http_methods(["GET", "POST"])
def close_incident_page(request: HttpRequest, number: int) -> HttpResponse:
    """Ask what was done, and close the incident; everybody is told and asked by and by."""
    by, at = who_comes(request)
    incident = incident_or_404(number, by)
    form = CloseForm(request.POST if request.method == "POST" else None)

    def close() -> HttpResponse:
        incidents.close(incident, by=by, at=at, **form.cleaned_data)
        messages.success(request, _("It is closed. Everybody who complained of it is told now, and asked."))
        return redirect("desk:incident", incident.pk)

    return answer(request, form, "desk/incident_close.html", {"form": form, **_seen(incident, by, at)}, close)


def answer(
    request: HttpRequest, form: forms.Form, template: str, shown: dict[str, Any], act: Callable[[], HttpResponse]
) -> HttpResponse:  # fmt: skip
    """Show the form; or act; or say why not, with what was typed kept."""
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            return act()
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = STATUS[type(refusal)]
    return render(request, template, shown, status=status)


@login_required
@require_POST
def tie_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Count a case with the incident known at its place, or no longer."""
    by, at = who_comes(request)
    case = case_or_404(reference, by, at)
    move = incidents.untie if request.POST.get("not") else incidents.tie
    try:
        move(task_as_seen(case, {}), by=by, at=at)
    except Refusal as refusal:
        return show_case(request, case, by, at, refusal)
    messages.success(
        request, _("It goes its own way.") if request.POST.get("not") else _("It is counted with the incident.")
    )
    return redirect("desk:case", case.reference)
