"""Rows by hand are the rows that `save()` would have written."""

from datetime import date

import pytest

from kalends.contacts.models import Contact, ContactWord
from kalends.foundation.database import tenancy
from kalends.foundation.database.writing import write
from tests.cast import Clinic

pytestmark = pytest.mark.usefixtures("db")


def contact(clinic: Clinic, name: str) -> Contact:
    return Contact(
        organization=clinic.organization,
        last_name=name,
        last_key=name.casefold(),
        birth_date=date(1987, 3, 14),
        phone_is_mobile=None,
        created_at=tenancy.current().now,
    )


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_any_number_of_rows_of_one_table(tilleuls: Clinic, count: int) -> None:
    with tilleuls.acting():
        people = [contact(tilleuls, f"Aubrée {number}") for number in range(count)]
        write(*people)
        found = {found.id: found for found in tilleuls.organization.contacts.all()}
        for person in people:
            kept = found[person.id]
            fields = [field.attname for field in Contact._meta.concrete_fields if field.column]
            assert {name: getattr(kept, name) for name in fields} == {name: getattr(person, name) for name in fields}


def test_several_tables_in_one_statement(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        person = contact(tilleuls, "Kerjean")
        words = [
            ContactWord(organization=tilleuls.organization, word=word, contact_id=person.id)
            for word in ("kerjean", 'quo"te', "back\\slash", "ș, {ț}", "NULL")
        ]
        write(person, *words)
        assert sorted(person.words.values_list("word", flat=True)) == sorted(word.word for word in words)


def test_once_leaves_what_is_there(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        first = contact(tilleuls, "Kerjean")
        write(first)
        again = contact(tilleuls, "Autre")
        again.id = first.id
        write(again, once=True)
        assert tilleuls.organization.contacts.get(id=first.id).last_name == "Kerjean"
