"""The addresses of the ways in: machines first, then the citizen's pages, then the counter."""

from __future__ import annotations

from django.urls import path, re_path

from channels_in import api, bodies, calls, counter, operations, slip_views, suggesting, views, web

app_name = "channels_in"

urlpatterns = [
    path("channels/sms/<slug:gateway>/", views.receive, name="receive"),
    path("channels/sms/<slug:gateway>/dlr/", views.delivery_report, name="delivery_report"),
    path("channels/ussd/<slug:gateway>/", views.ussd, name="ussd"),
    path("api/v1/complaints/", api.complaints, name="api_complaints"),
    path("api/v1/complaints/<str:reference>/", api.complaint, name="api_complaint"),
    path("api/v1/suggest/", suggesting.suggestions, name="api_suggest"),
    re_path(r"^api(/.*)?$", api.unknown),
    path("", web.home, name="home"),
    path("submit/", web.submit, name="submit"),
    path("submit/<str:reference>/", web.submitted, name="submitted"),
    path("track/", web.track, name="track"),
    path("about/", web.about, name="about"),
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
