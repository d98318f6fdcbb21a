"""What the tests of the clock share: refusals are read in English."""

import pytest


@pytest.fixture(autouse=True)
def words_in_english(in_english):
    """Compare the words of refusals in English."""
