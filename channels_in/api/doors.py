"""What every address of the API does first: is it open, who asks, and what time is it?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from channels_in.api.answers import as_problem
from channels_in.api.callers import WhoAsks
from channels_in.api.sent import JSONOnly, StrictJSON
from channels_in.api.throttles import EachCaller
from offices.clock import database_now


class Door(APIView):
    """An address of the API."""

    authentication_classes = [WhoAsks]
    parser_classes = [StrictJSON]
    content_negotiation_class = JSONOnly
    throttle_classes: list[type[BaseThrottle]] = [EachCaller]
    throttle_scope = "read"

    @cached_property
    def at(self) -> dt.datetime:
        """The moment of this request."""
        return database_now()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer 404 while the setting does not open this channel; then ask who it is."""
        if "api" not in settings.OPEN_CHANNELS:
            raise Http404
        super().initial(request, *args, **kwargs)

    def get_exception_handler(self) -> Callable[[Exception, Mapping[str, Any]], HttpResponse | None]:
        """Answer what goes wrong with a problem."""
        return as_problem
