"""Citizens at the API: a phone proved, complaints lodged and followed, and every move of theirs."""

import datetime as dt
import json
import re

import pytest
from django.test import Client

from channels_in import phone_tokens
from channels_in.models import CitizenToken, Message, PhoneCode
from channels_in.retention import forget_old
from complaints.models import Citizen, Complaint, Entry
from complaints.references import new_reference
from notices.models import Notice
from notices.rendering import render
from offices import actors
from offices.clock import database_now
from offices.models import User
from workflows import actions

PHONE, OTHER = "+255754123456", "+255754000012"
WORDS = "Bomba la maji limepasuka, SIRI-YA-ASHA."
BODY = {"words": WORDS, "category": "maji", "place": "12103"}
URL = "/api/v1/complaints/"
KEYS = (f"00000000-0000-4000-8000-{number:012d}" for number in range(10**6))


class App:
    """A citizen's app: says what it has as headers, and sends JSON."""

    def __init__(self, token="", code="", language="en"):
        self.client, self.language = Client(raise_request_exception=True), language
        self.proofs = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
        self.proofs |= {"HTTP_X_COMPLAINT_CODE": code} if code else {}

    def send(self, method, path, body=None, **headers):
        text = json.dumps(body) if body is not None else ""
        headers = self.proofs | {"HTTP_ACCEPT_LANGUAGE": self.language} | headers
        return self.client.generic(method, path, text, content_type="application/json", **headers)

    def get(self, path, **headers):
        return self.send("GET", path, **headers)

    def post(self, path, body, key=None, **headers):
        return self.send("POST", path, body, HTTP_IDEMPOTENCY_KEY=key or next(KEYS), **headers)

    def say(self, reference, move="add_words", words="", **headers):
        return self.post(f"{URL}{reference}/messages/", {"move": move, "words": words}, **headers)


def code_sent(phone=PHONE):
    """Give the code in the newest SMS to this number."""
    notice = Notice.objects.filter(kind="code", address=phone).latest("id")
    return re.search(r"\d{6}", render(notice))[0]


def token_of(phone=PHONE):
    app = App()
    assert app.send("POST", "/api/v1/phones/", {"phone": phone}).status_code == 202
    made = app.send("POST", "/api/v1/phones/verify/", {"phone": phone, "code": code_sent(phone)})
    assert made.status_code == 201
    return made.json()["token"]


@pytest.fixture
def asha(db):
    """An app whose phone is proved."""
    return App(token_of())


@pytest.fixture
def officer(db):
    return actors.person(User.objects.get(username="afisa.120.maji"), at=database_now())


def lodged(app, body=BODY):
    answer = app.post(URL, body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def step_of(reference):
    return Complaint.objects.get(reference=reference).task_set.select_related("process").get(finished=None)


def answered(reference, officer):
    at = database_now()
    taken = actions.take(step_of(reference), by=officer, at=at)
    return actions.answer(taken.task, answer="Bomba limetengenezwa leo.", by=officer, at=at)


# A phone is proved.


def test_the_code_of_an_sms_gives_a_token_of_which_we_keep_the_digest(db):
    token = token_of()

    kept = CitizenToken.objects.get()
    assert kept.citizen.phone == PHONE
    assert token not in str(vars(kept)) and code_sent() not in str(PhoneCode.objects.values())
    assert kept.ends_at - kept.made_at == phone_tokens.TOKEN_LASTS


def test_every_number_gets_the_same_answer_and_a_fourth_code_in_an_hour_is_not_sent(db):
    app = App()
    Citizen.objects.create(phone=PHONE, phone_digest=phone_tokens.digest_of(PHONE), created_at=database_now())

    answers = [app.send("POST", "/api/v1/phones/", {"phone": phone}) for phone in [PHONE] * 5 + [OTHER]]

    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    assert Notice.objects.filter(address=PHONE).count() == 3
    assert Notice.objects.filter(address=OTHER).count() == 1


@pytest.mark.parametrize(
    "body", [{}, {"phone": "1"}, {"phone": "+18765550123"}, {"phone": 7}, {"phone": PHONE, "x": "1"}]
)
def test_what_is_no_phone_of_this_country_is_refused(db, body):
    answer = App().send("POST", "/api/v1/phones/", body)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert Notice.objects.count() == 0


def test_five_wrong_codes_and_the_right_one_opens_no_more(db):
    app = App()
    app.send("POST", "/api/v1/phones/", {"phone": PHONE})
    code = code_sent()
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    answers = [
        app.send("POST", "/api/v1/phones/verify/", {"phone": PHONE, "code": each}) for each in [wrong] * 5 + [code]
    ]

    assert [answer.status_code for answer in answers] == [403] * 6
    assert CitizenToken.objects.count() == Citizen.objects.count() == 0


def test_a_code_opens_only_its_own_phone_and_not_after_ten_minutes(db):
    at = database_now()
    phone_tokens.send_code(PHONE, language="sw", at=at)
    code = code_sent()

    assert phone_tokens.token_for(OTHER, code, language="sw", at=at) is None
    assert phone_tokens.token_for(PHONE, code, language="sw", at=at + dt.timedelta(minutes=11)) is None
    assert phone_tokens.token_for(PHONE, code, language="sw", at=at) is not None
    assert phone_tokens.token_for(PHONE, code, language="sw", at=at + dt.timedelta(minutes=2)) is None


def test_one_address_asks_for_twenty_codes_and_then_waits(db):
    app = App()
    numbers = [f"+2557540001{number:02d}" for number in range(21)]

    answers = [app.send("POST", "/api/v1/phones/", {"phone": number}) for number in numbers]

    assert [answer.status_code for answer in answers] == [202] * 20 + [429]
    assert answers[-1]["Retry-After"] == "900"


def test_a_token_ends_when_the_citizen_ends_it_and_by_itself(asha):
    assert asha.get(URL).status_code == 200

    assert asha.send("DELETE", "/api/v1/phones/token/").status_code == 204

    assert asha.get(URL).status_code == 401
    late = App(token_of())
    CitizenToken.objects.update(ends_at=database_now())
    assert late.get(URL).status_code == 401
    forget_old(database_now() + dt.timedelta(days=2))
    assert CitizenToken.objects.count() == PhoneCode.objects.count() == 0


def test_an_eleventh_token_takes_the_place_of_the_oldest(db):
    at = database_now()
    made = []
    for number in range(11):
        moment = at + dt.timedelta(hours=3 * number)
        phone_tokens.send_code(PHONE, language="sw", at=moment)
        made.append(phone_tokens.token_for(PHONE, code_sent(), language="sw", at=moment)[0])

    kept = [phone_tokens.token_with(token, at=at) is not None for token in made]
    assert kept == [False] + [True] * 10


# Lodging.


def test_a_citizen_lodges_without_any_key_once_for_each_idempotency_key(db):
    app, key = App(), next(KEYS)

    first, again = app.post(URL, BODY | {"phone": PHONE}, key), app.post(URL, BODY | {"phone": PHONE}, key)
    other = app.post(URL, BODY | {"words": "Maneno mengine."}, key)

    assert (first.status_code, again.content, other.status_code) == (201, first.content, 422)
    case = Complaint.objects.get()
    assert (case.channel, case.citizen.phone, case.category.code) == ("app", PHONE, "maji")
    assert first["Location"] == f"{URL}{case.reference}/"


@pytest.mark.parametrize("key", [None, "short", '"short"', "x" * 129, "\u00e9" * 20])
def test_without_a_key_that_nobody_guesses_nothing_is_taken_in(db, key):
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}

    answer = App().send("POST", URL, BODY, **headers)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert Message.objects.count() == 0


def test_the_complaint_of_a_proved_phone_comes_from_that_phone_alone(asha):
    lodged(asha)

    refused = asha.post(URL, BODY | {"phone": OTHER})

    assert (refused.status_code, Complaint.objects.get().citizen.phone) == (400, PHONE)


def test_an_address_lodges_twenty_and_repeats_are_not_counted(db):
    app, key = App(), next(KEYS)
    answers = [app.post(URL, BODY, key).status_code for _ in range(5)]
    answers += [app.post(URL, BODY).status_code for _ in range(20)]

    assert answers == [201] * 24 + [429]
    assert app.post(URL, BODY, key).status_code == 201


# Following.


def test_a_citizen_lists_own_complaints_newest_first_and_turns_the_page(asha, django_assert_max_num_queries):
    references = [lodged(asha)["reference"] for _ in range(3)]
    App(token_of(OTHER)).post(URL, BODY)
    asha.get(URL)

    with django_assert_max_num_queries(7):
        first = asha.get(URL).json()

    assert [each["reference"] for each in first["complaints"]] == references[::-1]
    assert (first["next"], first["complaints"][0]["state_says"]) == (None, "Waiting at an office")
    after = asha.get(f"{URL}?before={references[1]}").json()
    assert [each["reference"] for each in after["complaints"]] == references[:1]
    assert asha.get(f"{URL}?before=1").status_code == 400


def test_a_long_list_comes_in_pages_and_each_complaint_once(asha, monkeypatch):
    monkeypatch.setattr("channels_in.api.complaints.A_PAGE", 2)
    references = [lodged(asha)["reference"] for _ in range(5)]

    seen, page = [], ""
    while page is not None:
        answer = asha.get(f"{URL}{page}").json()
        seen += [each["reference"] for each in answer["complaints"]]
        page = answer["next"]

    assert seen == references[::-1]


def test_the_receipts_code_opens_its_own_complaint_and_no_other(db):
    one, other = lodged(App()), lodged(App())
    holder = App(code=one["secret"])

    opened = holder.get(f"{URL}{one['reference']}/")
    closed = [
        holder.get(f"{URL}{other['reference']}/"),
        holder.get(f"{URL}{new_reference(database_now())}/"),
        App(code="123456").get(f"{URL}{one['reference']}/"),
        App(code="\u202e").get(f"{URL}{one['reference']}/"),
        App(token_of(OTHER)).get(f"{URL}{one['reference']}/"),
    ]

    assert (opened.status_code, opened.json()["words"]) == (200, WORDS)
    assert {(answer.status_code, answer.content) for answer in closed} == {(404, closed[0].content)}
    assert App().get(f"{URL}{one['reference']}/").status_code == 401


def test_after_twenty_wrong_codes_the_address_waits(db):
    one = lodged(App())
    guesser = App(code="0000-0000-0000-0000")

    answers = [guesser.get(f"{URL}{one['reference']}/").status_code for _ in range(21)]

    assert answers == [404] * 20 + [429]


def test_the_tag_changes_when_anything_that_the_citizen_sees_does(asha, officer):
    reference = lodged(asha)["reference"]
    first = asha.get(f"{URL}{reference}/")
    same = asha.get(f"{URL}{reference}/", HTTP_IF_NONE_MATCH=first["ETag"])
    actions.take(step_of(reference), by=officer, at=database_now())
    changed = asha.get(f"{URL}{reference}/", HTTP_IF_NONE_MATCH=first["ETag"])

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert (changed.status_code, changed.json()["state"]) == (200, "in_hand")
    assert changed["ETag"] != first["ETag"]


def test_a_discreet_complaint_shows_neither_subject_nor_office_nor_words(asha):
    reference = lodged(asha, {"words": "Mtendaji anadai pesa.", "category": "rushwa", "place": "12103"})["reference"]

    page = asha.get(f"{URL}{reference}/").json()

    assert (page["category"], page["office"], page["words"]) == ("", "", "")
    assert asha.get(f"{URL}{reference}/messages/").json() == {"messages": []}
    assert asha.get(URL).json()["complaints"][0]["office"] == ""


# Every move.


def test_words_are_added_once_and_stand_among_the_messages(asha):
    reference, key = lodged(asha)["reference"], next(KEYS)

    answers = [asha.say(reference, words="Na kwa jirani pia.", key=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0]["Content-Location"] == f"{URL}{reference}/"
    assert answers[0]["ETag"] == asha.get(f"{URL}{reference}/")["ETag"]
    said = asha.get(f"{URL}{reference}/messages/").json()["messages"]
    assert [(each["from"], each["move"], each["words"]) for each in said] == [
        ("citizen", "lodge", WORDS), ("citizen", "add_words", "Na kwa jirani pia."),
    ]  # fmt: skip


def test_a_question_is_answered(asha, officer):
    reference, at = lodged(asha)["reference"], database_now()
    taken = actions.take(step_of(reference), by=officer, at=at)
    actions.ask(taken.task, question="Bomba liko wapi?", by=officer, at=at)
    asked = asha.get(f"{URL}{reference}/").json()

    replied = asha.say(reference, "reply", "Karibu na shule.")

    assert (asked["state"], asked["asks"], asked["said"]) == ("waiting", "We ask you", "Bomba liko wapi?")
    assert [act["move"] for act in asked["moves"]] == ["reply", "add_words", "withdraw"]
    assert (replied.status_code, replied.json()["state"]) == (201, "in_hand")


def test_an_answer_is_confirmed(asha, officer):
    reference = lodged(asha)["reference"]
    answered(reference, officer)

    settled = asha.say(reference, "confirm")

    assert (settled.status_code, settled.json()["state"], settled.json()["outcome"]) == (201, "closed", "confirmed")


@pytest.mark.parametrize("move", ["dispute", "appeal"])
def test_an_answer_is_disputed_with_its_reason_and_goes_one_office_up(asha, officer, move):
    reference = lodged(asha)["reference"]
    answered(reference, officer)

    disputed = asha.say(reference, move, "Bado linavuja.")

    entry = Entry.objects.filter(complaint__reference=reference).latest("number")
    assert (disputed.status_code, disputed.json()["state"]) == (201, "queued")
    assert (entry.move, entry.via, entry.said.for_citizen) == ("dispute", "app", "Bado linavuja.")
    assert Complaint.objects.get().priority == 1


@pytest.mark.parametrize("move", ["reopen", "appeal", "dispute"])
def test_a_closed_complaint_is_opened_again(asha, officer, move):
    reference = lodged(asha)["reference"]
    answered(reference, officer)
    asha.say(reference, "confirm")

    reopened = asha.say(reference, move, "Imeharibika tena.")

    assert (reopened.status_code, reopened.json()["state"]) == (201, "queued")


def test_a_citizen_says_how_it_was(asha, officer):
    reference, key = lodged(asha)["reference"], next(KEYS)
    answered(reference, officer)
    address, stars = f"{URL}{reference}/messages/", {"move": "rate", "stars": 4, "words": "Walikuja haraka."}

    rated = [asha.post(address, stars, key) for _ in range(2)]
    other = asha.post(address, stars | {"stars": 1}, key)

    assert [(answer.status_code, answer.json()["stars"]) for answer in rated] == [(201, 4)] * 2
    assert other.status_code == 422
    assert Entry.objects.filter(move="rate").count() == 1


def test_a_complaint_is_withdrawn_with_the_receipts_code(db):
    one = lodged(App())

    withdrawn = App(code=one["secret"]).say(one["reference"], "withdraw")

    assert (withdrawn.status_code, withdrawn.json()["outcome"]) == (201, "withdrawn")


def test_what_is_not_open_is_refused_in_words_and_changes_nothing(asha):
    reference, entries = lodged(asha)["reference"], Entry.objects.count()

    answers = [asha.say(reference, move, "Maneno.") for move in ("confirm", "dispute", "reply", "reopen")]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert answers[0].json()["detail"] == "This is not possible as the complaint stands now."
    assert Entry.objects.count() == entries


def test_if_match_keeps_a_citizen_from_answering_what_has_changed(asha, officer):
    reference = lodged(asha)["reference"]
    seen = asha.get(f"{URL}{reference}/")["ETag"]
    answered(reference, officer)
    now = asha.get(f"{URL}{reference}/")["ETag"]

    stale = asha.say(reference, "withdraw", HTTP_IF_MATCH=seen)
    fresh = asha.say(reference, "confirm", HTTP_IF_MATCH=f"W/{now}")

    assert (stale.status_code, stale["Content-Type"]) == (412, "application/problem+json")
    assert fresh.status_code == 201


def test_a_repeat_gets_its_answer_although_the_tag_is_old_by_then(asha):
    reference, key = lodged(asha)["reference"], next(KEYS)
    tag = asha.get(f"{URL}{reference}/")["ETag"]

    answers = [asha.say(reference, words="Zaidi.", key=key, HTTP_IF_MATCH=tag).status_code for _ in range(2)]

    assert answers == [201, 201]


@pytest.mark.parametrize(
    "body",
    [{"move": "rate"}, {"move": "rate", "stars": 6}, {"move": "rate", "stars": "4"}, {"move": "rate", "stars": True},
     {"words": "x", "stars": 3}, {"move": "add_words"}, {"move": "add_words", "words": " \u3164"}, {"move": "answer", "words": "x"}, {"words": 7},
     {"move": "lodge", "words": "x"}, {"words": "x" * 20001}, {"words": "x", "by": "staff"}, {"move": "x" * 99, "words": "x"}],
)  # fmt: skip
def test_what_no_citizen_can_say_is_refused(asha, body):
    reference, entries = lodged(asha)["reference"], Entry.objects.count()

    answer = asha.post(f"{URL}{reference}/messages/", body)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert Entry.objects.count() == entries


def test_nobody_speaks_for_another(asha, settings):
    settings.API_KEYS = {"jamii": "key-of-jamii"}
    own = lodged(App(token_of(OTHER)))
    partners = lodged(App("key-of-jamii"))

    answers = [
        asha.say(own["reference"], words="Maneno.").status_code,
        App().say(own["reference"], words="Maneno.").status_code,
        App("key-of-jamii").say(own["reference"], words="Maneno.").status_code,
        App("key-of-jamii").say(partners["reference"], words="Maneno.").status_code,
        App("key-of-jamii", partners["secret"]).say(partners["reference"], words="Maneno.").status_code,
    ]

    assert answers == [404, 401, 404, 403, 201]


def test_a_partner_lists_nothing_of_citizens(db, settings):
    settings.API_KEYS = {"jamii": "key-of-jamii"}

    assert App("key-of-jamii").get(URL).status_code == 403


def test_citizens_hear_in_their_own_language(asha):
    reference = lodged(asha)["reference"]
    asha.language = "sw"

    page = asha.get(f"{URL}{reference}/").json()
    refused = asha.say(reference, "confirm")

    assert page["state_says"] == "Limepangiwa ofisi"
    assert refused.json()["detail"] == "Hili haliwezekani kwa hali ya lalamiko ilivyo sasa."
