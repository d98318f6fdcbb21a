"""The schema is published and true: schemathesis asks every operation, with a partner's key and with a citizen's token.

A longer look: `chaos/api_schema.py`.
"""

import datetime as dt

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from channels_in.api.describing import Generator
from channels_in.api.throttles import EachCaller
from channels_in.suggesting import EachAddress
from config.wsgi import application
from tests.channels_in.test_api_citizens import App, lodged, token_of

SCHEMA = "/api/v1/schema/"
PARTNER, ASHA = "key-of-jamii", "+255754123456"
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "410", "412", "413", "415", "422", "429"]
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            # A tag that is made up is that of no complaint: 412 is right.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "412"]},
            # Another version of tus is 412, more than a file may have 413.
            "negative_data_rejection": {"expected-statuses": REFUSED},
        },
        "generation": {"allow-extra-parameters": False},  # what we do not know in an address or a header is no matter
    }
)

schemathesis.openapi.format("office-code", st.sampled_from(["1", "120", "12103", "1210305", "16101"]))
schemathesis.openapi.format("phone-number", st.sampled_from(["0754 123 456", "+255754000012", "0700 000 012"]))
schemathesis.openapi.format(
    "words", st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=60)
)


@pytest.fixture
def world(db, settings, tmp_path):
    """Somebody's complaint and proofs; nobody is made to wait."""
    settings.API_KEYS = {"jamii": PARTNER}
    settings.MEDIA_ROOT = str(tmp_path)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    EachCaller.cache.clear()
    EachAddress.cache.clear()
    token = token_of(ASHA)
    return {"token": token, "reference": lodged(App(PARTNER))["reference"]}


@pytest.fixture
def api(world):
    """The schema as it is published; the server's end of a request does not end the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(SCHEMA, application, config=CONFIG)
    for signal in signals:
        signal.connect(close_old_connections)


LATELY = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(days=200)
schemathesis.openapi.format(
    "date-time", st.integers(0, 10**7).map(lambda s: (LATELY + dt.timedelta(seconds=s)).isoformat())
)
schemathesis.serializer.alias(["application/offset+octet-stream"], "application/octet-stream")

# Without the codes, which stand in the database.
OPERATIONS = [
    (path, method)
    for path, methods in Generator().get_schema(request=None, public=True)["paths"].items()
    for method in methods
]
OF_CITIZENS = ("list_complaints", "end_token", "send_message")


def test_the_schema_names_every_address_of_the_api(world, client):
    from channels_in.api.urls import urlpatterns

    made = client.get(SCHEMA).json()

    written = {
        f"/{route.pattern}".replace("<str:", "{").replace("<uuid:", "{").replace(">", "}") for route in urlpatterns
    }
    assert {path for path in written if path.startswith("/api/v1/")} == set(made["paths"])
    assert made["openapi"].startswith("3.1")
    maji = [shape for shape in str(made["components"]["schemas"]["NewComplaint"]).split("'") if shape == "maji"]
    assert maji
    assert all(operation["description"] for path in made["paths"].values() for operation in path.values())


def never_a_failure(operation, world, most):
    """Ask an operation with what is right and with what is wrong, and hold each answer against the schema."""
    for mode in GenerationMode:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=most, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        def ask(case):
            if case.path_parameters.get("reference", "").isdigit():
                case.path_parameters["reference"] = world["reference"]
            token = world["token"] if operation.definition.raw["operationId"] in OF_CITIZENS else PARTNER
            case.call_and_validate(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})

        try:
            ask()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # nothing is asked, so nothing can be wrong


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_is_as_the_schema_says(api, world, path, method):
    never_a_failure(api[path][method], world, 6)
