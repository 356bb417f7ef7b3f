"""Looking contacts up: names without accents and in any order, phones in any form, birth dates."""

from __future__ import annotations

import re

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields import CharField
from django.db.models.lookups import Lookup

from kalends.contacts.models import Contact, ContactWord
from kalends.contacts.reading import read_date
from kalends.foundation.text import UnusableText, clean_line, fold, words
from kalends.organizations.models import Organization

MOST = 50
_PHONE = re.compile(r"^[+(]?[\d\s().\-/]{4,}$")


@CharField.register_lookup
class BeginsWith(Lookup):  # type: ignore[type-arg]
    """`^@`: the one prefix operator that uses an index under row level security."""

    lookup_name = "begins"

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def]
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", (*left_params, *right_params)


def search(organization: Organization, typed: str, *, most: int = 20) -> QuerySet[Contact]:
    """Contacts that match every word of `typed`, by name. Nothing typed, nothing found."""
    contacts = organization.contacts.order_by("last_key", "first_key", "birth_date")
    terms = _terms(typed)
    if not terms:
        return contacts.none()
    for term in terms:
        if (born := read_date(term)) is not None:
            contacts = contacts.filter(birth_date=born)
        else:
            contacts = contacts.filter(
                Exists(
                    ContactWord.all_rows.filter(
                        organization_id=OuterRef("organization_id"), contact_id=OuterRef("id"), word__begins=term
                    )
                )
            )
    return contacts[: min(most, MOST)]


def _terms(typed: str) -> list[str]:
    try:
        line = clean_line(typed[:200])
    except UnusableText:
        return []
    if read_date(line):
        return [line]
    if _PHONE.match(line):
        return [_digits(line)]
    if "@" in line and " " not in line:
        return [fold(line)]
    return [part for term in line.split() for part in ([term] if read_date(term) else words(term))][:8]


def _digits(typed: str) -> str:
    """`+33 (0)6 12` and `0033612` are looked up with the country code, `06 12` as at home, without the zero."""
    text = typed.replace("(0)", "")
    digits = re.sub(r"\D", "", text)
    return digits.lstrip("0")
