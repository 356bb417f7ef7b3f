"""TEL: telephone numbers as people type them."""

from __future__ import annotations

import pytest

from kalends.foundation.phone import BadPhone, Phone, read_phone, search_digits, written


@pytest.mark.parametrize(
    "typed",
    [
        "06 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033612345678",
        "٠٦١٢٣٤٥٦٧٨",
        "06.12.34.56.78",
        "+33612345678",
        "06-12-34-56-78",
    ],
)
def test_tel_01_one_number_in_many_shapes(typed: str) -> None:
    assert read_phone(typed, country="FR") == Phone("+33612345678", "", mobile=True)


def test_tel_02_other_countries_and_extensions() -> None:
    assert read_phone("0722 123 456", country="RO") == Phone("+40722123456", "", mobile=True)
    assert read_phone("(418) 525-1234 ext. 12", country="CA") == Phone("+14185251234", "12", mobile=None)


def test_tel_03_a_letter_is_shown_where_it_stands() -> None:
    with pytest.raises(BadPhone, match=r"Character 14 .*“O”"):
        read_phone("06 12 34 56 7O", country="FR")


@pytest.mark.parametrize("typed", ["07 00 00 00 00 00", "15", "36 46", "06 12 34 56 7", "123", "+999 1234567"])
def test_tel_04_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        read_phone(typed, country="FR")


def test_tel_04_a_missing_digit_is_named() -> None:
    with pytest.raises(BadPhone, match="One digit is missing: a French number has ten"):
        read_phone("06 39 98 41 2", country="FR")


@pytest.mark.parametrize("typed", ["0612345678\n0687654321", "0612345678\r0687654321"])
def test_tel_05_two_numbers_in_one_field_are_refused(typed: str) -> None:
    with pytest.raises(BadPhone, match="one telephone number"):
        read_phone(typed, country="FR")


@pytest.mark.parametrize(
    ("typed", "country", "number", "region"),
    [
        ("+262 692 12 34 56", "FR", "+262692123456", "RE"),
        ("+590 690 30 12 34", "FR", "+590690301234", "GP"),
        ("+1 876 345 6789", "CA", "+18763456789", "JM"),
    ],
)
def test_tel_06_islands_keep_their_country(typed: str, country: str, number: str, region: str) -> None:
    phone = read_phone(typed, country=country)
    assert (phone.number, phone.region) == (number, region)


def test_big_09_a_very_long_number_is_refused_at_once() -> None:
    with pytest.raises(BadPhone, match="too long"):
        read_phone("0" * 100_000, country="FR")


def test_numbers_are_looked_up_as_at_home_and_from_abroad() -> None:
    assert search_digits("+33612345678") == {"33612345678", "612345678"}
    assert search_digits("+14185251234") == {"14185251234", "4185251234"}
    assert search_digits("+35312345678") == {"35312345678", "12345678"}
    assert search_digits("0612") == {"0612"}
    assert written("+33612345678", country="FR") == "06 12 34 56 78"
    assert written("+33612345678", country="RO") == "+33 6 12 34 56 78"
