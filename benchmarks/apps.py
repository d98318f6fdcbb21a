"""The Django app that holds the peer's flow; installed by `benchmarks.settings` alone."""

from django.apps import AppConfig


class BenchmarksConfig(AppConfig):
    """The Django app benchmarks."""

    name = "benchmarks"
