"""Reading contact fields: everything bad is named at once, everything good is kept."""

from __future__ import annotations

from datetime import date

import pytest

from kalends.contacts.reading import read_contact, read_date
from kalends.contacts.rules import ContactData, Identity, compare
from kalends.foundation.errors import Invalid, RequiredField

TODAY = date(2026, 12, 7)


def read(required: tuple[str, ...] = (), **typed: str) -> ContactData:
    return read_contact(typed, required=required, country="FR", language="fr", today=TODAY)


def errors(required: tuple[str, ...] = (), **typed: str) -> list[str]:
    with pytest.raises(Invalid) as refused:
        read(required, **typed)
    return sorted(error.field for error in refused.value.errors)


def test_good_fields_are_cleaned() -> None:
    assert read(
        last_name="  Aubrée ",
        first_name="Clémence",
        birth_date="14/03/1987",
        phone="06 12 34 56 78",
        email="c@d.example",
    ) == ContactData(
        last_name="Aubrée",
        first_name="Clémence",
        birth_date=date(1987, 3, 14),
        email="c@d.example",
        phone="+33612345678",
        phone_is_mobile=True,
        language="fr",
        given=frozenset({"last_name", "first_name", "phone", "email"}),
    )


def test_every_bad_field_is_named() -> None:
    assert errors(
        ("town",), last_name="", email="nobody", phone="12", birth_date="31/02/1990", first_name="x" * 201
    ) == ["birth_date", "email", "first_name", "last_name", "phone", "town"]


def test_required_fields_alone_have_their_own_code() -> None:
    with pytest.raises(RequiredField) as refused:
        read(("email", "birth_date"), last_name="Ng")
    assert [error.field for error in refused.value.errors] == ["birth_date", "email"]


@pytest.mark.parametrize("name", ["   ", "\u200b\u200b", "\u202e"])
def test_big_03_blank_names_are_refused(name: str) -> None:
    assert errors(last_name=name) == ["last_name"]


@pytest.mark.parametrize("name", ["O'Brien", "Ng", "X", "Đặng", "李", "Ştefan", "a" * 200])
def test_big_03_unusual_names_are_names(name: str) -> None:
    assert read(last_name=name).last_name == name


@pytest.mark.parametrize("typed", ["a\x00b", "\ud800"])
def test_big_05_what_cannot_be_stored_names_its_field(typed: str) -> None:
    assert errors(last_name="Ng", remark=typed) == ["remark"]


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("1900-01-01", True),
        ("1899-12-31", False),
        ("29/02/2024", True),
        ("29/02/2023", False),
        ("07.12.2026", True),
        ("08/12/2026", False),
        ("20270-01-01", False),
        ("0000-01-01", False),
    ],
)
def test_clk_16_birth_dates_are_bounded(typed: str, accepted: bool) -> None:
    if accepted:
        assert read(last_name="Ng", birth_date=typed).birth_date == read_date(typed)
    else:
        assert errors(last_name="Ng", birth_date=typed) == ["birth_date"]


def test_the_same_person_needs_name_birth_and_one_address() -> None:
    known = Identity("aubree", "clemence", date(1987, 3, 14), "+33612345678", "c@d.example")
    assert compare(known, Identity("aubree", "clemence", date(1987, 3, 14), "+33612345678", "")).same
    assert compare(known, Identity("aubree", "clemence", date(1987, 3, 14), "", "c@d.example")).same
    assert not compare(known, Identity("aubree", "clemence", date(1987, 3, 14), "", "")).same
    assert not compare(known, Identity("aubree", "clemence", None, "+33612345678", "c@d.example")).same
    assert not compare(known, Identity("aubree", "anna", date(1987, 3, 14), "+33612345678", "")).similar
    assert not compare(Identity("x", "y", None), Identity("x", "y", None)).similar
