"""What the tests of offices share: English words, an empty world, files to load."""

import pytest


@pytest.fixture(autouse=True)
def nothing_loaded(request, in_english):
    """Begin with empty tables, where there is a database at all."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("empty_world")


@pytest.fixture
def write_csv(tmp_path):
    """Write a file of the given text or bytes; give its path."""

    def write(content, name="offices.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
