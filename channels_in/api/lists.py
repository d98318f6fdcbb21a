"""What a program offers to choose from: subjects, and the offices as a tree or by name. Needs no key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from channels_in.api import shapes
from channels_in.api.answers import Problem, as_json
from channels_in.api.describing import IF_NONE_MATCH, described, path, query
from channels_in.api.doors import Door
from channels_in.api.standing import is_tag, tag_of
from channels_in.suggesting import EachAddress
from channels_in.text import clean
from complaints.categories import categories
from complaints.models import Category
from offices.models import Level, Office
from offices.tree import line_of
from offices.written_places import LONGEST, office_with_code, place_in_full, places_named, places_to_offer

GOOD_FOR_SECONDS = 60 * 60


class OpenList(Door):
    """A list that anybody may read, and keep for an hour."""

    throttle_classes = [EachAddress]


class Categories(OpenList):
    """The subjects of complaints."""

    @described("list_categories", {200: "Categories", 304: None}, asks=[IF_NONE_MATCH])
    def get(self, request: Request) -> HttpResponse:
        """Give all of them, by name."""
        listed = sorted((_category(each) for each in categories().values()), key=lambda each: each["name"])
        return listing({"categories": listed}, request)


def _category(category: Category) -> dict[str, Any]:
    return {
        "code": category.code, "name": category.name, "name_sw": category.name_sw, "name_en": category.name_en,
        "working_hours": category.working_hours, "sensitive": category.sensitive,
    }  # fmt: skip


class Offices(OpenList):
    """The offices: without a question the region; `under` those beneath one, `q` those of a name."""

    @described(
        "list_offices",
        {200: "Offices", 304: None},
        asks=[
            query("q", shapes.READABLE, "A name: those that it may mean."),
            query("under", shapes.READABLE, "The code of an office: those beneath it."),
            query("level", {"enum": shapes.LEVELS}, "With `under`: all of this level, however far beneath."),
            IF_NONE_MATCH,
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        """Give the offices asked for, by name."""
        asked = request.query_params
        level = asked.get("level", "")
        if level and level not in shapes.LEVELS:
            raise Problem(
                400, _("There is no such level. There are: %(levels)s.") % {"levels": ", ".join(shapes.LEVELS)}
            )
        if text := clean(asked.get("q", "")[:LONGEST]):
            found = places_named(text) or places_to_offer(text, None)
            return listing({"offices": _offices(found)}, request)
        return listing({"offices": _offices(_beneath(asked.get("under", ""), level))}, request)


def _beneath(code: str, level: str) -> Iterable[Office]:
    """Give the offices right beneath one, or with a level all of that level anywhere beneath it; for no code the region's."""
    offices = Office.objects.exclude(level=Level.OVERSIGHT).order_by("name", "code")
    above = _office(code) if code else None
    if level:
        return offices.filter(level=level) if above is None else offices.under(above.pk).filter(level=level)
    return offices.filter(level=Level.REGION) if above is None else offices.filter(parent=above)


def _office(code: str) -> Office:
    office = office_with_code(code)
    if office is None or office.level == Level.OVERSIGHT:
        raise Problem(404, _("There is no office with this code."))
    return office


def _offices(found: Iterable[Office]) -> list[dict[str, Any]]:
    """Give offices as they are listed; one statement reads all that stand above them."""
    listed = [office.pk for office in found]
    known = {office.pk: office for office in Office.objects.lines(listed)}
    for office in known.values():
        office.parent = known.get(office.parent_id) if office.parent_id else None
    return [_as_listed(known[pk]) for pk in listed]


def _as_listed(office: Office) -> dict[str, Any]:
    parent = office.parent
    known = parent is not None and parent.level != Level.OVERSIGHT
    return {
        "code": office.code, "name": str(office), "short": office.name, "level": office.level,
        "parent": parent.code if parent is not None and known else None, "full": place_in_full(office),
    }  # fmt: skip


class OneOffice(OpenList):
    """One office."""

    @described("read_office", {200: "Office", 304: None}, asks=[path("code", shapes.OFFICE), IF_NONE_MATCH])
    def get(self, request: Request, code: str) -> HttpResponse:
        """Give it, and those above it, nearest first."""
        line = [each for each in line_of(_office(code).pk).offices if each.level != Level.OVERSIGHT]
        listed = _offices(line)
        return listing(listed[0] | {"above": listed[1:]}, request)


def listing(content: Mapping[str, Any], request: Request) -> HttpResponse:
    """Give a list that caches may keep, or say that it is as it was."""
    tag = tag_of(content)
    as_before = is_tag(request.headers.get("If-None-Match", ""), tag)
    response = HttpResponse(status=304) if as_before else as_json(content)
    response["ETag"], response["Cache-Control"] = tag, f"public, max-age={GOOD_FOR_SECONDS}"
    return response


categories_list = Categories.as_view()
offices_list = Offices.as_view()
one_office = OneOffice.as_view()
