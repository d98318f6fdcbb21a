"""What the service says of itself: its promises as the policies have them, its data notice, its poster, its receipt as a file."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from channels_in.proof import code_of
from complaints.models import Complaint
from offices.clock import database_now
from offices.kept import forget
from tests.channels_in.test_questions import UNNAMED, Citizen, text_of
from workflows.models import Policy

pytestmark = pytest.mark.django_db


def page(path, language="en", client=None):
    client = client or Client()
    client.cookies["django_language"] = language
    return client.get(path)


def promised(subject):
    """Give where a subject begins and by when it is answered, as the page says."""
    row = re.search(
        rf'<th scope="row"[^>]*>{subject}</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>', text_of(page("/about/"))
    )
    return row[1], row[2]


def test_the_promises_are_those_of_the_policies_that_hold_today():
    before = promised("Water supply")
    Policy.objects.create(valid_from=timezone.localdate(database_now()), act_hours=16, reopen_days=45)
    forget()

    after = promised("Water supply")

    assert (before, after) == (("Council", "5 working days"), ("Council", "2 working days"))
    assert "open it again for 45 days" in text_of(page("/about/"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("sw", ["Ilivyokuwa zamani", "Jinsi ya kulalamika", "Wananchi", "Viongozi", "Watumishi", "Nani anazitunza", "Wa kuuliza", "siku 90"]),
        ("en", ["How it was before", "How to complain", "Citizens", "Leaders", "Staff", "Who keeps it", "Whom to ask", "90 days"]),
    ],
)  # fmt: skip
def test_it_tells_how_it_was_how_to_complain_what_is_gained_and_what_is_kept(language, told):
    text = text_of(page("/about/", language))

    assert [part for part in told if part not in text] == []
    assert 'id="data"' in text


def test_the_question_pages_lead_to_the_data_notice():
    citizen = Citizen().until("contact")

    assert 'href="/about/#data"' in text_of(citizen.client.get(citizen.at))


def test_a_poster_for_an_office_has_its_name_the_short_code_and_the_sites_address(settings):
    settings.PUBLIC_URL = "https://malalamiko.example"

    by_code, by_name, region = (
        text_of(page(f"/about/poster/{asked}")) for asked in ("?office=12103", "?office=Kata+ya+Tabata", "")
    )

    assert 'mlm-poster__office">Tabata ward<' in by_code and 'mlm-poster__office">Tabata ward<' in by_name
    assert "Dar es Salaam region" in region
    assert all(
        "15200" in poster and "https://malalamiko.example/submit/" in poster and "<svg" in poster
        for poster in (by_code, by_name)
    )


def test_a_name_that_several_offices_have_offers_them_and_one_that_none_has_says_so():
    several, none = (
        text_of(page("/about/poster/?office=Kisiwani")),
        text_of(page("/about/poster/?office=Pale+kwa+Mzee")),
    )

    assert several.count('href="?office=') > 2
    assert "We know no office of this name." in none


@pytest.mark.parametrize("asked", ["%00", "9" * 4000, "<script>", "(" * 500, "%F0%9F%98%A1"])
def test_whatever_is_asked_for_a_poster_is_answered(asked):
    response = page(f"/about/poster/?office={asked}")

    assert response.status_code in (200, 400)
    assert "<script>" not in text_of(response)


# The receipt as a file.


def test_the_receipt_is_a_file_too_for_the_same_person_alone():
    citizen = Citizen().until("", contact=UNNAMED)
    citizen.send()
    case = Complaint.objects.get()
    address = f"/submit/{case.reference}/pdf/"

    theirs, others, none = citizen.client.get(address), Client().get(address), Client().get("/submit/268900000001/pdf/")

    assert (theirs.status_code, theirs["Content-Type"]) == (200, "application/pdf")
    assert theirs.content.startswith(b"%PDF-") and "no-store" in theirs["Cache-Control"]
    assert {(answer.status_code, answer["Location"]) for answer in (others, none)} == {(302, "/track/")}
    assert address in text_of(citizen.client.get(f"/submit/{case.reference}/"))
    assert code_of(case.secret)
