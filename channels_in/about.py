"""What it is about, asked once, when its place is sure, its subject is not, and one answer can settle it."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import override

from channels_in.matching import likely_categories
from complaints.categories import categories
from complaints.models import Category, Complaint
from complaints.states import State
from notices.rendering import short
from offices.spelling import words_of

QUESTION = "subject"
MOST_CHOICES, LONGEST_LABEL = 3, 22  # three names and all else fit one SMS
LIKELY = 0.1  # of 1: what is less likely is not offered


def subjects_to_ask_about(case: Complaint) -> list[Category]:
    """Give the subjects that its words may mean; none where its place is open too, or a sensitive one is among them."""
    sure = case.category is not None and case.category_confidence >= settings.ROUTING_SURE
    placed = case.place_id is not None and case.place_confidence >= settings.ROUTING_SURE
    if case.state != State.RECEIVED or sure or not placed or case.discreet:
        return []
    likely = [category for category, confidence in likely_categories(case.words) if confidence >= LIKELY]
    if any(category.sensitive or category.protected for category in likely):
        return []
    return likely[:MOST_CHOICES] if case.category is not None or len(likely) > 1 else []


def labels_of(choices: Sequence[Category], language: str) -> str:
    """Give the subjects with their numbers."""
    with override(language):
        names = [short(str(category), LONGEST_LABEL) for category in choices]
    return ", ".join(f"{number} {name}" for number, name in enumerate(names, start=1))


def subject_said(words: str, codes: Sequence[str]) -> Category | None:
    """Give the subject that an answer chooses, by its number or by a word of its name."""
    said = words_of(words)
    offered = {category.code: category for category in categories().values() if category.code in codes}
    if len(said) == 1 and said[0].isdecimal():
        number = int(said[0][:2])
        return offered.get(codes[number - 1]) if 0 < number <= len(codes) else None
    named = [each for each in offered.values() if set(said) & _names(each)]
    return named[0] if len(said) <= 3 and len(named) == 1 else None


def _names(category: Category) -> set[str]:
    return {word for word in words_of(f"{category.name_sw} {category.name_en}") if len(word) > 3}
