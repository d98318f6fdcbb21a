"""The pages of paper slips: issue them, print them, and enter what came back from the meeting."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels_in import proof, slips
from channels_in.counter import desk_of
from channels_in.forms import NOT_KNOWN
from channels_in.models import Slip, SlipBatch
from channels_in.qr import drawing_of
from channels_in.slip_forms import IssueForm, blank_lines, day_of, enter_lines, lines_sent
from channels_in.web import SeeOther, asks_or_sends, way_in
from complaints.references import written
from offices import actors
from offices.actors import Actor
from offices.clock import database_now
from offices.forms import suggestions
from offices.models import Level, Office
from offices.written_places import office_of_level


def _who_comes(request: HttpRequest) -> tuple[Actor, Office, dt.datetime]:
    at = database_now()
    clerk = actors.signed_in(request, at=at, via="counter")
    return clerk, desk_of(clerk), at


def _batch(desk: Office, number: int) -> SlipBatch:
    """Give a batch of one's own desk, or answer as if there were none."""
    found = SlipBatch.objects.select_related("desk").filter(desk=desk, number=min(number, 2**31 - 1)).first()
    if found is None:
        raise Http404
    return found


@never_cache
@way_in("counter")
@login_required
@asks_or_sends
def slips_page(request: HttpRequest) -> HttpResponse:
    """Show the batches of one's own desk, and issue another."""
    clerk, desk, at = _who_comes(request)
    form = IssueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        batch = slips.issue(desk, form.cleaned_data["size"], by=clerk, at=at)
        return SeeOther(reverse("channels_in:slip_batch", args=[batch.number]))
    shown = {"form": form, "batches": slips.batches(desk), "desk": desk, "here": "counter", "part": "slips"}
    return render(request, "desk/slips.html", shown, status=422 if form.errors else 200)


@never_cache
@way_in("counter")
@login_required
@require_safe
def batch_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the slips of a batch to be printed; of those that are entered neither number nor code is shown any more."""
    _clerk, desk, _at = _who_comes(request)
    batch = _batch(desk, number)
    printed = [_printed(slip) for slip in slips.unused(batch)]
    shown = {"batch": batch, "slips": printed, "site": proof.page_of(), "here": "counter", "part": "slips"}
    return render(request, "desk/slip_batch.html", shown)


def _printed(slip: Slip) -> dict[str, object]:
    code = proof.code_of(slip.secret)
    link = f"{proof.page_of()}#{slip.reference}.{code}"
    return {
        "position": slip.position,
        "reference": written(slip.reference),
        "code": code,
        "qr": drawing_of(link, error="l"),
    }


@never_cache
@way_in("counter")
@login_required
@asks_or_sends
def enter_page(request: HttpRequest, number: int) -> HttpResponse:
    """Take what stands on the slips, a line for each, and say of each what came of it."""
    clerk, desk, at = _who_comes(request)
    batch, sent = _batch(desk, number), request.method == "POST"
    if sent:
        lines = lines_sent(request.POST)
        enter_lines(lines, request.POST, desk=desk, by=clerk, at=at)
    else:
        lines = blank_lines(list(slips.unused(batch)[: slips.AT_ONCE]))
    council = office_of_level(desk, Level.COUNCIL)
    shown = {
        "batch": batch, "lines": lines, "day": day_of(request.POST, at), "here": "counter", "part": "slips",
        "council": council.code if council else NOT_KNOWN, "places": suggestions(council.pk if council else None),
        "sent": sent, "wrong": any(line.errors for line in lines), "done": all(line.case for line in lines),
    }  # fmt: skip
    return render(request, "desk/slip_entry.html", shown, status=422 if shown["wrong"] else 200)
