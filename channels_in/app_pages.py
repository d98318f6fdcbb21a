"""The citizen's app: a shell that a browser keeps and opens without a line, its manifest, its words and its service worker.

Nothing here is about anybody: what is personal passes through the API alone. Why so: docs/decisions/ (what the app keeps).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from channels_in.app_words import SENTENCES
from channels_in.web import way_in

MODULES = [
    f"js/app/{name}.js"
    for name in (
        "start", "ask", "case", "cases", "dom", "drafts", "forget", "home", "install", "letters", "lists", "mine", "news",
        "photos", "store", "words", "write",
    )
]  # fmt: skip
WORKER = "js/app/worker.js"
SHELL = ["css/malalamiko.css", "icon.svg", *MODULES]
GREEN, WHITE = "#0b5d3b", "#ffffff"
A_YEAR = 365 * 24 * 60 * 60


@require_safe
@way_in("api")
def shell(request: HttpRequest) -> HttpResponse:
    """Show the page in which the app runs; asked for a version that is not this one, there is none."""
    now = version()
    if request.GET.get("v", now) != now:
        raise Http404
    response = render(request, "web/app.html", what_stands_in_the_shell(now))
    response["Cache-Control"] = "no-cache"
    return response


def what_stands_in_the_shell(now: str) -> dict[str, Any]:
    """Give the app's files, and where its words are."""
    return {"modules": [static(name) for name in MODULES], "words": f"{reverse('channels_in:app_words')}?v={now}"}


@require_safe
@way_in("api")
def words(request: HttpRequest) -> HttpResponse:
    """Give the app's sentences in Swahili, each under its English one."""
    response = HttpResponse(in_swahili(), content_type="application/json")
    is_asked_for = request.GET.get("v") == version()
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_asked_for else "no-cache"
    return response


def in_swahili() -> str:
    """Give the sentences as JSON."""
    with override("sw"):
        said = {sentence: _(sentence) for sentence in SENTENCES}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


@require_safe
@way_in("api")
def worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker of this version of the shell; a browser asks for it anew at each visit."""
    now = version()
    page, said = f"{reverse('channels_in:app')}?v={now}", f"{reverse('channels_in:app_words')}?v={now}"
    kept = json.dumps([page, said, *(static(name) for name in SHELL)])
    script = f'import {{ serve }} from "{static(WORKER)}";\nserve("{now}", {kept});\n'
    response = HttpResponse(script, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@way_in("api")
def manifest(request: HttpRequest) -> HttpResponse:
    """Say what a phone needs to know to install the app."""
    app = reverse("channels_in:app")
    icons = [icon("any", "icon.svg", "image/svg+xml")]
    icons += [icon(f"{side}x{side}", f"icons/icon-{side}.png") for side in (192, 512)]
    icons += [icon(f"{side}x{side}", f"icons/maskable-{side}.png", purpose="maskable") for side in (192, 512)]
    said = {
        "id": app, "start_url": app, "scope": app, "display": "standalone", "lang": "sw", "dir": "ltr",
        "name": _("Malalamiko"), "short_name": _("Malalamiko"), "theme_color": GREEN, "background_color": WHITE,
        "description": _("Write a complaint, with or without a connection, and follow it."),
        "categories": ["government"], "icons": icons,
        "shortcuts": [
            {"name": _("Write a complaint"), "url": f"{app}#write"}, {"name": _("My complaints"), "url": f"{app}#mine"},
        ],
    }  # fmt: skip
    response = HttpResponse(json.dumps(said, ensure_ascii=False), content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


def icon(sizes: str, name: str, kind: str = "image/png", purpose: str = "any") -> dict[str, str]:
    """Say where an icon is, and what it is good for."""
    return {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}


def version() -> str:
    """Give a name that changes with anything that stands in the shell."""
    whole = hashlib.sha256(in_swahili().encode())
    for language in ("sw", "en"):
        with override(language):
            whole.update(render_to_string("web/app.html", what_stands_in_the_shell("")).encode())
    for name in [*SHELL, WORKER]:
        whole.update(Path(str(finders.find(name))).read_bytes())
    return whole.hexdigest()[:16]
