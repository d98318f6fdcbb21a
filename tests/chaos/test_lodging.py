"""The small form of `chaos/lodging.py`: what was accepted is there once, whoever was killed meanwhile."""

from pathlib import Path

from chaos.lodging import run
from config.launch.places import scratch


def test_nothing_accepted_is_lost_or_doubled_while_workers_and_the_database_are_killed():
    with scratch("chaos") as folder:
        ledger = run(8, Path(folder))

    assert ledger.answered
    assert ledger.answered.keys() == ledger.sent
    assert all(ledger.killed.values())
