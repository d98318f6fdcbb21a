"""Open311: what there is to choose from, in both forms and both languages, and what is wrong in the standard's own form."""

import json
from xml.etree import ElementTree

import pytest

from channels_in.open311.doors import EachReader
from complaints.models import Category

V2 = "/open311/v2/"


@pytest.fixture(autouse=True)
def nobody_has_asked():
    EachReader.cache.clear()


def get(client, address, language="en", **said):
    return client.get(V2 + address, said, HTTP_ACCEPT_LANGUAGE=language)


def as_tree(element):
    """Give an XML document as JSON of it would be, by the standard's own convention."""
    if not len(element):
        return element.text
    children = [(child.tag, as_tree(child)) for child in element]
    listed = element.tag in ("services", "attributes", "values", "endpoints", "formats", "service_requests", "errors")
    return [value for _tag, value in children] if listed else dict(children)


def as_text(value):
    """Give JSON with every value as the text that XML would hold."""
    if isinstance(value, dict):
        return {name: as_text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_text(each) for each in value] or None
    return None if value in (None, "") else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(
    "address", ["discovery", "services", "services/maji", "services/nothing", "requests", "tokens/x"]
)
def test_xml_and_json_say_the_same(client, db, address):
    xml, plain = get(client, f"{address}.xml"), get(client, f"{address}.json")

    assert xml.status_code == plain.status_code
    assert (xml["Content-Type"], plain["Content-Type"]) == (
        "text/xml; charset=utf-8",
        "application/json; charset=utf-8",
    )
    assert xml.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert as_tree(ElementTree.fromstring(xml.content)) == (as_text(plain.json()))


def test_discovery_leads_to_the_one_endpoint(client, db, settings):
    settings.PUBLIC_URL = "https://malalamiko.example"

    found = [client.get(f"/open311/{where}discovery.json").json() for where in ("", "v2/")]

    assert found[0] == found[1]
    assert found[0].keys() == {"changeset", "contact", "key_service", "endpoints"}
    (endpoint,) = found[0]["endpoints"]
    assert endpoint == {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": "https://malalamiko.example/open311/v2/",
        "changeset": found[0]["changeset"],
        "type": "test",
        "formats": ["text/xml", "application/json"],
    }


@pytest.mark.parametrize(
    ("language", "name", "group"), [("en", "Water supply", "Water"), ("sw", "Maji", "Maji"), ("fr", "Maji", "Maji")]
)
def test_services_are_the_subjects_in_the_clients_language(client, db, language, name, group):
    response = get(client, "services.json", language)

    services = {service["service_code"]: service for service in response.json()}
    assert services.keys() == set(Category.objects.values_list("code", flat=True))
    assert services["maji"]["service_name"] == name
    assert services["maji"]["group"].startswith(group)
    assert (services["maji"]["type"], services["maji"]["metadata"]) == ("realtime", True)
    assert services["maji"]["keywords"].startswith("maji, bomba")
    assert "Accept-Language" in response["Vary"]


def test_without_a_language_services_are_in_swahili(client, db):
    services = client.get(f"{V2}services.json").json()

    assert "Maji" in {service["service_name"] for service in services}


def test_a_definition_asks_for_nothing_that_must_be_said(client, db):
    found = get(client, "services/maji.json").json()

    assert found["service_code"] == "maji"
    assert [attribute["order"] for attribute in found["attributes"]] == list(range(1, len(found["attributes"]) + 1))
    assert not any(attribute["required"] for attribute in found["attributes"])
    kind = found["attributes"][0]
    assert (kind["code"], kind["datatype"], kind["variable"]) == ("kind", "singlevaluelist", True)
    assert kind["values"][0] == {"key": "complaint", "name": "Complaint"}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("services/siasa.json", 404), ("services/MAJI.json", 404), ("services/%20.json", 404), ("services/a/b.json", 404),
        ("requests/268900000001.json", 404), ("requests/x.json", 404), (f"requests/{'9' * 3000}.json", 404),
        ("tokens/x.json", 404), ("tokens/~.json", 404), (f"tokens/{'eyJ~' * 900}.json", 404), ("tokens/268900000001.json", 404),
        ("", 404), ("services", 404), ("services.yaml", 404), ("nothing.json", 404), ("services.json/", 404), ("a" * 5000 + ".json", 404),
        ("services/%00.json", 400), ("services/%ff.json", 404), ("services.json?jurisdiction_id=%ff", 400),
        ("services.json?q=" + "a" * 40_000, 414),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_the_standards_form(client, db, address, status):
    response = client.get(V2 + address, HTTP_ACCEPT_LANGUAGE="en")

    assert response.status_code == status
    if ".json" in address and not address.endswith("/"):
        (error,) = response.json()
        assert error["code"] == status
    else:
        (error,) = as_tree(ElementTree.fromstring(response.content))
        assert error["code"] == str(status)
    assert len(error["description"].split()) > 3


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "service_code: there is no such service."), ("sw", "service_code: hakuna huduma kama hii.")],
)
def test_errors_are_in_the_clients_language(client, db, language, words):
    assert get(client, "services/siasa.json", language).json() == [{"code": 404, "description": words}]


@pytest.mark.parametrize(
    ("named", "status"),
    [("", 200), ("malalamiko.example", 200), ("MALALAMIKO.example", 200), ("sfgov.org", 404), ("\u202e\x01", 404)],
)
def test_another_jurisdiction_is_not_found_here(client, db, settings, named, status):
    settings.PUBLIC_URL = "https://www.malalamiko.example"

    response = get(client, "services.xml", jurisdiction_id=named)

    assert response.status_code == status
    assert ElementTree.fromstring(response.content).tag == ("services" if status == 200 else "errors")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused_in_the_standards_form(client, db, method):
    response = getattr(client, method)(f"{V2}services.json", HTTP_ACCEPT_LANGUAGE="en")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json() == [{"code": 405, "description": "This address does not take this method."}]


def test_only_what_may_be_public_is_asked_whether_it_is(client, db):
    asked = {
        code: [attribute["code"] for attribute in get(client, f"services/{code}.json").json()["attributes"]]
        for code in ("maji", "rushwa", "ukatili")
    }

    assert ["public" in codes for codes in asked.values()] == [True, False, False]


def test_head_answers_as_get_without_a_body(client, db):
    response = client.head(f"{V2}services.xml")

    assert (response.status_code, response.content) == (200, b"")


def test_a_closed_channel_is_not_there(client, db, settings):
    settings.OPEN_CHANNELS = [name for name in settings.OPEN_CHANNELS if name != "open311"]

    answers = [get(client, f"{name}.json") for name in ("discovery", "services", "requests")]
    answers.append(client.post(f"{V2}requests.json", {"api_key": "demo"}))

    assert {answer.status_code for answer in answers} == {404}


def test_too_many_questions_wait_in_the_standards_form(client, db, monkeypatch):
    monkeypatch.setattr(EachReader, "allow_request", lambda *_: False)
    monkeypatch.setattr(EachReader, "wait", lambda _throttle: 0.4)

    response = get(client, "services.json")

    assert (response.status_code, response["Retry-After"]) == (429, "1")
    assert response.json() == [{"code": 429, "description": "Too many questions at once. Ask again in a second."}]


def test_the_lists_cost_no_statement_once_they_are_known(client, db, django_assert_num_queries):
    get(client, "services.json")

    with django_assert_num_queries(0):
        assert len(json.loads(get(client, "services.json").content)) > 10
        get(client, "services/maji.xml")
