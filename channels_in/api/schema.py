"""The API's own description, OpenAPI 3.1: `/api/v1/schema/`."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from channels_in.api.describing import IF_NONE_MATCH, described, schema
from channels_in.api.lists import OpenList, listing


class Schema(OpenList):
    """What this API takes and says."""

    @described("read_schema", {200: "Schema", 304: None}, asks=[IF_NONE_MATCH])
    def get(self, request: Request) -> HttpResponse:
        """Give the schema, with the codes that can be chosen at this moment."""
        return listing(schema(), request)


schema_page = Schema.as_view()
