"""The one shape into which every way in brings what it hears."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from complaints.models import Category, Complaint, Kind
from offices.actors import Actor
from offices.models import Office, User


@dataclass(frozen=True)
class Incoming:
    """One message. Words, and on ways in that ask for them, what a person chose; moments are aware.

    A conversation (SMS) leaves everything but the words to be found out; a form has asked.
    """

    channel: str
    provider_id: str  # the provider's own id, an Idempotency-Key, or the token of a form
    text: str
    sender: str = ""  # E.164, or "" when the citizen gives no number
    sent_at: dt.datetime | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    language: str = "sw"
    # What a form has asked for.
    kind: str = Kind.COMPLAINT
    name: str = ""
    category: Category | None = None
    place: Office | None = None
    place_words: str = ""
    arrival: str = ""
    came_back: str = ""
    received_at: dt.datetime | None = None  # when the citizen spoke, if that was earlier
    about_person: User | None = None
    about_post: str = ""
    about_office: Office | None = None
    earlier: Complaint | None = None
    confidential: bool = False
    desk: Office | None = None  # where a clerk entered it
    by_call: bool = False  # the citizen is to be called, not written to
    latitude: float | None = None  # where the telephone says it is
    longitude: float | None = None
    accuracy: int | None = None
    is_public: bool = False
    lends_name: bool = False
    reference: str = ""  # and secret: of a paper slip, drawn before
    secret: str = field(default="", repr=False)
    by: Actor | None = None  # a clerk; otherwise the citizen speaks

    @property
    def body_digest(self) -> str:
        """Tell one body from another under the same id; keyed, so that no number is found by trying all there are."""
        body = repr((self.text, self.sender, sorted(self.raw.items()))).encode("utf-8", "replace")
        return hmac.new(settings.PHONE_DIGEST_KEY.encode(), body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What the channel says back: words for a conversation, facts for a form or a machine."""

    text: str = ""
    complaint: Complaint | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    repeated: bool = False


class ReusedId(Exception):
    """The same id came with another body."""


class InFlight(Exception):
    """The same id is being taken in at this very moment."""


class Unreadable(Exception):
    """A genuine message that cannot be read: nobody could be answered, or there is nothing to read."""

    def __init__(self, message: Incoming, why: str) -> None:
        super().__init__(why)
        self.message, self.why = message, why


class TooLong(Exception):
    """A message longer than any citizen writes."""


@dataclass(frozen=True)
class Report:
    """What a gateway says became of an SMS of ours; `bits` as `notices.reports` counts them.

    Where the gateway names the SMS by its own `provider_id` alone, there is no `notice_id`.
    """

    notice_id: int | None
    bits: int
    provider_id: str
