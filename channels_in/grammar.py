"""The few commands of an SMS; everything else is what the citizen has to say.

    HALI [ref [digits]]     STATUS, FUATILIA; or a reference alone; of a discreet case with the four digits of its receipt
    NDIYO [ref]             NDIO, NDYO, YES
    HAPANA [ref] [why]      NO; BADO with a reference
    RUFAA [ref] why         APPEAL: one office higher, with a reason
    NANI [ref]              WHO: who has read it
    ONGEZA [ref] words      ADD; TAARIFA, MAELEZO with a reference
    GHAIRI ref              CANCEL
    LALAMIKO words          MALALAMIKO, KERO, COMPLAINT: a new one, whatever else is open
    SIRI words              SECRET, CONFIDENTIAL: a new one, confidential
    ALAMA [ref] 1-5         RATE
    ACHA, ANZA              STOP, SITISHA, ONDOA; START: alone
    LUGHA SW|EN             LANG, LANGUAGE; or SW, KISWAHILI, EN, ENGLISH alone
    MSAADA                  HELP, INFO, alone

Most of these words also begin an ordinary sentence ("Hali ya barabara ni mbaya", "Ongeza walimu"), so a word is a
command only where the rest has its shape; whether NDIYO, HAPANA or ONGEZA without a reference answers something, only the
conversation knows. A leading DSM, the prefix of the service's first days, is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from complaints.references import LOOKALIKES, read_reference


class Act(StrEnum):
    """What a command asks for."""

    STATUS = "status"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    APPEAL = "appeal"
    WHO = "who"
    ADD = "add"
    WITHDRAW = "withdraw"
    LODGE = "lodge"
    CONFIDE = "confide"
    RATE = "rate"
    STOP = "stop"
    START = "start"
    LANGUAGE = "language"
    HELP = "help"


@dataclass(frozen=True)
class FreeText:
    """What the citizen says, with no command."""

    words: str


@dataclass(frozen=True)
class Command:
    """One command; `reference` is None when none was given, and "" when what was given can be none."""

    act: Act
    reference: str | None = None
    words: str = ""
    whole: str = ""  # the text, should it turn out that no command was meant


@dataclass(frozen=True)
class Token:
    """A piece between blanks: as a word, without marks at its edges, and where it ends."""

    word: str
    raw: str
    end: int


WORDS = {
    **dict.fromkeys(["hali", "status", "fuatilia"], Act.STATUS),
    **dict.fromkeys(["ndiyo", "ndio", "ndyo", "yes"], Act.CONFIRM),
    **dict.fromkeys(["hapana", "no", "bado"], Act.DISPUTE),
    **dict.fromkeys(["rufaa", "appeal"], Act.APPEAL),
    **dict.fromkeys(["nani", "who"], Act.WHO),
    **dict.fromkeys(["ongeza", "add", "taarifa", "maelezo"], Act.ADD),
    **dict.fromkeys(["ghairi", "cancel"], Act.WITHDRAW),
    **dict.fromkeys(["lalamiko", "malalamiko", "kero", "complaint"], Act.LODGE),
    **dict.fromkeys(["siri", "secret", "confidential"], Act.CONFIDE),
    **dict.fromkeys(["lugha", "lang", "language"], Act.LANGUAGE),
    **dict.fromkeys(["alama", "rate"], Act.RATE),
    **dict.fromkeys(["acha", "stop", "sitisha", "ondoa"], Act.STOP),
    **dict.fromkeys(["anza", "start"], Act.START),
    **dict.fromkeys(["msaada", "help", "info"], Act.HELP),
}
ONLY_WITH_REFERENCE = {"bado", "taarifa", "maelezo", "ghairi", "cancel"}
ONLY_ALONE = {Act.HELP, Act.STOP, Act.START}
LANGUAGES = {"sw": "sw", "kiswahili": "sw", "swahili": "sw", "en": "en", "english": "en", "kiingereza": "en"}
# What may stand between a command and its reference, and what a thankful citizen adds to a yes.
FILLERS = {"namba", "nambari", "na", "no", "number", "ref", "kumbukumbu", "ya", "la", "lalamiko", "complaint", ""}
THANKS = {
    "asante", "asanteni", "ahsante", "ahsanteni", "sana", "kabisa", "tayari", "nashukuru", "tunashukuru", "shukrani",
    "limetatuliwa", "imetatuliwa", "nimeridhika", "tumeridhika", "thanks", "thank", "you", "very", "much", "satisfied", "settled",
}  # fmt: skip
# What may be said of who it was: "Nani amelisoma?"
READING = {"amesoma", "amelisoma", "ameisoma", "wamesoma", "wamelisoma", "kasoma", "has", "read", "it"}
# "Lalamiko langu ni hili" says nothing without its first word.
LEADS_ON = {
    "la", "ya", "za", "wa", "langu", "letu", "lako", "lake", "lao", "yangu", "yetu", "yake", "yao", "yenu", "zangu", "zetu", "ni",
    "hii", "hili", "haya", "kubwa", "about", "is",
}  # fmt: skip

PIECES, LOOKED_AT = 200, 16  # pieces and, marks alone aside, tokens that are looked at: no command has more
REFERENCE_PARTS = 6  # 2648 - 3192 - 0576, if somebody puts blanks everywhere
PIECE = re.compile(r"\S+")
MARK = re.compile(r"[\W_]+")
EDGES = re.compile(r"^[\W_]+|[\W_]+$")
GLUED = re.compile(r"[\W_]*([^\W\d_]+)[^\w\s]*(?=\d)")  # HALI2648-3192-0576, ndiyo:2648
PIN = re.compile(r"[0-9]{4}")
LIKE_DIGITS = re.compile(r"[0-9oil]+")
LIKE_A_REFERENCE = range(9, 16)  # digits: one forgotten, or a few too many; shorter ones count something


def read(text: str) -> Command | FreeText:
    """Say which command a text is, or that it is none. Takes any text and never raises."""
    text, tokens = _without_prefix(text)
    if not tokens:
        return FreeText(text if any(letter.isalnum() for letter in text) else "")
    command = _alone(tokens) or _with_rest(text, tokens)
    return replace(command, whole=text) if command else FreeText(text)


def _without_prefix(text: str) -> tuple[str, list[Token]]:
    tokens = _tokens(text)
    if tokens and tokens[0].word == "dsm":
        text = text[tokens[0].end :]
    text = text.strip()
    glued = GLUED.match(text)
    if glued and glued[1].casefold() in WORDS:
        text = f"{glued[1]} {text[glued.end() :]}"
    return text, _tokens(text)


def _tokens(text: str) -> list[Token]:
    """Give the first pieces of a text that hold more than marks."""
    found: list[Token] = []
    for piece in islice(PIECE.finditer(text), PIECES):
        word = EDGES.sub("", unicodedata.normalize("NFKC", piece[0][:80]).casefold())
        if word or found:
            found.append(Token(word, piece[0], piece.end()))
        if len(found) == LOOKED_AT:
            break
    return found


def _alone(tokens: list[Token]) -> Command | None:
    """Read what is a command as the whole message."""
    words = [token.word for token in tokens if token.word]
    if len(words) == 1 and words[0] in LANGUAGES:
        return Command(Act.LANGUAGE, words=LANGUAGES[words[0]])
    if len(words) == 1 and WORDS.get(words[0]) in ONLY_ALONE:
        return Command(WORDS[words[0]])
    if len(words) == 2 and WORDS.get(words[0]) == Act.LANGUAGE and words[1] in LANGUAGES:
        return Command(Act.LANGUAGE, words=LANGUAGES[words[1]])
    led_to = tokens[_fillers(tokens) :]
    reference, used = _reference(led_to)
    if reference is None:
        return None
    said = _words(led_to[used:])
    return Command(Act.STATUS, reference, _pin(said)) if not said or _pin(said) else None


def _with_rest(text: str, tokens: list[Token]) -> Command | None:
    """Read a command by its first word and the shape of what follows."""
    act = WORDS.get(tokens[0].word)
    if act is None or act in ONLY_ALONE or act == Act.LANGUAGE:
        return None
    skipped = 1 + _fillers(tokens[1:])
    reference, used = _reference(tokens[skipped:], any_number=act in (Act.STATUS, Act.WHO))
    after = skipped + used - 1 if reference is not None else 0
    rest = text[tokens[after].end :].strip(" \t\n:;,.-–—")
    return _shaped(act, tokens[0].word, reference, rest)


def _shaped(act: Act, word: str, reference: str | None, rest: str) -> Command | None:
    """Give the command if what follows its word has the right shape."""
    if word in ONLY_WITH_REFERENCE and reference is None:
        return None
    said = _words(_tokens(rest))
    if act == Act.STATUS:
        return Command(act, reference, _pin(said)) if reference is not None or not said else None
    if act == Act.WHO:
        return Command(act, reference, _pin(said)) if said <= READING or _pin(said) else None
    if act == Act.RATE:
        return Command(act, reference, rest) if not said or (len(said) == 1 and next(iter(said)).isdecimal()) else None
    if act == Act.APPEAL and reference is None and _tokens(rest)[:1] and _tokens(rest)[0].word in LEADS_ON:
        return None
    if act == Act.CONFIRM:
        return Command(act, reference) if said <= THANKS and len(rest) < 60 else None
    if act == Act.WITHDRAW:
        return Command(act, reference) if not said else None
    if act in (Act.LODGE, Act.CONFIDE):
        return _lodging(act, reference, rest)
    return Command(act, reference, rest)


def _lodging(act: Act, reference: str | None, rest: str) -> Command | None:
    """Read LALAMIKO or SIRI: with a reference it speaks of an old one; before words that lean on it, it is part of the sentence."""
    tokens = _tokens(rest)
    if reference is not None:
        return Command(Act.STATUS, reference) if not tokens else None
    if tokens and tokens[0].word in LEADS_ON:
        return None
    return Command(act, words=rest) if tokens or act == Act.CONFIDE else None


def _pin(said: set[str]) -> str:
    """Give the four digits that stand after a reference and nothing else does; "" where it is otherwise."""
    only = next(iter(said), "")
    return only if len(said) == 1 and PIN.fullmatch(only) else ""


def _words(tokens: list[Token]) -> set[str]:
    return {token.word for token in tokens} - {""}


def _fillers(tokens: list[Token]) -> int:
    """Count the words that only lead to a reference."""
    count = next((index for index, token in enumerate(tokens) if token.word not in FILLERS), len(tokens))
    return count if _reference(tokens[count:])[0] is not None else 0


def _reference(tokens: list[Token], *, any_number: bool = False) -> tuple[str | None, int]:
    """Find a reference at the beginning, in any marks: it and how many tokens it takes; "" for what looks like one only."""
    like: tuple[str | None, int] = (None, 0)
    digits = ""
    for used, token in enumerate(tokens[:REFERENCE_PARTS], start=1):
        piece = MARK.sub("", unicodedata.normalize("NFKC", token.raw[:80]).casefold())
        if piece and not LIKE_DIGITS.fullmatch(piece):
            break
        digits += piece
        if (reference := read_reference(digits)) and _mostly_digits(digits):
            return reference, used
        if piece and _looks_like_one(digits, any_number):
            like = ("", used)
    return like


def _looks_like_one(digits: str, any_number: bool) -> bool:
    if not _mostly_digits(digits):
        return False
    return any_number or (len(digits) in LIKE_A_REFERENCE and not digits.translate(LOOKALIKES).startswith("0"))


def _mostly_digits(digits: str) -> bool:
    return 2 * sum(character.isdigit() for character in digits) >= len(digits) > 0
