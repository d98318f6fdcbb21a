"""A case that its citizen has made public, as anybody reads it, and following it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from channels_in import follow, public_cases
from channels_in.web import SeeOther, asks_or_sends, page, way_in
from complaints.references import read_reference


@never_cache
@way_in("web")
@asks_or_sends
def public_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a public case, and follow it or no longer; whatever is not public leads where one that does not exist does."""
    case = public_cases.public_case(read_reference(reference) or "")
    if case is None:
        return SeeOther(reverse("channels_in:track"))
    if request.method == "POST":
        answer = SeeOther(reverse("channels_in:public_case", args=[case.reference]))
        public_cases.follow(request, answer, case.reference, wanted=bool(request.POST.get("follow")))
        return answer
    return page(
        request, "public_case", case=case, state=follow.state_in_words(case), steps=follow.timeline_for_strangers(case),
        is_followed=case.reference in public_cases.followed(request),
    )  # fmt: skip
