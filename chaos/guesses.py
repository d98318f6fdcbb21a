"""Guessing: numbers of complaints that are and are not there, with codes of both forms, by somebody who has all the time in the world.

Every guess goes through all that proves a complaint on a page; what only keeps a guesser slow, the door's count of tries, is left out.
None may open anything (six digits bear five guesses each: once in a thousand runs one is lucky), and the answer may take no longer where there is a complaint than where there is none.

    make with-servers CMD=".venv/bin/python -m chaos.guesses 1000000"      (some minutes; the suite makes a few hundred)
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Any

CASES = 200
MOST_APART = 0.5  # of the median: what no network would let one see


@dataclass
class Guessed:
    """What was tried, what opened, and how long it took (seconds), for numbers that are there and that are not."""

    tried: int = 0
    opened: list[str] = field(default_factory=list)
    there: list[float] = field(default_factory=list)
    nowhere: list[float] = field(default_factory=list)

    @property
    def apart(self) -> float:
        """How far the medians lie apart, as a part of the larger."""
        one, other = statistics.median(self.there), statistics.median(self.nowhere)
        return abs(one - other) / max(one, other)


def guess(cases: list[Any], times: int, dice: random.Random, at: Any) -> Guessed:
    """Guess so many times, in turn a number that is there and one that is not."""
    from channels_in import proof
    from complaints.references import new_reference

    known, found = {case.reference for case in cases}, Guessed()
    for number in range(times):
        reference = dice.choice(cases).reference if number % 2 else new_reference(at)
        began = time.perf_counter()
        opened = proof.case_proved(reference, _code(dice), at)
        (found.there if reference in known else found.nowhere).append(time.perf_counter() - began)
        found.tried += 1
        found.opened += [reference] if opened else []
    return found


def _code(dice: random.Random) -> str:
    """Give a code of one of the two forms: sixteen letters and digits, or six digits."""
    from channels_in.proof import LETTERS

    if dice.random() < 0.5:
        return f"{dice.randrange(10**6):06d}"
    return "-".join("".join(dice.choice(LETTERS) for _letter in range(4)) for _part in range(4))


def cases_to_guess(at: Any, how_many: int = CASES) -> list[Any]:
    """Lodge complaints, each with a code under way to its phone."""
    from channels_in import phone_proof
    from channels_in.incoming import Incoming
    from channels_in.intake import lodge

    cases = []
    for number in range(how_many):
        phone = f"+2557000{number:05d}"
        case = lodge(Incoming("web", f"{number:032x}", f"Maji hayatoki nyumba {number}.", sender=phone), at).case
        phone_proof.send_code(case.reference, phone, at=at)
        cases.append(case)
    return cases


def main() -> int:
    """Guess as often as was said, and say what came of it."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    from offices.clock import database_now

    call_command("migrate", verbosity=0)
    call_command("load_offices", "offices/data/offices-dar-es-salaam.csv", verbosity=0)
    call_command("load_categories", verbosity=0)
    at = database_now()
    found = guess(cases_to_guess(at), int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, random.Random(), at)
    print(f"{found.tried} guesses, {len(found.opened)} opened; medians {found.apart:.0%} apart")
    return int(bool(found.opened) or found.apart > MOST_APART)


if __name__ == "__main__":
    raise SystemExit(main())
