"""What a citizen says on the page beside the moves: photos, how it was, who may know, and that a joined complaint is settled."""

import io
import re

import pytest
from django.test import Client

from channels_in.follow import standing
from channels_in.models import Message
from complaints import attachments
from complaints.models import Attachment, Category, Complaint, Entry
from complaints.references import new_reference
from offices import actors
from offices.models import Office
from tests.channels_in.test_questions import a_public_case, files, text_of
from tests.channels_in.test_web_track import answer_it, case, main_task, now, officer, prove
from tests.pictures import photo
from tests.sounds import ogg
from tests.workflows.stories import case_in, lodged
from workflows import actions
from workflows.refusals import NotYours

__all__ = ["case", "now", "officer"]


def act(client, case, name, token="a" * 32, **more):
    client.cookies["django_language"] = "en"
    return client.post("/track/", {"move": name, "reference": case.reference, "token": token} | more)


def moves_of(case):
    return list(Entry.objects.filter(complaint=case).order_by("number").values_list("move", "detail"))


# Photos and voice.


def test_photos_are_added_with_words_and_without_once(client, case, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    prove(client, case)

    with_words = [act(client, case, "add_words", words="Na leo.", papers=files(photo(size=(64, 48)))) for _ in range(2)]
    without = act(client, case, "add_words", token="b" * 32, papers=files(ogg()))
    neither = act(client, case, "add_words", token="c" * 32)

    assert [answer.status_code for answer in (*with_words, without, neither)] == [303, 303, 303, 400]
    assert [move for move, _detail in moves_of(case)] == ["lodge", "add_words", "attach", "attach"]
    assert Attachment.objects.filter(complaint=case, added_by=None).count() == 2
    assert "You sent a photo, a paper or a voice note" in text_of(client.get("/track/"))


def test_what_is_no_photo_is_refused_and_the_words_stay(client, case):
    prove(client, case)

    response = act(client, case, "add_words", words="Na leo.", papers=files(b"MZ a program"))

    assert response.status_code == 400
    assert "Na leo." in text_of(response) and "can be attached" in text_of(response)
    assert (Attachment.objects.count(), Message.objects.count()) == (0, 0)


def test_after_twelve_files_no_more_are_taken(client, case, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("workflows.wishes.MOST_FILES", 1)
    prove(client, case)

    answers = [
        act(client, case, "add_words", token=f"{number:032x}", papers=files(photo(size=(64, 48 + number))))
        for number in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert Attachment.objects.count() == 1


def test_a_refused_move_keeps_no_file(client, case, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    prove(client, case)

    response = act(client, case, "reply", words="Namba 14.", papers=files(photo(size=(64, 48))))

    assert response.status_code == 409
    assert (Attachment.objects.count(), list(tmp_path.rglob("*.jpg"))) == (0, [])


def test_the_answers_photo_is_seen_by_the_citizen_and_by_nobody_else(client, case, officer, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = photo(size=(64, 48))
    paper = attachments.read(io.BytesIO(picture), len(picture))
    taken = actions.take(main_task(case), by=officer, at=now)
    actions.answer(taken.task, answer="Limetengenezwa.", papers=[paper], by=officer, at=now)
    prove(client, case)
    address = re.search(r'src="(/track/files/\d+/)"', text_of(client.get("/track/")))[1]

    theirs, others = client.get(address), Client().get(address)

    assert (theirs.status_code, theirs["Content-Type"], others.status_code) == (200, "image/jpeg", 404)
    assert theirs["X-Content-Type-Options"] == "nosniff"


# How it was.


def test_how_it_was_is_said_and_said_anew(client, case, officer, now):
    answer_it(case, officer, now)
    prove(client, case)

    first = act(client, case, "rate", stars="2", words="Polepole.")
    again = act(client, case, "rate", stars="4", token="b" * 32)

    assert (first.status_code, again.status_code) == (303, 303)
    assert moves_of(case)[-2:] == [("rate", "stars:2"), ("rate", "stars:4")]
    assert Complaint.objects.get(pk=case.pk).state == "answered"
    assert re.search(r'value="4" id="stars-rate_1" checked', text_of(client.get("/track/")))


@pytest.mark.parametrize("stars", ["", "0", "6", "nyingi", "9" * 40])
def test_stars_that_are_none_are_asked_again(client, case, officer, now, stars):
    answer_it(case, officer, now)
    prove(client, case)

    assert act(client, case, "rate", stars=stars).status_code == 400
    assert moves_of(case)[-1][0] == "answer"


def test_what_is_not_answered_yet_is_not_rated(client, case):
    prove(client, case)

    assert "How was it?" not in text_of(client.get("/track/"))
    assert act(client, case, "rate", stars="5").status_code == 409


# Who may know.


def stranger_sees(reference):
    client = Client()
    client.cookies["django_language"] = "en"
    return client.get(f"/cases/{reference}/")


def test_the_citizen_makes_it_public_and_closes_it_again(client, case):
    prove(client, case)

    act(client, case, "allow", allows=["public"])
    opened = stranger_sees(case.reference)
    act(client, case, "allow")
    closed = stranger_sees(case.reference)

    assert (opened.status_code, closed.status_code, closed["Location"]) == (200, 303, "/track/")
    assert case.words in text_of(opened)
    assert [move for move, _detail in moves_of(case)] == ["lodge", "make_public", "make_closed"]


def test_a_sensitive_case_and_one_about_an_office_stay_closed(client, case):
    prove(client, case)
    for made in ({"about_office": Office.objects.get(code="12103")}, {"category": Category.objects.get(code="rushwa")}):
        Complaint.objects.filter(pk=case.pk).update(about_office=None)
        Complaint.objects.filter(pk=case.pk).update(**made)

        assert act(client, case, "allow", allows=["public"]).status_code == 409

    Complaint.objects.filter(pk=case.pk).update(is_public=True)  # its subject was corrected afterwards
    assert stranger_sees(case.reference).status_code == 303


def test_without_proof_nobody_opens_it_to_others(client, case):
    assert act(client, case, "allow", allows=["public"]).status_code == 403
    with pytest.raises(NotYours):
        actions.allow(case, is_public=True, lends_name=False, by=actors.citizen(None, via="web"), at=case.received_at)


def test_that_an_institution_may_learn_the_name_is_kept(client, case):
    prove(client, case)

    act(client, case, "allow", allows=["lend"])

    assert Complaint.objects.get(pk=case.pk).lends_name


def test_strangers_read_no_name_no_number_and_nothing_that_passes_between_office_and_citizen(
    client, case, officer, now
):
    Complaint.objects.filter(pk=case.pk).update(
        is_public=True, citizen_name="Asha Juma", words="Maji, piga 0754-123 456."
    )
    taken = actions.take(main_task(case), by=officer, at=now)
    actions.ask(taken.task, question="NDANI: nyumba gani?", by=officer, at=now)
    actions.reply(main_task(case), words="NDANI: namba 14", by=actors.citizen(case.citizen_id, via="web"), at=now)
    actions.add_words(main_task(case), words="NDANI: na leo", by=actors.citizen(case.citizen_id, via="web"), at=now)
    actions.answer(main_task(case), answer="Limetengenezwa, piga +255 754 123 456.", by=officer, at=now)

    page = text_of(stranger_sees(case.reference))

    assert "Limetengenezwa, piga …" in page and "Maji, piga …" in page
    assert not any(kept in page for kept in ("NDANI", "Asha", "123", "754", officer.user.get_full_name()))


# Following another's.


def test_another_s_public_case_is_followed_and_no_longer(client, db):
    other = a_public_case()
    client.cookies["django_language"] = "en"

    client.post(f"/cases/{other.reference}/", {"follow": "1"})
    followed = text_of(client.get("/track/"))
    client.post(f"/cases/{other.reference}/", {"unfollow": "1"})
    no_longer = text_of(client.get("/track/"))

    assert f"/cases/{other.reference}/" in followed
    assert f"/cases/{other.reference}/" not in no_longer


def test_what_is_followed_and_closed_again_is_gone_from_the_list(client, db):
    other = a_public_case()
    client.post(f"/cases/{other.reference}/", {"follow": "1"})

    Complaint.objects.update(is_public=False)

    assert other.reference not in text_of(client.get("/track/"))


def test_a_forged_list_is_no_list(client, db):
    client.cookies["followed"] = '["264831920576"]'

    assert client.get("/track/").status_code == 200


def test_a_public_case_opens_with_its_number_alone_and_of_all_others_the_answer_is_the_same(client, case, db):
    other = a_public_case()
    nobodys = new_reference(case.received_at)

    opened = client.post("/track/", {"reference": other.reference_written, "code": ""})
    answers = [
        Client().post("/track/", {"reference": reference, "code": ""}) for reference in (case.reference, nobodys)
    ]
    pages = [Client().get(f"/cases/{reference}/") for reference in (case.reference, nobodys, "abc")]

    assert opened["Location"] == f"/cases/{other.reference}/"
    hidden = [re.sub(r'value="[^"]*"', "", text_of(answer)) for answer in answers]
    assert {answer.status_code for answer in answers} == {200} and hidden[0] == hidden[1]
    assert {(page.status_code, page["Location"]) for page in pages} == {(303, "/track/")}


# Joined complaints: each citizen keeps the own reference, and is asked when the one that leads is answered.


def joined():
    lead = case_in("in_hand")
    return lead, lodged(words="Bomba hilo hilo, kwangu.").then("merge", into=lead.case)


def test_when_the_lead_is_answered_its_own_citizen_is_asked_and_yes_is_a_vote_and_no_move(client, db):
    lead, own = joined()
    prove(client, own.case)
    before = text_of(client.get("/track/"))
    lead.then("answer", answer="Limetengenezwa leo.")

    client.cookies["django_language"] = "en"
    asked = text_of(client.get("/track/"))
    said = [act(client, own.case, "confirm", token=f"{number:032x}") for number in range(2)]

    assert 'value="agree"' not in before
    assert "Is yours settled?" in asked and "Limetengenezwa leo." in asked and 'value="reopen"' in asked
    assert [answer.status_code for answer in said] == [303, 303]
    assert moves_of(own.case)[-1] == ("agree", f"lead:{lead.case.reference}")
    assert Complaint.objects.get(pk=lead.case.pk).state == "answered"
    assert [move for move, _detail in moves_of(own.case)].count("agree") == 1


def test_no_opens_the_own_complaint_one_office_above_that_of_the_lead(client, db):
    lead, own = joined()
    lead.then("hand_up").then("take").then("answer")
    prove(client, own.case)

    said = act(client, own.case, "reopen", words="Kwangu bado.")

    again = Complaint.objects.get(pk=own.case.pk)
    held = main_task(again).queue.office
    answered_at = main_task(lead.case).queue.office
    assert said.status_code == 303
    assert (again.state, again.lead, again.outcome) == ("queued", None, "")
    assert answered_at.parent == held


def test_while_the_lead_is_worked_on_its_own_citizen_can_open_nothing(client, db):
    _lead, own = joined()
    prove(client, own.case)

    assert act(client, own.case, "reopen", words="Sasa.").status_code == 409
    assert act(client, own.case, "agree", token="b" * 32).status_code == 409
    assert "reopen" not in standing(own.case, actors.citizen(own.case.citizen_id, via="web"), own.at).open_moves
