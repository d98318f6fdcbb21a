"""Which place a person means who writes its name into a form: `Kisiwani, Makuburi`, `Kata ya Mabibo`, `Xinza`, or a code in brackets.

The one reader of names in forms, of citizens and of staff: a form can ask back, so it takes only what is sure, and otherwise
offers places to choose from. Whole texts are read by `gazetteer`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Lower

from offices.gazetteer import NEARLY, find_place, likely_places, places_called
from offices.kept import kept
from offices.models import Level, Office
from offices.spelling import words_of
from offices.tree import line_of

LONGEST = 120  # letters of a place as written
MOST_OFFERED = 12
CLOSE_ENOUGH = 0.75  # of difflib's ratio: one wrong letter in four
ABOVE = "parent__parent__parent__parent"
CODE = re.compile(r"\(([0-9A-Za-z-]{1,20})\)\s*$")


@kept
def councils() -> list[Office]:
    """Give the councils, by name."""
    return list(Office.objects.filter(level=Level.COUNCIL).order_by("name"))


def office_with_code(code: str) -> Office | None:
    """Give the office with this code, if there is one."""
    return Office.objects.filter(code=code).first() if code else None


def place_meant(text: str, council: Office | None) -> Office | None:
    """Give the place of this name, in this council if one is given; None where it is not sure, or not rightly written."""
    for said in (f"{text}, {council.name}", text) if council else (text,):
        place, confidence = find_place(said)
        sure = place is not None and place != council and confidence >= max(settings.ROUTING_SURE, NEARLY + 0.01)
        if sure and is_within(place, council):
            return place
    return None


def places_named(text: str) -> list[Office]:
    """Give the places that a member of staff may mean: a code in brackets decides, then all of just this name, then what is sure."""
    if code := CODE.search(text):
        return list(_with_those_above(Office.objects.filter(code__iexact=code[1]).exclude(level=Level.OVERSIGHT)))
    called = [office.pk for office in places_called(text)]
    if not called and (meant := place_meant(text, None)):
        called = [meant.pk]
    return list(_with_those_above(Office.objects.filter(pk__in=called))) if called else []


def places_to_offer(text: str, council: Office | None) -> list[Office]:
    """Give the places that `text` may mean: of that name, or nearly so; else the wards of the council."""
    readings = [office.pk for office, _confidence in likely_places(text) if office != council]
    inside = [pk for pk in readings if is_within(Office(pk=pk), council)]
    named = _with_those_above(Office.objects.filter(pk__in=inside or readings))
    return list(named[:MOST_OFFERED]) or _spelled_nearly(text, council) or _wards_of(council)


def is_within(office: Office | None, council: Office | None) -> bool:
    """Say whether an office is, or stands under, that council; anything is within none."""
    return council is None or (office is not None and council.pk in line_of(office.pk).ids)


def _spelled_nearly(text: str, council: Office | None) -> list[Office]:
    places = Office.objects.under(council.pk) if council else Office.objects.all()
    places = places.filter(level__in=[Level.WARD, Level.STREET])
    close = set(_close_names(text[:LONGEST], {name.lower() for name in places.values_list("name", flat=True)}))
    found = places.annotate(plain=Lower("name")).filter(plain__in=close) if close else Office.objects.none()
    return list(_with_those_above(found)[:MOST_OFFERED])


def _close_names(text: str, known: Iterable[str]) -> Iterator[str]:
    """Give the names nearly written like the words of a text, or some of its first words."""
    words = words_of(text)[:6]
    for name in {" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}:
        beginning_alike = [other for other in known if other[0] == name[0]]
        yield from difflib.get_close_matches(name, beginning_alike, 4, CLOSE_ENOUGH)


def _wards_of(council: Office | None) -> list[Office]:
    if council is None:
        return []
    return list(_with_those_above(Office.objects.under(council.pk).filter(level=Level.WARD)))


def _with_those_above(places: QuerySet[Office]) -> QuerySet[Office]:
    return places.select_related(ABOVE).order_by("name", "code")


def place_in_full(office: Office) -> str:
    """Give the place with those above it up to the council, as on an envelope."""
    line = [rung for rung in _upwards(office) if rung.level in (Level.STREET, Level.WARD, Level.COUNCIL)]
    return ", ".join(str(rung) for rung in line or [office])


def _upwards(office: Office | None) -> Iterator[Office]:
    while office is not None:
        yield office
        office = office.parent


def office_of_level(place: Office, level: str) -> Office | None:
    """Give the office of a level that stands at or above a place."""
    return next((office for office in line_of(place.pk).offices if office.level == level), None)
