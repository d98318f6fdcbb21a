"""The Django app offices."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficesConfig(AppConfig):
    name = "offices"
    verbose_name = _("Offices and people")

    def ready(self) -> None:
        """Hear from Django of people who sign in."""
        from django.contrib.auth.signals import user_logged_in

        from offices.sessions import begin

        user_logged_in.connect(begin)
