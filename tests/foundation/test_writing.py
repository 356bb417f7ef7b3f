"""Rows by hand are the rows that `save()` would have written."""

from contextlib import suppress
from datetime import date

import pytest

from kalends.contacts.models import Contact, ContactWord
from kalends.foundation.database import tenancy
from kalends.foundation.database.instances import fresh
from kalends.foundation.database.writing import together, write
from tests.cast import Clinic
from tests.statements import noted

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


def test_together_is_one_statement_at_the_end(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        person = contact(tilleuls, "Kerjean")
        with noted() as asked, together():
            words = [ContactWord(organization=tilleuls.organization, word=word, contact_id=person.id) for word in "ab"]
            write(*words)
            with together():
                write(person)
            write(contact(tilleuls, "Autre"), once=True)
        assert len(asked) == 1
        assert not person._state.adding
        assert sorted(person.words.values_list("word", flat=True)) == ["a", "b"]
        assert tilleuls.organization.contacts.count() == 2


def test_what_is_given_up_together_is_not_written(tilleuls: Clinic) -> None:
    with tilleuls.acting():
        with suppress(LookupError), together():
            write(contact(tilleuls, "Kerjean"))
            raise LookupError
        assert not tilleuls.organization.contacts.exists()
        write(contact(tilleuls, "Autre"))
        assert tilleuls.organization.contacts.get().last_name == "Autre"


def test_a_fresh_row_is_what_its_model_makes(tilleuls: Clinic) -> None:
    given = {"organization_id": tilleuls.organization.id, "last_name": "Aubrée", "last_key": "aubree"}
    one, other = fresh(Contact, **given), Contact(**given)
    assert (one.id == other.id, one._state.adding, one._state.db) == (False, True, None)
    assert {**vars(one), "id": None, "_state": None} == {**vars(other), "id": None, "_state": None}
    with pytest.raises(TypeError, match="Contact has no first, second"):
        fresh(Contact, last_name="Aubrée", second=1, first=2)
    with tilleuls.acting() as now:
        one.created_at = now
        one.save(force_insert=True)
        one.last_name = "Kerjean"
        one.save()
        assert tilleuls.organization.contacts.get() == one
