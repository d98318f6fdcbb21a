"""Names nearly written: `xinza`, `kgamboni`, `mwenbe madafu`, `vngngt`, and names in a text without blanks.

A name is known by how it sounds (x is s, r is l, no doubled letters), by one letter wrong, missing, too many or turned round, or by
its consonants alone where the vowels were left out. Each is looked up, not searched for: the index holds every name with
each of its letters missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from offices.spelling import skeleton, undoubled

SHORTEST = 5  # letters of a name that may be misspelled: shorter ones are too near to other words
SHORTEST_ALONE = 7  # letters of a name of which one wrong letter leaves no doubt
SHORTEST_BARE = 3  # consonants of a name without its vowels
SHORTEST_INSIDE = 6
# How nearly: beyond doubt, with a word like "mtaa" or "hapa" before it, only to be asked.
CLEAR, LIKELY, PERHAPS = 2, 1, 0
LONGEST = 24

SOUNDS = [("x", "s"), ("ph", "f"), ("ck", "k"), ("q", "k"), ("r", "l"), ("y", "i"), ("w", "u")]
HARD_C = re.compile(r"c(?!h)")
MUTE_H = re.compile(r"(?<![csdtkgn])h")
ALIKE = [set("aeiou"), set("mn"), set("bp"), set("dt"), set("gk"), set("vf"), set("sz"), set("iu")]


def sound(word: str) -> str:
    """Give a word as it sounds: `Xinza` is `sinza`, `kirungure` is `kilungule`."""
    for written, spoken in SOUNDS:
        word = word.replace(written, spoken)
    return undoubled(MUTE_H.sub("", HARD_C.sub("k", word)))


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
            self.bare.setdefault(skeleton(name), []).append(name)
        self.inside = {name for name in self.names if len(name) >= SHORTEST_INSIDE}
        self.longest = max((len(name) for name in self.names), default=0)

    def same_sound(self, word: str) -> str:
        """Give the one name that sounds like a word; empty for none, or for several."""
        heard = sound(word) if SHORTEST <= len(word) <= LONGEST else ""
        names = self.sounds.get(heard, [])
        return heard if heard in names else _the_one(names)

    def meant(self, word: str) -> tuple[str, int]:
        """Give the one name that a word nearly is, and how nearly (CLEAR, LIKELY, PERHAPS); an empty one for none, or for several."""
        if not SHORTEST_BARE <= len(word) <= LONGEST:
            return "", PERHAPS
        if skeleton(word) == word:
            return _the_one(self.bare.get(word, [])), CLEAR if len(word) > SHORTEST_BARE else LIKELY
        heard = sound(word)
        if len(heard) < SHORTEST - 1:
            return "", PERHAPS
        near = self._one_off(heard)
        name = _the_one(sorted(name for other in near for name in self.sounds[other]))
        slip = all(_is_slip(heard, other) for other in near)
        return name, PERHAPS if not slip else CLEAR if len(heard) >= SHORTEST_ALONE else LIKELY

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


def _the_one(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ""


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


def _is_slip(word: str, other: str) -> bool:
    """Say whether the one letter that differs is easily mistaken or missed: another consonant makes another name."""
    if len(word) != len(other) or sorted(word) == sorted(other):
        return True
    wrong = next({mine, theirs} for mine, theirs in zip(word, other, strict=True) if mine != theirs)
    return any(wrong <= alike for alike in ALIKE)
