"""Which address leads to which app."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from config import health
from workflows.desk import guides

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("config.account_urls")),
    path("i18n/setlang/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("help/<slug:role>/", guides.guide, name="guide"),
    path("desk/", include("workflows.desk.urls")),
    path("", include("reports.urls")),
    path("", include("channels_in.urls")),
]

handler500 = "config.errors.server_error"
