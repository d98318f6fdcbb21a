"""How an address of the API describes itself: `described` beside each method, from which drf-spectacular makes the schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema

from channels_in.api import shapes
from channels_in.api.shapes import Shape, ref

JSON, PROBLEM = "application/json", "application/problem+json"
# What a door may answer besides, whatever it is asked: the address or the body cannot be read, too much of it, or too often.
ALWAYS = (400, 401, 404, 429, 503)
OF_A_BODY = (411, 413, 415)
PARTNER, CITIZEN, NOBODY = "partnerKey", "citizenToken", ""
SCHEMES: dict[str, Shape] = {
    PARTNER: {"type": "http", "scheme": "bearer", "description": "The key of a partner's program."},
    CITIZEN: {"type": "http", "scheme": "bearer", "description": "The token of a proved phone (/api/v1/phones/)."},
}


def header(name: str, shape: Shape, words: str, *, needed: bool = False) -> OpenApiParameter:
    """Describe a header that is sent."""
    return OpenApiParameter(name, shape, OpenApiParameter.HEADER, required=needed, description=words)


def query(name: str, shape: Shape, words: str, *, needed: bool = False) -> OpenApiParameter:
    """Describe a word of the query."""
    return OpenApiParameter(name, shape, OpenApiParameter.QUERY, required=needed, description=words)


def path(name: str, shape: Shape) -> OpenApiParameter:
    """Describe a part of the path."""
    return OpenApiParameter(name, shape, OpenApiParameter.PATH, required=True)


LANGUAGE = header("Accept-Language", shapes.TEXT, "The language of what is said: sw, or en.")
CODE = header(
    "X-Complaint-Code",
    {"type": "string", "pattern": "^[0-9a-z-]{0,40}$"},
    "The code of the receipt, in place of a token.",
)
OF_THE_CASE = [path("reference", shapes.REFERENCE), CODE]
A_KEY: Shape = {"type": "string", "pattern": r"^[!#-\[\]-~]{1,128}$"}
A_LONG_KEY: Shape = {"type": "string", "pattern": r"^[!#-\[\]-~]{16,128}$"}
IDEMPOTENCY_KEY = header(
    "Idempotency-Key", A_KEY, "Names what is sent, so that a repeat does nothing new; partners may leave it out."
)
NEEDED_KEY = header(
    "Idempotency-Key", A_LONG_KEY, "Names what is sent, so that a repeat does nothing new.", needed=True
)
IF_NONE_MATCH = header("If-None-Match", shapes.TAG, "The ETag of what is known; 304 where nothing has changed.")
IF_MATCH = header("If-Match", shapes.TAG, "The ETag of what was seen; 412 where it has changed.")


def described(
    name: str,
    answers: Mapping[int, str | None],
    *,
    sends: str | None = None,
    asks: Sequence[OpenApiParameter] = (),
    who: Sequence[str] = (NOBODY,),
    fails: Sequence[int] = (),
    request: Any = None,
) -> Callable[[Any], Any]:
    """Describe a method: what it `asks` and `sends`, what it `answers` (status: name of the shape), how it `fails`, `who` may."""
    body = {JSON: ref(sends)} if sends else request
    said: dict[Any, Any] = {
        (status, JSON) if shape else status: ref(shape) if shape else None for status, shape in answers.items()
    }
    wrong = {*ALWAYS, *fails, *(OF_A_BODY if body else ())}
    said |= {(status, PROBLEM): ref("Problem") for status in sorted(wrong)}
    auth: list[Any] = [{scheme: []} if scheme else {} for scheme in who]
    return extend_schema(operation_id=name, parameters=[*asks, LANGUAGE], request=body, responses=said, auth=auth)


class Describing(AutoSchema):
    """Reads what `described` says; tags by the first word of the path."""

    def get_tags(self) -> list[str]:
        """Give the part of the API."""
        return [self.path.split("/")[3]]


class Endpoints(EndpointEnumerator):
    """Knows a HEAD of our own, beside those that come with every GET."""

    def get_allowed_methods(self, callback: Any) -> list[str]:
        """Give the methods of an address."""
        own = ["HEAD"] if "head" in vars(callback.cls) else []
        return [*super().get_allowed_methods(callback), *own]


class Generator(SchemaGenerator):
    """Reads our addresses."""

    endpoint_inspector_cls = Endpoints


def schema() -> dict[str, Any]:
    """Give the whole schema, with the codes that can be chosen at this moment."""
    made: dict[str, Any] = Generator().get_schema(request=None, public=True)
    for operation in (operation for path in made["paths"].values() for operation in path.values()):
        if "requestBody" in operation:
            operation["requestBody"]["required"] = True
        for status, answer in operation["responses"].items():
            answer["description"] = HTTPStatus(int(status)).phrase
    made["components"] = {"schemas": shapes.shapes(), "securitySchemes": SCHEMES}
    return made
