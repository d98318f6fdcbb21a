"""The doors of a desk's register: look, search, print, and take it out as a file, which is noted."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from offices.actors import Actor, signed_in
from offices.clock import database_now
from offices.models import Office
from reports import register
from reports.files import FORMS, Document
from reports.forms import OwnDate, check_dates
from reports.models import Export, Taken
from reports.periods import DAY, Period
from reports.register import Asked, Line
from reports.tables import Row, Table
from workflows import words

MOST_EXPORTED = 20_000


class RegisterForm(forms.Form):
    """Which days, and what to find in them."""

    first = OwnDate(gettext_lazy("From"))
    last = OwnDate(gettext_lazy("To"))
    q = forms.CharField(label=gettext_lazy("Name, words, place or reference"), required=False, max_length=100)

    def __init__(self, today: dt.date, data: Any) -> None:
        said = {name: data[name] for name in ("first", "last", "q") if data.get(name)}
        said.setdefault("last", date_format(today, "SHORT_DATE_FORMAT"))
        said.setdefault("first", said["last"])
        super().__init__(said)

    def clean(self) -> dict[str, Any]:
        """Give the cleaned fields, with dates in order and not too far apart."""
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        check_dates(self, first, last)
        if first and last and (last - first).days >= register.MOST_DAYS:
            self.add_error("first", _("At most %(days)s days at once.") % {"days": register.MOST_DAYS})
        return said

    def asked(self) -> Asked | None:
        """Give what is wanted; None while something on the form is wrong."""
        if not self.is_valid():
            return None
        said = self.cleaned_data
        return Asked(Period(said["first"], said["last"]), " ".join(said["q"].split()))


def _who_comes(request: HttpRequest) -> tuple[Actor, Office, dt.datetime]:
    at = database_now()
    clerk = signed_in(request, at=at)
    return clerk, register.desk_of(clerk), at


@login_required
@require_GET
def register_page(request: HttpRequest) -> HttpResponse:
    """Show the register of one's own desk, of today unless other days are named."""
    clerk, desk, at = _who_comes(request)
    today = timezone.localdate(at)
    form = RegisterForm(today, request.GET)
    asked = form.asked()
    lines, after = register.register(desk, asked, clerk, at, request.GET.get("after", "")) if asked else ([], "")
    page = {
        "form": form, "asked": asked, "lines": lines, "desk": desk, "here": "counter", "part": "register",
        "next": _address(asked, after=after) if asked and after else "",
        "file": _address(asked) if asked else "",
        "days": _neighbours(asked.period, today) if asked else [],
    }  # fmt: skip
    return render(request, "reports/register.html", page, status=200 if asked else 422)


def _address(asked: Asked, **more: str) -> str:
    days = {"first": asked.period.first.isoformat(), "last": asked.period.last.isoformat()}
    return f"?{urlencode(days | ({'q': asked.searched} if asked.searched else {}) | more)}"


def _neighbours(period: Period, today: dt.date) -> list[tuple[str, str]]:
    """Give the day before and the day after one day, with its address; none of days to come."""
    if period.first != period.last:
        return []
    days = [day for day in (period.first - DAY, period.first + DAY) if day <= today]
    return [(date_format(day), f"?first={day}&last={day}") for day in days]


@login_required
@require_GET
def register_file(request: HttpRequest) -> HttpResponse:
    """Give the register of some days as CSV, without the citizens' names, and note that it was taken out."""
    clerk, desk, at = _who_comes(request)
    asked = RegisterForm(timezone.localdate(at), request.GET).asked()
    if asked is None or clerk.user is None:
        raise Http404
    lines, after = register.register(desk, asked, clerk, at, most=MOST_EXPORTED)
    mime, write = FORMS["csv"]
    content = write(_document(desk, asked, lines, bool(after), at))
    # What was searched for may be a name: that something was is enough.
    days = f"first={asked.period.first}&last={asked.period.last}" + ("&q=*" if asked.searched else "")
    Export.objects.create(
        at=at, user=clerk.user, office=desk, what=Taken.REGISTER, form="csv", asked=days, rows=len(lines)
    )
    name = f"register-{desk.code}-{asked.period.first}-{asked.period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=mime, headers=headers)


def _document(desk: Office, asked: Asked, lines: list[Line], cut: bool, at: dt.datetime) -> Document:
    columns = [
        _("Entered"), _("Received"), _("Reference"), _("How it came"), _("What it is about"), _("Place"), _("State"),
        _("It is with"),
    ]  # fmt: skip
    rows = [
        Row(_moment(line.entered_at), [
            f"{timezone.localdate(line.received_at)}", line.reference_written, line.arrival, line.what, line.place,
            line.state, line.queue,
        ])
        for line in lines
    ]  # fmt: skip
    about = [words.office(desk), str(asked.period), _("Drawn up %(at)s") % {"at": _moment(at)}]
    about += [_("Only the newest are listed: choose fewer days for the others.")] if cut else []
    return Document(_("Register of the complaints desk"), about, [Table("register", _("Complaints"), columns, rows)])


def _moment(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
