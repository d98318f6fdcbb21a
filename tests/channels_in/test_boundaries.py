"""Boundaries out of GeoJSON: which office's area a point lies in, and files that are none."""

import json

import pytest
from django.core.management import CommandError, call_command

from offices import boundaries
from offices.models import Boundary, Office
from offices.rows import BadFile

pytestmark = pytest.mark.django_db


def square(west, south, side=0.1):
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(ring, *holes, **properties):
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring, *holes]}}


@pytest.fixture
def file(tmp_path):
    def written(*features, **more):
        path = tmp_path / "wards.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | more))
        return path

    return written


TABATA, NEXT = "12103", "16101"
HOLE = square(39.24, -6.86, 0.02)


def test_a_point_lies_in_the_ward_around_it_and_in_none_where_nobody_has_a_boundary(file):
    boundaries.load(file(feature(square(39.2, -6.9), code=TABATA), feature(square(39.3, -6.9), code=NEXT)))

    found = [boundaries.office_at(-6.85, east) for east in (39.25, 39.35, 39.45)]

    assert [office and office.code for office in found] == [TABATA, NEXT, None]


def test_a_hole_is_not_the_wards_and_another_part_of_it_is(file):
    island = feature(square(39.2, -6.9), HOLE, code=TABATA)
    island["geometry"] = {"type": "MultiPolygon", "coordinates": [[square(39.2, -6.9), HOLE], [square(39.5, -6.9)]]}
    boundaries.load(file(island))

    found = [boundaries.office_at(*point) for point in ((-6.85, 39.25), (-6.89, 39.21), (-6.85, 39.55))]

    assert [office and office.code for office in found] == [None, TABATA, TABATA]


def test_the_narrowest_of_several_areas_counts(file):
    boundaries.load(file(feature(square(39.0, -7.0, 1), code="120"), feature(square(39.2, -6.9), code=TABATA)))

    assert boundaries.office_at(-6.85, 39.25).code == TABATA
    assert boundaries.office_at(-6.5, 39.9).code == "120"


def test_an_office_is_found_by_its_name_and_of_several_by_what_stands_above(file):
    ward = Office.objects.get(code=TABATA)
    council = "Jiji la Dar es Salaam"
    path = file(
        feature(square(39.2, -6.9), ward=ward.name.upper(), council=council), feature(square(39.3, -6.9), ward="Pale")
    )

    loaded = boundaries.load(path, name="ward", within="council")

    assert (loaded.offices, loaded.strangers) == (1, ["Pale"])
    assert boundaries.office_at(-6.85, 39.25) == ward


def test_loading_again_replaces_what_the_file_names_and_leaves_the_rest(file):
    boundaries.load(file(feature(square(39.2, -6.9), code=TABATA), feature(square(39.3, -6.9), code=NEXT)))

    boundaries.load(file(feature(square(39.5, -6.9), code=TABATA)))

    assert Boundary.objects.count() == 2
    assert boundaries.office_at(-6.85, 39.25) is None


BAD = {
    "nothing": [],
    "no office": [feature(square(39.2, -6.9), code="x")],
    "a point": [{"properties": {"code": TABATA}, "geometry": {"type": "Point", "coordinates": [39.2, -6.9]}}],
    "no geometry": [{"properties": {"code": TABATA}, "geometry": None}],
    "metres": [feature(square(530000, 9240000), code=TABATA)],
    "words": [feature([["a", "b"]] * 4, code=TABATA)],
    "a line of two": [feature([[39.2, -6.9], [39.3, -6.9]], code=TABATA)],
    "no line": [feature([], code=TABATA)],
    "no number": [feature([[float("nan"), 1.0]] * 4, code=TABATA)],
    "no feature": ["Tabata"],
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_boundary_is_refused_and_nothing_changes(file, what):
    boundaries.load(file(feature(square(39.3, -6.9), code=NEXT)))
    path = (
        file(feature(square(39.2, -6.9), code=TABATA), *BAD[what])
        if what not in ("nothing", "no office")
        else file(*BAD[what])
    )

    with pytest.raises(BadFile):
        boundaries.load(path)

    assert list(Boundary.objects.values_list("office__code", flat=True)) == [NEXT]


@pytest.mark.parametrize("content", ["", "[]", "{}", "{", '{"features": 1}', "\x00", "[" * 100_000])
def test_what_is_no_geojson_is_refused_in_words(tmp_path, content):
    path = tmp_path / "wards.geojson"
    path.write_text(content)

    with pytest.raises(CommandError, match=r"wards\.geojson"):
        call_command("load_boundaries", str(path))


def test_metres_are_refused_by_their_name(file):
    with pytest.raises(BadFile):
        boundaries.load(
            file(feature(square(39.2, -6.9), code=TABATA), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::21037"}})
        )


def test_the_command_says_how_many_offices_have_a_boundary_and_for_what_there_is_none(file, capsys):
    call_command(
        "load_boundaries", str(file(feature(square(39.2, -6.9), code=TABATA), feature(square(39.3, -6.9), name="Pale")))
    )

    assert capsys.readouterr().out == "1 offices have a boundary\n  no office for: Pale\n"
