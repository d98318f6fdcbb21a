"""Following a complaint: nothing without proof, and with it everything that is the citizen's."""

import datetime as dt
import re
import statistics
import time

import pytest

from channels_in import phone_proof, proof
from channels_in.incoming import Incoming
from channels_in.intake import lodge
from channels_in.models import Message, SentCode
from complaints.categories import categories
from complaints.models import Complaint, Entry
from complaints.references import new_reference
from notices.models import Notice
from notices.rendering import render
from offices import actors
from offices.models import Office, User
from workflows import actions

PHONE = "+255754123456"
WORDS = "Bomba la maji limepasuka, SIRI-YA-ASHA."


def subject(code):
    return next(category for category in categories().values() if category.code == code)


@pytest.fixture
def now(db):
    from offices.clock import database_now

    return database_now()


@pytest.fixture
def case(now):
    """A complaint about water at the city council, from a phone."""
    place = Office.objects.get(code="12103")
    said = Incoming("web", "a" * 32, WORDS, sender=PHONE, category=subject("maji"), place=place)
    return lodge(said, now).case


@pytest.fixture
def officer(now):
    return actors.person(User.objects.get(username="afisa.120.maji"), at=now)


def text_of(response):
    """The page without what is different in every answer: tokens, and what the person wrote."""
    page = re.sub(r'value="[^"]*"', "", response.content.decode())
    return re.sub(r'(name="csrfmiddlewaretoken"|name="token")[^>]*', "", page)


def prove(client, case):
    return client.post("/track/", {"reference": case.reference, "code": proof.code_of(case.secret)})


def main_task(case):
    return case.task_set.select_related("process").get(finished=None)


def answer_it(case, officer, at):
    taken = actions.take(main_task(case), by=officer, at=at)
    return actions.answer(taken.task, answer="Bomba limetengenezwa leo.", by=officer, at=at)


# Without proof.


def test_without_proof_every_answer_is_the_same_whether_the_complaint_exists_or_not(client, case):
    nobodys = new_reference(case.received_at)
    other = lodge(Incoming("web", "b" * 32, "Nyingine.", sender="+255754000000"), case.received_at).case
    asked = [
        {"reference": case.reference, "code": "0000-0000-0000-0000"},
        {"reference": nobodys, "code": "0000-0000-0000-0000"},
        {"reference": case.reference, "code": proof.code_of(other.secret)},  # somebody else's code
        {"reference": nobodys, "code": proof.code_of(case.secret)},
        {"reference": case.reference, "code": "123456"},
        {"reference": nobodys, "code": "123456"},
        {"reference": case.reference, "code": PHONE},  # a number that others may know proves nothing
        {"reference": nobodys, "code": PHONE},
        {"reference": case.reference, "code": "\u202eSIRI 🔑"},
    ]

    answers = [type(client)().post("/track/", form) for form in asked]

    assert {answer.status_code for answer in answers} == {200}
    assert len({text_of(answer) for answer in answers}) == 1
    assert not any("SIRI-YA-ASHA" in text_of(answer) for answer in answers)


def test_asking_for_a_code_is_answered_alike_and_sends_one_only_to_the_complaints_own_phone(client, case):
    nobodys = new_reference(case.received_at)
    asked = [(case.reference, PHONE), (case.reference, "0754 000 000"), (nobodys, PHONE)]
    before = Notice.objects.count()

    answers = [
        type(client)().post("/track/", {"move": "send_code", "reference": reference, "phone": phone})
        for reference, phone in asked
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert len({text_of(answer) for answer in answers}) == 1
    assert Notice.objects.count() == before + 1
    sent = Notice.objects.latest("id")
    assert (sent.kind, sent.address, sent.case_id) == ("code", PHONE, None)


@pytest.mark.parametrize("code", ["0000-0000-0000-0000", "123456"])
def test_the_answer_takes_as_long_when_there_is_no_such_complaint(client, case, code):
    def milliseconds(reference):
        began = time.perf_counter()
        proof.case_proved(reference, code, case.received_at)
        return (time.perf_counter() - began) * 1000

    nobodys = new_reference(case.received_at)
    pairs = [(milliseconds(case.reference), milliseconds(nobodys)) for _ in range(60)]

    there, not_there = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert abs(there - not_there) < max(0.5, 0.5 * there)


def test_what_can_be_no_reference_is_said_at_once(client, db):
    for wrong in ["264831920577", "2648", "", "ABCD-EFGH-IJKL", "2" * 5000]:
        response = client.post("/track/", {"reference": wrong, "code": "0000-0000-0000-0000"})

        assert response.status_code == 400
        assert 'href="#id_reference"' in response.content.decode()


def test_after_twenty_wrong_codes_the_door_stays_shut_for_a_while(client, case):
    wrong = {"reference": case.reference, "code": "0000-0000-0000-0000"}

    answers = [client.post("/track/", wrong).status_code for _ in range(21)]

    assert answers == [200] * 20 + [429]
    assert prove(client, case).status_code == 429


def test_no_move_is_made_without_proof(client, case):
    entries = Entry.objects.count()

    for move in ["add_words", "withdraw", "reply", "confirm", "dispute", "reopen"]:
        sent = {"move": move, "reference": case.reference, "words": "Ongeza.", "token": "c" * 32}
        assert client.post("/track/", sent).status_code == 403

    assert Entry.objects.count() == entries
    assert not Message.objects.exists()


# With proof.


@pytest.mark.parametrize("written", [str.upper, lambda code: code.replace("-", ""), lambda code: f" {code} ", str])
def test_the_receipts_code_opens_the_case_however_it_is_typed(client, case, written):
    response = client.post(
        "/track/", {"reference": case.reference_written, "code": written(proof.code_of(case.secret))}
    )

    assert (response.status_code, response["Location"]) == (303, "/track/")
    assert "SIRI-YA-ASHA" in client.get("/track/").content.decode()


def test_letters_that_look_alike_are_taken_for_one_another():
    assert proof._bare("O1lI-o0") == proof._bare("0111-00")


def test_the_code_sent_to_the_phone_opens_the_case_and_a_second_press_does_too(client, case):
    client.post("/track/", {"move": "send_code", "reference": case.reference, "phone": "0754 123 456"})
    code = Notice.objects.get(kind="code").facts["code"]

    first = client.post("/track/", {"reference": case.reference, "code": f"{code[:3]} {code[3:]}"})
    again = type(client)().post("/track/", {"reference": case.reference, "code": code})  # without the first's cookie

    assert (first.status_code, again.status_code) == (303, 303)
    assert code in render(Notice.objects.get(kind="code"))
    assert code not in SentCode.objects.get().digest


def test_a_sent_code_bears_five_tries_and_ten_minutes(case, now):
    phone_proof.send_code(case.reference, PHONE, at=now)
    code = Notice.objects.get(kind="code").facts["code"]
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    late = phone_proof.is_sent_code(case, code, at=now + dt.timedelta(minutes=10))
    tries = [phone_proof.is_sent_code(case, wrong, at=now) for _ in range(5)]

    assert (late, any(tries)) == (False, False)
    assert not phone_proof.is_sent_code(case, code, at=now)


def test_a_code_that_has_opened_is_worthless_after_a_minute_and_five_wrong_ones_end_it_at_once(case, now):
    phone_proof.send_code(case.reference, PHONE, at=now)
    code = Notice.objects.get(kind="code").facts["code"]
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    at_once = phone_proof.is_sent_code(case, code, at=now)
    late = phone_proof.is_sent_code(case, code, at=now + dt.timedelta(seconds=61))
    tries = [phone_proof.is_sent_code(case, wrong, at=now) for _ in range(5)]

    assert (at_once, late, any(tries)) == (True, False, False)
    assert not phone_proof.is_sent_code(case, code, at=now)


def test_a_fourth_code_within_the_hour_is_not_sent(case, now):
    for minute in range(6):
        phone_proof.send_code(case.reference, PHONE, at=now + dt.timedelta(minutes=minute))

    assert Notice.objects.filter(kind="code").count() == SentCode.objects.count() == 3


def test_the_code_of_one_case_opens_no_other(client, case, now):
    other = lodge(Incoming("web", "b" * 32, "Nyingine.", sender=PHONE), now).case
    phone_proof.send_code(case.reference, PHONE, at=now)

    code = Notice.objects.get(kind="code").facts["code"]

    assert not phone_proof.is_sent_code(other, code, at=now)
    assert not phone_proof.is_sent_code(None, code, at=now)


def test_the_proof_lasts_half_an_hour_after_its_last_use(client, case, now):
    prove(client, case)
    session = client.session

    assert proof.proved(session, now + dt.timedelta(minutes=29)) == case
    assert proof.proved(session, now + dt.timedelta(minutes=58)) == case
    assert proof.proved(session, now + dt.timedelta(minutes=89)) is None


def test_closing_on_this_phone_closes_it(client, case):
    prove(client, case)

    client.post("/track/", {"move": "leave"})

    assert "SIRI-YA-ASHA" not in client.get("/track/").content.decode()


def test_what_staff_write_for_one_another_is_not_shown(client, case, officer, now):
    taken = actions.take(main_task(case), by=officer, at=now)
    actions.add_words(taken.task, words="NDANI: mlalamikaji msumbufu", by=officer, at=now)
    actions.give_back(taken.task, by=officer, at=now, reason="NDANI: likizo")
    actions.read(case, by=officer, at=now)

    prove(client, case)
    page = client.get("/track/").content.decode()

    assert "NDANI" not in page
    assert officer.user.get_full_name() not in page
    assert page.count("mlm-steps__step") == 2  # received, taken


def test_a_discreet_case_says_neither_office_nor_its_words(client, now):
    place = Office.objects.get(code="12103")
    said = Incoming("web", "d" * 32, WORDS, sender=PHONE, category=subject("rushwa"), place=place)
    case = lodge(said, now).case

    prove(client, case)
    page = client.get("/track/").content.decode()

    assert case.reference_written in page
    assert "SIRI-YA-ASHA" not in page
    assert "Rushwa" not in page and "Maadili" not in page and "Ilala" not in page


# What the citizen does.


def move(client, case, name, words="", token="e" * 32):
    form = {"move": name, "reference": case.reference, "words": words, "token": token}
    client.cookies["django_language"] = "en"
    return client.post("/track/", form)


def test_adding_words_twice_adds_them_once(client, case):
    prove(client, case)

    first, second = (move(client, case, "add_words", "Na leo pia.") for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert Entry.objects.filter(move="add_words").count() == 1
    assert "Na leo pia." in client.get("/track/").content.decode()


def test_a_question_is_answered_on_the_page(client, case, officer, now):
    taken = actions.take(main_task(case), by=officer, at=now)
    actions.ask(taken.task, question="Nyumba namba ngapi?", by=officer, at=now)
    prove(client, case)
    asked = client.get("/track/").content.decode()

    empty = move(client, case, "reply")
    sent = move(client, case, "reply", "Namba 14.", token="f" * 32)

    assert "Nyumba namba ngapi?" in asked
    assert (empty.status_code, sent.status_code) == (400, 303)
    assert Complaint.objects.get(pk=case.pk).state == "in_hand"


def test_settled_says_the_citizen(client, case, officer, now):
    answer_it(case, officer, now)
    prove(client, case)
    asked = client.get("/track/").content.decode()

    sent = move(client, case, "confirm")

    assert "Bomba limetengenezwa leo." in asked
    assert sent.status_code == 303
    assert Complaint.objects.values_list("state", "outcome").get(pk=case.pk) == ("closed", "confirmed")


def test_not_settled_goes_one_office_up(client, case, officer, now):
    answer_it(case, officer, now)
    prove(client, case)

    move(client, case, "dispute", "Bado linavuja.")

    assert main_task(case).queue.office.level == "wilaya"
    assert Entry.objects.select_related("said").get(move="dispute").said.for_citizen == "Bado linavuja."


def test_a_move_that_is_not_open_is_refused_in_words_and_changes_nothing(client, case):
    prove(client, case)
    entries = Entry.objects.count()

    for name in ["confirm", "dispute", "reply", "reopen"]:
        response = move(client, case, name, "Ndiyo.", token=f"{name:0<32}".encode().hex()[:32])

        assert response.status_code == 409
        assert "This is not possible as the complaint stands now." in response.content.decode()

    assert Entry.objects.count() == entries


def test_a_withdrawn_complaint_can_be_opened_again(client, case):
    prove(client, case)
    move(client, case, "withdraw")
    closed = Complaint.objects.get(pk=case.pk).state

    move(client, case, "reopen", token="1" * 32)

    assert (closed, Complaint.objects.get(pk=case.pk).state) == ("closed", "queued")


def test_who_gave_no_number_can_do_all_this_too(client, now):
    said = Incoming("web", "9" * 32, WORDS, category=subject("maji"), place=Office.objects.get(code="12103"))
    case = lodge(said, now).case
    prove(client, case)

    assert move(client, case, "add_words", "Zaidi.").status_code == 303
    assert move(client, case, "withdraw", token="2" * 32).status_code == 303
    assert Complaint.objects.get(pk=case.pk).outcome == "withdrawn"


def test_words_too_long_stay_in_the_field(client, case):
    prove(client, case)

    response = move(client, case, "add_words", "neno " * 5000)

    assert response.status_code == 400
    assert "neno neno" in response.content.decode()
    assert not Entry.objects.filter(move="add_words").exists()


# Nothing that was typed is lost.


def field_of(response, move):
    """Give what stands in the field of a move on the page."""
    return re.search(rf'<textarea[^>]*id="words-{move}"[^>]*>\n?(.*?)</textarea>', response.content.decode(), re.S)[1]


def test_words_for_a_move_that_is_gone_stand_ready_to_be_added(client, case):
    prove(client, case)

    response = move(client, case, "reply", "Nyumba namba 14.")

    assert response.status_code == 409
    assert field_of(response, "add_words") == "Nyumba namba 14."
    assert re.search(r"<details[^>]* open>\s*<summary[^>]*><span[^>]*>Add something", response.content.decode())


def test_words_of_a_form_sent_before_with_others_stay_in_their_field(client, case):
    prove(client, case)
    move(client, case, "add_words", "Na leo pia.")

    response = move(client, case, "add_words", "Na kesho.")

    assert (response.status_code, field_of(response, "add_words")) == (409, "Na kesho.")


def test_words_for_a_complaint_that_is_closed_for_good_are_shown(client, case):
    prove(client, case)
    done = actions.withdraw(main_task(case), by=actors.citizen(case.citizen_id, via="web"), at=case.received_at)
    actions.end(done.task, at=done.task.due_at)

    response = move(client, case, "add_words", "Bado tatizo lipo.")

    assert response.status_code == 409
    assert "Bado tatizo lipo." in response.content.decode()


def test_words_sent_after_the_half_hour_wait_behind_the_code(client, case):
    over = move(client, case, "add_words", "Na leo pia.")
    kept = re.search(r'name="kept" value="([^"]*)"', over.content.decode())[1]
    form = {"reference": case.reference, "kept": kept}

    wrong = client.post("/track/", form | {"code": "0000-0000-0000-0000"})
    sending = client.post("/track/", form | {"move": "send_code", "phone": PHONE})
    opened = client.post("/track/", form | {"code": proof.code_of(case.secret)})

    assert (over.status_code, kept) == (403, "Na leo pia.")
    assert all('name="kept" value="Na leo pia."' in each.content.decode() for each in (wrong, sending))
    assert (opened.status_code, field_of(opened, "add_words")) == (200, "Na leo pia.")


def test_not_settled_after_the_lapse_opens_it_again(client, case, officer, now):
    answered = answer_it(case, officer, now)
    prove(client, case)
    actions.lapse(answered.task, at=answered.task.due_at)

    response = move(client, case, "dispute", "Bado linavuja.")

    assert response.status_code == 303
    assert Complaint.objects.get(pk=case.pk).state == "queued"
    assert Entry.objects.select_related("said").get(move="reopen").said.for_citizen == "Bado linavuja."


def test_beside_words_added_to_a_closed_complaint_stands_that_nobody_is_told(client, case):
    prove(client, case)
    move(client, case, "withdraw")

    page = client.get("/track/").content.decode()

    assert "It is closed: we keep your words, but nobody is told of them. Not settled? Open it again." in page


def test_a_day_gone_by_is_promised_on_no_page_and_in_no_notice(client, now):
    said = Incoming(
        "web", "8" * 32, WORDS, sender=PHONE, category=subject("maji"), place=Office.objects.get(code="12103"),
        received_at=now - dt.timedelta(days=300),
    )  # fmt: skip
    case = lodge(said, now).case
    prove(client, case)

    pages = [client.get(url).content.decode() for url in ("/track/", f"/submit/{case.reference}/")]

    assert main_task(case).due_at < now
    assert "due" not in Notice.objects.get().facts
    assert not any("You hear from them by" in text for text in pages)
