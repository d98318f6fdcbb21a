"""What was learned from sentences about the subjects: weights of traits, kept small, read and added up in plain Python.

`learn_subjects` makes it (see `training`); nothing here needs what that needs. The newest in the database counts, else the
one that came with the product.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from complaints.models import LearnedSubjects
from complaints.traits import as_compared, spelled_out, traits_of_pair, traits_of_word
from offices.kept import kept

SHIPPED = Path(__file__).parent / "data" / "learned.json.gz"
MOST_KEPT = 20_000  # words whose weights are kept added up: some four megabytes


class Learned:
    """One learned state: for each trait, how much it speaks for each subject."""

    def __init__(self, content: bytes) -> None:
        told = json.loads(gzip.decompress(content))
        self.version: str = told["version"]
        self.codes: list[str] = told["codes"]
        self.bias: list[float] = told["bias"]
        self.scale: float = told["scale"]
        self.sharpness: float = told["sharpness"]
        weights, width = memoryview(base64.b64decode(told["weights"])).cast("b"), len(self.codes)
        self.weights = {
            trait: weights[at * width : (at + 1) * width] for at, trait in enumerate(told["traits"].split("\n"))
        }
        self._words: dict[str, Sequence[float]] = {}

    def shares(self, said: list[str]) -> dict[str, float]:
        """Give how likely each subject is by these words, together 1; nothing where no trait is known."""
        words = as_compared(said)
        found = [*map(self.of_word, words), *self._of_pairs(words)]
        if not any(map(any, found)):
            return {}
        share = self.scale / len(words) ** 0.5
        scores = [bias + share * sum(column) for bias, column in zip(self.bias, zip(*found, strict=True), strict=True)]
        return dict(zip(self.codes, as_shares([score / self.sharpness for score in scores]), strict=True))

    def of_word(self, word: str) -> Sequence[float]:
        """Give how much a word speaks for each subject."""
        known = self._words.get(word)
        if known is None:
            if len(self._words) >= MOST_KEPT:
                self._words.clear()
            known = self._words[word] = self._added_up(word)
        return known

    def _added_up(self, word: str) -> Sequence[float]:
        total = [0.0] * len(self.codes)
        for trait, weight in traits_of_word(word):
            if (known := self.weights.get(trait)) is not None:
                total = [so_far + weight * more for so_far, more in zip(total, known, strict=True)]
        return total

    def _of_pairs(self, words: list[str]) -> Iterator[Sequence[float]]:
        for word, after in zip(words, words[1:], strict=False):
            if (known := self.weights.get(traits_of_pair(word, after))) is not None:
                yield known

    def why(self, said: list[str], code: str, most: int = 3) -> list[str]:
        """Give the words that speak for a subject more than for the others, strongest first."""
        if code not in self.codes:
            return []
        at = self.codes.index(code)
        pulls = {}
        for word in as_compared(said):
            each = self.of_word(word)
            pulls[word] = each[at] - sum(each) / len(each)
        strongest = max(pulls.values(), default=0)
        return [word for word in sorted(pulls, key=lambda word: -pulls[word])[:most] if pulls[word] > strongest / 4 > 0]

    def knows(self, word: str) -> bool:
        """Say whether people were seen to use this very word."""
        return f"w:{spelled_out(word)}" in self.weights


def as_shares(scores: Sequence[float]) -> list[float]:
    """Turn scores into shares of 1."""
    most = max(scores)
    powers = [math.exp(score - most) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def learned() -> Learned:
    """Give what counts now."""
    return _read(_newest())


@kept
def _newest() -> int | None:
    return LearnedSubjects.objects.order_by("-id").values_list("id", flat=True).first()


@lru_cache(maxsize=1)
def _read(newest: int | None) -> Learned:
    if newest is None:
        return Learned(SHIPPED.read_bytes())
    return Learned(bytes(LearnedSubjects.objects.values_list("content", flat=True).get(pk=newest)))
