"""The doors of the gateways. A door proves the sender, reads, makes one call, and gives the answer back.

Forged: 403. Genuine but unreadable: kept for an operator, and 200, for the gateway could do nothing about it. Too long:
413. Our own fault travels on as a 500, and the gateway tries again. Nothing here writes a citizen's words to a log.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import ModuleType

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from channels_in import reading
from channels_in.conversation import converse
from channels_in.incoming import Answer, Incoming, Report, ReusedId, TooLong, Unreadable
from channels_in.intake import Handling, keep_unreadable, take_in
from channels_in.registry import ClosedChannel, sms_gateway, ussd_gateway
from channels_in.ussd import answer as next_screen
from notices import outbox
from notices.reports import record_by_name, record_delivery
from offices.clock import database_now

log = logging.getLogger(__name__)

FORBIDDEN, TOO_LARGE = 403, 413


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, gateway: str) -> HttpResponse:
    """Take in what a gateway brings, and answer each message."""
    return _receive(request, _open(sms_gateway, gateway))


@csrf_exempt
@require_http_methods(["GET", "POST"])
def ussd(request: HttpRequest, gateway: str) -> HttpResponse:
    """Show the next screen of a session, or take in what a gateway with a menu of its own brings."""
    channel = _open(ussd_gateway, gateway)
    if not hasattr(channel, "parse_session"):
        return _receive(request, channel)
    if not channel.verify(request):
        return HttpResponse(status=FORBIDDEN)
    at = database_now()
    try:
        typed = channel.parse_session(request)
    except Unreadable as unreadable:
        keep_unreadable(unreadable.message, unreadable.why, at=at)
        return reading.nothing()
    except TooLong:
        return HttpResponse(status=TOO_LARGE)
    return channel.show(next_screen(typed, at))


def _receive(request: HttpRequest, channel: ModuleType) -> HttpResponse:
    if not channel.verify(request):
        return HttpResponse(status=FORBIDDEN)
    at = database_now()
    try:
        came = _what_came(channel, request)
    except TooLong:
        return HttpResponse(status=TOO_LARGE)
    for each in came:
        if isinstance(each, Unreadable):
            keep_unreadable(each.message, each.why, at=at)
    messages = [each for each in came if isinstance(each, Incoming)]
    handle = converse_and_push if channel.PUSHES else converse
    return channel.respond([_answer_to(message, handle, at) for message in messages], request)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def delivery_report(request: HttpRequest, gateway: str) -> HttpResponse:
    """Write down what a gateway says became of an SMS of ours."""
    channel = _open(sms_gateway, gateway)
    if not channel.verify(request):
        return HttpResponse(status=FORBIDDEN)
    at, reports = database_now(), channel.parse_reports(request)
    if not reports:
        log.warning("A delivery report of %s could not be read.", gateway)
    for report in reports:
        if not _recorded(report, gateway, at):
            log.warning("A delivery report of %s is of no notice of ours.", gateway)
    return channel.respond([], request)


def _recorded(report: Report, gateway: str, at: dt.datetime) -> bool:
    """Write down a report by our notice's number, or by the gateway's own name for the SMS; say whether it is known."""
    if report.notice_id is None:
        return record_by_name(gateway, report.provider_id, report.bits, at)
    return record_delivery(report.notice_id, report.bits, report.provider_id, at)


def _what_came(channel: ModuleType, request: HttpRequest) -> Sequence[Incoming | Unreadable]:
    try:
        return channel.parse(request)
    except Unreadable as unreadable:
        return [unreadable]


def _open(find: Callable[[str], ModuleType], gateway: str) -> ModuleType:
    try:
        return find(gateway)
    except ClosedChannel as error:
        raise Http404 from error


def converse_and_push(message: Incoming, at: dt.datetime) -> Answer:
    """Converse, and put the answer into the outbox: its gateway carries no words back. A repeat pushes nothing more."""
    answer = converse(message, at)
    if answer.text:
        said = {"said": answer.text}
        outbox.queue("reply", address=message.sender, language=message.language, facts=said, case_id=None, at=at)
    return answer


def _answer_to(message: Incoming, handle: Handling, at: dt.datetime) -> Answer:
    try:
        return take_in(message, handle, at=at)
    except ReusedId:  # a gateway that counts anew after a restart: these are other words, and nobody's may be lost
        return take_in(replace(message, provider_id=_another_id(message)), handle, at=at)


def _another_id(message: Incoming) -> str:
    return f"{message.provider_id[:120]}-{hashlib.sha256(message.body_digest.encode()).hexdigest()[:32]}"
