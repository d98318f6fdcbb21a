"""The schema is published and true: schemathesis asks every operation, with a partner's key and with a citizen's token.

A longer look: `chaos/api_schema.py`.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from channels_in.api.throttles import EachCaller
from channels_in.suggesting import EachAddress
from config.wsgi import application
from tests.channels_in.test_api_citizens import App, lodged, token_of

SCHEMA = "/api/v1/schema/"
PARTNER, ASHA = "key-of-jamii", "+255754123456"
OF_CITIZENS = "list_complaints|end_token"
# A tag that is made up is that of no complaint: 412 is right.
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "412"]}}}
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
    """The schema as it is published."""
    return schemathesis.openapi.from_wsgi(SCHEMA, application, config=CONFIG)


every_operation = schemathesis.pytest.from_fixture("api")


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


@every_operation.parametrize()
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_is_as_the_schema_says(case, world):
    if "reference" in case.path_parameters and case.path_parameters["reference"].isdigit():
        case.path_parameters["reference"] = world["reference"]
    is_citizens = case.operation.definition.raw["operationId"] in ("list_complaints", "end_token", "send_message")
    case.call_and_validate(headers={"Authorization": f"Bearer {world['token'] if is_citizens else PARTNER}"})
