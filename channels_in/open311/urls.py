"""The addresses of Open311; what they end in says in which form they answer."""

from __future__ import annotations

from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from channels_in.open311 import views

FORM = r"\.(?P<form>xml|json)$"

urlpatterns = [
    re_path(rf"^open311/(?:v2/)?discovery{FORM}", views.Discovery.as_view(), name="open311_discovery"),
    re_path(rf"^open311/v2/services{FORM}", views.Services.as_view(), name="open311_services"),
    re_path(rf"^open311/v2/services/(?P<code>[^/]+){FORM}", views.Definition.as_view(), name="open311_definition"),
    re_path(rf"^open311/v2/requests{FORM}", csrf_exempt(views.Requests.as_view()), name="open311_requests"),
    re_path(rf"^open311/v2/requests/(?P<number>[^/]+){FORM}", views.OneRequest.as_view(), name="open311_request"),
    re_path(rf"^open311/v2/tokens/(?P<token>[^/]+){FORM}", views.Token.as_view(), name="open311_token"),
    re_path(r"^open311(/.*)?$", views.unknown),
]
