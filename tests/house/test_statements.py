"""No page of the staff asks the database more than a few questions, and no more of a thousand rows than of one."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from offices import kept, sessions
from offices.models import User
from reports.models import Export
from tests.clocks import one_clock
from tests.house.looks import Look, browser_of, of_the_table
from tests.workflows.desk.conftest import address
from tests.workflows.desk.test_inbox import fill
from tests.workflows.stories import case_in, lodged, office, through
from tests.world import TUESDAY
from workflows.models import ComplaintTask

pytestmark = pytest.mark.django_db
MOST, ROWS = 15, 1000
NOW = TUESDAY + dt.timedelta(days=2)
OFFICER, SUPERVISOR, LEADER, AUDITOR = "afisa.120.maji", "msimamizi.120.maji", "kiongozi.1", "mkaguzi.1"


def pages(story):
    """Give the pages of the table of addresses, and those whose rows are many, as others see them."""
    yield from of_the_table(story.case.reference)
    for who in (OFFICER, LEADER, AUDITOR):
        yield Look("desk:case", who, address(story))
    for tab in ("mine", "queues", "office", "soon", "overdue", "done"):
        yield Look("desk:inbox", OFFICER, f"/desk/inbox/?tab={tab}")
    for tab in ("queues", "done"):
        yield Look("desk:inbox", LEADER, f"/desk/inbox/?tab={tab}")
    yield Look("desk:inbox", OFFICER, "/desk/inbox/?tab=queues&size=100&q=maji&state=queued&channel=web")
    yield Look("desk:news", OFFICER, "/desk/inbox/news/?tab=queues&since=0")
    yield Look("desk:board", "kiongozi.120", "/desk/board/")
    yield Look("reports:moves", LEADER, "/desk/leader/moves/")
    yield Look("reports:report", LEADER, "/reports/?period=own&first=2026-11-01&last=2026-11-30")
    yield Look("reports:audit", AUDITOR, "/desk/audit/?first=2026-11-01&last=2026-11-30")
    yield Look("reports:audit", AUDITOR, f"/desk/audit/?case={story.case.reference}")
    yield Look("reports:exports", AUDITOR, "/desk/audit/exports/?first=2026-11-01&last=2026-11-30")


def statements(client, look):
    """Count what a page asks of the database, the second time it is opened."""
    client.get(look.path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(look.path).status_code == 200, look
    return len(captured)


def a_thousand_rows(story):
    """Put a thousand cases beside the one, each with a step, a third of them in the officer's hand; and as many exports."""
    officer = User.objects.get(username=OFFICER)
    with connection.cursor() as cursor:
        fill(cursor, ROWS)
        cursor.execute(
            "INSERT INTO complaints_entry (complaint_id, number, hash, at, move, from_state, to_state, actor_kind, via,"
            " to_queue_id, detail, commitment)"
            " SELECT process_id, 0, '', %s, 'lodge', '', 'queued', 'citizen', 'web', queue_id, '', ''"
            " FROM workflows_complainttask WHERE process_id NOT IN (SELECT complaint_id FROM complaints_entry)",
            [TUESDAY],
        )
        cursor.execute(
            "UPDATE workflows_complainttask SET owner_id = %s WHERE process_id %% 3 = 0 AND process_id IN ("
            "SELECT id FROM complaints_complaint WHERE reference LIKE '2700000%%')",
            [officer.pk],
        )
        cursor.execute(
            "UPDATE complaints_complaint c SET state = 'in_hand' FROM workflows_complainttask t"
            " WHERE t.process_id = c.id AND t.owner_id = %s AND c.state = 'queued'",
            [officer.pk],
        )
        cursor.execute("ANALYZE complaints_complaint; ANALYZE workflows_complainttask; ANALYZE complaints_entry")
    a_file = {"at": TUESDAY, "user": officer, "office": office("1"), "what": "report", "form": "csv", "rows": 1}
    Export.objects.bulk_create(Export(**a_file, asked="") for _row in range(ROWS))


def test_a_page_asks_as_little_of_a_thousand_rows_as_of_one_and_little_of_both(monkeypatch):
    # On a busy machine this takes longer than what is kept is kept, and than a session goes unnoted.
    monkeypatch.setattr(kept, "LIFETIME", 3600)
    monkeypatch.setattr(sessions, "LOOK_AGAIN", dt.timedelta(hours=1))
    story, late = lodged(words="Maji hayatoki"), case_in("in_hand")
    ComplaintTask.objects.filter(pk=late.task.pk).update(due_at=TUESDAY)
    ComplaintTask.objects.filter(pk=lodged().task.pk).update(due_at=NOW + dt.timedelta(hours=1))
    through(case_in("answered"), "confirm"), case_in("in_hand")
    one_clock(monkeypatch, NOW)
    browsers, asked = {}, {}
    opened = list(pages(story))
    for look in opened:
        browsers.setdefault(look.who, browser_of(look.who) if look.who else Client())

    for look in opened:
        asked[look] = [statements(browsers[look.who], look)]
    a_thousand_rows(story)
    for look in opened:
        asked[look].append(statements(browsers[look.who], look))

    assert {look: few for look, few in asked.items() if max(few) > MOST or few[1] > few[0]} == {}
