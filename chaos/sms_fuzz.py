"""Reading messages that nobody would write: put together from the words of the grammar, names of places, marks, and noise.

Every message goes through all that an SMS goes through before anything is stored: the grammar, subject, place, digest and
suggestions. Nothing may break, a reading of ours is never as sure as a person's, and no part may take 50 milliseconds of the processor.

    make with-servers CMD=".venv/bin/python -m chaos.sms_fuzz 600"      (seconds; the suite runs a small form)
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

WORDS = [
    "HALI", "ndiyo", "HAPANA", "bado", "RUFAA", "ongeza", "TAARIFA", "ghairi", "LALAMIKO", "kero", "LUGHA", "sw", "EN", "msaada",
    "DSM", "namba", "ref", "na", "asante", "2648-3192-0576", "264831920576", "2648 3192 O576", "maji", "hayatoki", "umeme", "barabara",
    "mtaa wa", "kata ya", "karibu na", "hapa", "Tabata", "Kisiwani", "gongo la mboto", "kimaraa", "kgamboni", "vngngt", "xinza", "Mji Mpya",
    "majihayatokikimaramwisho", "anapigwa", "hongo", "water", "pipe", "1", "2", "3",
]  # fmt: skip
MARKS = [
    " ",
    "  ",
    "\n",
    "\r\n",
    "-",
    ".",
    ",",
    ":",
    "/",
    "'",
    "\u2019",
    "\u200f",
    "\u00a0",
    "\x00",
    "\ufdfa",
    "\u0301",
    "(",
    "_",
    "#",
    "+",
    "\t",
]
LETTERS = "aeiouaeiouktmnlswbghyjzrpfdvcxq0123456789"
LONGEST = 160_000
MOST_MILLISECONDS = 50.0


@dataclass
class Findings:
    """What was tried, the slowest reading, and what broke."""

    tried: int = 0
    slowest: float = 0.0
    slowest_text: str = ""
    broken: list[str] = field(default_factory=list)


def messages(dice: random.Random) -> Iterator[str]:
    """Give messages without end, some of them as long as a request may be."""
    while True:
        text = "".join(_piece(dice) + dice.choice(MARKS) for _ in range(dice.choice([1, 2, 5, 12, 40])))
        if dice.random() < 0.2:
            text = (text * (LONGEST // max(1, len(text)) + 1))[: dice.choice([160, 20_000, LONGEST])]
        yield text


def _piece(dice: random.Random) -> str:
    chance = dice.random()
    if chance < 0.55:
        return dice.choice(WORDS)
    if chance < 0.75:
        word = list(dice.choice(WORDS))
        word[dice.randrange(len(word))] = dice.choice(LETTERS)
        return "".join(word)
    if chance < 0.95:
        return "".join(dice.choice(LETTERS) for _ in range(dice.choice([1, 3, 7, 30])))
    return chr(
        dice.choice([dice.randrange(0x20, 0x3000), dice.randrange(0xF900, 0xFFFF), dice.randrange(0x1F300, 0x1F700)])
    )


def readings() -> list[Callable[[str], Any]]:
    """Give all that reads a text, each to be timed by itself."""
    from channels_in.grammar import read  # Django must be set up first
    from channels_in.matching import find_category, find_place, plain_digest

    return [read, find_category, find_place, plain_digest]


def try_out(text: str, findings: Findings) -> None:
    """Read one message in every way."""
    findings.tried += 1
    for reading in readings():
        began = time.process_time()
        try:
            found = reading(text)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what we look for)
            findings.broken.append(f"{reading.__name__}: {error!r}: {text[:200]!r}")
            continue
        took = (time.process_time() - began) * 1000
        if took > findings.slowest:
            findings.slowest, findings.slowest_text = took, f"{reading.__name__}: {text[:120]!r} ({len(text)})"
        if reading.__name__.startswith("find_") and not _is_sound(found):
            findings.broken.append(f"{reading.__name__}: {found!r}: {text[:200]!r}")


def _is_sound(found: tuple[Any, float]) -> bool:
    meant, sure = found
    return 0 <= sure < 1 and (meant is None) == (sure == 0)


def run(seconds: float, seed: int = 1) -> Findings:
    """Read messages for some seconds."""
    findings, dice, until = Findings(), random.Random(seed), time.monotonic() + seconds
    for reading in readings():
        reading("maji Tabata")  # offices, categories and weights are read once
    for text in messages(dice):
        try_out(text, findings)
        if time.monotonic() > until:
            return findings
    return findings


def main() -> None:
    """Prepare an own database, read, print; ends with 1 where something broke or was slow."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_offices", "offices/data/offices-dar-es-salaam.csv", verbosity=0)
    call_command("load_categories", verbosity=0)
    findings = run(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
    print(f"{findings.tried} messages; slowest {findings.slowest:.1f} ms, {findings.slowest_text}")
    print("\n".join(findings.broken[:20]))
    sys.exit(bool(findings.broken) or findings.slowest > MOST_MILLISECONDS)


if __name__ == "__main__":
    main()
