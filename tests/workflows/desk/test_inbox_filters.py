"""What is asked of a list stands in its address; a look is short whatever it finds, and nobody finds more than they may see."""

import datetime as dt

import pytest
from django.db import connection
from django.http import QueryDict

from complaints.models import Citizen, Complaint
from offices.models import Office
from offices.phones import digest_of
from tests.workflows.desk.conftest import address
from tests.workflows.desk.test_inbox import (
    NOW,
    OFFICER,
    assert_found_by_index,
    fill,
    full_queue,
    plan_of,
    references,
    statements,
)
from tests.workflows.stories import case_in, category, lodged, staff, through
from tests.world import TUESDAY
from workflows import inbox_walk
from workflows.inbox import come_since, end_of_next_working_day, inbox, newest_step
from workflows.inbox_filters import FilterForm
from workflows.models import ComplaintTask

__all__ = ["full_queue"]
pytestmark = pytest.mark.django_db

LEADER = "kiongozi.1"


def asked(who, at=NOW, **wishes):
    """Give what such an address asks of a list."""
    query = QueryDict(mutable=True)
    query.update(wishes)
    return FilterForm(query, by=who, at=at).asked()


def found(who, tab="office", at=NOW, **wishes):
    """Give the references that a filtered list shows."""
    by = staff(who)
    return {row["reference"] for row in inbox(by, tab, "", at, asked(by, at, **wishes)).rows}


def test_each_wish_keeps_just_what_it_says():
    water, waste = lodged(), lodged(category=category("taka"), words="Taka hazijaondolewa sokoni", channel="web")
    held = case_in("in_hand")
    Complaint.objects.filter(pk=water.case.pk).update(received_at=NOW - dt.timedelta(days=8))

    assert found(LEADER) == references(water, waste, held)
    assert found(LEADER, state="in_hand") == references(held)
    assert found(LEADER, category="taka") == references(waste)
    assert found(LEADER, channel="web") == references(waste)
    assert found(LEADER, age="7") == references(water)
    assert found(LEADER, holder="nobody") == references(water, waste)
    assert found(LEADER, holder=OFFICER) == references(held)
    assert found(OFFICER, holder="me") == references(held)
    assert found(LEADER, q="SOKONI taka") == references(waste)
    assert found(LEADER, q="sokoni maji") == set()
    assert found(LEADER, category="taka", state="in_hand") == set()


def test_only_ways_by_which_a_complaint_can_come_are_offered():
    offered = FilterForm(QueryDict(), by=staff(OFFICER), at=NOW).fields["channel"].choices

    assert [way for way, _said in offered] == ["", "counter", "web", "api", "app", "open311", "sms_kannel", "ussd"]


def test_a_place_means_everything_beneath_it():
    here = lodged()
    elsewhere = lodged(place=Office.objects.filter(level="kata").exclude(code="12103").first())

    assert found(LEADER, place="Tabata (12103)") == references(here)
    assert found(LEADER, place="12") == found(LEADER)  # no place of this name: left out, and said
    assert references(elsewhere) <= found(LEADER, place=f"x ({elsewhere.case.place.code})")


def test_sensitive_is_found_only_by_those_who_may_see_it():
    bribery, water = lodged(category=category("rushwa")), lodged()

    assert found("mkaguzi.1", sensitive="1") == references(bribery)
    assert found("mkaguzi.1", sensitive="0") == references(water)
    assert found("kiongozi.12", sensitive="1") == set()


@pytest.mark.parametrize(
    "wish",
    [{"state": "x"}, {"category": "x"}, {"age": "-1"}, {"age": "9" * 30}, {"holder": "x"}, {"place": "x"}, {"sensitive": "2"},
     {"size": "1e9"}, {"after": "x"}, {"q": "'; --"}, {"q": "%"}, {"tab": "x"}],
)  # fmt: skip
def test_a_wish_that_cannot_be_read_is_no_fault(desk, clock, wish):
    lodged()
    clock(NOW)

    assert desk.sit(LEADER).client.get("/desk/inbox/", {"tab": "office"} | wish).status_code == 200


# What is due, and what is done.


def test_due_soon_is_what_ends_before_the_next_working_day_is_over():
    late, today, tomorrow, thursday = lodged(), lodged(), lodged(), lodged()
    for days, story in enumerate((late, today, tomorrow, thursday)):
        ComplaintTask.objects.filter(pk=story.task.pk).update(due_at=NOW + dt.timedelta(days=days - 1, hours=1))

    assert found(OFFICER, "soon") == references(today, tomorrow)
    friday = TUESDAY + dt.timedelta(days=3)
    assert f"{end_of_next_working_day(friday):%d/%m %H:%M}" == "01/12 00:00"  # Monday is within


def test_done_shows_each_case_once_by_the_last_step_that_one_finished():
    answered = case_in("answered")
    case_in("in_hand")
    twice = through(lodged(), "take", "propose").then("send_back").then("propose")

    rows = inbox(staff(OFFICER), "done", "", twice.at).rows

    assert [(row["reference"], str(row["done"])) for row in rows] == [
        (twice.case.reference, "Propose an answer"),
        (answered.case.reference, "Answer"),
    ]
    assert inbox(staff("afisa.120.afya"), "done", "", twice.at).rows == []


# Search for one case or one number.


def test_a_reference_opens_its_case_and_a_number_finds_what_came_from_just_that_phone(desk, clock):
    other = Citizen.objects.create(phone="+255700000077", phone_digest=digest_of("+255700000077"), created_at=TUESDAY)
    theirs, another = lodged(citizen=other, words="Bomba limepasuka"), lodged(words="Mita mbovu")
    hidden = lodged(citizen=other, category=category("rushwa"), words="Aliomba hongo")
    clock(NOW)
    client = desk.sit(OFFICER).client

    assert client.get("/desk/inbox/", {"q": theirs.case.reference_written}).url == address(theirs)
    assert client.get("/desk/inbox/", {"q": hidden.case.reference_written}).url == "/desk/inbox/"
    page = client.get("/desk/inbox/", {"q": "0700 000 077"}).content.decode()
    assert "Bomba limepasuka" in page
    assert another.case.reference not in page and hidden.case.reference not in page and "hongo" not in page
    assert (
        "There is no complaint from this number" in client.get("/desk/inbox/", {"q": "0700 000 078"}).content.decode()
    )


# A short look, whatever it finds.


def test_a_look_that_stops_early_says_so_and_goes_on_from_there(monkeypatch):
    with connection.cursor() as cursor:
        fill(cursor, 100)
    last = ComplaintTask.objects.order_by("rank", "due_at", "pk").last()
    Complaint.objects.filter(pk=last.process_id).update(words="Kisima kimeanguka")
    monkeypatch.setattr(inbox_walk, "WALK", 40)

    for who in (OFFICER, LEADER):
        by, after, seen = staff(who), "", []
        wish = asked(by, q="kisima")
        for _look in range(3):
            page = inbox(by, "queues", after, NOW, wish)
            seen.append((len(page.rows), page.stopped))
            after = page.after
        assert seen == [(0, True), (0, True), (1, False)], who


def test_filtered_pages_follow_each_other_without_a_gap_or_a_double(monkeypatch):
    with connection.cursor() as cursor:
        fill(cursor, 150)
    Complaint.objects.filter(pk__in=list(Complaint.objects.values_list("pk", flat=True)[::2])).update(channel="api")
    monkeypatch.setattr(inbox_walk, "WALK", 60)
    for who in (OFFICER, LEADER):
        by, after, seen = staff(who), "", []
        wish = asked(by, channel="api")
        while True:
            page = inbox(by, "office", after, NOW, wish)
            seen += [row["reference"] for row in page.rows]
            after = page.after
            if not after:
                break
        assert len(seen) == len(set(seen)) == 75


def test_a_filtered_page_walks_along_an_index_and_not_beyond_its_stretch(full_queue, monkeypatch):
    monkeypatch.setattr(inbox_walk, "WALK", 1000)
    wishes = [{"q": "kisima"}, {"state": "in_hand"}, {"category": "taka"}, {"channel": "sms_kannel"}, {"age": "90"},
              {"holder": "nobody", "q": "x"}, {"holder": "me"}, {"sensitive": "1"}, {"place": "Tabata (12103)"}]  # fmt: skip
    for who in (OFFICER, LEADER):
        by = staff(who)
        for wish in wishes:
            for tab in ("mine", "queues", "office", "overdue", "soon"):
                wanted = asked(by, **wish)
                with statements() as ran:
                    inbox(by, tab, "", NOW, wanted)
                for sql in ran:
                    if "complainttask" in sql:
                        assert_found_by_index(plan_of(sql))


# What has come in since.


def test_news_counts_what_others_brought_into_the_list_and_says_nothing_new_in_no_bytes(desk, clock):
    seen = lodged()
    newest = newest_step()
    clock(seen.at)
    ask = {"tab": "queues", "since": newest}
    client = desk.sit(OFFICER).client
    assert client.get("/desk/inbox/news/", ask).content.strip() == b""

    fresh, held = lodged(), case_in("in_hand")
    first = client.get("/desk/inbox/news/", ask)
    again = client.get("/desk/inbox/news/", ask, HTTP_IF_NONE_MATCH=first["ETag"])

    assert "1 new" in first.content.decode()
    assert (again.status_code, again.content) == (304, b"")
    assert come_since(newest, staff(OFFICER), "queues", fresh.at) == 1
    assert come_since(newest, staff("msimamizi.120.maji"), "office", held.at) == 2
    assert come_since(newest, staff("afisa.120.afya"), "office", held.at) == 0


@pytest.mark.parametrize("ask", [{}, {"tab": "queues"}, {"tab": "x", "since": "1"}, {"tab": "mine", "since": "1" * 30}])
def test_news_that_cannot_be_asked_for_ends_the_asking(desk, ask):
    assert desk.client.get("/desk/inbox/news/", ask).status_code == 286  # nobody is logged in
    assert desk.sit(OFFICER).client.get("/desk/inbox/news/", ask).status_code == 286


# The whole page.


@pytest.mark.parametrize("who", [OFFICER, LEADER])
@pytest.mark.parametrize("query", ["tab=queues", "tab=done", "tab=office&q=maji&channel=web&place=Tabata+(12103)"])
def test_a_page_takes_at_most_fifteen_statements_with_one_row_as_with_a_thousand(desk, clock, who, query):
    clock(NOW)
    client, took = desk.sit(who).client, []
    for rows in (1, 1000):
        ComplaintTask.objects.all().delete()
        Complaint.objects.all().delete()
        with connection.cursor() as cursor:
            fill(cursor, rows)
        client.get(f"/desk/inbox/?{query}")
        with statements() as ran:
            assert client.get(f"/desk/inbox/?{query}").status_code == 200
        took.append(len(ran))

    assert took[0] <= 15 and took[1] <= 15
    assert took[0] == took[1]
