"""The words of a text, in the plain form in which they are compared: small letters, no punctuation, no apostrophes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

MOST_LETTERS, MOST_WORDS = 20_000, 2_500  # that are looked at: what ten pages hold, and the words of eight
STEP = 2_000

WORD = re.compile(r"[^\W_]+")
APOSTROPHES = dict.fromkeys(map(ord, "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032"))
VOWELS = re.compile(r"[aeiou]+")
DOUBLED = re.compile(r"(.)\1+")
STRETCHED = re.compile(r"([^\W\d_])\1{2,}")  # majiiii


def words_of(text: str) -> list[str]:
    """Give the words of a text: `Chang'ombe, MAJIIII!` is `changombe`, `maji`."""
    return WORD.findall(STRETCHED.sub(r"\1", plain(text)))[:MOST_WORDS]


def plain(text: str) -> str:
    """Give the text in small letters, its look-alike forms made one and its apostrophes gone."""
    return _normal(text).casefold().translate(APOSTROPHES)


def _normal(text: str) -> str:
    """Give the text in its normal form, in steps: a single character may stand for eighteen."""
    if text.isascii():
        return text[:MOST_LETTERS]
    normal = ""
    for at in range(0, min(len(text), MOST_LETTERS), STEP):
        normal += unicodedata.normalize("NFKC", text[at : at + STEP])
        if len(normal) >= MOST_LETTERS:
            break
    return normal[:MOST_LETTERS]


def undoubled(word: str) -> str:
    """Give a word with each run of one letter as that letter: `afiiifya` is `afifya`."""
    return DOUBLED.sub(r"\1", word)


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """Give a word without its vowels: `maji`, `mj` and `maj` are `mj`."""
    return undoubled(VOWELS.sub("", word))


@cache
def ordinary_words() -> frozenset[str]:
    """Give what people also say without meaning the place or subject of that name, blanks left out: `uwanjawandege`."""
    lines = (Path(__file__).parent / "data" / "ordinary_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset("".join(words_of(line)) for line in lines if not line.startswith("#"))
