"""What programs offer to choose from: subjects and offices, in the caller's language, and nothing of the oversight desk."""

import pytest

from channels_in.suggesting import EachAddress
from offices.models import Level, Office

OFFICES = "/api/v1/offices/"


@pytest.fixture(autouse=True)
def nobody_has_asked():
    EachAddress.cache.clear()


@pytest.fixture
def ask(client, db):
    def send(path, language="en", **headers):
        return client.get(path, HTTP_ACCEPT_LANGUAGE=language, **headers)

    return send


def codes(answer):
    return [office["code"] for office in answer.json()["offices"]]


def test_the_subjects_are_listed_by_name_in_the_callers_language(ask):
    english, swahili = (ask("/api/v1/categories/", language).json()["categories"] for language in ("en", "sw"))

    water = next(each for each in english if each["code"] == "maji")
    assert water == {
        "code": "maji", "name": "Water supply", "name_sw": water["name_sw"], "name_en": "Water supply",
        "working_hours": water["working_hours"], "sensitive": False,
    }  # fmt: skip
    assert [each["name"] for each in english] == sorted(each["name_en"] for each in english)
    assert {each["name"] for each in swahili} == {each["name_sw"] for each in english}


def test_the_tree_is_walked_from_the_region_down(ask):
    region = ask(OFFICES).json()["offices"]
    beneath = codes(ask(f"{OFFICES}?under={region[0]['code']}"))

    assert [(each["code"], each["level"], each["parent"]) for each in region] == [("1", "mkoa", None)]
    assert set(beneath) == set(Office.objects.filter(parent__code="1").values_list("code", flat=True))
    wards = codes(ask(f"{OFFICES}?under=120&level=kata"))
    assert set(wards) == set(
        Office.objects.under(Office.objects.get(code="120").pk).filter(level=Level.WARD).values_list("code", flat=True)
    )


def test_an_office_is_found_by_its_name_and_says_where_it_lies(ask):
    answer = ask(f"{OFFICES}?q=Kisiwani")

    assert "1210305" in codes(answer)
    found = next(each for each in answer.json()["offices"] if each["code"] == "1210305")
    assert (found["short"], found["level"], found["full"].split(", ")[1]) == ("Kisiwani", "mtaa", "Tabata ward")


def test_one_office_names_those_above_it(ask):
    office = ask(f"{OFFICES}1210305/").json()

    assert (office["code"], office["level"]) == ("1210305", "mtaa")
    assert [each["code"] for each in office["above"]][0] == "12103"
    assert office["above"][-1] == {
        "code": "1", "name": "Dar es Salaam region", "short": "Dar es Salaam", "level": "mkoa", "parent": None,
        "full": "Dar es Salaam region",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status"),
    [("?under=99999", 404), ("?under=0", 404), ("0/", 404), ("nothing/", 404), ("?level=oversight", 400),
     ("?level=x", 400), ("?under=120&level=%F0%9F%92%A7", 400)],
)  # fmt: skip
def test_what_is_not_there_is_said_in_words(ask, path, status):
    answer = ask(f"{OFFICES}{path}")

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("text", ["?q=", "?q=%3F%3F", "?q=xyzzyx", "?q=Ilala", f"?q={'a' * 5000}"])
def test_any_name_is_answered(ask, text):
    answer = ask(f"{OFFICES}{text}")

    assert answer.status_code == 200
    assert "0" not in codes(answer)


def test_a_list_may_be_kept_and_is_not_sent_twice(ask, django_assert_max_num_queries):
    first = ask("/api/v1/categories/")

    again = ask("/api/v1/categories/", HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "public, max-age=3600"
    assert "Accept-Language" in first["Vary"]
    with django_assert_max_num_queries(3):
        ask(f"{OFFICES}?under=12103")
