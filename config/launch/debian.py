"""Debian packages that the tests need, installed without starting the services they bring."""

import contextlib
import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
ASIDE = POLICY.with_name("policy-rc.d.malalamiko")
FORBID = "#!/bin/sh\n# While the tests of Malalamiko install what they need.\nexit 101\n"


def can_install() -> bool:
    """Only root on Debian (or its kin) may; nobody else is asked for a password."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: Sequence[str]) -> None:
    """Says so and goes on when it does not succeed: the caller looks at what is there afterwards."""
    print(f"malalamiko: installing {', '.join(packages)} for the tests", flush=True)
    with no_services_start():
        apt_get("update")
        apt_get("install", "-y", "--no-install-recommends", *packages)


def apt_get(*words: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", "-q", *words], env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        print(f"malalamiko: apt-get {words[0]} failed:\n{done.stdout.decode(errors='replace')[-1500:]}", flush=True)


@contextlib.contextmanager
def no_services_start() -> Iterator[None]:
    """Kannel's own start script would start its boxes; a policy that answers 101 forbids it to every such script.

    A machine that has a policy of its own, as most containers do, gets it back; two installations wait for each other.
    """
    with one_at_a_time(), contextlib.ExitStack() as afterwards:
        if POLICY.exists() and POLICY.read_text() != FORBID:
            POLICY.rename(ASIDE)
        if ASIDE.exists():  # also when an earlier installation was killed
            afterwards.callback(ASIDE.rename, POLICY)
        afterwards.callback(POLICY.unlink, missing_ok=True)
        POLICY.write_text(FORBID)
        POLICY.chmod(0o755)
        yield


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Locks the folder itself, so that nothing is left behind."""
    folder = os.open(POLICY.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
