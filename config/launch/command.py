"""Runs one command with a PostgreSQL and a Redis-compatible server of its own, thrown away at the end.

    .venv/bin/python -m config.launch exec -- .venv/bin/python -m pytest tests/offices

The command finds them in DATABASE_URL and REDIS_URL. Any number may run at once: each has its own folder under var/.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.launch import servers
from config.launch.places import CannotStart, scratch
from config.launch.processes import Family, die_with_parent


def run_with_servers(
    command: Sequence[str | Path], *, shelf: str = "scratch", durable: bool = False, prepared: bool = False
) -> int:
    """Returns the command's own exit code.

    `durable` servers wait for the disk, as in earnest; a `prepared` database is migrated and loaded.
    """
    if not command:
        raise CannotStart("Which command? For example: exec -- .venv/bin/python manage.py check")
    with scratch(shelf) as folder, Family() as family:
        addresses = servers.start(family, folder, durable=durable)
        environment = {**addresses.environment(), "MALALAMIKO_VAR": str(folder)}
        code = run_here([sys.executable, "-m", "config.launch.prepare"], environment) if prepared else 0
        return code or run_here(command, environment)


def run_here(command: Sequence[str | Path], environment: Mapping[str, str]) -> int:
    """On our own terminal and in our own session: Ctrl-C reaches the command as it would without us."""
    us = os.getpid()
    with subprocess.Popen(command, env=environment, preexec_fn=lambda: die_with_parent(signal.SIGTERM, us)) as process:
        return wait_for(process)


def wait_for(process: "subprocess.Popen[bytes]") -> int:
    """Waits for the command; when we are asked to stop, so is it."""
    try:
        code = process.wait()
        return 128 - code if code < 0 else code
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
