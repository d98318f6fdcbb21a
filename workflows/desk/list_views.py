"""The doors of what a person keeps for themselves: lists under a name, and whether single keys act."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.desk.inbox_forms import NameForm
from workflows.desk.inbox_views import KEYS_COOKIE, kept_in_address, list_at
from workflows.desk.views import who_comes
from workflows.models import SavedView

MOST = 30  # lists of one person


@login_required
@require_http_methods(["GET", "POST"])
def lists_page(request: HttpRequest) -> HttpResponse:
    """Show the lists that a person keeps; keep, rename or remove one."""
    by, at = who_comes(request)
    kept = SavedView.objects.filter(user=by.user_id)
    if request.method == "GET":
        return show_lists(request, kept)
    view = view_meant(request.POST.get("view", ""), kept) or SavedView(user=by.user, created_at=at)
    if "remove" in request.POST and view.pk:
        view.delete()
        messages.success(request, _("The list is removed."))
        return redirect("desk:lists")
    form = keep(view, request.POST, kept)
    if not form.is_valid():
        return show_lists(request, kept, form)
    messages.success(request, _("The list is kept as “%(name)s”.") % {"name": view.name})
    return redirect(list_at(view.query))


def show_lists(request: HttpRequest, kept: QuerySet[SavedView], form: NameForm | None = None) -> HttpResponse:
    """Show the lists kept, and why a name was refused."""
    shown = {"lists": kept.order_by("name"), "form": form, "query": (request.POST or request.GET).get("query", "")}
    return render(request, "desk/inbox_lists.html", shown | {"here": "inbox"}, status=422 if form else 200)


def view_meant(number: str, kept: QuerySet[SavedView]) -> SavedView | None:
    """Give the list that a form names, None where it names none; raise Http404 for another person's."""
    if not number:
        return None
    view = kept.filter(pk=int(number)).first() if number.isascii() and number.isdigit() and len(number) < 19 else None
    if view is None:
        raise Http404
    return view


def keep(view: SavedView, said: QueryDict, kept: QuerySet[SavedView]) -> NameForm:
    """Save a list under the name that was given, in place of one of that name; the form says why not."""
    form = NameForm(said, instance=view)
    if view.pk is None and kept.count() >= MOST:
        form.add_error(None, _("You keep %(most)s lists already: remove one first.") % {"most": MOST})
    if not form.is_valid():
        return form
    if view.pk:
        form.save()
    else:
        view.query = kept_in_address(QueryDict(said.get("query", "")[:1000])).urlencode()[:1000]
        asked = {"query": view.query, "created_at": view.created_at}
        kept.update_or_create(user_id=view.user_id, name=view.name, defaults=asked)
    return form


@login_required
@require_http_methods(["GET", "POST"])
def keys_page(request: HttpRequest) -> HttpResponse:
    """Show which keys act in the list, and switch them off or on for this browser."""
    if request.method == "GET":
        return render(
            request, "desk/inbox_keys.html", {"keys": request.COOKIES.get(KEYS_COOKIE) != "off", "here": "inbox"}
        )
    answer = redirect("desk:inbox")
    answer.set_cookie(
        KEYS_COOKIE, "off" if request.POST.get("keys") == "off" else "on", max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip
    return answer
