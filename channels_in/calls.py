"""The call-back list of a complaints desk: what to tell whom by phone, and what came of it."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels_in.counter import desk_of
from channels_in.web import SeeOther, asks_or_sends, way_in
from complaints.models import Complaint
from complaints.references import read_reference
from offices import actors
from offices.actors import Actor
from offices.clock import database_now
from workflows import calls, scope, words
from workflows.desk.casefile import masked
from workflows.desk.forms import Words
from workflows.desk.views import STATUS
from workflows.refusals import Refusal

ENDS = {"called": calls.told, "not_reached": calls.not_reached}


class NoteForm(forms.Form):
    """What the citizen said, for staff; and of which notice they were told."""

    notice = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    note = Words(_("What did the citizen say?"), _("Only staff read it."), required=False)


@never_cache
@way_in("counter")
@login_required
@require_safe
def calls_page(request: HttpRequest) -> HttpResponse:
    """Show whom one's own desk has to call; without their numbers."""
    at = database_now()
    clerk = actors.signed_in(request, at=at, via="counter")
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found, following = calls.calls(desk_of(clerk), clerk, at, number)
    rows = [(call, masked(call.case.citizen.phone) if call.case.citizen else "") for call in found]
    page = {"rows": rows, "next": f"?before={following}" if following else "", "here": "counter", "part": "calls"}
    return render(request, "desk/calls.html", page | {"desk": desk_of(clerk)})


@never_cache
@way_in("counter")
@login_required
@asks_or_sends
def call_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one call: the number once it is asked for, the words to say, and what came of it."""
    at = database_now()
    clerk = actors.signed_in(request, at=at, via="counter")
    case = _case_of_desk(reference, clerk, at)
    try:
        return _asked(request, case, clerk, at)
    except Refusal as refusal:
        return _call_page(request, case, NoteForm(), status=STATUS[type(refusal)], refusal=refusal)


def _asked(request: HttpRequest, case: Complaint, clerk: Actor, at: dt.datetime) -> HttpResponse:
    if request.method != "POST":
        return _call_page(request, case, NoteForm())
    if "show" in request.POST:
        call = calls.show(case, by=clerk, at=at)
        form = NoteForm(initial={"notice": call.notice.pk})
        return _call_page(request, case, form, phone=call.case.citizen.phone if call.case.citizen else "")
    end, form = request.POST.get("end", ""), NoteForm(request.POST)
    if end not in ENDS or not form.is_valid():
        return _call_page(request, case, form, status=422)
    ENDS[end](case, form.cleaned_data["notice"], note=form.cleaned_data["note"], by=clerk, at=at)
    messages.success(request, str(words.MOVES[end].done))
    return SeeOther(reverse("channels_in:calls"))


def _call_page(
    request: HttpRequest, case: Complaint, form: NoteForm, status: int = 200, **shown: object
) -> HttpResponse:
    page = {"case": case, "form": form, "call": calls.call_about(case), "here": "counter", "part": "calls"} | shown
    page["masked"] = masked(case.citizen.phone) if case.citizen else ""
    return render(request, "desk/call.html", page, status=status)


def _case_of_desk(reference: str, clerk: Actor, at: dt.datetime) -> Complaint:
    """Give a case that one's own desk entered and that this clerk may see, or answer as if there were none."""
    found = Complaint.objects.select_related("citizen", "category").filter(
        reference=read_reference(reference) or "", desk=desk_of(clerk)
    )
    case = found.first()
    if case is None or case.pk not in scope.in_sight_among([case.pk], clerk, at):
        raise Http404
    return case
