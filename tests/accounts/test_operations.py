"""People and their sign-in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from kalends.accounts import operations as accounts
from kalends.accounts.models import Person
from kalends.accounts.refusals import AlreadyKnown
from kalends.foundation.errors import Invalid, RequiredField

PHRASE = "trois chats au soleil"


def make(**fields: str) -> Person:
    return accounts.make_person(
        **{"email": "Odile@Tilleuls.example ", "name": "Odile  Roussel", "password": PHRASE, **fields}
    )


def test_a_person_is_made_with_a_sign_in(db: None) -> None:
    made = make(language="ro")
    found = Person.objects.get(email="odile@tilleuls.example")
    assert (found.id, found.name, found.language, found.check_password(PHRASE)) == (
        made.id,
        "Odile Roussel",
        "ro",
        True,
    )
    assert (found.is_active, found.is_platform_admin) == (True, False)


def test_every_bad_field_is_named(db: None) -> None:
    with pytest.raises(Invalid) as refused:
        make(email="odile", name="", password="court")
    assert sorted(error.field for error in refused.value.errors) == ["email", "name", "password"]
    with pytest.raises(Invalid) as refused:
        make(language="tlh")
    assert [error.field for error in refused.value.errors] == ["language"]
    assert Person.objects.count() == 0


@pytest.mark.parametrize("password", ["", "azertyuiop", "odile roussel", "Odile@Tilleuls.example"])
def test_a_password_is_long_and_is_not_about_oneself(db: None, password: str) -> None:
    with pytest.raises(Invalid) as refused:
        make(password=password)
    assert [error.field for error in refused.value.errors] == ["password"]


def test_a_person_has_a_name(db: None) -> None:
    with pytest.raises(RequiredField):
        make(name="\u200b")


def test_the_password_of_somebody_known_stays(db: None) -> None:
    """AUT-15."""
    make()
    with pytest.raises(AlreadyKnown):
        make(email="ODILE@tilleuls.EXAMPLE", password="une toute autre phrase", name="Somebody Else")
    found = Person.objects.get()
    assert (found.name, found.check_password(PHRASE)) == ("Odile Roussel", True)


def test_an_address_asked_for_twice_at_once_is_given_once(db: None) -> None:
    def attempt(number: int) -> str:
        try:
            make(password=f"{PHRASE} {number}")
        except AlreadyKnown as refusal:
            return refusal.code
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == ["already_known"] * 3 + ["made"]


def test_a_person_changes_name_and_language_and_nothing_else(db: None) -> None:
    person = make()
    accounts.edit_person(person, name=" Odile\nRoux ", language="fr")
    found = Person.objects.get()
    assert (found.name, found.language, found.email) == ("Odile Roux", "fr", "odile@tilleuls.example")
    with pytest.raises(TypeError):
        accounts.edit_person(person, is_platform_admin=True)
    with pytest.raises(Invalid):
        accounts.edit_person(person, language="xx")
