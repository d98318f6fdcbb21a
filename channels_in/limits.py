"""How often one may try before the door stays shut for a while.

Counted in Django's cache, which all processes share. It keeps a guesser from costing us anything; what is guarded does
not hang on it (80 random bits, or five tries counted beside the code).
"""

from __future__ import annotations

from django.core.cache import cache


def reached(key: str, most: int) -> bool:
    """Say whether `most` tries have been counted lately."""
    return int(cache.get(f"tries:{key}", 0)) >= most


def count(key: str, seconds: int) -> None:
    """Count one try; all are forgotten that long after the first."""
    name = f"tries:{key}"
    if not cache.add(name, 1, seconds):
        try:
            cache.incr(name)
        except ValueError:  # forgotten between the two
            cache.set(name, 1, seconds)
