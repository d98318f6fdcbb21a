"""The doors of the work list: the list itself, what has come in since, and moves on its rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from complaints.references import read_reference
from offices.actors import Actor
from offices.phones import NoPhoneNumber, read_phone
from workflows import words
from workflows.desk import bulk, casefile
from workflows.desk.inbox_forms import BulkForm, asks_for_target
from workflows.desk.views import who_comes
from workflows.inbox import PAGE, SIZES, Page, Tab, come_since, counts, inbox, newest_step
from workflows.inbox_done import cases_of_phone
from workflows.inbox_filters import FilterForm
from workflows.models import SavedView
from workflows.refusals import AlreadyDone, NotYours

KEYS_COOKIE = "desk_keys"  # "off" where a person wants no single keys
IN_THE_ADDRESS = ("tab", *FilterForm.base_fields, "size")
STOP_ASKING = 286  # htmx's own status: no more polling


# The list.


@login_required
@require_GET
def inbox_page(request: HttpRequest) -> HttpResponse:
    """Show a list of work; where none is named, one's own, or if that is empty what there is to take."""
    by, at = who_comes(request)
    searched = request.GET.get("q", "").strip()
    if read_reference(searched):
        return open_or_say_no(request, searched, by, at)
    if phone := phone_meant(searched):
        shown = {"cases": cases_of_phone(phone, by, at), "here": "inbox", "q": searched}
        return render(request, "desk/inbox_found.html", shown)
    return show_list(request, by, at)


def open_or_say_no(request: HttpRequest, reference: str, by: Actor, at: dt.datetime) -> HttpResponse:
    """Go to the case of a reference; one out of sight is as one that does not exist."""
    case = casefile.case_in_sight(reference, by, at)
    if case is not None:
        return redirect("desk:case", case.reference)
    messages.warning(request, _("There is no such complaint, or you may not see it."))
    return redirect("desk:inbox")


def phone_meant(searched: str) -> str:
    """Give the whole phone number that was typed, empty for words."""
    if sum(letter.isdigit() for letter in searched) < 9:
        return ""
    try:
        return read_phone(searched)
    except NoPhoneNumber:
        return ""


def show_list(request: HttpRequest, by: Actor, at: dt.datetime) -> HttpResponse:
    """Give the page of the list that the address names."""
    counted = counts(by, at)
    tab = request.GET.get("tab", "")
    if tab not in Tab.values:
        tab = Tab.MINE if counted[Tab.MINE].number else Tab.QUEUES
    form = FilterForm(request.GET, by=by, at=at)
    asked, size = form.asked(), size_of(request.GET)
    page = inbox(by, tab, request.GET.get("after", ""), at, asked, size)
    query = kept_in_address(request.GET, tab)
    shown = {
        "page": page, "tab": tab, "name": Tab(tab).label, "tabs": [(each, each.label, counted[each]) for each in Tab],
        "count": counted[tab], "form": form, "asked": asked, "sizes": SIZES, "size": size, "query": query.urlencode(),
        "next": address_after(query, page), "newest": newest_step(), "here": "inbox",
        "kept_lists": SavedView.objects.filter(user=by.user_id).order_by("name"),
        "moves": [(move, words.MOVES[move].button) for move in bulk.moves_offered_to(by)],
        "keys": request.COOKIES.get(KEYS_COOKIE) != "off",
    }  # fmt: skip
    return render(request, "desk/inbox.html", shown)


def size_of(said: QueryDict) -> int:
    """Give how many rows a page shall have."""
    return next((size for size in SIZES if str(size) == said.get("size")), PAGE)


def kept_in_address(said: QueryDict, tab: str = "") -> QueryDict:
    """Give what names a list: its tab and every wish, without the page within it."""
    query = QueryDict(mutable=True)
    for name in IN_THE_ADDRESS:
        if value := (tab if name == "tab" and tab else said.get(name, "")[:200]):
            query[name] = value
    return query


def address_after(query: QueryDict, page: Page) -> str:
    """Give the address of the page after this one; empty where there is none."""
    following = query.copy()
    following["after"] = page.after
    return f"?{following.urlencode()}" if page.after else ""


def list_at(query: str) -> str:
    """Give the address of the list that such a query names, whatever else stands in it."""
    kept = kept_in_address(QueryDict(query[:1000])).urlencode()
    return reverse("desk:inbox") + (f"?{kept}" if kept else "")


# What has come in since.


@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """Say how much has come into a list since it was shown: a few bytes, and none while that is unchanged."""
    if not request.user.is_authenticated:
        return render(request, "desk/_logged_out.html", {"next": list_at(request.GET.urlencode())}, status=STOP_ASKING)
    by, at = who_comes(request)
    since, tab = request.GET.get("since", ""), request.GET.get("tab", "")
    if tab not in Tab.values or not (since.isascii() and since.isdigit() and len(since) < 19):
        return HttpResponse(status=STOP_ASKING)
    number = come_since(int(since), by, tab, at, FilterForm(request.GET, by=by, at=at).asked())
    etag = f'"{number}-{request.LANGUAGE_CODE}"'
    answer: HttpResponse = HttpResponseNotModified()
    if request.headers.get("If-None-Match", "").removeprefix("W/") != etag:  # weak, once it went out compressed
        address = list_at(request.GET.urlencode())
        answer = render(request, "desk/_inbox_news.html", {"number": number, "address": address})
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    return answer


# Moves on rows.


@login_required
@require_POST
def rows_page(request: HttpRequest) -> HttpResponse:
    """Make one move on one row, or on all that are ticked; what a move asks for is asked first."""
    by, at = who_comes(request)
    if "one" in request.POST:
        return move_one(request, *request.POST["one"].partition(":")[::2], by=by, at=at)
    ticked, move = request.POST.getlist("task"), request.POST.get("do", "")
    if move not in bulk.MOVES:
        raise Http404
    if not ticked or len(ticked) > bulk.MOST:
        messages.warning(request, _("Tick at least one row, and at most %(most)s.") % {"most": bulk.MOST})
        return back_to_list(request)
    if move not in bulk.moves_offered_to(by):
        return render(request, "403.html", {"words": NotYours.words}, status=403)
    seen = bulk.read_seen(ticked)
    if move in bulk.AT_ONCE:
        return show_results(request, move, bulk.make_each(seen, move, by=by, at=at))
    return ask_and_make(request, move, seen, by, at)


def move_one(request: HttpRequest, move: str, row: str, *, by: Actor, at: dt.datetime) -> HttpResponse:
    """Take or give back in one press, and show the list again."""
    if move not in ("take", "give_back"):
        raise Http404
    says = {"reason": _("Given back from the work list.")} if move == "give_back" else {}
    [done] = bulk.make_each(bulk.read_seen([row]), move, by=by, at=at, **says) or [bulk.Row("", "", AlreadyDone.words)]
    if done.refused:
        messages.warning(request, f"{done.reference_written} {done.refused}".strip())
    else:
        said = {"ref": done.reference_written, "done": words.MOVES[move].done}
        messages.success(request, _("%(ref)s: %(done)s") % said)
    return back_to_list(request)


def back_to_list(request: HttpRequest) -> HttpResponseRedirect:
    """Go back to the list from which the form came."""
    return HttpResponseRedirect(list_at(request.POST.get("list", "")))


def ask_and_make(request: HttpRequest, move: str, seen: list[bulk.Seen], by: Actor, at: dt.datetime) -> HttpResponse:
    """Ask to whom or where, and why; then make the move on each row."""
    tasks = bulk.tasks_seen(seen, by, at)
    groups = bulk.targets(move, tasks.values(), by, at) if asks_for_target(move) else []
    form = BulkForm(move, groups, request.POST if "sure" in request.POST else None)
    if form.is_valid():
        return show_results(request, move, bulk.make_each(seen, move, by=by, at=at, **form.cleaned_data))
    shown: dict[str, Any] = {"form": form, "move": move, "words": words.MOVES[move], "here": "inbox"}
    shown |= {"ticked": request.POST.getlist("task"), "list": request.POST.get("list", "")}
    shown |= {"cases": [task.process for task in tasks.values()], "back": list_at(request.POST.get("list", ""))}
    return render(request, "desk/inbox_ask.html", shown, status=422 if form.is_bound else 200)


def show_results(request: HttpRequest, move: str, rows: list[bulk.Row]) -> HttpResponse:
    """Show what came of each row."""
    refused = sum(bool(row.refused) for row in rows)
    made = len(rows) - refused
    said = ngettext("%(number)s row done", "%(number)s rows done", made) % {"number": made}
    said += ", " + ngettext("%(number)s refused", "%(number)s refused", refused) % {"number": refused}
    shown = {"rows": rows, "said": said, "refused": refused, "words": words.MOVES[move], "here": "inbox"}
    return render(request, "desk/inbox_results.html", shown | {"back": list_at(request.POST.get("list", ""))})
