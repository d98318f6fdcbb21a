"""Photos and papers that arrive piece by piece, over lines that break: the bytes so far, and what becomes of them.

What is in the database counts: a piece is written where the row says that the file ends, and the row grows afterwards.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from channels_in.models import Upload
from complaints import attachments
from complaints.attachments import LONGEST_PHOTO, BadPaper
from complaints.models import Attachment, Complaint
from offices.actors import Actor
from workflows import actions
from workflows.refusals import Refusal

LONGEST = LONGEST_PHOTO  # bytes; a paper's own limit is asked when it is whole
LASTS = dt.timedelta(days=2)
MOST_WAITING = 2 * 1024**3  # bytes of all uploads together that are with no case yet


class NoRoom(Exception):
    """So much is on its way that nothing more can be begun for the moment."""


class WrongOffset(Exception):
    """The piece does not begin where the file ends."""


class NotWhole(Refusal):
    """Pieces are still missing."""

    words = _("The file has not arrived as a whole yet.")


class UsedAlready(Refusal):
    """It is with another complaint."""

    words = _("This file is with another complaint already. Send it once more.")


def begin(length: int, *, owner: str, at: dt.datetime) -> Upload:
    """Begin a file of so many bytes. Raises `NoRoom`."""
    waiting = Upload.objects.filter(attachment=None, ends_at__gt=at).aggregate(bytes=Sum("length"))["bytes"] or 0
    if waiting + length > MOST_WAITING:
        raise NoRoom
    upload = Upload.objects.create(owner=owner, length=length, made_at=at, ends_at=at + LASTS)
    file_of(upload).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return upload


def file_of(upload: Upload) -> Path:
    """Give where the bytes stand."""
    return Path(settings.MEDIA_ROOT) / "uploads" / upload.pk.hex


def add(upload: Upload, offset: int, piece: bytes) -> Upload:
    """Add a piece that begins at `offset`, and give the upload as it is then. Raises `WrongOffset`."""
    with transaction.atomic():
        now = Upload.objects.select_for_update().get(pk=upload.pk)
        if offset != now.received or offset + len(piece) > now.length or now.attachment_id:
            raise WrongOffset
        file = file_of(now)
        # Not in append mode: what a dead process wrote after the row's end is written over.
        with file.open("r+b" if file.exists() else "xb") as written:
            written.seek(offset)
            written.write(piece)
            written.truncate()
        now.received += len(piece)
        now.save(update_fields=["received"])
        return now


def hand_in(upload: Upload, case: Complaint, *, by: Actor, at: dt.datetime) -> Attachment:
    """Put a whole file with a case, once however often this is asked. Raises `BadPaper` or a `Refusal`."""
    with transaction.atomic():
        now = Upload.objects.select_for_update(of=("self",)).select_related("attachment").get(pk=upload.pk)
        if now.attachment is not None:
            if now.attachment.complaint_id != case.pk:
                raise UsedAlready
            return now.attachment
        if now.received < now.length or not file_of(now).exists():
            raise NotWhole
        with file_of(now).open("rb") as file:
            paper = attachments.read(file, now.length)
        now.attachment = actions.send_papers(case, papers=[paper], by=by, at=at)[0]
        now.save(update_fields=["attachment"])
        transaction.on_commit(lambda: _remove(now))
        return now.attachment


def drop(upload: Upload) -> None:
    """Forget an upload and its bytes."""
    _remove(upload)
    upload.delete()


def _remove(upload: Upload) -> None:
    with suppress(FileNotFoundError):
        file_of(upload).unlink()


def forget(now: dt.datetime) -> None:
    """Forget what has not been handed in in time, and of the rest that it was ever an upload."""
    for upload in Upload.objects.filter(ends_at__lt=now)[:1000]:
        drop(upload)


__all__ = ["BadPaper", "NoRoom", "WrongOffset", "add", "begin", "drop", "file_of", "forget", "hand_in"]
