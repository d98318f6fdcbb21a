"""Open311 as clients that others wrote speak it: PyPI's `three` and npm's `open311`, each in an environment of its own under var/."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client

from channels_in.open311 import lodging
from channels_in.open311.doors import EachReader
from complaints.models import Category, Complaint

pytestmark = pytest.mark.django_db(transaction=True)

PEERS = Path(__file__).parent / "peers"
SHELF = django_settings.BASE_DIR / "var" / "peers"
WORDS = "Maji hayatoki mtaa wetu siku tatu sasa."


@pytest.fixture
def endpoint(live_server, settings):
    """Give the address of a server of ours, which knows itself by that address."""
    settings.PUBLIC_URL = live_server.url
    EachReader.cache.clear()
    return f"{live_server.url}/open311/v2/"


@pytest.fixture
def token(endpoint):
    """Give the token of a complaint that is being, or has been, taken in."""
    form = {"api_key": "demo", "service_code": "maji", "description": "Bomba limepasuka."}
    lodged = Client().post("/open311/v2/requests.json", form, HTTP_IDEMPOTENCY_KEY="k")
    return lodging.token_of("demo:k"), lodged.json()[0]["service_request_id"]


def made(name, *files, build):
    """Give the folder of a peer's environment, built once for just these files; leaves the test out where that cannot be done."""
    folder, stamp = SHELF / name, hashlib.sha256(b"".join((PEERS / file).read_bytes() for file in files)).hexdigest()
    SHELF.mkdir(parents=True, exist_ok=True)
    with open(SHELF / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / stamp).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for words in build(folder):
                done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
                left_out_unless(done.returncode == 0, f"{' '.join(map(str, words))}: {done.stderr[-500:]}")
            (folder / stamp).touch()
    return folder


def left_out_unless(possible, why):
    """Leave the test out, loudly; in CI it fails."""
    if not possible:
        assert not os.environ.get("CI"), why
        pytest.skip(f"this peer was not asked: {why}")


def answers_of(*words):
    """Run a peer, and give what it was answered."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ask_three(endpoint, token, hidden):
    def build(folder):
        yield [sys.executable, "-m", "venv", folder]
        yield [folder / "bin/pip", "install", "--quiet", "--require-hashes", "-r", PEERS / "three.txt"]

    python = made("three", "three.txt", build=build) / "bin/python"
    return answers_of(python, PEERS / "ask_three.py", endpoint, "demo", "maji", token, WORDS, hidden)


def ask_open311(endpoint, token, hidden):
    if not shutil.which("npm"):  # nothing else needs Node here, so CI does without it too
        pytest.skip("this peer was not asked: npm's open311 needs Node and npm, which are not installed")

    def build(folder):
        shutil.copytree(PEERS, folder, dirs_exist_ok=True)
        yield ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]

    folder = made("npm", "package.json", "package-lock.json", "ask_open311.js", build=build)
    return answers_of("node", folder / "ask_open311.js", endpoint, "demo", "maji", token, WORDS, hidden)


@pytest.mark.parametrize("ask", [ask_three, ask_open311])
def test_a_client_that_others_wrote_finds_its_way_lodges_and_reads(endpoint, token, ask):
    said = ask(endpoint, *token)

    assert said["discovery"]["endpoints"][0]["url"] == endpoint
    assert {service["service_code"] for service in said["services"]} == set(
        Category.objects.values_list("code", flat=True)
    )
    assert said["definition"]["service_code"] == "maji"
    case = Complaint.objects.select_related("place", "citizen").get(words=WORDS)
    assert said["posted"][0]["service_request_id"] == case.reference
    assert (case.place.code, case.citizen.phone[:-1]) == ("1610101", "+25575412345")
    assert "403" in json.dumps(said["refused"])
    assert said["token"] == [{"service_request_id": token[1], "token": token[0]}]
    assert [request["service_request_id"] for request in said["listed"]] == [case.reference]
    assert said["listed"] == said["among"] == said["one"]
    assert said["one"][0]["description"] == WORDS
    assert "404" in json.dumps(said["hidden"])
    assert said.get("long ago", []) == []
