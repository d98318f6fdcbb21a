"""The product's settings, and the peer's flow beside the product's own."""

from config.settings import *  # noqa: F403  (Django reads settings by their names in this module, so all of the product's must be in it)
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
