"""An outside body's link: what it opens and to whom, what stands behind it, and what becomes of the answer."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection

from channels_in import bodies as door
from complaints.models import Entry
from notices.models import Notice
from notices.rendering import render
from offices.models import Body, User
from tests.workflows.stories import DISTRICT, case_in, category, citizen, entries, lodged, queue, staff, state_of
from workflows import bodies
from workflows.models import BodyLink, ComplaintTask

pytestmark = pytest.mark.django_db

LINK = re.compile(r"/b/[\w-]{22}/")
NAME, PHONE = "Asha Mfano", "+255700000012"


@pytest.fixture(autouse=True)
def no_tries_counted():
    """Begin with a door at which nobody has tried anything."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def dawasa():
    """Give the water authority an address."""
    Body.objects.filter(code="dawasa").update(email="malalamiko@maji.example", phone="+255700000011")


@pytest.fixture
def clock(monkeypatch):
    """Set what the door hears when it asks the time."""
    return lambda at: monkeypatch.setattr(door, "database_now", lambda: at)


@pytest.fixture
def referred(dawasa, clock, client):
    """Give a way to refer a complaint to the water authority; its page is read in English."""
    client.cookies["django_language"] = "en"

    def refer(reason="Please mend the main pipe.", names_citizen=False, **says):
        if "citizen" not in says:
            says["citizen"] = citizen(name=NAME, phone=PHONE, phone_digest="x")
        story = case_in("in_hand", **says).then("refer", reason=reason, names_citizen=names_citizen)
        clock(story.at)
        return story

    return refer


def sent(story):
    """Give the last notice to the body of a case."""
    return Notice.objects.filter(case_id=story.case.pk, kind="body_asked").latest("pk")


def link_in(story):
    """Give the address that the body was sent."""
    return LINK.search(render(sent(story)))[0]


def text(page):
    """Give a page as text."""
    return page.content.decode()


# What is sent.


def test_referring_sends_the_body_an_email_with_a_link_and_tells_it_nothing_else(referred):
    story = referred()

    notice, mail = sent(story), render(sent(story))

    assert (notice.way, notice.address, notice.status) == ("email", "malalamiko@maji.example", "queued")
    assert mail.startswith(f"Malalamiko: tunaomba jibu lenu juu ya lalamiko {story.case.reference_written}\n\n")
    assert f"http://127.0.0.1:8000{link_in(story)}\n" in mail
    assert [secret for secret in (NAME, PHONE, "Maji hayatoki", "main pipe") if secret in mail] == []


def test_a_body_without_an_email_address_gets_an_sms(referred):
    Body.objects.update(email="")

    notice = sent(referred())

    assert (notice.way, notice.address) == ("sms", "+255700000011")
    assert LINK.search(render(notice))


def test_a_body_that_cannot_be_reached_gets_nothing_and_the_case_is_referred_all_the_same(referred):
    Body.objects.update(email="", phone="")

    story = referred()

    assert (state_of(story), BodyLink.objects.count()) == ("referred", 0)
    assert not Notice.objects.filter(kind="body_asked").exists()


def test_nothing_in_the_database_opens_the_link(referred):
    story = referred()
    token = link_in(story).split("/")[2]

    with connection.cursor() as cursor:
        for table in ("workflows_bodylink", "notices_notice", "complaints_entry", "complaints_entrywords"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{token}%"])
            assert (table, cursor.fetchone()[0]) == (table, 0)


def test_each_referral_has_a_link_of_its_own(referred):
    assert link_in(referred(citizen=citizen())) != link_in(referred(citizen=citizen()))


# What it opens.


def test_behind_it_stand_the_question_and_the_words_without_name_or_phone(referred, client):
    story = referred()

    page = client.get(link_in(story))

    assert page.status_code == 200
    for shown in ("Please mend the main pipe.", "Maji hayatoki", story.case.reference_written, "Send the answer"):
        assert shown in text(page)
    assert [secret for secret in (NAME, PHONE, PHONE[-6:]) if secret in text(page)] == []
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex, nofollow", "same-origin")
    assert "no-store" in page["Cache-Control"]


def test_with_the_citizens_word_the_name_and_phone_stand_there(referred, client):
    page = client.get(link_in(referred(names_citizen=True)))

    assert f"{NAME}, {PHONE}" in text(page)


def test_of_a_discreet_case_only_the_question_stands_there(referred, client):
    story = referred()
    story.case.category = category("watumishi")
    story.case.save(update_fields=["category"])

    page = client.get(link_in(story))

    assert "Please mend the main pipe." in text(page)
    assert "Maji hayatoki" not in text(page)


def test_its_page_is_in_swahili_until_another_language_is_chosen(referred, client):
    story = referred()
    client.cookies.clear()

    assert 'lang="sw"' in text(client.get(link_in(story)))
    assert "Swali kwa taasisi yenu" in text(client.get(link_in(story)))


def test_the_first_opening_is_noted_and_the_timeline_stays_as_it_was(referred, client, clock):
    story = referred()
    before = entries(story)
    client.get(link_in(story))
    clock(story.later(hours=5).at)
    client.get(link_in(story))

    assert BodyLink.objects.get().opened_at == story.at
    assert entries(story) == before


def test_opening_costs_few_statements(referred, client, django_assert_max_num_queries):
    link = link_in(referred())
    client.get(link)

    with django_assert_max_num_queries(8):
        client.get(link)


# The answer.


def test_the_answer_stands_on_the_timeline_as_the_bodys_for_staff_alone(referred, client):
    story = referred()
    told = Notice.objects.count()

    sending = client.post(link_in(story), {"words": "The pipe is mended since Monday."})

    assert (sending.status_code, sending.url) == (303, link_in(story))
    entry = Entry.objects.filter(complaint=story.case).latest("number")
    assert (entry.move, entry.actor_kind, entry.via, entry.detail) == ("body_answered", "body", "link", "body:dawasa")
    assert (entry.said.for_staff, entry.said.for_citizen) == ("The pipe is mended since Monday.", "")
    assert (state_of(story), story.again().task.finished) == ("referred", None)
    assert BodyLink.objects.get().answered_at == story.at
    assert Notice.objects.count() == told


def test_whoever_has_the_case_in_hand_is_told_by_email(referred, client):
    User.objects.filter(username="afisa.120.maji").update(email="afisa@ofisi.example", language="en")
    story = referred()

    client.post(link_in(story), {"words": "Mended."})

    notice = Notice.objects.get(kind="body_answered")
    assert (notice.way, notice.address, notice.case_id) == ("email", "afisa@ofisi.example", story.case.pk)
    assert "Mended" not in render(notice)


def test_afterwards_the_page_shows_the_answer_and_takes_no_second_one(referred, client):
    story = referred()
    client.post(link_in(story), {"words": "Mended."})

    page = client.get(link_in(story))
    again = client.post(link_in(story), {"words": "Or not."})

    assert "Mended." in text(page)
    assert "<textarea" not in text(page)
    assert again.status_code == 409
    assert Entry.objects.filter(move="body_answered").count() == 1


def test_an_answer_without_words_is_asked_for_again(referred, client):
    story = referred()

    page = client.post(link_in(story), {"words": "  "})

    assert page.status_code == 422
    assert "There is a problem" in text(page)
    assert BodyLink.objects.get().answered_at is None


def test_the_officer_then_answers_the_citizen_or_takes_it_back(referred, client):
    story, other = referred(), referred(citizen=citizen())
    client.post(link_in(story), {"words": "Mended."})

    assert story.attempt("answer").case.state == "answered"
    assert other.attempt("returned").case.state == "in_hand"


# What does not open.


@pytest.mark.parametrize("path", ["/b/x/", f"/b/{'A' * 22}/", f"/b/{'A' * 500}/", "/b/%00/", "/b/é/"])
def test_an_address_that_is_none_of_ours_says_whom_to_ask(db, client, path):
    client.cookies["django_language"] = "en"

    page = client.get(path)

    assert page.status_code in (400, 410)
    if page.status_code == 410:
        assert "Ask the office that wrote to you" in text(page)


@pytest.mark.parametrize("move", ["returned", "answer", "withdraw", "pass_on"])
def test_a_link_dies_with_its_referral(referred, client, move):
    story = referred()
    link = link_in(story)
    story.then(move)

    page, sending = client.get(link), client.post(link, {"words": "Late."})

    assert (page.status_code, sending.status_code) == (410, 410)
    assert "This link does not open" in text(page)
    assert "Maji hayatoki" not in text(page)
    assert not Entry.objects.filter(move="body_answered").exists()


def test_a_second_referral_does_not_revive_the_first_link(referred, client):
    story = referred()
    first = link_in(story)
    story.then("returned").then("refer")

    assert client.get(first).status_code == 410
    assert client.get(link_in(story)).status_code == 200


def test_a_link_outlives_its_deadline_but_not_its_own_last_day(referred, client, clock, settings):
    story = referred()
    risen = story.then("hand_up", by="clock", at=story.task.due_at)
    clock(risen.at)
    assert client.get(link_in(story)).status_code == 200

    clock(BodyLink.objects.get().expires_at)
    page = client.get(link_in(story))

    assert page.status_code == 410
    assert str(queue(DISTRICT).office) in text(page)  # the office above has the case now


def test_who_tries_many_addresses_waits(referred, client):
    story = referred()
    for number in range(door.MOST_TRIES):
        assert client.get(f"/b/{number:022}/").status_code == 410

    page = client.get(link_in(story))

    assert page.status_code == 429
    assert "Wait a quarter of an hour" in text(page)


# How bodies have kept their word.


def record(story, since=dt.timedelta(days=-1), until=dt.timedelta(days=60)):
    """Give the water authority's record as (referred, answered, silent)."""
    found = [one for one in bodies.records(story.at + since, story.at + until) if one.body == "dawasa"]
    return [(one.referred, one.answered, one.silent) for one in found]


def test_silence_past_the_deadline_hands_the_case_up_still_referred_and_counts_against_the_body_once(referred):
    story = referred()

    risen = story.then("hand_up", by="clock", at=story.task.due_at)
    risen.then("hand_up", by="clock", at=risen.task.due_at)

    assert (state_of(story), ComplaintTask.objects.get(pk=story.task.pk).queue.office.code) == ("referred", "1")
    assert record(story) == [(1, 0, 1)]


def test_a_body_that_answered_in_time_is_not_silent_however_long_the_office_waits(referred, client, clock):
    story = referred()
    client.post(link_in(story), {"words": "Mended."})
    story.then("hand_up", by="clock", at=story.task.due_at)

    assert record(story) == [(1, 1, 0)]


def test_a_body_that_answers_late_was_silent_and_has_answered(referred, client, clock):
    story = referred()
    clock(story.then("hand_up", by="clock", at=story.task.due_at).at)
    client.post(link_in(story), {"words": "Mended at last."})

    assert record(story) == [(1, 1, 1)]


def test_what_was_taken_back_in_time_counts_against_nobody_and_each_referral_counts_by_itself(referred):
    story = referred().then("returned").then("refer")
    story.then("hand_up", by="clock", at=story.task.due_at)
    lodged()

    assert record(story) == [(2, 0, 1)]
    assert record(story, since=dt.timedelta(days=30)) == []


# At the desk.


def test_the_case_page_says_what_became_of_the_link(referred, client, monkeypatch):
    story = referred()
    monkeypatch.setattr("workflows.desk.views.database_now", lambda: story.at)
    client.force_login(staff("afisa.120.maji").user)
    path = f"/desk/cases/{story.case.reference}/"

    assert "A link was sent by e-mail." in text(client.get(path))
    client.get(link_in(story))
    assert "Opened " in text(client.get(path))
    client.post(link_in(story), {"words": "The pipe is mended."})
    page = text(client.get(path))

    assert "The institution has answered" in page
    assert "(DAWASA) has answered" in page or "Authority has answered" in page
    assert "The pipe is mended." in page
