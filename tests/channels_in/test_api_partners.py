"""Partners: keys with scopes, what has changed since the last time, and webhooks that are signed, repeated and logged."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from channels_in import partners, webhooks
from channels_in.api.throttles import EachCaller
from channels_in.models import CallState, PartnerCase, PartnerChange, PartnerKey, Scope, Webhook, WebhookCall
from complaints.models import Complaint
from offices import actors
from offices.clock import database_now
from offices.models import User
from tests.channels_in.test_api_citizens import BODY, URL, App, lodged
from workflows import actions

CHANGES = "/api/v1/changes/"


@pytest.fixture(autouse=True)
def demo_keys(settings):
    settings.API_KEYS = {"jamii": "key-of-jamii", "mji": "key-of-mji"}
    EachCaller.cache.clear()


@pytest.fixture
def jamii(db):
    return App("key-of-jamii")


@pytest.fixture
def mfumo(client, db):
    client.force_login(User.objects.get(username="mfumo.1"))
    return client


def key_for(*scopes, partner="jamii", **more):
    key, digest, beginning = partners.new_key()
    PartnerKey.objects.create(
        partner=partner, scopes=list(scopes), digest=digest, beginning=beginning, made_at=database_now(), **more
    )
    return key


def answer_it(reference):
    at = database_now()
    officer = actors.person(User.objects.get(username="afisa.120.maji"), at=at)
    task = Complaint.objects.get(reference=reference).task_set.select_related("process").get(finished=None)
    taken = actions.take(task, by=officer, at=at)
    actions.answer(taken.task, answer="Bomba limetengenezwa.", by=officer, at=at)


# Keys.


def test_a_key_opens_what_its_scopes_say_and_nothing_else(db):
    lodger, reader = App(key_for(Scope.LODGE)), App(key_for(Scope.READ))
    sent = lodged(lodger)

    answers = [
        reader.get(f"{URL}{sent['reference']}/").status_code,
        lodger.get(f"{URL}{sent['reference']}/").status_code,
        reader.post(URL, BODY).status_code,
        reader.get(CHANGES).status_code,
        reader.client.post("/api/v1/uploads/", HTTP_UPLOAD_LENGTH="5", **reader.proofs).status_code,
    ]

    assert answers == [200, 403, 403, 403, 403]
    assert "lodge" in reader.post(URL, BODY).json()["detail"]


def test_a_key_that_is_over_or_unknown_opens_nothing_and_the_last_day_of_use_is_noted(db):
    today = database_now().astimezone(dt.UTC).date()
    over = key_for(Scope.READ, ends_on=today - dt.timedelta(days=1))
    good = key_for(Scope.CHANGES, ends_on=today + dt.timedelta(days=2))

    answers = [App(key).get(CHANGES).status_code for key in (over, good, "mlk_" + "x" * 43, "mlk_")]

    assert answers == [401, 200, 401, 401]
    assert PartnerKey.objects.exclude(last_used_on=None).count() == 1
    assert good not in str(list(PartnerKey.objects.values()))


def test_keys_of_one_partner_see_the_same_complaints_and_other_partners_none(jamii):
    sent = lodged(jamii)

    answers = [
        App(key_for(Scope.READ)).get(f"{URL}{sent['reference']}/").status_code,
        App(key_for(Scope.READ, partner="mji")).get(f"{URL}{sent['reference']}/").status_code,
        App("key-of-mji").get(f"{URL}{sent['reference']}/").status_code,
    ]

    assert answers == [200, 404, 404]


def test_an_administrator_makes_a_key_which_is_shown_once_and_ends_it(mfumo):
    add = reverse("admin:channels_in_partnerkey_add")
    page = mfumo.post(add, {"partner": "jamii", "scopes": ["read", "changes"]}, follow=True).content.decode()

    key = page.partition("mlk_")[2].split(".")[0]
    kept = PartnerKey.objects.get()
    assert kept.digest == partners.digest_of(f"mlk_{key}")
    assert App(f"mlk_{key}").get(CHANGES).status_code == 200
    listed = reverse("admin:channels_in_partnerkey_changelist")
    assert key not in mfumo.get(listed).content.decode()
    mfumo.post(listed, {"action": "end", "_selected_action": [kept.pk]})
    assert App(f"mlk_{key}").get(CHANGES).status_code == 401


def test_too_many_questions_wait_until_the_minute_is_over(jamii, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(EachCaller, "timer", lambda _throttle: clock[0])
    monkeypatch.setattr(EachCaller, "THROTTLE_RATES", {"changes": "2/minute", "read": "9/minute"})

    answers = [jamii.get(CHANGES) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2]["Retry-After"], answers[2]["Content-Type"]) == ("60", "application/problem+json")
    assert answers[2].json()["detail"] == "Too many questions at once. Ask again in 60 seconds."
    assert App("key-of-mji").get(CHANGES).status_code == 200
    clock[0] += 60
    assert jamii.get(CHANGES).status_code == 200


# What has changed.


def test_a_partner_reads_each_change_of_its_own_complaints_once(jamii, django_assert_max_num_queries):
    sent = lodged(jamii)
    lodged(App("key-of-mji"))
    lodged(App())
    answer_it(sent["reference"])
    partners.collect(database_now())

    with django_assert_max_num_queries(3):
        first = jamii.get(CHANGES).json()
    assert [(each["reference"], each["move"], each["words"]) for each in first["changes"]] == [
        (sent["reference"], "lodge", ""), (sent["reference"], "take", ""),
        (sent["reference"], "answer", "Bomba limetengenezwa."),
    ]  # fmt: skip
    assert jamii.get(f"{CHANGES}?after={first['next']}").json() == {"changes": [], "next": first["next"], "more": False}

    App(code=sent["secret"]).say(sent["reference"], "confirm")
    partners.collect(database_now())
    after = jamii.get(f"{CHANGES}?after={first['next']}").json()["changes"]
    assert [(each["move"], each["state"], each["what"]) for each in after] == [
        ("confirm", "closed", "You said that it is settled")
    ]


def test_what_only_staff_are_told_is_no_change(jamii):
    sent = lodged(jamii)
    at = database_now()
    officer = actors.person(User.objects.get(username="afisa.120.maji"), at=at)
    task = Complaint.objects.get().task_set.select_related("process").get(finished=None)
    actions.read(task.process, by=officer, at=at)
    actions.add_words(task, words="SIRI ya ofisi.", by=officer, at=at)
    partners.collect(at)

    page = jamii.get(CHANGES)

    assert [each["move"] for each in page.json()["changes"]] == ["lodge"]
    assert "SIRI" not in page.content.decode()
    assert (partners.collect(at), PartnerCase.objects.get().told) == (0, 3)
    assert sent["reference"] in page.content.decode()


def test_a_long_story_comes_in_pages(jamii, monkeypatch):
    monkeypatch.setattr("channels_in.api.changes.A_PAGE", 2)
    monkeypatch.setattr(partners, "CASES_AT_ONCE", 2)
    references = [lodged(jamii)["reference"] for _ in range(5)]
    partners.collect(database_now())

    seen, after, more = [], "0", True
    while more:
        page = jamii.get(f"{CHANGES}?after={after}").json()
        seen += [each["reference"] for each in page["changes"]]
        after, more = page["next"], page["more"]

    assert seen == references


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, str(2**63), "1.5", "%C2%B2"])
def test_what_is_no_number_is_refused(jamii, after):
    assert jamii.get(f"{CHANGES}?after={after}").status_code == 400


def test_citizens_have_no_changes(db):
    assert App().get(CHANGES).status_code == 401


# Webhooks.


class Receiver(BaseHTTPRequestHandler):
    """A partner's server: keeps what comes, and answers as it is told."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Say nothing on the terminal."""


@pytest.fixture
def receiver():
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.heard, server.status = [], 204
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def hook_for(receiver, **more):
    address = f"http://127.0.0.1:{receiver.server_port}/hooks?a=1"
    return Webhook.objects.create(
        **{"partner": "jamii", "address": address, "seed": webhooks.new_seed(), "made_at": database_now()} | more
    )


def told(jamii):
    sent = lodged(jamii)
    partners.collect(database_now())
    return sent


def test_a_call_is_signed_by_the_secret_and_says_what_happened_without_words(jamii, receiver):
    hook = hook_for(receiver)
    sent = told(jamii)

    outcomes = webhooks.deliver_due()

    headers, body = receiver.heard[0]
    said = json.loads(body)
    secret = base64.b64decode(webhooks.secret_of(hook).removeprefix("whsec_"))
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert (outcomes, len(receiver.heard)) == ({"done": 1}, 1)
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert (said["type"], said["data"]["reference"], said["data"]["move"]) == (
        "complaint.lodge", sent["reference"], "lodge",
    )  # fmt: skip
    assert "SIRI-YA-ASHA" not in body.decode()
    assert webhooks.deliver_due() == {}


def test_a_webhook_hears_only_of_its_own_partner_and_of_the_moves_it_wants(jamii, receiver):
    hook_for(receiver, moves=["answer"])
    hook_for(receiver, partner="mji")
    hook_for(receiver, active=False)
    answer_it(lodged(jamii)["reference"])
    partners.collect(database_now())

    webhooks.deliver_due()

    assert [json.loads(body)["type"] for _headers, body in receiver.heard] == ["complaint.answer"]


@pytest.mark.parametrize("status", [500, 404, 302, 301])
def test_what_is_not_taken_is_tried_again_later_and_no_redirect_is_followed(jamii, receiver, status):
    hook_for(receiver)
    told(jamii)
    receiver.status = status
    at = database_now()

    first, too_early = webhooks.deliver_due(at), webhooks.deliver_due(at + dt.timedelta(seconds=20))
    receiver.status = 200
    later = webhooks.deliver_due(at + dt.timedelta(seconds=40))

    call = WebhookCall.objects.get()
    assert (first, too_early, later) == ({"retried": 1}, {}, {"done": 1})
    assert (call.state, call.attempts, call.status, len(receiver.heard)) == (CallState.DONE, 2, 200, 2)
    assert len({headers["webhook-id"] for headers, _body in receiver.heard}) == 1


def test_a_receiver_that_is_away_is_tried_once_a_round_and_keeps_nobody_waiting(jamii, receiver):
    hook_for(receiver, address="http://127.0.0.1:9/")
    hook_for(receiver)
    for _ in range(3):
        told(jamii)

    outcomes = webhooks.deliver_due()

    assert outcomes == {"retried": 1, "put off": 2, "done": 3}
    assert sorted(WebhookCall.objects.filter(state="waiting").values_list("attempts", flat=True)) == [0, 0, 1]


def test_after_thirty_tries_it_has_failed_and_an_administrator_lets_it_be_made_once_more(jamii, receiver, mfumo):
    hook_for(receiver)
    told(jamii)
    receiver.status = 500
    WebhookCall.objects.update(attempts=29)
    webhooks.deliver_due()
    failed = WebhookCall.objects.get()
    receiver.status = 204

    listed = reverse("admin:channels_in_webhookcall_changelist")
    page = mfumo.get(listed).content.decode()
    mfumo.post(listed, {"action": "replay", "_selected_action": [failed.pk]})
    webhooks.deliver_due()

    assert (failed.state, failed.error) == (CallState.FAILED, "answered 500")
    assert "answered 500" in page
    assert WebhookCall.objects.get().state == CallState.DONE


def test_a_receiver_that_says_gone_is_told_no_more(jamii, receiver):
    hook = hook_for(receiver)
    told(jamii)
    receiver.status = 410

    webhooks.deliver_due()
    told(jamii)

    hook.refresh_from_db()
    assert (hook.active, WebhookCall.objects.get().state) == (False, CallState.FAILED)


def test_another_secret_signs_otherwise_and_neither_stands_in_the_database(jamii, receiver, mfumo):
    add = reverse("admin:channels_in_webhook_add")
    address = f"http://127.0.0.1:{receiver.server_port}/"
    page = mfumo.post(add, {"partner": "jamii", "address": address, "active": "on"}, follow=True).content.decode()
    hook = Webhook.objects.get()
    old = webhooks.secret_of(hook)

    mfumo.post(
        reverse("admin:channels_in_webhook_changelist"), {"action": "make_new_secret", "_selected_action": [hook.pk]}
    )

    hook.refresh_from_db()
    assert old in page.replace("&#x2B;", "+")
    assert webhooks.secret_of(hook) != old
    assert old not in str(list(Webhook.objects.values()))


# Only public addresses.


@pytest.mark.parametrize(
    ("ip", "public"),
    [("8.8.8.8", True), ("2a00:1450:4001:82a::200e", True), ("127.0.0.1", False), ("10.0.0.1", False), ("169.254.169.254", False),
     ("100.64.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:10.0.0.1", False), ("224.0.0.1", False),
     ("0.0.0.0", False), ("2002:a00:1::", False), ("64:ff9b::a00:1", False), ("192.0.2.1", False), ("255.255.255.255", False)],
)  # fmt: skip
def test_an_address_inside_is_told_from_one_outside(ip, public):
    assert webhooks.is_public(ip) is public


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1/", "https://localhost:8000/", "https://[::1]/", "https://0x7f000001/", "https://2130706433/"],
)
def test_outside_a_demonstration_nothing_inside_is_called(jamii, settings, receiver, address):
    hook_for(receiver, address=address.replace(":8000", f":{receiver.server_port}"))
    told(jamii)
    settings.DEMO = False

    outcomes = webhooks.deliver_due()

    assert outcomes == {"retried": 1}
    assert receiver.heard == []
    assert WebhookCall.objects.get().error in ("the address is not a public one", "no answer (gaierror)")


@pytest.mark.parametrize(
    "address",
    ["http://example.com/", "https://a:b@example.com/", "https://example.com/#x", "ftp://example.com/", "https:///x"],
)
def test_an_address_that_we_would_not_call_is_refused_in_words(settings, address):
    settings.DEMO = False

    with pytest.raises(ValidationError):
        webhooks.check_address(address)
    webhooks.check_address("https://example.com:8443/hooks?x=1")


def test_changes_outlive_their_calls(jamii, receiver):
    hook = hook_for(receiver)
    told(jamii)

    hook.delete()

    assert (WebhookCall.objects.count(), PartnerChange.objects.count()) == (0, 1)
