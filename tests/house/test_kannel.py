"""`make kannel` says in a sentence what it lacks, and its configuration names no secret of anybody's but the demonstration's."""

import os
import subprocess
import sys

import pytest

from config.launch import kannel
from config.launch.places import ROOT, free_port


def try_sms(**environment):
    """`make kannel`, with this environment."""
    return subprocess.run(
        [sys.executable, "-m", "config.launch", "kannel"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_without_kannel_it_says_what_to_install():
    refused = try_sms(PATH="/nowhere")

    assert (refused.returncode, refused.stderr) == (
        1,
        "malalamiko: Kannel is not installed. On Debian: apt-get install kannel\n",
    )


@pytest.mark.kannel
@pytest.mark.parametrize("port", ["0", "soon"])
def test_without_a_running_service_it_says_how_to_start_one(port):
    asked = str(free_port()) if port == "0" else port
    refused = try_sms(PATH=os.environ["PATH"], PORT=asked)

    sentence = f"malalamiko: Nothing listens on port {asked}. First, in another shell: SMS_SENDER=kannel make run\n"
    assert (refused.returncode, refused.stderr) == (1, sentence)


def test_a_login_with_signs_of_an_address_in_it_is_written_as_an_address_needs_it(monkeypatch):
    monkeypatch.setenv("KANNEL_PASSWORD", "p@ss/word")
    ports = kannel.Ports(1, 2, 3, 4)

    written = kannel.configuration(ports, "http://127.0.0.1:8000", password="admin")

    assert 'get-url = "http://kannel:p%40ss%2Fword@127.0.0.1:8000/channels/sms/kannel/?from=%p&' in written
    assert "smsbox-id" not in written.replace("smsbox-id` is", "")
