"""What stands in front of every view: health, refusals of what cannot be read, and a database that is away."""

import logging

import pytest
from django.db import DataError, OperationalError
from django.test import RequestFactory, override_settings

from config import errors, health
from config.logs import DiscreetFormatter
from config.middleware import DatabaseAway

UNREADABLE = "The address contains characters that cannot be read."


def test_healthz_asks_nobody(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_readyz_is_200_when_database_and_redis_answer(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reason": ""})


@pytest.mark.django_db
@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_readyz_is_503_when_redis_is_down(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "reason": "Redis does not answer"})


@pytest.mark.django_db
def test_readyz_is_503_while_migrations_are_missing(client, monkeypatch):
    monkeypatch.setattr(health, "migrated", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "reason": "migrations are not applied"})


def test_readyz_is_503_when_the_database_is_away(client, monkeypatch):
    monkeypatch.setattr(health, "has_unapplied_migrations", away)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "reason": "the database does not answer"})


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz?text=%00", 400),
        ("/healthz?text=%ED%A0%80", 400),
        ("/healthz?text=%ff", 400),
        ("/healthz?text=" + "a" * 33_000, 414),
        ("/healthz?text=%F0%9F%98%80%E2%80%8F", 200),
    ],
    ids=["NUL", "lone surrogate", "no UTF-8", "too long", "emoji and a right-to-left mark"],
)
def test_a_query_that_no_view_can_read_is_refused(client, path, status):
    assert client.get(path).status_code == status


def test_a_nul_in_the_path_is_refused(client):
    assert client.get("/track/%00").status_code == 400


def test_a_person_reads_the_refusal_as_a_page_in_their_language(client):
    client.cookies["django_language"] = "en"
    answer = client.get("/submit/?x=%00")

    assert answer.status_code == 400
    assert '<html lang="en"' in answer.content.decode()
    assert UNREADABLE in answer.content.decode()


def test_a_machine_reads_the_refusal_as_json(client):
    answer = client.get("/api/v1/complaints/?x=%00", headers={"accept-language": "en"})

    assert (answer.status_code, answer.json()["detail"]) == (400, UNREADABLE)


@pytest.mark.parametrize("length", ["1048577", "9" * 40, "minus one", "-1"])
def test_a_body_over_the_limit_is_refused_unread(rf, length):
    from config.middleware import refuse_the_unreadable

    request = rf.post("/submit/", CONTENT_LENGTH=length)

    assert refuse_the_unreadable(away)(request).status_code == 413


def test_the_sms_door_takes_any_bytes(rf):
    from config.middleware import what_is_wrong

    assert what_is_wrong(rf.get("/channels/sms/kannel/?text=%ff%00%fe")) is None
    assert what_is_wrong(rf.get("/channels/sms/kannel/?text=" + "%41" * 10_000)) is None


def test_a_database_that_is_away_is_503_and_come_back(rf):
    answer = DatabaseAway(away).process_exception(rf.get("/api/v1/complaints/"), OperationalError("gone"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")


def test_an_error_of_ours_is_not_called_a_database_away(rf):
    assert DatabaseAway(away).process_exception(rf.get("/"), DataError("ours")) is None


def test_a_database_lost_outside_any_view_is_503_too():
    try:
        away()
    except OperationalError:
        answer = errors.server_error(RequestFactory().get("/"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")


def test_a_log_line_keeps_the_place_of_an_error_and_not_its_words():
    words = "siri yangu"
    try:
        int(words)
    except ValueError as error:
        record = logging.LogRecord(
            "any", logging.ERROR, __file__, 1, "Task raised: %r", (error,), (type(error), error, error.__traceback__)
        )

    line = DiscreetFormatter().format(record)

    assert "siri yangu" not in line
    assert "builtins.ValueError" in line
    assert "test_doors.py" in line


def away(*_):
    raise OperationalError("gone")


def test_behind_our_own_proxy_the_caller_is_whom_it_names_last(rf):
    from config.middleware import look_behind_the_proxy

    seen = []
    door = look_behind_the_proxy(lambda request: seen.append(request.META["REMOTE_ADDR"]))

    door(rf.get("/", HTTP_X_FORWARDED_FOR="198.51.100.7, 203.0.113.9", REMOTE_ADDR="127.0.0.1"))
    door(rf.get("/", REMOTE_ADDR="127.0.0.1"))

    assert seen == ["203.0.113.9", "127.0.0.1"]
