"""What the tests of the ways in share: refusals are read in English, and a phone that writes to us."""

import pytest
from django.utils.translation import override

from tests.channels_in.phones import Phone


@pytest.fixture(autouse=True)
def words_in_english(in_english):
    """Compare the words of refusals in English."""


@pytest.fixture
def in_swahili(words_in_english):
    """Compare words in Swahili after all."""
    with override("sw"):
        yield


@pytest.fixture
def phone():
    """Give a phone that writes to us."""
    return Phone()
