"""What every test may count on: pytest-django's database, Swahili, and Dar es Salaam's time."""

import shutil

import pytest
from django.utils import timezone, translation

from tests.world import django_db_setup, empty_world, in_english, read_afresh

__all__ = ["django_db_setup", "empty_world", "in_english", "read_afresh"]

PROGRAMS = {"browser": "chromium", "kannel": "bearerbox"}


@pytest.fixture(autouse=True)
def swahili_in_dar_es_salaam(settings):
    """A test that leaves another language or time zone active must not change the next one."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(settings.TIME_ZONE):
        yield


def pytest_collection_modifyitems(items):
    """Leaves out what needs a program that this machine lacks; `make test` has said so, and CI has refused to start.

    The files that take longest come first: begun last, one of them would keep one worker busy while the others rest.
    """
    long_files = {item.path for item in items if takes_long(item)}
    items.sort(key=lambda item: item.path not in long_files)
    for item in items:
        for marker, program in PROGRAMS.items():
            if item.get_closest_marker(marker) and not shutil.which(program):
                item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))


def takes_long(item):
    """Say whether a test drives a browser, a gateway, or whole servers."""
    return any(map(item.get_closest_marker, PROGRAMS)) or item.path.parent.name in ("house", "journeys", "chaos")
