"""What must always hold is kept by the database itself: rows that break it are refused, whoever writes them."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from complaints.models import Citizen, Complaint, Entry, EntryWords, TimelineHead
from tests.workflows.stories import case_in, lodged, nothing_changes, posted
from tests.world import TUESDAY
from workflows.models import ComplaintTask, Policy

pytestmark = pytest.mark.django_db


def refused(constraint, sql, *values):
    """Run a statement which a constraint or trigger must refuse by name, with no row changed."""
    with nothing_changes(), pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(sql, values)


CASE = "UPDATE complaints_complaint SET {} WHERE id = %s"
BAD_CASES = [
    ("queued", "complaint_state_known", "state = 'lost'"),
    ("queued", "complaint_closed_has_outcome", "state = 'closed'"),
    ("queued", "complaint_closed_has_outcome", "outcome = 'confirmed'"),
    ("closed", "complaint_closed_has_outcome", "outcome = ''"),
    ("closed", "complaint_closed_has_outcome", "outcome = 'lost'"),
    ("closed", "complaint_ended_is_finished", "state = 'ended'"),
    ("closed", "complaint_ended_is_finished", "finished = now()"),
    ("ended", "complaint_ended_is_finished", "finished = NULL"),
    ("closed", "complaint_duplicate_has_lead", "outcome = 'duplicate'"),
    ("queued", "complaint_not_its_own_lead|complaint_duplicate_has_lead", "lead_id = id"),
    ("queued", "complaint_reference_form", "reference = '2648-319205'"),
    ("queued", "complaint_received_first", "received_at = entered_at + interval '1 second'"),
    ("queued", "complaint_about_has_office", "about_post = 'officer'"),
    ("queued", "complaint_about_has_office", "about_person_id = (SELECT min(id) FROM offices_user)"),
    ("queued", "null value", "received_at = NULL"),
]


@pytest.mark.parametrize(("state", "constraint", "change"), BAD_CASES)
def test_a_case_cannot_become(state, constraint, change):
    story = case_in(state)

    refused(constraint, CASE.format(change), story.case.pk)


def test_a_duplicate_is_not_its_own_lead():
    story = case_in("queued").then("merge")

    refused("complaint_not_its_own_lead", CASE.format("lead_id = id"), story.case.pk)


def test_no_reference_is_given_twice():
    story, other = lodged(), lodged()

    refused("reference", CASE.format("reference = %s").replace("WHERE id = %s", f"WHERE id = {story.case.pk}"),
            other.case.reference)  # fmt: skip


TASK = "UPDATE workflows_complainttask SET {} WHERE id = %s"
BAD_TASKS = [
    ("task_open_waits_in_a_queue", "queue_id = NULL"),
    ("task_finished_is_done", "finished = now()"),
    ("null value", "created = NULL"),
]


@pytest.mark.parametrize(("constraint", "change"), BAD_TASKS)
def test_a_task_cannot_become(constraint, change):
    story = case_in("queued")

    refused(constraint, TASK.format(change), story.task.pk)


ONE_MORE = (
    "INSERT INTO workflows_complainttask (process_id, flow_task, flow_task_type, token, status, created, queue_id,"
    " questions, rank, side) SELECT process_id, flow_task, flow_task_type, token, 'NEW', created, queue_id, 0, 1, {}"
    " FROM workflows_complainttask WHERE id = %s"
)


def test_a_case_has_one_open_main_step_and_no_second():
    story = case_in("in_hand")

    refused("task_one_open_step", ONE_MORE.format("false"), story.task.pk)


def test_a_finished_step_cannot_be_opened_again_beside_the_next():
    story = case_in("answered")
    finished = ComplaintTask.objects.filter(process=story.case, finished__isnull=False, queue__isnull=False).first()

    refused("task_one_open_step", TASK.format("finished = NULL, status = 'NEW'"), finished.pk)


def test_side_tasks_stand_beside_the_main_step_in_any_number():
    story = case_in("in_hand")

    with connection.cursor() as cursor:
        cursor.execute(ONE_MORE.format("true"), [story.task.pk])
        cursor.execute(ONE_MORE.format("true"), [story.task.pk])

    assert ComplaintTask.objects.open().filter(process=story.case, side=True).count() == 2


def test_a_case_with_tasks_or_a_timeline_is_not_deleted():
    story = case_in("queued")

    refused(
        "workflows_complaintt|complaints_entry|complaints_timelineh",
        "DELETE FROM complaints_complaint WHERE id = %s",
        story.case.pk,
    )


REWRITES = [
    "UPDATE complaints_entry SET move = 'answer'",
    "UPDATE complaints_entry SET at = at + interval '1 day'",
    "DELETE FROM complaints_entry",
    "TRUNCATE complaints_entry CASCADE",
    "DELETE FROM complaints_entrywords",
    "TRUNCATE complaints_entrywords",
    "UPDATE complaints_entrywords SET for_citizen = 'All is well'",
    "UPDATE complaints_entrywords SET salt = ''",
    "UPDATE complaints_entrywords SET salt = '', for_staff = '', for_citizen = 'All is well'",
    "UPDATE complaints_entrywords SET entry_id = entry_id + 1, salt = '', for_staff = '', for_citizen = ''",
    "INSERT INTO complaints_timelinehead SELECT id + 1, 1, '' FROM complaints_complaint",
    "UPDATE complaints_timelinehead SET number = 1",
    "DELETE FROM complaints_timelinehead",
    "TRUNCATE complaints_timelinehead",
]


@pytest.mark.parametrize("sql", REWRITES)
def test_the_timeline_is_never_rewritten(sql):
    case_in("answered")

    refused("never rewritten|erased whole", sql)


def test_words_of_the_timeline_are_erased_whole_and_the_entry_stays():
    story = case_in("answered")
    entries = list(Entry.objects.filter(complaint=story.case).values_list())

    EntryWords.objects.filter(entry__complaint=story.case).update(salt="", for_staff="", for_citizen="")

    assert list(Entry.objects.filter(complaint=story.case).values_list()) == entries
    said = EntryWords.objects.filter(entry__complaint=story.case)
    assert set(said.values_list("salt", "for_staff", "for_citizen")) == {("", "", "")}


def test_the_database_numbers_the_entries_whatever_number_and_hash_are_given():
    story = case_in("queued")

    forged = Entry.objects.create(
        complaint=story.case, number=7, hash="forged", at=story.at, move="read", actor_kind="clock", via="clock"
    )

    written = Entry.objects.get(pk=forged.pk)
    assert (written.number, len(written.hash)) == (2, 64)
    assert TimelineHead.objects.filter(complaint=story.case).values_list("number", "hash").get() == (2, written.hash)


@pytest.mark.parametrize("field", ["move", "via", "detail"])
def test_no_bar_enters_the_chain_by_a_free_field(field):
    story = case_in("queued")
    entry = {"move": "read", "via": "desk", "detail": "", field: "a|b"}

    with nothing_changes(), pytest.raises(IntegrityError, match="entry_words_without_bar"), transaction.atomic():
        Entry.objects.create(complaint=story.case, at=story.at, actor_kind="clock", **entry)


def test_two_entries_of_a_case_never_bear_one_number():
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conname = 'entry_number_once' AND contype = 'u'")

        assert cursor.fetchall() == [("entry_number_once",)]


@pytest.mark.parametrize(("phone", "digest"), [("+255700000001", None), ("", "digest")])
def test_a_citizens_number_never_stands_without_its_digest(phone, digest):
    with pytest.raises(IntegrityError, match="citizen_phone_has_digest"), transaction.atomic():
        Citizen.objects.create(phone=phone, phone_digest=digest, created_at=TUESDAY)


def test_one_number_is_one_citizen():
    Citizen.objects.create(phone="+255700000001", phone_digest="digest", created_at=TUESDAY)

    with pytest.raises(IntegrityError, match="phone_digest"), transaction.atomic():
        Citizen.objects.create(phone="+255700000001", phone_digest="digest", created_at=TUESDAY)


def test_of_a_policy_there_is_one_version_a_day_also_where_it_names_no_category():
    Policy.objects.create(valid_from=TUESDAY.date())

    with pytest.raises(IntegrityError, match="policy_version_once"), transaction.atomic():
        Policy.objects.create(valid_from=TUESDAY.date())
    Policy.objects.create(valid_from=TUESDAY.date() + dt.timedelta(days=1))


def test_a_member_of_staff_whom_the_timeline_names_is_not_deleted():
    story = case_in("in_hand")
    posted("officer", user=story.task.owner)

    refused(
        "offices_posting|complaints_entry|complainttask", "DELETE FROM offices_user WHERE id = %s", story.task.owner_id
    )


def test_no_plain_assignment_changes_a_state():
    case = Complaint.objects.get(pk=case_in("queued").case.pk)

    with pytest.raises(AttributeError):
        case.state = "ended"
