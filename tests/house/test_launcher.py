"""The launcher for real: it starts everything, says clearly when it cannot, and leaves nothing behind."""

import os
import re
import signal
import socket
import sys
import time

import psutil
import pytest

from config.launch.places import free_port
from tests.house.houses import House

LOADED = "691 offices"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """One copy for all these tests, in a path with spaces; prepared once, then quick to start."""
    house = House(tmp_path_factory.mktemp("house") / "a path with spaces")
    yield house
    house.clear()


@pytest.fixture
def running(house):
    """The house, running; started again when the test before has stopped it."""
    if not house.is_ready():
        house.start()
    return house


@pytest.fixture
def stopped(house):
    """The house, with nothing of it running."""
    if house.launcher and house.launcher.poll() is None:
        os.killpg(house.launcher.pid, signal.SIGTERM)
        house.launcher.wait(20)
    assert house.wait_until_empty() == []
    return house


def test_everything_runs_in_a_path_with_spaces(running):
    assert running.get("/healthz") == "ok"
    assert running.programs() == {"database", "redis", "web", "worker", "beat"}


def test_each_line_of_the_welcome_works_as_it_is_printed(running):
    said = dict(re.findall(r"^  (sms|web|api|open311|counter) +(\S.*)$", running.said.read_text(), re.MULTILINE))

    assert re.search(r"namba \d{4}-\d{4}-\d{4}", running.curl(said["sms"]))
    assert re.search(r"\d{4}-?\d{4}-?\d{4}", running.curl(said["api"]))
    assert re.search(r'"service_request_id":"\d{12}"', running.curl(said["open311"]))
    assert "<form" in running.get("/submit/")
    assert said["web"] == f"http://127.0.0.1:{running.port}/submit/"
    assert said["counter"].startswith(f"http://127.0.0.1:{running.port}/desk/counter/ ")


def test_the_acknowledgement_is_printed_where_no_gateway_sends_it(running):
    deadline = time.monotonic() + 30
    while "SMS " not in running.said.read_text() and time.monotonic() < deadline:
        time.sleep(0.2)

    assert re.search(r"^SMS .*: ", running.said.read_text(), re.MULTILINE)


def test_a_second_start_says_who_runs_already(running):
    second = running.command("-m", "config.launch", "run", PORT=str(free_port()))

    assert (second.returncode, second.stderr) == (
        1,
        f"malalamiko: Malalamiko is already running here: process {running.launcher.pid}.\n",
    )


def test_manage_py_in_a_second_shell_finds_the_running_database(running):
    asked = running.command("manage.py", "migrate", "--check")

    assert (asked.returncode, asked.stderr) == (0, "")


def test_passwords_and_addresses_are_readable_by_the_owner_only(running):
    secrets = ["database_url", "redis_url", "postgres/password", "valkey/conf"]

    assert {oct((running.root / "var" / name).stat().st_mode & 0o777) for name in secrets} == {"0o600"}
    assert oct((running.root / "var").stat().st_mode & 0o777) == "0o700"


def test_no_password_stands_on_a_command_line(running):
    password = (running.root / "var" / "postgres" / "password").read_text()

    lines = [word for process in running.processes() for word in process.cmdline()]

    assert not [line for line in lines if password in line or "requirepass" in line]


def test_a_killed_web_worker_is_replaced(running):
    web = next(child for child in psutil.Process(running.launcher.pid).children() if "granian" in child.cmdline())
    before = {child.pid for child in web.children()}
    victim = max(before)

    os.kill(victim, signal.SIGKILL)

    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and len({child.pid for child in web.children()} - {victim}) < len(before):
        time.sleep(0.1)
    assert len({child.pid for child in web.children()} - {victim}) == len(before)
    assert running.launcher.poll() is None


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -9)],
    ids=["Ctrl-C", "SIGTERM", "kill -9"],
)
def test_however_it_ends_no_process_is_left_and_the_next_start_loads_nothing_again(running, number, code):
    if number == signal.SIGKILL:
        os.kill(running.launcher.pid, number)
    else:
        os.killpg(running.launcher.pid, number)

    assert running.launcher.wait(20) == code
    assert running.wait_until_empty() == []
    running.start()
    assert running.is_ready()
    assert LOADED not in running.said.read_text()


def test_the_death_of_a_part_stops_all_and_says_which(running):
    beat = next(process for process in running.processes() if "beat" in process.cmdline())

    beat.kill()

    assert running.launcher.wait(20) == 1
    assert running.wait_until_empty() == []
    assert "malalamiko: beat ended with code -9; stopping everything." in running.said.read_text()


def test_a_taken_port_is_said_in_a_sentence(stopped):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = stopped.command("-m", "config.launch", "run", PORT=str(port))

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"malalamiko: Port {port} is taken by another program. Choose another: PORT=")


@pytest.mark.parametrize("port", ["0", "65536", "eighty"])
def test_a_port_that_is_none_is_said_in_a_sentence(stopped, port):
    refused = stopped.command("-m", "config.launch", "run", PORT=port)

    assert (refused.returncode, refused.stderr) == (
        1,
        f"malalamiko: PORT must be a number from 1 to 65535, not '{port}'.\n",
    )


def test_a_stale_pid_file_heals_even_when_its_number_lives_again(stopped):
    (stopped.root / "var" / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n/nowhere\n")

    stopped.start()

    assert stopped.is_ready()
    os.killpg(stopped.launcher.pid, signal.SIGTERM)
    assert stopped.launcher.wait(20) == 0


def test_a_start_killed_while_making_the_database_heals(tmp_path):
    house = House(tmp_path / "house")
    half_made = house.root / "var" / "postgres.new"
    half_made.mkdir(parents=True)
    (half_made / "password").write_text("half")

    done = house.command("-m", "config.launch", "exec", "--", "true")
    launcher = house.launch(PORT=str(house.port))
    while not (house.root / "var" / "postgres" / "data").exists() and launcher.poll() is None:
        time.sleep(0.02)
    launcher.kill()
    launcher.wait()

    assert done.returncode == 0
    assert house.wait_until_empty() == []
    assert not half_made.exists()


def test_exec_hands_its_command_two_servers_and_its_exit_code_back(house):
    asks = "import os, sys; sys.exit(7 if os.environ['DATABASE_URL'] and os.environ['REDIS_URL'] else 1)"

    done = house.command("-m", "config.launch", "exec", "--", sys.executable, "-c", asks)

    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")
    assert list((house.root / "var" / "scratch").iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must become another user")
def test_root_starts_the_database_also_where_user_namespaces_are_forbidden(house, tmp_path):
    refusing = tmp_path / "unshare"
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)

    done = house.command("-m", "config.launch", "exec", "--", "true", PATH=f"{tmp_path}:{os.environ['PATH']}")

    assert (done.returncode, done.stderr) == (0, "")
