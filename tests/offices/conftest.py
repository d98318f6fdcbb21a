"""What the tests of offices share: English words, and nothing kept from the test before."""

import pytest
from django.utils import translation

from offices.kept import forget


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def read_afresh():
    forget()
    yield
    forget()


@pytest.fixture
def write_csv(tmp_path):
    """Write a file of the given text or bytes; give its path."""

    def write(content, name="offices.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
