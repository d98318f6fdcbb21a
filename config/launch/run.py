"""`make run`: all of it, in the foreground, until Ctrl-C."""

import contextlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from config.launch import servers
from config.launch.places import ROOT, VAR, CannotStart, held, is_free, ours, write_secret
from config.launch.processes import Child, Family, wait_until
from config.launch.welcome import welcome

HOST = os.environ.get("HOST", "127.0.0.1")
USUAL_PORT = 8000
ADDRESS_FILES = ("database_url", "redis_url")


def run() -> int:
    """Returns when a part has died (1); a signal raises StopAsked through it. Either way nothing is left running."""
    with held(ours(VAR) / "lock", "Malalamiko"):
        port = choose_port()
        with Family() as family:
            addresses = servers.start(family, VAR, durable=True)
            with addresses_for_a_second_shell(addresses):
                environment = {"PUBLIC_URL": f"http://127.0.0.1:{port}", **addresses.environment()}
                prepare(family, environment)
                start_serving(family, environment, port)
                welcome(port)
                return watch(family)


def choose_port() -> int:
    """PORT, when it is free; without PORT the first free one from 8000, so that two people can share a machine."""
    asked = os.environ.get("PORT", "")
    if asked:
        if not asked.isdigit() or not 0 < int(asked) < 65536:
            raise CannotStart(f"PORT must be a number from 1 to 65535, not {asked!r}.")
        if not is_free(HOST, int(asked)):
            raise CannotStart(
                f"Port {asked} is taken by another program. Choose another: PORT={int(asked) % 65535 + 1} make run"
            )
        return int(asked)
    port = next((each for each in range(USUAL_PORT, USUAL_PORT + 100) if is_free(HOST, each)), None)
    if port is None:
        raise CannotStart("Ports 8000 to 8099 are all taken. Choose another: PORT=9000 make run")
    if port != USUAL_PORT:
        print(f"malalamiko: port {USUAL_PORT} is taken by another program; using {port} (PORT= chooses)", flush=True)
    return port


@contextlib.contextmanager
def addresses_for_a_second_shell(addresses: servers.Addresses) -> Iterator[None]:
    """Leaves under var/ where the embedded servers answer; the settings look there when the environment says nothing."""
    files = [VAR / name for name in ADDRESS_FILES]
    for file, address in zip(files, (addresses.database, addresses.redis), strict=True):
        if file.name.upper() not in os.environ:
            write_secret(file, address)
    try:
        yield
    finally:
        for file in files:
            file.unlink(missing_ok=True)


def prepare(family: Family, environment: Mapping[str, str]) -> None:
    """Migrates and loads, in a child: a failure says its piece on the terminal, and stops the start."""
    # The stamp belongs to the embedded database; of another one we know nothing, so it is prepared each time.
    stamp = [] if "DATABASE_URL" in os.environ else [VAR / "postgres" / "prepared"]
    child = family.start(
        "preparation", [sys.executable, "-m", "config.launch.prepare", *stamp], env=environment, cwd=ROOT
    )
    if child.process.wait():
        raise CannotStart("The database could not be prepared; the reason stands above.")
    family.children.remove(child)


def start_serving(family: Family, environment: Mapping[str, str], port: int) -> None:
    """Web, worker and beat; returns when `/readyz` answers 200."""
    # Celery warns root at length; the tasks here are JSON, which is what the warning is about.
    calm = ["-W", "ignore:You're running the worker with superuser privileges"]
    celery = [sys.executable, *calm, "-m", "celery", "-A", "config.celery"]
    quiet = ["--loglevel=WARNING"]
    worker = ["worker", "--concurrency=2", "--without-gossip", "--without-mingle", "--without-heartbeat", *quiet]
    family.start("worker", [*celery, "--quiet", *worker], env=environment, cwd=ROOT)
    family.start("beat", [*celery, "--quiet", "beat", "--pidfile=", *quiet], env=environment, cwd=ROOT)
    start_web(family, environment, port)


def start_web(family: Family, environment: Mapping[str, str], port: int, *, log: Path | None = None) -> Child:
    """The web server alone; returns when `/readyz` answers 200."""
    web = family.start("web", web_command(port), env=environment, cwd=ROOT, log=log)
    wait_until(lambda: says_ready(port), child=web, seconds=60, what="/readyz answered 200")
    return web


def web_command(port: int) -> list[str | Path]:
    """Granian, two processes of four threads; one that dies is replaced, while the other goes on serving."""
    where = ["--host", HOST, "--port", str(port)]
    size = ["--workers", "2", "--blocking-threads", "4", "--backlog", "1024"]
    care = ["--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5"]
    plain = ["--interface", "wsgi", "--http", "1", "--no-ws", "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *where, *size, *care, *plain, "config.wsgi:application"]


def says_ready(port: int) -> bool:
    address = "127.0.0.1" if HOST == "0.0.0.0" else HOST  # noqa: S104  (compares, binds nothing)
    try:
        # Never through a proxy that the environment may name: this is our own machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(f"http://{address}:{port}/readyz", headers={"Host": "127.0.0.1"})
        with opener.open(request, timeout=5) as answer:
            return bool(json.load(answer)["ready"])
    except (urllib.error.URLError, OSError, ValueError):
        return False


def watch(family: Family) -> int:
    """Returns 1, with its name and last words, as soon as one part has ended."""
    while not (dead := family.first_dead()):
        time.sleep(0.2)
    return mourn(dead)


def mourn(dead: Child) -> int:
    code = dead.process.returncode
    print(
        f"malalamiko: {dead.name} ended with code {code}; stopping everything.\n{dead.tail()}",
        file=sys.stderr,
        flush=True,
    )
    return 1
