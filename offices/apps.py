"""The Django app offices."""

from django.apps import AppConfig


class OfficesConfig(AppConfig):
    name = "offices"

    def ready(self) -> None:
        """Hear from Django of people who sign in."""
        from django.contrib.auth.signals import user_logged_in

        from offices.sessions import begin

        user_logged_in.connect(begin)
