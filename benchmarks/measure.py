"""How the benchmarks measure: interleaved rounds of the same work done several ways, medians, and ratios between them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Result:
    """One line: ours and raw in `unit`; `ratio_raw` how many times raw's time ours takes, `ratio_peer` how many times faster than the peer."""

    name: str
    n: int
    ours: float
    unit: str
    raw: float | None = None
    ratio_raw: float | None = None
    peer: float | None = None
    ratio_peer: float | None = None

    def line(self) -> dict[str, object]:
        """Give it as one JSON object, numbers short."""
        return {key: round(value, 3) if isinstance(value, float) else value for key, value in asdict(self).items()}


def medians(ways: dict[str, Work], *, rounds: int, times: int) -> dict[str, float]:
    """Give the median seconds of one piece of work for each way; the ways take turns, so that a busy moment hits all."""
    for work in ways.values():
        work()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(rounds):
        for name, work in ways.items():
            taken[name].extend(seconds(work) for _time in range(times))
    return {name: statistics.median(each) for name, each in taken.items()}


def seconds(work: Work) -> float:
    """Give the seconds that one piece of work takes, the garbage of the one before not counted."""
    gc.collect(0)
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def compared(name: str, n: int, took: dict[str, float], *, rate: int | None = None) -> Result:
    """Give the line of `ours`, `raw` and `peer` seconds: in milliseconds, or with `rate` in that many rows a second."""
    unit = "/s" if rate else "ms"
    value = {way: rate / each if rate else each * 1000 for way, each in took.items()}
    ours = took["ours"]
    return Result(
        name, n, value["ours"], unit,
        raw=value.get("raw"), ratio_raw=ours / took["raw"] if "raw" in took else None,
        peer=value.get("peer"), ratio_peer=took["peer"] / ours if "peer" in took else None,
    )  # fmt: skip
