"""One intake for every way in: store the message once, decide what it is, answer; a repeat gets the stored answer.

Everything is one transaction. A repeat of a provider's id waits for the first (the unique key makes it) and is given
its answer. Should our own code fail, the message is kept as failed and the provider is told to try again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import connection, transaction

from channels_in.citizens import citizen_with, digest_of
from channels_in.emergency import speaks_of_danger
from channels_in.incoming import Answer, Incoming, InFlight, ReusedId
from channels_in.matching import find_category, find_place, plain_digest
from channels_in.models import Fate, Message
from complaints.models import Citizen, Complaint, Priority
from offices import actors
from workflows import actions
from workflows.actions import Said
from workflows.writer import Done

UNPROVED = ("web", "api", "app", "open311")  # ways in on which anybody can give anybody's number
MOST_TYPED_A_DAY = 5  # complaints of one number that are announced by SMS

Handling = Callable[[Incoming, dt.datetime], Answer]


def take_in(incoming: Incoming, handle: Handling, *, at: dt.datetime, wait: bool = True) -> Answer:
    """Take one message in by `handle`, exactly once; gives the first answer again to a repeat.

    A repeat waits for the first, or without `wait` raises `InFlight`. Raises `ReusedId` when the id came before with
    another body, and lets our own faults travel after keeping the message.
    """
    try:
        with transaction.atomic():
            if not wait:
                _claim(incoming)
            message = _stored(incoming, at)
            if message.answer is not None:
                return _stored_answer(message, incoming)
            answer = handle(incoming, at)
            _keep_answer(message, answer)
            return answer
    except (ReusedId, InFlight):
        raise
    except Exception as fault:  # whatever it was, the citizen's words are kept before it travels on
        _keep_failed(incoming, fault, at)
        raise


def _claim(incoming: Incoming) -> None:
    """Hold the id until the end of the transaction, or raise `InFlight` if somebody does already."""
    with connection.cursor() as cursor:
        name = f"{incoming.channel} {incoming.provider_id}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            raise InFlight


def _stored(incoming: Incoming, at: dt.datetime) -> Message:
    """Store the message, or give the one stored before, locked; waits for whoever is storing it now."""
    Message.objects.bulk_create([_message(incoming, at)], ignore_conflicts=True)
    return Message.objects.select_for_update().get(channel=incoming.channel, provider_id=incoming.provider_id)


def _message(incoming: Incoming, at: dt.datetime) -> Message:
    return Message(
        channel=incoming.channel,
        provider_id=incoming.provider_id,
        body_digest=incoming.body_digest,
        sender=incoming.sender,
        sender_digest=digest_of(incoming.sender),
        text=incoming.text,
        text_digest=plain_digest(incoming.text),
        raw=dict(incoming.raw),
        sent_at=incoming.sent_at,
        received_at=at,
    )


def _stored_answer(message: Message, incoming: Incoming) -> Answer:
    if message.body_digest != incoming.body_digest:
        raise ReusedId
    stored = message.answer or {}
    return Answer(stored["text"], message.complaint, stored["facts"], repeated=True)


def _keep_answer(message: Message, answer: Answer) -> None:
    message.fate, message.error = Fate.TAKEN, ""
    message.answer = {"text": answer.text, "facts": dict(answer.facts)}
    message.complaint = answer.complaint
    message.save(update_fields=["fate", "error", "answer", "complaint"])


def _keep_failed(incoming: Incoming, fault: Exception, at: dt.datetime) -> None:
    message = _message(incoming, at)
    message.fate, message.error = Fate.FAILED, type(fault).__name__
    Message.objects.bulk_create([message], ignore_conflicts=True)


def was_taken_in(channel: str, provider_id: str) -> bool:
    """Say whether a message with this id has its answer already, so that a repeat does nothing new."""
    return Message.objects.filter(channel=channel, provider_id=provider_id, answer__isnull=False).exists()


def keep_unreadable(incoming: Incoming, why: str, *, at: dt.datetime) -> None:
    """Keep a genuine message that cannot be read, for an operator; a repeat is kept once."""
    message = _message(incoming, at)
    message.fate, message.error, message.answer = Fate.UNREADABLE, why[:200], {"text": "", "facts": {}}
    Message.objects.bulk_create([message], ignore_conflicts=True)


def lodge(incoming: Incoming, at: dt.datetime, *, hears_in_answer: bool = False) -> Done:
    """Lodge what the message says: what a person chose is sure, the rest is found in the words as well as it goes."""
    citizen = citizen_with(
        incoming.sender, language=incoming.language, name=incoming.name, at=at, proved=incoming.by is not None
    )  # fmt: skip
    by = incoming.by or actors.citizen(
        citizen.pk if citizen else None,
        via=incoming.channel,
        hears_in_answer=hears_in_answer or _is_typed_too_often(citizen, at),
    )
    return actions.lodge(_said(incoming, citizen, at), by=by, at=at)


def _is_typed_too_often(citizen: Citizen | None, at: dt.datetime) -> bool:
    """Say whether a number has been typed into so many forms that we write to it no more of what is lodged so today."""
    if citizen is None or not citizen.phone:
        return False
    typed = Complaint.objects.filter(citizen=citizen, channel__in=UNPROVED, entered_at__gt=at - dt.timedelta(days=1))
    return typed[:MOST_TYPED_A_DAY].count() >= MOST_TYPED_A_DAY


def _said(incoming: Incoming, citizen: Citizen | None, at: dt.datetime) -> Said:
    category, category_confidence = (incoming.category, 1.0) if incoming.category else find_category(incoming.text)
    place, place_confidence = (incoming.place, 1.0) if incoming.place else find_place(incoming.text)
    return Said(
        words=incoming.text, channel=incoming.channel, received_at=incoming.received_at or at, citizen=citizen,
        kind=incoming.kind, language=incoming.language, arrival=incoming.arrival, came_back=incoming.came_back,
        category=category, category_confidence=category_confidence, place=place, place_confidence=place_confidence,
        place_words=incoming.place_words, about_person=incoming.about_person, about_post=incoming.about_post,
        about_office=incoming.about_office, earlier=incoming.earlier, citizen_name=incoming.name, desk=incoming.desk,
        latitude=incoming.latitude, longitude=incoming.longitude, accuracy=incoming.accuracy,
        is_public=incoming.is_public, lends_name=incoming.lends_name,
        by_call=incoming.by_call, reference=incoming.reference, secret=incoming.secret,
        confidential=incoming.confidential,
        priority=Priority.URGENT if speaks_of_danger(incoming.text) else Priority.NORMAL,
    )  # fmt: skip


def answered(done: Done, **facts: object) -> Answer:
    """Give the answer of a form or a machine to a complaint just lodged: its reference, state and deadline."""
    case: Complaint = done.case
    due = done.task.due_at.isoformat() if done.task and done.task.due_at else None
    known = case.incident and {
        "sw": case.incident.words_sw, "en": case.incident.words_en, "until": case.incident.until.isoformat()
    }  # fmt: skip
    told = {"reference": case.reference, "state": case.state, "due_at": due, "known_incident": known, **facts}
    return Answer(complaint=case, facts=told)
