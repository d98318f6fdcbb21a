"""Known incidents as intake asks for them: of which one does a complaint speak? Kept for a little while, so that it costs no statement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from complaints.models import Complaint, KnownIncident
from offices.kept import kept
from offices.tree import line_of


@dataclass(frozen=True)
class Known:
    """An open incident, and the offices whose ground it lies on."""

    incident: KnownIncident
    places: frozenset[int]


@kept
def open_incidents() -> dict[int, list[Known]]:
    """Give the incidents that are not closed, by subject, the newest first."""
    found: dict[int, list[Known]] = {}
    for incident in KnownIncident.objects.filter(closed_at=None).prefetch_related("places").order_by("-id"):
        places = frozenset(place.pk for place in incident.places.all())
        found.setdefault(incident.category_id, []).append(Known(incident, places))
    return found


def incident_of(case: Complaint, at: dt.datetime) -> KnownIncident | None:
    """Give the incident of which a complaint speaks, by its subject and place; None where there is none.

    What a complaint says of a person or an office is never part of one, nor is a discreet subject, an opinion or praise.
    """
    if case.category_id is None or case.place_id is None or case.is_short_kind or case.discreet or case.about_office_id:
        return None
    today = timezone.localdate(at)
    known = [each for each in open_incidents().get(case.category_id, ()) if each.incident.until >= today]
    if not known:
        return None
    here = line_of(case.place_id).ids
    return next((each.incident for each in known if not each.places.isdisjoint(here)), None)


def incident_with(incident_id: int) -> KnownIncident:
    """Give an incident by its id; one that is open is at hand."""
    still_open = (each.incident for known in open_incidents().values() for each in known)
    found = next((incident for incident in still_open if incident.pk == incident_id), None)
    return found or KnownIncident.objects.get(pk=incident_id)
