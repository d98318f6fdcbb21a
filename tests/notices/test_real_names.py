"""Every kind in both languages, rendered with the longest names that are really there, is one SMS of 160 letters."""

import itertools

import pytest
from django.utils.translation import override

from channels_in.follow import state_in_words
from channels_in.where import MOST_CHOICES, labels_of
from complaints.models import Complaint, Kind, KnownIncident
from complaints.references import new_reference, written
from complaints.states import Outcome, State
from notices.kinds import KINDS
from notices.rendering import NAME_LENGTH, is_gsm7, render_text, segments, short
from offices.models import DESK, Body, Department, Level, Office, Queue, User
from tests.world import TUESDAY
from workflows.models import Policy
from workflows.notify import office_in

pytestmark = pytest.mark.django_db

LANGUAGES = ["sw", "en"]
PROSE = "Bomba limebadilishwa na mafundi wa idara tarehe 24/11/2026 mtaa wa Midizini. " * 9
FEW = 3  # of the longest names of each sort


def longest(names, count=FEW):
    """Give the longest of some names, as an SMS says them."""
    return sorted({short(name) for name in names}, key=len, reverse=True)[:count]


def offices_and_departments(language):
    """Give the names by which citizens know the queues (`office_in`): every department's, and every office's."""
    with override(language):
        departments = {each.name for each in Department.objects.exclude(code=DESK)}
        named = departments | {str(each) for each in Office.objects.all()}
    some = Queue.objects.filter(office__code__in=["1", "120", "12103", "1210302"])
    assert {office_in(language, queue) for queue in some} <= named
    return named


def states(language):
    """Give the words for every way in which a complaint can stand."""
    with override(language):
        lead = [Complaint(state=state) for state in State if state != State.ENDED]
        closed = [Complaint(state=state, outcome=outcome) for state in ("closed", "ended") for outcome in Outcome]
        joined = [Complaint(state="closed", outcome="duplicate", lead=each) for each in lead]
        return [state_in_words(case) for case in [*lead, *closed, *joined]]


def bodies(language):
    """Give the names of the outside bodies."""
    return [getattr(body, f"name_{language}") for body in Body.objects.all()]


def streets():
    """Give what the question where it is offers, with the longest names of streets."""
    named = sorted(Office.objects.filter(level=Level.STREET), key=lambda office: -len(short(office.name, 22)))
    return labels_of(named[:MOST_CHOICES])


def days():
    """Give the most days that any policy gives."""
    given = [number for pair in Policy.objects.values_list("silence_days", "reopen_days") for number in pair]
    return max([*given, 365])


def incident_words(name):
    """Give as many letters as an incident's own words may have."""
    return "m" * (KnownIncident._meta.get_field(name).max_length or 0)


def facts(language):
    """Give the facts, office, body and state aside: the longest that the product makes."""
    return {
        "ref": written(new_reference(TUESDAY)), "due": TUESDAY.isoformat(), "until": TUESDAY.date().isoformat(), "days": days(),
        "reason": PROSE, "question": PROSE, "answer": PROSE, "words": PROSE, "n": 9999, "code": "048213", "added": True,
        "places": streets(), "said": "Asante.", "link": "https://malalamiko.example.go.tz/b/GhB2sL0wqkq0uQ4xZ3n9tA/",
        "who": max(User.objects.values_list("username", flat=True), key=len), "where": "https://malalamiko.dar.go.tz/accounts/password/reset/",
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_is_said_in_at_most_28_plain_letters_and_none_is_lost(language):
    names = offices_and_departments(language) | set(bodies(language))

    said = {name: short(name) for name in names}

    assert len(names) > 600
    assert {name: s for name, s in said.items() if not (3 <= len(s) <= NAME_LENGTH and is_gsm7(s))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_departments_are_never_said_alike(language):
    names = [getattr(each, f"name_{language}") for each in Department.objects.all()]

    assert len({short(name) for name in names}) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_with_the_longest_real_names_is_one_segment(language):
    known = facts(language)
    real = {
        "office": longest(offices_and_departments(language)), "body": longest(bodies(language)),
        "state": [max(states(language), key=len)], "case_kind": list(Kind), "discreet": [False, True],
    }  # fmt: skip
    too_long = {}
    for kind, asked in KINDS.items():
        names = [name for name in real if name in asked]
        for values in itertools.product(*(real[name] for name in names)):
            text = render_text(kind, language, known | dict(zip(names, values, strict=True)))
            if segments(text) != 1 or not is_gsm7(text) or len(text) > 160:
                too_long[kind] = text

    assert too_long == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_an_incident_are_never_cut(language):
    known = facts(language)

    said = render_text("known_incident", language, known | {"words": incident_words("words_sw")})
    over = render_text("incident_over", language, known | {"answer": incident_words("closing_sw")})
    told = render_text("incident_told", language, known | {"answer": incident_words("closing_sw")})

    assert incident_words("words_sw") in said
    assert incident_words("closing_sw") in over and incident_words("closing_sw") in told
