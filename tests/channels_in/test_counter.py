"""The complaints desk: who may enter, from which day the clock runs, and who may see the receipt."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from channels_in import proof
from channels_in.models import Fate, Message
from complaints.models import Attachment, Category, Complaint, Entry
from notices.models import Notice
from notices.rendering import render
from offices import actors
from offices.clock import database_now
from offices.kept import forget
from offices.models import Office, Posting, User
from tests.pictures import photo
from workflows import actions
from workflows.refusals import EvidenceMissing

WORDS = "Taka hazijazolewa sokoni wiki mbili."
URL = "/desk/counter/"


@pytest.fixture
def clerk(client, db):
    """Let the clerk of ward 12103 log in."""
    user = User.objects.get(username="karani.12103")
    client.force_login(user)
    return user


@pytest.fixture
def media(settings, tmp_path):
    """Keep files in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def today():
    return timezone.localdate(database_now())


def token_in(response):
    return re.search(r'name="token" value="([0-9a-f]{32})"', response.content.decode())[1]


@pytest.fixture
def enter(client):
    """Fill in the clerk's form and send it."""

    def send(token="", **changes):
        token = token or token_in(client.get(URL))
        form = {
            "token": token, "words": WORDS, "kind": "complaint", "arrival": "in_person", "language": "sw", "council": "120",
            "received_on": f"{today():%d/%m/%Y}",
        }  # fmt: skip
        return client.post(URL, form | changes)

    return send


# Who may.


def test_who_is_not_logged_in_is_asked_to(client, db):
    response = client.get(URL)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("username", ["afisa.120.maji", "msimamizi.120.maji", "kiongozi.1", "mkaguzi.1", "mfumo.1"])
def test_only_clerks_enter_complaints(client, db, username):
    client.force_login(User.objects.get(username=username))

    assert client.get(URL).status_code == 403
    assert client.post(URL, {"words": WORDS}).status_code == 403
    assert Message.objects.count() == 0


def test_a_posting_that_is_over_opens_no_counter(client, clerk):
    Posting.objects.filter(user=clerk).update(valid_to=today() - dt.timedelta(days=1))

    assert client.get(URL).status_code == 403


# The contract of every way in: real, doubled, empty, our own fault.


def test_what_the_clerk_enters_is_lodged_with_who_when_and_how(client, clerk, enter):
    day = today() - dt.timedelta(days=2)
    response = enter(
        arrival="letter", received_on=f"{day:%d/%m/%Y}", category="taka", phone="0754 123 456", name="Asha Juma",
        landmark="Soko la Kata", came_back="told_to_return", language="en",
    )  # fmt: skip

    case = Complaint.objects.select_related("citizen").get()
    assert (response.status_code, response["Location"]) == (303, f"{URL}{case.reference}/")
    assert (case.channel, case.arrival, case.words, case.language) == ("counter", "letter", WORDS, "en")
    assert (case.citizen.phone, case.citizen.name, case.came_back) == ("+255754123456", "Asha Juma", "told_to_return")
    assert timezone.localdate(case.received_at) == day
    assert case.entered_at > case.received_at
    entry = Entry.objects.get()
    assert (entry.move, entry.actor, entry.via) == ("lodge", clerk, "counter")
    assert (Notice.objects.get().address, Notice.objects.get().language) == ("+255754123456", "en")


def test_the_clock_runs_from_the_day_the_citizen_spoke(client, clerk, enter):
    enter(category="maji")
    enter(category="maji", received_on=f"{today() - dt.timedelta(days=28):%d/%m/%Y}")

    new, old = (case.task_set.get(finished=None).due_at for case in Complaint.objects.order_by("id"))
    assert dt.timedelta(days=26) <= new - old <= dt.timedelta(days=32)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"council": "none"}, "12103"),
        ({"council": "120"}, "12103"),
        ({"council": "160"}, "160"),
        ({"council": "160", "place": "Mburahati"}, "16101"),
        ({"council": "120", "place": "???", "place_choice": "none"}, "120"),
    ],
)
def test_without_a_place_the_clerks_own_office_is_the_place(clerk, enter, said, place):
    enter(category="taka", **said)

    assert Complaint.objects.get().place.code == place


def test_a_second_press_is_no_second_complaint_and_leads_to_the_same_receipt(client, clerk, enter):
    token = token_in(client.get(URL))

    first, second = enter(token=token), enter(token=token)

    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1


def test_the_same_form_with_other_words_is_asked_about(client, clerk, enter):
    token = token_in(client.get(URL))
    enter(token=token)

    assert enter(token=token, words="Nyingine kabisa.").status_code == 409
    assert Complaint.objects.count() == 1


def test_our_own_fault_keeps_the_words_and_the_next_try_takes_them_in(client, clerk, enter, monkeypatch):
    client.raise_request_exception = False
    token = token_in(client.get(URL))
    with monkeypatch.context() as broken:
        broken.setattr(actions, "lodge", lambda *args, **kwargs: 1 / 0)
        failed = enter(token=token)

    assert (failed.status_code, Message.objects.get().fate) == (500, Fate.FAILED)
    assert enter(token=token).status_code == 303
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"words": ""}, "words"), ({"arrival": ""}, "arrival"), ({"arrival": "ndoto"}, "arrival"),
        ({"received_on": ""}, "received_on"), ({"received_on": "jana"}, "received_on"),
        ({"received_on": "31/02/2026"}, "received_on"), ({"received_on": "01/01/2126"}, "received_on"),
        ({"received_on": "01/01/2006"}, "received_on"), ({"received_on": "1/1/1"}, "received_on"),
        ({"language": "fr"}, "language"), ({"phone": "0754"}, "phone"), ({"kind": "x"}, "kind"),
        ({"category": "siasa"}, "category"), ({"council": ""}, "council"), ({"about_post": "leader"}, "about_level"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(clerk, enter, said, field):
    response = enter(**said)

    assert response.status_code == 400
    assert re.search(rf'href="#id_{field}(_0)?"', response.content.decode())
    assert Complaint.objects.count() == Message.objects.count() == 0


def test_a_place_of_several_is_chosen(client, clerk, enter):
    offered = re.findall(r'name="place_choice" value="(\w+)"', enter(place="Amani").content.decode())

    enter(place="Amani", place_choice=offered[0])

    assert Complaint.objects.get().place.code == offered[0]


def test_the_oversight_desk_enters_a_complaint_whose_place_nobody_knows(client, enter, db):
    client.force_login(User.objects.get(username="karani.0"))

    response = enter(council="none", category="taka")

    case = Complaint.objects.get()
    assert (response.status_code, case.place) == (303, None)
    assert case.task_set.get(finished=None).queue.office.level == "mkoa"


def test_a_second_name_on_a_shared_phone_is_shown_with_its_own_complaint(client, clerk, enter):
    for name in ("Juma Said", "Asha Bakari"):
        enter(category="taka", phone="0754 123 456", name=name)
    client.force_login(User.objects.get(username="kiongozi.120"))

    shown = [client.get(f"/desk/cases/{case.reference}/").content.decode() for case in Complaint.objects.order_by("id")]

    assert ["Juma Said" in page for page in shown] == [True, False]
    assert ["Asha Bakari" in page for page in shown] == [False, True]


def test_who_comes_back_to_the_desk_finds_the_complaint_though_it_lies_elsewhere(client, clerk, enter):
    enter(category="maji")
    case, at = Complaint.objects.get(), database_now()
    officer = actors.person(User.objects.get(username="afisa.120.maji"), at=at)
    task = case.task_set.select_related("process").get(finished=None)
    taken = actions.take(task, by=officer, at=at)
    actions.answer(taken.task, answer="Bomba limetengenezwa.", by=officer, at=at)

    found = client.get("/desk/find/", {"reference": case.reference_written})
    page = client.get(found["Location"])
    task = case.task_set.get(finished=None)
    sent = client.post(f"{found['Location']}confirm/", {"task": task.pk, "state": "answered"})
    client.force_login(User.objects.get(username="karani.1210302"))
    elsewhere = client.get(found["Location"])

    assert (page.status_code, sent.status_code, elsewhere.status_code) == (200, 302, 404)
    assert "Bomba limetengenezwa." in page.content.decode()
    assert Complaint.objects.get().outcome == "confirmed"
    assert Entry.objects.get(move="confirm").actor == clerk


def test_a_day_is_taken_up_to_sixty_days_ago_and_none_to_come(client, clerk, enter):
    taken = {
        days: enter(received_on=f"{today() - dt.timedelta(days=days):%d/%m/%Y}").status_code for days in (60, 61, -1)
    }

    assert taken == {60: 303, 61: 400, -1: 400}


def test_a_place_is_taken_as_the_list_offers_it(clerk, enter):
    assert enter(council="120", place="Kisiwani, Mburahati (16101)", category="taka").status_code == 303

    assert Complaint.objects.get().place.code == "16101"


# The paper that was brought.


def a_file(content, name="barua.jpg"):
    return SimpleUploadedFile(name, content, "image/jpeg")


def test_the_paper_is_kept_with_the_case_without_what_the_scanner_hid(client, clerk, enter, media):
    client.cookies["django_language"] = "en"
    location = enter(category="taka", papers=a_file(photo()))["Location"]

    kept = Attachment.objects.select_related("complaint").get()
    entry = Entry.objects.get(move="attach")
    assert (kept.complaint.entries.count(), kept.added_by, kept.for_answer) == (2, clerk, False)
    assert (entry.via, entry.actor, entry.detail) == ("counter", clerk, f"attachment:{kept.pk}")
    assert b"Mwenye simu" not in kept.file.read()
    assert "<dt>Papers kept with it</dt><dd>1</dd>" in client.get(location).content.decode()


def test_a_paper_that_is_none_is_refused_beside_its_field_and_nothing_is_entered(clerk, enter, media):
    answer = enter(papers=a_file(b"<svg onload=alert(1)>"))

    assert (answer.status_code, Complaint.objects.count()) == (400, 0)
    assert 'href="#id_papers"' in answer.content.decode()


def test_a_paper_of_several_megabytes_is_taken_and_a_body_beyond_all_is_not(clerk, enter, media):
    large = photo(kind="PNG") + bytes(3 * 1024 * 1024)

    assert enter(category="taka", papers=a_file(large)).status_code == 303
    assert enter(category="taka", papers=a_file(bytes(21 * 1024 * 1024))).status_code == 413


def test_a_second_press_keeps_the_paper_once_and_another_paper_is_asked_about(client, clerk, enter, media):
    token = token_in(client.get(URL))
    enter(token=token, papers=a_file(photo()))
    again = enter(token=token, papers=a_file(photo()))
    other = enter(token=token, papers=a_file(photo(colour=(1, 2, 3))))

    assert (again.status_code, other.status_code, Attachment.objects.count()) == (303, 409, 1)
    assert Complaint.objects.get().reference_written in other.content.decode()


def test_where_lodging_fails_no_file_is_left(client, clerk, enter, media, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("channels_in.intake._keep_answer", lambda *args: 1 / 0)

    assert enter(papers=a_file(photo())).status_code == 500
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_the_citizens_own_paper_is_no_evidence_of_what_the_office_did(clerk, enter, media):
    Category.objects.filter(code="taka").update(evidence=True)
    forget()
    enter(category="taka", papers=a_file(photo()))
    at, case = database_now(), Complaint.objects.get()
    officer = actors.person(User.objects.get(username="afisa.12103.malalamiko"), at=at)
    taken = actions.take(case.task_set.get(finished=None), by=officer, at=at)

    with pytest.raises(EvidenceMissing):
        actions.answer(taken.task, answer="Taka zimezolewa.", by=officer, at=at)


# Before it is sent.


def look_up(client, phone="0754 123 456", **more):
    return client.post(URL, {"look": "1", "phone": phone, "words": WORDS, "token": "a" * 32} | more)


def test_a_number_shows_its_earlier_cases_and_each_notes_that_it_was_shown_once(client, clerk, enter):
    for number in ("0754 123 456", "0754 123 456", "0754 999 999"):
        enter(category="taka", phone=number)
    mine, other = Complaint.objects.filter(citizen__phone="+255754123456"), Complaint.objects.latest("pk")

    page = look_up(client).content.decode()
    look_up(client)

    assert all(case.reference_written in page for case in mine) and other.reference_written not in page
    assert WORDS in page and Complaint.objects.count() == 3
    noted = Entry.objects.filter(move="look_up")
    assert sorted(noted.values_list("complaint", "actor", "via")) == [
        (case.pk, clerk.pk, "counter") for case in mine.order_by("pk")
    ]


def test_a_number_shows_only_what_its_clerk_may_see(client, clerk, enter, db):
    enter(category="taka", phone="0754 123 456")
    enter(category="rushwa", phone="0754 123 456")
    client.force_login(User.objects.get(username="karani.120"))
    page = look_up(client).content.decode()
    client.force_login(clerk)
    own = look_up(client).content.decode()

    open_case, kept = Complaint.objects.order_by("pk")
    assert open_case.reference_written not in page and kept.reference_written not in page
    assert open_case.reference_written in own and kept.reference_written not in own
    assert list(Entry.objects.filter(move="look_up").values_list("complaint", flat=True)) == [open_case.pk]


@pytest.mark.parametrize("phone", ["", "abc", "0" * 5000, "07\x0054", "+999 1"])
def test_a_number_that_is_none_is_said_to_be_none(client, clerk, phone):
    client.cookies["django_language"] = "en"
    answer = look_up(client, phone)

    assert answer.status_code == 200
    assert "no phone number" in answer.content.decode()


def test_a_look_asks_as_little_for_many_cases_as_for_one(client, clerk, enter, django_assert_max_num_queries):
    for _number in range(12):
        enter(category="taka", phone="0754 123 456")

    with django_assert_max_num_queries(15):
        page = look_up(client).content.decode()

    assert page.count("mlm-reference") == 10


def test_the_script_gets_the_piece_alone(client, clerk, enter):
    enter(category="taka", phone="0754 123 456")

    piece = client.post(URL, {"look": "1", "phone": "0754 123 456"}, headers={"hx-request": "true"})

    assert "<html" not in piece.content.decode()
    assert Complaint.objects.get().reference_written in piece.content.decode()


def test_the_words_suggest_subject_and_place_and_a_press_fills_them_in(client, clerk):
    words = "Bomba la maji limepasuka Mburahati Kisiwani tangu Jumatatu"
    page = client.post(URL, {"suggest": "1", "words": words}).content.decode()
    place = re.search(r'value="(place:\w+)"', page)[1]
    chosen = client.post(URL, {"use": "category:maji", "words": words}).content.decode()
    placed = client.post(URL, {"use": place, "words": words}).content.decode()

    assert 'value="category:maji"' in page and words in page
    assert '<option value="maji" selected>' in chosen
    assert f"({place.removeprefix('place:')})" in re.search(r'name="place" value="([^"]+)"', placed)[1]
    assert Complaint.objects.count() == Message.objects.count() == 0


@pytest.mark.parametrize("use", ["", ":", "category:", "place:x", "place:" + "9" * 999, "words:x", "category:\x00"])
def test_a_suggestion_that_is_none_changes_nothing(client, clerk, use):
    assert client.post(URL, {"use": use, "words": WORDS}).status_code == 200


# The receipt.


def test_the_receipt_shows_number_code_and_drawing(client, clerk, enter):
    receipt = client.get(enter(category="taka")["Location"])

    case = Complaint.objects.get()
    page = receipt.content.decode()
    assert case.reference_written in page and proof.code_of(case.secret) in page and "<svg" in page
    assert "no-store" in receipt["Cache-Control"]


@pytest.mark.parametrize(("phone", "said"), [("", False), ("0754 123 456", True)])
def test_the_receipt_speaks_of_a_phone_only_where_one_was_given(client, clerk, enter, phone, said):
    client.cookies["django_language"] = "en"
    receipt = client.get(enter(category="taka", phone=phone)["Location"]).content.decode()

    assert ("from the phone you gave" in receipt) == said
    assert ("come back to this desk" in receipt) != said


def test_the_receipt_promises_no_day_gone_by(client, clerk, enter):
    client.cookies["django_language"] = "en"
    day = today() - dt.timedelta(days=59)

    old = client.get(enter(category="taka", received_on=f"{day:%d/%m/%Y}", phone="0754 123 456")["Location"])
    new = client.get(enter(category="taka", received_on=f"{today():%d/%m/%Y}")["Location"])

    assert "You hear from them by" not in old.content.decode()
    assert "You hear from them by" in new.content.decode()
    assert "due" not in Notice.objects.get().facts


def test_the_receipt_goes_by_sms_once_in_ten_minutes_and_stands_on_the_timeline(client, clerk, enter):
    client.cookies["django_language"] = "en"
    location = enter(category="taka", phone="0754 123 456")["Location"]

    pages = [client.post(f"{location}sms/", follow=True).content.decode() for _press in range(2)]

    case, sent = Complaint.objects.get(), Notice.objects.filter(kind="receipt")
    assert ["on its way" in page for page in pages] == [True, False] and "sent a moment ago" in pages[1]
    assert [notice.address for notice in sent] == ["+255754123456"]
    words = render(sent[0])
    assert case.reference_written in words and proof.code_of(case.secret) not in words
    assert list(case.entries.filter(move="send_receipt").values_list("actor", "via")) == [(clerk.pk, "counter")]


def test_no_receipt_goes_where_there_is_no_phone_or_from_another_desk(client, clerk, enter):
    bare, other = enter(category="taka")["Location"], enter(category="taka", phone="0754 123 456")["Location"]
    without = client.post(f"{bare}sms/").status_code
    client.force_login(User.objects.get(username="karani.120"))

    assert (without, client.post(f"{other}sms/").status_code, client.get(f"{other}sms/").status_code) == (409, 404, 405)
    assert not Notice.objects.filter(kind="receipt").exists()


@pytest.mark.parametrize(("category", "names_office"), [("taka", True), ("rushwa", False)])
def test_the_words_to_be_read_aloud_are_in_the_citizens_language_and_tell_the_room_nothing(
    client, clerk, enter, category, names_office
):
    page = client.get(enter(category=category, language="en", phone="0754 123 456")["Location"]).content.decode()
    aloud = re.search(r'<div class="mlm-aloud__words" lang="en">(.*?)</div>', page, re.S)[1]

    case = Complaint.objects.get()
    assert ", ".join("\u00a0".join(group) for group in case.reference_written.split("-")) in aloud
    assert "It is settled only when you say so." in aloud and ("It is with" in aloud) == names_office
    assert not any(secret in aloud for secret in (proof.code_of(case.secret), case.category.name_en, WORDS))


def test_another_desk_does_not_see_the_receipt(client, clerk, enter):
    receipt = enter(category="taka")["Location"]
    client.force_login(User.objects.get(username="karani.120"))

    assert client.get(receipt).status_code == client.get(f"{URL}268900000001/").status_code == 404


def test_a_complaint_from_another_way_in_has_no_receipt_here(client, clerk, enter):
    enter(category="taka")
    Message.objects.update(channel="web")

    assert client.get(f"{URL}{Complaint.objects.get().reference}/").status_code == 404


def test_the_next_day_the_receipt_is_put_away(client, clerk, enter):
    receipt = enter(category="taka")["Location"]
    Message.objects.update(received_at=database_now() - dt.timedelta(hours=13))

    assert client.get(receipt).status_code == 404


@pytest.mark.parametrize("said", [{"category": "rushwa"}, {"about_level": "kata", "place": "kata ya Kivukoni"}])
def test_a_colleague_at_the_same_desk_sees_it_unless_it_is_kept_from_them(client, clerk, enter, said):
    office = Office.objects.get(code="12103")
    colleague = User.objects.create(username="karani.mwingine")
    Posting.objects.create(user=colleague, office=office, role="clerk", valid_from=today())
    if "about_level" in said:
        said = {"about_level": "kata", "about_where": office.name}
    open_one, kept_one = enter(category="taka")["Location"], enter(**said)["Location"]

    own = [client.get(open_one).status_code, client.get(kept_one).status_code]
    client.force_login(colleague)
    theirs = [client.get(open_one).status_code, client.get(kept_one).status_code]

    assert (own, theirs) == ([200, 200], [200, 404])


def test_a_closed_channel_is_not_there(client, clerk, settings):
    settings.OPEN_CHANNELS = []

    answers = [client.get(URL), client.post(URL)]

    assert {answer.status_code for answer in answers} == {404}
    assert Message.objects.count() == 0
