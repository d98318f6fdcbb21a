"""The register of a complaints desk: whose it is, what stands in it, and what leaves the building."""

import csv
import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Complaint, Entry
from offices.clock import database_now
from offices.models import Posting, User
from reports import register
from reports.models import Export
from tests.workflows.stories import case_in, category, lodged, office

pytestmark = pytest.mark.django_db
URL, FILE, DESK = "/desk/register/", "/desk/register/register.csv", "12103"
DAY = dt.timedelta(days=1)


@pytest.fixture
def clerk(client):
    """Let the clerk of ward 12103 log in; pages are in English."""
    user = User.objects.get(username=f"karani.{DESK}")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def entered(words="Taka hazijazolewa.", days_ago=0, name="", subject="taka", desk=DESK, by=None):
    """Enter a complaint at a desk, so many days ago."""
    case = lodged(words=words, category=category(subject), place=office("12103")).case
    at = database_now() - days_ago * DAY
    Complaint.objects.filter(pk=case.pk).update(
        desk=office(desk), entered_at=at, received_at=at, citizen_name=name, arrival="letter", channel="counter"
    )
    return Complaint.objects.get(pk=case.pk)


def shown(client, **asked):
    page = client.get(URL, asked).content.decode()
    return re.findall(r'href="/desk/cases/(\d{12})/"', page)


def test_it_has_what_was_entered_at_the_own_desk_today_newest_first(client, clerk):
    first, second = entered(), entered()
    entered(desk="120"), entered(days_ago=2), case_in("queued")

    assert shown(client) == [second.reference, first.reference]


def test_it_goes_by_days_each_with_its_own_table(client, clerk):
    cases = [entered(days_ago=number) for number in (0, 1, 3)]
    today = timezone.localdate(database_now())

    page = client.get(URL, {"first": f"{today - 2 * DAY}", "last": f"{today}"}).content.decode()

    assert [case.reference in page for case in cases] == [True, True, False]
    assert page.count("<caption>") == 2
    assert f"?first={today - DAY}&amp;last={today - DAY}" in client.get(URL).content.decode()


@pytest.mark.parametrize("searched", ["asha", "TAKA asha", "tabata asha", "reference"])
def test_it_finds_names_words_places_and_references(client, clerk, searched):
    wanted, _other = entered(name="Asha Juma"), entered(name="Neema", words="Kelele usiku.")

    assert shown(client, q=wanted.reference_written if searched == "reference" else searched) == [wanted.reference]
    assert shown(client, q="hakuna neno hili") == []


def test_what_is_kept_from_the_desk_is_not_in_it_save_half_a_day_for_who_entered_it(client, clerk):
    kept, about = entered(subject="rushwa"), entered()
    Complaint.objects.filter(pk=about.pk).update(about_office=office(DESK))
    own = entered(subject="rushwa")
    Entry.objects.create(complaint=own, at=own.entered_at, move="lodge", actor_kind="staff", actor=clerk, via="counter")

    now, receipts = shown(client), re.findall(r'href="/desk/counter/(\d{12})/"', client.get(URL).content.decode())
    earlier = database_now() - dt.timedelta(hours=13)
    Complaint.objects.update(entered_at=earlier, received_at=earlier)
    later = shown(client, first=f"{timezone.localdate(database_now()) - DAY}")

    assert (now, later) == ([], [])
    assert receipts == [own.reference] and kept.reference not in receipts


@pytest.mark.parametrize("username", ["afisa.120.maji", "msimamizi.120.maji", "kiongozi.1", "mkaguzi.1", "mfumo.1"])
def test_only_clerks_have_a_register(client, username):
    client.force_login(User.objects.get(username=username))

    assert (client.get(URL).status_code, client.get(FILE).status_code) == (403, 403)


def test_a_clerk_whose_posting_is_over_has_none(client, clerk):
    Posting.objects.filter(user=clerk).update(valid_to=timezone.localdate(database_now()) - DAY)

    assert client.get(URL).status_code == 403


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "31/02/2026"}, {"first": "x" * 5000}, {"first": "2026-01-01", "last": "2025-01-01"},
        {"first": "2026-01-01", "last": "2026-12-01"}, {"last": "0001-01-01"}, {"last": "9999-12-31"}, {"q": "x" * 101},
    ],
)  # fmt: skip
def test_days_that_nobody_means_are_refused_in_words(client, clerk, asked):
    page = client.get(URL, asked)

    assert (page.status_code, client.get(FILE, asked).status_code) == (422, 404)
    assert "There is a problem" in page.content.decode()


@pytest.mark.parametrize("after", ["x", "\N{SNOWMAN}", "A" * 3000, "MHx4fDE"])
def test_a_page_that_is_none_is_the_first(client, clerk, after):
    case = entered()

    assert shown(client, after=after) == [case.reference]


def test_a_long_register_is_turned_page_by_page_and_loses_and_doubles_nothing(client, clerk, monkeypatch):
    monkeypatch.setattr(register, "PAGE", 2)
    cases = [entered() for _number in range(5)]
    Complaint.objects.update(entered_at=database_now())  # all in one moment

    seen, address = [], URL
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'href="/desk/cases/(\d{12})/"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = URL + following[1].replace("&amp;", "&") if following else ""

    assert seen == [case.reference for case in reversed(cases)]


def test_the_file_has_no_names_runs_no_formula_and_is_noted(client, clerk):
    case = entered(name="=Asha Juma")
    Complaint.objects.filter(pk=case.pk).update(arrival="")
    entered(name="Neema", days_ago=3)

    answer = client.get(FILE, {"q": "Asha"})

    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert answer["Content-Disposition"].startswith('attachment; filename="register-12103-')
    assert [row[2] for row in rows if len(row) > 2 and row[2][:2] == "26"] == [case.reference_written]
    assert "Asha" not in text and "Neema" not in text
    taken = Export.objects.get()
    assert (taken.user, taken.office, taken.what, taken.rows) == (clerk, office(DESK), "register", 1)
    assert "Asha" not in taken.asked


def test_names_are_not_printed(client, clerk):
    entered(name="Asha Juma")

    assert '<td role="cell" class="mlm-not-on-paper">Asha Juma</td>' in client.get(URL).content.decode()


def test_it_asks_as_little_of_many_as_of_one_and_its_index_serves_it(client, clerk):
    entered(), client.get(URL)
    with CaptureQueriesContext(connection) as of_one:
        client.get(URL)
    for _number in range(60):
        entered()
    with CaptureQueriesContext(connection) as of_many:
        page = client.get(URL)

    assert page.context["next"]
    assert len(of_many) <= len(of_one) <= 15
    sql = next(each["sql"] for each in of_many.captured_queries if "citizen_name" in each["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "complaint_in_register" in plan
