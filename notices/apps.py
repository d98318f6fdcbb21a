"""The Django app notices."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
