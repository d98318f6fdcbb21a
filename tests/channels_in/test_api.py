"""The partners' door: what it takes, what it refuses and in whose words, and who may read what."""

import datetime as dt
import json

import pytest

from channels_in import proof
from channels_in.models import Fate, Message
from complaints.models import Citizen, Complaint
from notices.models import Notice
from offices.clock import database_now
from workflows import actions

WORDS = "Shimo kubwa barabarani karibu na shule."
URL = "/api/v1/complaints/"


@pytest.fixture(autouse=True)
def partners(settings):
    settings.API_KEYS = {"jamii": "key-of-jamii", "mji": "key-of-mji"}


@pytest.fixture
def post(client, db):
    """Send a body as a partner's program would."""

    def send(body=None, key="key-of-jamii", **headers):
        body = {"words": WORDS} if body is None else body
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        headers = {"HTTP_AUTHORIZATION": f"Bearer {key}", "HTTP_ACCEPT_LANGUAGE": "en"} | headers
        return client.post(URL, text, content_type=headers.pop("content_type", "application/json"), **headers)

    return send


def fields_refused(response):
    return {error["field"] for error in response.json().get("errors", [])}


# The contract of every way in: real, doubled (test_api_idempotency.py), forged, empty, our own fault.


def test_a_complaint_is_lodged_with_all_that_is_said(post):
    response = post(
        {
            "words": WORDS, "kind": "complaint", "category": "barabara", "place": "16101", "place_words": "Shule ya Mburahati",
            "phone": "0754 123 456", "name": "Asha Juma", "language": "sw", "about_office": "16101", "about_post": "officer",
            "came_back": "told_to_return", "received_at": (database_now() - dt.timedelta(days=1)).isoformat(),
        }
    )  # fmt: skip

    case = Complaint.objects.select_related("citizen", "place", "about_office", "category").get()
    assert response.status_code == 201
    assert response.json() == {
        "reference": case.reference,
        "written": case.reference_written,
        "secret": proof.code_of(case.secret),
        "state": "queued",
        "due_at": case.task_set.get(finished=None).due_at.isoformat(),
        "known_incident": None,
        "office": "Infrastructure and urban development, Manispaa ya Ubungo",
    }
    assert response["Location"] == f"{URL}{case.reference}/"
    assert (case.channel, case.category.code, case.place.code, case.place_words) == (
        "api", "barabara", "16101", "Shule ya Mburahati",
    )  # fmt: skip
    assert (case.citizen.phone, case.citizen.name, case.about_post, case.came_back) == (
        "+255754123456", "Asha Juma", "officer", "told_to_return",
    )  # fmt: skip
    assert case.entered_at - case.received_at > dt.timedelta(hours=23)
    assert Notice.objects.get().address == "+255754123456"


def test_words_alone_will_do(post):
    response = post()

    assert response.status_code == 201
    assert (Complaint.objects.get().citizen, Citizen.objects.count()) == (None, 0)


@pytest.mark.parametrize(
    "proof_given",
    [{"HTTP_AUTHORIZATION": "Bearer mlm_wrong"}, {"HTTP_AUTHORIZATION": "Bearer wrong"}, {"HTTP_AUTHORIZATION": "Basic a2V5LW9mLWphbWlp"}, {"HTTP_X_API_KEY": ""},
     {"HTTP_AUTHORIZATION": "Bearer "}, {"HTTP_X_API_KEY": "key-of-jamii\u00e9"}, {"HTTP_AUTHORIZATION": "key-of-jamii"}],
)  # fmt: skip
def test_without_a_partners_key_nothing_is_taken_in(client, db, proof_given):
    response = client.post(URL, json.dumps({"words": WORDS}), content_type="application/json", **proof_given)

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert Message.objects.count() == 0


def test_an_empty_key_is_nobodys(client, db, settings):
    settings.API_KEYS = {"jamii": ""}

    response = client.post(URL, json.dumps({"words": WORDS}), content_type="application/json", HTTP_X_API_KEY="")

    assert response.status_code == 401


def test_the_key_may_come_in_a_header_of_its_own(client, db):
    response = client.post(
        URL, json.dumps({"words": WORDS}), content_type="application/json", HTTP_X_API_KEY="key-of-mji"
    )

    assert response.status_code == 201


def test_our_own_fault_keeps_the_words_and_the_next_try_takes_them_in(client, post, monkeypatch):
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(actions, "lodge", lambda *args, **kwargs: 1 / 0)
        failed = post(HTTP_IDEMPOTENCY_KEY="a")
    kept = Message.objects.get()

    second = post(HTTP_IDEMPOTENCY_KEY="a")

    assert (failed.status_code, second.status_code) == (500, 201)
    assert (kept.fate, kept.text) == (Fate.FAILED, WORDS)
    assert (Message.objects.get().fate, Complaint.objects.count()) == (Fate.TAKEN, 1)


# What is refused, where, and in which language.


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("words", ""), ("words", "  \n"), ("words", "?!"), ("words", "neno " * 5000), ("words", 7), ("words", ["a"]),
        ("words", None), ("words", {"a": 1}), ("words", True),
        ("kind", "hasira"), ("category", "siasa"), ("category", 5), ("place", "99999"), ("place", 16101), ("place", "x" * 500),
        ("place_words", "x" * 201), ("phone", "0754"), ("phone", "hakuna"), ("phone", "+1"), ("phone", 754123456),
        ("name", "x" * 121), ("language", "fr"), ("about_office", "99999"), ("about_post", "rais"), ("about_post", "officer"),
        ("came_back", "juzi"), ("received_at", "jana"), ("received_at", "2126-01-01T00:00:00Z"),
        ("received_at", "2006-01-01T00:00:00Z"), ("received_at", "0001-01-01T00:00:00+14:00"),
        ("received_at", "9999-12-31T23:59:59-14:00"), ("received_at", "2026-02-30T00:00:00Z"), ("received_at", 1700000000),
        ("mahali", "16101"), ("words ", "x"), ("", "x"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_of_its_field_and_nothing_is_kept(post, field, value):
    response = post({"words": WORDS} | {field: value})

    named = {"about_post": "about_office"}.get(field, field) if value == "officer" else field
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert fields_refused(response) == {named}
    assert Message.objects.count() == Complaint.objects.count() == Citizen.objects.count() == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "There is no office with this code."), ("fr, en;q=0.5", "There is no office with this code.")],
)
def test_errors_are_in_the_clients_language(post, language, words):
    response = post({"words": WORDS, "place": "99999"}, HTTP_ACCEPT_LANGUAGE=language)

    assert [error["detail"] for error in response.json()["errors"]] == [words]


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", '"words"', "1", "{", "{'words': 'x'}", '{"words": NaN}', '{"words": Infinity}', '{"words": "a", "words": "b"}',
     '{"words": "a"} x', b'\xff\xfe{"words": "a"}', b'{"words": "\xc3("}', "[" * 100_000, '{"words":' * 100_000, '{"words": ' + "1" * 5000 + "}",
     '{"words": "a\nb"}'],
)  # fmt: skip
def test_what_is_no_json_object_is_refused(post, body):
    response = post(body)

    assert response.status_code == 400
    assert response.json()["detail"]
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", ""]
)
def test_what_is_not_called_json_is_refused(post, content_type):
    assert post(content_type=content_type).status_code == 415


def test_a_charset_beside_the_content_type_does_no_harm(post):
    assert post(content_type="application/json; charset=utf-8").status_code == 201


def test_a_body_sent_in_pieces_is_refused_rather_than_read_as_none(post):
    assert post(HTTP_TRANSFER_ENCODING="chunked").status_code == 411


def test_half_a_letter_is_kept_as_a_mark_and_nul_is_left_out(post):
    response = post('{"words": "Maji \\ud800 hakuna\\u0000 kabisa", "name": "A\\udfffB\\u0000"}')

    case = Complaint.objects.get()
    assert response.status_code == 201
    assert case.words == "Maji ? hakuna kabisa"
    assert case.citizen.name == "A?B"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, db, method):
    response = getattr(client, method)(URL, HTTP_X_API_KEY="key-of-mji", HTTP_ACCEPT="text/html")

    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")


# Reading.

MOVES = [
    {"move": "add_words", "title": "Add something", "button": "Add this", "explains": "",
     "words_label": "What do you want to add?", "words_needed": True},
    {"move": "withdraw", "title": "Withdraw it", "button": "Withdraw it", "explains": "Nobody works on it from then on.",
     "words_label": "", "words_needed": False},
]  # fmt: skip


def test_a_partner_reads_how_its_own_complaint_stands(client, post):
    sent = post({"words": WORDS, "category": "barabara", "place": "160"}).json()

    response = client.get(f"{URL}{sent['reference']}/", HTTP_X_API_KEY="key-of-jamii", HTTP_ACCEPT_LANGUAGE="en")

    case = Complaint.objects.get()
    assert response.json() == {
        "reference": sent["reference"],
        "written": sent["written"],
        "kind": "complaint",
        "category": "barabara",
        "state": "queued",
        "state_says": "Waiting at an office",
        "outcome": "",
        "received_at": case.received_at.isoformat(),
        "due_at": sent["due_at"],
        "due_says": "You hear from them by",
        "office": "Infrastructure and urban development, Manispaa ya Ubungo",
        "words": WORDS,
        "asks": "",
        "said": "",
        "stars": 0,
        "moves": MOVES,
        "steps": [
            {
                "at": case.received_at.isoformat(),
                "what": "We have received it",
                "office": "Infrastructure and urban development, Manispaa ya Ubungo",
                "words": "",
            }
        ],
    }


def test_anothers_complaint_and_none_get_the_same_answer(client, post, db):
    sent = post().json()
    urls = [f"{URL}{sent['reference']}/", f"{URL}268900000001/", f"{URL}xyz/", f"{URL}{'9' * 300}/"]

    answers = [client.get(url, HTTP_X_API_KEY="key-of-mji") for url in urls]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_reading_needs_the_key_too(client, post):
    sent = post().json()

    assert client.get(f"{URL}{sent['reference']}/").status_code == 401


def test_a_discreet_complaint_names_no_office(client, post):
    sent = post({"words": "Mtendaji anadai pesa.", "category": "rushwa", "place": "12103"}).json()

    read = client.get(f"{URL}{sent['reference']}/", HTTP_X_API_KEY="key-of-jamii").json()

    assert sent["office"] == read["office"] == ""
    assert [step["office"] for step in read["steps"]] == [""]


def test_lodging_costs_few_statements(post, django_assert_max_num_queries):
    post({"words": WORDS, "category": "barabara", "place": "160"})

    with django_assert_max_num_queries(24):
        post({"words": WORDS, "category": "barabara", "place": "160", "phone": "0754123456"}, HTTP_IDEMPOTENCY_KEY="q")


def test_a_closed_channel_is_not_there(client, post, settings):
    settings.OPEN_CHANNELS = []

    answers = [post(), client.get(f"{URL}268900000001/", HTTP_X_API_KEY="key-of-jamii")]

    assert {answer.status_code for answer in answers} == {404}
    assert Message.objects.count() == 0


def test_a_number_of_another_country_is_refused_in_words(post):
    response = post({"words": WORDS, "phone": "+18765550123"})

    assert (response.status_code, fields_refused(response)) == (400, {"phone"})


def test_one_number_is_written_to_five_times_a_day_however_many_complaints_come(post):
    for _ in range(7):
        assert post({"words": WORDS, "phone": "0754123456"}).status_code == 201

    assert Notice.objects.filter(status="queued").count() == 5


# The oversight desk is no place, and nobody complains about it here.


@pytest.mark.parametrize("field", ["place", "about_office"])
def test_the_oversight_desk_is_refused_in_words(post, field):
    response = post({"words": WORDS, field: "0"})

    assert (response.status_code, fields_refused(response)) == (400, {field})
    assert Complaint.objects.count() == 0


@pytest.mark.parametrize(
    "url", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/complaints/", "/api/v1/complaints/a/b/"]
)
def test_an_address_where_nothing_is_answers_as_a_program_expects(client, db, url):
    response = client.get(url, HTTP_ACCEPT_LANGUAGE="en")

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["detail"] == "There is nothing at this address. Complaints are at /api/v1/complaints/."
