"""Cases that their citizens have made public: what anybody may read of one, and which are near a place.

Names and numbers are never part of it, and a number that somebody wrote into the words is covered.
"""

from __future__ import annotations

import re

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from complaints.models import Category, Complaint
from complaints.states import LIVE
from offices.models import Level, Office
from offices.tree import line_of
from workflows.wishes import may_be_public

MOST_NEAR = 4
MOST_FOLLOWED = 12
COOKIE, YEAR = "followed", 365 * 24 * 60 * 60
# Whole or in pairs, with blanks, dots or hyphens between: what can be a number that one calls.
CALLABLE = re.compile(r"\+?\d(?:[\s.-]?\d){7,14}")


def public() -> QuerySet[Complaint]:
    """Give the cases that anybody may read: made so by their citizen, and neither sensitive nor about a person or office."""
    cases = Complaint.objects.filter(is_public=True, about_person=None, about_office=None)
    return (
        cases.exclude(category__sensitive=True)
        .exclude(category__protected=True)
        .select_related("category", "place", "lead")
    )


def public_case(reference: str) -> Complaint | None:
    """Give the public case with this reference; None where there is none, or it is closed to others."""
    case = public().filter(reference=reference).first()
    return case if case and may_be_public(case) else None


def near(place: Office, category: Category | None) -> list[Complaint]:
    """Give the newest open public cases of the same ward (or wider place) and subject."""
    line = line_of(place.pk).offices
    around = next((office for office in line if office.level == Level.WARD), place)
    cases = public().filter(state__in=LIVE, lead=None, place__in=Office.objects.under(around.pk))
    if category is not None:
        cases = cases.filter(category=category)
    return [case for case in cases.order_by("-id")[:MOST_NEAR] if may_be_public(case)]


def covered(words: str) -> str:
    """Give words as strangers read them: what can be a telephone number is covered."""
    return CALLABLE.sub("…", words)


# Whoever follows another's case has it on a list in the browser; nothing about them is kept here.


def followed(request: HttpRequest) -> list[str]:
    """Give the references of the public cases that this browser follows, newest last."""
    try:
        references = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE)
    except signing.BadSignature:
        return []
    return [str(reference) for reference in references][-MOST_FOLLOWED:]


def follow(request: HttpRequest, response: HttpResponse, reference: str, *, wanted: bool = True) -> None:
    """Put a case on that list, or take it off."""
    references = [each for each in followed(request) if each != reference] + [reference] * wanted
    value = signing.dumps(references[-MOST_FOLLOWED:], salt=COOKIE)
    secure = bool(request.is_secure())
    response.set_cookie(COOKIE, value, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)


def cases_followed(request: HttpRequest) -> list[Complaint]:
    """Give the cases on that list that are still public, newest first."""
    references = followed(request)
    cases = public().filter(reference__in=references).order_by("-id") if references else []
    return [case for case in cases if may_be_public(case)]
