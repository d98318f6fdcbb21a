"""What a complaint is about and where it is, from the citizen's own words, each with its confidence (0 to 1)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, TypeVar

from complaints.categories import categories
from complaints.models import Category
from complaints.subjects import find_category, likely_categories, speech
from offices import gazetteer
from offices.models import Office
from offices.spelling import WORD, plain

__all__ = ["find_category", "find_place", "likely_categories", "likely_places", "plain_digest", "suggest"]

Found = TypeVar("Found", Category, Office)


def plain_digest(text: str) -> str:
    """Give the SHA-256 of a text in plain form, the same however it is spaced, spelled big or marked; "" for no text."""
    words = " ".join(WORD.findall(plain(text))) or " ".join(text.split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest() if words else ""


def find_place(text: str) -> tuple[Office | None, float]:
    """Give the office that the text places itself under, and how sure that is; None where it could be anywhere."""
    return gazetteer.find_place(text, speech())


def likely_places(text: str) -> list[tuple[Office, float]]:
    """Give the place found, then its other readings, likeliest first."""
    return gazetteer.likely_places(text, speech())


def suggest(text: str) -> dict[str, list[dict[str, Any]]]:
    """Give the three likeliest categories and places, as `/api/v1/suggest/` answers; what nothing points to has confidence 0."""
    return {
        "categories": [
            {"code": category.code, "name": category.name, "confidence": confidence}
            for category, confidence in _three(likely_categories(text), categories().values())
        ],
        "places": [
            {"code": office.code, "name": office.name, "level": office.level, "confidence": confidence}
            for office, confidence in _three(likely_places(text), gazetteer.widest_places())
        ],
    }


def _three(likely: list[tuple[Found, float]], others: Iterable[Found]) -> list[tuple[Found, float]]:
    """Give the three likeliest, filled up from the others."""
    known = {found.pk for found, _confidence in likely}
    return (likely + [(other, 0.0) for other in others if other.pk not in known])[:3]
