"""USSD through Africa's Talking: it calls us for each screen with all that was typed so far, and shows what we answer.

https://developers.africastalking.com/docs/ussd/handle_sessions. It signs nothing: the address that we give it carries `?key=`.

| Africa's Talking | ours                                                              |
|------------------|-------------------------------------------------------------------|
| sessionId        | the session                                                       |
| phoneNumber      | the phone                                                         |
| text             | all that was typed, joined by `*`; empty when the session begins  |

The answer begins with CON where something is to be typed, and with END where the session is over.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_in import reading
from channels_in.ussd import Screen, Typed

KEY = __name__.rpartition(".")[2]


def verify(request: HttpRequest) -> bool:
    """Say whether the call carries our key."""
    return reading.carries_key(request, settings.AFRICASTALKING_INBOUND_KEY)


def parse_session(request: HttpRequest) -> Typed:
    """Give what was typed. Raises `Unreadable` where no phone can be found."""
    form = reading.form_of(request)
    if "sessionId" not in form or "phoneNumber" not in form:
        raise reading.unreadable(KEY, request)
    found = reading.message(KEY, id=form["sessionId"], text=form.get("text", ""), sender=form["phoneNumber"])
    return Typed(KEY, found.provider_id, found.sender, found.text)


def show(screen: Screen) -> HttpResponse:
    """Give a screen."""
    return HttpResponse(
        f"{'CON' if screen.goes_on else 'END'} {screen.words}", content_type="text/plain; charset=UTF-8"
    )
