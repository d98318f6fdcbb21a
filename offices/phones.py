"""Phone numbers: read as people write them, and found again by a keyed digest that shows nothing."""

from __future__ import annotations

import hashlib
import hmac

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class NoPhoneNumber(Exception):
    """The text is no phone number that could be written to."""

    words = _("This is no phone number that we can write to. Example: 0700 000 012.")


def read_phone(text: str) -> str:
    """Give the number in E.164 (`+255700000012`), or raise `NoPhoneNumber`; numbers without a country are of PHONE_REGION."""
    tidy = text.strip()
    # phonenumbers reads a leading 00 as part of a national number.
    tidy = f"+{tidy[2:]}" if tidy.startswith("00") else tidy
    try:
        number = phonenumbers.parse(tidy[:40], settings.PHONE_REGION)
    except phonenumbers.NumberParseException as error:
        raise NoPhoneNumber from error
    if not phonenumbers.is_possible_number(number) or not phonenumbers.is_valid_number(number):
        raise NoPhoneNumber
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_of_this_country(number: str) -> bool:
    """Say whether a number in E.164 is one of PHONE_REGION."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number)) == settings.PHONE_REGION


def takes_sms(number: str) -> bool:
    """Say whether a number in E.164 may be of a mobile phone; one on a wire takes no SMS."""
    return phonenumbers.number_type(phonenumbers.parse(number)) != phonenumbers.PhoneNumberType.FIXED_LINE


def digest_of(phone: str) -> str:
    """Give the keyed digest by which a number is found without being shown; "" for no number."""
    if not phone:
        return ""
    return hmac.new(settings.PHONE_DIGEST_KEY.encode(), phone.encode(), hashlib.sha256).hexdigest()
