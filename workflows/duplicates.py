"""Complaints that may be about the same thing: the same place and subject, and similar words.

Likeness is reckoned here, over the newest open cases of one place and subject, for the database has no such measure.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from django.db.models import QuerySet

from complaints.models import Complaint
from complaints.states import LIVE
from offices.actors import Actor
from workflows import scope

MOST_COMPARED = 60  # the newest open cases of the place and subject
MOST_SHOWN = 5
MOST_JOINED = 20  # duplicates that a lead's page lists
ALIKE = 0.3  # of 1, from here on two complaints are shown as alike
LETTERS = 600  # of each text that are compared

# Words that every complaint has.
COMMON = frozenset(
    re.findall(
        r"\w+",
        "ya wa na la za kwa ni cha vya katika hapa huku yetu wetu kwetu sisi tangu hadi sana tunaomba naomba tafadhali"
        " the a an of in at on is are and to our we has have been since for please there it",
    )
)


@dataclass(frozen=True)
class Alike:
    """Another complaint, and how alike it is: 1 is the same words."""

    case: Complaint
    likeness: float


def nearby(case: Complaint, by: Actor, at: dt.datetime) -> list[Alike]:
    """Give the open cases of the same place and subject that sound alike, the likest first; only what `by` may see."""
    if case.place_id is None or case.category is None or case.category.protected or case.lead_id is not None:
        return []
    same = Complaint.objects.filter(
        scope.cases_in_sight(by, at), place=case.place_id, category=case.category_id, state__in=LIVE, kind=case.kind
    )
    mine = pieces(case.words)
    alike = [Alike(other, likeness(mine, pieces(other.words))) for other in _newest(same, case)]
    alike = [each for each in alike if each.likeness >= ALIKE]
    return sorted(alike, key=lambda each: (-each.likeness, each.case.pk))[:MOST_SHOWN]


SHOWN = ("id", "reference", "words", "state", "received_at")


def _newest(cases: QuerySet[Complaint], case: Complaint) -> list[Complaint]:
    return list(cases.exclude(pk=case.pk).only(*SHOWN).order_by("-id")[:MOST_COMPARED])


def joined_with(case: Complaint, by: Actor, at: dt.datetime) -> list[Complaint]:
    """Give the cases joined with this one that `by` may see, eldest first; at most `MOST_JOINED` and one."""
    joined = Complaint.objects.filter(lead=case)
    if not joined.exists():  # as of most cases: who may see them is the dear part of the question
        return []
    return list(joined.filter(scope.cases_in_sight(by, at)).only(*SHOWN).order_by("id")[: MOST_JOINED + 1])


def pieces(words: str) -> frozenset[str]:
    """Give the pieces of three letters of a text's telling words: a stem stays alike under Swahili's endings."""
    bare = unicodedata.normalize("NFKD", words[:LETTERS].lower())
    telling = [word for word in re.findall(r"[a-z0-9]+", bare) if len(word) > 2 and word not in COMMON]
    return frozenset(f" {word} "[start : start + 3] for word in telling for start in range(len(word)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Say how much of the pieces two texts share: 0 for nothing, 1 for all (Dice's coefficient)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
