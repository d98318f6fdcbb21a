"""Which complaints may be about the same thing, and what becomes of those that are joined."""

import pytest

from complaints.models import Category, Entry
from notices.models import Notice
from notices.rendering import render
from offices.actors import citizen
from offices.kept import forget
from tests.workflows.stories import (
    STREET,
    case_in,
    category,
    lodged,
    nothing_changes,
    office,
    posted,
    staff,
)
from workflows import duplicates
from workflows.refusals import WrongTarget

pytestmark = pytest.mark.django_db

SAID = "Bomba kubwa la maji limepasuka karibu na soko la Tabata"


def alike(story, by="msimamizi.120.maji"):
    """Give the cases near a story's that a member of staff is shown."""
    case = story.again().case
    case.category = category("maji") if case.category_id else None
    return [each.case.pk for each in duplicates.nearby(case, staff(by), story.at)]


def test_similar_words_about_the_same_place_and_subject_are_found_the_likest_first():
    near = lodged(words="Bomba la maji limepasuka sokoni Tabata, maji yanamwagika")
    nearest = lodged(words="Bomba kubwa la maji limepasuka karibu na soko")
    lodged(words="Mita yangu inasoma vibaya na bili ni kubwa")
    story = lodged(words=SAID)

    assert alike(story) == [nearest.case.pk, near.case.pk]


OTHERS = {
    "of another place": lambda: lodged(words=SAID, place=office("12103")),
    "of another subject": lambda: lodged(words=SAID, category=category("umeme")),
    "of another kind": lambda: lodged(words=SAID, kind="praise"),
    "closed": lambda: case_in("closed", words=SAID),
    "joined already": lambda: lodged(words=SAID).then("merge"),
}


@pytest.mark.parametrize("which", OTHERS)
def test_a_case_is_not_alike_that_is(which):
    other = OTHERS[which]()
    story = lodged(words=SAID)

    assert other.case.pk not in alike(story)


def test_a_case_that_one_may_not_see_is_not_shown():
    about = posted("officer", department="maji").user
    lodged(words=SAID, about_person=about, about_office=office(STREET))
    story = lodged(words=SAID)

    assert alike(story) != []
    assert [each.case.pk for each in duplicates.nearby(story.case, posted("officer", user=about), story.at)] == []


def test_a_duplicate_and_a_case_of_unknown_place_have_nothing_alike():
    lead = lodged(words=SAID)
    duplicate = lodged(words=SAID).then("merge", into=lead.case)

    assert alike(duplicate) == []


def test_what_many_complaints_say_makes_none_alike():
    assert duplicates.pieces("tunaomba tafadhali hapa kwetu sana") == frozenset()
    assert duplicates.likeness(duplicates.pieces("mabomba yamepasuka"), duplicates.pieces("bomba limepasuka")) > 0.5


# Joining asks whether one may see the other, whichever form it came by.


def test_a_case_is_never_joined_with_one_that_the_person_may_not_see():
    hidden = lodged(category=category("watumishi"))
    story = lodged()

    with nothing_changes(), pytest.raises(WrongTarget) as refused:
        story.attempt("merge", into=hidden.case)

    assert str(refused.value) == "There is no such complaint, or you may not see it."


# The citizens of the duplicates hear what becomes of the lead.


def heard(story):
    """Give what a citizen was told last: kind and words."""
    notice = Notice.objects.filter(case_id=story.case.pk).latest("pk")
    return notice.kind, render(notice)


def test_when_the_lead_is_answered_the_citizens_of_its_duplicates_hear_the_answer():
    lead = case_in("in_hand")
    duplicate = lodged(words=SAID).then("merge", into=lead.case)

    lead.then("answer", answer="Bomba limetengenezwa leo.")

    assert heard(duplicate) == (
        "lead_answered",
        f"Namba {duplicate.case.reference_written} imejibiwa pamoja na nyingine ya jambo hilo: Bomba limetengenezwa leo."
        f" Limetatuliwa? Tuma NDIYO au HAPANA {duplicate.case.reference_written}.",
    )
    last = Entry.objects.select_related("said").filter(complaint=duplicate.case).latest("number")
    assert (last.move, last.said.for_citizen) == ("lead_answered", "Bomba limetengenezwa leo.")


CLOSINGS = {
    "confirm": (lambda: case_in("answered"), "lead_closed"),
    "lapse": (lambda: case_in("answered"), "lead_closed"),
    "reject": (lambda: case_in("in_hand"), "lead_closed"),
    "pass_on": (lambda: case_in("referred"), "lead_closed"),
    "note": (lambda: case_in("in_hand", kind="opinion"), "lead_answered"),
    "approve": (lambda: case_in("for_approval"), "lead_answered"),
}


@pytest.mark.parametrize("move", CLOSINGS)
def test_every_way_of_answering_or_closing_the_lead_tells_them(move):
    begun, kind = CLOSINGS[move]
    lead = begun()
    told = [lodged(kind=lead.case.kind).then("merge", into=lead.case) for _ in range(2)]

    lead.then(move)

    assert [heard(story)[0] for story in told] == [kind, kind]
    assert [Entry.objects.filter(complaint=story.case).latest("number").move for story in told] == [kind, kind]


def test_a_closing_that_fails_tells_nobody(monkeypatch):
    lead = case_in("answered")
    duplicate = lodged().then("merge", into=lead.case)
    before = heard(duplicate)
    monkeypatch.setattr("workflows.writer.tell", lambda *args, **says: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        lead.attempt("confirm")

    assert heard(duplicate) == before


def test_a_citizen_without_a_phone_is_not_told_and_the_timeline_says_so_all_the_same():
    lead = case_in("answered")
    duplicate = lodged(citizen=None).then("merge", into=lead.case)

    lead.then("confirm")

    assert Notice.objects.filter(case_id=duplicate.case.pk, kind="lead_closed").count() == 0
    assert Entry.objects.filter(complaint=duplicate.case).latest("number").move == "lead_closed"


def test_the_citizen_who_confirms_the_lead_by_sms_does_not_silence_the_others():
    lead = case_in("answered")
    duplicate = lodged().then("merge", into=lead.case)
    lead.attempt("confirm", by=citizen(lead.case.citizen_id, via="sms_kannel", hears_in_answer=True))

    notice = Notice.objects.filter(case_id=duplicate.case.pk).latest("pk")
    assert (notice.kind, notice.status, notice.address) == ("lead_closed", "queued", duplicate.case.citizen.phone)


def test_the_answer_of_a_discreet_lead_is_not_said_to_others():
    lead = case_in("in_hand")
    duplicate = lodged().then("merge", into=lead.case)
    Category.objects.update(sensitive=True)
    forget()
    lead.attempt("reject", by=posted("supervisor", department="maji", sensitive=["maji"]), reason="Siri.")

    assert "Siri" not in heard(duplicate)[1]
