"""Whatever is changed in a timeline behind the triggers' back is found, and its row is named."""

import hashlib
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from complaints.models import Complaint, Entry, EntryWords
from complaints.references import written
from complaints.timeline import commit_to
from complaints.verify import Why, faults
from tests.workflows.stories import at_the_top, case_in, lodged, staff
from workflows import actions

pytestmark = pytest.mark.django_db

TABLES = ["complaints_entry", "complaints_entrywords", "complaints_timelinehead"]


@contextmanager
def triggers_off():
    """Let the owner of the tables do as they like."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def case():
    """Give a closed case of four rows (lodge, take, answer, confirm), of which the third has words, among others."""
    lodged()
    story = case_in("closed")
    lodged()
    return story.case


def tamper(case, *statements):
    """Run statements with the triggers off; `{case}` stands for the case's number."""
    with triggers_off() as cursor:
        for statement in statements:
            cursor.execute(statement.replace("{case}", str(case.pk)))


def found(case):
    """Give the row and the kind of each fault; all of them must be of this case."""
    all_faults = list(faults())
    assert {fault.case for fault in all_faults} <= {written(case.reference)}
    return [(fault.number, fault.why.name) for fault in all_faults]


def test_what_was_written_in_the_ordinary_way_verifies():
    at_the_top().then("uphold")
    story = case_in("ended")
    actions.read(story.case, by=staff("mkaguzi.1"), at=story.at)

    assert list(faults()) == []


def test_words_from_all_over_the_world_verify():
    case_in("answered").then("dispute", words="Bado! 😡 شكوى ö | \x7f '\"\\")

    assert list(faults()) == []


ROW = "UPDATE complaints_entry SET {} WHERE complaint_id = {{case}} AND number = 2"
EDITS = {
    "at": "at = at + interval '1 microsecond'",
    "move": "move = 'assign'",
    "actor_kind": "actor_kind = 'clock'",
    "actor": "actor_id = (SELECT max(id) FROM offices_user)",
    "no actor": "actor_id = NULL",
    "via": "via = 'web'",
    "from_queue": "from_queue_id = from_queue_id + 1",
    "to_queue": "to_queue_id = NULL",
    "holder": "holder_id = NULL",
    "due_at": "due_at = due_at + interval '1 day'",
    "no due_at": "due_at = NULL",
    "detail": "detail = 'act_overdue'",
}


@pytest.mark.parametrize("column", EDITS)
def test_an_edited_row_is_found(case, column):
    tamper(case, ROW.format(EDITS[column]))

    assert found(case) == [(2, "CHANGED")]


def test_an_edited_state_is_found(case):
    tamper(case, ROW.format("to_state = 'closed'"))

    assert found(case) == [(2, "CHANGED"), (3, "OTHER_START")]


def test_an_edited_hash_is_found(case):
    tamper(case, ROW.format("hash = repeat('a', 64)"))

    assert found(case) == [(2, "CHANGED"), (3, "CHANGED")]


def test_a_row_edited_with_its_own_hash_made_to_fit_is_found_at_the_row_after_it(case):
    hash_anew(case, 2, "at = at + interval '1 day'")

    assert found(case) == [(3, "CHANGED")]


def hash_anew(case, number, change):
    """Change a row and give it the hash that the trigger would have given it, as one who knows the form could."""
    tamper(case, f"UPDATE complaints_entry SET {change} WHERE complaint_id = {{case}} AND number = {number}")
    row = Entry.objects.get(complaint=case, number=number)
    last = Entry.objects.get(complaint=case, number=number - 1)
    moment = [round(at.timestamp() * 1_000_000) for at in (row.at, row.due_at)]
    told = (
        f"v1|{last.hash}|{case.pk}|{number}|{moment[0]}|{row.move}|{row.from_state}|{row.to_state}|{row.actor_kind}"
        f"|{row.actor_id}|{row.via}|{row.from_queue_id}|{row.to_queue_id}|{row.holder_id}|{moment[1]}||"
    )
    digest = hashlib.sha256(told.encode()).hexdigest()
    tamper(case, f"UPDATE complaints_entry SET hash = '{digest}' WHERE id = {row.pk}")


def test_a_last_row_rewritten_with_its_hash_is_found_by_the_head():
    case = case_in("in_hand").case
    hash_anew(case, 2, "at = at + interval '1 day'")

    assert found(case) == [(2, "OTHER_HEAD")]


REMOVE = "DELETE FROM complaints_entry WHERE complaint_id = {case} AND number = 2"
RENUMBER = "UPDATE complaints_entry SET number = {} WHERE complaint_id = {{case}} AND number = {}"


def test_a_removed_row_is_found(case):
    tamper(case, REMOVE)

    assert found(case) == [(2, "MISSING"), (3, "OTHER_START")]


def test_a_row_removed_from_the_beginning_is_found(case):
    tamper(case, REMOVE.replace("number = 2", "number = 1"))

    assert found(case) == [(1, "MISSING"), (2, "OTHER_START")]


def test_a_removed_row_is_found_also_when_the_rest_is_numbered_anew(case):
    tamper(case, REMOVE, RENUMBER.format(2, 3), RENUMBER.format(3, 4))

    assert found(case) == [(2, "CHANGED"), (2, "OTHER_START"), (3, "CHANGED"), (3, "OTHER_HEAD")]


def test_two_rows_that_changed_places_are_found(case):
    tamper(case, RENUMBER.format(9, 2), RENUMBER.format(2, 3), RENUMBER.format(3, 9))

    assert [number for number, why in found(case) if why == "CHANGED"] == [2, 3, 4]


ADD = (
    "INSERT INTO complaints_entry (complaint_id, number, hash, at, move, from_state, to_state, actor_kind, via, detail,"
    " commitment) VALUES ({{case}}, {}, repeat('a', 64), now(), 'read', '', '', 'clock', 'clock', '', '')"
)


def test_a_row_added_at_the_end_is_found(case):
    tamper(case, ADD.format(5))

    assert found(case) == [(5, "CHANGED"), (5, "OTHER_HEAD")]


def test_a_row_slipped_in_between_is_found(case):
    tamper(case, RENUMBER.format(5, 4), RENUMBER.format(4, 3), ADD.format(3))

    assert found(case) == [(3, "CHANGED"), (4, "CHANGED"), (5, "CHANGED"), (5, "OTHER_HEAD")]


LOSE_THE_TAIL = [
    "DELETE FROM complaints_entrywords WHERE entry_id IN"
    " (SELECT id FROM complaints_entry WHERE complaint_id = {case} AND number > 2)",
    "DELETE FROM complaints_entry WHERE complaint_id = {case} AND number > 2",
]


def test_a_lost_tail_is_found(case):
    tamper(case, *LOSE_THE_TAIL)

    assert found(case) == [(2, "OTHER_HEAD"), (2, "OTHER_STATE")]


def test_a_lost_tail_is_found_by_the_cases_state_also_when_the_head_was_put_back(case):
    put_back = (
        "UPDATE complaints_timelinehead h SET number = e.number, hash = e.hash FROM complaints_entry e"
        " WHERE h.complaint_id = {case} AND e.complaint_id = {case} AND e.number = 2"
    )

    tamper(case, *LOSE_THE_TAIL, put_back)

    assert found(case) == [(2, "OTHER_STATE")]


OF_ITS_WORDS = "WHERE entry_id IN (SELECT id FROM complaints_entry WHERE complaint_id = {case})"


@pytest.mark.parametrize("change", ["for_citizen = 'All is well'", "for_staff = 'x'", "salt = 'x'", "salt = ''"])
def test_altered_words_are_found(case, change):
    tamper(case, f"UPDATE complaints_entrywords SET {change} {OF_ITS_WORDS}")

    assert found(case) == [(3, "OTHER_WORDS")]


def test_words_moved_from_staff_to_the_citizen_are_found(case):
    tamper(case, f"UPDATE complaints_entrywords SET for_staff = for_citizen, for_citizen = '' {OF_ITS_WORDS}")

    assert found(case) == [(3, "OTHER_WORDS")]


def test_words_that_are_gone_and_were_not_erased_are_found(case):
    tamper(case, f"DELETE FROM complaints_entrywords {OF_ITS_WORDS}")

    assert found(case) == [(3, "NO_WORDS")]


def test_words_that_were_put_beside_a_row_later_are_found(case):
    entry = Entry.objects.get(complaint=case, number=2)
    EntryWords.objects.create(entry=entry, salt="", for_staff="", for_citizen="He was rude")

    assert found(case) == [(2, "LOOSE_WORDS")]


def test_words_put_beside_a_row_with_a_commitment_are_found(case):
    entry = Entry.objects.get(complaint=case, number=2)
    EntryWords.objects.create(entry=entry, salt="ab", for_staff="", for_citizen="He was rude")

    tamper(case, ROW.format(f"commitment = '{commit_to('ab', '', 'He was rude')}'"))

    assert found(case) == [(2, "CHANGED")]


@pytest.mark.parametrize(
    "change",
    ["words = 'All is well.'", "received_at = received_at - interval '3 days'", "about_post = '', about_office_id = 5"],
)
def test_altered_words_of_the_complaint_itself_are_found(case, change):
    tamper(case, f"UPDATE complaints_complaint SET {change} WHERE id = {{case}}")

    assert found(case) == [(1, "OTHER_COMPLAINT")]


def test_erased_words_still_verify(case):
    EntryWords.objects.update(salt="", for_staff="", for_citizen="")
    Complaint.objects.update(words="")

    assert list(faults()) == []


def test_a_case_without_a_timeline_is_found(case):
    tamper(
        case,
        f"DELETE FROM complaints_entrywords {OF_ITS_WORDS}",
        "DELETE FROM complaints_entry WHERE complaint_id = {case}",
        "DELETE FROM complaints_timelinehead WHERE complaint_id = {case}",
    )

    assert found(case) == [(None, "NO_ROWS")]


def test_a_timeline_without_a_head_is_found(case):
    tamper(case, "DELETE FROM complaints_timelinehead WHERE complaint_id = {case}")

    assert found(case) == [(None, "NO_HEAD")]


def test_a_state_that_no_step_has_led_to_is_found(case):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_complaint SET state = 'queued', outcome = '' WHERE id = %s", [case.pk])

    assert found(case) == [(4, "OTHER_STATE")]


def test_a_state_that_was_changed_between_two_steps_is_found():
    story = case_in("in_hand")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_complaint SET state = 'referred' WHERE id = %s", [story.case.pk])

    story.again().then("answer")

    assert found(story.case) == [(3, "OTHER_START")]


FREE_THE_ROWS = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint
                WHERE confrelid = 'complaints_complaint'::regclass AND contype = 'f'
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.tab, one.conname); END LOOP;
END $$
"""


def test_a_timeline_whose_case_is_gone_is_found(case):
    tamper(case, FREE_THE_ROWS, "DELETE FROM complaints_complaint WHERE id = {case}")

    assert [(fault.case, fault.number, fault.why) for fault in faults()] == [(f"#{case.pk}", 1, Why.NO_CASE)]


def test_one_case_alone_is_verified_when_it_is_named(case):
    other = case_in("closed").case
    tamper(case, REMOVE)

    assert list(faults(other.reference)) == []
    assert [fault.number for fault in faults(case.reference)] == [2, 3]


def test_the_rows_are_counted_as_they_are_read(case):
    counts = []

    list(faults(on_rows=counts.append))

    assert sum(counts) == Entry.objects.count() == 6


def command(*arguments):
    """Run the command; give what it writes."""
    out = StringIO()
    call_command("verify_timeline", *arguments, stdout=out, verbosity=0)
    return out.getvalue()


def test_the_command_says_that_nothing_was_changed(case):
    assert command() == "6 rows verified: nothing was changed\n"
    assert command("--case", written(case.reference)) == "4 rows verified: nothing was changed\n"


def test_the_command_names_every_fault_and_fails(case):
    tamper(case, ROW.format(EDITS["at"]))
    out = StringIO()

    with pytest.raises(CommandError, match="1 fault in 6 rows") as failed:
        call_command("verify_timeline", stdout=out, verbosity=0)

    assert failed.value.returncode == 1
    assert out.getvalue() == f"{written(case.reference)} row 2: {Why.CHANGED}\n"


@pytest.mark.parametrize("reference", ["2648-3192-0576", "no reference"])
def test_the_command_says_when_there_is_no_such_case(reference):
    with pytest.raises(CommandError, match="There is no case"):
        command("--case", reference)
