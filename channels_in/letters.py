"""What a member of staff has written to this number of their own accord, which the citizen's next words answer."""

from __future__ import annotations

import datetime as dt

from channels_in.caller import Caller, cases_of, messages_of, steps_of, waiting_for_reply
from complaints.models import Entry
from complaints.states import State
from workflows.models import ComplaintTask

STANDS = dt.timedelta(hours=72)  # what we ask or write waits so long for the citizen's words


def letter_to(caller: Caller, reference: str | None = None) -> Entry | None:
    """Give what an office has written to this number lately, on any case or on the one named; None once something newer counts.

    Newer than it are a complaint that the citizen has made since, and a question asked since on another case.
    """
    written = [entry for entry in steps_of(caller, "write_to", STANDS) if entry.complaint.state != State.ENDED]
    named = [entry for entry in written if reference in (None, entry.complaint.reference)]
    letter = max(named, key=lambda entry: entry.at, default=None)
    return letter if letter and not _is_overtaken(caller, letter) else None


def _is_overtaken(caller: Caller, letter: Entry) -> bool:
    if cases_of(caller).filter(entered_at__gt=letter.at).exists():
        return True
    asked = ComplaintTask.objects.open().main().filter(process__in=waiting_for_reply(caller).values("pk"))
    return asked.exclude(process=letter.complaint_id).filter(created__gt=letter.at).exists()


def is_answered(caller: Caller, letter: Entry) -> bool:
    """Say whether words of this number have reached the case since the office wrote."""
    since = messages_of(caller, STANDS).filter(received_at__gte=letter.at, answer__facts__done=True)
    return since.filter(complaint=letter.complaint_id).exists()
