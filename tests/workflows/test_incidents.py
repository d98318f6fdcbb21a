"""Known incidents: who complains of one is told at once; closed, everybody is answered and asked, once, whoever is killed meanwhile."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint, Entry, KnownIncident
from complaints.states import LIVE
from complaints.verify import faults
from notices.models import Notice
from notices.rendering import render
from offices import actors
from tests.workflows.stories import (
    HOUR,
    STREET,
    WARD,
    at_the_top,
    case_in,
    category,
    citizen,
    lodged,
    nothing_changes,
    notices,
    office,
    posted,
    queue,
    said,
    staff,
    state_of,
    through,
)
from tests.world import TUESDAY
from workflows import actions, corrections, incidents
from workflows.models import Policy
from workflows.refusals import AlreadyDone, NotOpen, NotYours, ReasonMissing, WrongTarget

pytestmark = pytest.mark.django_db

SUPERVISOR = "msimamizi.120.maji"
WORDS = "Bomba kuu limepasuka, maji yamekatika"
DONE = "Bomba limetengenezwa, maji yamerudi"
LATER = TUESDAY + 8 * HOUR


def post(by):
    """Give the posting by which a supervisor enters incidents."""
    return incidents.posts_of(by)[0]


def entered(by=SUPERVISOR, at=TUESDAY, **says):
    """Enter an incident: no water in the ward."""
    by = staff(by, at)
    told = {
        "category": category(), "places": [office(WARD)], "words_sw": WORDS, "words_en": "The main pipe is broken",
        "until": (TUESDAY + dt.timedelta(days=1)).date(),
    }  # fmt: skip
    return incidents.enter(post(by), by=by, at=at, **told | says)


def closed(incident, at=LATER):
    """Close an incident."""
    incidents.close(incident, closing_sw=DONE, closing_en="The pipe is mended", by=staff(SUPERVISOR, at), at=at)
    incident.refresh_from_db()
    return incident


def settled(at=LATER):
    """Let the worker go round, and find nothing more to do the second time."""
    done = [incidents.settle(at), incidents.settle(at)]
    assert done[-1] == (0, 0, 0)
    return done[0]


def heard(story):
    """Give what a case's citizen was told last."""
    return render(Notice.objects.filter(case_id=story.case.pk).latest("pk"))


def last(story):
    """Give the last step of a case."""
    return Entry.objects.select_related("said").filter(complaint=story.case).latest("number")


# At intake.


def test_whoever_complains_of_a_known_incident_is_told_and_the_complaint_is_taken_and_counted():
    incident = entered()

    story = lodged()

    assert heard(story) == (
        f"Asante. Lalamiko {story.case.reference_written} limepokelewa. Tatizo hili tunalijua: {WORDS}."
        " Mwisho 25/11/2026. Tutakujulisha."
    )
    assert (state_of(story), story.queue) == ("queued", queue("120", "maji"))
    assert (story.again().case.incident, last(story).detail) == (incident, f"incident:{incident.pk}")
    assert incidents.linked([incident])[incident.pk] == (1, 1, 1)
    assert list(faults()) == []


def test_the_citizen_is_told_in_the_language_of_the_case():
    entered()

    story = lodged(language="en")

    assert "We know of this: The main pipe is broken. Until 25/11/2026." in heard(story)


OTHERS = {
    "of another subject": lambda: lodged(category=category("umeme")),
    "of another place": lambda: lodged(place=office("160")),
    "of the whole council": lambda: lodged(place=office("120")),
    "praise": lambda: lodged(kind="praise"),
    "about an office": lambda: lodged(about_office=office(STREET)),
    "unsure": lambda: lodged(sure=False),
    "after its last day": lambda: lodged(at=TUESDAY + dt.timedelta(days=2)),
}


@pytest.mark.parametrize("which", OTHERS)
def test_a_complaint_is_none_of_it_that_is(which):
    entered()

    story = OTHERS[which]()

    assert story.again().case.incident is None
    assert "known_incident" not in notices(story)


def test_a_place_that_is_said_or_chosen_later_tells_the_citizen_then():
    incident = entered()
    by_desk = lodged(sure=False).then("route")
    by_citizen = lodged(sure=False, category=category(), category_confidence=1.0, place=None)
    speaker = by_citizen.who("citizen")
    actions.say_place(by_citizen.task, place=office(STREET), sure=1.0, words="Midizini", by=speaker, at=by_citizen.at)

    for story in (by_desk, by_citizen):
        assert story.again().case.incident == incident
        assert notices(story)[-1] == "known_incident"


def test_a_case_whose_subject_is_corrected_is_none_of_it_any_more():
    entered()
    story = lodged()

    corrections.correct(story.task, category=category("umeme"), by=staff(SUPERVISOR), at=story.at, reason="Ni umeme.")

    assert story.again().case.incident is None


def test_lodging_asks_no_more_of_the_database_for_an_incident():
    spoken, speaker = said(citizen=citizen()), actors.citizen(None, via="sms_kannel")
    counts = []
    for _round in range(2):
        actions.lodge(spoken, by=speaker, at=TUESDAY)
        with CaptureQueriesContext(connection) as captured:
            done = actions.lodge(spoken, by=speaker, at=TUESDAY)
        counts.append(len(captured))
        entered() if not KnownIncident.objects.exists() else None

    assert done.case.incident is not None
    assert counts[0] == counts[1]


# Entering and changing.


def test_only_the_departments_own_supervisors_enter_change_and_close():
    incident = entered()

    for who in ("msimamizi.120.afya", "kiongozi.120", "afisa.120.maji", "karani.120", "msimamizi.12103.malalamiko"):
        by = staff(who)
        assert not incidents.may_manage(by, incident), who
        with nothing_changes(), pytest.raises(NotYours):
            incidents.close(incident, closing_sw=DONE, closing_en=DONE, by=by, at=TUESDAY)
        with nothing_changes(), pytest.raises(NotYours):
            incidents.enter(
                post(staff(SUPERVISOR)), category=category(), places=[office(WARD)], words_sw=WORDS, words_en=WORDS,
                until=TUESDAY.date(), by=by, at=TUESDAY,
            )  # fmt: skip


def test_a_supervisor_of_the_region_manages_what_a_council_entered():
    region = posted("supervisor", code="1", department="maji")

    assert incidents.may_manage(region, entered())
    assert [each.words_sw for each in incidents.in_sight(region)] == [WORDS]
    assert list(incidents.in_sight(staff("msimamizi.120.afya"))) == []


@pytest.mark.parametrize(
    ("says", "refusal"),
    [
        ({"places": []}, WrongTarget),
        ({"places": "elsewhere"}, WrongTarget),
        ({"until": dt.date(2026, 11, 23)}, WrongTarget),
        ({"words_sw": " – "}, ReasonMissing),
        ({"category": "umeme of another department"}, NotYours),
        ({"category": "rushwa"}, NotYours),
        ({"category": "ukatili"}, NotYours),
    ],
)
def test_what_cannot_be_entered_is_refused(says, refusal):
    if says.get("places") == "elsewhere":
        says = {"places": [office(WARD), office("160")]}
    if "category" in says:
        says = {"category": category("afya" if "umeme" in says["category"] else says["category"])}

    with nothing_changes(), pytest.raises(refusal):
        entered(**says)


def test_what_is_changed_is_said_from_then_on():
    incident = entered()

    incidents.change(
        incident, words_sw="Bado tunatengeneza bomba", words_en="Still mending", until=dt.date(2026, 11, 30),
        by=staff(SUPERVISOR), at=TUESDAY,
    )  # fmt: skip

    assert "Bado tunatengeneza bomba. Mwisho 30/11/2026." in heard(lodged())


def test_a_closed_incident_is_neither_told_of_nor_changed_nor_closed_again():
    incident = closed(entered())

    assert lodged().again().case.incident is None
    with nothing_changes(), pytest.raises(AlreadyDone):
        closed(incident)


# By hand.


def test_a_case_that_came_before_is_linked_by_hand_and_its_citizen_told():
    story = lodged()
    incident = entered()

    done = incidents.tie(story.task, by=story.who("officer"), at=story.at)

    assert done.case.incident == incident
    assert (last(story).move, notices(story)) == ("incident_linked", ["queued", "known_incident"])
    with pytest.raises(NotOpen):
        incidents.tie(story.again().task, by=story.who("officer"), at=story.at)


def test_a_case_that_speaks_of_something_else_is_taken_out_and_not_answered_with_it():
    incident = entered()
    story = lodged()

    incidents.untie(story.task, by=story.who("officer"), at=story.at)
    closed(incident)

    assert settled() == (0, 0, 0)
    assert (state_of(story), last(story).move) == ("queued", "incident_unlinked")


@pytest.mark.parametrize("who", ["mkaguzi.1", "afisa.120.afya"])
def test_who_does_not_work_on_a_case_links_nothing(who):
    story = lodged()
    entered()

    with nothing_changes(), pytest.raises(NotYours):
        incidents.tie(story.task, by=staff(who), at=story.at)


# Closing.


def test_when_it_is_closed_every_case_is_answered_and_every_citizen_asked():
    incident = entered()
    stories = [lodged(), lodged().then("take"), lodged(language="en"), case_in("referred")]

    closed(incident)
    done = settled()

    assert done == (4, 0, 0)
    assert [state_of(story) for story in stories] == ["answered"] * 4
    ref = stories[0].case.reference_written
    assert heard(stories[0]) == (
        f"Lalamiko {ref}: {DONE}. Limetatuliwa? Jibu NDIYO, au HAPANA na sababu ndani ya siku 14."
    )
    assert "The pipe is mended. Is it settled?" in heard(stories[2])
    entry = last(stories[0])
    assert (entry.move, entry.actor.username, entry.said.for_citizen) == ("answer", SUPERVISOR, DONE)
    assert list(faults()) == []


def test_a_citizen_says_no_and_it_goes_one_level_up_and_is_not_answered_again():
    incident = entered()
    story = lodged()
    closed(incident)
    settled()

    task = story.again().case.task_set.open().main().get()
    done = actions.dispute(task, words="Bado hakuna maji", by=story.who("citizen"), at=LATER + HOUR)

    assert (done.case.state, done.task.queue.office.code) == ("queued", "12")
    assert settled(LATER + 2 * HOUR) == (0, 0, 0)
    assert state_of(story) == "queued"


def test_one_message_reaches_each_person_however_often_they_complained():
    incident = entered()
    speaker = citizen()
    stories = [lodged(citizen=speaker) for _time in range(3)]

    closed(incident)
    done = settled()

    assert done == (3, 0, 0)
    over = Notice.objects.filter(kind="incident_over")
    assert [notice.case_id for notice in over] == [stories[-1].case.pk]
    assert {state_of(story) for story in stories} == {"answered"}


def test_one_who_gave_no_number_is_answered_without_a_message():
    incident = entered()
    stories = [lodged(citizen=None), lodged(citizen=None)]

    closed(incident)

    assert settled() == (2, 0, 0)
    assert {state_of(story) for story in stories} == {"answered"}
    assert not Notice.objects.filter(kind="incident_over").exists()


TOLD = {
    "waiting for the citizen's details": (lambda: case_in("waiting"), "incident_told"),
    "waiting for approval": (lambda: case_in("for_approval"), "incident_told"),
    "answered already": (lambda: case_in("answered"), "incident_over"),
    "disputed": (lambda: through(lodged(), "take", "answer", "dispute"), "incident_told"),
    "at the top after an appeal": (lambda: at_the_top("in_hand"), "incident_told"),
}


@pytest.mark.parametrize("which", TOLD)
def test_its_citizen_is_told_but_the_flow_goes_on_of_a_case_that_is(which):
    begin, kind = TOLD[which]
    incident = entered()
    story = begin()
    before = state_of(story)
    at = max(LATER, story.at)

    closed(incident, at=at)

    assert settled(at) == (0, 1, 0)
    assert (state_of(story), notices(story)[-1], last(story).move) == (before, kind, "incident_over")
    assert (last(story).said.for_citizen, settled(at)) == (DONE, (0, 0, 0))


def test_where_an_answer_needs_approval_the_citizens_are_told_and_the_holder_answers():
    Policy.objects.create(category=category(), valid_from=TUESDAY.date(), needs_approval=True)
    incident = entered()
    story = lodged()

    closed(incident)

    assert settled() == (0, 1, 0)
    assert state_of(story) == "queued"


def test_what_the_citizen_has_closed_hears_nothing():
    incident = entered()
    stories = [case_in("closed"), lodged().then("withdraw")]
    heard_before = [notices(story) for story in stories]

    closed(incident)

    assert settled() == (0, 0, 0)
    assert [notices(story) for story in stories] == heard_before


def test_an_incident_is_settled_for_good_when_no_complaint_can_join_any_more():
    incident = closed(entered())
    incidents.settle(LATER)
    incident.refresh_from_db()
    assert incident.settled_at is None

    late = lodged(at=LATER)  # by a process that has not heard of the closing yet
    Complaint.objects.filter(pk=late.case.pk).update(incident=incident)
    after = LATER + dt.timedelta(minutes=3)

    assert incidents.settle(after) == (1, 0, 0)
    incident.refresh_from_db()
    assert (incident.settled_at, state_of(late)) == (after, "answered")


def test_one_case_that_fails_holds_up_no_other_and_is_tried_again(monkeypatch):
    incident = entered()
    bad, good = lodged(), lodged()
    closed(incident)
    answer = incidents._answer

    def fails(asking, *rest, **more):
        return 1 / 0 if asking.case.pk == bad.case.pk else answer(asking, *rest, **more)

    monkeypatch.setattr(incidents, "_answer", fails)
    assert incidents.settle(LATER) == (1, 0, 1)
    assert (state_of(bad), state_of(good)) == ("queued", "answered")
    monkeypatch.undo()

    assert incidents.settle(LATER) == (1, 0, 0)
    assert state_of(bad) == "answered"


def test_a_run_stops_after_so_many_citizens_and_the_next_goes_on():
    incident = entered()
    for _each in range(5):
        lodged()
    closed(incident)

    assert [incidents.settle(LATER, most=2).answered for _run in range(4)] == [2, 2, 1, 0]
    assert not Complaint.objects.filter(state__in=[state for state in LIVE if state != "answered"]).exists()
