"""What a person sees by query is exactly what the person may touch, for everyone and every kind of case."""

import datetime as dt

import pytest

from complaints.models import Complaint
from offices import actors
from offices.models import Posting, Role, User
from tests.workflows.stories import (
    COUNCIL,
    DISTRICT,
    REGION,
    STREET,
    WARD,
    case_in,
    category,
    lodged,
    moves_open_to,
    office,
    posted,
    queue,
    staff,
    through,
)
from tests.world import TUESDAY
from workflows import actions, scope
from workflows.models import ComplaintTask
from workflows.refusals import WrongTarget

pytestmark = pytest.mark.django_db

AT = TUESDAY + dt.timedelta(days=1)


def all_kinds_of_cases():
    """Lodge complaints of every subject, at every height, about nobody, every office, a person, and in praise."""
    for code in ("kelele", "taka", "maji", "afya", "usalama", "watumishi", "rushwa", "ukatili", "mengineyo"):
        lodged(category=category(code))
        lodged(category=category(code), place=office(REGION))
        lodged(sure=False, category=category(code), category_confidence=0.3)
    lodged(sure=False, place=None)
    lodged(sure=False, about_office=office(STREET))
    for code in (STREET, WARD, COUNCIL, DISTRICT, REGION):
        lodged(about_office=office(code))
        lodged(about_office=office(code), category=category("watumishi"))
        lodged(about_office=office(code), kind="praise")
    person = User.objects.get(username="msimamizi.120.maji")
    lodged(about_office=office(COUNCIL), about_person=person)
    lodged(about_office=office(COUNCIL), about_person=person, kind="praise")
    through(lodged(category=category("maji")), "hand_up", "take")
    through(lodged(), "take", "answer", "dispute")
    case_in("ended")
    lodged(category=category("rushwa")).then("hand_up")
    for desk in (STREET, WARD, COUNCIL):
        for code in ("maji", "rushwa", "ukatili"):
            lodged(category=category(code), desk=office(desk))
        lodged(category=category("maji"), place=office(REGION), desk=office(desk))
        lodged(about_office=office(WARD), desk=office(desk))
        lodged(about_office=office(COUNCIL), desk=office(desk))
    actions.direct(case_in("in_hand").case, to=queue(WARD), words="Go.", by=staff("kiongozi.12"), at=AT)


def all_staff():
    """Give all the demo staff."""
    return [actors.person(user, at=AT) for user in User.objects.filter(postings__isnull=False).distinct()]


def everybody():
    """Give all the staff, and a few whose postings are unusual."""
    return all_staff() + [
        posted("officer", "clerk", code=COUNCIL, department="maji", sensitive=["rushwa"]),
        posted("leader", code=COUNCIL, sensitive=["ukatili"]),
        posted("auditor", code=DISTRICT),
        posted("auditor", code=REGION, sensitive=["ukatili"]),
        posted("administrator", code=REGION),
        posted("supervisor", code="0"),
        posted("supervisor", code=COUNCIL, sensitive=["watumishi", "ukatili"]),
        posted("leader", "officer", code=WARD, user=posted("officer", code=DISTRICT).user),
        posted(),
    ]


def touchable(by, tasks):
    """Give those of the tasks on which a person has a role, asked one by one."""
    return {task.pk for task in tasks if task.queue_id and scope.roles_in(task.process, task.queue, by, AT)}


def test_what_is_in_sight_by_query_is_what_may_be_touched_one_by_one():
    all_kinds_of_cases()
    people = everybody()
    tasks = list(ComplaintTask.objects.select_related("process__category", "queue__office", "queue__department"))

    for by in people:
        seen = set(ComplaintTask.objects.filter(scope.tasks_in_sight(by, AT)).values_list("pk", flat=True))
        cases = set(Complaint.objects.filter(scope.cases_in_sight(by, AT)).values_list("pk", flat=True))
        may_touch = touchable(by, tasks)
        assert (by.user.username, seen) == (by.user.username, may_touch)
        assert cases == {task.process_id for task in tasks if task.pk in may_touch}


def seers(story):
    """Give the user names of the demo staff who have a case in sight."""
    return {
        by.user.username
        for by in all_staff()
        if Complaint.objects.filter(scope.cases_in_sight(by, AT), pk=story.case.pk).exists()
    }


def test_an_ordinary_case_is_seen_by_its_queue_its_clerk_and_the_line_above():
    assert seers(lodged()) == {
        "karani.120", "afisa.120.maji", "msimamizi.120.maji", "kiongozi.120",
        "kiongozi.12", "msimamizi.1.maji", "kiongozi.1", "mkaguzi.1", "kiongozi.0",
    }  # fmt: skip


def test_a_sensitive_case_is_seen_by_those_named_for_it_and_the_auditor():
    case = lodged(category=category("rushwa"))

    assert case.queue.department.code == "maadili"
    assert seers(case) == {"afisa.12.maadili", "msimamizi.12.maadili", "msimamizi.1.maadili", "mkaguzi.1"}


def test_a_protected_case_is_hidden_even_from_an_auditor_who_is_not_named_for_it():
    case = lodged(category=category("ukatili"))

    assert seers(case) == {"afisa.120.jamii", "msimamizi.120.jamii", "msimamizi.1.jamii"}


def test_where_nobody_is_named_the_leader_of_that_office_sees_it_and_no_other_leader():
    Posting.objects.exclude(sensitive_categories=[]).filter(office__code=COUNCIL).update(sensitive_categories=[])

    case = lodged(category=category("ukatili"))

    assert case.queue.office.code == COUNCIL
    assert seers(case) == {"kiongozi.120", "msimamizi.1.jamii"}


def test_an_office_with_nobody_named_and_no_leader_is_passed_over_by_routing_and_by_the_clock():
    Posting.objects.filter(office__code=COUNCIL).update(sensitive_categories=[])
    Posting.objects.filter(office__code=COUNCIL, role=Role.LEADER).delete()
    Posting.objects.filter(office__code=DISTRICT, role=Role.LEADER).delete()

    story = lodged(category=category("ukatili"))

    assert story.queue.office.code == REGION


def test_named_officers_only_act_in_the_queue_that_they_serve():
    posted_elsewhere = posted("officer", code=COUNCIL, department="maji", sensitive=["ukatili"])
    case = lodged(category=category("ukatili"))

    assert scope.roles_in(case.case, case.queue, posted_elsewhere, AT) == set()


def test_sensitive_work_is_not_put_into_the_hand_of_somebody_not_named_for_it():
    outsider = posted("officer", code=COUNCIL, department="jamii")
    case = lodged(category=category("ukatili"))

    with pytest.raises(WrongTarget):
        case.attempt("assign", to=outsider.user)


def test_a_posting_that_is_over_shows_nothing_any_more():
    case = lodged()
    Posting.objects.filter(user__username="afisa.120.maji").update(valid_to=TUESDAY.date())

    assert "afisa.120.maji" not in seers(case)


def test_the_desk_that_entered_a_case_sees_it_wherever_it_is_and_speaks_for_its_citizen():
    case = lodged(category=category("maji"), desk=office(WARD))
    clerk, colleague = staff(f"karani.{WARD}"), staff(f"karani.{STREET}")

    assert seers(case) - seers(lodged(category=category("maji"))) == {f"karani.{WARD}"}
    assert scope.roles_in(case.case, case.queue, clerk, AT) == {"citizen"}
    assert scope.roles_in(case.case, case.queue, colleague, AT) == set()


def test_the_desk_that_entered_a_case_makes_the_citizens_moves_and_no_others():
    case = lodged(category=category("maji"), desk=office(WARD))
    clerk = staff(f"karani.{WARD}")
    answered = case.then("take").then("answer")

    assert moves_open_to(clerk, case) == ["withdraw"]
    assert moves_open_to(clerk, answered) == ["confirm", "dispute"]
    assert answered.attempt("confirm", by=clerk).case.outcome == "confirmed"


def test_what_is_kept_from_the_desk_that_entered_it_stays_so():
    desk = office(WARD)
    kept = [lodged(category=category("rushwa"), desk=desk), lodged(about_office=desk, desk=desk)]

    assert not any(f"karani.{WARD}" in seers(case) for case in kept)


def test_a_posting_without_end_may_be_written_as_one_until_the_year_9999():
    who, story = posted("officer", department="maji"), lodged(about_office=office(COUNCIL))
    who.user.postings.update(valid_to=dt.date.max)

    assert story.case.reference not in seers(story)
    assert not Complaint.objects.filter(
        scope.cases_in_sight(actors.person(who.user, at=AT), AT), pk=story.case.pk
    ).exists()
