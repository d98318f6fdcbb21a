"""Why a move is refused, in words fit for the person who asked."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A move that is not made; nothing was changed. `words` is for the person waiting."""

    words: Promise | str = _("This is not possible.")

    def __init__(self, words: Promise | str | None = None) -> None:
        super().__init__(words or self.words)
        self.words = words or self.words

    def __str__(self) -> str:
        return str(self.words)


class AlreadyDone(Refusal):
    """Somebody else was faster: the task is no longer as the person saw it."""

    words = _("Somebody else was faster: this has changed since you opened it. Look again.")


class NotOpen(Refusal):
    """The state, or a guard of the flow page, does not let this move through now."""

    words = _("This is not possible as the complaint stands now.")


class NotYours(Refusal):
    """The person may not make this move."""

    words = _("You may not do this with this complaint.")


class ReasonMissing(Refusal):
    """The flow page asks for a reason, or the move for its words."""

    words = _("Say why, in a sentence that the citizen can read.")


class EvidenceMissing(Refusal):
    """The subject asks that an answer comes with a photo or paper of what was done."""

    words = _("An answer on this subject needs a photo or a paper of what was done: attach one.")


class TooEarly(Refusal):
    """The clock is never early."""

    words = _("The deadline has not passed yet.")


class WrongTarget(Refusal):
    """The office, officer, case or body named cannot receive it."""

    words = _("It cannot go there.")


BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"  # Hangul fillers: letters to Unicode, nothing to the eye


def says_something(words: str) -> bool:
    """Say whether there is anything to read: blanks, dashes and signs that nobody sees are no reason."""
    return any(letter.isalnum() and letter not in BLANK_LETTERS for letter in words)


def needed(words: str) -> str:
    """Give the words of a move that is nothing without them, or refuse."""
    if not says_something(words):
        raise ReasonMissing(_("Write what the citizen is to read."))
    return words.strip()
