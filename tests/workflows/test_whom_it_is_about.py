"""A complaint about an officer or office never lies with them or under them, from the first day; praise does."""

import datetime as dt

import pytest

from complaints.models import Complaint
from offices.models import Posting, User
from tests.workflows.stories import (
    COUNCIL,
    DISTRICT,
    DIVISION,
    OVERSIGHT,
    REGION,
    STREET,
    WARD,
    case_in,
    category,
    lodged,
    moves_open_to,
    nothing_changes,
    office,
    posted,
    queue,
    staff,
    state_of,
)
from workflows import scope
from workflows.models import ComplaintTask
from workflows.refusals import NotYours, WrongTarget

pytestmark = pytest.mark.django_db


def about(code, **says):
    """Lodge a complaint of the street about an office."""
    return lodged(about_office=office(code), **says)


def start(story):
    """Give the state, office and department where a complaint starts."""
    return (state_of(story), story.queue.office.code, story.queue.department.code)


# Where a complaint of the street starts: about nobody, and about each office of its line.
STARTS = {
    "kelele": {None: STREET, STREET: WARD, WARD: DIVISION, DIVISION: COUNCIL, COUNCIL: DISTRICT, DISTRICT: REGION},
    "maji": {None: COUNCIL, STREET: COUNCIL, DIVISION: COUNCIL, COUNCIL: DISTRICT, DISTRICT: REGION, REGION: OVERSIGHT},
    "usalama": {None: DISTRICT, WARD: DISTRICT, COUNCIL: DISTRICT, DISTRICT: REGION, REGION: OVERSIGHT},
}


@pytest.mark.parametrize(
    ("code", "whom", "where"), [(code, *row) for code, rows in STARTS.items() for row in rows.items()]
)
def test_a_sure_complaint_starts_at_its_level_or_above_whomever_it_is_about(code, whom, where):
    whom = {"about_office": office(whom)} if whom else {}

    story = lodged(category=category(code), **whom)

    assert start(story)[:2] == ("queued", where)


@pytest.mark.parametrize(
    ("whom", "where"),
    [(None, STREET), (STREET, WARD), (WARD, DIVISION), (DIVISION, COUNCIL), (DISTRICT, REGION), (REGION, OVERSIGHT)],
)
def test_an_unsure_complaint_starts_at_the_nearest_desk_that_it_is_not_about(whom, where):
    whom = {"about_office": office(whom)} if whom else {}

    assert start(lodged(sure=False, **whom)) == ("received", where, "malalamiko")


def test_only_what_is_about_the_region_reaches_the_oversight_desk():
    ordinary = lodged(place=office(REGION))
    stolen = about(DISTRICT)
    about_the_region = about(REGION)

    assert [start(story)[1] for story in (ordinary, stolen, about_the_region)] == [REGION, REGION, OVERSIGHT]
    assert "hand_up" not in moves_open_to("supervisor", ordinary)


def test_a_department_that_does_not_exist_at_a_level_leaves_the_work_to_the_complaints_desk():
    assert start(lodged(category=category("taka"))) == ("queued", WARD, "malalamiko")
    assert start(lodged(category=category("maji"))) == ("queued", COUNCIL, "maji")


def test_a_place_known_only_above_the_subjects_level_starts_at_its_own_office():
    assert start(lodged(category=category("kelele"), place=office(COUNCIL)))[1] == COUNCIL


def test_without_a_place_a_complaint_waits_at_the_regions_desk():
    assert start(lodged(sure=False, place=None)) == ("received", REGION, "malalamiko")


def test_the_clock_and_an_appeal_pass_over_the_office_that_the_case_is_about():
    queued, answered = case_in("queued"), case_in("answered")
    Complaint.objects.update(about_office=office(DISTRICT))

    handed_up = queued.again().attempt("hand_up", by="clock", at=queued.task.due_at)
    disputed = answered.again().attempt("dispute")

    assert [done.task.queue.office.code for done in (handed_up, disputed)] == [REGION, REGION]


@pytest.mark.parametrize("code", [COUNCIL, STREET])
def test_work_is_not_sent_down_to_whom_it_is_about_or_under_them(code):
    story = about(COUNCIL)

    with nothing_changes(), pytest.raises(WrongTarget):
        story.attempt("send_down", to=office(code))


def test_work_is_not_moved_to_an_office_that_it_is_about():
    story = lodged(category=category("kelele"), about_office=office("1210301"))
    assert start(story)[1] == STREET

    with nothing_changes(), pytest.raises(WrongTarget):
        story.attempt("move", to=queue("1210301"))
    assert story.attempt("move", to=queue("1210303")).task.queue == queue("1210303")


def test_the_desk_routes_a_complaint_past_whom_it_is_about():
    story = about(COUNCIL, sure=False)
    assert start(story)[1] == DISTRICT

    routed = story.then("route")

    assert start(routed) == ("queued", DISTRICT, "malalamiko")


def in_sight(by, story):
    """Say whether a person has a complaint in sight, by its present task and by the case."""
    task = ComplaintTask.objects.filter(scope.tasks_in_sight(by, story.at), pk=story.task.pk)
    case = Complaint.objects.filter(scope.cases_in_sight(by, story.at), pk=story.case.pk)
    return (task.exists(), case.exists())


def test_a_complaint_about_an_office_is_hidden_from_it_and_from_all_under_it_and_from_nobody_above():
    case = about(COUNCIL)
    beneath = ["kiongozi.120", "msimamizi.120.maji", "karani.120", "kiongozi.122", "kiongozi.12103", "karani.1210302"]
    above = ["kiongozi.12", "kiongozi.1", "mkaguzi.1"]

    assert {name: in_sight(staff(name), case) for name in beneath} == dict.fromkeys(beneath, (False, False))
    assert {name: in_sight(staff(name), case) for name in above} == dict.fromkeys(above, (True, True))


def test_what_became_a_complaint_about_an_office_later_is_hidden_there_although_it_waited_there():
    case = case_in("in_hand")
    assert in_sight(staff("afisa.120.maji"), case) == (True, True)

    Complaint.objects.filter(pk=case.case.pk).update(about_office=office(COUNCIL))

    assert in_sight(staff("afisa.120.maji"), case) == (False, False)
    with nothing_changes(), pytest.raises(NotYours):
        case.again().attempt("answer")


def test_a_complaint_about_a_person_is_hidden_from_that_person_wherever_they_serve():
    person = User.objects.get(username="afisa.120.maji")
    promoted = posted("supervisor", code=DISTRICT, user=person)
    colleague = staff("msimamizi.12.malalamiko")
    case = about(COUNCIL, about_person=person, about_post="officer")

    assert (in_sight(promoted, case), in_sight(colleague, case)) == ((False, False), (True, True))
    assert moves_open_to(promoted, case) == []


def test_work_is_not_put_into_the_hand_of_the_person_whom_it_is_about():
    person = User.objects.get(username="afisa.120.maji")
    posted("officer", code=DISTRICT, user=person)
    case = about(COUNCIL, about_person=person)

    with nothing_changes(), pytest.raises(WrongTarget):
        case.attempt("assign", to=person)


def test_work_does_not_return_to_a_holder_whom_it_has_turned_out_to_be_about():
    waiting = lodged(place=office(DISTRICT)).then("take").then("ask")
    holder = waiting.task.owner
    Complaint.objects.filter(pk=waiting.case.pk).update(about_person=holder, about_office=office(COUNCIL))

    back = waiting.again().then("reply")

    assert (state_of(back), back.task.owner_id) == ("queued", None)


def test_praise_lies_with_those_whom_it_names_and_is_shown_to_them():
    person = User.objects.get(username="afisa.120.maji")

    praise = about(COUNCIL, about_person=person, kind="praise")

    assert start(praise) == ("queued", COUNCIL, "maji")
    assert in_sight(staff("afisa.120.maji"), praise) == (True, True)
    assert in_sight(staff("kiongozi.120"), praise) == (True, True)
    assert "take" in moves_open_to("officer", praise)


@pytest.mark.parametrize("kind", ["complaint", "opinion", "suggestion", "enquiry"])
def test_every_other_kind_of_word_about_an_office_is_kept_from_it(kind):
    case = about(COUNCIL, kind=kind)

    assert (start(case)[1], in_sight(staff("kiongozi.120"), case)) == (DISTRICT, (False, False))


def test_a_complaint_about_an_office_beneath_is_no_secret_above_it():
    case = about(DIVISION)

    assert start(case)[1] == COUNCIL
    assert (in_sight(staff("afisa.120.maji"), case), in_sight(staff("kiongozi.122"), case)) == (
        (True, True), (False, False),
    )  # fmt: skip


@pytest.mark.parametrize("gone", [False, True])
def test_a_second_posting_elsewhere_does_not_open_what_is_said_of_the_first(gone):
    story = lodged(category=category("maji"), about_office=office(WARD))
    assert start(story)[1] == COUNCIL
    officer = posted("officer", code=WARD).user
    if gone:
        Posting.objects.filter(user=officer).update(valid_to=story.at.date())

    both = posted("officer", user=officer, department="maji")

    assert moves_open_to(both, story) == []
    assert not Complaint.objects.filter(scope.cases_in_sight(both, story.at), pk=story.case.pk).exists()
    assert not scope.may_hold(officer.pk, story.case, story.task.queue, story.at)


def test_who_had_left_before_the_citizen_spoke_is_not_meant():
    story = lodged(category=category("maji"), about_office=office(WARD))
    officer = posted("officer", code=WARD).user
    before = story.at.date() - dt.timedelta(days=3)
    Posting.objects.filter(user=officer).update(valid_from=before, valid_to=before)

    now = posted("officer", user=officer, department="maji")

    assert "take" in moves_open_to(now, story)
    assert Complaint.objects.filter(scope.cases_in_sight(now, story.at), pk=story.case.pk).exists()


@pytest.mark.parametrize("said", [{"place": "0"}, {"about_office": "0"}])
def test_where_no_office_of_the_line_may_hold_it_the_region_reads_it(said):
    story = lodged(sure=False, **{name: office(code) for name, code in said.items()})

    assert story.queue.office.code == REGION
