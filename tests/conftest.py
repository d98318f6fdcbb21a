"""What every test may count on: pytest-django's database, Swahili, and Dar es Salaam's time."""

import shutil

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from tests.world import django_db_setup, empty_world, in_english, read_afresh

__all__ = ["django_db_setup", "empty_world", "in_english", "read_afresh"]

PROGRAMS = {"browser": "chromium", "kannel": "bearerbox"}


@pytest.fixture(autouse=True)
def swahili_in_dar_es_salaam(settings):
    """A test that leaves another language or time zone active must not change the next one."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(settings.TIME_ZONE):
        yield


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    """Let no test run into a limit that others have counted towards."""
    cache.clear()


def pytest_collection_modifyitems(items):
    """Leaves out what needs a program that this machine lacks; `make test` has said so, and CI has refused to start."""
    for item in items:
        for marker, program in PROGRAMS.items():
            if item.get_closest_marker(marker) and not shutil.which(program):
                item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))
