"""Who is the same person, and by what a person is looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

EARLIEST_BIRTH = date(1900, 1, 1)
BACKWARDS = "~"
"""Stands before the digits of a telephone number written backwards: people remember the last ones."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells people apart; keys are folded, phones E.164, e-mail in lower case."""

    last_key: str
    first_key: str
    birth_date: date | None
    phone: str = ""
    email_key: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`same`: book for this contact. `similar`: somebody should look, never the patient."""

    same: bool
    similar: bool


def compare(known: Identity, asked: Identity) -> Likeness:
    """Same: folded names, birth date, and phone or e-mail are equal. Similar: the names and one thing more."""
    if (known.last_key, known.first_key) != (asked.last_key, asked.first_key):
        return Likeness(same=False, similar=False)
    birth = known.birth_date is not None and known.birth_date == asked.birth_date
    phone = known.phone != "" and known.phone == asked.phone
    email = known.email_key != "" and known.email_key == asked.email_key
    return Likeness(same=birth and (phone or email), similar=birth or phone or email)


class Alike(StrEnum):
    """What two records have in common that makes somebody look."""

    NAME_AND_BIRTH = "name and birth"
    PHONE = "phone"
    EMAIL = "email"


def alike(one: Identity, other: Identity) -> tuple[Alike, ...]:
    """Why two records may be one person: names and birth date, or first name and phone or e-mail.

    A family shares a telephone, so the first name is asked as well; a last name may have changed.
    """
    first = one.first_key == other.first_key
    found = {
        Alike.NAME_AND_BIRTH: first
        and one.last_key == other.last_key
        and one.birth_date is not None
        and one.birth_date == other.birth_date,
        Alike.PHONE: first and one.phone != "" and one.phone == other.phone,
        Alike.EMAIL: first and one.email_key != "" and one.email_key == other.email_key,
    }
    return tuple(reason for reason, holds in found.items() if holds)


@dataclass(frozen=True, slots=True)
class ContactData:
    """Contact fields, cleaned and checked (see `contacts.reading`)."""

    last_name: str
    first_name: str = ""
    birth_date: date | None = None
    email: str = ""
    phone: str = ""
    phone_extension: str = ""
    phone_is_mobile: bool | None = None
    address: str = ""
    postcode: str = ""
    town: str = ""
    remark: str = ""
    language: str = "en"
    given: frozenset[str] = field(default_factory=frozenset)
