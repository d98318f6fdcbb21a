"""The citizen's own pages: complain, keep the receipt, follow, answer. No account, and every page works without JavaScript.

Why the receipt's code travels in a form and never in an address: docs/decisions/ (the receipt's code).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from channels_in import follow, limits, proof
from channels_in.forms import (
    SENT_ALREADY,
    TOKEN,
    CitizenForm,
    FilesForm,
    OpenForm,
    RatingForm,
    SendCodeForm,
    WordsForm,
    new_token,
)  # fmt: skip
from channels_in.incoming import Answer, Incoming, ReusedId
from channels_in.intake import answered, lodge, take_in, was_taken_in
from channels_in.phone_proof import send_code
from channels_in.public_cases import cases_followed, public_case
from channels_in.qr import drawing_of
from channels_in.receipts import receipt_pdf
from complaints.models import Attachment, Complaint
from complaints.references import read_reference
from offices import actors
from offices.clock import database_now
from workflows import actions, wishes
from workflows.desk.case_views import handed_out
from workflows.refusals import Refusal

# Wrong codes, codes sent and complaints made, from one address (many phones share one) within a quarter of an hour.
MOST_TRIES = 20
FORGOTTEN_AFTER_SECONDS = 15 * 60

PROOF_IS_OVER = gettext_noop("The half hour is over. Give the code once more.")
TOO_MANY_SENT = gettext_noop(
    "Many complaints have come from your connection. Your words are kept on this page: wait a quarter of an hour, and"
    " send it again."
)
TOO_MANY = gettext_noop("Too many tries. Wait a quarter of an hour.")
SENT_BEFORE = gettext_noop("You have sent this already, with other words. Look below.")
PERHAPS_SENT = gettext_noop(
    "If this is the number of the phone that complained, a code is on its way by SMS. It is good for ten minutes."
)
NOT_PROVED = gettext_noop("This number and this code do not belong together. Look at your receipt once more.")

View = Callable[..., HttpResponseBase]
asks_or_sends = require_http_methods(["GET", "HEAD", "POST"])


class SeeOther(HttpResponseRedirect):
    """Look at another page now, whatever was sent to this one."""

    status_code = 303


def way_in(key: str) -> Callable[[View], View]:
    """Answer 404 while the setting does not open this channel."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if key not in settings.OPEN_CHANNELS:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard


def page(request: HttpRequest, template: str, status: int = 200, **shown: Any) -> HttpResponse:
    """Give a page."""
    return render(request, f"web/{template}.html", shown, status=status)


def token_of(request: HttpRequest) -> str:
    """Give the token with which the form was sent, or a fresh one."""
    token = request.POST.get("token", "")
    return token if TOKEN.fullmatch(token) else new_token()


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where a citizen begins."""
    return page(request, "home", has_app="api" in settings.OPEN_CHANNELS)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to complain by each way in, and where else there is help."""
    return page(request, "help")


# Complaining.


@never_cache
@way_in("web")
@asks_or_sends
def submit(request: HttpRequest) -> HttpResponse:
    """Take a complaint by form; a second press of the button leads to the same receipt."""
    if request.method != "POST":
        return page(request, "submit", form=CitizenForm(), token=new_token())
    token, form = token_of(request), CitizenForm(request.POST)
    if not form.is_valid():
        return page(request, "submit", form=form, token=token, status=400)
    at, key = database_now(), f"submit:{request.META.get('REMOTE_ADDR')}"
    if limits.reached(key, MOST_TRIES) and not was_taken_in("web", token):
        form.add_error(None, _(TOO_MANY_SENT))
        return page(request, "submit", form=form, token=token, status=429)
    try:
        answer = take_in(form.incoming(token), lodged, at=at)
    except ReusedId:
        form.add_error(None, SENT_ALREADY)
        return page(request, "submit", form=form, token=new_token(), status=409)
    if not answer.repeated:
        limits.count(key, FORGOTTEN_AFTER_SECONDS)
    assert answer.complaint is not None
    proof.remember(request.session, answer.complaint, at)
    return SeeOther(reverse("channels_in:submitted", args=[answer.complaint.reference]))


def lodged(incoming: Incoming, at: dt.datetime) -> Answer:
    """Lodge a new complaint and give its reference, state and deadline."""
    return answered(lodge(incoming, at))


@never_cache
@way_in("web")
@require_safe
def submitted(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the receipt to whoever has just lodged the complaint, or has proved it; nobody else learns that it exists."""
    at = database_now()
    case = proof.proved(request.session, at, read_reference(reference) or "")
    if case is None:
        return redirect("channels_in:track")
    now = follow.standing(case, actors.citizen(case.citizen_id, via="web"), at)
    return page(request, "submitted", now=now, code=proof.code_of(case.secret), qr=qr_of(case))


@never_cache
@way_in("web")
@require_safe
def receipt_file(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the same receipt as a file, to the same person alone."""
    at = database_now()
    case = proof.proved(request.session, at, read_reference(reference) or "")
    if case is None:
        return redirect("channels_in:track")
    now = follow.standing(case, actors.citizen(case.citizen_id, via="web"), at)
    response = HttpResponse(receipt_pdf(now), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{case.reference_written}.pdf"'
    return response


def qr_of(case: Complaint) -> SafeString:
    """Give the receipt's link as an SVG drawing: it stands in the page itself, so that no address holds it."""
    return drawing_of(proof.link_of(case), title=_("Link to this complaint"))


# Following.


@never_cache
@way_in("web")
@asks_or_sends
def track(request: HttpRequest) -> HttpResponse:
    """Show a complaint to whoever has its code, and take what they say next."""
    at = database_now()
    if request.method == "POST":
        return _sent(request, at)
    case = proof.proved(request.session, at)
    return _case_page(request, case, at) if case else _proof_asked(request)


def _sent(request: HttpRequest, at: dt.datetime) -> HttpResponse:
    """Tell apart what one can send to this page."""
    move = request.POST.get("move", "")
    if move in follow.ACTS:
        case = proof.proved(request.session, at, request.POST.get("reference", ""))
        return _act(request, case, move, at) if case else _proof_is_over(request)
    if move == "allow":
        case = proof.proved(request.session, at, request.POST.get("reference", ""))
        return _allow(request, case, at) if case else _proof_is_over(request)
    if move == "leave":
        proof.forget(request.session)
        return SeeOther(reverse("channels_in:track"))
    return (_send_code if move == "send_code" else _open)(request, at)


def _proof_asked(request: HttpRequest, **shown: Any) -> HttpResponse:
    asks: dict[str, Any] = {"form": OpenForm(), "lost": SendCodeForm(), "followed": cases_followed(request)}
    return page(request, "track", **asks | shown)


def _proof_is_over(request: HttpRequest) -> HttpResponse:
    """Ask for the code once more, keeping what was typed."""
    opening = OpenForm(initial={"reference": request.POST.get("reference", ""), "kept": request.POST.get("words", "")})
    return _proof_asked(request, form=opening, refused=_(PROOF_IS_OVER), status=403)


def _open(request: HttpRequest, at: dt.datetime) -> HttpResponse:
    """Open the case if the code is its own; the answer to anything else is always the same."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        return _proof_asked(request, form=form, status=400)
    key = f"code:{request.META.get('REMOTE_ADDR')}"
    if limits.reached(key, MOST_TRIES):
        return _proof_asked(request, form=form, refused=_(TOO_MANY), status=429)
    if not form.cleaned_data["code"] and public_case(form.cleaned_data["reference"]):
        return SeeOther(reverse("channels_in:public_case", args=[form.cleaned_data["reference"]]))
    case = proof.case_proved(form.cleaned_data["reference"], form.cleaned_data["code"], at)
    if case is None:
        limits.count(key, FORGOTTEN_AFTER_SECONDS)
        return _proof_asked(request, form=form, refused=_(NOT_PROVED))
    proof.remember(request.session, case, at)
    if kept := form.cleaned_data["kept"]:
        return _case_page(request, case, at, kept=kept, tried="add_words")
    return SeeOther(reverse("channels_in:track"))


def _send_code(request: HttpRequest, at: dt.datetime) -> HttpResponse:
    """Send a code to the phone of the complaint, if there is one; the answer is always the same."""
    form, kept = SendCodeForm(request.POST), {"kept": request.POST.get("kept", "")}
    if not form.is_valid():
        return _proof_asked(request, form=OpenForm(initial=kept), lost=form, status=400)
    key = f"send:{request.META.get('REMOTE_ADDR')}"
    if limits.reached(key, MOST_TRIES):
        return _proof_asked(request, form=OpenForm(initial=kept), lost=form, refused=_(TOO_MANY), status=429)
    limits.count(key, FORGOTTEN_AFTER_SECONDS)
    send_code(form.cleaned_data["reference"], form.cleaned_data["phone"], at=at)
    opening = OpenForm(initial={"reference": form.cleaned_data["reference"]} | kept)
    return _proof_asked(request, form=opening, told=_(PERHAPS_SENT))


def _act(request: HttpRequest, case: Complaint, move: str, at: dt.datetime) -> HttpResponse:
    """Make the citizen's move once, however often the button is pressed."""
    form = form_of(move)(request.POST, request.FILES, needed=follow.ACTS[move].needed, auto_id=f"%s-{move}")
    words = form["words"].value() or ""
    if not form.is_valid():
        return _case_page(request, case, at, status=400, form=form, tried=move, kept=words)
    incoming = Incoming(
        channel="web", provider_id=token_of(request), text=form.cleaned_data["words"], sent_at=at,
        raw={"reference": case.reference, "move": move} | form.more_said(), language=get_language() or "sw",
    )  # fmt: skip
    try:
        answer = take_in(incoming, partial(_moved, case, move, form), at=at)
    except ReusedId:
        return _case_page(request, case, at, status=409, refused=_(SENT_BEFORE), tried=move, kept=words)
    if answer.facts["refused"]:
        return _case_page(request, case, at, status=409, refused=answer.text, tried=move, kept=words)
    return SeeOther(reverse("channels_in:track"))


def form_of(move: str) -> type[WordsForm]:
    """Give the form in which a move's words are sent, with what else comes with them."""
    return RatingForm if move == "rate" else FilesForm if move in follow.TAKES_FILES else WordsForm


def _moved(case: Complaint, move: str, form: WordsForm, incoming: Incoming, at: dt.datetime) -> Answer:
    by = actors.citizen(case.citizen_id, via="web")
    try:
        with transaction.atomic():
            follow.act(follow.standing(case, by, at), move, incoming.text, **form.more(), by=by, at=at)
    except Refusal as refusal:
        return Answer(str(refusal.words), case, {"refused": True})
    return Answer("", case, {"refused": False})


def _allow(request: HttpRequest, case: Complaint, at: dt.datetime) -> HttpResponse:
    """Keep who may know of the case."""
    is_public, lends_name = (name in request.POST.getlist("allows") for name in ("public", "lend"))
    try:
        by = actors.citizen(case.citizen_id, via="web")
        actions.allow(case, is_public=is_public, lends_name=lends_name, by=by, at=at)
    except Refusal as refusal:
        return _case_page(request, case, at, status=409, refused=str(refusal.words))
    return SeeOther(reverse("channels_in:track"))


@never_cache
@way_in("web")
@require_safe
def track_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """Hand out a photo or paper of the office's answer to whoever has proved the case."""
    case = proof.proved(request.session, database_now())
    attachment = Attachment.objects.filter(pk=number, complaint=case, for_answer=True).first() if case else None
    if case is None or attachment is None:
        raise Http404
    return handed_out(attachment, case)


def _case_page(request: HttpRequest, case: Complaint, at: dt.datetime, status: int = 200, **shown: Any) -> HttpResponse:
    case = proof.proved(request.session, at, case.reference) or case  # as it is now
    now = follow.standing(case, actors.citizen(case.citizen_id, via="web"), at)
    if shown.get("tried") not in now.open_moves:  # what was typed for a move that is gone can still be added
        shown["tried"] = "add_words"
    return page(
        request, "case", status, now=now, steps=follow.timeline_for_citizen(case), new_token=new_token,
        evidence=case.attachments.filter(for_answer=True).order_by("id"), stars=wishes.stars_of(case), **shown
    )  # fmt: skip
