"""What an SMS means, and what is said back: `converse` is the handling that `take_in` gives every message of a phone.

In this order: the same text again; a command; an answer to an open question; more words to a complaint just made; a new
complaint. The phone proves itself: a case answers only to the number that it came from, and to every other number each
command says the same as for a reference that does not exist.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.utils.translation import override

from channels_in import intake
from channels_in.citizens import citizen_with, digest_of, known_citizen
from channels_in.follow import state_in_words, words_of_last
from channels_in.grammar import Act, Command, FreeText, read
from channels_in.incoming import Answer, Incoming
from channels_in.matching import plain_digest
from channels_in.models import Fate, Message
from complaints.models import Citizen, Complaint
from complaints.references import written
from complaints.states import State
from notices.rendering import render, render_text
from offices import actors
from offices.actors import Actor
from offices.tree import queue_with
from workflows import actions, notify
from workflows.models import ComplaintTask
from workflows.refusals import Refusal
from workflows.writer import Done, ways_open_to

SAME_TEXT_WITHIN = dt.timedelta(hours=24)  # of a complaint; operators and citizens send it again
SAME_COMMAND_WITHIN = dt.timedelta(minutes=10)
MORE_WORDS_WITHIN = dt.timedelta(minutes=10)  # old phones send a long text as several messages
FEWEST_WORDS, FEWEST_LETTERS = 3, 12  # one of the two makes a complaint
MOST_AN_HOUR = 60  # messages of one number
MOST_A_DAY = 20  # new complaints of one number

# What the office said last, for HALI to say again.
SPOKEN = {
    State.WAITING: ("ask",),
    State.ANSWERED: ("answer", "approve"),
    State.CLOSED: ("answer", "approve", "note", "reject", "uphold", "pass_on"),
}


@dataclass(frozen=True)
class Caller:
    """Who wrote: the message, the moment, and the citizen if the number is known."""

    incoming: Incoming
    at: dt.datetime
    citizen: Citizen | None

    @property
    def language(self) -> str:
        """The language in which this citizen is answered."""
        return self.citizen.language if self.citizen else self.incoming.language

    @property
    def by(self) -> Actor:
        """The citizen as an actor, who hears what a move says in the answer to the message."""
        citizen_id = self.citizen.pk if self.citizen else None
        return actors.citizen(citizen_id, via=self.incoming.channel, hears_in_answer=True)

    def hears(self, kind: str, case: Complaint | None = None, **facts: Any) -> Answer:
        """Answer with a text of `templates/notices/`, in the citizen's language."""
        if case is not None:
            facts = {"ref": written(case.reference), "discreet": case.discreet, **facts}
        return Answer(render_text(kind, self.language, facts), case)


def converse(incoming: Incoming, at: dt.datetime) -> Answer:
    """Do what one message of a phone asks, and give the words of the answer. What is refused is said in words."""
    wait_for_earlier(incoming.sender)
    caller = Caller(incoming, at, known_citizen(incoming.sender))
    said = read(incoming.text)
    return (
        said_again(caller, said)
        or (caller.hears("busy") if sends_too_much(caller) else None)
        or (obey(caller, said) if isinstance(said, Command) else hear_out(caller, said.words))
    )


def wait_for_earlier(sender: str) -> None:
    """Let the messages of one number be handled one after the other, until the transaction ends."""
    if sender:
        key = int.from_bytes(hashlib.sha256(f"sms:{sender}".encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


# The same text again, and too much of it.


def said_again(caller: Caller, said: Command | FreeText) -> Answer | None:
    """Answer what was said just before: a complaint with its reference, a command with its first answer."""
    if isinstance(said, FreeText) or said.act == Act.LODGE:
        return known_already(caller)
    if said.act not in CHANGES or (said.reference is None and waiting_for(caller, said).exists()):
        return None
    earlier = earlier_messages(caller, SAME_COMMAND_WITHIN).first()
    return Answer(earlier.answer["text"], earlier.complaint) if earlier else None


def known_already(caller: Caller) -> Answer | None:
    """Answer words that were taken in before with the reference that they got."""
    earlier = earlier_messages(caller, SAME_TEXT_WITHIN).first()
    return caller.hears("duplicate", earlier.complaint) if earlier else None


def earlier_messages(caller: Caller, within: dt.timedelta) -> Any:
    """Give the messages with the same words from the same number that changed something, oldest first.

    Also those received a little later than this one: of two at once, either may be handled first.
    """
    return messages_of(caller, within).filter(
        text_digest=plain_digest(caller.incoming.text),
        fate=Fate.TAKEN,
        complaint__isnull=False,
        answer__facts__done=True,
    )


def messages_of(caller: Caller, within: dt.timedelta) -> Any:
    """Give the messages that came from this number lately, this one among them, oldest first."""
    sender = digest_of(caller.incoming.sender) or None  # nobody's messages are not one person's
    lately = Message.objects.filter(sender_digest=sender, received_at__gt=caller.at - within)
    return lately.order_by("received_at", "id")


def sends_too_much(caller: Caller) -> bool:
    """Say whether this number has sent more in an hour than people do."""
    return messages_of(caller, dt.timedelta(hours=1))[: MOST_AN_HOUR + 1].count() > MOST_AN_HOUR


def complains_too_much(caller: Caller) -> bool:
    """Say whether this number has made more complaints in a day than people do."""
    if caller.citizen is None:
        return False
    since = caller.at - dt.timedelta(days=1)
    lately = Complaint.objects.filter(citizen=caller.citizen, entered_at__gt=since, channel=caller.incoming.channel)
    return lately.count() >= MOST_A_DAY


# Free text.


def hear_out(caller: Caller, words: str) -> Answer:
    """Take words without a command: an answer to our question, more words, or a new complaint."""
    if not words:
        return caller.hears("need_more")
    if caller.citizen:
        if asked := the_one(waiting_for_reply(caller)):
            return give_reply(caller, asked, words)
        if begun := complaint_just_made(caller):
            return add(caller, begun, words)
    return lodge(caller, words)


def lodge(caller: Caller, words: str) -> Answer:
    """Take a new complaint in, if it says enough."""
    if says_too_little(words):
        return caller.hears("need_more")
    if complains_too_much(caller):
        return caller.hears("busy")
    done = intake.lodge(
        replace(caller.incoming, text=words, language=caller.language), caller.at, hears_in_answer=True
    )  # fmt: skip
    return told(done)


def says_too_little(words: str) -> bool:
    """Say whether nobody could tell from these words what is wrong."""
    spoken = [word for word in words.split() if any(letter.isalpha() for letter in word)]
    return len(spoken) < FEWEST_WORDS and sum(letter.isalpha() for letter in words) < FEWEST_LETTERS


def complaint_just_made(caller: Caller) -> Complaint | None:
    """Give the complaint that this number made a moment ago, if nobody has begun to work on it."""
    since = caller.at - MORE_WORDS_WITHIN
    begun = [State.RECEIVED, State.QUEUED]
    latest = cases_of(caller).filter(channel=caller.incoming.channel, entered_at__gte=since).first()
    return latest if latest and latest.state in begun and not latest.floor_id else None


# Commands.


def obey(caller: Caller, command: Command) -> Answer:
    """Do what a command asks; what only looked like one is heard out."""
    return COMMANDS[command.act](caller, command)


def on_named_case(act: Callable[[Caller, Complaint, Command], Answer]) -> Callable[[Caller, Command], Answer]:
    """Let a command act on the case of its reference, or on the one that waits for it."""

    def obeyed(caller: Caller, command: Command) -> Answer:
        if command.reference is None:
            return on_waiting_case(caller, command, act)
        case = cases_of(caller).filter(reference=command.reference).first()
        return act(caller, case, command) if case else caller.hears("no_such")

    return obeyed


def on_waiting_case(
    caller: Caller, command: Command, act: Callable[[Caller, Complaint, Command], Answer]
) -> Answer:  # fmt: skip
    """Act on the one case that waits for such a word; otherwise ask which, or hear the words out."""
    waiting = list(waiting_for(caller, command))
    if len(waiting) == 1:
        return act(caller, waiting[0], command)
    if waiting:
        return ask_which(caller, waiting, command)
    if command.act == Act.ADD and (begun := complaint_just_made(caller)):
        return add_to(caller, begun, command)
    latest = cases_of(caller).first()
    if latest is None or not says_too_little(command.words):
        return known_already(caller) or hear_out(caller, command.whole)
    return refused(caller, latest)


def waiting_for(caller: Caller, command: Command) -> Any:
    """Give the cases that a command without a reference may mean."""
    return waiting_for_reply(caller) if command.act == Act.ADD else waiting_for_verdict(caller)


def ask_which(caller: Caller, waiting: list[Complaint], command: Command) -> Answer:
    """Say that several wait, and how to name one: for an answer to a question, the newest question again."""
    if command.act == Act.ADD:
        return caller.hears("asked", waiting[0], question=words_of_last(waiting[0], SPOKEN[State.WAITING]))
    return caller.hears("which", waiting[0], n=len(waiting))


def confirm(caller: Caller, case: Complaint, command: Command) -> Answer:
    """NDIYO: it is settled."""
    return make(caller, case, actions.confirm)


def dispute(caller: Caller, case: Complaint, command: Command) -> Answer:
    """HAPANA: it is not settled, whether it was answered or has been closed since."""
    move = actions.reopen if case.state == State.CLOSED else actions.dispute
    return make(caller, case, move, words=command.words)


def withdraw(caller: Caller, case: Complaint, command: Command) -> Answer:
    """GHAIRI: nobody need work on it."""
    return make(caller, case, actions.withdraw)


def add_to(caller: Caller, case: Complaint, command: Command) -> Answer:
    """ONGEZA: the answer to our question if there is one, otherwise more words."""
    if not command.words.strip():
        return caller.hears("need_more")
    return (give_reply if case.state == State.WAITING else add)(caller, case, command.words)


def give_reply(caller: Caller, case: Complaint, words: str) -> Answer:
    """Give the citizen's answer to whoever asked."""
    return make(caller, case, actions.reply, words=words)


def add(caller: Caller, case: Complaint, words: str) -> Answer:
    """Lay more words to the case."""
    return make(caller, case, actions.add_words, words=words)


def tell_status(caller: Caller, command: Command) -> Answer:
    """HALI: how it stands; without a reference, how the latest does."""
    cases = cases_of(caller)
    case = cases.filter(reference=command.reference).first() if command.reference is not None else cases.first()
    return caller.hears("status", case, **status_facts(case, caller.language)) if case else caller.hears("no_such")


def set_language(caller: Caller, command: Command) -> Answer:
    """LUGHA: write to this number in that language from now on; said with the help, in that language."""
    citizen = citizen_with(caller.incoming.sender, language=command.words, at=caller.at)
    if citizen:
        actions.speak(citizen, command.words)
    return replace(caller, citizen=citizen).hears("help")


COMMANDS: dict[Act, Callable[[Caller, Command], Answer]] = {
    Act.STATUS: tell_status,
    Act.CONFIRM: on_named_case(confirm),
    Act.DISPUTE: on_named_case(dispute),
    Act.ADD: on_named_case(add_to),
    Act.WITHDRAW: on_named_case(withdraw),
    Act.LODGE: lambda caller, command: lodge(caller, command.words),
    Act.LANGUAGE: set_language,
    Act.HELP: lambda caller, command: caller.hears("help"),
}
CHANGES = {Act.CONFIRM, Act.DISPUTE, Act.ADD, Act.WITHDRAW}
DONE = {"done": True}  # kept with the answer: the message changed something


# The cases of a number, and their moves.


def cases_of(caller: Caller) -> Any:
    """Give the cases of this number, newest first."""
    mine = Complaint.objects.filter(citizen=caller.citizen) if caller.citizen else Complaint.objects.none()
    return mine.select_related("category", "citizen", "lead").order_by("-id")


def waiting_for_verdict(caller: Caller) -> Any:
    """Give those that are answered and wait for NDIYO or HAPANA."""
    return cases_of(caller).filter(state=State.ANSWERED)


def waiting_for_reply(caller: Caller) -> Any:
    """Give those with an open question whose time has not run out."""
    in_time = ComplaintTask.objects.open().main().filter(due_at__gt=caller.at)
    return cases_of(caller).filter(state=State.WAITING, task_set__in=in_time)


def the_one(cases: Any) -> Complaint | None:
    """Give the only case there is; None when there are none or several."""
    found = list(cases[:2])
    return found[0] if len(found) == 1 else None


def open_task(case: Complaint) -> ComplaintTask | None:
    """Give the step that a case is at; None once it has ended."""
    return ComplaintTask.objects.open().main().filter(process=case).select_related("process").first()


def make(caller: Caller, case: Complaint, move: Callable[..., Done], **words: str) -> Answer:
    """Make a move for the citizen, and give what it tells them; or say why not."""
    task = open_task(case)
    if task is None:
        return caller.hears("closed_already", case)
    try:
        done = move(task, by=caller.by, at=caller.at, **words)
    except Refusal:
        return refused(caller, case)
    return told(done) if done.notice else replace(caller.hears("added", case), facts=DONE)


def told(done: Done) -> Answer:
    """Give the notice of a move as the answer itself."""
    assert done.notice is not None  # the citizen hears it in the answer
    return Answer(render(done.notice), done.case, DONE)


def refused(caller: Caller, case: Complaint) -> Answer:
    """Say that it cannot be done as the case stands; of a closed one, how long it can be opened again."""
    task = open_task(case)
    if case.state == State.ENDED or task is None:
        return caller.hears("closed_already", case)
    if case.state == State.CLOSED and task.due_at and may_reopen(caller, task):
        return caller.hears("closed_already", case, days=max(1, (task.due_at - caller.at).days))
    with override(caller.language):
        return caller.hears("not_open", case, state=state_in_words(case))


def may_reopen(caller: Caller, task: ComplaintTask) -> bool:
    """Say whether the citizen could open it again now."""
    return any(way.move == "reopen" for way in ways_open_to(task, caller.by, caller.at))


def status_facts(case: Complaint, language: str) -> dict[str, Any]:
    """Give what HALI tells of a case: its state, office and date, and what the office said last."""
    task = open_task(case)
    facts: dict[str, Any] = {"words": words_of_last(case, SPOKEN.get(State(case.state), ()))}
    with override(language):
        facts["state"] = state_in_words(case)
    if task is None or task.queue_id is None:
        return facts
    queue = queue_with(task.queue_id)
    facts |= notify.facts_of(case, queue, task.due_at)
    return facts | ({} if case.discreet else {"office": notify.office_in(language, queue)})
