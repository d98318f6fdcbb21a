"""The traits by which the words of a complaint are told apart: the word, its bare consonants, its pieces, and words side by side.

People write SMS as they speak: `cjui` for sijui, `xana` for sana, `mj hyatk` for maji hayatoki, `majihayatoki` in one. So a word
also counts by its consonants and by pieces of three to five letters. Training and reading see the same traits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from offices.spelling import skeleton, words_of

LONGEST_WORD = 40  # letters; a text without blanks is read in runs of so many
PIECES = (3, 4, 5)
MOST_WORDS_READ = 400  # of a complaint: more only repeats it

LANDMARKS = {("karibu", "na"), ("jirani", "na"), ("mkabala", "na"), ("mbele", "ya"), ("nyuma", "ya"), ("kando", "ya"),
             ("pembeni", "ya"), ("karibu", "ya"), ("next", "to"), ("close", "to"), ("behind", "the"), ("near", "the")}  # fmt: skip

SPOKEN = re.compile(r"c(?=[^aeiouh\d\W])")  # cku, cjui: the letter is read by its name
DIGITS = re.compile(r"\d+")


def as_compared(words: list[str]) -> list[str]:
    """Give the words of a complaint as they are compared, without those that only say beside what it happens."""
    return [run for word in _without_landmarks(words[:MOST_WORDS_READ]) for run in _runs(spelled_out(word))]


def _without_landmarks(words: list[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        beside = tuple(words[at : at + 2]) in LANDMARKS
        if not beside:
            yield words[at]
        at += 3 if beside else 1


@lru_cache(maxsize=20_000)
def spelled_out(word: str) -> str:
    """Give a word of an SMS nearer to how it is spelled: `cku` is `siku`, `xana` is `sana`, all numbers are one."""
    return DIGITS.sub("0", SPOKEN.sub("si", word).replace("x", "s"))


def _runs(word: str) -> Iterator[str]:
    for start in range(0, len(word), LONGEST_WORD):
        yield word[start : start + LONGEST_WORD]


def traits_of_word(word: str) -> Iterator[tuple[str, float]]:
    """Give the traits of one word, as `as_compared` gives it, with what each counts."""
    yield f"w:{word}", 1.0
    bare = skeleton(word)
    if len(bare) > 1 or len(bare) == len(word):
        yield f"s:{bare}", 1.0
    framed = f"<{word}>"
    pieces = [framed[at : at + length] for length in PIECES for at in range(len(framed) - length + 1)]
    for piece in pieces:
        yield f"p:{piece}", 1.0 / len(pieces) ** 0.5


def traits_of_pair(word: str, after: str) -> str:
    """Give the trait of two words side by side."""
    return f"b:{skeleton(word) or word}_{skeleton(after) or after}"


def traits_of(text: str) -> dict[str, float]:
    """Give all traits of a text; a long text weighs as much as a short one."""
    words = as_compared(words_of(text))
    found: dict[str, float] = {}
    for word in words:
        for trait, weight in traits_of_word(word):
            found[trait] = found.get(trait, 0) + weight
    for word, after in zip(words, words[1:], strict=False):
        pair = traits_of_pair(word, after)
        found[pair] = found.get(pair, 0) + 1
    share = 1 / max(1, len(words)) ** 0.5
    return {trait: weight * share for trait, weight in found.items()}
