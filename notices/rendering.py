"""The words of a notice: a kind and its facts become one SMS in the citizen's language."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

import smsutil
from django.conf import settings
from django.template import Context, Engine, Template
from django.utils import timezone

from notices.links import address_of
from notices.models import Notice

LANGUAGES = ("sw", "en")
NAME_LENGTH = 28  # letters of an office's, department's or body's name
PROSE_LENGTH = 160  # letters beyond which words written by staff cannot fit anyway

NAMES = ("office", "body")
PROSE = ("question", "answer", "reason", "words")  # written by staff, so of any length: shortened until the SMS is one

# A curly quote costs the whole message: with one in it, an SMS holds 70 characters, not 160.
PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "),
        "\u2026": "...",
        "\u2022": "-",
        "\u00d7": "x",
    }
)
LINKING = {"na", "ya", "wa", "la", "za", "cha", "kwa", "and", "of", "the", "for", "&", "-"}


def render(notice: Notice) -> str:
    """Give the words of a notice as they would leave now; those of an e-mail begin with its subject, on a line of its own."""
    if notice.way == "email":
        return render_email(notice.kind, notice.language, notice.facts)
    return render_text(notice.kind, notice.language, notice.facts, notice.way)


def render_text(kind: str, language: str, facts: dict[str, Any], way: str = "sms") -> str:
    """Give the words of a kind (a folder of `templates/notices/`) in one SMS.

    Any fact may be missing; `notices.kinds` lists them. Names are cut to `NAME_LENGTH`, and what staff wrote is cut
    word by word until the message is one segment. A language that we do not write is answered in Swahili.
    """
    template = template_of(kind, way, language)
    facts = {"sc": settings.SMS_SHORT_CODE, **tidy(facts), **link_in(facts)}
    while True:
        text = closed_up(plain(template.render(Context(facts, autoescape=False, use_l10n=False))))
        longest = max(PROSE, key=lambda name: len(facts.get(name, "")))
        if segments(text) <= 1 or not facts.get(longest):
            return text
        facts[longest] = clip(facts[longest], len(facts[longest]) - excess(text))


def render_email(kind: str, language: str, facts: dict[str, Any]) -> str:
    """Give the words of an e-mail, as long as they are: the subject, an empty line, the text."""
    known = {"sc": settings.SMS_SHORT_CODE, **facts, **link_in(facts)}
    return str(template_of(kind, "email", language).render(Context(known, autoescape=False, use_l10n=False))).strip()


def template_of(kind: str, way: str, language: str) -> Template:
    """Give the template of a kind; a language that we do not write is answered in Swahili."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    return Engine.get_default().get_template(f"notices/{kind}/{way}.{language}.txt")


def link_in(facts: dict[str, Any]) -> dict[str, str]:
    """Give the link that a seed among the facts stands for."""
    return {"link": address_of(facts["seed"])} if facts.get("seed") else {}


def tidy(facts: dict[str, Any]) -> dict[str, Any]:
    """Give the facts with names and prose in the characters and at the length that an SMS can hold."""
    names = {name: short(str(facts[name])) for name in NAMES if facts.get(name)}
    prose = {name: clip(sentence(plain(str(facts[name]))), PROSE_LENGTH) for name in PROSE if facts.get(name)}
    return {**facts, **names, **prose}


def sentence(words: str) -> str:
    """End words as a sentence ends, so that the template need not ask how they do."""
    return words if not words or words[-1] in ".?!" else f"{words}."


def plain(text: str) -> str:
    """Put a text into the characters of an SMS where they exist, blanks collapsed; emoji and invisible marks go.

    Letters of other scripts stay, and then cost a segment of 70 characters.
    """
    text = text.translate(PLAIN)
    return " ".join((text if is_gsm7(text) else "".join(map(plain_character, text))).split())


def plain_character(character: str) -> str:
    """Give the nearest character of the GSM alphabet, nothing for a symbol, or a foreign letter as it is."""
    if is_gsm7(character):
        return character
    bare = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    if bare and is_gsm7(bare):
        return bare
    return character if character.isalnum() else ""


def closed_up(text: str) -> str:
    """Take out the blank that the end of a template's line leaves before a comma or a full stop."""
    return re.sub(r" +([,.;:?!])", r"\1", text)


def segments(text: str) -> int:
    """Count the SMS that a text costs."""
    return len(smsutil.split(text).parts)


def room_for(name: str, kind: str, language: str, facts: dict[str, Any]) -> int:
    """Say how many letters of what staff write (`name`, one of `PROSE`) the one SMS of a kind holds; 0 where it says none."""
    mark = "x."  # a sentence of two letters
    text = render_text(kind, language, {**facts, name: mark})
    return max(0, 160 - len(text) + len(mark)) if mark in text else 0


def says_all(name: str, kind: str, language: str, facts: dict[str, Any]) -> bool:
    """Say whether the one SMS of a kind holds the whole of what staff write (`name`, one of `PROSE`)."""
    return sentence(plain(str(facts[name]))) in render_text(kind, language, facts)


def excess(text: str) -> int:
    """Say how many characters, at least one, a text must lose before it can be one segment."""
    return max(1, len(text) - (160 if is_gsm7(text) else 70))


def is_gsm7(text: str) -> bool:
    """Say whether a text is written in the SMS alphabet alone, so that a segment holds 160 characters."""
    return bool(smsutil.is_valid_gsm(text))


def short(name: str, limit: int = NAME_LENGTH) -> str:
    """Cut a name on a word, to an abbreviation in brackets if it has one: `Jeshi la ... Tanzania (JWTZ)` is `JWTZ`."""
    name = plain(name)
    if len(name) <= limit:
        return name
    if abbreviation := re.search(r"\(([A-Z0-9-]{2,12})\)$", name):
        return abbreviation[1]
    words = (name[: limit + 1].rsplit(" ", 1)[0] if " " in name[:limit] else name[:limit]).rstrip(" ,-").split()
    while len(words) > 1 and words[-1].lower() in LINKING:
        words.pop()
    return " ".join(words).rstrip(",-")


def clip(words: str, limit: int) -> str:
    """Cut prose on a word to at most `limit` letters, three dots included; nothing if no whole word fits."""
    if len(words) <= limit:
        return words
    kept = words.removesuffix("...")[: max(limit - 2, 0)]  # one more than fits: is it a blank, the last word is whole
    kept = kept.rsplit(" ", 1)[0].rstrip(" ,.;:-") if " " in kept else ""
    return f"{kept}..." if kept else ""


def day(moment: str | dt.date | dt.datetime | None) -> str:
    """Write a date as `08/12/2026`, in the service's own time zone; an ISO string or a moment will do, or nothing."""
    if not moment:
        return ""
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment) if len(moment) > len("2026-12-08") else dt.date.fromisoformat(moment)
    if isinstance(moment, dt.datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment, timezone.get_default_timezone())
    return moment.strftime("%d/%m/%Y")


def masked(address: str) -> str:
    """Show whose number it is to those who know it, and to nobody else."""
    return f"{address[:4]}…{address[-3:]}" if len(address) > 8 else "…" if address else ""
