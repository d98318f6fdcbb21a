"""The question pages: one thing each, kept as it is answered, sent once, whatever is pressed twice or gone back to."""

import datetime as dt
import re
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from channels_in import asking, drafts
from channels_in.models import Draft, DraftFile, Message
from channels_in.questions import next_unanswered, spared
from complaints.models import Attachment, Complaint, Entry
from notices.models import Notice
from offices.clock import database_now
from offices.kept import forget
from offices.models import Boundary, Office
from tests.pictures import photo
from tests.sounds import ogg
from workflows import actions

WORDS = "Bomba la maji limepasuka tangu Jumatatu, maji yanamwagika barabarani."
CALLS = {"reach": "phone", "phone": "0754 123 456", "name": "Asha Juma"}
UNNAMED = {"reach": "none"}
ANSWERS = {
    "kind": {"kind": "complaint"},
    "subject": {"category": "maji"},
    "council": {"council": "120"},
    "ward": {"ward": "12103"},
    "street": {"street": "1210302", "landmark": "Soko la Tabata"},
    "office": {},
    "words": {"words": WORDS},
    "papers": {},
    "contact": CALLS,
}


def text_of(response):
    return response.content.decode()


KEPT_SO = {"contact": {"phone": "+255754123456", "allows": []}}


class Citizen:
    """A phone on which somebody answers the questions."""

    def __init__(self, language="en"):
        self.client = Client()
        self.client.cookies["django_language"] = language
        self.at = "/submit/"

    def begin(self, kind="complaint"):
        token = re.search(r'name="token" value="([0-9a-f]{32})"', text_of(self.client.get("/submit/")))[1]
        return self.went(self.client.post("/submit/", {"token": token, "kind": kind}))

    def went(self, response):
        if response.status_code == 303:
            self.at = response["Location"]
        return response

    @property
    def token(self):
        return re.search(r"[0-9a-f]{32}", self.at)[0]

    @property
    def asked(self):
        """The question whose turn it is; "" when all are answered."""
        return self.at.split("/")[3]

    def answer(self, **fields):
        return self.went(self.client.post(self.at, fields))

    def until(self, name, *, page_by_page=False, **changes):
        """Have it answered until that question is asked, "" for all of them: on the pages what is told here, else behind them."""
        self.begin()
        while self.asked != name:
            question = self.asked
            if page_by_page or question in changes:
                assert self.answer(**(ANSWERS | changes)[question]).status_code == 303, question
            else:
                self.was_answered(question)
        return self

    def was_answered(self, question):
        """Put the answer where the page would."""
        draft = Draft.objects.get(token=self.token)
        drafts.put(draft, {question: ANSWERS[question] | KEPT_SO.get(question, {})}, database_now())
        drafts.put(draft, spared(draft.answers), database_now())
        following = next_unanswered(draft.answers)
        self.at = f"/submit/{draft.token}/{following.name}/" if following else f"/submit/{draft.token}/"

    def back_to(self, name):
        self.at = f"/submit/{self.token}/{name}/"
        return self.client.get(self.at)

    def send(self):
        return self.went(self.client.post(f"/submit/{self.token}/"))


@pytest.fixture
def citizen(db):
    return Citizen()


def test_question_by_question_a_complaint_is_made_looked_over_and_sent(citizen):
    citizen.until("", page_by_page=True)
    looked_over = text_of(citizen.client.get(citizen.at))
    sent = citizen.send()
    receipt = text_of(citizen.client.get(citizen.at))

    case = Complaint.objects.get()
    assert all(part in looked_over for part in (WORDS, "Soko la Tabata", "+255754123456", "Asha Juma", "Water supply"))
    assert (sent.status_code, sent["Location"]) == (303, f"/submit/{case.reference}/")
    assert (case.words, case.channel, case.category.code, case.place.code) == (WORDS, "web", "maji", "1210302")
    assert (case.place_words, case.citizen.phone, case.citizen_name) == ("Soko la Tabata", "+255754123456", "Asha Juma")
    assert (case.is_public, case.lends_name, case.state) == (False, False, "queued")
    assert case.reference_written in receipt and "<svg" in receipt
    assert Notice.objects.get().address == "+255754123456"


@pytest.mark.parametrize("kind", ["opinion", "suggestion", "enquiry", "praise"])
def test_every_kind_comes_by_the_same_questions(citizen, kind):
    citizen.until("", kind={"kind": kind})
    citizen.back_to("kind")
    citizen.answer(kind=kind)

    citizen.send()

    assert Complaint.objects.get().kind == kind


def test_who_does_not_know_where_says_it_in_words(citizen):
    changes = {"council": {"council": "none"}, "street": {"landmark": "Pale kwa Mzee Kondo"}, "contact": UNNAMED}
    citizen.until("", **changes).send()

    case = Complaint.objects.get()
    assert (case.place, case.place_words, case.citizen, case.state) == (None, "Pale kwa Mzee Kondo", None, "received")


def test_a_ward_alone_will_do(citizen):
    citizen.until("", ward={"ward": "12103"}, street={"street": "none"}).send()

    assert Complaint.objects.get().place.code == "12103"


def test_another_council_asks_for_its_own_wards(citizen):
    citizen.until("")
    citizen.back_to("council")

    citizen.answer(council="160")

    page = text_of(citizen.client.get(citizen.at))
    assert citizen.asked == "ward"
    assert 'value="16101"' in page and 'value="12103"' not in page


@pytest.mark.parametrize(
    ("question", "wrong", "field"),
    [
        ("subject", {}, "category"),
        ("subject", {"category": "siasa"}, "category"),
        ("council", {}, "council"),
        ("council", {"council": "999"}, "council"),
        ("ward", {"ward": "16101"}, "ward"),
        ("street", {"street": "1610101"}, "street"),
        ("office", {"about_level": "nchi"}, "about_level"),
        ("office", {"about_post": "leader"}, "about_level"),
        ("office", {"about_level": "mtaa", "about_where": "Pale kwa Mzee"}, "about_where"),
        ("words", {"words": "?!..."}, "words"),
        ("words", {"words": "\x00"}, "words"),
        ("words", {"words": "neno " * 5000}, "words"),
        ("contact", {}, "reach"),
        ("contact", {"reach": "phone"}, "phone"),
        ("contact", {"reach": "phone", "phone": "+1 876 555 0123"}, "phone"),
        ("contact", {"reach": "none", "allows": "everything"}, "allows"),
    ],
)
def test_what_cannot_be_understood_is_asked_again_beside_its_field(citizen, question, wrong, field):
    citizen.until(question)

    response = citizen.answer(**wrong)

    assert response.status_code == 400
    assert re.search(rf'href="#id_{field}(_0)?"', text_of(response))
    assert question not in Draft.objects.get().answers


def test_a_question_before_its_turn_leads_to_the_one_whose_turn_it_is(citizen):
    citizen.begin()

    answers = [citizen.client.get(f"/submit/{citizen.token}/{name}/") for name in ("contact", "ward", "near")]
    early = citizen.send()

    assert {answer["Location"] for answer in [*answers, early]} == {f"/submit/{citizen.token}/subject/"}
    assert Complaint.objects.count() == 0


def test_about_an_office_it_does_not_go_there_and_is_never_offered_to_be_public(citizen):
    citizen.until("contact", office={"about_level": "kata", "about_post": "officer", "came_back": "told_to_return"})
    asked = text_of(citizen.client.get(citizen.at))
    citizen.answer(**UNNAMED)
    citizen.send()

    case = Complaint.objects.get()
    assert (case.about_office.code, case.about_post, case.came_back) == ("12103", "officer", "told_to_return")
    assert 'value="lend"' in asked and 'value="public"' not in asked


def test_what_is_allowed_is_kept_with_the_case(citizen):
    citizen.until("", contact=CALLS | {"allows": ["public", "lend"]}).send()

    case = Complaint.objects.get()
    assert (case.is_public, case.lends_name) == (True, True)


def test_who_says_no_number_gives_none_even_if_one_was_typed(citizen):
    citizen.until("", contact={"reach": "none", "phone": "0754 123", "name": "Asha", "allows": ["lend"]}).send()

    case = Complaint.objects.get()
    assert (case.citizen, case.citizen_name, case.lends_name) == (None, "", False)


# Exactly once; Back, reload and two tabs.


def test_pressed_twice_it_is_one_complaint_and_one_receipt(citizen):
    citizen.until("")
    check = f"/submit/{citizen.token}/"

    first, second = citizen.client.post(check), citizen.client.post(check)

    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_pressed_in_six_tabs_at_once_it_is_one_complaint():
    citizen = Citizen().until("")
    answers, start = [], threading.Barrier(6)

    def press():
        tab = Client()
        tab.cookies = citizen.client.cookies.copy()
        start.wait()
        answers.append(tab.post(f"/submit/{citizen.token}/"))
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert {(answer.status_code, answer["Location"]) for answer in answers} <= {
        (303, f"/submit/{Complaint.objects.get().reference}/"), (302, f"/submit/{Complaint.objects.get().reference}/")
    }  # fmt: skip


def test_the_first_button_pressed_twice_begins_one_draft(citizen):
    page = text_of(citizen.client.get("/submit/"))
    token = re.search(r'name="token" value="([0-9a-f]{32})"', page)[1]

    answers = [citizen.client.post("/submit/", {"token": token, "kind": "praise"})["Location"] for _ in range(2)]

    assert answers == [f"/submit/{token}/subject/"] * 2
    assert Draft.objects.count() == 1


def test_going_back_after_it_was_sent_leads_to_the_receipt(citizen):
    citizen.until("").send()
    token, receipt = Draft.objects.get().token, citizen.at

    answers = [citizen.client.get(f"/submit/{token}/{name}") for name in ("", "words/", "kind/")]
    changed = citizen.client.post(f"/submit/{token}/words/", {"words": "Mengine."})

    assert {answer["Location"] for answer in [*answers, changed]} == {receipt}
    assert Complaint.objects.get().words == WORDS


def test_an_answer_changed_in_another_tab_is_what_is_sent(citizen):
    citizen.until("")
    citizen.client.get(f"/submit/{citizen.token}/")
    citizen.client.post(f"/submit/{citizen.token}/words/", {"words": "Pia umeme."})

    citizen.send()

    assert Complaint.objects.get().words == "Pia umeme."


def test_two_complaints_in_two_tabs_are_two(citizen):
    other = Citizen()
    citizen.until("")
    other.client = citizen.client
    other.until("", words={"words": "Taka hazizolewi."})

    citizen.send(), other.send()

    assert set(Complaint.objects.values_list("words", flat=True)) == {WORDS, "Taka hazizolewi."}


def test_our_own_fault_loses_nothing_and_the_next_press_sends_it(citizen, monkeypatch):
    citizen.until("")
    citizen.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(actions, "lodge", lambda *args, **kwargs: 1 / 0)
        failed = citizen.send()

    second = citizen.send()

    assert (failed.status_code, second.status_code) == (500, 303)
    assert Complaint.objects.get().words == WORDS


# Drafts survive, on the server, and not for ever.


def test_what_was_begun_is_offered_on_the_first_page_and_goes_on_where_it_stood(citizen):
    citizen.until("words")

    page = text_of(citizen.client.get("/submit/"))
    gone_on = citizen.client.get(f"/submit/{citizen.token}/")

    assert f'href="/submit/{citizen.token}/"' in page
    assert gone_on["Location"] == f"/submit/{citizen.token}/words/"


def test_no_word_and_no_number_stands_in_a_cookie(citizen):
    citizen.until("")

    jar = str(citizen.client.cookies)

    assert "Bomba" not in jar and "754123456" not in jar and "Asha" not in jar
    assert citizen.client.cookies["draft"]["httponly"]


def test_a_draft_opens_in_no_other_browser(citizen):
    citizen.until("")
    stranger = Citizen()

    answers = [stranger.client.get(f"/submit/{citizen.token}/{name}") for name in ("", "words/")]
    answers.append(stranger.client.post(f"/submit/{citizen.token}/", {}))
    answers.append(stranger.client.post(f"/submit/{citizen.token}/words/", {"words": "Nimeingia."}))

    assert {answer["Location"] for answer in answers} == {"/submit/"}
    assert Draft.objects.get().answers["words"] == {"words": WORDS}


def test_an_answer_to_a_draft_that_is_gone_is_kept_in_a_new_one(citizen):
    citizen.until("words")
    Draft.objects.all().delete()

    citizen.answer(words=WORDS)

    assert Draft.objects.get().answers["words"] == {"words": WORDS}
    assert citizen.asked == "kind"


def test_erased_it_is_gone(citizen):
    citizen.until("contact", papers={"papers": SimpleUploadedFile("a.jpg", photo(size=(64, 48)))})

    citizen.answer(erase="1")

    assert (Draft.objects.count(), DraftFile.objects.count()) == (0, 0)


def test_two_days_after_the_last_touch_it_is_forgotten(citizen):
    citizen.until("words")
    now = database_now()

    early, late = drafts.forget_old(now + dt.timedelta(hours=47)), drafts.forget_old(now + dt.timedelta(hours=49))

    assert (early, late, Draft.objects.count()) == (0, 1, 0)


def test_of_what_was_sent_the_draft_keeps_nothing(citizen):
    citizen.until("").send()

    draft = Draft.objects.get()
    assert (draft.answers, draft.files.count(), draft.complaint) == ({}, 0, Complaint.objects.get())


def test_from_one_address_so_many_drafts_are_begun_and_no_more(citizen, monkeypatch):
    monkeypatch.setattr(asking, "MOST_BEGUN", 3)

    begun = [Citizen().begin().status_code for _ in range(4)]

    assert set(begun) == {303}
    assert Draft.objects.count() == 3


# Photos and voice.


def files(*contents):
    return [SimpleUploadedFile(f"{number}.bin", content) for number, content in enumerate(contents)]


def test_photos_and_a_voice_note_come_with_the_case(citizen, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    citizen.until("", papers={"papers": files(photo(size=(64, 48)), ogg())})
    looked_over = text_of(citizen.client.get(citizen.at))
    citizen.send()

    case = Complaint.objects.get()
    assert [each.media_type for each in Attachment.objects.filter(complaint=case).order_by("id")] == [
        "image/jpeg",
        "audio/ogg",
    ]
    assert list(Entry.objects.filter(complaint=case).order_by("number").values_list("move", "actor_kind")) == [
        ("lodge", "citizen"), ("attach", "citizen"), ("attach", "citizen"),
    ]  # fmt: skip
    assert "Photos and voice" in looked_over


def test_a_fourth_file_and_what_is_no_photo_are_refused_in_words_and_the_others_stay(citizen):
    citizen.until("papers")
    pictures = [photo(size=(64, 48 + number)) for number in range(4)]

    citizen.client.post(citizen.at, {"papers": files(*pictures[:2])})
    too_many = citizen.client.post(citizen.at, {"papers": files(*pictures[2:])})
    no_photo = citizen.client.post(citizen.at, {"papers": files(b"MZ\x90\x00 a program")})
    again = citizen.client.post(citizen.at, {"papers": files(pictures[0])})

    assert (too_many.status_code, no_photo.status_code, again.status_code) == (400, 400, 303)
    assert "At most 3 files" in text_of(too_many)
    assert "voice notes can be attached" in text_of(no_photo)
    assert DraftFile.objects.count() == 2


def test_a_file_is_taken_out_again(citizen):
    citizen.until("papers")
    citizen.client.post(citizen.at, {"papers": files(photo(size=(64, 48)))})
    page = text_of(citizen.back_to("papers"))
    number = re.search(r'name="remove" value="(\d+)"', page)[1]

    response = citizen.client.post(citizen.at, {"remove": number})
    nonsense = citizen.client.post(citizen.at, {"remove": "9" * 30})

    assert (response.status_code, nonsense.status_code, DraftFile.objects.count()) == (200, 200, 0)


# Where the telephone says it is.


def test_the_point_is_kept_for_the_officer(citizen):
    point = {"latitude": "-6.823500", "longitude": "39.269500", "accuracy": "24.6"}
    citizen.until("", council={"council": "120"} | point).send()

    case = Complaint.objects.get()
    assert (case.latitude, case.longitude, case.accuracy) == (-6.8235, 39.2695, 24)


@pytest.mark.parametrize("latitude", ["", "91", "nan", "inf", "-inf", "1e400", "hapa", "٣"])
def test_a_point_that_lies_nowhere_is_passed_over(citizen, latitude):
    citizen.until("", council={"council": "120", "latitude": latitude, "longitude": "39.2", "accuracy": "inf"}).send()

    assert Complaint.objects.get().latitude in (None, 3.0)


# Reported already?


def a_public_case(**more):
    citizen = Citizen().until("", contact=UNNAMED | {"allows": ["public"]}, **more)
    citizen.send()
    return Complaint.objects.latest("id")


def test_a_public_case_of_the_same_ward_and_subject_is_offered_and_can_be_followed_instead(citizen):
    other = a_public_case(words={"words": "Maji yanamwagika, piga 0754 999 888."})
    citizen.until("near")

    page = text_of(citizen.client.get(citizen.at))
    followed = citizen.answer(same=other.reference)

    assert other.reference in page and "Maji yanamwagika, piga …" in page
    assert "999" not in page
    assert followed["Location"] == f"/cases/{other.reference}/"


def test_none_of_them_goes_on(citizen):
    a_public_case()
    citizen.until("near")

    citizen.answer(same="none")

    assert citizen.asked == "office"


@pytest.mark.parametrize(
    "hidden",
    [{"is_public": False}, {"category": "afya"}, {"place": "160"}],
)
def test_a_case_that_is_closed_to_others_or_of_something_else_is_not_offered(citizen, hidden):
    from tests.workflows.stories import category, office

    other = a_public_case()
    made = {"is_public": bool, "category": category, "place": office}
    Complaint.objects.filter(pk=other.pk).update(**{name: made[name](value) for name, value in hidden.items()})

    citizen.until("office")

    assert Draft.objects.get(token=citizen.token).answers["near"] == {"same": "nothing"}


# Once boundaries are loaded, the position fills in the ward.

HERE = {"latitude": "-6.85", "longitude": "39.25", "accuracy": "30"}


@pytest.fixture
def tabata_on_the_map(db):
    office = Office.objects.get(code="12103")
    ring = "((39.2,-6.9),(39.3,-6.9),(39.3,-6.8),(39.2,-6.8))"
    Boundary.objects.create(office=office, part=0, ring=ring, west=39.2, east=39.3, south=-6.9, north=-6.8)
    forget()


def test_the_position_fills_in_council_and_ward(citizen, tabata_on_the_map):
    citizen.until("council")
    asked = text_of(citizen.client.get(citizen.at))

    citizen.answer(**HERE)

    answers = Draft.objects.get().answers
    assert "data-sends" in asked
    assert (answers["council"]["council"], answers["ward"], citizen.asked) == ("120", {"ward": "12103"}, "street")


@pytest.mark.parametrize("there", [{"latitude": "-7.5"}, {"accuracy": "3000"}, {"council": "160"}])
def test_a_position_that_is_elsewhere_unsure_or_of_another_council_fills_in_nothing(citizen, tabata_on_the_map, there):
    citizen.until("council")

    citizen.answer(**(HERE | {"council": "120"} | there))

    assert citizen.asked == "ward"


def test_a_position_in_no_ward_asks_for_the_council(citizen, tabata_on_the_map):
    citizen.until("council")

    assert citizen.answer(**(HERE | {"latitude": "-7.5"})).status_code == 400
