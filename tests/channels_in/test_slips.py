"""Paper slips: drawn for one desk, printed, entered once each, and found by whoever took the stub home."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from stdnum import luhn

from channels_in import proof, slips
from channels_in.models import Slip, SlipBatch
from channels_in.text import LONGEST
from complaints.models import Complaint, Entry
from offices import actors
from offices.clock import database_now
from offices.models import Office, User
from tests.channels_in.test_counter import clerk

__all__ = ["clerk"]
SLIPS, DESK = "/desk/counter/slips/", "12103"
WORDS = "Taka hazijazolewa sokoni wiki mbili."


@pytest.fixture
def batch(client, clerk):
    """Draw a batch of twelve slips; pages are in English."""
    client.cookies["django_language"] = "en"
    at = database_now()
    by = actors.person(clerk, at=at, via="counter")
    return slips.issue(Office.objects.get(code=DESK), 12, by=by, at=at)


def numbers(batch):
    return list(batch.slips.order_by("position").values_list("reference", flat=True))


def enter(client, batch, *lines, **once):
    """Send lines of the page: dictionaries of what was typed, the first slips' numbers filled in."""
    sent = {"received_on": f"{timezone.localdate(database_now()):%d/%m/%Y}", "council": "120"} | once
    for index, (line, number) in enumerate(zip(lines, numbers(batch), strict=False)):
        sent |= {f"{name}-{index}": value for name, value in ({"number": number, "category": "taka"} | line).items()}
    return client.post(f"{SLIPS}{batch.number}/enter/", sent)


def test_a_batch_is_drawn_with_check_digits_and_shown_to_its_desk_alone(client, clerk):
    answers = [client.post(SLIPS, {"size": "3"}) for _batch in range(2)]
    page = client.get(answers[0]["Location"]).content.decode()
    client.force_login(User.objects.get(username="karani.120"))

    first, second = SlipBatch.objects.order_by("number")
    drawn = numbers(first) + numbers(second)
    assert [answer["Location"] for answer in answers] == [f"{SLIPS}1/", f"{SLIPS}2/"]
    assert len(set(drawn)) == 6 and all(luhn.is_valid(number) for number in drawn)
    assert all(proof.code_of(slip.secret) in page for slip in first.slips.all()) and page.count("<svg") == 3
    assert {client.get(f"{SLIPS}1/").status_code, client.get(f"{SLIPS}1/enter/").status_code} == {404}


@pytest.mark.parametrize("size", ["", "0", "101", "-1", "x", "9" * 500])
def test_a_number_of_slips_that_nobody_means_is_refused(client, clerk, size):
    assert client.post(SLIPS, {"size": size}).status_code == 422
    assert not SlipBatch.objects.exists()


@pytest.mark.parametrize("username", ["afisa.120.maji", "kiongozi.1", "mkaguzi.1", "mfumo.1"])
def test_only_clerks_draw_and_enter(client, batch, username):
    client.force_login(User.objects.get(username=username))

    answers = [
        client.get(SLIPS),
        client.post(SLIPS, {"size": "3"}),
        client.get(f"{SLIPS}1/"),
        enter(client, batch, {"words": WORDS}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert SlipBatch.objects.count() == 1 and not Complaint.objects.exists()


def test_each_line_is_entered_by_itself_and_says_what_came_of_it(client, clerk, batch):
    answer = enter(
        client,
        batch,
        {"words": WORDS, "phone": "0754 123 456"},
        {},
        {"words": WORDS, "phone": "0754"},
        {"words": "Kelele."},
    )

    page, drawn = answer.content.decode(), numbers(batch)
    assert answer.status_code == 422
    cases = Complaint.objects.order_by("pk")
    assert [case.reference for case in cases] == [drawn[0], drawn[3]]
    assert {(case.arrival, case.channel, case.desk.code) for case in cases} == {("meeting", "counter", DESK)}
    assert page.count("govuk-tag--green") == 2 and "no phone number" in page
    assert 'value="0754"' in page and WORDS in page
    assert [entry.actor for entry in Entry.objects.filter(move="lodge")] == [clerk, clerk]


def test_what_the_citizen_took_home_opens_the_complaint(client, batch):
    slip = batch.slips.get(position=1)
    before = client.post("/track/", {"reference": slip.reference, "code": proof.code_of(slip.secret)})
    enter(client, batch, {"words": WORDS})

    after = client.post("/track/", {"reference": slip.reference, "code": proof.code_of(slip.secret)}, follow=True)

    assert "do not belong together" in before.content.decode()
    assert Complaint.objects.get().reference_written in after.content.decode()


def test_a_slip_is_used_once_the_same_words_again_are_the_same_complaint(client, batch):
    first, again = enter(client, batch, {"words": WORDS}), enter(client, batch, {"words": WORDS})
    other = enter(client, batch, {"words": "Mengine kabisa."})

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 422)
    assert Complaint.objects.count() == 1
    assert "used once" in other.content.decode() and "Mengine kabisa." in other.content.decode()
    assert Slip.objects.filter(complaint__isnull=False).count() == 1


def test_the_database_keeps_that_too(client, batch):
    enter(client, batch, {"words": WORDS})

    with pytest.raises(IntegrityError), transaction.atomic():
        Slip.objects.filter(batch=batch, position=2).update(complaint=Complaint.objects.get())


@pytest.mark.parametrize("number", ["", "1234", "268900000001", "x" * 20_000, "\u0662" * 12, "2689 0000 \x00 001"])
def test_a_number_that_is_no_slip_of_the_desk_enters_nothing(client, batch, number):
    answer = enter(client, batch, {"words": WORDS, "number": number})

    assert answer.status_code == 422
    assert not Complaint.objects.exists()


def test_a_slip_of_another_desk_is_as_one_that_does_not_exist(client, clerk, batch):
    at = database_now()
    other = slips.issue(Office.objects.get(code="120"), 1, by=actors.person(clerk, at=at), at=at)

    theirs = enter(client, batch, {"words": WORDS, "number": numbers(other)[0]})
    none = enter(client, batch, {"words": WORDS, "number": "268900000001"})

    said = [re.findall(r'govuk-error-message">([^<]+)', page.content.decode()) for page in (theirs, none)]
    assert said[0] == said[1] and "of your desk" in said[0][0]


@pytest.mark.parametrize(
    ("line", "once"),
    [
        ({"category": "siasa"}, {}), ({"place": "???"}, {}), ({}, {"received_on": "kesho"}), ({}, {"council": "x"}),
        ({"words": "x" * (LONGEST + 1)}, {}), ({}, {"language": "fr"}),
    ],
)  # fmt: skip
def test_a_line_with_a_fault_is_kept_with_what_is_wrong(client, batch, line, once):
    answer = enter(client, batch, {"words": WORDS} | line, **once)

    assert answer.status_code == 422
    assert "govuk-error-message" in answer.content.decode()
    assert not Complaint.objects.exists()


def test_a_place_that_is_not_sure_says_which_there_are(client, batch):
    page = enter(client, batch, {"words": WORDS, "place": "Amani"}).content.decode()

    assert "Write one of these:" in page


def test_the_page_gives_the_next_slips_and_a_printed_page_shows_no_used_code(client, batch):
    enter(client, batch, *[{"words": WORDS}] * 10)

    following = client.get(f"{SLIPS}{batch.number}/enter/").content.decode()
    printed = client.get(f"{SLIPS}{batch.number}/").content.decode()

    left = [slip.complaint_id is None for slip in batch.slips.order_by("position")]
    assert left == [False] * 10 + [True] * 2
    assert len(re.findall(r'name="number-\d"', following)) == 2
    assert [proof.code_of(slip.secret) in printed for slip in batch.slips.order_by("position")] == left
    assert "10 of 12" in client.get(SLIPS).content.decode()


def test_the_pages_ask_little(client, batch, django_assert_max_num_queries):
    for path in (SLIPS, f"{SLIPS}1/", f"{SLIPS}1/enter/"):
        with django_assert_max_num_queries(15):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("number", ["0", "9", "9" * 30, "-1", "x"])
def test_a_batch_that_is_none_is_not_found(client, batch, number):
    assert client.get(f"{SLIPS}{number}/").status_code == 404
