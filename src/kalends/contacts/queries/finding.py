"""Looking contacts up: names without accents and in any order, phones in any form, birth dates.

Each word of a contact is a row in the order of the answer (`ContactWord`), so a short beginning reads the first
rows of an index, whoever else bears it. Of several words the rarest leads; the names, the birth and the telephone
that the others are compared with stand in the same row of the index. Beginnings are asked as `>=` and `<`: `^@`
finds no index once PostgreSQL keeps a plan for any value.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from kalends.contacts.models import Contact
from kalends.contacts.queries.readings import Reading, readings
from kalends.contacts.rules import BACKWARDS
from kalends.foundation.database.reading import read
from kalends.organizations.models import Organization

MOST = 50
LAST = "\U0010ffff"
# A word that more contacts bear than this is common: how common does not matter any more.
_COUNTED = 1000
# A contact may bear several words with the same beginning.
_SPARE = 10

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
# OFFSET 0: looked up for each row of the lead. Left to itself PostgreSQL takes a beginning for a rare word, begins with
# all who bear it and looks up each of them: 12,500 pages read for one answer instead of 90.
_HAS_WORD = """
  AND EXISTS (SELECT FROM contacts_contactword other WHERE other.organization_id = {organization}
       AND other.contact_id = {contact} AND other.word >= %s AND other.word < %s OFFSET 0)"""


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
    condition = "organization_id = $1 AND merged_into_id IS NULL AND id = ANY ($2::uuid[])"
    known = {contact.id: contact for contact in read(Contact, condition, [organization.id, ids])} if ids else {}
    return [known[contact_id] for contact_id in ids if contact_id in known]


def _contact_ids(organization: Organization, reading: Reading, most: int) -> list[Any]:
    words = _without_beginnings(reading.words)
    counts, born = _how_many(organization, words, reading.born)
    if words and min(counts) == 0:
        return []
    if words and (reading.born is None or min(counts) <= born):
        text, values = _led_by_word(reading, words, counts)
    else:
        text, values = _led_by_birth(reading, words)
    with connection.cursor() as cursor:
        cursor.execute(text.format(most=most + _SPARE), [organization.id, *values])
        return [row[0] for row in cursor.fetchall()]


def _led_by_word(reading: Reading, words: list[str], counts: list[int]) -> tuple[str, list[Any]]:
    """The rarest word leads; of those equally common the longest, which is the rarer one most often."""
    lead = min(zip(counts, words, strict=True), key=lambda counted: (counted[0], -len(counted[1])))[1]
    values: list[Any] = [lead, lead + LAST]
    conditions = []
    for word in words:
        if word == lead:
            continue
        if _is_name(word):
            conditions.append(" AND strpos(word.sorts_as, %s::text) > 0")
            values.append(f" {word}")
        else:
            conditions.append(_HAS_WORD.format(organization="word.organization_id", contact="word.contact_id"))
            values += [word, word + LAST]
    if reading.born is not None:
        conditions.append(" AND strpos(word.sorts_as, %s::text) > 0")
        values.append(f" {reading.born:%Y%m%d}")
    for digits in reading.digits:
        tests = ["strpos(word.sorts_as, %s::text) > 0"] * len(digits.years)
        values += [f" {year}" for year in digits.years]
        if digits.text:
            tests.append("strpos(split_part(word.sorts_as, '+', 2), %s::text) > 0")
            values.append(digits.text)
        conditions.append(f" AND ({' OR '.join(tests) or 'false'})")
    return _LEAD_BY_WORD.replace("{conditions}", "".join(conditions)), values


def _led_by_birth(reading: Reading, words: list[str]) -> tuple[str, list[Any]]:
    if reading.born is not None:
        values: list[Any] = [reading.born, date.fromordinal(reading.born.toordinal() + 1)]
    else:
        year = next(digits.years[0] for digits in reading.digits if digits.years)
        values = [date(year, 1, 1), date(year + 1, 1, 1)]
    conditions = []
    for word in words:
        conditions.append(_HAS_WORD.format(organization="contact.organization_id", contact="contact.id"))
        values += [word, word + LAST]
    if reading.born is not None:
        for digits in reading.digits:
            conditions.append(" AND strpos(contact.phone, %s::text) > 0")
            values.append(digits.text)
    return _LEAD_BY_BIRTH.replace("{conditions}", "".join(conditions)), values


def _is_name(word: str) -> bool:
    """Whether it can be a word of a name, all of which stand in each row; others are addresses and numbers."""
    return "@" not in word and "+" not in word and not word[0].isdigit() and not word.startswith(BACKWARDS)


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


def _without_beginnings(words: tuple[str, ...]) -> list[str]:
    """Who bears `marie` bears `mar` as well."""
    return sorted(word for word in words if not any(other != word and other.startswith(word) for other in words))
