"""What has changed of a partner's own complaints, since the last change that its program knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from channels_in import partners
from channels_in.api import shapes
from channels_in.api.answers import Problem, as_json
from channels_in.api.callers import must_open, partner_of
from channels_in.api.describing import PARTNER, described, query
from channels_in.api.doors import Door
from channels_in.models import PartnerChange, Scope

A_PAGE = 100
MOST_DIGITS = 18


class Changes(Door):
    """Changes, oldest first; each is given once to whoever goes on from `next`."""

    throttle_scope = "changes"

    @described(
        "read_changes",
        {200: "Changes"},
        asks=[query("after", shapes.CURSOR, "The `next` of the answer before.")],
        who=(PARTNER,),
        fails=(403,),
    )
    def get(self, request: Request) -> HttpResponse:
        """Give what came after `after`; from the beginning without it."""
        partner = partner_of(request)
        must_open(partner, Scope.CHANGES)
        after = _number(request.query_params.get("after", "0"))
        found = partners.changes_after(partner.name, after, A_PAGE + 1)
        following = found[A_PAGE - 1].pk if len(found) > A_PAGE else found[-1].pk if found else after
        return as_json(
            {"changes": [_change(each) for each in found[:A_PAGE]], "next": str(following), "more": len(found) > A_PAGE}
        )


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS):
        raise Problem(400, _("Give after the next of the answer before."))
    return int(given)


def _change(change: PartnerChange) -> dict[str, Any]:
    said = getattr(change.entry, "said", None)
    return partners.told(change) | {"words": said.for_citizen if said else ""}


changes = Changes.as_view()
