"""Photos and papers of a case: kept with it, known again elsewhere, and needed for an answer where the subject asks."""

import io
from pathlib import Path

import pytest
from django.conf import settings

from complaints import attachments
from complaints.models import Attachment, Category, Entry
from offices.kept import forget
from tests.pictures import PAPER, photo
from tests.workflows.stories import case_in, entries, lodged, nothing_changes, state_of, through
from workflows import actions
from workflows.refusals import AlreadyDone, EvidenceMissing, NotYours, ReasonMissing

pytestmark = pytest.mark.django_db


def paper(content=None):
    """Give a photo, or these bytes, as it is taken in."""
    content = content or photo()
    return attachments.read(io.BytesIO(content), len(content))


def attach(story, by="officer", content=None):
    """Attach a photo to a story's case."""
    return actions.attach(story.task, papers=[paper(content)], by=story.who(by), at=story.at)


def kept_files():
    """Give the names of the files on the disk."""
    return sorted(path.name for path in Path(settings.MEDIA_ROOT).rglob("*.*"))


@pytest.fixture
def wants_evidence():
    """Let every subject ask for evidence."""
    Category.objects.update(evidence=True)
    forget()


def test_a_photo_is_kept_under_a_name_that_nobody_guesses_and_stands_on_the_timeline():
    story = case_in("in_hand")

    attach(story)

    kept = Attachment.objects.get(complaint=story.case)
    assert (len(Path(kept.file.name).stem), Path(kept.file.name).suffix, kept.size) == (32, ".jpg", kept.file.size)
    assert kept.added_by == story.who("officer").user
    last = Entry.objects.filter(complaint=story.case).latest("number")
    assert (last.move, last.detail) == ("attach", f"attachment:{kept.pk}")


def test_an_auditor_attaches_nothing_and_nothing_is_left_on_the_disk():
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(NotYours):
        attach(story, by="auditor")

    assert kept_files() == []


def test_without_a_file_nothing_is_attached():
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(ReasonMissing):
        actions.attach(story.task, papers=[], by=story.who("officer"), at=story.at)


@pytest.mark.parametrize("move", ["answer", "propose"])
def test_where_the_subject_asks_for_evidence_an_answer_without_it_is_refused(wants_evidence, move):
    story = case_in("in_hand")

    with nothing_changes(), pytest.raises(EvidenceMissing):
        story.attempt(move)


@pytest.mark.parametrize("content", [photo(), PAPER], ids=["photo", "paper"])
def test_an_answer_with_a_photo_or_paper_goes_out(wants_evidence, content):
    story = case_in("in_hand")

    answered = story.then("answer", papers=[paper(content)])

    assert state_of(answered) == "answered"
    assert Attachment.objects.get(complaint=story.case).for_answer
    assert [move for move, _from, _to in entries(story)][-2:] == ["attach", "answer"]


def test_a_photo_that_was_attached_before_the_answer_is_evidence_as_well(wants_evidence):
    story = case_in("in_hand")
    attach(story)

    assert state_of(story.then("answer")) == "answered"


def test_the_photo_of_an_answer_that_was_disputed_is_no_evidence_for_the_next(wants_evidence):
    story = case_in("in_hand").then("answer", papers=[paper()])
    story = through(story, "dispute", "take")

    with pytest.raises(EvidenceMissing):
        story.attempt("answer")


def test_what_the_citizen_sent_is_no_evidence_of_what_the_office_did(wants_evidence):
    story = case_in("in_hand")
    with attachments.kept(story.case, [paper()], by=None, at=story.at):
        pass

    with pytest.raises(EvidenceMissing):
        story.attempt("answer")


def test_an_answer_that_comes_too_late_leaves_no_file():
    story = case_in("in_hand")
    by = story.who("officer")
    story.then("answer")

    with pytest.raises(AlreadyDone):
        story.attempt("answer", by=by, papers=[paper()])

    assert (kept_files(), Attachment.objects.count()) == ([], 0)


def test_a_move_that_fails_after_its_files_were_written_takes_them_away_again(monkeypatch):
    story = case_in("in_hand")
    monkeypatch.setattr(actions, "bring_along", lambda *args, **says: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        story.attempt("answer", papers=[paper()])

    assert (kept_files(), Attachment.objects.count()) == ([], 0)


def test_a_photo_that_stands_in_another_case_is_flagged_on_the_timeline():
    first, second = case_in("in_hand"), case_in("in_hand")
    attach(first)

    attach(second, content=photo(exif=False))

    known = Attachment.objects.get(complaint=first.case)
    last = Entry.objects.filter(complaint=second.case).latest("number")
    assert (last.move, last.detail) == ("used_before", f"attachment:{known.pk}")
    assert "used_before" not in [move for move, _from, _to in entries(first)]


def test_a_photo_fetched_from_one_case_and_sent_to_another_is_flagged():
    first, second = case_in("in_hand"), case_in("in_hand")
    attach(first, content=photo(size=(300, 200)))
    fetched = Attachment.objects.get(complaint=first.case).file.read()

    attach(second, content=fetched)

    assert entries(second)[-1][0] == "used_before"
    assert Attachment.objects.values("sha256").distinct().count() == 1


def test_the_same_photo_twice_in_one_case_is_nothing_to_flag():
    story = case_in("in_hand")

    attach(story), attach(story)

    assert [move for move, _from, _to in entries(story)][-2:] == ["attach", "attach"]


def test_a_case_that_has_ended_takes_no_more():
    story = lodged()
    done = attach(story, by="supervisor")

    assert done.case.state == "queued"
