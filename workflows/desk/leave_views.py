"""The doors of leaves: the list, entering one, changing it and ending it early."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from offices.actors import Actor
from offices.models import Absence, Posting, Role, User, subtree_ids
from workflows import board, leave, scope
from workflows.board import Team
from workflows.desk.board_views import team_or_refusal
from workflows.desk.leave_forms import ChangeForm, LeaveForm
from workflows.desk.views import who_comes
from workflows.models import ComplaintTask
from workflows.refusals import NotYours, Refusal

MOST_LISTED = 100


@login_required
@require_GET
def leaves_page(request: HttpRequest) -> HttpResponse:
    """List the leaves of the people beneath: those that run or are to come, and the last that are over."""
    by, at = who_comes(request)
    team = team_or_refusal(by, "")
    today = timezone.localdate(at)
    seen = _beneath(by)
    ahead = seen.filter(ended_at=None, ends_on__gte=today).order_by("starts_on", "pk")
    past = seen.over(today).order_by("-ends_on", "-pk")
    shown = {
        "ahead": [each for each in ahead[:MOST_LISTED] if leave.may_arrange(by, each.posting)],
        "past": [each for each in past[:MOST_LISTED] if leave.may_arrange(by, each.posting)],
        "today": today,
        "team": team,
        "here": "board",
    }
    return render(request, "desk/leaves.html", shown)


def _beneath(by: Actor) -> Any:
    """Give the leaves of posts that somebody's postings reach; `may_arrange` then looks at each."""
    reached = Q(pk__in=[])
    for posting in board.leads(by):
        here = Q(posting__office__in=subtree_ids([posting.office_id]))
        all_departments = posting.department_id is None or posting.role == Role.LEADER
        reached |= here if all_departments else here & Q(posting__department=posting.department_id)
    related = ("posting__user", "posting__office", "posting__department", "stand_in")
    return Absence.objects.filter(reached).select_related(*related)


@login_required
@require_http_methods(["GET", "POST"])
def new_leave_page(request: HttpRequest) -> HttpResponse:
    """Ask who is away and who stands in, and enter it; what begins today moves at once."""
    by, at = who_comes(request)
    today = timezone.localdate(at)
    team = team_or_refusal(by, request.GET.get("office", ""))
    posts = [post for post in _posts_in(team, today) if leave.may_arrange(by, post)]
    form = LeaveForm(posts, people_near(team, today), today, request.POST if request.method == "POST" else None)

    def enter() -> Absence:
        said = dict(form.cleaned_data)
        return leave.enter(said.pop("post"), **said, by=by, at=at)

    shown = {"form": form, "team": team, "beneath": board.offices_beneath(team), "here": "board"}
    return answer(request, form, "desk/leave_new.html", shown, enter, at)


def _posts_in(team: Team, today: dt.date) -> list[Posting]:
    serving = Posting.objects.serving(today).filter(office=team.office, role__in=leave.COVERED, absence=None)
    return list(
        serving.select_related("user", "office", "department").order_by("user__first_name", "user__last_name", "pk")
    )


def people_near(team: Team, today: dt.date) -> list[User]:
    """Give those who can be asked to stand in: whoever serves at the office, or at the one above it."""
    offices = [office for office in (team.office.pk, team.office.parent_id) if office]
    serving = Posting.objects.serving(today).filter(office__in=offices, role__in=[*leave.COVERED, Role.LEADER])
    return list(User.objects.filter(pk__in=serving.values("user")).order_by("first_name", "last_name", "pk"))


def answer(
    request: HttpRequest, form: forms.Form, template: str, shown: dict[str, Any], act: Callable[[], Absence], at: dt.datetime
) -> HttpResponse:  # fmt: skip
    """Show the form; or act, move the work, and lead back to the list; or say why not, with what was typed kept."""
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return moved(request, act(), at)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 403 if isinstance(refusal, NotYours) else 422
    return render(request, template, shown, status=status)


def moved(request: HttpRequest, absence: Absence, at: dt.datetime) -> HttpResponse:
    """Move what the leave asks to be moved now, and say it."""
    done = leave.cover(at, only=absence)
    said = _("%(who)s: the leave is written down. Passed on: %(passed)s, came back: %(returned)s.")
    messages.success(
        request,
        said % {"who": absence.posting.user, "passed": done["passed"], "returned": done["returned"]},
    )
    if done["kept"]:
        kept = _(
            "Kept from the stand-in, and still with %(who)s: %(count)s. Give these to somebody who is named for them."
        )
        messages.warning(request, kept % {"who": absence.posting.user, "count": done["kept"]})
    return redirect("desk:leaves")


@login_required
@require_http_methods(["GET", "POST"])
def leave_page(request: HttpRequest, absence: int) -> HttpResponse:
    """Show one leave, and change it."""
    by, at = who_comes(request)
    today = timezone.localdate(at)
    found = leave_or_404(absence, by)
    team = team_or_refusal(by, found.posting.office.code)
    form = ChangeForm(found, people_near(team, today), today, request.POST if request.method == "POST" else None)
    still = ComplaintTask.objects.filter(
        scope.tasks_in_sight(by, at), pk__in=leave.held(found.posting, found.posting.user_id).values("pk")
    )
    running = found.ended_at is None and found.starts_on <= today <= found.ends_on
    shown = {
        "form": form,
        "absence": found,
        "over": found.ended_at is not None or found.ends_on < today,
        "running": running,
        "kept": list(still.select_related("process")[: board.MOST_BENEATH]) if running else [],
        "here": "board",
    }
    return answer(
        request, form, "desk/leave.html", shown, lambda: leave.change(found, **form.arguments(), by=by, at=at), at
    )


def leave_or_404(number: int, by: Actor) -> Absence:
    """Give a leave of somebody beneath, or answer as if there were none."""
    found = _beneath(by).filter(pk=number).first()
    if found is None or not leave.may_arrange(by, found.posting):
        raise Http404
    return found


@login_required
@require_POST
def end_leave(request: HttpRequest, absence: int) -> HttpResponse:
    """End a leave today, or call it off."""
    by, at = who_comes(request)
    found = leave_or_404(absence, by)
    try:
        return moved(request, leave.end_early(found, by=by, at=at), at)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("desk:leave", found.pk)
