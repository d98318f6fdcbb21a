"""`make bench`: every benchmark by name, one JSON object a line, then a table. ONLY=name runs one, FULL=1 the largest too."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

import django

from benchmarks.measure import Result


def main() -> None:
    """Set the world up on an empty database, run what was asked for, print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    from django.core.management import call_command

    for command in (
        ["migrate"],
        ["load_offices", "offices/data/offices-dar-es-salaam.csv"],
        ["load_categories"],
        ["demo_staff"],
    ):
        call_command(*command, verbosity=0)
    table([report(name, bench) for name, bench in wanted().items()])


def wanted() -> dict[str, Callable[[], Result]]:
    """Give the benchmarks that the environment asks for, by name."""
    from benchmarks import cases, escalation, inbox, intake, kannel_echo, pages, quarter, sms
    from config.launch import kannel

    all_by_name: dict[str, Callable[[], Result]] = {
        # First, while all cases are its own: it lays them back between its rounds.
        "escalate_10k": lambda: escalation.bench_escalate(10_000),
        "escalate_100k": lambda: escalation.bench_escalate(100_000),
        "lodge": cases.bench_lodge,
        "lodge_bulk": cases.bench_lodge_bulk,
        "take": cases.bench_take,
        "answer": cases.bench_answer,
        "sms_http": sms.bench_sms_http,
        kannel_echo.NAME: kannel_echo.bench_kannel_echo,
        "api_http": intake.bench_api_http,
        "web_http": intake.bench_web_http,
        "inbox_1k": lambda: inbox.bench_inbox(1_000),
        "inbox_100k": lambda: inbox.bench_inbox(100_000),
        "inbox_1m": lambda: inbox.bench_inbox(1_000_000),
        "inbox_http_1m": lambda: pages.bench_inbox_http(1_000_000),
        # Last: its cases have a history, which the others' do not expect.
        "report_1m": lambda: quarter.bench_report(1_000_000),
    }
    if lacking := kannel.missing():
        del all_by_name[kannel_echo.NAME]
        print(
            f"{kannel_echo.NAME} is left out: not installed: {', '.join(lacking)} (Debian's kannel).", file=sys.stderr
        )
    if os.environ.get("FULL"):
        all_by_name["inbox_10m"] = lambda: inbox.bench_inbox(10_000_000)
    only = os.environ.get("ONLY")
    if only and only not in all_by_name:
        sys.exit(f"There is no benchmark named {only}. There are: {', '.join(all_by_name)}.")
    return {name: bench for name, bench in all_by_name.items() if not only or name == only}


def report(name: str, bench: Callable[[], Result]) -> dict[str, object]:
    """Run one and print its line at once, so that a run that is broken off still says something."""
    line = {**bench().line(), "name": name}
    print(json.dumps(line), flush=True)
    return line


def table(lines: list[dict[str, object]]) -> None:
    """Print the lines once more as a table, with the statements of the three commonest moves."""
    from benchmarks.cases import statements

    columns = ["name", "n", "ours", "unit", "raw", "ratio_raw", "peer", "ratio_peer"]
    for row in [dict(zip(columns, columns, strict=True)), *lines]:
        print(
            "  ".join(f"{row.get(column) if row.get(column) is not None else '–':>14}" for column in columns),
            file=sys.stderr,
        )
    print("SQL statements, BEGIN and COMMIT among them:", statements(), file=sys.stderr)


if __name__ == "__main__":
    main()
