"""What several people do on one case, each in a browser of their own: hand out, direct, stand in, contribute, answer from outside."""

import csv
import io
import re

import openpyxl
import pypdf
import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from complaints.verify import faults
from notices.models import Notice
from notices.rendering import render
from offices.models import Body, Posting
from reports.models import Export
from tests.browser import chromium
from tests.journeys.desk import at_the_desk, clock
from tests.workflows.stories import case_in, entries, lodged, posted, staff, state_of, through
from workflows import tasks
from workflows.models import ComplaintTask

__all__ = ["at_the_desk", "chromium", "clock"]
pytestmark = pytest.mark.browser
OFFICER, SUPERVISOR, LEADER = "afisa.120.maji", "msimamizi.120.maji", "kiongozi.120"
HEALTH = "afisa.120.afya"


# A supervisor.


def test_a_supervisor_gives_fifty_to_another_and_reads_what_came_of_each(at_the_desk, clock):
    stories = [lodged(words=f"Lalamiko namba {number} la maji.") for number in range(50)]
    clock.forward(hours=1)
    supervisor = at_the_desk(SUPERVISOR).open("/desk/inbox/?tab=queues&size=100")
    for box in supervisor.page.locator("input[name=task]").all():
        box.check()
    expect(supervisor.page.locator("#ticked")).to_have_text(": 50")
    lost = stories[7]
    lost.then("take", by=posted("officer", department="maji"))

    supervisor.press("Give to an officer").reads("Rows ticked: 50").says(to=str(staff(OFFICER).user))
    supervisor.press("Give to an officer").reads("49 rows done, 1 refused")

    rows = supervisor.page.locator("main tbody tr")
    expect(rows).to_have_count(50)
    told = rows.all_inner_texts()
    assert all(any(story.case.reference_written in each for each in told) for story in stories)
    refused = [each for each in told if "Refused:" in each]
    assert len(refused) == 1 and lost.case.reference_written in refused[0]
    assert ComplaintTask.objects.open().filter(owner=staff(OFFICER).user).count() == 49
    assert list(faults()) == []


# A leader.


def test_a_leaders_directive_is_unread_then_read_then_carried_out(at_the_desk, clock):
    story = case_in("in_hand")
    clock.at = story.at
    leader = at_the_desk(LEADER).open(story)
    leader.follow("Give a directive").says(words="Mtengeneze bomba leo, na mnijulishe.", to="Water and energy")
    leader.press("Give a directive").reads("The directive is in the queue.", "Not yet read")

    clock.forward(hours=1)
    officer = at_the_desk(OFFICER).open("/desk/inbox/?tab=queues").reads("A leader's directive")
    officer.page.locator("tr", has_text="A leader's directive").locator("a").first.click()
    officer.reads("Mtengeneze bomba leo, na mnijulishe.")

    leader.open(story).reads("First read").reads_nothing_of("Not yet read")
    clock.forward(hours=1)
    officer.press("Carried out").says(reason="Bomba limetengenezwa saa sita.")
    officer.press("Carried out").reads("The directive is carried out.")

    leader.open(story).reads("The directive was carried out", "Bomba limetengenezwa saa sita.")
    assert [move for move, *_states in entries(story)] == ["lodge", "take", "direct", "carry_out"]
    assert state_of(story) == "in_hand"


# A leave.


def test_during_a_leave_the_work_is_with_the_stand_in_and_afterwards_it_is_back(at_the_desk, clock):
    story = case_in("in_hand", words="Kisima cha shule kimekauka.")
    clock.at = story.at
    other = posted("officer", department="maji")
    away = Posting.objects.select_related("user", "department").get(user__username=OFFICER)
    first, last = clock.at.date().replace(day=clock.at.day + 1), clock.at.date().replace(day=clock.at.day + 3)
    supervisor = at_the_desk(SUPERVISOR).open("/desk/leaves/new/")
    supervisor.says(post=str(away.user), stand_in=str(other.user))
    supervisor.says(starts_on=first.isoformat(), ends_on=last.isoformat())
    supervisor.press("Enter the leave").reads("the leave is written down")
    officer, stand_in = at_the_desk(OFFICER), at_the_desk(other)
    officer.open("/desk/inbox/?tab=mine").reads("Kisima cha shule")

    clock.forward(days=1)
    tasks.cover_leaves()
    stand_in.open("/desk/inbox/?tab=mine").reads("Kisima cha shule")
    officer.open("/desk/inbox/?tab=mine").reads_nothing_of("Kisima cha shule")
    stand_in.follow("Kisima cha shule").reads("For a leave, passed to")
    expect(stand_in.page.locator("main").get_by_role("button", name="Answer", exact=True)).to_be_visible()

    clock.forward(days=3)
    tasks.cover_leaves()
    officer.open("/desk/inbox/?tab=mine").reads("Kisima cha shule")
    stand_in.open("/desk/inbox/?tab=mine").reads_nothing_of("Kisima cha shule")
    assert [move for move, *_states in entries(story)] == ["lodge", "take", "stand_in", "come_back"]


# Another department's part.


def test_an_answer_waits_for_a_part_that_was_asked_for_or_says_why_not(at_the_desk, clock):
    waits, hurries = case_in("in_hand"), case_in("in_hand")
    clock.at = waits.at
    officer = at_the_desk(OFFICER)
    for story in (waits, hurries):
        officer.open(story).follow("Ask another department for its part")
        officer.says(words="Je, maji haya ni salama?", to="Health").press("Ask another department for its part")
        officer.reads("The department is asked.", "Not yet read")

    clock.forward(hours=1)
    officer.open(hurries).press("Answer").says(answer="Bomba limetengenezwa.")
    officer.reads("Not come yet:").press("Answer").reads("There is a problem")
    assert state_of(hurries) == "in_hand"
    officer.says(although="Wananchi hawana maji kabisa.").press("Answer").reads("The citizen has been answered")

    health = at_the_desk(HEALTH).open("/desk/inbox/?tab=queues")
    health.open(waits).reads("Je, maji haya ni salama?").press("Give our part")
    health.says(reason="Maji yamepimwa, ni salama.").press("Give our part").reads("Your part is with whoever asked.")

    officer.open(waits).reads("Maji yamepimwa, ni salama.").press("Answer").reads_nothing_of("Not come yet:")
    officer.says(answer="Maji ni salama.").press("Answer").reads("The citizen has been answered")
    assert [move for move, *_states in entries(waits)] == ["lodge", "take", "ask_contribution", "contribute", "answer"]
    assert (state_of(waits), state_of(hurries)) == ("answered", "answered")
    assert list(faults()) == []


# An outside body.

LINK = re.compile(r"/b/[\w-]{22}/")


@pytest.mark.parametrize("way", ["email", "sms"])
def test_an_outside_body_answers_through_the_link_it_was_sent_and_needs_no_account(at_the_desk, clock, way):
    cache.clear()
    reached = {"email": "malalamiko@maji.example"} if way == "email" else {"email": "", "phone": "+255700000011"}
    Body.objects.filter(code="dawasa").update(**reached)
    story = case_in("in_hand", words="Bomba kuu limepasuka.")
    clock.at = story.at
    officer = at_the_desk(OFFICER).open(story).press("Refer to another institution")
    officer.says(body="Dar es Salaam Water Supply", reason="Tunaomba mtengeneze bomba kuu.")
    officer.press("Refer to another institution")
    [notice] = Notice.objects.filter(case_id=story.case.pk, kind="body_asked")
    officer.open(story).reads("Not opened yet.")

    clock.forward(hours=2)
    body = at_the_desk().open(LINK.search(render(notice))[0])
    body.reads("Tunaomba mtengeneze bomba kuu.", "Bomba kuu limepasuka.", "name and phone number are not shown")
    body.says(words="Bomba kuu limetengenezwa jana.").press("Send the answer").reads("Thank you")

    assert notice.way == way
    officer.open(story).reads("The institution has answered", "Bomba kuu limetengenezwa jana.")
    assert state_of(story) == "referred"
    officer.press("Answer").says(answer="Taasisi imetengeneza bomba kuu.").press("Answer")
    officer.reads("The citizen has been answered")
    assert state_of(story) == "answered"
    body.open(LINK.search(render(notice))[0]).reads("This link does not open")


# A report.


def test_a_report_for_last_quarter_is_read_and_taken_home_in_every_form(at_the_desk, clock):
    lodged(), lodged(channel="web"), through(lodged(), "take", "answer", "confirm")
    clock.at = clock.at.replace(year=clock.at.year + 1, month=2, day=3)
    leader = at_the_desk("kiongozi.1").open("/desk/inbox/")
    leader.open("/reports/").says(period="last quarter").press("Show")
    expect(leader.page.locator("main tr", has_text="Complaints received").first).to_contain_text("3")
    taken = {}
    for form in ("PDF", "XLSX", "CSV"):
        with leader.page.expect_download() as download:
            leader.follow(f"Download {form}")
        taken[form] = download.value.path().read_bytes()

    assert "Report on complaints" in pypdf.PdfReader(io.BytesIO(taken["PDF"])).pages[0].extract_text()
    sheets = openpyxl.load_workbook(io.BytesIO(taken["XLSX"])).worksheets
    cells = [row[:2] for sheet in sheets for row in sheet.iter_rows(values_only=True)]
    rows = list(csv.reader(io.StringIO(taken["CSV"].decode("utf-8-sig"))))
    assert ("Complaints received", 3) in cells
    assert [row for row in rows if row[:2] == ["Complaints received", "3"] or row[1:3] == ["Complaints received", "3"]]
    assert sorted(Export.objects.values_list("form", flat=True)) == ["csv", "pdf", "xlsx"]
