"""Complaints: lodging one, a citizen's own, and how one stands."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from channels_in import follow, limits, proof
from channels_in.api import shapes
from channels_in.api.answers import Problem, TooMany, as_json, refused
from channels_in.api.callers import Caller, Citizen, Nobody, Partner, caller_of, citizen_of, must_open, shelf_of
from channels_in.api.describing import (
    CITIZEN,
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    NOBODY,
    OF_THE_CASE,
    PARTNER,
    described,
    query,
)  # fmt: skip
from channels_in.api.doors import Door
from channels_in.api.sent import errors_of, key_of, object_of, wrong_fields
from channels_in.api.standing import APP, as_it_stands, is_tag, summaries, tag_of
from channels_in.forms import PartnerForm
from channels_in.incoming import Answer, Incoming, InFlight, ReusedId
from channels_in.intake import Handling, answered, lodge, take_in, was_taken_in
from channels_in.models import PartnerCase, Scope
from channels_in.phone_proof import looks_sent
from channels_in.web import FORGOTTEN_AFTER_SECONDS, MOST_TRIES
from complaints.models import Complaint
from complaints.references import read_reference

ANSWER = ("reference", "written", "secret", "state", "due_at", "office", "known_incident")
A_PAGE = 20


class Complaints(Door):
    """All complaints: POST lodges one, GET lists a citizen's own."""

    @described(
        "list_complaints",
        {200: "ComplaintList"},
        asks=[query("before", shapes.REFERENCE, "The reference of the last one known: the next page follows it.")],
        who=(CITIZEN,),
        fails=(403,),
    )
    def get(self, request: Request) -> HttpResponse:
        """List the complaints of the phone whose token asks, the newest first; `before` turns the page."""
        mine = Complaint.objects.filter(citizen=citizen_of(request).citizen_id).select_related("lead").order_by("-id")
        before = request.query_params.get("before")
        if before is not None:
            last = mine.filter(reference=before).values_list("pk", flat=True).first()
            if last is None:
                wrong = 404 if re.fullmatch("[0-9]{12}", before) else 400
                raise Problem(wrong, _("Give before the reference of one of your complaints."))
            mine = mine.filter(pk__lt=last)
        cases = list(mine[: A_PAGE + 1])
        following = cases[A_PAGE - 1].reference if len(cases) > A_PAGE else None
        return as_json({"complaints": summaries(cases[:A_PAGE]), "next": following and f"?before={following}"})

    @described(
        "lodge_complaint",
        {201: "Lodged"},
        sends="NewComplaint",
        asks=[IDEMPOTENCY_KEY],
        who=(PARTNER, CITIZEN, NOBODY),
        fails=(403, 409, 422),
    )
    def post(self, request: Request) -> HttpResponse:
        """Lodge a complaint, once for each Idempotency-Key; a citizen's app must send one."""
        caller = caller_of(request)
        must_open(caller, Scope.LODGE)
        body = object_of(request)
        wrong = wrong_fields(body, PartnerForm.base_fields)
        form = PartnerForm(body, partner=caller.name if isinstance(caller, Partner) else "", at=self.at)
        key = key_of(request, needed=not isinstance(caller, Partner))
        if wrong or not form.is_valid():
            return refused(wrong or errors_of(form))
        incoming = spoken_by(caller, form.incoming_of_partner(shelf(caller) + key))
        if isinstance(caller, Partner):
            return _lodged(incoming, self.at)
        return _lodged_by_citizen(incoming, f"submit:{request.META.get('REMOTE_ADDR')}", self.at)


def shelf(caller: Caller) -> str:
    """Give with what the ids of this caller's messages begin, so that keys of different callers never meet."""
    return (
        f"{caller.citizen_id}:"
        if isinstance(caller, Citizen)
        else shelf_of(caller)
        if isinstance(caller, Partner)
        else ":"
    )


def spoken_by(caller: Caller, incoming: Incoming) -> Incoming:
    """Give the message as of this caller: a citizen's comes from the phone that was proved."""
    if isinstance(caller, Partner):
        return incoming
    if isinstance(caller, Nobody):
        return replace(incoming, channel=APP)
    phone = caller.token.citizen.phone
    if incoming.sender not in ("", phone):
        raise Problem(400, _("Your token stands for another phone number. Leave the number out."))
    return replace(incoming, channel=APP, sender=phone)


def _lodged_by_citizen(incoming: Incoming, counted: str, at: dt.datetime) -> HttpResponse:
    """Lodge what anybody may have sent: so many from one address, repeats not counted."""
    repeated = was_taken_in(incoming.channel, incoming.provider_id)
    if not repeated and limits.reached(counted, MOST_TRIES):
        raise TooMany(FORGOTTEN_AFTER_SECONDS)
    response = _lodged(incoming, at)
    if response.status_code == 201 and not repeated:
        limits.count(counted, FORGOTTEN_AFTER_SECONDS)
    return response


def _lodged(incoming: Incoming, at: dt.datetime) -> HttpResponse:
    answer = taken_in_once(incoming, _lodge, at)
    # What was answered before the last of these was known stays as it was, byte for byte.
    response = as_json({name: answer.facts[name] for name in ANSWER if name in answer.facts}, 201)
    response["Location"] = f"/api/v1/complaints/{answer.facts['reference']}/"
    return response


def taken_in_once(incoming: Incoming, handle: Handling, at: dt.datetime) -> Answer:
    """Take a message in, or give the stored answer to a repeat; says why where its key was used before, or is in use."""
    try:
        return take_in(incoming, handle, at=at, wait=False)
    except ReusedId as reused:
        raise Problem(422, _("This Idempotency-Key was used for another complaint.")) from reused
    except InFlight as in_flight:
        words = _("The complaint with this Idempotency-Key is being taken in at this moment. Ask again.")
        raise Problem(409, words) from in_flight


def _lodge(incoming: Incoming, at: dt.datetime) -> Answer:
    done = lodge(incoming, at)
    if incoming.channel != APP:
        PartnerCase.objects.create(complaint=done.case, partner=incoming.raw["partner"])
    office = "" if done.case.discreet or done.task is None else follow.office_with(done.task.queue_id)
    return answered(
        done, written=done.case.reference_written, secret=proof.code_of(done.case.secret), office=office
    )  # fmt: skip


class OneComplaint(Door):
    """One complaint, for whoever lodged it or proves it."""

    @described(
        "read_complaint",
        {200: "Complaint", 304: None},
        asks=[*OF_THE_CASE, IF_NONE_MATCH],
        who=(PARTNER, CITIZEN, NOBODY),
        fails=(403,),
    )
    def get(self, request: Request, reference: str) -> HttpResponse:
        """Say how it stands; of others' complaints not even whether they exist."""
        return shown(case_of(request, reference, self.at), request, self.at)


def shown(case: Complaint, request: Request, at: dt.datetime) -> HttpResponse:
    """Show a case, or say that it is as it was when the caller last asked."""
    seen = as_it_stands(case, at)
    tag = tag_of(seen)
    as_before = request.method == "GET" and is_tag(request.headers.get("If-None-Match", ""), tag)
    response = HttpResponse(status=304) if as_before else as_json(seen)
    response["ETag"], response["Cache-Control"] = tag, "no-store"
    return response


def case_of(request: Request, reference: str, at: dt.datetime) -> Complaint:
    """Give the case with this reference if it is the caller's, or its receipt's code is shown; else there is none."""
    caller, digits = caller_of(request), read_reference(reference) or ""
    code = request.headers.get("X-Complaint-Code")
    if code is None and isinstance(caller, Nobody):
        raise NotAuthenticated
    case = _own(caller, digits) if code is None else _proved(digits, code, request, at)
    if case is None:
        raise Http404
    return case


def _proved(reference: str, code: str, request: Request, at: dt.datetime) -> Complaint | None:
    """Give the case if this is its receipt's code; so many wrong ones from an address, and none opens for a while."""
    key = f"code:{request.META.get('REMOTE_ADDR')}"
    if limits.reached(key, MOST_TRIES):
        raise TooMany(FORGOTTEN_AFTER_SECONDS)
    case = None if looks_sent(code) else proof.case_proved(reference, code, at)
    if case is None:
        limits.count(key, FORGOTTEN_AFTER_SECONDS)
        return None
    return whole_case(pk=case.pk)


def _own(caller: Caller, reference: str) -> Complaint | None:
    if isinstance(caller, Citizen):
        return whole_case(reference=reference, citizen=caller.citizen_id)
    if isinstance(caller, Partner):
        must_open(caller, Scope.READ)
        return whole_case(reference=reference, partner_case__partner=caller.name)
    return None


def whole_case(**which: object) -> Complaint | None:
    """Give the case of which this holds, with what a citizen is shown of it."""
    return Complaint.objects.select_related("citizen", "lead", "category").filter(**which).first()


complaints = Complaints.as_view()
complaint = OneComplaint.as_view()
