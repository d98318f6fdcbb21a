"""What a complaint is about, from the citizen's own words, with how sure that is (0 to 1).

Two readers are heard together: what was learned from sentences (`learned`), and the words that an administrator gave each
category. So a category that nothing was learned about yet is found by its words. Words that say where it happens
("barabarani", "karibu na shule") point to a subject only weakly. Whoever is not sure says so: an unsure complaint goes to a
complaints desk, where a person reads it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from complaints.categories import categories
from complaints.learned import as_shares, learned
from complaints.models import Category
from complaints.traits import LANDMARKS
from offices.gazetteer import Speech
from offices.kept import kept
from offices.spelling import ordinary_words, words_of

CLEAR, IN_PASSING = 1.0, 0.1
PULL = 1.0  # of a keyword said outright, in the logarithm of the shares
MOST_PULLS = 2.0
UNLEARNED = 0.02  # the share of a category that nothing was learned about
GUESS = 0.3  # below it nothing is written down: a wrong label leads a reader astray
SAFE = 0.3  # a protected subject that is as likely as this goes before all others
SUREST = 0.99  # of a reading of ours: 1 is what a person chose
DOUBTED = 0.7  # the most for a subject that only one word speaks for, or that is none: "other"

# Who, when, and whom: what stands before the stem of a Swahili verb.
WHO = "ha|hai|haki|hali|ham|hatu|hawa|haya|hazi|si|hu|ni|u|a|tu|m|wa|i|li|ya|ki|vi|zi|pa"
VERB = re.compile(rf"(?:(?:{WHO})(?:na|me|li|ta|ja|ka)|ku)(?:ni|tu|wa|mw|m|ki|vi|li|ya|zi|i)?(?=.{{4}})")


def find_category(text: str) -> tuple[Category | None, float]:
    """Give the subject that the text speaks of, and how sure that is; several subjects make it less sure."""
    category, confidence = next(iter(likely_categories(text)), (None, 0.0))
    says = category is not None and category.keywords and confidence >= GUESS
    return (category, confidence) if says else (None, 0.0)  # that it is "other" only a person says


def likely_categories(text: str) -> list[tuple[Category, float]]:
    """Give the subjects that the text may speak of, likeliest first; a protected one goes before all, to be safe."""
    words = words_of(text)
    said = _said_outright(words)
    shares = _shares(learned().shares(words), said)
    known = categories()
    ranked = sorted(shares, key=lambda pk: (_is_to_be_safe(known[pk], shares[pk], said), shares[pk]), reverse=True)
    return [(known[pk], _confidence(known[pk], shares[pk], said, words)) for pk in ranked if shares[pk] >= 0.005]


def why(text: str, category: Category) -> list[str]:
    """Give the words for which a text was read as speaking of this subject, as we compare them."""
    return learned().why(words_of(text), category.code)


def _shares(by_code: dict[str, float], said: dict[int, float]) -> dict[int, float]:
    """Give how likely each category is, from what was learned and the words said outright."""
    if not by_code and not said:
        return {}
    scores = {
        category.pk: math.log(by_code.get(category.code, UNLEARNED) or UNLEARNED)
        + PULL * min(MOST_PULLS, said.get(category.pk, 0))
        for category in categories().values()
        if category.code in by_code or category.pk in said
    }
    return dict(zip(scores, as_shares(list(scores.values())), strict=True)) if scores else {}


def _is_to_be_safe(category: Category, share: float, said: dict[int, float]) -> bool:
    return category.protected and (share >= SAFE or said.get(category.pk, 0) >= CLEAR)


def _confidence(category: Category, share: float, said: dict[int, float], words: list[str]) -> float:
    """Round the share; where as many words of another subject are said outright, nobody is sure."""
    if share <= DOUBTED:
        return round(share, 2)
    own = said.get(category.pk, 0)
    others = max((weight for pk, weight in said.items() if pk != category.pk), default=0)
    return round(min(share, SUREST) if others < max(own, CLEAR) and _speaks_for(category, own, words) else DOUBTED, 2)


def _speaks_for(category: Category, own: float, words: list[str]) -> bool:
    """Say whether more than a single word speaks for it, or one of its own; nothing speaks surely for "other", which has none."""
    return bool(category.keywords) and (own >= CLEAR or len(learned().why(words, category.code)) > 1)


# The words that an administrator gave each category.


@dataclass(frozen=True)
class Keyword:
    """A word or phrase that points to a category."""

    category_id: int
    words: tuple[str, ...]

    @property
    def weight(self) -> float:
        """How much it says when it is said outright."""
        return IN_PASSING if "".join(self.words) in ordinary_words() else CLEAR


def speech() -> Speech:
    """Give what people say without meaning a place that is called so."""
    return Speech(_subject_words(), learned().knows)


@kept
def _subject_words() -> frozenset[str]:
    """Give every word of a keyword."""
    return frozenset(
        word for category in categories().values() for phrase in category.keywords for word in words_of(phrase)
    )


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


def _said_outright(words: list[str]) -> dict[int, float]:
    """Add up the weights of the different keywords of each category."""
    weights: dict[Keyword, float] = {}
    for keyword, weight in _hits(words):
        weights[keyword] = max(weight, weights.get(keyword, 0))
    scores: dict[int, float] = {}
    for keyword, weight in weights.items():
        scores[keyword.category_id] = scores.get(keyword.category_id, 0) + weight
    return scores


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
