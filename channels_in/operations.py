"""The operator's door: whoever keeps the gateways running sees at a glance whether they do."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from channels_in import gateways
from notices.models import Notice
from offices.actors import signed_in
from offices.clock import database_now


@login_required
@require_safe
def gateways_page(request: HttpRequest) -> HttpResponse:
    """Show the gateways, the queue, what failed and what a case costs."""
    at = database_now()
    if not gateways.may_look(signed_in(request, at=at)):
        raise PermissionDenied(_("Only administrators and supervisors of a region see this page."))
    lately, waiting = gateways.newest(Notice), gateways.outbox(at)
    page = {
        "ways_in": gateways.ways_in(at),
        "ways_out": gateways.ways_out(lately, sum(count for _words, count in waiting.errors)),
        "outbox": waiting,
        "failures": gateways.failures(),
        "cost": gateways.cost(lately),
        "window": gateways.WINDOW,
        "at": at,
        "here": "gateways",
    }
    return render(request, "desk/gateways.html", page)
