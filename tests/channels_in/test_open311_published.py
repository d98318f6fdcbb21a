"""Open311's GET: only what citizens have made public is read, nothing in it leads to a person, and a thousand cost as few statements as one."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_in.open311 import published
from channels_in.open311.doors import EachReader
from complaints.models import Category, Complaint
from offices.clock import database_now
from tests.workflows.stories import category, lodged, office, through
from tests.world import TUESDAY

URL = "/open311/v2/requests"
WORDS = "Bomba limepasuka. Nipigie 0754 123 456 au asha@barua.example, picha: https://picha.example/1.jpg"


@pytest.fixture(autouse=True)
def now(monkeypatch, db):
    """It is Wednesday; nobody has asked yet."""
    EachReader.cache.clear()
    monkeypatch.setattr("channels_in.open311.views.database_now", lambda: TUESDAY + dt.timedelta(days=1))


def public(story):
    """Have the citizen make the case public."""
    Complaint.objects.filter(pk=story.case.pk).update(is_public=True)
    return story.case.reference


def listed(client, **said):
    response = client.get(f"{URL}.json", said, HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 200, response.content
    return response.json()


def numbers(client, **said):
    return [request["service_request_id"] for request in listed(client, **said)]


def test_a_public_case_is_read_with_nothing_that_leads_to_a_person(client):
    number = public(
        through(
            lodged(
                words=WORDS,
                place=office("1210305"),
                place_words="Nyumba ya Asha, 0754123456",
                category=category("maji"),
            ),
            "take",
        )
    )

    (found,) = listed(client)

    case = Complaint.objects.get()
    assert found == {
        "service_request_id": number,
        "status": "open",
        "status_notes": "Being worked on",
        "service_name": "Water supply",
        "service_code": "maji",
        "description": "Bomba limepasuka. Nipigie … au … picha: …",
        "agency_responsible": found["agency_responsible"],
        "service_notice": None,
        "requested_datetime": timezone.localtime(case.received_at).isoformat(timespec="seconds"),
        "updated_datetime": found["updated_datetime"],
        "expected_datetime": found["expected_datetime"],
        "address": "Nyumba ya Asha, …, Kisiwani street, Tabata ward, Jiji la Dar es Salaam",
        "address_id": "1210305",
        "zipcode": "12103",
        "lat": None,
        "long": None,
        "media_url": None,
    }
    assert found["agency_responsible"].endswith("Jiji la Dar es Salaam")
    assert found["requested_datetime"] < found["updated_datetime"] < found["expected_datetime"]


def test_one_is_read_by_its_number_however_it_is_written(client):
    number = public(lodged())

    alone = client.get(f"{URL}/{number}.json").json()
    written = client.get(f"{URL}/{number[:4]}-{number[4:8]}-{number[8:]}.json").json()

    assert alone == written == client.get(f"{URL}.json", {"service_request_id": number}).json()


def test_xml_has_the_standards_elements(client):
    number = public(lodged())

    root = ElementTree.fromstring(client.get(f"{URL}.xml").content)

    assert (root.tag, [child.tag for child in root]) == ("service_requests", ["request"])
    assert root.findtext("request/service_request_id") == number
    assert root.find("request/lat").text is None


NOT_READ = {
    "not made public": lambda: lodged(),
    "sensitive": lambda: public(lodged(category=category("rushwa"))),
    "protected": lambda: public(lodged(category=category("ukatili"))),
    "confidential": lambda: (public(lodged()), Complaint.objects.update(confidential=True)),
    "about an office": lambda: public(lodged(about_office=office("160"))),
}


@pytest.mark.parametrize("what", NOT_READ)
def test_what_may_not_be_read_is_answered_as_what_does_not_exist(client, what):
    NOT_READ[what]()
    number = Complaint.objects.get().reference

    alone, unknown = client.get(f"{URL}/{number}.json"), client.get(f"{URL}/268900000001.json")

    assert (listed(client), listed(client, service_request_id=number)) == ([], [])
    assert (alone.status_code, alone.content) == (404, unknown.content)


def test_a_subject_that_becomes_sensitive_takes_its_cases_out(client):
    number = public(lodged(category=category("maji")))

    assert numbers(client) == [number]
    Category.objects.filter(code="maji").update(sensitive=True)
    assert numbers(client) == []


def test_what_was_allowed_can_be_taken_back(client):
    number = public(lodged())

    assert numbers(client) == [number]
    Complaint.objects.update(is_public=False)
    assert client.get(f"{URL}/{number}.json").status_code == 404


@pytest.mark.parametrize(
    ("moves", "status", "notes"),
    [
        ([], "open", "Waiting at an office"),
        (["take", "answer"], "open", "Answered. "),
        (["take", "answer", "confirm"], "closed", "Closed: settled, says the citizen. "),
        (["withdraw"], "closed", "Closed: withdrawn by the citizen"),
        (["take", "answer", "confirm", "reopen"], "open", "Waiting at an office"),
    ],
)
def test_open_is_all_that_its_citizen_has_not_seen_settled(client, moves, status, notes):
    public(through(lodged(), *moves))

    (found,) = listed(client)

    assert found["status"] == status
    assert found["status_notes"].startswith(notes)
    other = {"open": "closed", "closed": "open"}[status]
    assert len(listed(client, status=status)) == len(listed(client, status="open,closed")) == 1
    assert listed(client, status=other) == []


def test_a_joined_case_stands_where_the_one_it_is_joined_with_stands(client):
    lead = lodged(category=category("maji"))
    number = public(lodged(category=category("maji")).then("merge", into=lead.case))

    (found,) = listed(client)

    assert (found["service_request_id"], found["status"]) == (number, "open")
    assert found["status_notes"].startswith("Joined with another complaint")
    assert numbers(client, status="open") == [number]


def test_what_passes_between_office_and_citizen_alone_is_not_read(client):
    public(through(lodged(), "take").then("ask", question="Jina la jirani ni nani?").then("reply", words="Ni Juma."))

    assert "Juma" not in str(listed(client)) and "jirani" not in str(listed(client))


def test_subjects_and_numbers_come_in_lists(client):
    water, roads, health = (public(lodged(category=category(code))) for code in ("maji", "barabara", "afya"))

    assert set(numbers(client, service_code="maji,barabara")) == {water, roads}
    assert set(numbers(client, service_code=["maji", "afya"])) == {water, health}
    assert numbers(client, service_code="siasa") == []
    # A number overrides all else.
    assert set(numbers(client, service_request_id=f"{water}, {health},x,268900000001", service_code="barabara")) == {
        water,
        health,
    }


def test_dates_say_from_when_to_when(client):
    early = public(lodged(at=TUESDAY - dt.timedelta(days=100)))
    late = public(lodged(at=TUESDAY))

    assert numbers(client) == [late]
    assert numbers(client, start_date="2026-08-01T00:00:00Z", end_date="2026-08-31T23:59:59Z") == [early]
    assert numbers(client, end_date="2026-09-30") == [early]
    assert numbers(client, start_date="2026-08-10T00:00:00+03:00") == [early]
    assert numbers(client, start_date="2026-11-24T10:00:00+03:00") == [late]
    assert client.get(f"{URL}.json?start_date=2026-11-24T10:00:00+03:00").status_code == 200  # a bare plus
    assert numbers(client, start_date="2026-11-24T10:00:01+03:00") == []
    assert numbers(client, start_date="2026-11-25", end_date="2026-11-24") == []


def test_pages_go_from_the_newest_on(client):
    all_of_them = [public(lodged(at=TUESDAY + dt.timedelta(minutes=turn))) for turn in range(5)][::-1]

    pages = [numbers(client, page=page, page_size=2) for page in (1, 2, 3, 4)]

    assert pages == [all_of_them[:2], all_of_them[2:4], all_of_them[4:], []]
    assert numbers(client, page_size=3) == all_of_them[:3]
    assert numbers(client, page=999_999) == []
    assert numbers(client, page=1) == all_of_them


@pytest.mark.parametrize(
    "said",
    [
        {"status": "resolved"}, {"page": "0"}, {"page": "-1"}, {"page": "a"}, {"page": "9" * 50}, {"page_size": "1.5"}, {"page": "\u0661"},
        {"start_date": "jana"}, {"start_date": "2026-02-30"}, {"start_date": "2026-13-01T00:00:00Z"}, {"end_date": "0001-01-01T00:00:00Z"},
        {"end_date": "0001-01-01T00:00:00+14:00"}, {"start_date": "9999-12-31T23:59:59-14:00"}, {"end_date": "\u202e"}, {"start_date": "9" * 5000},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"}, {"start_date": "9999-12-31T00:00:00Z", "end_date": "0002-01-01"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_the_standards_form(client, said):
    response = client.get(f"{URL}.json", said, HTTP_ACCEPT_LANGUAGE="en")

    if response.status_code == 200:
        assert response.json() == [] and said.get("end_date", "").startswith("0002")
        return
    assert response.status_code == 400
    assert response.json()[0]["description"].split(":")[0].split(",")[0] in said


@pytest.mark.parametrize(
    "said",
    [
        {"service_request_id": ","},
        {"service_code": ""},
        {"status": ""},
        {"start_date": ""},
        {"page": ""},
        {"extensions": "true"},
    ],
)
def test_an_empty_parameter_is_as_none(client, said):
    number = public(lodged())

    assert numbers(client, **said) == [number]


def test_a_thousand_cost_as_few_statements_as_one(client):
    public(through(lodged(), "take", "answer"))
    listed(client)
    with CaptureQueriesContext(connection) as one:
        listed(client)
    for code, place in [("maji", "160"), ("barabara", "1610101"), ("afya", "12103"), ("taka", "120")]:
        public(lodged(category=category(code), place=office(place)))
    listed(client)

    with CaptureQueriesContext(connection) as many:
        assert len(listed(client)) == 5

    assert len(many) == len(one) <= 8


def test_what_the_citizen_must_do_by_a_day_is_no_promise_to_others(client):
    public(through(lodged(), "take", "answer"))

    assert listed(client)[0]["expected_datetime"] is None


@pytest.mark.parametrize(
    "words", ["a" * 20_000, "@" * 20_000, "a@" * 10_000, "https://" * 2_500, "1" * 20_000, "1 " * 10_000]
)
def test_endless_words_are_covered_in_a_moment(words):
    assert len(published.covered(f"Maji {words}")) <= 20_005


def test_a_description_ends_where_the_standard_ends_it(client):
    public(lodged(words="maji " * 3000))

    assert len(listed(client)[0]["description"]) == published.LONGEST


def test_control_characters_do_no_harm_in_xml(client):
    public(lodged(words="Maji\x01\x0b\ufffe <b>&amp; ]]> hakuna"))

    root = ElementTree.fromstring(client.get(f"{URL}.xml").content)

    assert root.findtext("request/description") == "Maji <b>&amp; ]]> hakuna"


def test_the_newest_are_found_by_an_index(client):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cases = published.published().filter(received_at__gte=database_now()).order_by("-received_at", "-pk")[:10]

        assert "complaint_public_newest" in cases.explain()
