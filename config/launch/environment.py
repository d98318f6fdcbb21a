#!/usr/bin/env python3
"""Builds `.venv` from the hashed pins, once; every make target begins here.

    python3 config/launch/environment.py [run|dev]

Runs under whatever Python the machine has, so it imports the standard library only, and keeps to words that Python 3.8 can
read.
"""

from __future__ import annotations  # so that an old Python gets as far as saying that it is too old

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 14)
LOCKS = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}


class CannotSetUp(Exception):
    """Carries the sentence for the person at the terminal."""


def main(purpose: str = "dev") -> None:
    """Makes sure that `.venv` holds what `purpose` needs; quick when it already does."""
    find_python()
    with one_at_a_time():
        if stamped("run"):
            if not stamped(purpose):
                install(VENV, purpose)
                stamp(VENV, purpose)
        else:
            # A developer's environment stays one, also when `make run` is the first to see the new pins.
            build("dev" if (VENV / "made-for-dev").exists() else purpose)


def find_python() -> None:
    """Goes on under another Python of this machine when the one we run under does not fit the pins."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(OLDEST[1], NEWEST[1] + 1):
        other = shutil.which(f"python3.{minor}")
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other, __file__, *sys.argv[1:]])  # noqa: S606  (the same words again, by a Python that will do)
    raise CannotSetUp(
        f"Malalamiko needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}; this is {sys.version.split()[0]}. "
        "Install one of them, or name it: make run PYTHON=/path/to/python"
    )


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two targets started together build one environment, the second waiting for the first."""
    (ROOT / "var").mkdir(mode=0o700, exist_ok=True)
    with open(ROOT / "var" / "environment.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint(purpose: str) -> str:
    """Of the pins and of the Python they were installed for."""
    digest = hashlib.sha256(sys.version.encode())
    for name in LOCKS[purpose]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def stamped(purpose: str) -> bool:
    """Whether `.venv` was finished for this purpose, from these pins, where it stands now."""
    with contextlib.suppress(OSError):
        stands_at, pins = (VENV / ("made-for-" + purpose)).read_text().split("\n")
        return stands_at == str(VENV) and pins == fingerprint(purpose)
    return False


def stamp(where: Path, purpose: str) -> None:
    """Written last, so that a half-made environment is never believed."""
    for name in {"run", purpose}:
        (where / ("made-for-" + name)).write_text(f"{VENV}\n{fingerprint(name)}")


def build(purpose: str) -> None:
    """Builds beside and renames: a broken download leaves the old environment as it was."""
    check_ensurepip()
    new, old = ROOT / ".venv.new", ROOT / ".venv.old"
    shutil.rmtree(new, ignore_errors=True)
    say(f"building .venv with Python {sys.version.split()[0]} (about a minute the first time)")
    must([sys.executable, "-m", "venv", str(new)])
    install(new, purpose)
    point_scripts_home(new)
    stamp(new, purpose)
    shutil.rmtree(old, ignore_errors=True)
    if VENV.exists():
        VENV.rename(old)
    new.rename(VENV)
    shutil.rmtree(old, ignore_errors=True)


def check_ensurepip() -> None:
    """Asks for pip's version: where Debian has taken ensurepip apart, importing it still succeeds."""
    try:
        import ensurepip

        ensurepip.version()
    except Exception:  # noqa: BLE001  (Debian's stub fails in its own ways; each means the same to the person waiting)
        name = "python{}.{}-venv".format(*sys.version_info)
        raise CannotSetUp("Python cannot make virtual environments here. On Debian: apt-get install " + name) from None


def install(where: Path, purpose: str) -> None:
    """By uv, which pip fetches by its hash; by pip itself where uv does not run."""
    python = str(where / "bin" / "python")
    wanted = ["--require-hashes"]
    for name in LOCKS[purpose]:
        wanted += ["-r", str(ROOT / name)]
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    try:
        must([*pip, "--require-hashes", "-r", str(ROOT / "requirements-uv.txt")])
        # The machine's own certificates, as pip uses: an office's network may stand behind its own authority.
        uv = [str(where / "bin" / "uv"), "pip", "install", "--quiet", "--python", python, *wanted]
        must(uv, env={**os.environ, "UV_SYSTEM_CERTS": "true"})
    except (CannotSetUp, OSError):
        say("uv did not run here; installing with pip instead")
        must([*pip, *wanted])


def point_scripts_home(new: Path) -> None:
    """The scripts in bin/ name the folder they were made in; after the rename it is `.venv`."""
    for script in (new / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            content = script.read_bytes()
            if str(new).encode() in content[:4096]:
                script.write_bytes(content.replace(str(new).encode(), str(VENV).encode()))


def must(command: list[str], env: dict[str, str] | None = None) -> None:
    if subprocess.call(command, env=env) != 0:
        raise CannotSetUp("This did not succeed: " + " ".join(command))


def say(words: str) -> None:
    print("malalamiko: " + words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except CannotSetUp as sentence:
        sys.exit(f"malalamiko: {sentence}")
    except KeyboardInterrupt:
        sys.exit(130)
