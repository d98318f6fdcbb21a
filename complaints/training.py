"""Learning the subjects from sentences: what came with the product, what an administrator gives, and cases of our own.

Needs scikit-learn (`requirements-train.txt`), which the web never loads: what is learned is written down as weights that
`learned` adds up. Where it is absent this module is read all the same, so what computes loads it by itself. A sentence is also learned as it might be typed on a keypad, and beside places and words that say nothing,
so that those come to mean nothing.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import gzip
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef

from complaints.categories import categories
from complaints.learned import SHIPPED
from complaints.models import Complaint, Entry, LearnedSubjects
from complaints.states import Outcome
from complaints.traits import traits_of
from offices.models import Office

SENTENCES = Path(__file__).parent / "data" / "sentences.csv"

MOST_CASES = 20_000  # the newest; more would only take longer
VARIANTS = 5  # of each sentence of ours, as it might be typed
STRICTNESS = 10.0  # of the regression: its C
FOLDS = 3
SHARPNESSES = [step / 20 for step in range(6, 31)]
FEWEST = 2  # times a trait is seen
FEWEST_CASES = 3  # in which a word that only citizens use is seen: a name that one person wrote is nobody's clue
LOST_OUTCOMES = [Outcome.REJECTED, Outcome.WITHDRAWN, Outcome.DUPLICATE]
# What says nothing about the subject.
EMPTY = [
    "hapa",
    "mtaani kwetu",
    "tunaomba msaada",
    "jamani",
    "siku ya 3 sasa",
    "mwezi sasa",
    "wiki mbili",
    "tangu jana",
    "mwaka wa pili",
    "had leo",
    "naomba mtusaidie",
    "please help",
    "in our street",
    "since last week",
    "tumechoka",
    "kila siku",
    "usiku",
    "asubuhi",
    "huku kwetu",
    "kwa muda mrefu",
    "mpaka sasa hivi",
    "mkuu",
    "serikali itusaidie",
    "viongozi wapo tu",
    "hatujui tufanye nini",
    "hakuna anayejali",
    "naomba mfuatilie",
    "wananchi tunateseka",
    "watoto",
    "karibu na shule",
    "karibu na barabara",
    "mtaa wa",
    "kata ya",
    "nimepiga simu",
    "for two months",
    "nobody comes",
    "every night",
    "we need help",
]


class NothingToLearn(Exception):
    """There are no sentences, or all of one subject."""


@dataclass(frozen=True)
class Sentence:
    """Words, and the code of the subject that they are about; `of_citizen` is somebody's own, of a case."""

    code: str
    text: str
    of_citizen: bool = False


@dataclass(frozen=True)
class Lesson:
    """What was learned, how many sentences and cases it came from, and how often its first guess was right on others."""

    content: bytes
    version: str
    sentences: int
    cases: int
    accuracy: float


# From what is learned.


def sentences_in(path: Path | str) -> list[Sentence]:
    """Read a CSV file with the columns `category` and `text`; categories that are unknown here are left out."""
    known = {category.code for category in categories().values()}
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = [(row["category"], row["text"]) for row in csv.DictReader(file)]
    return [Sentence(code, text) for code, text in rows if code in known]


def keywords() -> list[Sentence]:
    """Give the words of the categories as sentences."""
    return [Sentence(category.code, words) for category in categories().values() for words in category.keywords]


def settled_cases() -> list[Sentence]:
    """Give the newest cases whose subject a person chose: staff at the desk or in a correction, or whoever lodged a case that was settled.

    Protected and confidential cases are never learned from, nor what was rejected, withdrawn or joined. Erased words are gone.
    """
    by_staff = Entry.objects.filter(complaint=OuterRef("pk"), move__in=["route", "correct_subject"])
    cases = Complaint.objects.filter(category_confidence=1, category__protected=False, confidential=False).exclude(
        words=""
    )
    cases = cases.exclude(outcome__in=LOST_OUTCOMES)
    cases = cases.filter(Exists(by_staff)) | cases.exclude(outcome="")
    newest = cases.order_by("-id").values_list("category__code", "words")[:MOST_CASES]
    return [Sentence(code, words, of_citizen=True) for code, words in newest]


# Learning.


def learn(given: Iterable[Path | str], at: dt.datetime) -> Lesson:
    """Learn from the sentences of the product, the files given, the categories' words, and settled cases."""
    ours = sentences_in(SENTENCES) + [sentence for path in given for sentence in sentences_in(path)] + keywords()
    cases = settled_cases()
    if len({sentence.code for sentence in ours + cases}) < 2:
        raise NothingToLearn
    accuracy, sharpness = _held_back(ours, cases)
    content = _written_down(_fit(ours + cases, VARIANTS), sharpness, at)
    version = f"{at:%Y-%m-%d}.{hashlib.sha256(content).hexdigest()[:8]}"
    return Lesson(_named(content, version), version, len(ours), len(cases), accuracy)


def keep(lesson: Lesson, at: dt.datetime) -> LearnedSubjects:
    """Keep what was learned as the newest; every process takes it up within half a minute."""
    return LearnedSubjects.objects.create(
        version=lesson.version, made_at=at, sentences=lesson.sentences, cases=lesson.cases,
        accuracy=lesson.accuracy, content=lesson.content,
    )  # fmt: skip


def ship(lesson: Lesson) -> Path:
    """Write what was learned where a new installation begins."""
    SHIPPED.write_bytes(lesson.content)
    return SHIPPED


@dataclass(frozen=True)
class Fitted:
    """A fitted regression: weight of each trait for each code."""

    codes: list[str]
    bias: Any
    traits: list[str]
    weights: Any

    def scores(self, texts: Sequence[str]) -> Any:
        """Give the scores of texts, a row each."""
        import numpy as np

        place = {trait: at for at, trait in enumerate(self.traits)}
        rows = np.tile(self.bias, (len(texts), 1))
        for row, text in enumerate(texts):
            for trait, weight in traits_of(text).items():
                if trait in place:
                    rows[row] += weight * self.weights[:, place[trait]]
        return rows


def _fit(sentences: list[Sentence], variants: int) -> Fitted:
    """Fit a multinomial regression on sentences and their variants, rarer traits counting more."""
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    typed = list(_as_typed(sentences, variants))
    vectors = DictVectorizer(sort=True)
    table = vectors.fit_transform([traits_of(text) for _code, text in typed])
    names = vectors.get_feature_names_out()
    seen = np.asarray((table > 0).sum(0)).ravel()
    private = _private(sentences)
    use = (seen >= FEWEST) & np.array([name not in private for name in names])
    rareness = np.log(len(typed) / seen[use]) / np.log(len(typed))
    regression = LogisticRegression(C=STRICTNESS, max_iter=300, tol=1e-3)
    regression.fit(table[:, use].multiply(rareness).tocsr(), [code for code, _text in typed])
    weights, bias = regression.coef_, regression.intercept_
    if len(weights) == 1:  # of two subjects it tells only the second's
        weights, bias = np.vstack([-weights, weights]) / 2, np.array([-bias[0], bias[0]]) / 2
    return Fitted([str(code) for code in regression.classes_], bias, list(names[use]), weights * rareness)


def _private(sentences: list[Sentence]) -> set[str]:
    """Give the traits that only citizens' cases show, and too few of them."""
    ours = {trait for sentence in sentences if not sentence.of_citizen for trait in traits_of(sentence.text)}
    theirs = Counter(trait for sentence in sentences if sentence.of_citizen for trait in traits_of(sentence.text))
    return {trait for trait, times in theirs.items() if times < FEWEST_CASES and trait not in ours}


def _held_back(ours: list[Sentence], cases: list[Sentence]) -> tuple[float, float]:
    """Give how often the first guess is right on sentences held back, and how sharply to trust the scores."""
    import numpy as np

    everything = ours + cases
    random.Random(1).shuffle(everything)
    found = []
    for fold in range(FOLDS):
        fitted = _fit([one for at, one in enumerate(everything) if at % FOLDS != fold], variants=2)
        held = [one for one in everything[fold::FOLDS] if one.code in fitted.codes]
        right = [fitted.codes.index(one.code) for one in held]
        found.append((fitted.scores([one.text for one in held]), right))
    hits = sum(int((scores.argmax(1) == right).sum()) for scores, right in found)

    def surprise(sharpness: float) -> float:
        total = 0.0
        for scores, right in found:
            sharp = scores / sharpness
            sharp = sharp - sharp.max(1, keepdims=True)
            logs = sharp - np.log(np.exp(sharp).sum(1, keepdims=True))
            total -= logs[range(len(right)), right].sum()
        return total

    return round(hits / max(1, len(everything)), 3), min(SHARPNESSES, key=surprise)


def _written_down(fitted: Fitted, sharpness: float, at: dt.datetime) -> bytes:
    """Write the weights in a byte each."""
    import numpy as np

    scale = float(np.abs(fitted.weights).max()) / 127
    weights = np.round(fitted.weights / scale).astype(np.int8)
    telling = np.abs(weights).max(0) > 0
    told = {
        "version": "",
        "made_at": at.isoformat(),
        "codes": fitted.codes,
        "bias": [round(float(bias), 4) for bias in fitted.bias],
        "scale": scale,
        "sharpness": sharpness,
        "traits": "\n".join(trait for trait, tells in zip(fitted.traits, telling, strict=True) if tells),
        "weights": base64.b64encode(np.ascontiguousarray(weights[:, telling].T).tobytes()).decode(),
    }
    return _packed(told)


def _named(content: bytes, version: str) -> bytes:
    return _packed(json.loads(gzip.decompress(content)) | {"version": version})


def _packed(told: dict[str, Any]) -> bytes:
    return gzip.compress(json.dumps(told, ensure_ascii=False).encode(), mtime=0)


# As it might be typed.


def _as_typed(sentences: list[Sentence], variants: int) -> Iterator[tuple[str, str]]:
    """Give each sentence, and of ours some variants; a citizen's is real as it is."""
    dice = random.Random(1)
    places = list(Office.objects.order_by("id").values_list("name", flat=True)) or ["hapa"]
    for sentence in sentences:
        yield sentence.code, sentence.text
        for _again in range(0 if sentence.of_citizen else variants):
            yield sentence.code, _variant(sentence.text, places, dice)


def _variant(text: str, places: list[str], dice: random.Random) -> str:
    words = text.split()
    if len(words) > 3 and dice.random() < 0.3:
        words.pop(dice.randrange(len(words)))
    words = [_mistyped(word, dice) for word in words]
    if dice.random() < 0.7:
        words += dice.choice(EMPTY).split()
    if dice.random() < 0.35:
        words = dice.choice(EMPTY).split() + words
    if dice.random() < 0.5:
        words.insert(dice.choice([0, len(words)]), _mistyped(dice.choice(places).lower(), dice))
    if len(words) > 1 and dice.random() < 0.25:
        at = dice.randrange(len(words) - 1)
        words[at : at + 2] = [words[at] + words[at + 1]]
    return " ".join(words)


def _mistyped(word: str, dice: random.Random) -> str:
    """Drop vowels, write x for s, leave a letter out, or turn two round; mostly nothing."""
    chance, at = dice.random(), dice.randrange(1, max(2, len(word) - 1))
    if len(word) < 4 or chance > 0.4:
        return word
    if chance < 0.19:
        return word[0] + "".join(c for c in word[1:-1] if c not in "aeiou" or dice.random() < 0.3) + word[-1]
    if chance < 0.26:
        return word.replace("s", "x")
    if chance < 0.34:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
