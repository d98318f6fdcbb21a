"""The addresses of the ways in: machines first, then the citizen's pages, then the counter."""

from __future__ import annotations

from django.urls import path

from channels_in import bodies, counter, operations, views, web
from channels_in.api.urls import urlpatterns as api_urls
from channels_in.open311.urls import urlpatterns as open311_urls

app_name = "channels_in"

urlpatterns = [
    path("channels/sms/<slug:gateway>/", views.receive, name="receive"),
    path("channels/sms/<slug:gateway>/dlr/", views.delivery_report, name="delivery_report"),
    path("channels/ussd/<slug:gateway>/", views.ussd, name="ussd"),
    *api_urls,
    *open311_urls,
    path("", web.home, name="home"),
    path("submit/", web.submit, name="submit"),
    path("submit/<str:reference>/", web.submitted, name="submitted"),
    path("track/", web.track, name="track"),
    path("about/", web.about, name="about"),
    path("help/", web.help_page, name="help"),
    path("b/<str:token>/", bodies.body_page, name="body"),
    path("desk/gateways/", operations.gateways_page, name="gateways"),
    path("desk/counter/", counter.enter, name="counter"),
    path("desk/counter/<str:reference>/", counter.receipt, name="receipt"),
]
