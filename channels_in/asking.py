"""The question pages: one question a page, kept as it is answered, looked over, and sent exactly once.

Whatever is pressed twice, gone back to or open in two tabs ends at the same receipt: answers stand in a draft on the server, and
the draft's token is what intake knows the complaint by.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from channels_in import drafts, limits, proof, questions
from channels_in.forms import new_token
from channels_in.incoming import Answer, Incoming, ReusedId
from channels_in.intake import answered, lodge, take_in
from channels_in.models import Draft
from channels_in.questions import NONE_OF_THEM, STEPS, CouncilQuestion, Question, Step, said
from channels_in.web import (
    FORGOTTEN_AFTER_SECONDS,
    MOST_TRIES,
    TOO_MANY_SENT,
    SeeOther,
    asks_or_sends,
    page,
    token_of,
    way_in,
)  # fmt: skip
from complaints.attachments import Paper
from offices import actors
from offices.boundaries import are_loaded
from offices.clock import database_now
from offices.written_places import office_with_code
from workflows import evidence
from workflows.desk.fields import paper_in

MOST_BEGUN = 60  # drafts begun, and files sent, from one address within a quarter of an hour


@never_cache
@way_in("web")
@asks_or_sends
def begin(request: HttpRequest) -> HttpResponse:
    """Ask the first question, beside what was begun here and not sent; its answer begins a draft."""
    if request.method == "POST":
        return answer(request, token_of(request), "kind")
    key, at = drafts.key_of(request), database_now()
    form = STEPS["kind"].form(answers={}, initial={"kind": request.GET.get("kind", "")})
    unsent = drafts.unfinished(key, at) if drafts.COOKIE in request.COOKIES else []
    return _asked(request, STEPS["kind"], form, {}, token=new_token(), unsent=unsent)


@never_cache
@way_in("web")
@asks_or_sends
def question(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Ask one question, and take its answer."""
    return answer(request, token, name)


def answer(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Ask one question, or keep its answer; a draft that is gone is begun anew with what was just answered."""
    step = STEPS.get(name)
    if step is None:
        raise Http404
    key, at = drafts.key_of(request), database_now()
    draft = drafts.draft_with(token, key) or (_begun(request, token, key, at) if request.method == "POST" else None)
    if draft is None:
        return SeeOther(reverse("channels_in:submit"))
    if draft.complaint_id is not None:
        return _to_receipt(request, draft, at)
    response = _kept(request, draft, step, at) if request.method == "POST" else _shown(request, draft, step)
    drafts.give_key(response, key)
    return response


def _begun(request: HttpRequest, token: str, key: str, at: dt.datetime) -> Draft | None:
    address = f"draft:{request.META.get('REMOTE_ADDR')}"
    if limits.reached(address, MOST_BEGUN):
        return None
    limits.count(address, FORGOTTEN_AFTER_SECONDS)
    return drafts.begun(token, key, at)


def _shown(request: HttpRequest, draft: Draft, step: Step) -> HttpResponse:
    """Ask the question if it is its turn; otherwise the one whose turn it is."""
    following = questions.next_unanswered(draft.answers)
    turns = [each.name for each in questions.asked(draft.answers)]
    too_early = following is not None and step.name in turns and turns.index(step.name) > turns.index(following.name)
    if too_early or step.name not in turns:
        return _go_on(draft)
    form = step.form(answers=draft.answers, initial=draft.answers.get(step.name, {}))
    return _asked(request, step, form, draft.answers, token=draft.token, draft=draft)


def _asked(
    request: HttpRequest, step: Step, form: Question, answers: drafts.Answers, status: int = 200, **shown: Any
) -> HttpResponse:  # fmt: skip
    turns = [each.name for each in questions.asked(answers)]
    at = turns.index(step.name) if step.name in turns else 0
    shown |= {
        "located": step.name == "council" and are_loaded(),
        "before": turns[at - 1] if at else "",
        "number": at + 1,
        "of": len(turns),
    }
    return page(request, "question", status, step=step, form=form, discreet=questions.is_discreet(answers), **shown)


# Answering.


def _kept(request: HttpRequest, draft: Draft, step: Step, at: dt.datetime) -> HttpResponse:
    """Keep an answer that can be understood, and go on; what others hang on it is asked anew."""
    if request.POST.get("erase"):
        drafts.erase(draft)
        return SeeOther(reverse("channels_in:submit"))
    form = step.form(request.POST, answers=draft.answers)
    valid = form.is_valid()
    if step.name == "papers" and (refused := _files(request, draft, at)) is not None:
        return refused
    if not valid:
        return _asked(request, step, form, draft.answers, 400, token=draft.token, draft=draft)
    answer = form.answer()
    changed = answer != draft.answers.get(step.name)
    drafts.put(draft, dict.fromkeys(step.loosens if changed else ()) | {step.name: answer}, at)
    if isinstance(form, CouncilQuestion) and form.ward:
        drafts.put(draft, {"ward": {"ward": form.ward.code}}, at)
    if step.name == "near" and answer["same"] != NONE_OF_THEM:
        return SeeOther(f"{reverse('channels_in:public_case', args=[answer['same']])}")
    drafts.put(draft, questions.spared(draft.answers), at)
    return _go_on(draft)


def _go_on(draft: Draft) -> HttpResponse:
    """Lead to the question whose turn it is, or to what was answered."""
    following = questions.next_unanswered(draft.answers)
    if following is None:
        return SeeOther(reverse("channels_in:check", args=[draft.token]))
    return SeeOther(reverse("channels_in:question", args=[draft.token, following.name]))


def _files(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponse | None:
    """Keep the files that came with an answer, or take one out; gives the page again where there is more to say."""
    step, form = STEPS["papers"], STEPS["papers"].form(request.POST, answers=draft.answers)
    form.is_valid()
    if number := request.POST.get("remove", ""):
        draft.files.filter(pk=number if number.isdecimal() and len(number) < 19 else 0).delete()
        return _asked(request, step, form, draft.answers, token=draft.token, draft=draft)
    files = _read(request, form)
    if not form.errors and not drafts.add_files(draft, files, at):
        form.add_error("papers", _("At most %(most)s files: take one out first.") % {"most": drafts.MOST_FILES})
    if form.errors:
        return _asked(request, step, form, draft.answers, 400, token=draft.token, draft=draft)
    return None


def _read(request: HttpRequest, form: Question) -> list[tuple[str, Paper]]:
    """Give what was chosen, made harmless; what cannot be taken in is said beside the field."""
    came, good = request.FILES.getlist("papers"), []
    if len(came) > drafts.MOST_FILES:
        form.add_error("papers", _("At most %(most)s files at once.") % {"most": drafts.MOST_FILES})
        return []
    for each in came:
        try:
            good.append((each.name or "", paper_in(each)))
        except ValidationError as bad:
            form.add_error("papers", bad)
    return good


# Sending.


@never_cache
@way_in("web")
@asks_or_sends
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Show all that was answered, and send it."""
    key, at = drafts.key_of(request), database_now()
    draft = drafts.draft_with(token, key)
    if draft is None:
        return SeeOther(reverse("channels_in:submit"))
    if draft.complaint_id is not None:
        return _to_receipt(request, draft, at)
    if questions.next_unanswered(draft.answers) is not None:
        return _go_on(draft)
    return _sent(request, draft, at) if request.method == "POST" else _checked(request, draft)


def _checked(request: HttpRequest, draft: Draft, status: int = 200, **shown: Any) -> HttpResponse:
    rows = questions.in_words(draft.answers, draft.files.count())
    return page(request, "check", status, rows=rows, draft=draft, **shown)


def _sent(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponse:
    """Take the complaint in, once: whoever presses again, or in another tab, comes to the same receipt."""
    address = f"submit:{request.META.get('REMOTE_ADDR')}"
    if limits.reached(address, MOST_TRIES):
        return _checked(request, draft, 429, refused=_(TOO_MANY_SENT))
    try:
        answer = take_in(incoming_of(draft), partial(_lodged, draft), at=at)
    except ReusedId:
        return SeeOther(request.path)  # another tab was faster: what it sent is shown
    if not answer.repeated:
        limits.count(address, FORGOTTEN_AFTER_SECONDS)
    assert answer.complaint is not None
    proof.remember(request.session, answer.complaint, at)
    return SeeOther(reverse("channels_in:submitted", args=[answer.complaint.reference]))


def _lodged(draft: Draft, incoming: Incoming, at: dt.datetime) -> Answer:
    """Lodge it with its files, and keep of the draft only that it was sent: all or nothing."""
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    done = lodge(incoming, at)
    by = actors.citizen(done.case.citizen_id, via="web")
    with evidence.kept(done.case, drafts.papers_of(locked), by=by, at=at):
        drafts.close(locked, done.case, at)
    return answered(done)


def incoming_of(draft: Draft) -> Incoming:
    """Give what was answered, in our one shape."""
    answers = draft.answers
    contact, office = answers.get("contact", {}), answers.get("office", {})
    point = questions.point_in(answers.get("council", {}))
    written = "; ".join(part for part in (said(answers, "street", "landmark"),) if part)[:200]
    return Incoming(
        channel="web", provider_id=draft.token, text=said(answers, "words", "words"), sender=contact.get("phone", ""),
        raw=_raw(answers), language=get_language() or "sw", kind=said(answers, "kind", "kind"), name=contact.get("name", ""),
        category=questions.category_of(answers), place=questions.place_of(answers), place_words=written,
        came_back=office.get("came_back", ""), about_post=office.get("about_post", ""),
        about_office=office_with_code(office.get("about_office", "")), is_public="public" in contact.get("allows", []),
        lends_name="lend" in contact.get("allows", []), **point,
    )  # fmt: skip


def _raw(answers: drafts.Answers) -> dict[str, Any]:
    """Give what was chosen, for telling a repeat from another body; words, number and name are kept beside it."""
    apart = ("words", "papers", "near")
    told = {
        f"{name}.{field}": value
        for name, answer in answers.items()
        if name not in apart
        for field, value in answer.items()
    }
    return {name: value for name, value in told.items() if name not in ("contact.phone", "contact.name")}


def _to_receipt(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponse:
    """Lead whoever has just sent it to its receipt; later, the code is asked for."""
    case = draft.complaint
    assert case is not None
    if at < draft.touched_at + proof.LASTS:
        proof.remember(request.session, case, at)
    return redirect("channels_in:submitted", case.reference)
