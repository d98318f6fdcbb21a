"""Open311's POST: what it takes, what it refuses, that it is taken in exactly once, and whom it knows."""

import threading
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client

from channels_in import proof
from channels_in.models import Fate, Message
from channels_in.open311 import lodging
from channels_in.open311.doors import EachReader
from complaints.models import Citizen, Complaint
from notices.models import Notice
from workflows import actions

URL = "/open311/v2/requests"
WORDS = "Shimo kubwa barabarani karibu na shule."
FORM = {
    "api_key": "key-of-jamii",
    "service_code": "barabara",
    "description": WORDS,
    "address_string": "Kigogo, Mburahati",
}
UUID = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.fixture(autouse=True)
def partners(settings):
    settings.API_KEYS = {"jamii": "key-of-jamii", "mji": "key-of-mji"}
    EachReader.cache.clear()


def post(client=None, form="json", key=None, language="en", **changes):
    sent = {name: value for name, value in (FORM | changes).items() if value is not None}
    headers = {"HTTP_ACCEPT_LANGUAGE": language} | ({} if key is None else {"HTTP_IDEMPOTENCY_KEY": key})
    return (client or Client()).post(f"{URL}.{form}", sent, **headers)


def number(response):
    return response.json()[0]["service_request_id"]


# The contract of every way in: real, doubled, forged, empty, our own fault.


def test_a_complaint_is_lodged_with_all_that_is_said(db):
    response = post(
        address_string="Shule ya Msingi Mburahati", address_id="16101", phone="0754 123 456", first_name="Asha", last_name="Juma",
        lat="-6.8235", long="39.2695", device_id="d-1", account_id="a-7", email="asha@barua.example",
        **{"attribute[kind]": "complaint", "attribute[came_back]": "told_to_return", "attribute[about_office]": "16101",
           "attribute[about_post]": "officer", "attribute[WHISPAWN]": "123456"},
    )  # fmt: skip

    case = Complaint.objects.select_related("citizen", "place", "about_office", "category").get()
    (told,) = response.json()
    assert response.status_code == 201
    assert (told["service_request_id"], told["account_id"]) == (case.reference, "a-7")
    assert case.reference_written in told["service_notice"] and proof.code_of(case.secret) in told["service_notice"]
    assert (case.channel, case.category.code, case.place.code, case.place_words, case.words) == (
        "open311", "barabara", "16101", "Shule ya Msingi Mburahati", WORDS,
    )  # fmt: skip
    assert (case.citizen.phone, case.citizen_name, case.about_post, case.about_office.code, case.came_back) == (
        "+255754123456", "Asha Juma", "officer", "16101", "told_to_return",
    )  # fmt: skip
    raw = Message.objects.get().raw
    assert raw["attribute[WHISPAWN]"] == "123456" and raw["email"] == "asha@barua.example"
    assert "key-of-jamii" not in str(raw) and WORDS not in str(raw) and "0754" not in str(raw)
    assert Notice.objects.get().address == "+255754123456"


def test_a_subject_and_words_alone_will_do(db):
    response = post(address_string=None)

    assert response.status_code == 201
    assert (Complaint.objects.get().citizen, Citizen.objects.count()) == (None, 0)
    assert response.json()[0]["account_id"] is None


def test_the_answer_in_xml_has_the_standards_elements(db):
    response = post(form="xml")

    root = ElementTree.fromstring(response.content)
    assert (response.status_code, root.tag) == (201, "service_requests")
    assert [child.tag for child in root.find("request")] == ["service_request_id", "service_notice", "account_id"]
    assert root.findtext("request/service_request_id") == Complaint.objects.get().reference


@pytest.mark.parametrize(
    ("address", "code"),
    [("Kisiwani, Mburahati", "1610101"), ("Kata ya Mabibo", "16109"), ("pale karibu na duka", None)],
)
def test_a_place_is_found_in_its_words_where_they_are_sure(db, address, code):
    post(address_string=address)

    case = Complaint.objects.select_related("place").get()
    assert (case.place.code if case.place else None, case.place_words) == (code, address)


def test_the_address_of_a_picture_stands_beneath_the_words(db):
    post(media_url="https://picha.example/1.jpg")

    assert Complaint.objects.get().words == f"{WORDS}\n\nhttps://picha.example/1.jpg"


@pytest.mark.parametrize(("said", "is_public"), [(None, False), ("no", False), ("yes", True)])
def test_a_citizen_says_by_an_attribute_whether_anybody_may_read_it(db, client, said, is_public):
    answer = post(**{"attribute[public]": said, "attribute[lends_name]": said})

    case = Complaint.objects.get()
    assert (case.is_public, case.lends_name) == (is_public, is_public)
    assert len(client.get(f"{URL}.json").json()) == is_public
    assert client.get(f"{URL}/{number(answer)}.json").status_code == (200 if is_public else 404)


def test_the_point_is_kept_for_the_officer_alone(db, client):
    post(lat="-6.8235", long="39.2695", **{"attribute[public]": "yes"})

    case = Complaint.objects.get()
    assert (case.latitude, case.longitude) == (-6.8235, 39.2695)
    assert "6.8235" not in client.get(f"{URL}.json").content.decode()


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_notice_and_the_sms_are_in_the_clients_language(db, language):
    told = post(language=language, phone="0754123456").json()[0]["service_notice"]

    assert told.startswith({"en": "Keep the number", "sw": "Tunza namba"}[language])
    assert Complaint.objects.get().language == language


@pytest.mark.parametrize("key", [None, "", "wrong", "key-of-jamii\u00e9", "\x00", "k" * 5000])
def test_without_a_known_key_nothing_is_taken_in(db, key):
    response = post(api_key=key)

    assert response.status_code == 403
    assert response.json() == [{"code": 403, "description": "api_key: this key is not known here. Ask us for one."}]
    assert Message.objects.count() == 0


def test_an_empty_key_is_nobodys(db, settings):
    settings.API_KEYS = {"jamii": ""}

    assert post(api_key="").status_code == 403


def test_our_own_fault_keeps_the_words_and_the_next_try_takes_them_in(db, client, monkeypatch):
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(actions, "lodge", lambda *args, **kwargs: 1 / 0)
        failed = post(client, key=UUID)
    kept = Message.objects.get()

    second = post(client, key=UUID)

    assert (failed.status_code, second.status_code) == (500, 201)
    assert (kept.fate, kept.text) == (Fate.FAILED, WORDS)
    assert (Message.objects.get().fate, Complaint.objects.count()) == (Fate.TAKEN, 1)


# What is refused.


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"service_code": None}, 400, "service_code"), ({"service_code": "siasa"}, 404, "service_code"),
        ({"service_code": "\x00"}, 404, "service_code"), ({"description": None}, 400, "description"),
        ({"description": "?!"}, 400, "description"), ({"description": "neno " * 5000}, 400, "description"),
        ({"address_id": "99999"}, 400, "address_id"), ({"address_id": "0"}, 400, "address_id"),
        ({"address_string": "x" * 201}, 400, "address_string"), ({"phone": "0754"}, 400, "phone"),
        ({"phone": "+18765550123"}, 400, "phone"), ({"first_name": "x" * 121}, 400, "first_name"),
        ({"lat": "-6.8"}, 400, "lat"), ({"lat": "91", "long": "39"}, 400, "lat"), ({"lat": "a", "long": "39"}, 400, "lat"),
        ({"lat": "nan", "long": "nan"}, 400, "lat"), ({"lat": "inf", "long": "39"}, 400, "lat"),
        ({"attribute[kind]": "hasira"}, 400, "attribute[kind]"), ({"attribute[about_post]": "rais"}, 400, "attribute[about_post]"),
        ({"attribute[about_post]": "officer"}, 400, "attribute[about_office]"),
        ({"attribute[about_office]": "99999"}, 400, "attribute[about_office]"),
        ({"attribute[public]": "maybe"}, 400, "attribute[public]"), ({"attribute[lends_name]": "\x00"}, 400, "attribute[lends_name]"),
        ({"attribute[public]": "yes", "service_code": "rushwa"}, 400, "attribute[public]"),
        ({"attribute[public]": "yes", "service_code": "ukatili"}, 400, "attribute[public]"),
        ({"attribute[public]": "yes", "attribute[about_office]": "160"}, 400, "attribute[public]"),
        ({"attribute[came_back]": "juzi"}, 400, "attribute[came_back]"), ({"jurisdiction_id": "sfgov.org"}, 404, "jurisdiction_id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_under_the_standards_name_and_nothing_is_kept(db, changes, status, named):
    response = post(**changes)

    assert response.status_code == status
    assert {error["code"] for error in response.json()} == {status}
    assert response.json()[0]["description"].startswith(f"{named}: ")
    assert Message.objects.count() == Complaint.objects.count() == Citizen.objects.count() == 0


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/xml"])
def test_what_is_no_form_is_refused(client, db, content_type):
    response = client.post(f"{URL}.json", '{"api_key": "key-of-jamii"}', content_type=content_type)

    assert response.status_code == 400
    assert "application/x-www-form-urlencoded" in response.json()[0]["description"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"), ("multipart/form-data; boundary=", b"--\r\n"), ("multipart/form-data; boundary=\xff", b"--"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data; name"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfea"), ("application/x-www-form-urlencoded", b"a=1&" * 500),
        ("application/x-www-form-urlencoded; charset=nonsense", b"a=1"), ("application/x-www-form-urlencoded", b"%ff=%fe&%00=%00"),
    ],
)  # fmt: skip
def test_a_broken_form_is_refused_in_the_standards_form(client, db, content_type, body):
    response = client.generic("POST", f"{URL}.json", body, content_type=content_type)

    assert response.status_code in (400, 403)
    assert response.json()[0]["code"] == response.status_code


def test_a_form_too_large_is_refused_in_the_standards_form(client, db):
    response = client.post(f"{URL}.xml", FORM | {"description": "a" * 1_100_000})

    assert (response.status_code, ElementTree.fromstring(response.content).tag) == (413, "errors")


def test_a_file_is_refused_in_words_rather_than_left_out(client, db, tmp_path):
    picture = tmp_path / "picha.jpg"
    picture.write_bytes(b"\xff\xd8")

    with picture.open("rb") as opened:
        response = client.post(f"{URL}.json", FORM | {"media": opened})

    assert (response.status_code, Complaint.objects.count()) == (400, 0)


def test_a_body_sent_in_pieces_is_refused_rather_than_read_as_none(client, db):
    assert client.post(f"{URL}.json", FORM, HTTP_TRANSFER_ENCODING="chunked").status_code == 411


# Exactly once.


def test_the_same_idempotency_key_gets_the_same_answer(db):
    first, second = post(key=UUID), post(key=f'"{UUID}"')

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert Complaint.objects.count() == 1


def test_an_idempotency_key_used_for_another_complaint_is_refused(db):
    post(key=UUID)

    changed = [
        post(key=UUID, description="Shimo dogo."),
        post(key=UUID, phone="0754123456"),
        post(key=UUID, **{"attribute[a]": "1"}),
    ]

    assert {response.status_code for response in changed} == {422}
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 129])
def test_what_is_no_idempotency_key_is_refused(db, key):
    assert post(key=key).status_code == 400


def test_keys_of_different_partners_never_meet(db):
    answers = [post(key=UUID), post(key=UUID, api_key="key-of-mji")]

    assert len({number(answer) for answer in answers}) == 2


@pytest.mark.parametrize(
    "who", [{"phone": "0754123456"}, {"email": "a@barua.example"}, {"device_id": "d"}, {"account_id": "a"}]
)
def test_the_very_same_form_of_the_same_person_on_the_same_day_is_one_complaint(db, who):
    first, second, other = post(**who), post(**who), post(**who, description="Shimo jingine.")

    assert first.content == second.content
    assert number(other) != number(first)
    assert Complaint.objects.count() == 2


def test_the_same_words_of_nobody_named_are_each_a_complaint(db):
    assert number(post()) != number(post())


def test_the_id_of_a_repeat_tells_nothing_of_the_number(db, settings):
    settings.PHONE_DIGEST_KEY = "one"
    post(phone="0754123456")
    settings.PHONE_DIGEST_KEY = "two"
    post(phone="0754123456", description="x1")

    ids = Message.objects.values_list("provider_id", flat=True)
    assert not any("754123456" in each for each in ids)


@pytest.mark.django_db(transaction=True)
def test_a_repeat_while_the_first_is_being_taken_in_gets_a_token_and_the_token_the_number(client, monkeypatch):
    entered, go_on, answers = threading.Event(), threading.Event(), []
    lodge = lodging.lodge

    def slowly(incoming, at):
        entered.set()
        assert go_on.wait(20)
        return lodge(incoming, at)

    def first():
        answers.append(post(key=UUID))
        connection.close()

    monkeypatch.setattr(lodging, "lodge", slowly)
    thread = threading.Thread(target=first)
    thread.start()
    assert entered.wait(20)
    meanwhile = post(key=UUID)
    (told,) = meanwhile.json()
    too_early = client.get(f"/open311/v2/tokens/{told['token']}.json")
    go_on.set()
    thread.join()
    found = client.get(f"/open311/v2/tokens/{told['token']}.json")

    assert (meanwhile.status_code, told.keys()) == (202, {"token", "service_notice", "account_id"})
    assert (too_early.status_code, answers[0].status_code) == (404, 201)
    assert found.json() == [{"service_request_id": number(answers[0]), "token": told["token"]}]
    assert Complaint.objects.count() == 1


def test_a_token_that_we_did_not_make_opens_nothing(client, db):
    post(key="a-key")
    token = lodging.token_of("jamii:a-key")

    answers = [client.get(f"/open311/v2/tokens/{each}.json") for each in (token[:-1], f"{token}x", "amFtaWk6YS1rZXk~x")]

    assert client.get(f"/open311/v2/tokens/{token}.json").status_code == 200
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


# Privacy, and cost.


def test_what_was_lodged_is_not_read_by_anybody_who_knows_its_number(client, db):
    lodged = number(post(phone="0754123456"))

    for key in ("", "key-of-jamii"):
        alone = client.get(f"{URL}/{lodged}.json", {"api_key": key})
        among = client.get(f"{URL}.json", {"service_request_id": lodged, "api_key": key})
        unknown = client.get(f"{URL}/268900000001.json", {"api_key": key})
        assert (alone.status_code, among.json()) == (404, [])
        assert alone.content == unknown.content


def test_a_number_is_written_to_five_times_a_day_however_many_complaints_come(db):
    for turn in range(7):
        assert post(phone="0754123456", description=f"Shimo {turn}").status_code == 201

    assert Notice.objects.filter(status="queued").count() == 5


def test_lodging_costs_few_statements(db, client, django_assert_max_num_queries):
    post(client, phone="0754123457")

    with django_assert_max_num_queries(25):
        assert post(client, phone="0754123456", key="q").status_code == 201
