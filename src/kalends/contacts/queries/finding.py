"""Looking contacts up: names without accents and in any order, phones in any form, birth dates.

Each word of a contact is a row in the order of the answer (`ContactWord`), so a short beginning reads the first
rows of an index, whoever else bears it. Of several words the rarest leads and the others are looked up for each
row. Beginnings are asked as `>=` and `<`: `^@` finds no index once PostgreSQL keeps a plan for any value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from kalends.contacts.models import Contact
from kalends.contacts.queries.readings import Digits, Reading, readings
from kalends.foundation.database.reading import read
from kalends.organizations.models import Organization

MOST = 50
LAST = "\U0010ffff"
# A word that more contacts bear than this is common: how common does not matter any more.
_COUNTED = 5000
# A contact may bear several words with the same beginning.
_SPARE = 3

_HOW_MANY = """(SELECT count(*) FROM (
  SELECT FROM contacts_contactword word{number} WHERE word{number}.organization_id = %s
  AND word{number}.word >= %s AND word{number}.word < %s LIMIT {most}) found{number})"""
_HOW_MANY_BORN = """(SELECT count(*) FROM (
  SELECT FROM contacts_contact born WHERE born.organization_id = %s AND born.birth_date = %s LIMIT {most}) found)"""
_LEAD_BY_WORD = """
SELECT word.contact_id FROM contacts_contactword word
WHERE word.organization_id = %s AND word.word >= %s AND word.word < %s{conditions}
ORDER BY word.word, word.sorts_as, word.contact_id LIMIT {most}"""
_LEAD_BY_BIRTH = """
SELECT contact.id FROM contacts_contact contact
WHERE contact.organization_id = %s AND contact.merged_into_id IS NULL
  AND contact.birth_date >= %s AND contact.birth_date < %s{conditions}
ORDER BY contact.birth_date, contact.id LIMIT {most}"""
# Scalar on purpose: looked up row by row, in the order of the rows, until enough are found.
_HAS_WORD = """
  AND (SELECT true FROM contacts_contactword other WHERE other.organization_id = {organization}
       AND other.contact_id = {contact} AND other.word >= %s AND other.word < %s LIMIT 1)"""
_FITS = """
  AND (SELECT {test} FROM contacts_contact person
       WHERE person.organization_id = {organization} AND person.id = {contact})"""


def search(organization: Organization, typed: str, *, most: int = 20) -> list[Contact]:
    """Contacts that fit everything `typed`: whole words before beginnings, last names before first names, by name.

    Figures beside a name are a birth year or part of the telephone. Nothing typed, nothing found.
    """
    most = min(most, MOST)
    found: dict[Any, None] = {}
    for reading in readings(typed):
        if len(found) < most:
            found |= dict.fromkeys(_contact_ids(organization, reading, most))
    ids = list(found)[:most]
    condition = "organization_id = %s AND merged_into_id IS NULL AND id = ANY (%s::uuid[])"
    known = {contact.id: contact for contact in read(Contact, condition, [organization.id, ids])} if ids else {}
    return [known[contact_id] for contact_id in ids if contact_id in known]


@dataclass
class _Statement:
    """A statement in the making; `organization` and `contact` are the columns by which its rows are known."""

    organization: str
    contact: str
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def has_word(self, word: str) -> None:
        self.conditions.append(_HAS_WORD.format(organization=self.organization, contact=self.contact))
        self.values += [word, word + LAST]

    def was_born(self, born: date) -> None:
        self._fits("person.birth_date = %s", [born])

    def has_digits(self, digits: Digits) -> None:
        tests = ["(person.birth_date >= %s AND person.birth_date < %s)"] * len(digits.years)
        values: list[Any] = [limit for year in digits.years for limit in _year(year)]
        if digits.text:
            tests.append("strpos(person.phone, %s::text) > 0")
            values.append(digits.text)
        self._fits(" OR ".join(tests) or "false", values)

    def _fits(self, test: str, values: list[Any]) -> None:
        self.conditions.append(_FITS.format(test=test, organization=self.organization, contact=self.contact))
        self.values += values


def _contact_ids(organization: Organization, reading: Reading, most: int) -> list[Any]:
    words = sorted(_without_beginnings(reading.words))
    counts, born = _how_many(organization, words, reading.born)
    words = [word for _, word in sorted(zip(counts, words, strict=True))]
    if counts and min(counts) == 0:
        return []
    if words and (reading.born is None or min(counts) <= born):
        lead, others, day = words[0], words[1:], reading.born
        statement, template = _Statement("word.organization_id", "word.contact_id"), _LEAD_BY_WORD
        limits: list[Any] = [lead, lead + LAST]
        digits = reading.digits
    else:
        others, day = words, None
        statement, template = _Statement("contact.organization_id", "contact.id"), _LEAD_BY_BIRTH
        limits, digits = _birth_limits(reading)
    for word in others:
        statement.has_word(word)
    if day is not None:
        statement.was_born(day)
    for one in digits:
        statement.has_digits(one)
    text = template.format(conditions="".join(statement.conditions), most=most * _SPARE)
    with connection.cursor() as cursor:
        cursor.execute(text, [organization.id, *limits, *statement.values])
        return [row[0] for row in cursor.fetchall()]


def _birth_limits(reading: Reading) -> tuple[list[Any], tuple[Digits, ...]]:
    """The births that lead, and the figures that are still to fit."""
    if reading.born is not None:
        return [reading.born, date.fromordinal(reading.born.toordinal() + 1)], reading.digits
    leading = next(digits for digits in reading.digits if digits.years)
    rest = tuple(digits for digits in reading.digits if digits is not leading)
    return list(_year(leading.years[0])), rest


def _how_many(organization: Organization, words: list[str], born: date | None) -> tuple[list[int], int]:
    """How many contacts bear each word, and were born on that day; more than many is not counted."""
    if len(words) + (born is not None) < 2:
        return [1] * len(words), 0
    asked = [_HOW_MANY.format(number=number, most=_COUNTED) for number in range(len(words))]
    values: list[Any] = [value for word in words for value in (organization.id, word, word + LAST)]
    if born is not None:
        asked.append(_HOW_MANY_BORN.format(most=_COUNTED))
        values += [organization.id, born]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(asked), values)
        counts = list(cursor.fetchone())
    return (counts[:-1], counts[-1]) if born is not None else (counts, 0)


def _without_beginnings(words: tuple[str, ...]) -> set[str]:
    """Who bears `marie` bears `mar` as well."""
    return {word for word in words if not any(other != word and other.startswith(word) for other in words)}


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year + 1, 1, 1)
