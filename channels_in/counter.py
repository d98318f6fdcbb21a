"""The complaints desk: a clerk enters what people bring in person, by call, letter, e-mail or at a meeting, and prints a receipt."""

from __future__ import annotations

import base64
import datetime as dt
from contextlib import ExitStack
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from channels_in import follow, proof
from channels_in.citizens import NoPhoneNumber, read_phone
from channels_in.counter_forms import CounterForm, begun
from channels_in.forms import SENT_ALREADY, new_token
from channels_in.incoming import Answer, Incoming, ReusedId
from channels_in.intake import Handling, take_in
from channels_in.matching import suggest
from channels_in.models import Message
from channels_in.text import LONGEST, clean
from channels_in.web import SeeOther, asks_or_sends, lodged, qr_of, token_of, way_in
from complaints.attachments import Paper
from complaints.models import Attachment, Complaint
from complaints.references import read_reference
from offices import actors
from offices.actors import Actor
from offices.clock import database_now
from offices.models import Office, Role, User
from workflows import evidence, receipts
from workflows.callers import earlier_cases
from workflows.refusals import Refusal
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
        return _page(request, CounterForm(desk=desk, at=at), new_token())
    if ASKED & request.POST.keys():
        return _asked(request, desk, clerk, at)
    return _entered(request, desk, clerk, at)


def _page(request: HttpRequest, form: CounterForm, token: str, status: int = 200, **shown: object) -> HttpResponse:
    page = {"form": form, "token": token, "here": "counter", "part": "enter", "drafts_key": _drafts_key(request)}
    return render(request, "desk/counter.html", page | shown, status=status)


def _drafts_key(request: HttpRequest) -> str:
    """Give the key with which this person's browser hides drafts from the next one: the same after signing in anew."""
    user = cast(User, request.user)  # nobody is anonymous behind this door
    made = salted_hmac("drafts of the counter", f"{user.pk} {user.password}", algorithm="sha256")
    return base64.b64encode(made.digest()).decode()


def _entered(request: HttpRequest, desk: Office, clerk: Actor, at: dt.datetime) -> HttpResponse:
    token, form = token_of(request), CounterForm(request.POST, request.FILES, desk=desk, at=at)
    if not form.is_valid():
        return _page(request, form, token, status=400)
    try:
        with ExitStack() as files:
            handle = lodged_with(form.papers_sent, clerk, files)
            answer = take_in(form.incoming_by(clerk, token), handle, at=at)
    except ReusedId:
        form.add_error(None, SENT_ALREADY)
        return _page(request, form, new_token(), status=409, sent_as=_case_sent_with(token))
    return SeeOther(reverse("channels_in:receipt", args=[answer.facts["reference"]]))


def lodged_with(papers: list[Paper], clerk: Actor, files: ExitStack) -> Handling:
    """Give what lodges a complaint and keeps the papers that came with it; `files` takes them away again where that fails."""

    def handle(incoming: Incoming, at: dt.datetime) -> Answer:
        answer = lodged(incoming, at)
        assert answer.complaint is not None
        files.enter_context(evidence.kept(answer.complaint, papers, by=clerk, at=at))
        return answer

    return handle


def _case_sent_with(token: str) -> Complaint | None:
    """Give what the form with this token was taken in as."""
    sent = Message.objects.filter(channel="counter", provider_id=token).select_related("complaint").first()
    return sent.complaint if sent else None


# Before it is sent: what this number said before, and what the words may be about.

ASKED = {"look", "suggest", "use"}  # buttons of the form that send nothing


def _asked(request: HttpRequest, desk: Office, clerk: Actor, at: dt.datetime) -> HttpResponse:
    """Show what was asked for: alone to the page's script, otherwise with the whole page as it was typed so far."""
    shown = _earlier(request, clerk, at) if "look" in request.POST else _suggested(request)
    if request.headers.get("HX-Request"):
        return render(request, shown["piece"], shown)
    form = CounterForm(initial=begun(request.POST), desk=desk, at=at)
    return _page(request, form, token_of(request), **shown)


def _earlier(request: HttpRequest, clerk: Actor, at: dt.datetime) -> dict[str, Any]:
    shown: dict[str, Any] = {"piece": "desk/_earlier.html", "looked": True}
    try:
        phone = read_phone(clean(request.POST.get("phone", "")))
    except NoPhoneNumber as refused:
        return shown | {"no_phone": refused.words}
    return shown | {"earlier": earlier_cases(phone, by=clerk, at=at)}


def _suggested(request: HttpRequest) -> dict[str, Any]:
    """Give the likeliest subjects and places of the words; none of what nothing points to."""
    words = clean(request.POST.get("words", "")[:LONGEST])
    likely = {name: [each for each in found if each["confidence"]] for name, found in suggest(words).items()}
    return {"piece": "desk/_suggested.html", "suggested": likely}


@never_cache
@way_in("counter")
@login_required
@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the receipt of a complaint entered at one's own desk, on the day it was entered."""
    at = database_now()
    return _receipt_page(request, _receipt_of(actors.signed_in(request, at=at, via="counter"), reference, at), at)


def _receipt_page(request: HttpRequest, case: Complaint, at: dt.datetime, status: int = 200) -> HttpResponse:
    now = follow.standing(case, actors.citizen(case.citizen_id, via="counter"), at)
    shown = {
        "now": now,
        "aloud": _aloud(case, at),
        "papers": Attachment.objects.filter(complaint=case).count(),
        "code": proof.code_of(case.secret),
        "qr": qr_of(case),
        "site": proof.page_of(),
        "here": "counter",
    }
    return render(request, "desk/receipt.html", shown, status=status)


def _aloud(case: Complaint, at: dt.datetime) -> str:
    """Give what is read to the citizen, in the citizen's language."""
    with override(case.language):
        now = follow.standing(case, actors.citizen(case.citizen_id, via="counter"), at)
        digits = ", ".join("\u00a0".join(group) for group in case.reference_written.split("-"))
        return render_to_string("desk/_aloud.html", {"case": case, "now": now, "digits": digits})


@way_in("counter")
@login_required
@require_POST
def send_receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the receipt to the phone of the complaint."""
    at = database_now()
    clerk = actors.signed_in(request, at=at, via="counter")
    case = _receipt_of(clerk, reference, at)
    try:
        receipts.send_receipt(case, by=clerk, at=at)
        messages.success(request, _("The receipt is on its way."))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return _receipt_page(request, case, at, status=409)
    return SeeOther(reverse("channels_in:receipt", args=[case.reference]))


def _receipt_of(clerk: Actor, reference: str, at: dt.datetime) -> Complaint:
    """Give the case whose receipt is asked for, or answer as if there were none."""
    case = _entered_at(desk_of(clerk), read_reference(reference) or "", clerk, at)
    if case is None:
        raise Http404
    return case


def _entered_at(desk: Office, reference: str, clerk: Actor, at: dt.datetime) -> Complaint | None:
    """Give the case if it was entered here today; one that is kept from this desk only to whoever entered it."""
    here = {"channel": "counter", "raw__desk": desk.code, "received_at__gt": at - RECEIPT_OPEN_FOR}
    cases = Complaint.objects.select_related("citizen", "category", "lead").filter(reference=reference)
    case = cases.filter(pk__in=Message.objects.filter(**here).values("complaint")).first()
    if case is None or case.entries.filter(move="lodge", actor=clerk.user_id).exists():
        return case
    kept_from_here = any(cases.filter(hidden_from(posting, at)).exists() for posting in clerk.postings)
    return None if kept_from_here else case
