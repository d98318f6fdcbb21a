"""Photos and papers over lines that break: tus 1.0 (https://tus.io/protocols/resumable-upload), then handed in to a complaint.

The core (HEAD, PATCH, OPTIONS) with the extensions creation, expiration and termination. Whoever began an upload goes on
with it; where that is nobody, whoever knows its name.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from channels_in import uploads
from channels_in.api.answers import Problem, as_json, refused
from channels_in.api.callers import Caller, Citizen, Partner, caller_of, must_open, shelf_of
from channels_in.api.complaints import case_of
from channels_in.api.describing import CITIZEN, NOBODY, OF_THE_CASE, PARTNER, described, header, path
from channels_in.api.doors import Door
from channels_in.api.phones import count_tries
from channels_in.api.sent import errors_of, object_of, wrong_fields
from channels_in.api.standing import APP
from channels_in.forms import HandInForm
from channels_in.models import Scope, Upload
from complaints.attachments import BadPaper
from complaints.models import Attachment, Entry, MediaType
from offices import actors
from offices.actors import ActorKind
from workflows.refusals import Refusal

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
PIECE = "application/offset+octet-stream"
READ_AT_ONCE = 64 * 1024
GONE, PRECONDITION, NO_ROOM = 410, 412, 503

KINDS = {MediaType.PHOTO: "photo", MediaType.PAPER: "paper"}
ANYBODY = (PARTNER, CITIZEN, NOBODY)
TUS = header("Tus-Resumable", {"enum": [VERSION]}, "The version of the protocol.")
LENGTH = header(
    "Upload-Length", {"type": "integer", "minimum": 1, "maximum": uploads.LONGEST}, "Bytes of the file.", needed=True
)
OFFSET = header("Upload-Offset", {"type": "integer", "minimum": 0}, "Where the piece begins.", needed=True)
OF_THE_UPLOAD = [path("upload", {"type": "string", "format": "uuid"}), TUS]


class TusDoor(Door):
    """An address that speaks tus."""

    throttle_scope = "files"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse another version of the protocol; where none is named, ours is meant."""
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable", VERSION) != VERSION:
            words = _("We speak version 1.0.0 of tus.")
            raise Problem(PRECONDITION, words, {"Tus-Version": VERSION})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say which version this is, whatever the answer."""
        answered = super().finalize_response(request, response, *args, **kwargs)
        answered["Tus-Resumable"], answered["Cache-Control"] = VERSION, "no-store"
        return answered

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Say what we can."""
        said = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(uploads.LONGEST)}
        return HttpResponse(status=204, headers=said)


class Uploads(TusDoor):
    """All uploads: POST begins one."""

    @described("begin_upload", {201: None}, asks=[TUS, LENGTH], who=ANYBODY, fails=(403, 412, 413))
    def post(self, request: Request) -> HttpResponse:
        """Begin an upload of Upload-Length bytes, and say where to send them."""
        length = number_in(request, "Upload-Length")
        if length is None:
            raise Problem(400, _("Send how many bytes the file has: Upload-Length."))
        if not 0 < length <= uploads.LONGEST:
            raise Problem(413, _("The file is empty or too large."))
        caller = caller_of(request)
        must_open(caller, Scope.FILES)
        if not isinstance(caller, Partner):
            count_tries(request, "upload")
        try:
            upload = uploads.begin(length, owner=owner_of(caller), at=self.at)
        except uploads.NoRoom as no_room:
            words = _("Too many files are on their way at this moment. Try again later.")
            raise Problem(NO_ROOM, words, {"Retry-After": "600"}) from no_room
        return HttpResponse(status=201, headers={"Location": f"/api/v1/uploads/{upload.pk}/"} | how_far(upload))


def owner_of(caller: Caller) -> str:
    """Give whose an upload is."""
    if isinstance(caller, Citizen):
        return f"citizen {caller.citizen_id}"
    return f"partner {shelf_of(caller)}" if isinstance(caller, Partner) else ""


def number_in(request: Request, header: str) -> int | None:
    """Give the number in a header; None where there is none."""
    said = request.headers.get(header, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else None


def how_far(upload: Upload) -> dict[str, str]:
    """Give the headers that say how much of an upload has come, and how long it is kept."""
    return {"Upload-Offset": str(upload.received), "Upload-Expires": http_date(upload.ends_at.timestamp())}


class OneUpload(TusDoor):
    """One upload."""

    @described("ask_upload", {200: None}, asks=OF_THE_UPLOAD, who=ANYBODY, fails=(403, 410, 412))
    def head(self, request: Request, upload: uuid.UUID) -> HttpResponse:
        """Say how much has come."""
        found = self._of(request, upload)
        return HttpResponse(status=200, headers=how_far(found) | {"Upload-Length": str(found.length)})

    @described(
        "send_piece",
        {204: None},
        request={PIECE: {"type": "string", "format": "binary"}},
        asks=[*OF_THE_UPLOAD, OFFSET],
        who=ANYBODY,
        fails=(403, 409, 410, 412),
    )
    def patch(self, request: Request, upload: uuid.UUID) -> HttpResponse:
        """Take the next piece; where the line breaks, what had come by then."""
        offset = number_in(request, "Upload-Offset")
        if (request.content_type or "").split(";")[0].strip() != PIECE:
            raise Problem(415, _("Send the bytes with Content-Type: application/offset+octet-stream."))
        if offset is None:
            raise Problem(400, _("Say where the piece begins: Upload-Offset."))
        found = self._of(request, upload)
        room = found.length - found.received
        try:
            if offset != found.received:
                raise uploads.WrongOffset
            now = uploads.add(found, offset, _piece(request, room))
        except uploads.WrongOffset as wrong:
            words = _("The piece does not begin where the file ends, or is longer than what is missing. Ask with HEAD.")
            raise Problem(409, words) from wrong
        return HttpResponse(status=204, headers=how_far(now))

    @described("drop_upload", {204: None}, asks=OF_THE_UPLOAD, who=ANYBODY, fails=(403, 410, 412))
    def delete(self, request: Request, upload: uuid.UUID) -> HttpResponse:
        """Forget it."""
        found = self._of(request, upload)
        if found.attachment_id is None:
            uploads.drop(found)
        return HttpResponse(status=204)

    def _of(self, request: Request, upload: uuid.UUID) -> Upload:
        return upload_of(request, upload, self)


def upload_of(request: Request, upload: uuid.UUID, door: Door) -> Upload:
    """Give the caller's upload of this name."""
    found = Upload.objects.filter(pk=upload).first()
    if found is None or found.owner not in ("", owner_of(caller_of(request))):
        raise Problem(404, _("There is no such upload, or it is not yours."))
    if found.ends_at <= door.at:
        raise Problem(GONE, _("The time for this upload is over. Begin it again."))
    return found


def _piece(request: Request, room: int) -> bytes:
    """Give the bytes that came, at most one more than there is room for; a line that breaks ends them."""
    came, sent = bytearray(), request._request
    try:
        while len(came) <= room and (some := sent.read(min(READ_AT_ONCE, room + 1 - len(came)))):
            came += some
    except UnreadablePostError:
        pass  # what has come is kept: the next piece begins there
    return bytes(came)


class Attachments(Door):
    """Photos and papers that a citizen has sent of one complaint."""

    @described("list_attachments", {200: "Attachments"}, asks=OF_THE_CASE, who=ANYBODY, fails=(403,))
    def get(self, request: Request, reference: str) -> HttpResponse:
        """List them, oldest first."""
        case = case_of(request, reference, self.at)
        sent = Entry.objects.filter(complaint=case, move="attach", actor_kind=ActorKind.CITIZEN).values_list("detail")
        ids = [int(detail.removeprefix("attachment:")) for (detail,) in sent]
        kept = Attachment.objects.filter(complaint=case, pk__in=ids).order_by("id")
        return as_json({"attachments": [_attachment(each) for each in kept]})

    @described(
        "hand_in", {201: "Attachment"}, sends="HandedIn", asks=OF_THE_CASE, who=ANYBODY, fails=(403, 409, 410, 422)
    )
    def post(self, request: Request, reference: str) -> HttpResponse:
        """Hand in an upload that is whole; asked again, it is answered again."""
        case, body = case_of(request, reference, self.at), object_of(request)
        form = HandInForm(body)
        if wrong := wrong_fields(body, form.fields) or errors_of(form):
            return refused(wrong)
        must_open(caller_of(request), Scope.FILES)
        found = upload_of(request, form.cleaned_data["upload"], self)
        by = actors.citizen(case.citizen_id, via="api" if isinstance(caller_of(request), Partner) else APP)
        try:
            attachment = uploads.hand_in(found, case, by=by, at=self.at)
        except BadPaper as bad:
            uploads.drop(found)
            raise Problem(422, bad.words) from bad
        except Refusal as refusal:
            raise Problem(409, refusal.words) from refusal
        return as_json(_attachment(attachment), 201)


def _attachment(attachment: Attachment) -> dict[str, Any]:
    kind = KINDS.get(MediaType(attachment.media_type), "voice")
    return {"kind": kind, "size": attachment.size, "added_at": attachment.added_at.isoformat()}


uploads_door = Uploads.as_view()
one_upload = OneUpload.as_view()
attachments_of_case = Attachments.as_view()
