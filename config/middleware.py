"""Turns away at the door what no view could read, and says "come back" when the database is away."""

import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.decorators import sync_only_middleware
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from channels_in.open311.shapes import errors, form_of

Responder = Callable[[HttpRequest], HttpResponse]

# What machines read: they hear of a refusal as JSON.
MACHINE_PATHS = ("/api/", "/channels/", "/open311/", "/healthz", "/readyz", "/metrics")
OPEN311_PATHS = "/open311/"
STAFF_PATHS = ("/desk/", "/reports/", "/accounts/", "/admin/")
# Decodes the raw bytes of its query string by itself, in whatever alphabet the gateway names.
READS_RAW_BYTES = ("/channels/sms/", "/channels/ussd/")
# Staff send photos and papers with a case, and so do an institution behind its link and a citizen.
TAKES_FILES = re.compile(r"/(desk/cases|desk/counter|b|track|submit/[0-9a-f]{32}/papers)/")
TAKES_PIECES = "/api/v1/uploads/"  # of files, as many bytes at once as the sender's line is good for
LONGEST_REQUEST_LINE = 32 * 1024
RETRY_AFTER_SECONDS = 10
PROBLEM = "application/problem+json"  # RFC 9457


@sync_only_middleware
def look_behind_the_proxy(get_response: Responder) -> Responder:
    """Takes for the caller's address the one that our own proxy has added last; installed only behind such a proxy."""

    def middleware(request: HttpRequest) -> HttpResponse:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        request.META["REMOTE_ADDR"] = forwarded or request.META.get("REMOTE_ADDR", "")
        return get_response(request)

    return middleware


@sync_only_middleware
def speak_swahili_first(get_response: Responder) -> Responder:
    """Gives people Swahili until they choose another language: many a phone and office computer was only ever set to English.

    Machines ask for their language in every request, and are heard.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(MACHINE_PATHS):
            request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return get_response(request)

    return middleware


@sync_only_middleware
def refuse_the_unreadable(get_response: Responder) -> Responder:
    """Answers 4xx, in the person's language, to what would break deeper inside: NUL, bytes that are no text, oversize."""

    def middleware(request: HttpRequest) -> HttpResponse:
        refused = what_is_wrong(request)
        return refuse(request, *refused) if refused else get_response(request)

    return middleware


def what_is_wrong(request: HttpRequest) -> tuple[int, str] | None:
    """A status and an English sentence (a msgid), or None when the request can be read."""
    query = request.META.get("QUERY_STRING", "")
    if len(request.path) + len(query) > LONGEST_REQUEST_LINE:
        return 414, _("The address is too long. Write less, or send it with the form.")
    if body_length(request) > longest_body(request):
        return 413, _("What you sent is too large. Write less, or attach smaller files.")
    if "\0" in request.path or "\ufffd" in request.path:
        return 400, _("The address contains characters that cannot be read.")
    if not request.path.startswith(READS_RAW_BYTES) and not is_text(query):
        return 400, _("The address contains characters that cannot be read.")
    return None


def longest_body(request: HttpRequest) -> int:
    """Give how many bytes a request to this address may bring."""
    is_form = request.META.get("CONTENT_TYPE", "").startswith("multipart/")
    takes_files = (is_form and TAKES_FILES.match(request.path)) or request.path.startswith(TAKES_PIECES)
    return settings.MAX_UPLOAD_BYTES if takes_files else settings.MAX_BODY_BYTES


def body_length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else settings.MAX_UPLOAD_BYTES + 1


def is_text(query: str) -> bool:
    """Whether a query string, as it came, decodes as UTF-8 without NUL."""
    raw = unquote_to_bytes(query.encode("latin-1", "replace"))
    try:
        return "\0" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False


def refuse(request: HttpRequest, status: int, msgid: str) -> HttpResponse:
    """Says no in the person's language: as JSON to machines, as a plain page to people.

    The page asks nothing of the database, because it may be what is away.
    """
    with translation.override(translation.get_language_from_request(request)):
        sentence = gettext(msgid)
        if request.path.startswith(OPEN311_PATHS):
            return errors(form_of(request.path), status, [sentence])
        if request.path.startswith(MACHINE_PATHS):
            return JsonResponse(
                {"type": "about:blank", "status": status, "detail": sentence}, status=status, content_type=PROBLEM
            )
        page = render_to_string("refused.html", {"sentence": sentence, "language": translation.get_language()})
    return HttpResponse(page, status=status)


@sync_only_middleware
def keep_the_desk_off_the_disk(get_response: Responder) -> Responder:
    """Lets no browser keep a page of the desk: on an office's computer the next person presses Back."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(STAFF_PATHS) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware


class CompressPages(GZipMiddleware):
    """Sends words compressed; photos, papers and sheets, which are compressed already, as they are.

    A page holds secrets beside what the address says, and its length must not betray them (BREACH): Django adds some
    random bytes to each answer, and masks its token anew in each page.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        words = response.headers.get("Content-Type", "").startswith(("text/", "application/json"))
        return super().process_response(request, response) if words and not response.streaming else response


class DatabaseAway:
    """Answers 503 and Retry-After when the database cannot be reached: what was sent is not lost silently, nor half kept."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return come_back_later(request) if is_database_away(error) else None


def is_database_away(error: BaseException | None) -> bool:
    """Also a full disk, a lock waited for too long, too many connections: all pass, so all mean "try again"."""
    return isinstance(error, OperationalError | InterfaceError)


def come_back_later(request: HttpRequest) -> HttpResponse:
    response = refuse(request, 503, _("The service is busy for a moment. Nothing was saved; please try again."))
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
