"""The addresses of the ways in: machines first, then the citizen's pages, then the counter."""

from __future__ import annotations

from django.urls import path, re_path

from channels_in import (
    about_pages,
    app_pages,
    asking,
    bodies,
    calls,
    counter,
    operations,
    public_pages,
    slip_views,
    views,
    web,
)
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
    path("app/", app_pages.shell, name="app"),
    path("app/words.json", app_pages.words, name="app_words"),
    path("app/manifest.webmanifest", app_pages.manifest, name="app_manifest"),
    path("sw.js", app_pages.worker, name="app_worker"),
    path("submit/", asking.begin, name="submit"),
    path("submit/form/", web.submit, name="form"),
    re_path(r"^submit/(?P<token>[0-9a-f]{32})/$", asking.check, name="check"),
    re_path(r"^submit/(?P<token>[0-9a-f]{32})/(?P<name>[a-z]+)/$", asking.question, name="question"),
    path("submit/<str:reference>/", web.submitted, name="submitted"),
    path("submit/<str:reference>/pdf/", web.receipt_file, name="receipt_file"),
    path("track/", web.track, name="track"),
    path("track/files/<int:number>/", web.track_file, name="track_file"),
    path("cases/<str:reference>/", public_pages.public_case, name="public_case"),
    path("about/", about_pages.about, name="about"),
    path("about/poster/", about_pages.poster, name="poster"),
    path("help/", web.help_page, name="help"),
    path("b/<str:token>/", bodies.body_page, name="body"),
    path("desk/gateways/", operations.gateways_page, name="gateways"),
    path("desk/counter/", counter.enter, name="counter"),
    path("desk/counter/calls/", calls.calls_page, name="calls"),
    path("desk/counter/calls/<str:reference>/", calls.call_page, name="call"),
    path("desk/counter/slips/", slip_views.slips_page, name="slips"),
    path("desk/counter/slips/<int:number>/", slip_views.batch_page, name="slip_batch"),
    path("desk/counter/slips/<int:number>/enter/", slip_views.enter_page, name="slip_entry"),
    path("desk/counter/<str:reference>/", counter.receipt, name="receipt"),
    path("desk/counter/<str:reference>/sms/", counter.send_receipt, name="send_receipt"),
]
