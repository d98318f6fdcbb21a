"""Rubbish at Open311's doors: a sentence in the standard's form and a 4xx, or a complaint; never a 500, and never half a complaint."""

import json
from xml.etree import ElementTree

import pytest
from django.test import Client

from channels_in.models import Message
from channels_in.open311.doors import EachReader
from complaints.models import Complaint
from tests.channels_in.test_hostile import FORMS, SHORT, TEXTS, as_form, each

V2 = "/open311/v2/"
FORM = {"api_key": "key", "service_code": "maji", "description": "Maji hakuna mtaani kwetu."}
FIELDS = [
    "service_code", "address_string", "address_id", "first_name", "phone", "lat", "account_id", "media_url", "jurisdiction_id", "api_key",
    "attribute[kind]", "attribute[about_office]", "attribute[x]",
]  # fmt: skip
ASKED = [
    "service_request_id",
    "service_code",
    "status",
    "start_date",
    "end_date",
    "page",
    "page_size",
    "jurisdiction_id",
    "extensions",
]


@pytest.fixture
def client_of_others(db, settings):
    """Give what sends a form as a partner's Open311 client would, and holds that every answer can be read."""
    settings.API_KEYS = {"jamii": "key"}

    def send(**changes):
        sent = {as_form(name): as_form(value) for name, value in (FORM | changes).items()}
        response = Client().post(f"{V2}requests.xml", sent)
        assert ElementTree.fromstring(response.content).tag in ("service_requests", "errors")
        return response

    return send


def test_rubbish_in_the_description(client_of_others):
    each({name: {"description": text} for name, text in TEXTS.items()}, client_of_others, accepted=201)


@pytest.mark.parametrize("field", FIELDS)
def test_rubbish_in_a_field(client_of_others, field):
    each({name: {field: TEXTS[name]} for name in SHORT}, client_of_others, accepted=201)


def test_rubbish_for_the_name_of_a_field(client_of_others):
    each({name: {TEXTS[name]: "x"} for name in SHORT}, client_of_others, accepted=201)


@pytest.mark.parametrize("shape", ["xml", "json"])
def test_forms_that_cannot_be_meant(db, settings, shape):
    for body, content_type in FORMS.values():
        response = Client().generic("POST", f"{V2}requests.{shape}", body, content_type)

        assert response.status_code in (400, 403)
        said = json.loads(response.content) if shape == "json" else ElementTree.fromstring(response.content)
        assert len(said) == 1
    assert Message.objects.count() == 0


@pytest.mark.parametrize("name", ASKED)
def test_rubbish_in_what_is_asked_for(db, name):
    for text in TEXTS.values():
        EachReader.cache.clear()  # a quick machine asks more often than one may
        response = Client().get(f"{V2}requests.json", {name: as_form(text)})

        assert response.status_code in (200, 400, 404, 414)
        assert isinstance(response.json(), list)


def test_what_else_a_client_sends_is_kept_in_a_bounded_length(client_of_others):
    sent = {f"attribute[{number}]": "x" * 5_000 for number in range(100)}

    assert client_of_others(**sent).status_code == 201
    assert len(json.dumps(Message.objects.get().raw)) < 250_000


def test_a_sender_who_says_who_another_is_learns_nothing_of_them(client_of_others):
    """The same form gets the same answer only from the same partner, and only if it is the same to the letter."""
    first = client_of_others(phone="0754123456")

    assert client_of_others(phone="0754123457").content != first.content
    assert client_of_others(phone="0754123456", description="Maji.").content != first.content
    assert Complaint.objects.count() == 3
