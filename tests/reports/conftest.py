"""What tests of reports share."""

import pytest

from tests.workflows.desk.conftest import Desk


@pytest.fixture
def desk(db, client):
    """Give a desk at which nobody sits yet; its pages are in English."""
    client.cookies["django_language"] = "en"
    return Desk(client)
