"""Texts that staff start from, put into the form with or without JavaScript, and how long the words may be."""

import pytest
from django.test import Client

from notices.rendering import render_text, room_for, segments
from offices.models import User
from tests.workflows.desk.conftest import Text
from tests.workflows.stories import case_in, category, entries, lodged
from workflows.models import ReplyTemplate


def text(page):
    """Give what is read on a page, in one piece."""
    return " ".join(Text(page).pieces)


@pytest.fixture
def at_desk(desk, clock):
    """Give a desk at which an officer sits, and a case in their hand."""
    story = case_in("in_hand")
    clock(story.at)
    return desk.sit("afisa.120.maji"), story


def template(**says):
    """Write a template."""
    usual = {
        "name_sw": "Imefanyika",
        "name_en": "Done",
        "text_sw": "Tumefika {place}.",
        "text_en": "We came to {place}.",
    }
    return ReplyTemplate.objects.create(**usual | says)


def test_a_few_templates_are_there_from_the_first_day(at_desk):
    desk, story = at_desk

    assert "The work is done" in text(desk.open(story, "answer"))
    assert "Where exactly is it?" in text(desk.open(story, "ask"))
    assert "It is before a court" in text(desk.open(story, "reject"))
    assert "Begin from a ready text" not in text(desk.open(story, "give_back"))


def test_a_template_is_put_after_what_was_typed_in_the_citizens_language_and_no_move_is_made(at_desk):
    desk, story = at_desk
    chosen = template()

    page = desk.press(story, "answer", answer="Asante.", template=chosen.pk, insert="1", done_by="Fundi Asha")

    assert page.status_code == 200
    assert page.context["form"]["answer"].value() == "Asante.\nTumefika Mtaa wa Tabata."
    assert page.context["form"]["done_by"].value() == "Fundi Asha"
    assert entries(story)[-1][0] == "take"


@pytest.mark.parametrize("number", ["", "0", "x", "9" * 40])
def test_no_template_leaves_the_words_as_they_were(at_desk, number):
    desk, story = at_desk

    page = desk.press(story, "answer", answer="Asante.", template=number, insert="1")

    assert (page.status_code, page.context["form"]["answer"].value()) == (200, "Asante.")


def test_templates_of_the_subject_come_first_and_those_of_others_not_at_all(at_desk):
    desk, story = at_desk
    template(name_en="Zinc pipe", category=category("maji"))
    template(name_en="Lamp", category=category("umeme"))

    names = [str(each) for each in desk.open(story, "answer").context["templates"]]

    assert names[0] == "Zinc pipe"
    assert "Lamp" not in names


def test_the_form_says_how_many_letters_the_citizens_sms_holds(at_desk):
    desk, story = at_desk

    page = desk.press(story, "answer", answer="Bomba limetengenezwa.", insert="1")

    room = page.context["count"].room
    assert "21 letters, 1 SMS." in text(page)
    assert f"about the first {room} letters" in text(page)
    assert 30 < room < 110


def test_the_room_is_what_the_sms_really_holds():
    facts = {"ref": "2648-3192-0576", "days": 14, "office": "Maji"}
    room = room_for("answer", "answered", "sw", facts)
    words = "a" * (room - 1)

    assert words + "." in render_text("answered", "sw", facts | {"answer": words})
    assert words + "aa" not in render_text("answered", "sw", facts | {"answer": f"b {words}aa"})
    assert segments(render_text("answered", "sw", facts | {"answer": words})) == 1
    assert room_for("answer", "answered", "sw", facts | {"discreet": True}) == 0


def test_where_nobody_is_told_by_sms_no_letters_are_counted(desk, clock):
    story = lodged(citizen=None).then("take")
    clock(story.at)

    page = desk.sit("afisa.120.maji").open(story, "answer")

    assert "letters" not in text(page)


def test_an_administrator_edits_the_templates(db):
    User.objects.create_superuser("mkuu", password="x")
    client = Client()
    client.force_login(User.objects.get(username="mkuu"))

    saved = client.post(
        "/admin/workflows/replytemplate/add/",
        {"name_sw": "A", "name_en": "B", "use": "answer", "text_sw": "C", "text_en": "D", "category": ""},
    )

    assert saved.status_code == 302
    assert ReplyTemplate.objects.filter(name_sw="A").exists()
