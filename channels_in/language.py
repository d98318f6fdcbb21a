"""In which of our two languages somebody writes, as well as the small words tell; in doubt it is Swahili."""

from __future__ import annotations

from offices.spelling import words_of

FEWEST = 2  # English words of a sentence that make it one
LOOKED_AT = 60  # words
ENGLISH = frozenset(
    [
        "the",
        "is",
        "are",
        "was",
        "there",
        "this",
        "that",
        "no",
        "not",
        "our",
        "we",
        "my",
        "they",
        "it",
        "in",
        "at",
        "on",
        "of",
        "for",
        "since",
        "from",
        "with",
        "and",
        "have",
        "has",
        "had",
        "been",
        "please",
        "near",
        "street",
        "road",
        "water",
        "light",
        "power",
        "dirty",
        "broken",
        "help",
        "you",
        "your",
        "a",
        "an",
        "to",
    ]
)
SWAHILI = frozenset(
    [
        "ya",
        "wa",
        "na",
        "ni",
        "kwa",
        "la",
        "za",
        "cha",
        "vya",
        "hakuna",
        "maji",
        "mtaa",
        "kata",
        "sana",
        "hapa",
        "kwetu",
        "siku",
        "tunaomba",
        "naomba",
        "bado",
        "yetu",
        "wetu",
        "tangu",
        "katika",
        "haya",
        "hii",
        "hiyo",
        "kuna",
        "hatuna",
        "tuna",
        "wana",
        "mwa",
        "hivi",
        "leo",
        "jana",
        "barabara",
        "umeme",
        "taka",
    ]
)
# Commands of one language alone say it all by themselves.
COMMANDS = frozenset(
    [
        "status",
        "yes",
        "add",
        "cancel",
        "complaint",
        "language",
        "lang",
        "help",
        "appeal",
        "who",
        "secret",
        "confidential",
        "rate",
        "english",
    ]
)


def language_of(text: str) -> str:
    """Give `en` or `sw`. Takes any text."""
    words = words_of(text)[:LOOKED_AT]
    if words and words[0] in COMMANDS:
        return "en"
    english, swahili = (sum(word in known for word in words) for known in (ENGLISH, SWAHILI))
    return "en" if english >= FEWEST and english > swahili else "sw"
