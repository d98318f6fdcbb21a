"""One story for each test."""

import pytest
from django.utils import translation

from tests.journeys.story import Story


@pytest.fixture
def story(db, monkeypatch):
    with translation.override("sw"):
        yield Story(monkeypatch)
