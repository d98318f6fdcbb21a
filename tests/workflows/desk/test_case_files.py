"""Photos and papers at the desk: sent with a form, shown to whoever may see the case, and to nobody else."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from complaints.models import Attachment, Category, Entry
from offices.kept import forget
from tests.pictures import PAPER, photo
from tests.sounds import SECRET, VOICES
from tests.workflows.desk.conftest import DONE, Text, address
from tests.workflows.stories import case_in, entries, lodged, state_of


def sent(content=None, name="IMG_0001.jpg"):
    """Give a file as a browser sends it."""
    return SimpleUploadedFile(name, content or photo())


def attach(desk, story, *files):
    """Send files with the form of a case."""
    return desk.client.post(address(story, "attach"), {"papers": list(files) or [sent()]})


def text(page):
    """Give what is read on a page, in one piece."""
    return " ".join(Text(page).pieces)


@pytest.fixture
def at_desk(desk, clock):
    """Give a desk at which an officer sits, and a case in their hand."""
    story = case_in("in_hand")
    clock(story.at)
    return desk.sit("afisa.120.maji"), story


def test_a_photo_is_attached_shown_and_handed_out_as_a_file(at_desk):
    desk, story = at_desk

    went = attach(desk, story)

    kept = Attachment.objects.get(complaint=story.case)
    page = desk.open(story).content.decode()
    assert went.url == address(story)
    assert f'src="{address(story)}files/{kept.pk}/"' in page
    file = desk.client.get(f"{address(story)}files/{kept.pk}/")
    with Image.open(io.BytesIO(file.getvalue())) as image:
        assert (image.format, dict(image.getexif())) == ("JPEG", {})
    assert file["Content-Type"] == "image/jpeg"
    assert file["Content-Disposition"] == f'attachment; filename="{story.case.reference_written}-{kept.pk}.jpg"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in file["Cache-Control"]
    assert "IMG_0001" not in page


def test_several_files_are_attached_at_once(at_desk):
    desk, story = at_desk

    attach(desk, story, sent(), sent(PAPER, "barua.pdf"), sent(photo(colour=(1, 2, 3)), "b.jpg"))

    kinds = Attachment.objects.filter(complaint=story.case).order_by("pk").values_list("media_type", flat=True)
    assert list(kinds) == ["image/jpeg", "application/pdf", "image/jpeg"]
    assert "Paper 2 (PDF" in text(desk.open(story))


@pytest.mark.parametrize("kind", VOICES)
def test_a_voice_note_is_heard_on_the_page_and_handed_out_as_a_file_alone(at_desk, kind):
    desk, story = at_desk

    attach(desk, story, sent(VOICES[kind], "sauti.html"))

    kept, page = Attachment.objects.get(complaint=story.case), desk.open(story)
    where = f"{address(story)}files/{kept.pk}/"
    assert (
        f'<audio class="mlm-voice mlm-not-on-paper" controls preload="none" aria-labelledby="voice-{kept.pk}" src="{where}">'
        in (page.content.decode())
    )
    file = desk.client.get(where)
    assert (file["Content-Type"], kept.media_type, file["X-Content-Type-Options"]) == (kind, kind, "nosniff")
    assert file["Content-Disposition"].startswith("attachment; ") and file["Content-Disposition"].endswith(
        f'.{kept.ending}"'
    )
    assert SECRET not in file.getvalue()


BAD = {
    "no file": ([], "This field is required"),
    "a page by another name": ([sent(b"<html>", "picha.jpg")], "picha.jpg: Only photos"),
    "one bad among good": ([sent(), sent(b"MZ", "b.pdf")], "b.pdf: Only photos"),
    "too many": ([sent() for _ in range(6)], "At most 5 files at once."),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_attached_is_said_in_words_and_nothing_is_kept(at_desk, name):
    (desk, story), (files, why) = at_desk, BAD[name]
    for file in files:
        file.seek(0)

    page = desk.client.post(address(story, "attach"), {"papers": files})

    assert page.status_code == 422
    assert why in text(page)
    assert (Attachment.objects.count(), entries(story)[-1][0]) == (0, "take")


def test_a_file_of_a_case_is_not_found_through_another_case_nor_by_one_who_may_not_see_it(at_desk):
    desk, story = at_desk
    attach(desk, story)
    number = Attachment.objects.get(complaint=story.case).pk
    other = lodged()

    assert desk.client.get(f"{address(other)}files/{number}/").status_code == 404
    assert desk.client.get(f"{address(story)}files/{number + 1}/").status_code == 404
    desk.sit("afisa.120.elimu")
    assert desk.client.get(f"{address(story)}files/{number}/").status_code == 404
    desk.client.logout()
    assert desk.client.get(f"{address(story)}files/{number}/").status_code == 302


def test_a_file_that_is_lost_is_not_found(at_desk):
    desk, story = at_desk
    attach(desk, story)
    kept = Attachment.objects.get(complaint=story.case)
    kept.file.storage.delete(kept.file.name)

    assert desk.client.get(f"{address(story)}files/{kept.pk}/").status_code == 404


def test_an_answer_states_what_was_done_when_by_whom_and_where(at_desk):
    desk, story = at_desk

    went = desk.press(
        story, "answer", answer="Bomba limetengenezwa.", done_on="24/11/2026", done_by="Fundi Asha", done_where="Tabata"
    )

    said = Entry.objects.select_related("said").get(complaint=story.case, move="answer").said.for_citizen
    assert went.status_code == 302
    assert said == "Bomba limetengenezwa.\nLini: 24/11/2026. Na: Fundi Asha. Wapi: Tabata."


@pytest.mark.parametrize("missing", list(DONE))
def test_an_answer_without_one_of_these_is_refused_and_what_was_typed_is_kept(at_desk, missing):
    desk, story = at_desk

    page = desk.press(story, "answer", answer="Bomba limetengenezwa.", **{missing: ""})

    assert (page.status_code, state_of(story)) == (422, "in_hand")
    assert "Bomba limetengenezwa." in page.content.decode()


def test_what_will_be_done_tomorrow_is_no_answer(at_desk):
    desk, story = at_desk

    page = desk.press(story, "answer", answer="Bomba litatengenezwa.", done_on="25/11/2026")

    assert page.status_code == 422
    assert "This day has not come yet." in text(page)


def test_where_the_subject_asks_for_evidence_the_form_says_so_and_an_answer_comes_with_a_photo(at_desk):
    desk, story = at_desk
    Category.objects.update(evidence=True)
    forget()
    assert "Photo or paper of what was done Photos (JPEG" in text(desk.open(story, "answer"))

    refused = desk.press(story, "answer", answer="Bomba limetengenezwa.")
    assert (refused.status_code, state_of(story)) == (422, "in_hand")
    assert "needs a photo or a paper" in text(refused)

    went = desk.press(story, "answer", answer="Bomba limetengenezwa.", papers=[sent()])
    assert (went.status_code, state_of(story)) == (302, "answered")
    assert "with the answer" in text(desk.open(story))


def test_a_photo_that_stands_in_another_case_is_flagged_in_both_with_a_way_to_the_other(at_desk, clock):
    desk, story = at_desk
    other = case_in("in_hand")
    attach(desk, story)

    attach(desk, other)

    for one, another in ((story, other), (other, story)):
        page = desk.open(one)
        assert "The same photo or paper stands in another case." in text(page)
        assert f'href="{address(another)}"' in page.content.decode()
    assert "Careful: this photo or paper already stands in another case" in text(desk.open(other))


def test_a_case_that_one_may_not_see_is_not_named_by_the_flag(at_desk):
    desk, story = at_desk
    hidden = case_in("in_hand")
    attach(desk, hidden)
    Category.objects.filter(code="rushwa").update(sensitive=True)
    type(hidden.case).objects.filter(pk=hidden.case.pk).update(category=Category.objects.get(code="rushwa"))
    forget()

    attach(desk, story)

    page = desk.open(story)
    assert "The same photo or paper stands in another case." in text(page)
    assert hidden.case.reference not in page.content.decode()
    assert hidden.case.reference_written not in page.content.decode()


def test_a_form_with_photos_may_be_larger_than_other_requests_and_still_has_its_limit(at_desk):
    desk, story = at_desk
    large = sent(b"\xff\xd8\xff" + b"0" * (2 * 1024 * 1024))

    page = attach(desk, story, large)
    huge = attach(desk, story, sent(b"\xff\xd8\xff" + b"0" * (21 * 1024 * 1024)))

    assert "cannot be read" in text(page)
    assert huge.status_code == 413


def test_an_auditor_attaches_nothing(at_desk):
    desk, story = at_desk
    desk.sit("mkaguzi.1")

    assert "Add a photo or paper" not in text(desk.open(story))
    assert attach(desk, story).status_code == 403
