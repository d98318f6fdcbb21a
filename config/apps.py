"""The administrator's site, in place of Django's own."""

from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class AdministrationConfig(AdminConfig):
    verbose_name = _("History")
    default_site = "offices.administration.AdministrationSite"
