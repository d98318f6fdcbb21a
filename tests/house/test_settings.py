"""Settings run with no environment, and refuse in production what everybody knows."""

import importlib.metadata
import os
import subprocess
import sys

import pytest
from django.conf import settings

from config.launch.places import ROOT

PRODUCTION = {
    "MALALAMIKO_ENV": "production",
    "SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "DATABASE_URL": "postgresql://127.0.0.1/none",
    "ALLOWED_HOSTS": "malalamiko.example",
    "PUBLIC_URL": "https://malalamiko.example",
    "SMS_SENDER": "kannel",
    "KANNEL_PASSWORD": "a secret of its own",
    "KANNEL_SEND_PASSWORD": "a secret of its own",
}


def check(**environment):
    """`manage.py check` with this environment alone."""
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_demo_mode_needs_no_environment():
    assert check().returncode == 0


def test_production_starts_with_secrets_of_its_own():
    assert check(**PRODUCTION).returncode == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is the demo key"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter than 50 characters"),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set"),
        ({"PUBLIC_URL": None}, "PUBLIC_URL is not set"),
        ({"KANNEL_PASSWORD": None}, "KANNEL_PASSWORD is the demo password"),
        ({"KANNEL_SEND_PASSWORD": None}, "KANNEL_SEND_PASSWORD is the demo password"),
        ({"SMS_SENDER": None}, "SMS_SENDER is console, which sends nothing"),
        ({"API_KEYS": "partner=demo"}, "API_KEYS contains the demo key"),
        (
            {"OPEN_CHANNELS": "sms_mgov,ussd_mgov", "MGOV_INBOUND_KEY": "guess me"},
            "MGOV_INBOUND_KEY is shorter than 20 characters",
        ),
    ],
)
def test_production_refuses_with_a_sentence(change, reason):
    environment = {name: value for name, value in (PRODUCTION | change).items() if value is not None}

    refused = check(**environment)

    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        f"Malalamiko does not start in production mode: {reason}.\n",
    )


@pytest.mark.parametrize(
    ("gateway", "sentence"),
    [
        ({"OPEN_CHANNELS": "web,sms_twilio"}, "sms_twilio is open, but TWILIO_AUTH_TOKEN is not set"),
        (
            {"SMS_SENDER": "beem", "BEEM_API_KEY": "a key"},
            "the sender beem is open, but BEEM_SECRET_KEY is not set",
        ),
    ],
)
def test_a_gateway_without_its_secret_does_not_start_even_in_a_demonstration(gateway, sentence):
    refused = check(**gateway)

    assert (refused.returncode, refused.stderr) == (1, f"Malalamiko does not start: {sentence}.\n")


def test_every_gateway_has_its_secrets_written_down():
    ways_in = {path.stem for path in (ROOT / "channels_in").glob("*.py") if path.stem.startswith(("sms_", "ussd_"))}
    senders = {path.stem for path in (ROOT / "notices/senders").glob("*.py")} - {"__init__", "console", "smtp"}

    # Kannel's passwords have values for demonstrations; production refuses those.
    assert ways_in == set(settings.SECRETS_OF_WAYS_IN) | {"sms_kannel"}
    assert senders == set(settings.SECRETS_OF_SENDERS) | {"kannel"}


def test_an_unknown_mode_is_refused():
    refused = check(MALALAMIKO_ENV="producton")

    assert (refused.returncode, refused.stderr) == (
        1,
        'MALALAMIKO_ENV is "producton"; it must be "demo" or "production".\n',
    )


def test_one_database_driver_and_one_state_machine_are_installed():
    installed = {distribution.metadata["Name"].lower() for distribution in importlib.metadata.distributions()}

    assert installed & {"psycopg", "psycopg2", "psycopg2-binary"} == {"psycopg2-binary"}
    assert installed & {"django-fsm", "django-fsm-2"} == {"django-fsm-2"}
    assert installed & {"viewflow", "django-viewflow"} == {"django-viewflow"}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt"])
def test_pins_name_no_index_and_no_machine(name):
    pins = (ROOT / name).read_text()

    assert not [word for word in ("://", "--index", "--extra-index", "--find-links", str(ROOT)) if word in pins]
    assert pins.count("==") <= pins.count("--hash=sha256:")
