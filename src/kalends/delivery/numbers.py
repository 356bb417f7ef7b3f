"""To which numbers a text message may go at all. Pure.

What is dear to write to, or belongs to no country, is never written to: whoever books with such a number earns by our
message. Countries are closed until an organization opens them; its own is open.
"""

from __future__ import annotations

from collections.abc import Collection

import phonenumbers
from django.utils.translation import gettext_noop
from phonenumbers import PhoneNumberType as Kind

NO_COUNTRY = "001"
COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)
_MOBILE = (Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE)
_FIXED = (Kind.FIXED_LINE,)

NONE = gettext_noop("Not sent: this number is not in use by any network.")
DEAR = gettext_noop("Not sent: text messages to this kind of number are charged specially.")
NOWHERE = gettext_noop("Not sent: this number belongs to no country.")
LANDLINE = gettext_noop("Not sent: this is a landline.")
CLOSED = gettext_noop("Not sent: the organization does not send text messages to this country.")


def refusal(number: str, *, opened: Collection[str]) -> str:
    """Why nothing is sent to this number (E.164); empty if it may be. `opened` are ISO 3166 alpha-2."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return NONE
    country = phonenumbers.region_code_for_number(parsed)
    if NO_COUNTRY in (country, phonenumbers.region_code_for_country_code(parsed.country_code or 0)):
        return NOWHERE
    if not phonenumbers.is_valid_number(parsed):
        return NONE
    kind = phonenumbers.number_type(parsed)
    if kind in _FIXED:
        return LANDLINE
    if kind not in _MOBILE:
        return DEAR
    return "" if country in opened else CLOSED


def prefix(number: str) -> str:
    """What numbers that a network hands out together have in common: all but the last four digits."""
    return number[:-4]
