"""Suggestions for any program: what is answered, what is refused, and that nothing is kept."""

import pytest
from django.urls import reverse

from channels_in.models import Message
from channels_in.suggesting import EachAddress

URL = "/api/v1/suggest/"


@pytest.fixture(autouse=True)
def nobody_has_asked():
    EachAddress.cache.clear()


def test_the_three_best_subjects_and_places_are_answered_without_a_key(client, db):
    response = client.get(URL, {"text": "Hakuna maji Tabata kisiwani wiki nzima"}, HTTP_ACCEPT_LANGUAGE="en")

    assert (response.status_code, reverse("channels_in:api_suggest")) == (200, URL)
    said = response.json()
    assert said["categories"][0] == {"code": "maji", "name": "Water supply", "confidence": 0.99}
    assert said["places"][0] == {"code": "1210305", "name": "Kisiwani", "level": "mtaa", "confidence": 0.85}
    assert (len(said["categories"]), len(said["places"])) == (3, 3)
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["", "?", "\ud800", "a" * 5_000])
def test_any_text_is_answered(client, db, text):
    response = client.get(URL, {"text": text.encode("utf-8", "replace")})

    assert response.status_code == 200
    assert len(response.json()["categories"]) == 3


def test_without_a_text_it_is_said_what_is_missing(client, db):
    response = client.get(URL, HTTP_ACCEPT_LANGUAGE="en")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["detail"] == "Say the words of the complaint: ?text="


def test_another_method_is_refused_as_a_problem(client, db):
    response = client.post(URL, {}, content_type="application/json")

    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")


class Kept(dict):
    """Stands for the process's memory: forgets nothing, however slow the machine."""

    def set(self, key, value, _seconds):
        self[key] = value


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Too many questions at once. Ask again in a second."),
        ("sw", "Maswali ni mengi kwa wakati mmoja. Uliza tena baada ya sekunde moja."),
    ],
)
def test_more_than_three_hundred_in_a_second_wait_and_others_do_not(client, db, rf, monkeypatch, language, words):
    clock = [1000.0]
    monkeypatch.setattr(EachAddress, "cache", Kept())
    monkeypatch.setattr(EachAddress, "timer", lambda _throttle: clock[0])

    def ask(**headers):
        return client.get(URL, {"text": "maji"}, HTTP_ACCEPT_LANGUAGE=language, **headers)

    assert all(EachAddress().allow_request(rf.get(URL), None) for _ in range(299))
    assert ask().status_code == 200
    for refused in (ask(), ask(HTTP_X_FORWARDED_FOR="192.0.2.7")):
        assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
        assert (refused["Retry-After"], refused.json()["detail"]) == ("1", words)
    assert ask(REMOTE_ADDR="192.0.2.2").status_code == 200
    clock[0] += 1
    assert ask().status_code == 200


def test_a_closed_channel_has_no_such_address(client, db, settings):
    settings.OPEN_CHANNELS = [name for name in settings.OPEN_CHANNELS if name != "api"]

    assert client.get(URL, {"text": "maji"}).status_code == 404
