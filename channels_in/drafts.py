"""Keeping what is answered on the question pages, on the server, until it is sent or forgotten.

The browser holds only a random key, in a cookie that no script reads: no word and no number leaves the server in clear. A draft's
token names it in the address, and does nothing without that key.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from channels_in.models import Draft, DraftFile
from complaints.attachments import Paper
from complaints.models import Complaint

KEPT = dt.timedelta(days=2)  # after the last touch
COOKIE, PATH = "draft", "/submit/"
MOST_FILES = 3
MOST_OFFERED = 3  # unfinished ones, on the first page

Answers = dict[str, dict[str, Any]]


def key_of(request: HttpRequest) -> str:
    """Give the key that this browser brought, or a fresh one."""
    return request.COOKIES.get(COOKIE, "")[:64] or secrets.token_urlsafe(16)


def give_key(response: HttpResponse, key: str) -> None:
    """Let the browser keep its key for as long as a draft is kept."""
    response.set_cookie(
        COOKIE, key, max_age=int(KEPT.total_seconds()), path=PATH, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _digest(key: str) -> str:
    return salted_hmac("channels_in.draft", key, algorithm="sha256").hexdigest()


def draft_with(token: str, key: str) -> Draft | None:
    """Give the draft of this browser with this token, sent or not."""
    found = Draft.objects.select_related("complaint__citizen", "complaint__category", "complaint__lead")
    return found.filter(token=token, device=_digest(key)).first()


def begun(token: str, key: str, at: dt.datetime) -> Draft | None:
    """Give the draft of this browser with this token, new or known; None where it is another browser's."""
    fresh = Draft(token=token, device=_digest(key), begun_at=at, touched_at=at)
    Draft.objects.bulk_create([fresh], ignore_conflicts=True)
    return draft_with(token, key)


def unfinished(key: str, at: dt.datetime) -> list[Draft]:
    """Give what this browser began and has not sent, newest first."""
    mine = Draft.objects.filter(device=_digest(key), complaint=None, touched_at__gt=at - KEPT)
    return list(mine.exclude(answers={}).order_by("-touched_at")[:MOST_OFFERED])


def put(draft: Draft, changes: Mapping[str, dict[str, Any] | None], at: dt.datetime) -> None:
    """Keep answers, and forget those that are None; two pages that are open at once each change their own."""
    with transaction.atomic():
        now = Draft.objects.select_for_update().get(pk=draft.pk)
        if now.complaint_id is None:
            kept = {name: answer for name, answer in (now.answers | changes).items() if answer is not None}
            now.answers, now.touched_at = kept, at
            now.save(update_fields=["answers", "touched_at"])
        draft.answers, draft.complaint_id = now.answers, now.complaint_id


def add_files(draft: Draft, files: Iterable[tuple[str, Paper]], at: dt.datetime) -> bool:
    """Keep files with the draft, each once; says whether there was room for all of them."""
    with transaction.atomic():
        now = Draft.objects.select_for_update().get(pk=draft.pk)
        known = set(now.files.values_list("sha256", flat=True))
        fresh = {paper.sha256: (name, paper) for name, paper in files if paper.sha256 not in known}
        if now.complaint_id is not None or len(known) + len(fresh) > MOST_FILES:
            return not fresh
        DraftFile.objects.bulk_create(_file(now, name, paper) for name, paper in fresh.values())
        Draft.objects.filter(pk=now.pk).update(touched_at=at)
        return True


def _file(draft: Draft, name: str, paper: Paper) -> DraftFile:
    return DraftFile(
        draft=draft, content=paper.content, media_type=paper.media_type, sha256=paper.sha256, also=paper.also, name=name[:60]
    )  # fmt: skip


def papers_of(draft: Draft) -> list[Paper]:
    """Give the files of a draft as a case keeps them, in the order in which they came."""
    files = draft.files.order_by("id")
    return [Paper(bytes(file.content), file.media_type, file.sha256, file.also) for file in files]


def close(draft: Draft, case: Complaint, at: dt.datetime) -> None:
    """Keep of a draft only that it was sent, and as which complaint."""
    draft.files.all().delete()
    draft.complaint, draft.answers, draft.touched_at = case, {}, at
    draft.save(update_fields=["complaint", "answers", "touched_at"])


def erase(draft: Draft) -> None:
    """Forget a draft that its citizen wants forgotten; one that was sent has nothing left to forget."""
    Draft.objects.filter(pk=draft.pk, complaint=None).delete()


def forget_old(at: dt.datetime) -> int:
    """Forget what was not touched for so long; gives how many drafts that were."""
    old = list(Draft.objects.filter(touched_at__lt=at - KEPT).values_list("pk", flat=True)[:5000])
    Draft.objects.filter(pk__in=old).delete()
    return len(old)
