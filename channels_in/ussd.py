"""The USSD menu: file, follow, confirm, help, in Swahili and English, over the very conversation that SMS has.

A session lasts seconds and a screen holds 182 characters, so the menu only gathers what the citizen means and says it as an SMS would:
`LALAMIKO ...`, `HALI 2648...`, `NDIYO 2648...`. What must be written long is asked by SMS. Where a session stands is kept here, not in
what the phone sends; one that drops can be taken up again within `RESUMED_WITHIN`, and a call that is repeated gets its screen again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from channels_in.caller import Caller, cases_to_tell_of, waiting_for_verdict
from channels_in.citizens import digest_of, known_citizen
from channels_in.conversation import converse
from channels_in.follow import state_in_words
from channels_in.incoming import Incoming
from channels_in.intake import take_in
from channels_in.models import UssdSession
from complaints.models import Complaint
from complaints.references import written
from notices.rendering import plain

LONGEST_SCREEN = 182  # characters of the SMS alphabet, by 3GPP TS 23.038
RESUMED_WITHIN = dt.timedelta(minutes=10)
MOST_CASES = 4  # that one screen lists
BACK = "0"


@dataclass(frozen=True)
class Typed:
    """What a phone has typed in a session: all of it from the beginning, joined by `*`."""

    channel: str
    session: str
    phone: str  # E.164
    text: str


@dataclass(frozen=True)
class Screen:
    """What the phone shows, and whether it waits for more to be typed."""

    words: str
    goes_on: bool


def answer(typed: Typed, at: dt.datetime) -> Screen:
    """Give the next screen of a session; a call that is repeated does nothing new and gets the same screen."""
    session = _session(typed, at)
    if session.shown and typed.text == session.typed and not (session.over and not typed.text):
        return Screen(session.shown, not session.over)
    if session.over:  # a gateway that uses the id of a session again
        session.shown, session.typed, session.known = "", "", {}
    with override(session.language):
        walk = Walk(session, typed, at)
        screen = walk.begin() if not session.shown else STEPS[session.step](walk, _newest(session.typed, typed.text))
    session.typed, session.shown, session.over, session.moved_at = typed.text, fit(screen.words), not screen.goes_on, at
    session.save()
    return Screen(session.shown, screen.goes_on)


def _session(typed: Typed, at: dt.datetime) -> UssdSession:
    """Give the session, new or known. Another phone's under the same id is not this phone's."""
    citizen = known_citizen(typed.phone)
    new = UssdSession(
        channel=typed.channel, session=typed.session, phone_digest=digest_of(typed.phone), moved_at=at,
        language=citizen.language if citizen else "sw",
    )  # fmt: skip
    UssdSession.objects.bulk_create([new], ignore_conflicts=True)
    return UssdSession.objects.get(
        channel=typed.channel, session=typed.session, phone_digest=new.phone_digest
    )  # fmt: skip


def _newest(before: str, now: str) -> str:
    """Give what was typed last: words may hold a `*` of their own."""
    if not before:
        return now.strip()
    return now[len(before) + 1 :].strip() if now.startswith(f"{before}*") else now.rpartition("*")[2].strip()


def fit(words: str) -> str:
    """Put a screen into the SMS alphabet, and cut it where it is too long."""
    lines = "\n".join(plain(line) for line in words.split("\n"))
    return lines if len(lines) <= LONGEST_SCREEN else f"{lines[: LONGEST_SCREEN - 3].rstrip()}..."


@dataclass
class Walk:
    """One step through the menu: where the session stands, and what it says for the citizen."""

    session: UssdSession
    typed: Typed
    at: dt.datetime

    @property
    def caller(self) -> Caller:
        """The citizen, as the conversation knows them."""
        return Caller(self.message(""), self.at, known_citizen(self.typed.phone))

    def message(self, text: str) -> Incoming:
        """Give what an SMS would say, under an id that a repeated call has as well."""
        id = f"{self.typed.session[:100]}:{hashlib.sha256(self.typed.text.encode()).hexdigest()}"
        return Incoming(self.typed.channel, id, text, self.typed.phone, language=self.session.language)

    def asks(self, step: str, words: str, **known: str) -> Screen:
        """Go to a step, and show what it asks."""
        self.session.step = step
        self.session.known = {**self.session.known, **known}
        return Screen(words, goes_on=True)

    def says(self, text: str) -> Screen:
        """Say for the citizen what an SMS would, and end with the answer."""
        return Screen(take_in(self.message(text), converse, at=self.at).text, goes_on=False)

    # Where each way leads.

    def begin(self) -> Screen:
        """Begin, or offer to go on where an earlier session of this phone was dropped."""
        dropped = self._dropped()
        if dropped is None:
            return self.menu()
        UssdSession.objects.filter(pk=dropped.pk).update(over=True)  # this one has all of it now
        stood = {} if dropped.step == "resume" else {"left_shown": dropped.shown, "left_step": dropped.step}
        choices = _("You stopped on the way.\n1. Go on\n2. Begin anew")
        return self.asks("resume", choices, **{**dropped.known, **stood})

    def _dropped(self) -> UssdSession | None:
        """Give the session that this phone left a moment ago with something typed."""
        own = UssdSession.objects.filter(phone_digest=self.session.phone_digest, over=False).exclude(step="menu")
        lately = own.filter(moved_at__gt=self.at - RESUMED_WITHIN).exclude(pk=self.session.pk)
        return lately.order_by("-moved_at").first()

    def menu(self) -> Screen:
        """Show the menu in the language of the session."""
        self.session.known = {}
        with override(self.session.language):
            return self.asks("menu", _("Complaints\n1. Complain\n2. Follow\n3. Is it settled?\n4. Help\n5. Kiswahili"))

    def cases(self, step: str, found: list[Complaint], show: Callable[[Complaint], Screen], none: str) -> Screen:
        """Let one of several cases be chosen; the only one is chosen already."""
        if not found:
            return Screen(none, goes_on=False)
        if len(found) == 1:
            return show(found[0])
        lines = [f"{number}. {written(case.reference)}" for number, case in enumerate(found, start=1)]
        lines = [f"{line} {state_in_words(case)}"[:38] for line, case in zip(lines, found, strict=True)]
        return self.asks(step, "\n".join([*lines, _("0. Back")]), choices=",".join(case.reference for case in found))

    def chosen(self, typed: str) -> str:
        """Give the reference that was chosen from a list; nothing for what stands in none."""
        choices = self.session.known.get("choices", "").split(",")
        return choices[int(typed) - 1] if typed in map(str, range(1, len(choices) + 1)) else ""

    def again(self) -> Screen:
        """Show the same screen again: what was typed is no choice."""
        return Screen(self.session.shown, goes_on=True)

    def asks_verdict(self, reference: str) -> Screen:
        """Ask whether the answer has settled it."""
        asked = _("%(ref)s was answered. Is it settled?\n1. Yes\n2. No\n0. Back") % {"ref": written(reference)}
        return self.asks("verdict", asked, reference=reference)


# The steps: each takes what was typed on its screen, and gives the next.


def on_menu(walk: Walk, typed: str) -> Screen:
    """Go where the menu leads."""
    if typed == "1":
        return walk.asks("place", _("Where is it? Write the street and the ward.\n0. Back"))
    if typed == "2":
        found, none = list(cases_to_tell_of(walk.caller)[:MOST_CASES]), _("No complaint has come from this phone.")
        return walk.cases("follow", found, lambda case: walk.says(f"HALI {case.reference}"), none)
    if typed == "3":
        found, none = list(waiting_for_verdict(walk.caller)[:MOST_CASES]), _("No answer waits for your word.")
        return walk.cases("answered", found, lambda case: walk.asks_verdict(case.reference), none)
    if typed == "4":
        return walk.says("MSAADA")
    if typed == "5":
        walk.session.language = "sw" if walk.session.language == "en" else "en"
        take_in(walk.message(f"LUGHA {walk.session.language}"), converse, at=walk.at)
        return walk.menu()
    return walk.again()


def on_place(walk: Walk, typed: str) -> Screen:
    """Keep the place, and ask what is wrong."""
    if typed == BACK:
        return walk.menu()
    if len(typed) < 2:
        return walk.again()
    asked = _("What is wrong? Write it in a few words.\n1. I will write it by SMS\n0. Back")
    return walk.asks("words", asked, place=typed)


def on_words(walk: Walk, typed: str) -> Screen:
    """Lodge it, or say where it is to be written."""
    if typed == BACK:
        return walk.menu()
    if typed == "1":
        code = {"code": settings.SMS_SHORT_CODE}
        return Screen(_("Write your complaint, and where it is, by SMS to %(code)s.") % code, goes_on=False)
    if len(typed) < 3:
        return walk.again()
    return walk.says(f"LALAMIKO {typed}. {walk.session.known['place']}")


def on_follow(walk: Walk, typed: str) -> Screen:
    """Say how the chosen case stands."""
    if typed == BACK:
        return walk.menu()
    return walk.says(f"HALI {reference}") if (reference := walk.chosen(typed)) else walk.again()


def on_answered(walk: Walk, typed: str) -> Screen:
    """Ask for a verdict on the chosen case."""
    if typed == BACK:
        return walk.menu()
    return walk.asks_verdict(reference) if (reference := walk.chosen(typed)) else walk.again()


def on_verdict(walk: Walk, typed: str) -> Screen:
    """Take a yes; ask why it is a no."""
    if typed == "1":
        return walk.says(f"NDIYO {walk.session.known['reference']}")
    if typed == "2":
        return walk.asks("why", _("What is not settled? Write it in a few words.\n0. Back"))
    return walk.menu() if typed == BACK else walk.again()


def on_why(walk: Walk, typed: str) -> Screen:
    """Take a no with its reason."""
    if typed == BACK:
        return walk.menu()
    return walk.says(f"HAPANA {walk.session.known['reference']} {typed}") if typed else walk.again()


def on_resume(walk: Walk, typed: str) -> Screen:
    """Go on where the earlier session stood, or begin anew."""
    known = dict(walk.session.known)
    if typed == "1":
        return walk.asks(known["left_step"], known["left_shown"])
    return walk.menu() if typed in ("2", BACK) else walk.again()


STEPS: dict[str, Callable[[Walk, str], Screen]] = {
    "menu": on_menu,
    "place": on_place,
    "words": on_words,
    "follow": on_follow,
    "answered": on_answered,
    "verdict": on_verdict,
    "why": on_why,
    "resume": on_resume,
}
