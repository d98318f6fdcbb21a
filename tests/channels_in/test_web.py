"""The citizen's form and its receipt, asked as a browser would."""

import re
import threading

import pytest
from django.db import connection

from channels_in.models import Fate, Message
from channels_in.proof import code_of
from complaints.models import Citizen, Complaint
from notices.models import Notice
from workflows import actions

WORDS = "Bomba la maji limepasuka tangu Jumatatu, maji yanamwagika barabarani."


def token_in(response):
    return re.search(r'name="token" value="([0-9a-f]{32})"', response.content.decode())[1]


def text_of(response):
    return response.content.decode()


@pytest.fixture
def fill(client):
    """Fill in the form as it is asked for, and send it; `token` stands for pressing the same form's button again."""

    def send(token="", **changes):
        token = token or token_in(client.get("/submit/form/"))
        return client.post(
            "/submit/form/", {"token": token, "kind": "complaint", "words": WORDS, "council": "160"} | changes
        )

    return send


# The contract of every way in: real, doubled, empty, our own fault.


def test_a_complaint_by_the_form_has_a_receipt(client, fill, db):
    response = fill(category="maji", place="Kisiwani, Mburahati", phone="0754 123 456", name="Asha Juma")

    case = Complaint.objects.get()
    receipt = text_of(client.get(response["Location"]))
    assert (response.status_code, response["Location"]) == (303, f"/submit/{case.reference}/")
    assert (case.words, case.channel, case.category.code, case.place.code) == (WORDS, "web", "maji", "1610101")
    assert (case.citizen.phone, case.citizen.name, case.language) == ("+255754123456", "Asha Juma", "sw")
    assert case.reference_written in receipt
    assert code_of(case.secret) in receipt
    assert "<svg" in receipt


def test_a_second_press_is_no_second_complaint_and_leads_to_the_same_receipt(client, fill, db):
    token = token_in(client.get("/submit/form/"))

    first, second = fill(token=token), fill(token=token)

    assert Complaint.objects.count() == Message.objects.count() == 1
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_are_one_complaint_and_lead_to_one_receipt(client):
    form = {"token": token_in(client.get("/submit/form/")), "kind": "complaint", "words": WORDS, "council": "160"}
    answers, start = [], threading.Barrier(8)

    def press():
        start.wait()
        answers.append(type(client)().post("/submit/form/", form))
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (303, f"/submit/{Complaint.objects.get().reference}/")
    }


def test_the_same_form_with_other_words_is_asked_about_and_not_lost(client, fill, db):
    token = token_in(client.get("/submit/form/"))
    fill(token=token)

    again = fill(token=token, words="Pia kuna shimo kubwa.")
    sent = fill(token=token_in(again), words="Pia kuna shimo kubwa.")

    assert (again.status_code, sent.status_code) == (409, 303)
    assert "Pia kuna shimo kubwa." in text_of(again)
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize("words", ["", "   ", "\n\t\u200b", "?!...", "\x00"])
def test_words_of_which_nothing_can_be_read_are_refused(fill, db, words):
    response = fill(words=words)

    assert response.status_code == 400
    assert 'href="#id_words"' in text_of(response)
    assert Complaint.objects.count() == Message.objects.count() == 0


def test_our_own_fault_keeps_the_words_and_the_next_try_takes_them_in(client, fill, db, monkeypatch):
    client.raise_request_exception = False
    token = token_in(client.get("/submit/form/"))
    with monkeypatch.context() as broken:
        broken.setattr(actions, "lodge", lambda *args, **kwargs: 1 / 0)
        failed = fill(token=token)
    kept = Message.objects.get()

    second = fill(token=token)

    assert (failed.status_code, second.status_code) == (500, 303)
    assert (kept.fate, kept.text, kept.error) == (Fate.FAILED, WORDS, "ZeroDivisionError")
    assert Message.objects.get().fate == Fate.TAKEN
    assert Complaint.objects.count() == 1


# Who, and how they hear of it.


def test_without_a_number_there_is_no_citizen_and_no_notice_and_the_page_says_what_that_costs(client, fill, db):
    response = fill()

    case = Complaint.objects.get()
    assert (case.citizen, Citizen.objects.count(), Notice.objects.count()) == (None, 0, 0)
    assert "You gave no phone number" in text_of(in_language("en", client).get(response["Location"]))


def test_with_a_number_the_receipt_comes_by_sms_too(fill, db):
    fill(phone="0754 123 456", category="maji")

    notice = Notice.objects.get()
    assert (notice.kind, notice.address, notice.language) == ("queued", "+255754123456", "sw")


@pytest.mark.parametrize("number", ["0754", "hakuna", "+255754123456789", "0754 123 45x", "123456789", "15200"])
def test_what_is_no_phone_number_is_refused_in_words(fill, db, number):
    response = fill(phone=number)

    assert response.status_code == 400
    assert 'href="#id_phone"' in text_of(response)
    assert Complaint.objects.count() == 0


def test_the_language_of_the_page_is_the_language_of_the_complaint(client, db):
    in_language("en", client)
    token = token_in(client.get("/submit/form/"))

    client.post(
        "/submit/form/",
        {"token": token, "kind": "complaint", "words": "The pipe burst.", "council": "160", "phone": "0754123456"},
    )

    assert Complaint.objects.get().language == Notice.objects.get().language == "en"


def test_a_number_of_another_country_is_refused_in_words_and_no_sms_goes_abroad(client, fill, db):
    in_language("en", client)

    response = fill(phone="+1 876 555 0123")

    assert response.status_code == 400
    assert "We send SMS only to numbers of this country, which begin with +255." in text_of(response)
    assert Complaint.objects.count() == Notice.objects.count() == 0


def test_after_twenty_complaints_from_one_address_the_words_are_kept_and_not_taken(client, fill, db):
    token = token_in(client.get("/submit/form/"))
    first = fill(token=token)
    answers = [fill(phone=f"07540000{number:02}").status_code for number in range(19)]

    refused = fill(words="Maji na umeme.")
    again = fill(token=token)

    assert answers == [303] * 19
    assert (refused.status_code, Complaint.objects.count()) == (429, 20)
    assert "Maji na umeme." in text_of(refused)
    assert (again.status_code, again["Location"]) == (303, first["Location"])  # a second press is no second complaint


def test_one_number_typed_into_many_forms_is_written_to_five_times_a_day(client, fill, db):
    for _ in range(7):
        assert fill(phone="0754 123 456").status_code == 303

    assert Complaint.objects.count() == 7
    assert Notice.objects.filter(status="queued", address="+255754123456").count() == 5


# Where.


def test_a_council_alone_will_do(fill, db):
    fill(council="160", category="maji")

    case = Complaint.objects.get()
    assert (case.place.code, case.place_confidence, case.state) == ("160", 1.0, "queued")


def test_who_knows_neither_council_nor_place_may_say_so(fill, db):
    fill(council="none")

    case = Complaint.objects.get()
    assert (case.place, case.state) == (None, "received")


def test_a_name_that_several_places_have_is_asked_about_and_the_choice_is_taken(client, fill, db):
    token = token_in(client.get("/submit/form/"))
    asked = fill(token=token, place="Kisiwani")
    offered = re.findall(r'name="place_choice" value="(\w+)"', text_of(asked))

    sent = fill(token=token, place="Kisiwani", place_choice=offered[0])

    assert (asked.status_code, sent.status_code) == (400, 303)
    assert offered[-1] == "none" and len(offered) > 2
    assert Complaint.objects.get().place.code == offered[0]


def test_a_place_spelled_nearly_right_is_offered(fill, db):
    asked = text_of(fill(place="Makubri"))

    assert "Kata ya Makuburi, Manispaa ya Ubungo" in asked or "Makuburi ward, Manispaa ya Ubungo" in asked


def test_none_of_the_places_offered_leaves_it_to_the_council_and_keeps_the_words(fill, db):
    fill(place="Pale kwa Mzee Kondo", landmark="Msikiti", place_choice="none")

    case = Complaint.objects.get()
    assert (case.place.code, case.place_words) == ("160", "Pale kwa Mzee Kondo; Msikiti")


def test_a_choice_that_was_not_offered_is_not_taken(fill, db):
    response = fill(place="Kisiwani", place_choice="11101")

    assert response.status_code == 400
    assert Complaint.objects.count() == 0


# Whom it is about.


def test_a_complaint_about_the_ward_office_does_not_go_there(fill, db):
    fill(place="Kata ya Mburahati", category="taka", about_level="kata", about_post="officer")

    case = Complaint.objects.select_related("about_office").get()
    task = case.task_set.select_related("queue__office").get(finished=None)
    assert (case.about_office.name, case.about_post) == ("Mburahati", "officer")
    assert task.queue.office.level == "tarafa"


def test_the_office_it_is_about_may_be_elsewhere(fill, db):
    fill(place="Kata ya Mburahati", about_level="kata", about_where="Mabibo")

    assert Complaint.objects.get().about_office.name == "Mabibo"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"about_level": "kata"}, "about_where"),
        ({"about_level": "mtaa", "about_where": "Pale kwa Mzee Kondo"}, "about_where"),
        ({"about_post": "leader"}, "about_level"),
        ({"about_level": "nchi"}, "about_level"),
        ({"about_post": "rais"}, "about_post"),
        ({"category": "siasa"}, "category"),
        ({"council": ""}, "council"),
        ({"council": "999"}, "council"),
        ({"kind": "hasira"}, "kind"),
        ({"came_back": "juzi"}, "came_back"),
    ],
)
def test_what_cannot_be_understood_is_asked_about_beside_its_field(fill, db, said, field):
    response = fill(**said)

    assert response.status_code == 400
    assert re.search(rf'href="#id_{field}(_0)?"', text_of(response))
    assert Complaint.objects.count() == Message.objects.count() == 0


def test_opinions_and_praise_come_by_the_same_form(fill, db):
    fill(kind="praise")

    assert Complaint.objects.get().kind == "praise"


# The pages as such.


def in_language(language, client):
    client.cookies["django_language"] = language
    return client


def test_a_phone_that_is_set_to_english_reads_swahili_until_english_is_chosen(client, db):
    assert '<html lang="sw"' in text_of(client.get("/", HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.9"))

    client.post("/i18n/setlang/", {"language": "en", "next": "/"})

    assert '<html lang="en"' in text_of(client.get("/", HTTP_ACCEPT_LANGUAGE="sw"))


@pytest.mark.parametrize("page", ["/", "/about/", "/help/", "/submit/", "/track/", "/submit/form/"])
@pytest.mark.parametrize("language", ["sw", "en"])
def test_every_page_stands_in_both_languages(client, db, page, language):
    response = in_language(language, client).get(page)

    assert response.status_code == 200
    assert f'<html lang="{language}"' in text_of(response)
    assert text_of(response).count("<h1") == 1


def test_the_receipt_is_for_nobody_else(client, fill, db, django_user_model):
    receipt = fill()["Location"]
    stranger = type(client)()

    theirs, none = stranger.get(receipt), stranger.get("/submit/268900000001/")

    assert (theirs.status_code, theirs["Location"]) == (none.status_code, none["Location"]) == (302, "/track/")


def test_the_receipt_is_kept_by_no_cache_and_told_to_no_other_site(client, fill, db):
    receipt = client.get(fill()["Location"])

    assert "no-store" in receipt["Cache-Control"]
    assert receipt["Referrer-Policy"] in ("same-origin", "no-referrer")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, db, method):
    assert getattr(client, method)("/submit/").status_code == 405


def test_a_closed_channel_is_not_there(client, db, settings):
    settings.OPEN_CHANNELS = []

    answers = [client.get("/submit/"), client.post("/submit/"), client.get("/track/")]

    assert {answer.status_code for answer in answers} == {404}
    assert Message.objects.count() == 0
