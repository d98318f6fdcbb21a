"""Finding the citizen behind a phone number."""

from __future__ import annotations

import datetime as dt

from complaints.models import Citizen
from offices.phones import NoPhoneNumber as NoPhoneNumber
from offices.phones import digest_of as digest_of
from offices.phones import is_of_this_country as is_of_this_country
from offices.phones import read_phone as read_phone
from offices.phones import takes_sms as takes_sms


def known_citizen(phone: str) -> Citizen | None:
    """Give the citizen with this number, if they have written before."""
    return Citizen.objects.filter(phone_digest=digest_of(phone)).first() if phone else None


def citizen_with(phone: str, *, language: str, name: str = "", at: dt.datetime, proved: bool = False) -> Citizen | None:
    """Give the citizen with this number, new or known; None when neither number nor name is given.

    Two messages at once from a new number give one citizen: the second waits for the first. A known number is given a
    name only where it is `proved` whose it is: anybody can type another's into a form.
    """
    if not phone:
        return Citizen.objects.create(name=name, language=language, created_at=at) if name else None
    Citizen.objects.bulk_create(
        [Citizen(phone=phone, phone_digest=digest_of(phone), name=name, language=language, created_at=at)],
        ignore_conflicts=True,
    )
    citizen = Citizen.objects.get(phone_digest=digest_of(phone))
    if proved and name and not citizen.name:  # a name that is known stays: phones are shared
        citizen.name = name
        citizen.save(update_fields=["name"])
    return citizen
