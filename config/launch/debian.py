"""Debian packages that the tests need, installed without starting the services they bring."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
ASIDE = POLICY.with_name("policy-rc.d.malalamiko")


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
    """Kannel's own start script would start its boxes; 101 means "not allowed" to every such script."""
    had_one = POLICY.exists()
    if had_one:
        POLICY.rename(ASIDE)
    try:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
        yield
    finally:
        POLICY.unlink(missing_ok=True)
        if had_one:
            ASIDE.rename(POLICY)
