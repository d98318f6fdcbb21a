"""`make test`: what the tests need beyond Python, then pytest with servers of its own, under `var/test/`."""

import os
import shutil
import sys
from collections.abc import Sequence

from config.launch.command import run_with_servers
from config.launch.debian import can_install, install
from config.launch.places import CannotStart

# A program, the Debian package that brings it, and what is left out without it.
NEEDED = {
    "chromium": (["chromium"], "pages in a real browser"),
    "bearerbox": (["kannel"], "SMS through a real Kannel"),
}
# Used by two tests alone, and large: never installed, and CI does without it too; but it is said.
WELCOME = {"npm": "Open311 and tus as npm's clients speak them"}


def run_tests(arguments: Sequence[str]) -> int:
    """Returns pytest's own exit code; pytest's summary is the last thing printed."""
    provide()
    # A file's tests stay together, so that what its fixtures start is started once; in the order of `tests/conftest.py`.
    pytest = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *arguments]
    return run_with_servers(pytest, shelf="test")


def provide() -> None:
    """Installs what is missing where it may; elsewhere names what is left out. In CI nothing may be left out."""
    if missing() and can_install():
        install([package for program in missing() for package in NEEDED[program][0]])
    left_out = [f"{NEEDED[program][1]}: {program} is not installed" for program in missing()]
    if left_out and os.environ.get("CI"):
        raise CannotStart("CI is set, and nothing may be left out, but this would be: " + "; ".join(left_out))
    left_out += [
        f"{what}: {program} is not installed" for program, what in WELCOME.items() if not shutil.which(program)
    ]
    for line in left_out:
        print(f"malalamiko: left out: {line}", flush=True)


def missing() -> list[str]:
    return [program for program in NEEDED if not shutil.which(program)]
