"""The addresses of GeoReport v2, and the discovery that leads to them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from channels_in.open311 import lodging, published, services
from channels_in.open311.doors import Door, for_us, kept_for_an_hour
from channels_in.open311.shapes import CONTENT_TYPES, answer, errors, form_of
from offices.clock import database_now

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-25T00:00:00+03:00"  # when what these addresses answer was last made another


class Discovery(Door):
    """Where to find which version of the standard."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Give the one endpoint that there is."""
        endpoint = {
            "specification": SPECIFICATION,
            "url": f"{settings.PUBLIC_URL}/open311/v2/",
            "changeset": CHANGED,
            "type": "test" if settings.DEMO else "production",
            "formats": [content_type.partition(";")[0] for content_type in CONTENT_TYPES.values()],
        }
        found = {
            "changeset": CHANGED,
            "contact": _("Help: %(page)s") % {"page": f"{settings.PUBLIC_URL}/help/"},
            "key_service": _("Ask the office that runs this service for a key. Help: %(page)s")
            % {"page": f"{settings.PUBLIC_URL}/help/"},
            "endpoints": [endpoint],
        }
        return kept_for_an_hour(answer(self.form, "discovery", found))


class Services(Door):
    """What a complaint can be about."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Give all subjects."""
        return kept_for_an_hour(answer(self.form, "services", services.services()))


class Definition(Door):
    """What else is asked about a subject."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Give the questions about one subject."""
        asked = services.definition(services.service_with(code))
        return kept_for_an_hour(answer(self.form, "service_definition", asked))


class Requests(Door):
    """Complaints: POST lodges one, GET lists those that are public."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the public ones that are asked for."""
        asked = published.asked_for(request.GET, database_now())
        return answer(self.form, "service_requests", published.requests(asked))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Lodge one."""
        for_us(request.POST)
        status, told = lodging.posted(request, database_now())
        return answer(self.form, "service_requests", [told], status)


class OneRequest(Door):
    """One public complaint."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """Give it, as a list of one."""
        return answer(self.form, "service_requests", published.request_with(number))


class Token(Door):
    """The number for a token."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Give it, once there is one."""
        found: dict[str, Any] = {"service_request_id": lodging.number_for(token), "token": token}
        return answer(self.form, "service_requests", [found])


@csrf_exempt
def unknown(request: HttpRequest, rest: str | None = None) -> HttpResponse:
    """Say in the standard's own form that there is nothing at this address."""
    return errors(form_of(request.path), 404, [_("There is nothing at this address.")])
