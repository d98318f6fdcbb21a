"""The case page: who sees which step, how the deadline came about, what is alike, and how little it asks of the database."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import timeline
from complaints.models import Category, Entry
from complaints.timeline import Happened
from offices.kept import forget
from tests.pictures import PAPER, photo
from tests.workflows.desk.conftest import Desk, Text, address, buttons
from tests.workflows.desk.test_languages import in_english
from tests.workflows.stories import case_in, lodged, staff, through
from tests.world import TUESDAY
from workflows.desk import due
from workflows.models import ComplaintTask, Policy

SAID = "Bomba kubwa la maji limepasuka karibu na soko la Tabata"


def text(page):
    """Give what is read on a page, in one piece."""
    return " ".join(Text(page).pieces)


def steps(page):
    """Give the part of a page that tells the timeline."""
    return page.content.decode().partition('<ol class="mlm-steps">')[2].partition("</ol>")[0].split("<li")[1:]


def test_each_step_says_whether_the_citizen_sees_it(desk, clock):
    story = case_in("in_hand").then("add_words", "officer", words="The meter is old.").then("ask")
    clock(story.at)

    shown = steps(desk.sit("afisa.120.maji").open(story))

    seen = ["The citizen sees it" in step for step in shown]
    inside = ["Inside the office" in step for step in shown]
    assert (seen, inside) == ([True, True, False, True], [False, False, True, False])


# How the deadline came about.


def reckoned(story):
    """Give how a story's deadline was reckoned, in sentences."""
    return due.reckoning(story.case, story.task)


def test_a_deadline_says_its_hours_its_beginning_its_rule_and_the_working_hours(db, in_english):
    assert reckoned(case_in("queued")) == [
        "40 working hours to answer, from 24/11/2026 10:00.",
        "By the general rule: no policy says otherwise.",
        "Working hours: Monday–Friday 07:30–15:30, without holidays.",
    ]


def test_a_deadline_names_the_policy_that_set_it(db, in_english):
    Policy.objects.create(valid_from=dt.date(2026, 7, 1), level="halmashauri", act_hours=16)
    forget()

    assert reckoned(case_in("queued"))[:2] == [
        "16 working hours to answer, from 24/11/2026 10:00.",
        "By the policy for council, in force since 01/07/2026.",
    ]


def test_a_deadline_tells_the_pauses_that_shifted_it(db, in_english):
    story = case_in("waiting").later(days=2).then("reply")

    assert "The clock rested from 24/11/2026 12:00 to 26/11/2026 13:00." in reckoned(story)


def test_after_a_hand_over_the_clock_is_told_from_there(db, in_english):
    story = case_in("queued").later(days=1).then("hand_up")

    assert reckoned(story)[0] == "40 working hours to answer, from 25/11/2026 11:00."


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("received", "8 working hours for the complaints desk, from 24/11/2026 10:00."),
        ("waiting", "56 working hours for the citizen to reply, from 24/11/2026 12:00."),
        ("for_approval", "16 working hours to approve, from 24/11/2026 12:00."),
        ("answered", "14 days for the citizen to say whether it is settled, from 24/11/2026 12:00."),
        ("closed", "30 days in which it can be opened again, from 24/11/2026 13:00."),
    ],
)
def test_every_step_tells_its_own_time(db, in_english, state, says):
    assert reckoned(case_in(state))[0] == says


def test_a_deadline_that_no_rule_explains_is_not_explained_wrongly(db, in_english):
    story = case_in("queued")
    ComplaintTask.objects.filter(pk=story.task.pk).update(due_at=TUESDAY + dt.timedelta(days=3, minutes=7))

    assert reckoned(story.again()) == ["It was carried over from an earlier step."]


def test_the_page_tells_how_the_deadline_was_reckoned(desk, clock):
    story = case_in("queued")
    clock(story.at)

    assert "40 working hours to answer, from 24/11/2026 10:00." in text(desk.sit("afisa.120.maji").open(story))


# A long story.


def many_steps(story, count):
    """Lay notes and readings on a story's timeline."""
    by = staff("afisa.120.maji")
    for number in range(count):
        timeline.write(Happened(story.case.pk, "add_words", by=by, at=story.at, for_staff=f"Note {number}."))
        timeline.write(Happened(story.case.pk, "read", by=by, at=story.at))


def test_a_long_timeline_is_shown_in_pages_newest_first(desk, clock):
    story = case_in("queued")
    many_steps(story, 70)
    clock(story.at)
    newest = desk.sit("afisa.120.maji").open(story)
    number = newest.context["file"].earlier_steps

    older = desk.open(story, before=number)

    assert (len(steps(newest)), len(steps(older))) == (60, 11)
    assert ("Earlier steps" in text(newest), "Earlier steps" in text(older)) == (True, False)
    assert "Note 69." in text(newest)
    assert "Received, and laid before" in text(older)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "0", "1"])
def test_a_page_of_the_timeline_that_is_none_is_no_fault(desk, clock, before):
    story = case_in("queued")
    clock(story.at)

    assert desk.sit("afisa.120.maji").open(story, before=before).status_code == 200


def statements(desk, story):
    """Count what a page of a case asks of the database, the second time it is opened."""
    desk.open(story)
    with CaptureQueriesContext(connection) as captured:
        assert desk.open(story).status_code == 200
    return [query["sql"][:120] for query in captured]


def test_the_page_asks_as_little_of_a_long_story_with_many_alike_as_of_a_short_one(desk, clock):
    story = lodged(words=SAID).then("take")
    clock(story.at)
    desk.sit("afisa.120.maji")
    short = statements(desk, story)
    for _ in range(12):
        lodged(words=SAID)
    many_steps(story, 80)

    long = statements(desk, story)

    assert len(long) == len(short), long
    assert len(long) <= 15, long


# What is alike, and joined.


def test_a_case_that_is_alike_is_shown_with_a_way_to_join_it(desk, clock):
    other, story = lodged(words=SAID + " leo"), lodged(words=SAID)
    clock(story.at)
    page = desk.sit("msimamizi.120.maji").open(story)
    assert "Perhaps the same" in text(page)
    assert other.case.reference_written in text(page)
    assert SAID + " leo" in text(page)  # what it says, without opening it

    form = desk.open(story, "merge", task=story.task.pk, into=other.case.reference)

    assert SAID + " leo" in text(form)
    assert f'value="{other.case.reference}"' in form.content.decode()
    went = desk.press(story, "merge", into=other.case.reference, reason="The same pipe.")
    assert went.status_code == 302
    assert Entry.objects.filter(complaint=story.case).latest("number").move == "merge"


def test_the_page_of_a_lead_names_its_duplicates_and_how_to_separate_them(desk, clock):
    lead = lodged(words=SAID)
    duplicate = lodged(words=SAID + " leo").then("merge", into=lead.case)
    clock(duplicate.at)

    page = desk.sit("msimamizi.120.maji").open(lead)

    assert SAID + " leo" in text(page)

    assert "Joined with this one" in text(page)
    assert f"{address(duplicate)}unmerge/" in page.content.decode()
    assert "unmerge" in buttons(page)
    assert "unmerge/" not in desk.sit("afisa.120.maji").open(lead).content.decode()
    assert address(lead) in desk.open(duplicate).content.decode()


# The number.


def test_the_number_is_shown_once_to_one_who_says_why_and_stands_on_the_timeline(desk, clock):
    story = through(case_in("in_hand"))
    clock(story.at)
    phone = story.case.citizen.phone
    assert phone not in desk.sit("afisa.120.maji").open(story).content.decode()
    assert phone not in desk.open(story, "reveal").content.decode()

    shown = desk.client.post(address(story, "reveal"), {"reason": "To find the house."})

    assert phone in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    last = Entry.objects.select_related("said").filter(complaint=story.case).latest("number")
    assert (last.move, last.actor.username, last.said.for_staff, last.said.for_citizen) == (
        "reveal", "afisa.120.maji", "To find the house.", "",
    )  # fmt: skip
    assert phone not in desk.open(story).content.decode()
    assert phone not in desk.open(story, "reveal").content.decode()


def test_without_a_reason_the_number_is_not_shown(desk, clock):
    story = case_in("in_hand")
    clock(story.at)

    for reason in ("", "   "):
        page = desk.sit("afisa.120.maji").client.post(address(story, "reveal"), {"reason": reason})
        assert (page.status_code, story.case.citizen.phone in page.content.decode()) == (422, False)
    assert Entry.objects.filter(complaint=story.case, move="reveal").count() == 0


def test_an_auditor_sees_the_case_but_not_the_number(desk, clock):
    story = case_in("in_hand")
    clock(story.at)
    desk.sit("mkaguzi.1")

    assert "Show the number" not in text(desk.open(story))
    page = desk.client.post(address(story, "reveal"), {"reason": "Curious."})
    assert (page.status_code, story.case.citizen.phone in page.content.decode()) == (403, False)


def test_there_is_no_number_to_show_of_one_who_gave_none(desk, clock):
    story = lodged(citizen=None)
    clock(story.at)
    desk.sit("afisa.120.maji")

    assert "Show the number" not in text(desk.open(story))
    assert desk.client.post(address(story, "reveal"), {"reason": "To call."}).status_code == 409


def test_a_case_out_of_sight_has_no_number_no_files_and_no_page(desk, clock):
    story = case_in("in_hand")
    clock(story.at)
    desk.sit("afisa.120.elimu")

    for move in ("reveal", "attach", "files/1"):
        assert desk.client.get(address(story, move)).status_code == 404
    assert desk.client.post(address(story, "reveal"), {"reason": "Curious."}).status_code == 404


# In Swahili.


def test_the_case_and_its_own_pages_in_swahili_show_no_english(client, db, clock):
    swahili = Desk(client)
    Category.objects.update(evidence=True)
    forget()
    other = lodged(words=SAID)
    story = case_in("waiting", words=SAID).then("reply")
    lodged(words=SAID).then("merge", into=story.case)
    clock(story.at)
    swahili.sit("msimamizi.120.maji").open(other)
    photos = {"papers": [SimpleUploadedFile("a.jpg", photo()), SimpleUploadedFile("b.pdf", PAPER)]}
    assert client.post(address(other, "attach"), {"papers": [SimpleUploadedFile("a.jpg", photo())]}).status_code == 302
    assert client.post(address(story, "attach"), photos).status_code == 302

    pages = [
        swahili.open(story, move) for move in ("", "attach", "reveal", "answer", "propose", "ask", "reject", "merge")
    ]
    pages += [swahili.press(story, "answer", done_on="25/11/2030"), swahili.press(story, "answer", insert="1")]
    pages += [client.post(address(story, "reveal"), {"reason": reason}) for reason in ("", "Kumpigia.")]
    pages += [client.post(address(story, "attach"), {"papers": [SimpleUploadedFile("c.jpg", b"GIF89a")]})]

    assert [found for page in pages if (found := in_english(page))] == []
    assert "Jumatatu–Ijumaa 07:30–15:30" in text(pages[0])
    assert "Picha au waraka huu huu uko kwenye lalamiko jingine." in text(pages[0])
