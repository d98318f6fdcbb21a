"""The inbox shows what waits for this person, most urgent first, and stays fast however much waits."""

import datetime as dt
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Category
from offices.models import Office
from tests.workflows.stories import case_in, category, lodged, posted, queue, staff, through
from tests.world import TUESDAY
from workflows.inbox import PAGE, Tab, counts, inbox
from workflows.models import ComplaintTask

pytestmark = pytest.mark.django_db

NOW = TUESDAY + dt.timedelta(hours=2)
OFFICER = "afisa.120.maji"


def listed(who, tab, at=NOW, after=""):
    """Give the references on the first page of a list."""
    return [row["reference"] for row in inbox(who, tab, after, at).rows]


def waits_for(who, at=NOW):
    """Give the references in the lists of what is in hand, free and late, as sets."""
    return {tab: set(listed(who, tab, at)) for tab in ("mine", "queues", "overdue")}


def counted(who, at=NOW):
    """Give what stands beside the name of each list."""
    return {str(tab): str(count) for tab, count in counts(who, at).items()}


def references(*stories):
    """Give the references of some stories."""
    return {story.case.reference for story in stories}


# Who sees what.


def test_an_officer_takes_from_the_queue_of_the_own_department_what_nobody_has_in_hand():
    free, in_hand, at_the_desk = lodged(), case_in("in_hand"), lodged(sure=False)
    elsewhere = lodged(category=category("afya"))

    assert waits_for(staff(OFFICER)) == {"mine": references(in_hand), "queues": references(free), "overdue": set()}
    assert references(at_the_desk, elsewhere).isdisjoint(waits_for(staff("karani.120"))["queues"])


def test_a_clerk_finds_at_the_desk_what_nobody_has_routed():
    unsure, sure = lodged(sure=False), lodged()

    assert listed(staff("karani.1210302"), "queues") == [unsure.case.reference]
    assert sure.case.reference not in listed(staff("karani.120"), "queues")


def test_what_waits_for_somebody_else_stays_among_ones_own_until_the_citizen_is_asked_the_last_question():
    asked, referred, proposed = case_in("waiting"), case_in("referred"), case_in("for_approval")
    case_in("answered"), case_in("closed")

    assert waits_for(staff(OFFICER))["mine"] == references(asked, referred, proposed)


def test_a_supervisor_finds_the_answers_that_wait_for_approval_but_not_ones_own():
    theirs = case_in("for_approval")
    own = lodged().then("take", by="supervisor").then("propose", by="supervisor")

    found = waits_for(staff("msimamizi.120.maji"))

    assert found["queues"] == references(theirs)
    assert found["mine"] == references(own)


def test_leaders_and_auditors_see_all_offices_beneath_and_an_administrator_none():
    ward, council = lodged(category=category("kelele")), lodged()

    for who in ("kiongozi.1", "kiongozi.12", "mkaguzi.1"):
        assert waits_for(staff(who))["queues"] == references(ward, council), who
    assert waits_for(staff("mfumo.1")) == {"mine": set(), "queues": set(), "overdue": set()}


def test_nobody_is_shown_what_is_kept_from_them():
    about_council = lodged(about_office=Office.objects.get(code="120"))
    about_boss = lodged(about_office=Office.objects.get(code="12"), about_person=staff("kiongozi.12").user)
    bribery = lodged(category=category("rushwa"))
    seen = lodged()

    for who in (OFFICER, "msimamizi.120.maji", "kiongozi.120", "kiongozi.12"):
        found = set().union(*waits_for(staff(who)).values())
        assert about_boss.case.reference not in found, who
        assert bribery.case.reference not in found, who
    assert waits_for(staff("kiongozi.120"))["queues"] == references(seen)
    assert references(about_council) <= waits_for(staff("kiongozi.12"))["queues"]


def test_two_postings_at_once_show_each_task_once():
    story = lodged()
    both = posted("officer", "supervisor", department="maji")

    assert listed(both, "queues") == [story.case.reference]
    assert counted(both) == {"mine": "0", "queues": "1", "office": "1", "soon": "0", "overdue": "0", "done": "0"}


def test_overdue_is_what_is_late_in_whosever_hand_save_what_waits_for_the_citizen():
    late, in_hand, asked, answered = lodged(), case_in("in_hand"), case_in("waiting"), case_in("answered")
    ComplaintTask.objects.update(due_at=NOW)
    not_yet = lodged()

    found = waits_for(staff("msimamizi.120.maji"))["overdue"]

    assert found == references(late, in_hand)
    assert references(asked, answered, not_yet).isdisjoint(found)


# In which order, and how said.


def test_what_was_disputed_goes_first_then_by_deadline():
    second, first, appealed = lodged(), lodged(), through(lodged(), "take", "answer", "dispute")
    ComplaintTask.objects.filter(pk=first.task.pk).update(due_at=second.task.due_at - dt.timedelta(hours=1))

    assert listed(staff("kiongozi.1"), "queues") == [story.case.reference for story in (appealed, first, second)]


def test_pages_follow_each_other_without_a_gap_or_a_double():
    with connection.cursor() as cursor:
        fill(cursor, 2 * PAGE + 7)
    who, seen, after = staff(OFFICER), [], ""

    for size in (PAGE, PAGE, 7):
        page = inbox(who, "queues", after, NOW)
        assert len(page.rows) == size
        seen, after = seen + page.rows, page.after

    assert after == ""
    assert [row["task"] for row in seen] == [
        task.pk for task in sorted(ComplaintTask.objects.open(), key=lambda task: (task.rank, task.due_at, task.pk))
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [(-8, "6 working days late"), (-1, "1 working day late"), (0, "today, by 12:00"), (1, "1 working day left"),
     (3, "3 working days left"), (6, "4 working days left"), (300, "99+ working days left")],
)  # fmt: skip
def test_time_left_is_told_in_working_days(days, words):
    story = lodged()
    noon = TUESDAY.replace(hour=12)
    ComplaintTask.objects.filter(pk=story.task.pk).update(due_at=noon + dt.timedelta(days=days))

    [row] = inbox(staff(OFFICER), "queues", "", TUESDAY).rows

    assert row["left"].words == words
    assert (row["left"].late, row["left"].soon) == (days < 0, days in (0, 1))


def test_a_deadline_that_passed_today_says_since_when():
    story = lodged()
    ComplaintTask.objects.filter(pk=story.task.pk).update(due_at=TUESDAY)

    [row] = inbox(staff(OFFICER), "queues", "", NOW).rows

    assert row["left"].words == "late since 24/11 10:00"


def test_a_row_says_what_an_officer_needs_to_choose():
    story = lodged(words="Maji hayatoki   tangu\nJumatatu " + "sana " * 50, kind="opinion")

    [row] = inbox(staff(OFFICER), "queues", "", NOW).rows

    assert row["subject"].startswith("Maji hayatoki tangu Jumatatu sana") and len(row["subject"]) <= 80
    assert (row["reference"], row["category"], row["place"]) == (story.case.reference, "Water supply", "Tabata street")
    assert (str(row["kind"]), str(row["state"]), row["with"], row["first"]) == (
        "opinion",
        "Waiting at an office",
        "",
        False,
    )


# How fast.


def fill(cursor, rows):
    """Put open tasks into the council's queue for water, in bulk, with every deadline of the next 400 hours."""
    cursor.execute(
        "WITH lodged AS (INSERT INTO complaints_complaint (flow_class, status, created, reference, secret, kind, outcome,"
        " priority, words, language, channel, arrival, received_at, entered_at, came_back, category_id,"
        " category_confidence, place_confidence, place_words, about_post, state)"
        " SELECT 'workflows/flows.ComplaintFlow', 'NEW', %(at)s, '27' || lpad(n::text, 10, '0'), 'x', 'complaint', '', 0,"
        " 'Maji hayatoki', 'sw', 'web', '', %(at)s, %(at)s, '', %(category)s, 1, 1, '', '', 'queued'"
        " FROM generate_series(1, %(rows)s) n RETURNING id)"
        " INSERT INTO workflows_complainttask (flow_task, flow_task_type, status, created, token, process_id, queue_id,"
        " due_at, questions, rank, side)"
        " SELECT 'workflows/flows.ComplaintFlow.work', 'HUMAN', 'NEW', %(at)s, 'start', id, %(queue)s,"
        " %(at)s + interval '1 day' + (id %% 400) * interval '1 hour', 0, 1, false FROM lodged",
        {
            "at": TUESDAY,
            "category": Category.objects.get(code="maji").pk,
            "rows": rows,
            "queue": queue("120", "maji").pk,
        },
    )


@pytest.fixture
def full_queue():
    """Give the council's queue for water 100,000 open tasks."""
    with connection.cursor() as cursor:
        fill(cursor, 100_000)
        cursor.execute("ANALYZE complaints_complaint; ANALYZE workflows_complainttask")


@contextmanager
def statements():
    """Give what is asked of the database meanwhile."""
    asked = []
    with CaptureQueriesContext(connection) as caught:
        yield asked
    asked += [query["sql"] for query in caught.captured_queries]


def plan_of(sql):
    """Give how PostgreSQL carries a statement out."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS off, TIMING off) {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


LONG = {"mine": "0", "queues": "1,000+", "office": "1,000+", "soon": "1,000+", "overdue": "0", "done": "0"}


def test_pages_and_counts_of_a_long_queue_are_found_by_its_index(full_queue):
    for who in (OFFICER, "msimamizi.120.maji", "msimamizi.1.maji", "kiongozi.1", "mkaguzi.1"):
        by = staff(who)
        for tab in Tab:
            for after in ("", inbox(by, tab, "", NOW).after):
                with statements() as asked:
                    inbox(by, tab, after, NOW)
                for sql in asked:
                    assert_found_by_index(plan_of(sql))

    for who in (OFFICER, "kiongozi.1"):
        with statements() as asked:
            found = counted(staff(who))
        assert found == LONG
        assert_found_by_index(plan_of(asked[-1]))


def assert_found_by_index(plan):
    """Refuse a plan that walks through a big table, or reads more of it than some pages."""
    assert "Seq Scan on complaints_complaint" not in plan, plan
    assert "Seq Scan on workflows_complainttask" not in plan, plan
    for line in plan.splitlines():
        if "on workflows_complainttask" in line or "on complaints_complaint" in line:
            assert "never executed" in line or float(line.split("rows=")[1].split()[0]) <= 1001, plan


@pytest.mark.parametrize("who", [OFFICER, "kiongozi.1"])
def test_thirty_rows_cost_as_many_statements_as_one_and_four_at_most(who):
    by, asked = staff(who), []
    for more in (1, 29):
        for number in range(more):
            lodged(category=category(["maji", "taka", "kelele"][number % 3]))
        inbox(by, "queues", "", NOW)  # what is kept for half a minute is read now
        with statements() as each:
            inbox(by, "queues", "", NOW)
        asked.append(len(each))

    assert asked[0] == asked[1] <= 4


def test_the_whole_page_takes_few_statements(desk, clock):
    for _ in range(30):
        lodged()
    clock(NOW)
    desk.sit(OFFICER)
    desk.client.get("/desk/inbox/?tab=queues")

    with statements() as asked:
        page = desk.client.get("/desk/inbox/?tab=queues")

    assert page.content.decode().count('<tr role="row" class="mlm-row') == PAGE
    assert len(asked) <= 12, asked
