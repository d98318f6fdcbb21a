"""`python -m config.launch run | exec | demo | bench | test | kannel`: what the Makefile calls once `.venv` stands."""

import argparse
import os
import signal
import sys

from config.launch.places import CannotStart
from config.launch.processes import StopAsked, die_with_parent, stop_on_signals


def main(arguments: list[str]) -> int:
    """Parses, dispatches, and turns a refusal into its sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m config.launch", description=__doc__)
    parser.add_argument("what", choices=["run", "exec", "demo", "bench", "test", "kannel"])
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started us is gone")
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    if given.with_parent:
        die_with_parent(signal.SIGTERM, os.getppid())
    stop_on_signals()
    try:
        return dispatch(given.what, given.rest[1:] if given.rest[:1] == ["--"] else given.rest)
    except CannotStart as sentence:
        print(f"malalamiko: {sentence}", file=sys.stderr, flush=True)
        return 1
    except StopAsked as asked:
        return 0 if given.what in ("run", "kannel") else 128 + asked.args[0]


def dispatch(what: str, rest: list[str]) -> int:
    # Each imports what only it needs: `make run` comes up faster without the tests' parts.
    if what == "run":
        from config.launch.run import run

        return run()
    if what == "test":
        from config.launch.test import run_tests

        return run_tests(rest)
    if what == "kannel":
        from config.launch.kannel import try_sms

        return try_sms()
    from config.launch.command import run_with_servers

    return run_with_servers(rest, durable=what == "bench", prepared=what in ("bench", "demo"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
