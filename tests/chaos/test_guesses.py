"""The small form of the guessing: nothing opens."""

import random

import pytest

from channels_in.proof import case_proved, code_of
from chaos import guesses
from offices.clock import database_now

pytestmark = pytest.mark.django_db


def test_guessing_opens_nothing_and_the_right_code_still_does():
    at = database_now()
    cases = guesses.cases_to_guess(at, 5)

    found = guesses.guess(cases, 400, random.Random(12), at)

    assert (found.tried, found.opened, len(found.there), len(found.nowhere)) == (400, [], 200, 200)
    assert case_proved(cases[0].reference, code_of(cases[0].secret), at) == cases[0]
