"""The complaints desk: a clerk enters what people bring in person, by call, letter, e-mail or at a meeting, and prints a receipt."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels_in import follow, proof
from channels_in.forms import SENT_ALREADY, CounterForm, new_token
from channels_in.incoming import ReusedId
from channels_in.intake import take_in
from channels_in.models import Message
from channels_in.web import SeeOther, asks_or_sends, lodged, qr_of, token_of, way_in
from complaints.models import Complaint
from complaints.references import read_reference
from offices import actors
from offices.actors import Actor
from offices.clock import database_now
from offices.models import Office, Role
from workflows.scope import hidden_from

RECEIPT_OPEN_FOR = dt.timedelta(hours=12)


def desk_of(by: Actor) -> Office:
    """Give the office at whose complaints desk this person is a clerk, or refuse."""
    desks = [posting.office for posting in by.postings if posting.role == Role.CLERK]
    if not desks:
        raise PermissionDenied(_("Only a clerk of a complaints desk enters complaints here."))
    return desks[0]


@never_cache
@way_in("counter")
@login_required
@asks_or_sends
def enter(request: HttpRequest) -> HttpResponse:
    """Take a complaint that somebody has brought; a second press of the button leads to the same receipt."""
    at = database_now()
    clerk = actors.signed_in(request, at=at, via="counter")
    desk = desk_of(clerk)
    if request.method != "POST":
        return _ask(request, CounterForm(desk=desk, at=at), new_token())
    token, form = token_of(request), CounterForm(request.POST, desk=desk, at=at)
    if not form.is_valid():
        return _ask(request, form, token, status=400)
    try:
        answer = take_in(form.incoming_by(clerk, token), lodged, at=at)
    except ReusedId:
        form.add_error(None, SENT_ALREADY)
        return _ask(request, form, new_token(), status=409)
    return SeeOther(reverse("channels_in:receipt", args=[answer.facts["reference"]]))


def _ask(request: HttpRequest, form: CounterForm, token: str, status: int = 200) -> HttpResponse:
    return render(request, "desk/counter.html", {"form": form, "token": token, "here": "counter"}, status=status)


@never_cache
@way_in("counter")
@login_required
@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the receipt of a complaint entered at one's own desk, on the day it was entered."""
    at = database_now()
    clerk = actors.signed_in(request, at=at, via="counter")
    case = _entered_at(desk_of(clerk), read_reference(reference) or "", clerk, at)
    if case is None:
        raise Http404
    now = follow.standing(case, actors.citizen(case.citizen_id, via="counter"), at)
    shown = {
        "now": now,
        "code": proof.code_of(case.secret),
        "qr": qr_of(case),
        "site": proof.page_of(),
        "here": "counter",
    }
    return render(request, "desk/receipt.html", shown)


def _entered_at(desk: Office, reference: str, clerk: Actor, at: dt.datetime) -> Complaint | None:
    """Give the case if it was entered here today; one that is kept from this desk only to whoever entered it."""
    here = {"channel": "counter", "raw__desk": desk.code, "received_at__gt": at - RECEIPT_OPEN_FOR}
    cases = Complaint.objects.select_related("citizen", "category", "lead").filter(reference=reference)
    case = cases.filter(pk__in=Message.objects.filter(**here).values("complaint")).first()
    if case is None or case.entries.filter(move="lodge", actor=clerk.user_id).exists():
        return case
    kept_from_here = any(cases.filter(hidden_from(posting, at)).exists() for posting in clerk.postings)
    return None if kept_from_here else case
