"""The product's settings, and the peer's flow beside the product's own."""

from config.settings import *  # noqa: F403  (settings are read by name)
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
