"""The last word when nobody else had one."""

import sys

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from config.middleware import come_back_later, is_database_away


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when a middleware, not a view, found the database away (saving the session, for one)."""
    if is_database_away(sys.exc_info()[1]):
        return come_back_later(request)
    return defaults.server_error(request)
