"""One answer in two forms: XML, and JSON as the Spark convention makes it of that XML (the outermost element is left out)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse
from django.utils.functional import Promise

CONTENT_TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# What one thing of a list is called.
ITEMS = {
    "services": "service", "attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format",
    "service_requests": "request", "errors": "error",
}  # fmt: skip
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Refused(Exception):
    """What is wrong with a request: the status, and a sentence for each thing."""

    def __init__(self, status: int, *sentences: Promise | str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, *sentences)
        self.status, self.sentences, self.headers = status, sentences, headers or {}


def answer(form: str, name: str, content: Any, status: int = 200) -> HttpResponse:
    """Give an answer, whose outermost element has this name, as "xml" or "json"."""
    body = as_xml(name, content) if form == "xml" else json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(body, status=status, content_type=CONTENT_TYPES[form])
    response["Cache-Control"] = "no-store"
    return response


def errors(form: str, status: int, sentences: Iterable[Promise | str]) -> HttpResponse:
    """Say what is wrong."""
    said = [{"code": status, "description": _readable(sentence)} for sentence in sentences]
    return answer(form, "errors", said, status)


def form_of(path: str) -> str:
    """Give the form that an address asks for by its ending; XML, which every client reads, where it says nothing."""
    return "json" if path.endswith(".json") else "xml"


def as_xml(name: str, content: Any) -> bytes:
    """Give the content as an XML document."""
    root = ElementTree.Element(name)
    _fill(root, content)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _fill(element: ElementTree.Element, content: Any) -> None:
    if isinstance(content, dict):
        for name, value in content.items():
            _fill(ElementTree.SubElement(element, name), value)
    elif isinstance(content, list):
        for value in content:
            _fill(ElementTree.SubElement(element, ITEMS[element.tag]), value)
    elif content is not None:
        element.text = str(content).lower() if isinstance(content, bool) else NOT_IN_XML.sub("", str(content))


def _readable(sentence: Promise | str) -> str:
    """Give a sentence that any form can carry: what a client sent may stand in it."""
    return NOT_IN_XML.sub("", str(sentence))[:1000]
