"""What an SMS means, and what is said back: `converse` is the handling that `take_in` gives every message of a phone.

In this order: the same text again; a command; an answer to an open question, an officer's or ours where it is; more words to a complaint just made; words on
an answer, which ask for a plain yes or no; a new complaint. The phone proves itself: a case answers only to the number that it came from, and to every other number each
command says the same as for a reference that does not exist.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import connection

from channels_in import about, intake
from channels_in.about import subjects_to_ask_about
from channels_in.caller import (
    AGAIN,
    DONE,
    Caller,
    cases_of,
    cases_to_tell_of,
    messages_of,
    open_task,
    steps_of,
    the_one,
    waiting_for_reply,
    waiting_for_verdict,
)
from channels_in.citizens import citizen_with, known_citizen
from channels_in.emergency import speaks_of_danger
from channels_in.follow import is_left_alone, last_said, move_meant
from channels_in.grammar import THANKS, Act, Command, FreeText, read
from channels_in.incoming import Answer, Incoming
from channels_in.language import language_of
from channels_in.letters import STANDS, is_answered, letter_to
from channels_in.matching import find_category, find_place, plain_digest
from channels_in.models import Fate
from channels_in.readers import readers_of
from channels_in.spoken_moves import days_to_reopen, make, refused, status_facts, told
from channels_in.too_much import A_DAY, AN_HOUR, busy, complains_too_much, sends_too_much
from channels_in.where import QUESTION, is_unplaced, labels_of, place_said, places_to_ask_about
from complaints.models import Category, Complaint, Entry, Priority
from complaints.pins import is_pin_of, pin_of
from complaints.states import Outcome, State
from offices.spelling import words_of
from offices.tree import line_of
from workflows import actions, wishes
from workflows.refusals import says_something

SAME_TEXT_WITHIN = dt.timedelta(hours=24)  # of a complaint; operators and citizens send it again
SAME_COMMAND_WITHIN = dt.timedelta(minutes=10)
MORE_WORDS_WITHIN = dt.timedelta(minutes=10)  # old phones send a long text as several messages
FEWEST_WORDS, FEWEST_LETTERS = 3, 12  # one of the two makes a complaint
MOST_WRONG_PINS = 5  # a day, from one number
MOST_COUNTED = 100  # cases of one number
MARKS = [str(stars) for stars in range(1, wishes.MOST_STARS + 1)]
REASON = "reason"


def converse(incoming: Incoming, at: dt.datetime) -> Answer:
    """Do what one message of a phone asks, and give the words of the answer. What is refused is said in words."""
    wait_for_earlier(incoming.sender)
    caller = Caller(in_own_language(incoming), at, known_citizen(incoming.sender))
    said = read(incoming.text)
    answer = (
        said_again(caller, said)
        or (busy(caller, AN_HOUR) if sends_too_much(caller) else None)
        or (obey(caller, said) if isinstance(said, Command) else hear_out(caller, said.words))
    )
    return with_112(caller, answer) if speaks_of_danger(incoming.text) else answer


def with_112(caller: Caller, answer: Answer) -> Answer:
    """Say first whom to call where life is in danger, whatever else was meant; the case that the words reached goes first from now on."""
    if not answer.text:
        return answer
    case = answer.complaint
    if case is None or not answer.facts.get("done"):
        return replace(caller.hears("emergency"), complaint=case, facts=answer.facts)
    if case.priority != Priority.URGENT and (task := open_task(case)):
        actions.mark_urgent(task, by=caller.by, at=caller.at)
    pin = {"pin": pin_of(case)} if case.discreet and case.entered_at == caller.at else {}
    asks = {"asks": True} if answer.facts.get("asks") == QUESTION else {}
    return replace(caller.hears("emergency", case, **pin, **asks), facts=answer.facts)


def in_own_language(incoming: Incoming) -> Incoming:
    """Give an SMS with the language in which it is written: a number that we do not know yet is answered in it."""
    return replace(incoming, language=language_of(incoming.text)) if incoming.channel.startswith("sms") else incoming


def wait_for_earlier(sender: str) -> None:
    """Let the messages of one number be handled one after the other, until the transaction ends."""
    if sender:
        key = int.from_bytes(hashlib.sha256(f"sms:{sender}".encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


# The same text again.


def said_again(caller: Caller, said: Command | FreeText) -> Answer | None:
    """Answer what was said just before: a complaint with its reference, a command with its first answer."""
    if isinstance(said, FreeText):
        return known_already(caller, asked_at(caller, None))
    if said.act in (Act.LODGE, Act.CONFIDE):
        return known_already(caller)
    if said.act not in CHANGES or (said.reference is None and waiting_for(caller, said).exists()):
        return None
    earlier = earlier_messages(caller, SAME_COMMAND_WITHIN, asked_at(caller, said.reference)).first()
    return Answer(earlier.answer["text"], earlier.complaint, AGAIN) if earlier else None


def known_already(caller: Caller, since: dt.datetime | None = None) -> Answer | None:
    """Answer words that were taken in before with the reference that they got, unless something was asked `since`."""
    earlier = earlier_messages(caller, SAME_TEXT_WITHIN, since).first()
    return replace(caller.hears("duplicate", earlier.complaint), facts=AGAIN) if earlier else None


def asked_at(caller: Caller, reference: str | None) -> dt.datetime | None:
    """Say when we asked or wrote what these words may answer: of the case named, or the only one. The complaint itself is no answer."""
    if caller.citizen is None:
        return None
    asked = waiting_for_reply(caller)
    case = the_one(asked if reference is None else asked.filter(reference=reference))
    letter = letter_to(caller, reference)
    task = open_task(case) if case and not caller.writes_again(case.words) else None
    spoken = [letter.at] if letter and not caller.writes_again(letter.complaint.words) else []
    spoken += [task.created] if task else []
    return max(spoken + (our_questions(caller) if reference is None else []), default=None)


def our_questions(caller: Caller) -> list[dt.datetime]:
    """Say when we last asked this number something by ourselves, and when a case was closed that a mark can be given for."""
    asked = messages_of(caller, STANDS).filter(answer__facts__has_key="asks").last()
    confirmed = last_confirmed(caller)
    return ([asked.received_at] if asked else []) + ([confirmed.at] if confirmed else [])


def earlier_messages(caller: Caller, within: dt.timedelta, since: dt.datetime | None) -> Any:
    """Give the messages with the same words from the same number that changed something, oldest first.

    Also those received a little later than this one: of two at once, either may be handled first. What was said before
    a question was asked does not answer it.
    """
    same = messages_of(caller, within).filter(
        text_digest=plain_digest(caller.incoming.text),
        fate=Fate.TAKEN,
        complaint__isnull=False,
        answer__facts__done=True,
    )
    return same.filter(received_at__gte=since) if since else same


# Free text.


def hear_out(caller: Caller, words: str) -> Answer:
    """Take words without a command: an answer to our question, more words, perhaps a verdict, or a new complaint."""
    if not words:
        return caller.hears("need_more")
    if caller.citizen and speaks_of_danger(words):
        begun = complaint_just_made(caller)
        return add(caller, begun, words) if begun and begun.priority == Priority.URGENT else lodge(caller, words)
    if caller.citizen:
        if owed := reason_owed(caller):
            return appeal_with(caller, owed, words)
        if letter := letter_to(caller):
            if not surely_names_another_subject(words, letter.complaint):
                return answer_letter(caller, letter.complaint, words)
        elif asked := the_one(waiting_for_reply(caller)):
            return give_reply(caller, asked, words)
        if placed := take_place(caller, words) or take_subject(caller, words) or take_mark(caller, words):
            return placed
        if begun := complaint_just_made(caller):
            return add(caller, begun, words)
        answered = the_one(waiting_for_verdict(caller))
        if answered and not (names_another_place(words, answered) or names_another_subject(words, answered)):
            return ask_for_verdict(caller, answered, words)
    return lodge(caller, words)


def answer_letter(caller: Caller, case: Complaint, words: str) -> Answer:
    """Lay words to the case on which an office has just written; where it has been answered, they do not say yet whether it is settled."""
    if case.state == State.WAITING:
        return give_reply(caller, case, words)
    return (ask_for_verdict if case.state == State.ANSWERED else add)(caller, case, words)


def names_another_place(words: str, case: Complaint) -> bool:
    """Say whether the words name a place that neither holds the case's own nor lies in it."""
    place, _confidence = find_place(words)
    if place is None or case.place_id is None:
        return place is not None
    return place.pk not in line_of(case.place_id).ids and case.place_id not in line_of(place.pk).ids


def names_another_subject(words: str, case: Complaint) -> bool:
    """Say whether the words clearly speak of another subject; of a sensitive one, whether they speak of it at all."""
    category, confidence = find_category(words)
    if category is None or category.pk == case.category_id:
        return False
    if category.sensitive or category.protected:
        return True
    return case.category_id is not None and confidence >= settings.ROUTING_SURE


def surely_names_another_subject(words: str, case: Complaint) -> bool:
    """Say whether the words can hardly be about the case: short answers ("I will be at home with the child") often sound like something else."""
    category, confidence = find_category(words)
    return category is not None and category.pk != case.category_id and confidence >= settings.ROUTING_SURE


def ask_for_verdict(caller: Caller, case: Complaint, words: str) -> Answer:
    """Keep the words with the case, and ask for a plain NDIYO or HAPANA: what they mean is not guessed."""
    kept = add(caller, case, words)
    return replace(caller.hears("yes_or_no", case), facts=DONE) if kept.facts else kept


def lodge(caller: Caller, words: str, *, confidential: bool = False) -> Answer:
    """Take a new complaint in, if it says enough."""
    if says_too_little(words) and not speaks_of_danger(words):
        return caller.hears("need_more")
    if complains_too_much(caller):
        return busy(caller, A_DAY)
    incoming = replace(caller.incoming, text=words, language=caller.language, confidential=confidential)
    done = intake.lodge(incoming, caller.at, hears_in_answer=True)
    if is_unplaced(done.case):
        return ask_where(caller, done.case)
    subjects = subjects_to_ask_about(done.case)
    return ask_about(caller, done.case, subjects) if subjects else told(done)


def ask_where(caller: Caller, case: Complaint) -> Answer:
    """Say that it is received, and ask once where it is; the question stands with the answer for three days."""
    choices = places_to_ask_about(case)
    answer = caller.hears("where", case, places=labels_of(choices))
    return replace(answer, facts=DONE | {"asks": QUESTION, "choices": [office.code for office in choices]})


def ask_about(caller: Caller, case: Complaint, choices: list[Category]) -> Answer:
    """Say that it is received, and ask once which of these subjects it is about."""
    answer = caller.hears("about", case, subjects=about.labels_of(choices, caller.language))
    return replace(answer, facts=DONE | {"asks": about.QUESTION, "choices": [each.code for each in choices]})


def take_subject(caller: Caller, words: str) -> Answer | None:
    """Take the answer to the question what it is about; None where none is open, or the words choose nothing."""
    asked = messages_of(caller, STANDS).filter(answer__facts__asks=about.QUESTION).last()
    if asked is None or asked.complaint is None or asked.complaint.state != State.RECEIVED:
        return None
    chosen = about.subject_said(words, asked.answer["facts"]["choices"])
    return make(caller, asked.complaint, actions.say_subject, words=words, category=chosen) if chosen else None


def take_mark(caller: Caller, words: str) -> Answer | None:
    """Take a number alone for the mark of the case that was confirmed last, within three days; None for anything else."""
    said = [word for word in words_of(words) if word not in THANKS]
    if len(said) != 1 or said[0] not in MARKS:
        return None
    last = last_confirmed(caller)
    return give_mark(caller, last.complaint, int(said[0])) if last else None


def last_confirmed(caller: Caller) -> Entry | None:
    """Give the newest step of the last three days by which this citizen closed a case."""
    closed = [entry for entry in steps_of(caller, "confirm", STANDS) if entry.complaint.state == State.CLOSED]
    return max(closed, key=lambda entry: entry.at, default=None)


def give_mark(caller: Caller, case: Complaint, mark: int) -> Answer:
    """Note a mark from 1 to 5 for a closed case."""
    answer = make(caller, case, actions.rate, stars=mark)
    return replace(caller.hears("rated", n=mark), complaint=case, facts=DONE) if answer.facts else answer


def take_place(caller: Caller, words: str) -> Answer | None:
    """Take the answer to the question where it is; None where none is open, or the words name no place."""
    asked = messages_of(caller, STANDS).filter(answer__facts__asks=QUESTION).last()
    if asked is None or asked.complaint is None or not is_unplaced(asked.complaint):
        return None
    place, sure = place_said(words, asked.complaint, asked.answer["facts"]["choices"])
    return make(caller, asked.complaint, actions.say_place, words=words, place=place, sure=sure) if place else None


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
    """Act on the one case that waits for such a word; otherwise ask which, or hear the words out.

    To what an office has just written, any of them may be the answer.
    """
    if (letter := letter_to(caller)) and not is_answered(caller, letter):
        return answer_letter(caller, letter.complaint, command.words if command.act == Act.ADD else command.whole)
    waiting = list(waiting_for(caller, command))
    if len(waiting) == 1:
        return denied_or_new(caller, waiting[0], command) or act(caller, waiting[0], command)
    if waiting:
        return ask_which(caller, waiting, command)
    return act_on_another(caller, command, act)


def denied_or_new(caller: Caller, case: Complaint, command: Command) -> Answer | None:
    """Tell "No water in Manzese" from a HAPANA to the case that waits for one; None where it is that."""
    if command.act != Act.DISPUTE or not command.words:
        return None
    if case.place_id and names_another_place(command.words, case):
        return known_already(caller) or lodge(caller, command.whole)
    if names_another_subject(command.words, case):
        return known_already(caller) or ask_for_verdict(caller, case, command.whole)
    return None


def act_on_another(
    caller: Caller, command: Command, act: Callable[[Caller, Complaint, Command], Answer]
) -> Answer:  # fmt: skip
    """Act where nothing waits for the command itself: on an open question, or on the latest case; otherwise hear it out."""
    if command.act == Act.ADD:
        if begun := complaint_just_made(caller):
            return add_to(caller, begun, command)
    elif asked := list(waiting_for_reply(caller)):
        if len(asked) == 1:
            return act(caller, asked[0], command)
        if says_too_little(command.words):
            return ask_again(caller, asked[0])
    latest = cases_of(caller).first()
    if latest is None or not says_too_little(command.words):
        if latest and speaks_of_closed(caller, latest, command):
            return act(caller, latest, command)
        return known_already(caller) or hear_out(caller, command.whole)
    return refused(caller, latest)


def speaks_of_closed(caller: Caller, case: Complaint, command: Command) -> bool:
    """Say whether HAPANA with a reason speaks of a case that is closed and can be opened again: it names no other matter."""
    if command.act != Act.DISPUTE or case.state != State.CLOSED or find_place(command.words)[0]:
        return False
    return bool(days_to_reopen(caller, case)) and not names_another_subject(command.words, case)


def waiting_for(caller: Caller, command: Command) -> Any:
    """Give the cases that a command without a reference may mean."""
    return waiting_for_reply(caller) if command.act == Act.ADD else waiting_for_verdict(caller)


def ask_which(caller: Caller, waiting: list[Complaint], command: Command) -> Answer:
    """Say that several wait, and how to name one: for an answer to a question, the newest question again."""
    if command.act == Act.ADD:
        return ask_again(caller, waiting[0])
    return caller.hears("which", waiting[0], n=len(waiting))


def ask_again(caller: Caller, case: Complaint) -> Answer:
    """Say an open question again, with how to answer it."""
    return caller.hears("asked", case, question=last_said(case))


def confirm(caller: Caller, case: Complaint, command: Command) -> Answer:
    """NDIYO: it is settled; or yes to our question."""
    if case.state == State.WAITING:
        return give_reply(caller, case, command.whole)
    return make(caller, case, getattr(actions, move_meant(case, "confirm")))


def dispute(caller: Caller, case: Complaint, command: Command) -> Answer:
    """HAPANA: it is not settled, whether it was answered or has been closed since; or no to our question."""
    if case.state == State.WAITING:
        return give_reply(caller, case, command.whole)
    return make(caller, case, getattr(actions, move_meant(case, "dispute")), words=command.words)


def appeal(caller: Caller, command: Command) -> Answer:
    """RUFAA: one office higher with a reason, whether it was answered or has been closed since; of the case named, or the one that can be."""
    if command.reference is not None:
        case = cases_of(caller).filter(reference=command.reference).first()
        return appeal_with(caller, case, command.words) if case else caller.hears("no_such")
    open_to_appeal = cases_open_to_appeal(caller)
    if not open_to_appeal or (len(open_to_appeal) == 1 and is_another_matter(command.words, open_to_appeal[0])):
        return known_already(caller) or refused_or_heard(caller, command)
    if len(open_to_appeal) > 1:
        return caller.hears("which_appeal", open_to_appeal[0], n=len(open_to_appeal))
    return appeal_with(caller, open_to_appeal[0], command.words)


def cases_open_to_appeal(caller: Caller) -> list[Complaint]:
    """Give those that wait for a verdict; where none does, the latest closed one that can still be opened again."""
    if answered := list(waiting_for_verdict(caller)[:MOST_COUNTED]):
        return answered
    closed = cases_of(caller).filter(state=State.CLOSED)[:MOST_COUNTED]
    return [case for case in closed if days_to_reopen(caller, case)][:1]


def is_another_matter(words: str, case: Complaint) -> bool:
    """Say whether words speak of another place or subject than the case."""
    return bool(words) and (names_another_place(words, case) or names_another_subject(words, case))


def refused_or_heard(caller: Caller, command: Command) -> Answer:
    """Say that nothing can be appealed; a sentence is heard out."""
    if not says_too_little(command.words):
        return hear_out(caller, command.whole)
    latest = cases_to_tell_of(caller).first()
    return refused(caller, latest) if latest else caller.hears("no_such")


def appeal_with(caller: Caller, case: Complaint, words: str) -> Answer:
    """Take the appeal one office higher, or ask for the reason first; the last answer of the top office names where else to turn."""
    if case.outcome == Outcome.UPHELD:
        return caller.hears("upheld", case)
    if case.state not in (State.ANSWERED, State.CLOSED):
        return refused(caller, case)
    if not says_something(words):
        return replace(caller.hears("why", case), facts={"asks": REASON})
    return make(caller, case, getattr(actions, move_meant(case, "dispute")), words=words)


def reason_owed(caller: Caller) -> Complaint | None:
    """Give the case on which the last thing that we said to this number asked for the reason of an appeal."""
    last = messages_of(caller, STANDS).filter(answer__isnull=False).select_related("complaint").last()
    asked = last is not None and last.answer["facts"].get("asks") == REASON and last.complaint is not None
    letter = letter_to(caller) if asked else None
    return last.complaint if asked and not (letter and letter.at > last.received_at) else None


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
    """Lay more words to the case; nobody works on a closed one, so that its answer says how to open it again."""
    answer = make(caller, case, actions.add_words, words=words)
    if answer.facts and is_left_alone(case):
        return replace(caller.hears("closed_already", case, added=True, **days_to_reopen(caller, case)), facts=DONE)
    return answer


def tell_status(caller: Caller, command: Command) -> Answer:
    """HALI: how it stands; without a reference, how the latest does."""
    case, refusal = case_asked_about(caller, command)
    return refusal or caller.hears("status", case, **status_facts(case, caller.language))


def tell_who_read(caller: Caller, command: Command) -> Answer:
    """NANI: how many people of which offices have read it; of a discreet case only how many."""
    case, refusal = case_asked_about(caller, command)
    return refusal or caller.hears("who_read", case, **readers_of(case, caller.language))


def case_asked_about(caller: Caller, command: Command) -> tuple[Any, Answer | None]:
    """Give the case that is asked about, the named one or the latest, or why nothing is told. A discreet case asks for its digits besides."""
    if command.reference is None:
        case = cases_to_tell_of(caller).first()
    else:
        case = cases_of(caller).filter(reference=command.reference).first()
    if case is None:
        return None, caller.hears("no_such")
    if case.discreet and not proves_pin(caller, case, command.words):
        return case, replace(caller.hears("need_pin", case), facts={"pin": "wrong" if command.words else "none"})
    return case, None


def proves_pin(caller: Caller, case: Complaint, said: str) -> bool:
    """Say whether these are the case's digits, and few wrong ones have been tried from this number today."""
    wrong = messages_of(caller, A_DAY).filter(answer__facts__pin="wrong")[:MOST_WRONG_PINS].count()
    return wrong < MOST_WRONG_PINS and is_pin_of(case, said)


def rate(caller: Caller, command: Command) -> Answer:
    """ALAMA: how it was handled, for the case named or the one closed last."""
    cases = cases_of(caller)
    named = {"reference": command.reference} if command.reference is not None else {"state": State.CLOSED}
    case = cases.filter(**named).first()
    if case is None:
        return caller.hears("no_such")
    mark = command.words.strip(" .!")
    return give_mark(caller, case, int(mark)) if mark in MARKS else caller.hears("bad_rate", case)


def stop(caller: Caller, command: Command) -> Answer:
    """ACHA: no more SMS that were not asked for; the handling goes on."""
    if caller.citizen:
        actions.write_no_more(caller.citizen, quiet=True)
    return caller.hears("stopped")


def start(caller: Caller, command: Command) -> Answer:
    """ANZA: SMS again."""
    if caller.citizen:
        actions.write_no_more(caller.citizen, quiet=False)
    return caller.hears("started")


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
    Act.APPEAL: appeal,
    Act.WHO: tell_who_read,
    Act.ADD: on_named_case(add_to),
    Act.WITHDRAW: on_named_case(withdraw),
    Act.LODGE: lambda caller, command: lodge(caller, command.words),
    Act.RATE: rate,
    Act.STOP: stop,
    Act.START: start,
    Act.CONFIDE: lambda caller, command: lodge(caller, command.words, confidential=True),
    Act.LANGUAGE: set_language,
    Act.HELP: lambda caller, command: caller.hears("help"),
}
CHANGES = {Act.CONFIRM, Act.DISPUTE, Act.APPEAL, Act.ADD, Act.WITHDRAW}
