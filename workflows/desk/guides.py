"""The guides under /help/: how each role does its day's work, in both languages, for whoever wants to read them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from offices.models import Role

GUIDES = [Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR]


@require_safe
def guide(request: HttpRequest, role: str) -> HttpResponse:
    """Show the guide of a role, with links to the others'."""
    if role not in GUIDES:
        raise Http404
    language = "en" if get_language() == "en" else "sw"
    shown = {"guide": f"guides/{role}.{language}.html", "role": Role(role), "roles": GUIDES}
    return render(request, "guides/guide.html", shown)
