"""The supervisor's doors: the board of a team, sharing work out, and the figures of a post."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from offices.actors import Actor, reaches
from offices.models import Posting, Queue, Role
from workflows import board, posts, sharing
from workflows.board import Member, Team
from workflows.desk.board_forms import ShareForm
from workflows.desk.views import who_comes
from workflows.incidents import posts_of


def team_or_refusal(by: Actor, code: str) -> Team:
    """Give the team at this office, or the own one; no such office for whoever does not lead it, refused to whoever leads none."""
    if not board.leads(by):
        raise PermissionDenied
    team = board.team_of(by, code)
    if team is None:
        raise Http404
    return team


@login_required
@require_GET
def board_page(request: HttpRequest) -> HttpResponse:
    """Show the board of a team."""
    by, at = who_comes(request)
    team = team_or_refusal(by, request.GET.get("office", ""))
    shown: dict[str, Any] = {"board": board.board(team, at), "here": "board", "worklist": worklists()}
    shown["enters_incidents"] = bool(posts_of(by))
    return render(request, "desk/board.html", shown)


def worklists() -> dict[str, str]:
    """Give the lists of work to which the board leads."""
    return {
        "unassigned": board.worklist("queues", holder="nobody"),
        "for_approval": board.worklist("queues", state="for_approval"),
        "soon": board.worklist("soon"),
        "overdue": board.worklist("overdue"),
    }


# Sharing work out.


@login_required
@require_http_methods(["GET", "POST"])
def share_page(request: HttpRequest) -> HttpResponse:
    """Ask among whom work is shared, show who would get what, and give it to them."""
    by, at = who_comes(request)
    said = request.POST or request.GET
    queue = queue_or_404(said.get("queue", ""))
    team = team_or_refusal(by, queue.office.code)
    if queue.pk not in team.queue_ids:
        raise Http404
    if request.method == "POST":
        return shared(request, team, queue, by, at)
    people = [member for member in board.members(team, at) if member.posting.covers(queue) and not member.away]
    form = ShareForm(people, queue, request.GET if "to" in request.GET or "plan" in request.GET else None)
    shown: dict[str, Any] = {"queue": queue, "team": team, "form": form, "here": "board"}
    if form.is_bound and form.is_valid():
        shown |= plan(form, team, queue, at)
    return render(request, "desk/board_share.html", shown, status=422 if form.errors else 200)


def queue_or_404(number: str) -> Queue:
    """Give the queue that the address names."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    return get_object_or_404(Queue.objects.select_related("office", "department"), pk=int(number))


def plan(form: ShareForm, team: Team, queue: Queue, at: dt.datetime) -> dict[str, Any]:
    """Give who would get what."""
    holder: Member | None = form.cleaned_data["of"]
    tasks = sharing.shareable(team, queue, holder.user.pk if holder else None, at)
    hands = hands_of(form.cleaned_data["to"], queue, at)
    planned = sharing.share_out(
        tasks, [hand for hand in hands if holder is None or hand.user != holder.user], queue, at
    )
    rows = [(share, sharing.Wish(share.task.pk, share.task.owner_id or 0, share.to.pk)) for share in planned.shares]
    return {"planned": planned, "rows": rows, "holder": holder, "most": sharing.MOST_SHARED}


def hands_of(people: list[Member], queue: Queue, at: dt.datetime) -> list[sharing.Hand]:
    """Give those who were chosen, with every posting by which they serve at the queue; one statement."""
    serving = Posting.objects.serving(timezone.localdate(at)).filter(
        office=queue.office_id, role__in=board.WORKING, user__in=[member.user for member in people]
    )
    postings: dict[int, list[Posting]] = {}
    for posting in serving:
        if reaches(posting, queue):
            postings.setdefault(posting.user_id, []).append(posting)
    return [
        sharing.Hand(member.user, tuple(postings.get(member.user.pk, [])), member.load.held.number) for member in people
    ]


def shared(request: HttpRequest, team: Team, queue: Queue, by: Actor, at: dt.datetime) -> HttpResponse:
    """Do as the plan says, and show what became of each row."""
    rows = request.POST.getlist("row")[: sharing.MOST_SHARED]
    wishes = [wish for wish in map(sharing.read_wish, rows) if wish]
    results = sharing.carry_out(wishes, team, by=by, at=at)
    refused = [result for result in results if result.refused]
    shown = {"results": results, "refused": refused, "queue": queue, "team": team, "here": "board"}
    return render(request, "desk/board_shared.html", shown | {"done": len(results) - len(refused)})


# One post.


@login_required
@require_GET
def post_page(request: HttpRequest, posting: int) -> HttpResponse:
    """Show the figures of a post to whoever holds it and to the line above."""
    by, at = who_comes(request)
    found = Posting.objects.select_related("user", "office", "department").filter(pk=posting).first()
    if found is None or not posts.may_see_figures(by, found):
        raise Http404
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, posts.PERIODS) else posts.PERIODS[1]
    shown = {
        "post": found,
        "figures": posts.figures(found, at - dt.timedelta(days=days), at),
        "days": days,
        "periods": posts.PERIODS,
        "leads": bool(board.leads(by)),
        "here": "board" if board.leads(by) else "figures",
    }
    return render(request, "desk/board_post.html", shown)


@login_required
@require_GET
def own_posts_page(request: HttpRequest) -> HttpResponse:
    """Lead to the figures of one's own posts."""
    by, _at = who_comes(request)
    own = [posting for posting in by.postings if posting.role in (Role.CLERK, *board.WORKING)]
    if not own:
        raise PermissionDenied(_("Figures are kept of those who hold work, and you do not."))
    return render(request, "desk/board_posts.html", {"posts": own, "here": "figures"})
