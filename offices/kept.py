"""Reference data kept in this process for a little while: it is read at every step and edited once a month."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

LIFETIME = 30.0  # seconds: how long an administrator's change may take to reach every process

_shelf: dict[tuple[str, tuple[Any, ...]], tuple[float, Any]] = {}


def kept(function: Callable[P, R]) -> Callable[P, R]:
    """Keep what `function` gives for `LIFETIME` seconds, once for each set of positional arguments."""
    name = _name(function)

    @wraps(function)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (name, args)
        until, value = _shelf.get(key, (0.0, None))
        if until < time.monotonic():
            value = function(*args, **kwargs)
            _shelf[key] = (time.monotonic() + LIFETIME, value)
        return value

    return ask


def not_kept(function: Callable[..., Any], each: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Give those of the sets of arguments for which a kept function would have to read."""
    name, now = _name(function), time.monotonic()
    return [args for args in each if _shelf.get((name, args), (0.0, None))[0] < now]


def keep(function: Callable[..., R], args: tuple[Any, ...], value: R) -> None:
    """Keep what a kept function would give for these arguments, where it was read for many at once."""
    _shelf[_name(function), args] = (time.monotonic() + LIFETIME, value)


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def forget() -> None:
    """Read everything afresh from now on, in this process: call it after changing reference data."""
    _shelf.clear()
