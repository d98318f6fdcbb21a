"""The operator's page: how the gateways do, in figures that name no citizen, and always in the same few statements."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from channels_in import gateways
from channels_in.models import Fate, Message
from notices.models import Notice, Status
from offices.clock import database_now
from offices.models import Department, Office, Posting, User

pytestmark = pytest.mark.django_db

MOST_STATEMENTS = 15
PHONE = "+255754123456"


@pytest.fixture
def at():
    return database_now()


@pytest.fixture(autouse=True)
def gateways_of_the_settings(settings):
    """Open two ways in, and one out."""
    settings.OPEN_CHANNELS = ["sms_kannel", "ussd_mgov", "web"]
    settings.SMS_SENDER = "kannel"


def browser_of(username="mfumo.1", language="en"):
    browser = Client()
    browser.cookies["django_language"] = language
    browser.force_login(User.objects.get(username=username))
    return browser


@pytest.fixture
def page():
    """Give the words of the page, as the administrator reads it in English."""

    def read(*who, **how):
        response = browser_of(*who, **how).get(reverse("channels_in:gateways"))
        assert response.status_code == 200
        return response.content.decode()

    return read


def notice(at, **fields):
    given = {"kind": "added", "facts": {}, "created_at": at, "next_try_at": at, "address": ""} | fields
    return Notice.objects.create(**given)


def sent(at, status=Status.DELIVERED, **fields):
    return notice(at, status=status, sent_at=at, gateway="kannel", **fields)


def rows(page, caption):
    """Give the rows of a table, each as the words of its cells."""
    table = re.search(rf"<caption[^>]*>{caption}</caption>(.*?)</table>", page, re.S)[1]
    body = re.search(r"<tbody.*?>(.*)</tbody>", table, re.S)[1]
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S) for row in body.split("</tr>")[:-1]]
    unlabelled = [[re.sub(r'<span class="mlm-board__label">.*?</span>', "", cell) for cell in row] for row in cells]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in unlabelled]


def moment(at):
    return timezone.localtime(at).strftime("%d/%m/%Y %H:%M")


def test_an_empty_service_says_so(page):
    shown = page()

    assert rows(shown, "Ways out") == [["Kannel in use", "Nothing yet", "0", "0", "0", "–"]]
    assert rows(shown, "Ways in") == [
        ["Kannel SMS", "Nothing yet", *["0"] * 3, "–"],
        ["mGov USSD", "Nothing yet", *["0"] * 3, "–"],
    ]
    assert rows(shown, "Failed for good, newest first") == [["None has failed."]]
    assert "No SMS has been sent for a case yet." in shown


def test_each_gateway_says_what_went_through_it_and_whether_it_works(page, at):
    for _ in range(9):
        sent(at)
    sent(at, Status.FAILED, final_at=at, last_error="the network could not deliver it (34)")
    sent(at, Status.SENT)
    notice(at, status=Status.DELIVERED, sent_at=at, gateway="beem")
    notice(at, status=Status.FAILED, sent_at=at, gateway="beem", final_at=at)

    assert rows(page(), "Ways out") == [
        ["Kannel in use", "Works", "1", "9 (90%)", "1", moment(at)],
        ["Beem Africa", "In trouble", "0", "1 (50%)", "1", moment(at)],
    ]


def test_a_gateway_that_takes_nothing_is_in_trouble_and_its_words_are_shown(page, at):
    sent(at)
    for _ in range(3):
        notice(
            at, address=PHONE, next_try_at=at + dt.timedelta(minutes=1), last_error="Kannel 403: Authorization failed"
        )

    shown = page()

    assert rows(shown, "Ways out")[0][:2] == ["Kannel in use", "In trouble"]
    assert rows(shown, "Why they wait") == [["Kannel 403: Authorization failed", "3"]]
    assert "worker seems not to be running" not in shown


def test_what_nobody_tries_to_send_means_that_the_worker_is_away(page, at):
    notice(at - dt.timedelta(hours=1), address=PHONE)

    assert "worker seems not to be running" in page()


def test_what_waits_for_the_morning_is_not_late(page, at, settings):
    hour = timezone.localtime(at).hour
    settings.QUIET_HOURS = (hour, (hour + 2) % 24)
    notice(at - dt.timedelta(hours=1), address=PHONE, kind="answered")

    shown = page()

    assert re.findall(r'mlm-tile__count">([^<]+)<', shown) == ["1", "0", "1"]
    assert "worker seems not to be running" not in shown


def test_each_way_in_says_what_came_and_what_could_not_be_taken(page, at):
    for number, fate in enumerate([Fate.TAKEN, Fate.TAKEN, Fate.UNREADABLE, Fate.FAILED]):
        Message.objects.create(channel="sms_kannel", provider_id=str(number), body_digest="", received_at=at, fate=fate)
    long_ago = at - dt.timedelta(days=2)
    Message.objects.create(channel="ussd_mgov", provider_id="1", body_digest="", received_at=long_ago)
    Message.objects.create(channel="web", provider_id="1", body_digest="", received_at=at)

    assert rows(page(), "Ways in") == [
        ["Kannel SMS", "In trouble", "4", "1", "1", moment(at)],
        ["mGov USSD", "In trouble", "1", "0", "0", moment(long_ago)],
    ]


def test_a_case_costs_what_was_sent_and_what_was_said_in_answers(page, at):
    for _ in range(3):
        sent(at, case_id=1)
    sent(at, case_id=1, segments=2)
    notice(at, status=Status.ANSWERED, case_id=2)
    notice(at, address=PHONE, case_id=2)  # still waits, and has cost nothing
    notice(at, status=Status.FAILED, case_id=3)  # was never taken
    sent(at, case_id=4, way="email")

    shown = page()

    assert "<strong>3.0 SMS</strong> on average: 6 SMS for 2 cases, and at most 5 for one" in shown
    assert rows(shown, "Cases by the SMS they cost") == [["1–2", "1"], ["3–5", "1"], ["6–10", "0"], ["11+", "0"]]


def test_what_stands_before_the_newest_rows_is_not_counted(page, at, monkeypatch):
    monkeypatch.setattr(gateways, "WINDOW", 2)
    for case in range(3):
        sent(at, case_id=case, segments=1 + 2 * case)

    shown = page()

    assert rows(shown, "Ways out")[0][3] == "2 (100%)"
    assert "8 SMS for 2 cases" in shown


def test_failures_say_why_and_no_number_of_a_citizen(page, at):
    failed = sent(at, Status.FAILED, final_at=at, attempts=2, last_error="the network could not deliver it (16)")
    notice(at, address=PHONE)

    shown = page()

    assert rows(shown, "Failed for good, newest first") == [
        [str(failed.pk), moment(at), "Kannel", "2", "The network could not deliver it (16)"]
    ]
    assert "255754" not in shown


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("the network could not deliver it (34)", "Mtandao haukuweza kuifikisha (34)"),
        ("no connection to Kannel (URLError)", "Hakuna mawasiliano na Kannel (URLError)"),
        ("our own fault: ValueError", "Kosa letu: ValueError"),
        ("no address", "Hakuna anwani"),
        ("Twilio 401, says 20003", "Twilio 401, says 20003"),
    ],
)
def test_our_own_reasons_are_said_in_the_readers_language(reason, words):
    with translation.override("sw"):
        assert gateways.reason_in_words(reason) == words


def test_it_costs_the_same_statements_with_one_row_and_with_thousands(at):
    browser = browser_of()
    sent(at, case_id=1)
    few = statements_of(browser)
    many = [
        Notice(
            kind="added", status=status, case_id=number, created_at=at, next_try_at=at, sent_at=at, last_error="x",
            gateway=f"g{number % 3}",
        )
        for number in range(700)
        for status in (Status.QUEUED, Status.FAILED, Status.DELIVERED)
    ]  # fmt: skip
    Notice.objects.bulk_create(many)
    Message.objects.bulk_create(
        Message(channel="sms_kannel", provider_id=str(number), body_digest="", received_at=at) for number in range(1000)
    )
    much = statements_of(browser)

    assert few == much <= MOST_STATEMENTS


def statements_of(browser):
    """Count the statements of the page, once what is kept is known."""
    browser.get(reverse("channels_in:gateways"))
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(reverse("channels_in:gateways")).status_code == 200
    return len(asked)


def test_only_the_newest_rows_are_looked_at(page, at, monkeypatch):
    monkeypatch.setattr(gateways, "WINDOW", 5)
    for _ in range(9):
        sent(at)

    assert rows(page(), "Ways out")[0][3] == "5 (100%)"


def test_swahili_says_the_same(page, at):
    sent(at, case_id=1)

    shown = page(language="sw")

    assert '<h1 class="govuk-heading-l">Malango ya SMS</h1>' in shown
    assert rows(shown, "Njia za kutoka")[0][:2] == ["Kannel linatumika", "Inafanya kazi"]


# Who may look.


def test_a_supervisor_of_the_region_may_look_and_one_of_a_council_may_not(page):
    region, council = Office.objects.get(code="1"), Office.objects.get(code="120")
    department = Department.objects.get(code="malalamiko")
    user = User.objects.create(username="msimamizi.mkoa")
    posting = Posting.objects.create(
        user=user, office=region, department=department, role="supervisor", valid_from=dt.date(2020, 1, 1)
    )

    assert page("msimamizi.mkoa")

    Posting.objects.filter(pk=posting.pk).update(office=council)
    assert browser_of("msimamizi.mkoa").get(reverse("channels_in:gateways")).status_code == 403


def test_whoever_sets_the_service_up_may_look_before_anybody_is_posted(page):
    User.objects.create(username="wa.kwanza", is_superuser=True)

    assert page("wa.kwanza")


def test_nobody_writes_there():
    assert browser_of().post(reverse("channels_in:gateways")).status_code == 405
