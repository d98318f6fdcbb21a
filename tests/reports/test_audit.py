"""The audit trail: who did, read and took out what, of one case or of a whole office, for leaders and auditors in their reach."""

import csv
import datetime as dt
import io
import re

import openpyxl
import pytest

from complaints import timeline
from complaints.timeline import Happened
from reports import audit, views
from reports.models import Export
from tests.reports.test_figures import a_world
from tests.reports.test_leader_page import statements
from tests.workflows.stories import COUNCIL, DISTRICT, REGION, WARD, category, lodged, office, staff, through
from tests.world import TUESDAY
from workflows import actions, corrections, leave

DAY = dt.timedelta(days=1)


@pytest.fixture
def now(monkeypatch):
    """Let the doors hear this moment."""
    return lambda at: monkeypatch.setattr(views, "database_now", lambda: at)


@pytest.fixture
def read(desk, now):
    """Give a case that was taken, read, answered, and whose phone was shown."""
    story = through(lodged(), "take", "answer")
    actions.read(story.case, by=staff("kiongozi.120"), at=story.at)
    timeline.write(Happened(story.case.pk, "reveal", by=staff("afisa.120.maji"), at=story.at + DAY))
    now(TUESDAY + 3 * DAY)
    return story


def lines(page):
    """Give the last cell of each row of a trail."""
    rows = page.content.decode().partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    return [re.sub(r"<[^>]+>", " ", row.split("<td>")[-1]).strip() for row in rows]


def whole(desk, **asked):
    """Open a trail."""
    return desk.client.get("/desk/audit/", asked)


@pytest.mark.parametrize("who", ["kiongozi.120", "kiongozi.1", "mkaguzi.1"])
def test_one_case_newest_first(desk, read, who):
    page = whole(desk.sit(who), case=read.case.reference)

    told = lines(page)
    assert told[:3] == ["The citizen&#x27;s phone number was shown", "The case file was read", "Answered"]
    assert told[3].startswith("Taken by") and told[4].startswith("Received, and laid before")
    assert len(lines(page)) == 5
    assert "kiongozi.120" in page.content.decode() and "afisa.120.maji" in page.content.decode()


def test_a_whole_office(desk, read):
    other = lodged()

    page = whole(desk.sit("kiongozi.120"))

    assert len(lines(page)) == 6
    assert other.case.reference_written in page.content.decode()


def test_every_kind_of_step_is_told_in_words(desk, now):
    now(a_world())
    desk.sit("mkaguzi.1")
    pages, after = [], ""

    while True:
        page = whole(desk, first="2026-11-01", last="2027-01-31", after=after)
        pages += lines(page)
        following = re.search(r'rel="next" href="[^"]*after=([^"&]+)"', page.content.decode())
        if not following:
            break
        after = following[1]

    told = " ".join(pages)
    for words in (
        "Subject corrected: ",
        "Place corrected: ",
        "Asked for its part: ",
        " has answered",
        "not come in time",
    ):
        assert words in told
    assert "%(" not in told


@pytest.mark.parametrize(
    ("asked", "many"),
    [
        ({"who": "afisa.120.maji"}, 3), ({"who": "kiongozi.120"}, 1), ({"move": "read"}, 1), ({"move": "reveal"}, 1),
        ({"first": "2026-11-25", "last": "2026-11-25"}, 1), ({"first": "2026-12-24", "last": "2026-12-25"}, 0),
    ],
)  # fmt: skip
def test_filters(desk, read, asked, many):
    listed = [line for line in lines(whole(desk.sit("kiongozi.120"), **asked)) if "nothing of this kind" not in line]

    assert len(listed) == many


@pytest.mark.parametrize(
    "asked", [{"who": "nobody.at.all"}, {"case": "123"}, {"first": "2026-11-25", "last": "2026-11-01"}]
)
def test_what_cannot_be_is_refused_in_words(desk, read, asked):
    page = whole(desk.sit("kiongozi.120"), **asked)

    assert page.status_code == 422
    assert "There is a problem" in page.content.decode()


def test_what_lies_beside_the_own_office_is_not_there(desk, read):
    beside = lodged(place=office("140"))
    desk.sit("kiongozi.120")

    assert beside.case.reference_written not in whole(desk).content.decode()
    assert whole(desk, case=beside.case.reference).status_code == 422
    assert whole(desk, office=DISTRICT).status_code == 403
    assert whole(desk, office=WARD).status_code == 200


def test_what_is_kept_from_a_leader_is_not_there_but_an_auditor_reads_it(desk, now):
    kept = lodged(category=category("rushwa"))
    now(TUESDAY + DAY)

    assert kept.case.reference_written not in whole(desk.sit("kiongozi.1")).content.decode()
    assert kept.case.reference_written in whole(desk.sit("mkaguzi.1")).content.decode()


@pytest.mark.parametrize("who", ["karani.120", "afisa.120.maji", "msimamizi.120.maji", "mfumo.1"])
def test_it_is_for_leaders_and_auditors(desk, read, who):
    desk.sit(who)

    for path in ("", "exports/", "trail.csv", "trail.xlsx"):
        assert desk.client.get(f"/desk/audit/{path}").status_code == 403


def test_page_after_page_shows_each_step_once(desk, read, monkeypatch):
    monkeypatch.setattr(audit, "PAGE", 2)
    monkeypatch.setattr(audit.trail, "__defaults__", (2,))
    desk.sit("kiongozi.120")
    page, seen = whole(desk), []

    while True:
        seen += lines(page)
        following = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        if not following:
            break
        page = desk.client.get("/desk/audit/" + following[1].replace("&amp;", "&"))

    assert len(seen) == 5


@pytest.mark.parametrize("few_queues", [0, 1000])
def test_a_large_office_and_a_small_one_are_searched_differently_and_see_the_same(desk, now, monkeypatch, few_queues):
    now(a_world())
    lodged(category=category("rushwa")), lodged(about_office=office(COUNCIL), place=office("1"))
    monkeypatch.setattr(audit, "FEW_QUEUES", few_queues)
    asked = {"first": "2026-11-01", "last": "2027-01-31"}
    seen = {who: lines(whole(desk.sit(who), **asked)) for who in ("kiongozi.120", f"kiongozi.{WARD}", "mkaguzi.1")}

    monkeypatch.setattr(audit, "FEW_QUEUES", 1000 - few_queues)

    assert {who: lines(whole(desk.sit(who), **asked)) for who in seen} == seen
    assert all(seen.values())


@pytest.mark.parametrize("after", ["nonsense", "MjAyNi0xMS0yNXwxMg", "ééé", "%00"])
def test_a_cursor_that_cannot_be_read_is_the_first_page(desk, read, after):
    assert whole(desk.sit("kiongozi.120"), after=after).status_code in (200, 400)


def test_it_is_taken_out_as_files_that_open_and_each_is_noted(desk, read):
    asked = {"case": read.case.reference}
    desk.sit("kiongozi.120")

    sheet = openpyxl.load_workbook(io.BytesIO(desk.client.get("/desk/audit/trail.xlsx", asked).content)).worksheets[1]
    text = desk.client.get("/desk/audit/trail.csv", asked).content.decode("utf-8-sig")

    assert sheet.max_row == 6
    assert len([row for row in csv.reader(io.StringIO(text)) if row[1:2] == [read.case.reference_written]]) == 5
    assert list(Export.objects.order_by("pk").values_list("user__username", "complaint", "what", "form", "rows")) == [
        ("kiongozi.120", read.case.pk, "trail", "xlsx", 5), ("kiongozi.120", read.case.pk, "trail", "csv", 5),
    ]  # fmt: skip


def test_who_took_out_what_is_seen_by_the_line_above_and_not_beside(desk, read):
    desk.sit("kiongozi.120").client.get("/desk/audit/trail.csv")

    above = desk.sit(f"kiongozi.{REGION}").client.get("/desk/audit/exports/").content.decode()
    below = desk.sit(f"kiongozi.{WARD}").client.get("/desk/audit/exports/").content.decode()

    assert "kiongozi.120" in above and "CSV" in above
    assert "Nobody has taken out a file" in below


def test_the_statements_are_as_many_for_one_case_as_for_many(desk, read):
    desk.sit("kiongozi.120")
    whole(desk)
    few = statements(desk, "/desk/audit/")
    for _each in range(30):
        lodged()

    assert statements(desk, "/desk/audit/") == few
    assert few <= 15


def test_a_correction_and_the_end_of_a_leave_are_told_in_words(desk, now):
    story = lodged()
    leader = staff("kiongozi.120")
    corrections.correct(story.task, category=category("barabara"), priority=1, by=leader, at=story.at, reason="So.")
    timeline.write(
        Happened(story.case.pk, "come_back", by=leave.LEAVE, at=story.at, to_queue_id=story.task.queue_id)
    )  # fmt: skip
    now(TUESDAY + DAY)

    told = lines(whole(desk.sit("kiongozi.120"), case=story.case.reference))

    assert told[0].startswith("The leave is over: back with ")
    assert any(line.startswith("Subject corrected: ") and "→" in line for line in told)
    assert desk.client.get("/desk/leader/").status_code == 200


def test_no_file_tells_a_leader_of_a_case_that_is_kept_from_them(desk, now):
    about_them = lodged(about_office=office("120"), about_person=staff("kiongozi.1").user)
    now(TUESDAY + DAY)
    desk.sit("mkaguzi.1").client.get("/desk/audit/trail.csv", {"case": about_them.case.reference, "office": DISTRICT})

    seen = [desk.sit(who).client.get("/desk/audit/exports/").content.decode() for who in ("kiongozi.1", "mkaguzi.1")]

    assert [about_them.case.reference_written in page for page in seen] == [False, True]
    assert about_them.case.reference not in seen[0]
