"""Telephone numbers: whatever people type becomes E.164, or is refused with the place shown."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from django.utils.translation import gettext as _

_LETTER = re.compile(r"[^\W\d_]")
_EXTENSION = re.compile(r"(?i)[\s,;]*(?:ext\.?|extension|poste|int\.?|x|#)\s*(\d{1,7})\s*$")
_LONGEST = 60
_COUNTRY_CODES = frozenset(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
FRANCE, FRENCH_DIGITS = 33, 9  # without the leading zero


class BadPhone(ValueError):
    """`str()` is a translated sentence for the person who typed."""


@dataclass(frozen=True, slots=True)
class Phone:
    """`number` is E.164; `mobile` is None where the country does not tell mobile from fixed (Canada)."""

    number: str
    extension: str
    mobile: bool | None

    @property
    def region(self) -> str | None:
        """Islands of a country have one of their own; None for numbers of no country."""
        region: str | None = phonenumbers.region_code_for_number(phonenumbers.parse(self.number, None))
        return region


def read_phone(typed: str, *, country: str) -> Phone:
    """Read one number as typed in `country` (ISO 3166 alpha-2). Raises `BadPhone`."""
    if len(typed) > _LONGEST:
        raise BadPhone(_("This telephone number is too long."))
    if any(mark in typed.strip() for mark in "\r\n"):
        raise BadPhone(_("Please give one telephone number only."))
    text = _plain_digits(typed.strip())
    extension = ""
    if found := _EXTENSION.search(text):
        extension, text = found.group(1), text[: found.start()]
    if letter := _LETTER.search(text):
        raise BadPhone(
            _("Character %(place)s of this number is the letter “%(letter)s”: digits only, please.")
            % {"place": letter.start() + 1, "letter": letter.group()}
        )
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise BadPhone(_("This is not a telephone number.")) from None
    kind = phonenumbers.number_type(parsed)
    if kind == phonenumbers.PhoneNumberType.UNKNOWN:  # just those are not valid
        raise BadPhone(_why_invalid(parsed, country))
    return Phone(
        number=phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
        extension=extension,
        mobile=_is_mobile(kind),
    )


@lru_cache(4096)
def written(number: str, *, country: str) -> str:
    """How a person of `country` writes an E.164 number: nationally at home, internationally from abroad."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    home = phonenumbers.region_code_for_number(parsed) == country
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def takes_texts(number: str) -> bool:
    """Whether text messages can go to an E.164 number: not to one that is surely a fixed line."""
    try:
        return _is_mobile(phonenumbers.number_type(phonenumbers.parse(number, None))) is not False
    except phonenumbers.NumberParseException:
        return False


def country_of(number: str) -> str:
    """ISO 3166 alpha-2 of an E.164 number; 001 for numbers of no country (satellites), empty where nobody knows."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def search_digits(number: str) -> set[str]:
    """The digit strings by which somebody may look an E.164 number up: with the country code, and as
    at home without the zero that some countries write before it."""
    digits = number.lstrip("+")
    # No country's code begins with another's.
    code = next((length for length in (1, 2, 3) if digits[:length] in _COUNTRY_CODES), 0)
    return {digits, digits[code:]}


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _is_mobile(kind: int) -> bool | None:
    return (
        None
        if kind == phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
        else bool(kind == phonenumbers.PhoneNumberType.MOBILE)
    )


def _why_invalid(parsed: phonenumbers.PhoneNumber, country: str) -> str:
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    digits = len(str(parsed.national_number))
    if country == "FR" and parsed.country_code == FRANCE and 4 < digits < FRENCH_DIGITS:
        if digits == FRENCH_DIGITS - 1:
            return _("One digit is missing: a French number has ten.")
        return _("Digits are missing: a French number has ten.")
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        return _("Digits are missing in this number.")
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        return _("This number has too many digits.")
    return _("No such telephone number can exist: please check its digits.")
