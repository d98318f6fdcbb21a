"""Boundaries of offices out of a GeoJSON file, and in whose area a point lies; by PostgreSQL's own polygons, no extension."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from offices.kept import forget, kept
from offices.models import Boundary, Level, Office
from offices.rows import BadFile
from offices.spelling import plain

BATCH = 500
FEWEST_POINTS = 4  # of a ring, the first once more at its end
LONGEST_FILE = 500 * 1024 * 1024  # bytes

Ring = list[tuple[float, float]]

# The narrowest area counts, should areas of several levels be loaded: streets before wards before councils.
AT = """
WITH around AS (
  SELECT office_id, part, is_hole FROM offices_boundary
   WHERE %(east)s BETWEEN west AND east AND %(north)s BETWEEN south AND north AND ring @> point(%(east)s, %(north)s))
SELECT office.code, office.level FROM around JOIN offices_office office ON office.id = around.office_id
 WHERE NOT is_hole AND NOT EXISTS (
       SELECT 1 FROM around hole WHERE hole.is_hole AND hole.office_id = around.office_id AND hole.part = around.part)
"""


@kept
def are_loaded() -> bool:
    """Say whether there are any boundaries."""
    return Boundary.objects.exists()


def office_at(latitude: float, longitude: float) -> Office | None:
    """Give the narrowest office in whose area a point lies; None where it lies in none that we know."""
    with connection.cursor() as cursor:
        cursor.execute(AT, {"east": longitude, "north": latitude})
        found = cursor.fetchall()
    order = list(Level)
    narrowest = max(found, key=lambda each: (order.index(Level(each[1])), each[0]), default=None)
    return Office.objects.filter(code=narrowest[0]).first() if narrowest else None


# Loading.


@dataclass(frozen=True)
class Loaded:
    """What came of a file: how many offices have a boundary of it, and which features fit none."""

    offices: int
    strangers: list[str]


def load(
    file: str | Path, *, level: str = Level.WARD, code: str = "code", name: str = "name", within: str = ""
) -> Loaded:
    """Load the boundaries of a GeoJSON file in WGS 84, in one transaction; those of offices it names are replaced.

    A feature's office is the one with its property `code`, else the one of that level with its property `name`, and where
    several have that name, the one under the office called as its property `within`. Raises `BadFile`, and then nothing has changed.
    """
    features = list(_features(Path(file)))
    known = _Known(level)
    rings: dict[int, list[list[Ring]]] = defaultdict(list)
    strangers: list[str] = []
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") or {}
        said = [str(properties.get(each) or "") for each in (code, name, within)]
        office = known.office(*said)
        try:
            parts = _parts(feature.get("geometry") or {})
        except (TypeError, ValueError, IndexError, KeyError) as error:
            raise BadFile(Path(file).name, [(number, _("This feature is no area in degrees."))]) from error
        if office is None:
            strangers.append(", ".join(filter(None, said)) or _("feature %(number)s") % {"number": number})
        else:
            rings[office] += parts
    if not rings:
        raise BadFile(
            Path(file).name, [(0, _("No feature of the file fits an office. Say which properties hold code and name."))]
        )
    with transaction.atomic():
        Boundary.objects.filter(office__in=rings).delete()
        Boundary.objects.bulk_create(_rows(rings), batch_size=BATCH)
    forget()
    return Loaded(len(rings), strangers)


def _features(file: Path) -> Iterator[dict[str, Any]]:
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise BadFile(file.name, [(0, _("The file is too large."))])
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(file.name, [(0, _("The file cannot be read: %(why)s") % {"why": error})]) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise BadFile(file.name, [(0, _("This is no GeoJSON with features."))])
    crs = str(content.get("crs") or "")
    if crs and not any(usual in crs for usual in ("CRS84", "4326")):
        raise BadFile(file.name, [(0, _("The coordinates must be degrees of WGS 84."))])
    yield from features


class _Known:
    """The offices that features may mean, read once."""

    def __init__(self, level: str) -> None:
        offices = list(Office.objects.select_related("parent__parent__parent"))
        self.by_code = {office.code: office.pk for office in offices}
        self.by_name: dict[str, list[Office]] = defaultdict(list)
        for office in offices:
            if office.level == level:
                self.by_name[plain(office.name)].append(office)

    def office(self, code: str, name: str, within: str) -> int | None:
        """Give the id of the one office that is meant; None where there is none, or several."""
        if code in self.by_code:
            return self.by_code[code]
        called = self.by_name.get(plain(name), [])
        if len(called) > 1 and within:
            called = [office for office in called if plain(within) in {plain(above.name) for above in _above(office)}]
        return called[0].pk if len(called) == 1 else None


def _above(office: Office) -> Iterator[Office]:
    above = office.parent
    for _rung in range(3):
        if above is None:
            return
        yield above
        above = above.parent


def _parts(geometry: dict[str, Any]) -> list[list[Ring]]:
    """Give the parts of an area, each its outer ring and then its holes. Raises what a thing of another shape leads to."""
    parts = {"Polygon": lambda area: [area], "MultiPolygon": list}[geometry["type"]](geometry["coordinates"])
    if not all(parts):
        raise ValueError("a part without a line")
    return [[_ring(ring) for ring in part] for part in parts]


def _ring(points: Any) -> Ring:
    ring = [(float(point[0]), float(point[1])) for point in points]
    on_earth = all(-180 <= east <= 180 and -90 <= north <= 90 for east, north in ring)
    if len(ring) < FEWEST_POINTS or not on_earth:
        raise ValueError("no ring of degrees")
    return ring


def _rows(rings: dict[int, list[list[Ring]]]) -> Iterable[Boundary]:
    for office, parts in rings.items():
        for part, lines in enumerate(parts):
            yield from (_row(office, part, line, is_hole=bool(at)) for at, line in enumerate(lines))


def _row(office: int, part: int, ring: Ring, *, is_hole: bool) -> Boundary:
    easts, norths = zip(*ring, strict=True)
    written = ",".join(f"({east!r},{north!r})" for east, north in ring)
    return Boundary(
        office_id=office, part=part, is_hole=is_hole, ring=f"({written})", west=min(easts), east=max(easts),
        south=min(norths), north=max(norths),
    )  # fmt: skip
