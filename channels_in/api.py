"""The way in for partners' programs and the mobile app: JSON, a key for each partner, Idempotency-Key.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/07/: the same key and body get the stored
answer, byte for byte; another body 422; while the first is still being taken in, 409. A key holds for ever, belongs to
one partner, and may be left out: then a repeat is a second complaint. Errors are RFC 9457 problems in the client's language.
"""

from __future__ import annotations

import hmac
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, NotAuthenticated, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.views import APIView

from channels_in import follow, proof
from channels_in.forms import PartnerForm
from channels_in.incoming import Answer, Incoming, InFlight, ReusedId
from channels_in.intake import answered, lodge, take_in
from complaints.models import Complaint
from complaints.references import read_reference
from offices import actors
from offices.clock import database_now

LONGEST_KEY = 128
# A string of RFC 9651, or the same without its quotes.
KEY = re.compile(r'"(?P<quoted>(?:[ !#-\[\]-~]|\\["\\])*)"|(?P<bare>[!#-\[\]-~]+)')
ANSWER = ("reference", "written", "secret", "state", "due_at", "office", "known_incident")


# What goes wrong.


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """Say what is wrong, as RFC 9457 has it."""
    said = {"type": "about:blank", "status": status, "detail": detail} | more
    return as_json(said, status, "application/problem+json")


def as_json(content: Mapping[str, Any], status: int = 200, content_type: str = "application/json") -> HttpResponse:
    """Give JSON whose bytes depend on the content alone."""
    text = json.dumps(content, separators=(",", ":"))
    response = HttpResponse(text, status=status, content_type=content_type)
    response["Cache-Control"] = "no-store"
    return response


def in_words(error: APIException) -> str:
    """Give our own sentence for what the framework found wrong."""
    said = {
        400: _("The body cannot be read as a JSON object."),
        401: _("Send the key of your program: Authorization: Bearer, and then the key."),
        405: _("This address does not take this method."),
        415: _("Send JSON, with Content-Type: application/json."),
        429: _("Too many questions at once. Ask again in a second."),
    }
    return said.get(error.status_code, str(error.detail))


def as_problem(error: Exception, _context: Mapping[str, Any]) -> HttpResponse | None:
    """Say what is wrong as a problem; None for our own faults, which travel."""
    if isinstance(error, Http404):
        return problem(404, _("There is no such complaint, or it did not come from you."))
    if not isinstance(error, APIException):
        return None
    response = problem(error.status_code, in_words(error))
    # The framework has put on the exception how to prove oneself, and after how many seconds to ask again.
    for header, name in (("WWW-Authenticate", "auth_header"), ("Retry-After", "wait")):
        if value := getattr(error, name, None):
            response[header] = str(value)
    return response


# Who asks, and with what.


@dataclass(frozen=True)
class Partner:
    """One whose program may speak for citizens."""

    name: str
    is_authenticated: bool = True


def partner_with(key: str) -> Partner | None:
    """Give the partner with this key; every key is compared, so that time tells nothing."""
    given = key.encode("utf-8", "replace")
    names = [name for name, own in settings.API_KEYS.items() if hmac.compare_digest(str(own).encode(), given) and own]
    return Partner(names[0]) if names else None


class PartnerKey(BaseAuthentication):
    """Knows a partner by `Authorization: Bearer KEY` or `X-Api-Key: KEY`."""

    def authenticate(self, request: Request) -> tuple[Partner, Partner]:
        """Give the partner, or refuse."""
        scheme, _blank, bearer = request.headers.get("Authorization", "").partition(" ")
        key = bearer.strip() if scheme.lower() == "bearer" else request.headers.get("X-Api-Key", "")
        partner = partner_with(key)
        if partner is None:
            raise NotAuthenticated
        return partner, partner

    def authenticate_header(self, request: Request) -> str:
        """Say how to prove oneself."""
        return 'Bearer realm="malalamiko"'


def partner_of(request: Request) -> Partner:
    """Give the partner who asks."""
    partner = request.auth
    assert isinstance(partner, Partner)
    return partner


class StrictJSON(BaseParser):
    """Reads a JSON object, and refuses what no two programs would read alike: names given twice, NaN, deep nesting."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """Give the object, or raise `ParseError`."""
        try:
            body = json.loads(stream.read().decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise ParseError from error
        if not isinstance(body, dict):
            raise ParseError
        return body


def object_of(request: Request) -> dict[str, Any]:
    """Give the JSON object that was sent; an empty one for no body."""
    body = request.data
    assert isinstance(body, dict)
    return body


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


class JSONOnly(BaseContentNegotiation):
    """Answers in JSON whatever is asked for."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Take only what says that it is JSON."""
        return next((p for p in parsers if (request.content_type or "").split(";")[0].strip() == p.media_type), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """Give the first."""
        return renderers[0], renderers[0].media_type


class PartnerView(APIView):
    """A door for partners' programs."""

    authentication_classes = [PartnerKey]
    parser_classes = [StrictJSON]
    content_negotiation_class = JSONOnly

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer 404 while the setting does not open this channel; then ask who it is."""
        if "api" not in settings.OPEN_CHANNELS:
            raise Http404
        super().initial(request, *args, **kwargs)

    def get_exception_handler(self) -> Callable[[Exception, Mapping[str, Any]], HttpResponse | None]:
        """Answer what goes wrong with a problem."""
        return as_problem


# What is asked.


class Complaints(PartnerView):
    """All complaints: POST lodges one."""

    def post(self, request: Request) -> HttpResponse:
        """Lodge a complaint, once for each Idempotency-Key."""
        if "Transfer-Encoding" in request.headers:  # a body sent in pieces would be read as none
            return problem(411, _("Send the length of the body: Content-Length."))
        at, partner, body = database_now(), partner_of(request), object_of(request)
        wrong = {name: _("This must be text.") for name, value in body.items() if not isinstance(value, str | None)}
        wrong |= {name: _("We do not know this field.") for name in body.keys() - PartnerForm.base_fields.keys()}
        form = PartnerForm(body, partner=partner.name, at=at)
        key = idempotency_key(request.headers.get("Idempotency-Key"))
        if key is None:
            return problem(400, _("Idempotency-Key must be a short string, for example a UUID."))
        if wrong or not form.is_valid():
            return refused(wrong or {name: " ".join(map(str, errors)) for name, errors in form.errors.items()})
        return _lodged(form.incoming_of_partner(provider_id(partner, key)), at)


def idempotency_key(header: str | None) -> str | None:
    """Give the key, a fresh one where there is none, or None for what is no key."""
    if header is None:
        return uuid.uuid4().hex
    given = KEY.fullmatch(header.strip())
    if given is None:
        return None
    key = re.sub(r"\\(.)", r"\1", given["quoted"]) if given["bare"] is None else given["bare"]
    return key if 0 < len(key) <= LONGEST_KEY else None


def provider_id(partner: Partner, key: str) -> str:
    """Give the id under which a partner's message is kept: keys of different partners never meet."""
    return f"{quote(partner.name, safe='')}:{key}"


def refused(errors: Mapping[str, Any]) -> HttpResponse:
    """Say of each field what is wrong with it."""
    named = [{"field": clip(name), "detail": str(words)} for name, words in sorted(errors.items())]
    return problem(400, _("Something is missing or wrong: see errors."), errors=named[:20])


def clip(name: str) -> str:
    """Give a field's name back in a length, and in characters, that any program can read."""
    return name[:40].encode("utf-8", "replace").decode("utf-8")


def _lodged(incoming: Incoming, at: Any) -> HttpResponse:
    try:
        answer = take_in(incoming, _lodge, at=at, wait=False)
    except ReusedId:
        return problem(422, _("This Idempotency-Key was used for another complaint."))
    except InFlight:
        return problem(409, _("The complaint with this Idempotency-Key is being taken in at this moment. Ask again."))
    # What was answered before the last of these was known stays as it was, byte for byte.
    response = as_json({name: answer.facts[name] for name in ANSWER if name in answer.facts}, 201)
    response["Location"] = f"/api/v1/complaints/{answer.facts['reference']}/"
    return response


def _lodge(incoming: Incoming, at: Any) -> Answer:
    done = lodge(incoming, at)
    office = "" if done.case.discreet or done.task is None else follow.office_with(done.task.queue_id)
    return answered(
        done, written=done.case.reference_written, secret=proof.code_of(done.case.secret), office=office
    )  # fmt: skip


class OneComplaint(PartnerView):
    """One complaint that this partner has lodged."""

    def get(self, request: Request, reference: str) -> HttpResponse:
        """Say how it stands; of others' complaints not even whether they exist."""
        mine = {"messages__channel": "api", "messages__provider_id__startswith": provider_id(partner_of(request), "")}
        cases = Complaint.objects.select_related("citizen", "lead")
        case = cases.filter(reference=read_reference(reference) or "", **mine).first()
        if case is None:
            raise Http404
        at = database_now()
        now = follow.standing(case, actors.citizen(case.citizen_id, via="api"), at)
        return as_json(_as_it_stands(now))


def _as_it_stands(now: follow.Standing) -> dict[str, Any]:
    case = now.case
    return {
        "reference": case.reference,
        "written": case.reference_written,
        "state": case.state,
        "outcome": case.outcome,
        "received_at": case.received_at.isoformat(),
        "due_at": now.due_at.isoformat() if now.due_at else None,
        "office": now.office,
        "steps": [
            {"at": step.at.isoformat(), "what": str(step.what), "office": step.office, "words": step.words}
            for step in follow.timeline_for_citizen(case)
        ],
    }


def unknown(request: HttpRequest, _rest: str | None = None) -> HttpResponse:
    """Say in a partner's own tongue that there is nothing at this address."""
    return problem(404, _("There is nothing at this address. Complaints are at /api/v1/complaints/."))


complaints = Complaints.as_view()
complaint = OneComplaint.as_view()
