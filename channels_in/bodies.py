"""The page behind the link of an outside body: no account, one case, one answer.

The link lives as long as the referral, and no longer than it says. Whatever does not open is answered by one plain page.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from channels_in import limits
from channels_in.web import FORGOTTEN_AFTER_SECONDS, MOST_TRIES, SeeOther
from offices.clock import database_now
from offices.tree import queue_with
from workflows import bodies, words
from workflows.desk.forms import Words
from workflows.models import BodyLink
from workflows.refusals import Refusal

GONE, TOO_MANY, UNREADABLE, CONFLICT = 410, 429, 422, 409


class AnswerForm(forms.Form):
    """What a body has to say."""

    words = Words(
        _("Your answer"),
        _("Say what was done or will be done, when, by whom and where. The office that asked you reads it."),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def body_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show a body its question, and take its answer."""
    at, tries = database_now(), f"body:{request.META.get('REMOTE_ADDR')}"
    if limits.reached(tries, MOST_TRIES):
        return page(request, "bodies/closed.html", TOO_MANY, too_many=True)
    link = bodies.link_with(token)
    if link is None or not bodies.is_live(link, at):
        limits.count(tries, FORGOTTEN_AFTER_SECONDS)
        return page(request, "bodies/closed.html", GONE, office=_office(link))
    bodies.note_opening(link, at)
    return _answered(request, link, at) if request.method == "POST" else _shown(request, link, AnswerForm())


def _answered(request: HttpRequest, link: BodyLink, at: dt.datetime) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, link, form, UNREADABLE)
    try:
        bodies.answer(link, words=form.cleaned_data["words"], at=at)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, link, form, CONFLICT)
    return SeeOther(request.path)


def _shown(request: HttpRequest, link: BodyLink, form: AnswerForm, status: int = 200) -> HttpResponse:
    return page(request, "bodies/case.html", status, shown=bodies.shown(link), form=form)


def _office(link: BodyLink | None) -> str:
    """Name the office to ask, if the link was one of ours."""
    return words.queue(queue_with(link.task.queue_id)) if link and link.task.queue_id else ""


def page(request: HttpRequest, template: str, status: int, **shown: Any) -> HttpResponse:
    """Give a page that no search engine keeps, and that tells no other site its address."""
    response = render(request, template, shown, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": with it a browser sends the answer from the origin "null", which is refused as forged.
    response["Referrer-Policy"] = "same-origin"
    return response
