"""The doors of the leader's page, the reports and the audit trail: each says who may look, and notes what is taken out."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from offices.actors import signed_in
from offices.clock import database_now
from offices.models import Department, Office
from offices.tree import line_of
from reports import audit, overview, tables
from reports.charts import bar_chart, line_chart
from reports.figures import Asked, count_beside
from reports.files import FORMS, Document
from reports.forms import ReportForm, TrailForm
from reports.models import Export, Taken
from reports.periods import Period
from reports.reach import LOOKS_DOWN, READS_REPORTS, Reach, reach
from reports.tables import Row, Table
from workflows import words
from workflows.desk.inbox_views import STOP_ASKING


def _who_comes(request: HttpRequest, roles: tuple[str, ...]) -> tuple[Reach, dt.datetime]:
    """Give the reader at the door with the office asked for, and the moment."""
    at = database_now()
    return reach(signed_in(request, at=at), roles, request.GET.get("office", "")), at


def _query(request: HttpRequest, names: tuple[str, ...], **changes: str) -> str:
    """Give the query string of an address, with some of it changed."""
    said = {name: request.GET.get(name, "") for name in names} | changes
    return urlencode({name: value for name, value in said.items() if value})


# The leader's page.


LOOKED_AT = ("office", "days", "place", "department")


@login_required
@require_GET
def leader_page(request: HttpRequest) -> HttpResponse:
    """Show what a leader looks at, at a glance."""
    view = _view(request)

    def link(**changes: str) -> str:
        return f"?{_query(request, LOOKED_AT, **changes)}"

    shown = overview.overview(view, link)
    page = {
        "view": view,
        "shown": shown,
        "chart": bar_chart(shown.areas, 1, _("Open by place")),
        "lengths": [(days, label, link(days=str(days))) for days, label in overview.LENGTHS.items()],
        "way_down": [
            (words.office(office), link(place="" if office.pk == view.reach.office.pk else office.code))
            for office in view.way_down()
        ],
        "all_departments": link(department=""),
        "offices": view.reach.choices(),
        "moves_at": f"{reverse('reports:moves')}?{_query(request, LOOKED_AT)}",
        "reports_at": f"{reverse('reports:report')}?{_query(request, ('office', 'place', 'department'))}",
        "meanings": tables.meanings(),
        "here": "leader",
    }
    return render(request, "reports/leader.html", page)


@require_GET
def moves_fragment(request: HttpRequest) -> HttpResponse:
    """Give the newest moves alone, or 304 while there is no newer one: the leader's page asks every half minute."""
    if not request.user.is_authenticated:
        return render(request, "desk/_logged_out.html", {"next": reverse("reports:leader")}, status=STOP_ASKING)
    lines = overview.moves(_view(request))
    told = "|".join([get_language() or "", *(f"{line.at.isoformat()} {line.reference} {line.what}" for line in lines)])
    etag = f'"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, "reports/_moves.html", {"moves": lines})
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


def _view(request: HttpRequest) -> overview.View:
    who, at = _who_comes(request, LOOKS_DOWN)
    days = request.GET.get("days", "")
    length = int(days) if days in [str(each) for each in overview.LENGTHS] else overview.USUAL
    place, department = _narrowing(request, who)
    return overview.View(who, length, at, timezone.localdate(at), place, department)


def _narrowing(request: HttpRequest, who: Reach) -> tuple[Office | None, Department | None]:
    """Give the place and the department that an address asks for; 404 for what there is not, 403 for what is elsewhere."""
    place = department = None
    if code := request.GET.get("place"):
        place = Office.objects.filter(code=code).first()
        if place is None:
            raise Http404
        if who.office.pk not in line_of(place.pk).ids:
            raise PermissionDenied(_("This office is not under yours."))
    if code := request.GET.get("department"):
        department = Department.objects.filter(code=code).first()
        if department is None:
            raise Http404
    return place, department


# Reports.

REPORTED = ("office", "period", "first", "last", "place", "department", "category", "channel")


@login_required
@require_GET
def report_page(request: HttpRequest) -> HttpResponse:
    """Show a report of an office and a period, and offer it as a file."""
    who, at = _who_comes(request, READS_REPORTS)
    form = ReportForm(who, timezone.localdate(at), request.GET, who.subjects_kept(at))
    sound = form.is_valid()
    document = _report(request, who, form, at)
    by_key = {table.key: table for table in document.tables}
    page = {
        "form": form,
        "document": document,
        "charts": {
            "course": line_chart(by_key["course"], [0, 1], _("Received and answered over time")),
            "area": bar_chart(by_key["area"], 0, _("Received by place")),
            "department": bar_chart(by_key["department"], 0, _("Received by department")),
        },
        "downloads": [(form_name, _download("reports:download", request, REPORTED, form_name)) for form_name in FORMS],
        "here": "reports",
    }
    return render(request, "reports/report.html", page, status=200 if sound else 422)


@login_required
@require_GET
def report_file(request: HttpRequest, form: str) -> HttpResponse:
    """Give a report as a file, and note that it was taken out."""
    who, at = _who_comes(request, READS_REPORTS)
    asked = ReportForm(who, timezone.localdate(at), request.GET, who.subjects_kept(at))
    if form not in FORMS or not asked.is_valid():
        raise Http404
    period = asked.chosen()
    document = _report(request, who, asked, at)
    rows = sum(len(table.rows) for table in document.tables)
    return _take_out(request, who, at, Taken.REPORT, form, document, rows, REPORTED, f"{period.first}-{period.last}")


def _report(request: HttpRequest, who: Reach, form: ReportForm, at: dt.datetime) -> Document:
    place, department = _narrowing(request, who)
    period, category, channel = form.chosen(), form.subject, form.way_in
    department_id = who.department_id or (department.pk if department else None)
    this, earlier = _comparable(period, timezone.localdate(at))
    asked = Asked(
        who.office.pk, this, at, department_id, place.pk if place else None, category.pk if category else None,
        channel.partition("_")[0] or None,
    )  # fmt: skip
    now, then = count_beside(asked, earlier)
    about = [words.office(who.office)]
    about += [words.office(place)] if place else []
    about += [Department.objects.get(pk=department_id).name] if department_id else []
    about += [category.name] if category else []
    about += [str(words.way_in(channel))] if channel else []
    about += [_("These days are still to come.")] if this.first > timezone.localdate(at) else []
    about += [str(this), _("Drawn up %(at)s") % {"at": date_format(timezone.localtime(at), "DATETIME_FORMAT")}]
    notes = [(str(name), str(meaning)) for name, meaning in tables.meanings()]
    return Document(
        _("Report on complaints"), about, tables.tables(asked, now, then, earlier, who.subjects_kept(at)), notes
    )


def _comparable(period: Period, today: dt.date) -> tuple[Period, Period]:
    """Give what has passed of a period, and as much of the one before it."""
    this, before = period.until(today), period.before
    if this == period:
        return this, before
    return this, Period(before.first, min(before.last, before.first + dt.timedelta(days=this.days - 1)))


# The audit trail.

TRACED = ("office", "case", "who", "move", "first", "last")


@login_required
@require_GET
def audit_page(request: HttpRequest) -> HttpResponse:
    """Show who did, read and showed what."""
    who, at = _who_comes(request, LOOKS_DOWN)
    form = TrailForm(who, at, timezone.localdate(at), request.GET)
    filters = form.filters()
    found = audit.trail(who, filters, request.GET.get("after", ""), at) if filters else audit.Trail([], "")
    page = {
        "form": form,
        "trail": found,
        "about": _what_is_traced(filters) if filters else [],
        "office": who.office,
        "next": f"?{_query(request, TRACED, after=found.after)}" if found.after else "",
        "downloads": [(each, _download("reports:audit_download", request, TRACED, each)) for each in ("xlsx", "csv")],
        "exports_at": f"{reverse('reports:exports')}?{_query(request, TRACED, move='')}",
        "here": "audit",
    }
    return render(request, "reports/audit.html", page, status=200 if filters else 422)


def _what_is_traced(filters: audit.Filters) -> list[str]:
    """Say in words what a trail is of: on paper the form is not there."""
    about = [filters.case.reference_written if filters.case else str(filters.period)]
    about += [f"{filters.who} ({filters.who.username})"] if filters.who else []
    about += [dict(audit.moves())[filters.move]] if filters.move else []
    return about


@login_required
@require_GET
def exports_page(request: HttpRequest) -> HttpResponse:
    """Show who took what out of the system."""
    who, at = _who_comes(request, LOOKS_DOWN)
    form = TrailForm(who, at, timezone.localdate(at), request.GET)
    filters = form.filters()
    rows, after = audit.exports(who, filters, request.GET.get("after", ""), at) if filters else ([], "")
    page = {
        "form": form,
        "exports": rows,
        "office": who.office,
        "next": f"?{_query(request, TRACED, after=after)}" if after else "",
        "trail_at": f"{reverse('reports:audit')}?{_query(request, TRACED)}",
        "here": "audit",
    }
    return render(request, "reports/exports.html", page, status=200 if filters else 422)


@login_required
@require_GET
def audit_file(request: HttpRequest, form: str) -> HttpResponse:
    """Give a trail as a file, and note that it was taken out."""
    who, at = _who_comes(request, LOOKS_DOWN)
    filters = TrailForm(who, at, timezone.localdate(at), request.GET).filters()
    if form not in ("xlsx", "csv") or filters is None:
        raise Http404
    found = audit.trail(who, filters, "", at, audit.MOST_EXPORTED)
    about = [words.office(who.office), *_what_is_traced(filters)]
    about += [_("Only the newest steps are listed: choose fewer days for the others.")] if found.after else []
    columns = [_("When"), _("Reference"), _("Who"), _("By which way"), _("What was done")]
    rows = [Row(_moment(line.at), [line.reference_written, line.who, line.via, line.what]) for line in found.lines]
    document = Document(_("Audit trail"), about, [Table("trail", _("Steps"), columns, rows)])
    named = filters.case.reference if filters.case else f"{filters.period.first}-{filters.period.last}"
    return _take_out(request, who, at, Taken.TRAIL, form, document, len(rows), TRACED, named, filters.case)


def _moment(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


def _download(name: str, request: HttpRequest, names: tuple[str, ...], form: str) -> str:
    return f"{reverse(name, args=[form])}?{_query(request, names)}"


def _take_out(
    request: HttpRequest, who: Reach, at: dt.datetime, what: Taken, form: str, document: Document, rows: int,
    names: tuple[str, ...], named: str, case: Any = None,
) -> HttpResponse:  # fmt: skip
    """Note who takes what out, and hand the file over."""
    mime, write = FORMS[form]
    content = write(document)
    assert who.by.user is not None  # a person stands at this door
    Export.objects.create(
        at=at, user=who.by.user, office=who.office, complaint=case, what=what, form=form,
        asked=_query(request, names)[:300], rows=rows,
    )  # fmt: skip
    filename = f"{what}-{who.office.code}-{named}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=mime, headers=headers)
