"""A reference survives paper, voice and keypads: one wrong digit is noticed, marks and lookalikes do no harm."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.luhn import calc_check_digit

from complaints.references import LENGTH, new_reference, read_reference, written

NEW_YEAR = dt.datetime(2026, 12, 31, 21, 30, tzinfo=dt.UTC)  # half past midnight in Dar es Salaam
REFERENCES = st.integers(0, 10**11 - 1).map(lambda body: f"{body:011d}").map(lambda body: body + calc_check_digit(body))


def test_a_new_reference_is_twelve_digits_and_reads_as_itself():
    references = [new_reference(NEW_YEAR) for _ in range(1000)]

    assert {(len(reference), reference.isascii() and reference.isdigit()) for reference in references} == {(12, True)}
    assert [read_reference(reference) for reference in references] == references
    assert len(set(references)) > 990  # drawn from a billion


def test_it_begins_with_the_year_on_the_calendar_of_dar_es_salaam():
    assert new_reference(NEW_YEAR)[:2] == "27"


def test_it_is_written_in_three_groups_of_four():
    assert written("264831920576") == "2648-3192-0576"


@given(REFERENCES)
def test_every_single_wrong_digit_is_noticed(reference):
    wrong = [
        reference[:place] + digit + reference[place + 1 :]
        for place in range(LENGTH)
        for digit in "0123456789"
        if digit != reference[place]
    ]

    assert [read_reference(text) for text in wrong] == [None] * 9 * LENGTH


@given(REFERENCES)
def test_every_swap_of_neighbours_is_noticed_save_of_nought_and_nine(reference):
    for place in range(LENGTH - 1):
        pair = reference[place : place + 2]
        swapped = reference[:place] + pair[::-1] + reference[place + 2 :]
        if len(set(pair)) == 2 and set(pair) != {"0", "9"}:
            assert read_reference(swapped) is None


@given(REFERENCES, st.lists(st.sampled_from(["", " ", "-", ".", "/", "_", "\u2013", "\u00a0", " - "]), min_size=12))
def test_marks_between_the_digits_do_no_harm(reference, marks):
    text = "".join(digit + mark for digit, mark in zip(reference, marks, strict=False))

    assert read_reference(text) == reference


LOOKALIKES = {"0": "0Oo", "1": "1IilL"}


@given(REFERENCES, st.data())
def test_letters_that_look_like_a_digit_are_read_as_one(reference, data):
    text = "".join(data.draw(st.sampled_from(LOOKALIKES.get(digit, digit))) for digit in reference)

    assert read_reference(text) == reference


@given(REFERENCES)
def test_it_is_read_as_it_is_written(reference):
    assert read_reference(written(reference)) == reference


@given(st.text(max_size=30))
def test_any_text_at_all_is_either_no_reference_or_twelve_digits(text):
    reference = read_reference(text)

    assert reference is None or (len(reference) == LENGTH and reference.isascii() and reference.isdigit())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2648",
        "2648-3192-057",
        "2648-3192-05766",
        "264831920577",
        "٢٦٤٨٣١٩٢٠٥٧٦",
        "２６４８３１９２０５７６",
        "26483192057b",
    ],
)
def test_what_can_be_no_reference_is_none(text):
    assert read_reference(text) is None
