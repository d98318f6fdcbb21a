"""What a complaint is about and where it is, from the citizen's own words, each with its confidence (0 to 1).

Words that say where it happens ("barabarani", "karibu na shule") point to a subject only weakly, so that rubbish beside
a road stays rubbish. Whoever is not sure says so: an unsure complaint goes to a complaints desk, where a person reads it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from channels_in.places import find_place, likely_places, widest_places
from channels_in.words import WORD, ordinary_words, plain, words_of
from complaints.categories import categories
from complaints.models import Category
from offices.kept import kept
from offices.models import Office

__all__ = ["find_category", "find_place", "plain_digest", "suggest"]

Found = TypeVar("Found", Category, Office)

CLEAR, IN_PASSING = 1.0, 0.1
SURE = 0.9  # of a subject that nothing else speaks against

LANDMARKS = {("karibu", "na"), ("jirani", "na"), ("mkabala", "na"), ("mbele", "ya"), ("nyuma", "ya"), ("kando", "ya"),
             ("pembeni", "ya"), ("karibu", "ya"), ("next", "to"), ("close", "to"), ("behind", "the"), ("near", "the")}  # fmt: skip

# Who, when, and whom: what stands before the stem of a Swahili verb.
WHO = "ha|hai|haki|hali|ham|hatu|hawa|haya|hazi|si|hu|ni|u|a|tu|m|wa|i|li|ya|ki|vi|zi|pa"
VERB = re.compile(rf"(?:(?:{WHO})(?:na|me|li|ta|ja|ka)|ku)(?:ni|tu|wa|mw|m|ki|vi|li|ya|zi|i)?(?=.{{4}})")


def plain_digest(text: str) -> str:
    """Give the SHA-256 of a text in plain form, the same however it is spaced, spelled big or marked; "" for no text."""
    words = " ".join(WORD.findall(plain(text))) or " ".join(text.split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest() if words else ""


def find_category(text: str) -> tuple[Category | None, float]:
    """Give the subject that the text speaks of, and how sure that is; several subjects make it less sure."""
    return next(iter(likely_categories(text)), (None, 0.0))


def likely_categories(text: str) -> list[tuple[Category, float]]:
    """Give the subjects that the text speaks of, likeliest first; a protected one goes before all, to be safe."""
    scores = _scores(words_of(text))
    total = sum(scores.values())
    known = categories()
    ranked = sorted(scores, key=lambda pk: (known[pk].protected, scores[pk], known[pk].sensitive), reverse=True)
    return [(known[pk], _confidence(scores[pk], total)) for pk in ranked]


def _confidence(score: float, total: float) -> float:
    """Give the share of all that was said; what was said only in passing is never sure."""
    return round(SURE * score / total * (1 if score >= CLEAR else 0.75), 2)


def _scores(words: list[str]) -> dict[int, float]:
    """Add up the weights of the different keywords of each category."""
    weights: dict[Keyword, float] = {}
    for keyword, weight in _hits(words):
        weights[keyword] = max(weight, weights.get(keyword, 0))
    scores: dict[int, float] = {}
    for keyword, weight in weights.items():
        scores[keyword.category_id] = scores.get(keyword.category_id, 0) + weight
    return scores


@dataclass(frozen=True)
class Keyword:
    """A word or phrase that points to a category."""

    category_id: int
    words: tuple[str, ...]

    @property
    def weight(self) -> float:
        """How much it says when it is said outright."""
        return IN_PASSING if "".join(self.words) in ordinary_words() else CLEAR


@kept
def _keywords() -> dict[str, list[Keyword]]:
    """Give the keywords by the forms of their first word, longest first."""
    by_form: dict[str, list[Keyword]] = {}
    for category in categories().values():
        for phrase in category.keywords:
            if words := words_of(phrase):
                for form in {words[0], _verb(words[0])}:
                    by_form.setdefault(form, []).append(Keyword(category.pk, tuple(words)))
    return {form: sorted(found, key=lambda keyword: -len(keyword.words)) for form, found in by_form.items()}


def _hits(words: list[str]) -> Iterator[tuple[Keyword, float]]:
    """Give the keywords said, the longest at each point, with what each is worth."""
    keywords, at = _keywords(), 0
    beside = -1  # the word that would be a landmark
    while at < len(words):
        if tuple(words[at : at + 2]) in LANDMARKS:
            at = beside = at + 2
            continue
        hit = _longest(words, at, keywords)
        if hit:
            yield hit[0], IN_PASSING if at == beside else hit[1]
        at += len(hit[0].words) if hit else 1


def _longest(words: list[str], at: int, keywords: dict[str, list[Keyword]]) -> tuple[Keyword, float] | None:
    found = [
        (keyword, min(weight, keyword.weight))
        for form, weight in _forms(words[at])
        for keyword in keywords.get(form, ())
        if _follows(words[at + 1 : at + len(keyword.words)], keyword.words[1:]) and _may_be(words[at], form, keyword)
    ]
    return max(found, key=lambda hit: (len(hit[0].words), hit[1]), default=None)


def _forms(word: str) -> Iterator[tuple[str, float]]:
    """Give the forms in which a word may stand among the keywords, and what each is worth."""
    yield word, CLEAR
    if len(word) > 5 and word.endswith("ni"):  # at the road, in the school
        yield word[:-2], IN_PASSING
    if len(word) > 4 and word.endswith("s"):  # the English plural
        yield word[:-1], CLEAR
    if (stem := _verb(word)) != word:
        yield stem, CLEAR


def _verb(word: str) -> str:
    """Give a verb without who does it and when: `amepigwa`, `kupigwa` are `pigwa`; any other word as it is."""
    prefix = VERB.match(word)
    return word[prefix.end() :] if prefix else word


def _may_be(word: str, form: str, keyword: Keyword) -> bool:
    """Say whether a verb may mean the keyword: "tunataka" (we want) is not "taka" (rubbish)."""
    first = keyword.words[0]
    is_by_stem = form == _verb(word) != word
    return not is_by_stem or word == first or _verb(first) != first or (len(first) > 4 and first.endswith("a"))


def _follows(words: list[str], wanted: tuple[str, ...]) -> bool:
    return len(words) == len(wanted) and all(
        word == want or _verb(word) == _verb(want) for word, want in zip(words, wanted, strict=True)
    )


def suggest(text: str) -> dict[str, list[dict[str, Any]]]:
    """Give the three likeliest categories and places, as `/api/v1/suggest/` answers; what nothing points to has confidence 0."""
    return {
        "categories": [
            {"code": category.code, "name": category.name, "confidence": confidence}
            for category, confidence in _three(likely_categories(text), categories().values())
        ],
        "places": [
            {"code": office.code, "name": office.name, "level": office.level, "confidence": confidence}
            for office, confidence in _three(likely_places(text), widest_places())
        ],
    }


def _three(likely: list[tuple[Found, float]], others: Iterable[Found]) -> list[tuple[Found, float]]:
    """Give the three likeliest, filled up from the others."""
    known = {found.pk for found, _confidence in likely}
    return (likely + [(other, 0.0) for other in others if other.pk not in known])[:3]
