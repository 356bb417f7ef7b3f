"""From what somebody typed to `ContactData`: every bad field is named, all at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from kalends.contacts.rules import EARLIEST_BIRTH, ContactData
from kalends.foundation.errors import FieldError, Invalid, RequiredField
from kalends.foundation.phone import BadPhone, read_phone
from kalends.foundation.text import UnusableText, clean_line, clean_text, fold

LONGEST = {
    "last_name": 200,
    "first_name": 200,
    "email": 254,
    "phone": 60,
    "address": 300,
    "postcode": 16,
    "town": 120,
    "remark": 2000,
}
# Of ISO, with a slash, a dot, a hyphen. By hand: strptime asks the locale anew each time.
DATE_SHAPES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>\d{4})", re.ASCII),
)


def read_contact(
    typed: Mapping[str, str],
    *,
    required: Collection[str],
    country: str,
    language: str,
    today: date,
    prefix: str = "",
) -> ContactData:
    """Check and clean contact fields. Raises `RequiredField` or `Invalid` with the name of every bad field.

    `required` always includes the last name. `today` bounds the birth date. `prefix` stands before the field
    names in errors (`contact.` in the API).
    """
    errors: list[FieldError] = []
    missing: list[FieldError] = []
    values: dict[str, str] = {}
    for name, longest in LONGEST.items():
        text = _clean(name, typed.get(name) or "", longest, prefix, errors)
        values[name] = text
    birth_date = _birth_date(typed.get("birth_date") or "", today, prefix, errors)
    wanted = {*required, "last_name"} - {"reason"}
    for name in sorted(wanted):
        empty = birth_date is None if name == "birth_date" else not values.get(name)
        if empty and not any(error.field == prefix + name for error in errors):
            missing.append(FieldError(prefix + name, _("Please fill this in.")))
    phone = _phone(values["phone"], country, prefix, errors)
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError:
            errors.append(FieldError(prefix + "email", _("This is not an e-mail address.")))
    if values["last_name"] and not fold(values["last_name"]):
        missing.append(FieldError(prefix + "last_name", _("Please fill this in.")))
    if missing and not errors:
        raise RequiredField(missing)
    if errors or missing:
        raise Invalid([*missing, *errors])
    return ContactData(
        last_name=values["last_name"],
        first_name=values["first_name"],
        birth_date=birth_date,
        email=values["email"],
        phone=phone[0],
        phone_extension=phone[1],
        phone_is_mobile=phone[2],
        address=values["address"],
        postcode=values["postcode"],
        town=values["town"],
        remark=values["remark"],
        language=language,
        given=frozenset(name for name, value in values.items() if value),
    )


def read_date(text: str) -> date | None:
    """A date as people of our countries write it, or ISO; None if it is none. Four digits of a year are asked."""
    for shape in DATE_SHAPES:
        if written := shape.fullmatch(text):
            try:
                return date(int(written["year"]), int(written["month"]), int(written["day"]))
            except ValueError:
                return None
    return None


def _clean(name: str, text: str, longest: int, prefix: str, errors: list[FieldError]) -> str:
    try:
        cleaned = clean_text(text) if name == "remark" else (text.strip() if name == "phone" else clean_line(text))
    except UnusableText:
        errors.append(FieldError(prefix + name, _("This holds a character that cannot be stored.")))
        return ""
    if len(cleaned) > longest:
        errors.append(
            FieldError(prefix + name, _("This is too long: at most %(count)s characters.") % {"count": longest})
        )
        return ""
    return cleaned


def _phone(typed: str, country: str, prefix: str, errors: list[FieldError]) -> tuple[str, str, bool | None]:
    if not typed:
        return "", "", None
    try:
        phone = read_phone(typed, country=country)
    except BadPhone as fault:
        errors.append(FieldError(prefix + "phone", str(fault)))
        return "", "", None
    return phone.number, phone.extension, phone.mobile


def _birth_date(typed: str, today: date, prefix: str, errors: list[FieldError]) -> date | None:
    typed = typed.strip()
    if not typed:
        return None
    born = read_date(typed[:12]) if len(typed) <= 12 else None
    if born is None:
        errors.append(FieldError(prefix + "birth_date", _("Please write the date as day, month, year: 14/03/1987.")))
    elif born > today:
        errors.append(FieldError(prefix + "birth_date", _("This date is still to come.")))
        return None
    elif born < EARLIEST_BIRTH:
        errors.append(FieldError(prefix + "birth_date", _("This date is too long ago.")))
        return None
    return born
