"""The one question that we ask by ourselves: where it is, when the words leave it open."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from channels_in.matching import find_place, likely_places
from complaints.models import Complaint
from complaints.states import State
from notices.rendering import short
from offices.models import Level, Office
from offices.spelling import words_of

QUESTION = "place"
MOST_CHOICES, LONGEST_LABEL = 3, 22  # three names and all else fit one SMS
MOST_WORDS = 12  # of an answer: more is a story of its own


def is_unplaced(case: Complaint) -> bool:
    """Say whether a complaint waits at a desk and its place is not sure; a sensitive one is asked nothing."""
    known = case.place_id is not None and case.place_confidence >= settings.ROUTING_SURE
    return case.state == State.RECEIVED and not known and not case.discreet


def places_to_ask_about(case: Complaint) -> list[Office]:
    """Give the places that its words may mean; none where they are too many, or mean none."""
    found = [office for office, _confidence in likely_places(case.words) if office.level in (Level.WARD, Level.STREET)]
    return found if len(found) <= MOST_CHOICES else []


def labels_of(choices: Sequence[Office]) -> str:
    """Give the places with their numbers; those of one name by what stands above them."""
    same = len(choices) > 1 and len({office.name for office in choices}) == 1
    names = [str(office.parent.name if same and office.parent else office.name) for office in choices]
    return ", ".join(f"{number} {short(name, LONGEST_LABEL)}" for number, name in enumerate(names, start=1))


def place_said(words: str, case: Complaint, codes: Sequence[str]) -> tuple[Office | None, float]:
    """Give the place that an answer names, by its number or in words, alone or beside what the complaint said; 1 where it was chosen."""
    said = words_of(words)
    if len(said) == 1 and said[0].isdecimal() and 0 < int(said[0][:2]) <= len(codes):
        return Office.objects.filter(code=codes[int(said[0][:2]) - 1]).first(), 1.0
    if len(said) > MOST_WORDS:
        return None, 0.0
    alone = find_place(words)
    readings = [find_place(f"{words}, {case.words}"), alone] if alone[0] else []
    chosen = [(place, sure) for place, sure in readings if place and sure >= settings.ROUTING_SURE]
    narrow = [found for found in chosen if found[0].level in (Level.WARD, Level.STREET)]
    return next(iter(narrow + chosen), (None, 0.0))
