"""The web server as `make run` starts it, for what is measured through it; needs no Django here."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from config.launch.places import free_port
from config.launch.processes import Family
from config.launch.run import start_web


@contextlib.contextmanager
def served(**settings: str) -> Iterator[int]:
    """Serve the benchmarks' database, with these settings besides, and give the port."""
    with Family() as family:
        port = free_port()
        start_web(family, {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **settings}, port)
        yield port
