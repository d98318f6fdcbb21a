"""The doors of the gateways. A door proves the sender, reads, makes one call, and gives the answer back.

Forged: 403. Genuine but unreadable: kept for an operator, and 200, for the gateway could do nothing about it. Too long:
413. Our own fault travels on as a 500, and the gateway tries again. Nothing here writes a citizen's words to a log.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import replace
from types import ModuleType

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from channels_in.conversation import converse
from channels_in.incoming import Answer, Incoming, ReusedId, TooLong, Unreadable
from channels_in.intake import keep_unreadable, take_in
from channels_in.registry import ClosedChannel, sms_gateway
from notices.reports import record_delivery
from offices.clock import database_now

log = logging.getLogger(__name__)

FORBIDDEN, TOO_LARGE = 403, 413


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, gateway: str) -> HttpResponse:
    """Take in what a gateway brings, and answer each message."""
    channel = _channel(gateway)
    if not channel.verify(request):
        return HttpResponse(status=FORBIDDEN)
    at = database_now()
    try:
        messages = channel.parse(request)
    except Unreadable as unreadable:
        keep_unreadable(unreadable.message, unreadable.why, at=at)
        messages = []
    except TooLong:
        return HttpResponse(status=TOO_LARGE)
    return channel.respond([_answer_to(message, at) for message in messages])


@csrf_exempt
@require_http_methods(["GET", "POST"])
def delivery_report(request: HttpRequest, gateway: str) -> HttpResponse:
    """Write down what a gateway says became of an SMS of ours."""
    channel = _channel(gateway)
    if not channel.verify(request):
        return HttpResponse(status=FORBIDDEN)
    report = channel.parse_report(request)
    if report is None:
        log.warning("A delivery report of %s could not be read.", gateway)
    elif not record_delivery(report.notice_id, report.bits, report.provider_id, database_now()):
        log.warning("A delivery report of %s is of no notice of ours.", gateway)
    return HttpResponse(content_type="text/plain")


def _channel(gateway: str) -> ModuleType:
    try:
        return sms_gateway(gateway)
    except ClosedChannel as error:
        raise Http404 from error


def _answer_to(message: Incoming, at: dt.datetime) -> Answer:
    try:
        return take_in(message, converse, at=at)
    except ReusedId:  # a gateway that counts anew after a restart: these are other words, and nobody's may be lost
        return take_in(replace(message, provider_id=_another_id(message)), converse, at=at)


def _another_id(message: Incoming) -> str:
    return f"{message.provider_id[:120]}-{hashlib.sha256(message.body_digest.encode()).hexdigest()[:32]}"
