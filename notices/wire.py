"""HTTP as the senders speak it: one request, one answer, no redirects, and no secret in the words of a failure."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from django.conf import settings

from notices.models import Notice
from notices.senders import TryLater

TIMEOUT = 10  # seconds
LONGEST_ANSWER = 20_000  # bytes that are read
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Heard(NamedTuple):
    """What a gateway answered."""

    status: int
    body: bytes

    @property
    def is_yes(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    @property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object; empty when it is none."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) else {}


class NoRedirects(HTTPRedirectHandler):
    """Follows no redirect: our key is for the address that the operator wrote down, and for no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def post(name: str, url: str, body: bytes, content_type: str, **headers: str) -> Heard:
    """Post to a gateway and give its answer, whatever its status. Raises `TryLater` when there is none.

    A proxy that the environment names is used for https alone: there it sees neither words nor keys.
    """
    told = {"Content-Type": content_type, "Accept": JSON, **headers}
    request = Request(url, body, told, method="POST")  # noqa: S310  (the address is the operator's own setting)
    proxies: dict[str, str] | None = None if urlsplit(url).scheme == "https" else {}
    return answer_to(request, name, build_opener(ProxyHandler(proxies), NoRedirects()))


def answer_to(request: Request | str, name: str, opener: OpenerDirector) -> Heard:
    """Give a gateway's answer to a request, whatever its status. Raises `TryLater` when there is none."""
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return Heard(answer.status, answer.read(LONGEST_ANSWER))
    except HTTPError as error:
        with error:
            return Heard(error.code, error.read(LONGEST_ANSWER))
    except (OSError, HTTPException) as error:
        raise TryLater(f"no connection to {name} ({type(error).__name__})") from error


def post_json(name: str, url: str, said: Mapping[str, Any], **headers: str) -> Heard:
    """Post a JSON object."""
    return post(name, url, as_json(said), JSON, **headers)


def post_form(name: str, url: str, said: Mapping[str, Any], **headers: str) -> Heard:
    """Post a form."""
    return post(name, url, urlencode(said).encode(), FORM, **headers)


def as_json(said: Mapping[str, Any]) -> bytes:
    """Give the bytes of a JSON object: what is signed is what is sent."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def basic(name: str, password: str) -> str:
    """Give the value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def report_url(gateway: str, **query: object) -> str:
    """Give the address at which a gateway reports to us."""
    asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return f"{settings.PUBLIC_URL.rstrip('/')}/channels/sms/{gateway}/dlr/{asked}"


def without_plus(notice: Notice) -> str:
    """Give the number as gateways write it that want no plus sign: 255754123456."""
    return notice.address.removeprefix("+")
