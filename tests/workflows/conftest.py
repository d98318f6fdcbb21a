"""What the tests of the flow share: refusals are read in English."""

import pytest


@pytest.fixture(autouse=True)
def words_in_english(in_english):
    """Compare the words of refusals in English."""


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    """Keep photos and papers of a test where nobody else looks."""
    settings.MEDIA_ROOT = tmp_path / "media"
