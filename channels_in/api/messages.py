"""What is said of a complaint, both ways: GET reads it, POST makes a citizen's move, through the same `follow` as the web and SMS."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.request import Request

from channels_in import follow
from channels_in.api.answers import Problem, as_json, problem, refused
from channels_in.api.callers import Partner, caller_of
from channels_in.api.complaints import case_of, shown, taken_in_once, whole_case
from channels_in.api.describing import CITIZEN, IF_MATCH, NEEDED_KEY, NOBODY, OF_THE_CASE, PARTNER, described
from channels_in.api.doors import Door
from channels_in.api.sent import errors_of, key_of, object_of, wrong_fields
from channels_in.api.standing import APP, as_it_stands, is_tag, tag_of
from channels_in.forms import MessageForm
from channels_in.incoming import Answer, Incoming
from complaints.models import Complaint
from offices import actors
from workflows.refusals import NotYours, Refusal, says_something
from workflows.wishes import MOST_STARS
from workflows.writer import lock_step_of

APPEAL = "appeal"  # says "not settled" of an answer, and opens a closed case again: to a citizen it is one thing


class Messages(Door):
    """All that was said of one complaint."""

    @described("read_messages", {200: "Messages"}, asks=OF_THE_CASE, who=(PARTNER, CITIZEN, NOBODY), fails=(403,))
    def get(self, request: Request, reference: str) -> HttpResponse:
        """Give the citizen's words and the office's, oldest first."""
        case = case_of(request, reference, self.at)
        return as_json({"messages": said_of(case)})

    @described(
        "send_message",
        {201: "Complaint"},
        sends="NewMessage",
        asks=[*OF_THE_CASE, NEEDED_KEY, IF_MATCH],
        who=(CITIZEN, NOBODY),
        fails=(403, 409, 412, 422),
    )
    def post(self, request: Request, reference: str) -> HttpResponse:
        """Make a citizen's move once for each Idempotency-Key, unless If-Match names what is no longer so."""
        case, body = case_of(request, reference, self.at), object_of(request)
        if isinstance(caller_of(request), Partner) and "X-Complaint-Code" not in request.headers:
            raise Problem(403, _("Only the citizen can say this: send the code of the receipt (X-Complaint-Code)."))
        stars, texts = body.get("stars"), {name: value for name, value in body.items() if name != "stars"}
        form = MessageForm(texts)
        if wrong := wrong_fields(texts, form.fields) or errors_of(form):
            return refused(wrong)
        move, words = form.cleaned_data["move"] or "add_words", form.cleaned_data["words"]
        if wrong := _wrong(move, words, stars):
            return refused(wrong)
        incoming = Incoming(
            channel=APP, provider_id=f"case {case.pk}:{key_of(request, needed=True)}", text=words,
            raw={"reference": case.reference, "move": move} | ({"stars": stars} if stars else {}), language=get_language() or "sw",
        )  # fmt: skip
        answer = taken_in_once(
            incoming, partial(_moved, case.pk, move, stars or 0, request.headers.get("If-Match")), self.at
        )
        if status := answer.facts["refused"]:
            return problem(status, answer.text)
        return _made(case.pk, request, self.at)


def said_of(case: Complaint) -> list[dict[str, Any]]:
    """Give what was said of a case, both ways; of a discreet one not what the citizen wrote first."""
    first = [] if case.discreet else [_message(case.received_at.isoformat(), "lodge", True, "", case.words)]
    return first + [
        _message(step.at.isoformat(), step.move, step.by_citizen, str(step.what), step.words)
        for step in follow.timeline_for_citizen(case)
        if step.words and step.move != "lodge"
    ]


def _message(at: str, move: str, by_citizen: bool, what: str, words: str) -> dict[str, Any]:
    return {"at": at, "from": "citizen" if by_citizen else "office", "move": move, "what": what, "words": words}


def _wrong(move: str, words: str, stars: Any) -> dict[str, str]:
    act = follow.ACTS.get("dispute" if move == APPEAL else move)
    if act is None:
        return {"move": _("There is no such move. Those open now stand with the complaint, under moves.")}
    if (move == "rate") != (type(stars) is int and 1 <= stars <= MOST_STARS) or (move != "rate" and stars is not None):
        return {"stars": _("Give one star to five with the move “rate”, and with no other.")}
    return {"words": _("Fill this in.")} if act.needed and not says_something(words) else {}


def _moved(case_id: int, move: str, stars: int, if_match: str | None, incoming: Incoming, at: dt.datetime) -> Answer:
    """Make the move on the case as it is now, its lock held; what refuses it is the stored answer too."""
    lock_step_of(case_id)
    case = _as_it_is(case_id)
    if if_match is not None and not is_tag(if_match, tag_of(as_it_stands(case, at))):
        return Answer(_("The complaint has changed since you looked. Look again."), case, {"refused": 412})
    by = actors.citizen(case.citizen_id, via=APP)
    meant = "dispute" if move == APPEAL else move
    try:
        follow.act(follow.standing(case, by, at), meant, incoming.text, stars=stars, by=by, at=at)
    except Refusal as refusal:
        return Answer(str(refusal.words), case, {"refused": 403 if isinstance(refusal, NotYours) else 409})
    return Answer("", case, {"refused": 0})


def _made(case_id: int, request: Request, at: dt.datetime) -> HttpResponse:
    """Show the case as the move has left it."""
    case = _as_it_is(case_id)
    response = shown(case, request, at)
    response.status_code = 201
    response["Content-Location"] = f"/api/v1/complaints/{case.reference}/"
    return response


def _as_it_is(case_id: int) -> Complaint:
    case = whole_case(pk=case_id)
    assert case is not None  # no case is ever removed
    return case


messages = Messages.as_view()
