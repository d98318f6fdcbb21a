"""Names nearly written: `xinza`, `kgamboni`, `mwenbe madafu`, `vngngt`, and names in a text without blanks.

A name is known by how it sounds (x is s, r is l, no doubled letters), by one letter wrong, missing, too many or turned round, or by
its consonants alone where the vowels were left out. Each is looked up, not searched for: the index holds every name with
each of its letters missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

SHORTEST = 5  # letters of a name that may be misspelled: shorter ones are too near to other words
SHORTEST_ALONE = 7  # letters of a name of which one wrong letter leaves no doubt
SHORTEST_BARE = 3  # consonants of a name without its vowels
SHORTEST_INSIDE = 6
LONGEST = 24

SOUNDS = [("x", "s"), ("ph", "f"), ("ck", "k"), ("q", "k"), ("r", "l"), ("y", "i"), ("w", "u")]
HARD_C = re.compile(r"c(?!h)")
MUTE_H = re.compile(r"(?<![csdtkgn])h")
DOUBLED = re.compile(r"(.)\1+")
VOWELS = re.compile(r"[aeiou]+")


def sound(word: str) -> str:
    """Give a word as it sounds: `Xinza` is `sinza`, `kirungure` is `kilungule`."""
    for written, spoken in SOUNDS:
        word = word.replace(written, spoken)
    return DOUBLED.sub(r"\1", MUTE_H.sub("", HARD_C.sub("k", word)))


def bare(word: str) -> str:
    """Give the consonants of a word."""
    return DOUBLED.sub(r"\1", VOWELS.sub("", word))


class Nearly:
    """An index of names, blanks left out, in which misspelled ones are found."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted({name for name in names if len(name) >= SHORTEST})
        self.sounds: dict[str, list[str]] = {}
        self.shortened: dict[str, list[str]] = {}
        self.bare: dict[str, list[str]] = {}
        for name in self.names:
            heard = sound(name)
            self.sounds.setdefault(heard, []).append(name)
            for shorter in _one_less(heard):
                self.shortened.setdefault(shorter, []).append(heard)
            self.bare.setdefault(bare(name), []).append(name)
        self.inside = {name for name in self.names if len(name) >= SHORTEST_INSIDE}
        self.longest = max((len(name) for name in self.names), default=0)

    def meant(self, word: str) -> tuple[str, bool] | None:
        """Give the one name that a word nearly is, and whether that is without doubt; None for none, or for several."""
        if not SHORTEST_BARE <= len(word) <= LONGEST:
            return None
        heard = sound(word)
        if len(word) >= SHORTEST and heard in self.sounds:
            return _the_one(self.sounds[heard], True)
        if bare(word) == word and len(word) >= SHORTEST_BARE:
            return _the_one(self.bare.get(word, []), len(word) > SHORTEST_BARE)
        if len(heard) < SHORTEST - 1:
            return None
        near = {name for other in self._one_off(heard) for name in self.sounds[other]}
        return _the_one(sorted(near), len(heard) >= SHORTEST_ALONE)

    def _one_off(self, heard: str) -> set[str]:
        """Give the sounds that are one letter more, less, other or turned round; both begin alike."""
        found = set(self.shortened.get(heard, ()))
        for shorter in _one_less(heard):
            found |= {other for other in self.shortened.get(shorter, ()) if _is_one_off(heard, other)}
            if shorter in self.sounds:
                found.add(shorter)
        return {other for other in found if other[0] == heard[0] and len(other) >= SHORTEST}

    def within(self, word: str) -> Iterator[str]:
        """Give the names that stand inside a text written without blanks, the longest at each point."""
        at = 0
        while at <= len(word) - SHORTEST_INSIDE:
            ends = range(min(len(word), at + self.longest), at + SHORTEST_INSIDE - 1, -1)
            name = next((word[at:end] for end in ends if word[at:end] in self.inside), "")
            if name:
                yield name
            at += len(name) or 1


@lru_cache(maxsize=2)
def nearly(names: frozenset[str]) -> Nearly:
    """Give the index of these names."""
    return Nearly(names)


def _the_one(names: list[str], clear: bool) -> tuple[str, bool] | None:
    return (names[0], clear) if len(names) == 1 else None


def _one_less(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _is_one_off(word: str, other: str) -> bool:
    """Say whether two words of one length differ in one letter, or in two neighbours turned round."""
    if len(word) != len(other):
        return False
    wrong = [at for at in range(len(word)) if word[at] != other[at]]
    if len(wrong) == 2:
        first, second = wrong
        return second == first + 1 and word[first] == other[second] and word[second] == other[first]
    return len(wrong) == 1
