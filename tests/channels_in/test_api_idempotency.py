"""Idempotency-Key, as draft-ietf-httpapi-idempotency-key-header-07 has it."""

import json
import threading

import pytest
from django.db import connection
from django.test import Client

from channels_in.api import complaints as api
from channels_in.api import sent
from channels_in.models import Message
from complaints.models import Complaint

URL = "/api/v1/complaints/"
BODY = {"words": "Shimo kubwa barabarani.", "category": "barabara"}
UUID = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.fixture(autouse=True)
def partners(settings):
    settings.API_KEYS = {"jamii": "key-of-jamii", "mji": "key-of-mji", "mji:2": "key-of-mji-2"}


def post(key=None, body=None, partner="key-of-jamii", client=None):
    headers = {"HTTP_X_API_KEY": partner, "HTTP_ACCEPT_LANGUAGE": "en"}
    if key is not None:
        headers["HTTP_IDEMPOTENCY_KEY"] = key
    return (client or Client()).post(URL, json.dumps(body or BODY), content_type="application/json", **headers)


def test_the_same_key_and_body_get_the_stored_answer_byte_for_byte(db):
    first, second, third = (post(f'"{UUID}"') for _ in range(3))

    assert first.status_code == second.status_code == third.status_code == 201
    assert first.content == second.content == third.content
    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1


def test_the_stored_answer_stays_as_it_was_when_the_complaint_has_moved_on(db):
    from offices.actors import citizen
    from offices.clock import database_now
    from workflows import actions

    first = post(UUID)
    task = Complaint.objects.get().task_set.select_related("process").get(finished=None)
    actions.withdraw(task, by=citizen(None, via="sms"), at=database_now())

    assert post(UUID).content == first.content


def test_with_or_without_quotes_it_is_the_same_key(db):
    assert post(f'"{UUID}"').content == post(UUID).content


def test_the_order_of_the_names_in_the_body_does_not_matter(db):
    first = post(UUID, {"words": "Shimo kubwa.", "category": "barabara", "phone": "0754123456"})
    second = post(UUID, {"phone": "0754123456", "category": "barabara", "words": "Shimo kubwa."})

    assert (second.status_code, second.content) == (201, first.content)


@pytest.mark.parametrize(
    "change",
    [{"words": "Shimo dogo."}, {"category": "taka"}, {"phone": "0754123456"}, {"name": "Asha"}, {"place": "160"}],
)
def test_the_same_key_with_another_body_is_refused(db, change):
    post(UUID)

    response = post(UUID, BODY | change)

    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert response.json()["detail"] == "This Idempotency-Key was used for another complaint."
    assert Complaint.objects.count() == Message.objects.count() == 1


def test_keys_of_different_partners_never_meet(db):
    answers = [
        post(UUID),
        post(UUID, partner="key-of-mji"),
        post("2:" + UUID, partner="key-of-mji"),
        post(UUID, partner="key-of-mji-2"),
    ]

    assert [answer.status_code for answer in answers] == [201] * 4
    assert Complaint.objects.count() == 4


def test_without_a_key_each_request_is_a_complaint(db):
    assert post().status_code == post().status_code == 201
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize(
    "key",
    [
        "",
        '""',
        '"',
        '"a',
        'a"',
        "a b",
        '"a\u00e9"',
        "\u00e9",
        "x" * 129,
        '"' + "x" * 129 + '"',
        '"\\a"',
        "a,b\\",
        '"a";p=1',
    ],
)
def test_what_is_no_key_is_refused(db, key):
    response = post(key)

    assert (response.status_code, Complaint.objects.count()) == (400, 0)


@pytest.mark.parametrize(
    ("header", "key"), [('"a\\"b\\\\c"', 'a"b\\c'), ('"a b"', "a b"), (" abc ", "abc"), ('"a,b"', "a,b")]
)
def test_a_structured_string_is_read_with_its_escapes(header, key):
    assert sent.idempotency_key(header) == key


def test_a_refused_body_does_not_use_up_the_key(db):
    refused = post(UUID, {"words": ""})
    mended = post(UUID)

    assert (refused.status_code, mended.status_code) == (400, 201)


@pytest.mark.django_db(transaction=True)
def test_a_repeat_while_the_first_is_being_taken_in_gets_409_and_afterwards_the_stored_answer(monkeypatch):
    entered, go_on, answers = threading.Event(), threading.Event(), []
    lodge = api.lodge

    def slowly(incoming, at):
        entered.set()
        assert go_on.wait(20)
        return lodge(incoming, at)

    def first():
        answers.append(post(UUID))
        connection.close()

    monkeypatch.setattr(api, "lodge", slowly)
    thread = threading.Thread(target=first)
    thread.start()
    assert entered.wait(20)
    meanwhile = post(UUID)
    go_on.set()
    thread.join()
    afterwards = post(UUID)

    assert (meanwhile.status_code, meanwhile["Content-Type"]) == (409, "application/problem+json")
    assert (answers[0].status_code, afterwards.status_code) == (201, 201)
    assert answers[0].content == afterwards.content
    assert Complaint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_make_one_complaint():
    answers, start = [], threading.Barrier(12)

    def send():
        start.wait()
        answers.append(post(UUID))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    taken = {answer.content for answer in answers if answer.status_code == 201}
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(taken) == 1
    assert Complaint.objects.count() == Message.objects.count() == 1
