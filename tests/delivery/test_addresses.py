"""Which addresses can be written to, and what is said of the others."""

from __future__ import annotations

import pytest

from kalends.delivery import envelope
from kalends.delivery.addresses import BadAddress, read_address
from kalends.delivery.letters import Letter
from tests.cast import NOW

LABEL = "a" * 63


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("receptie@arcada.example", "receptie@arcada.example"),
        ("  Receptie@Arcada.Example ", "Receptie@arcada.example"),
        ("o'brien+agenda@mail.clinic.example", "o'brien+agenda@mail.clinic.example"),
        ("accueil@médecins.example", "accueil@médecins.example"),
        ("accueil@me\u0301decins.example", "accueil@médecins.example"),
        ("receptie@știință.example", "receptie@știință.example"),
        ("a@xn--mdecins-bya.example", "a@xn--mdecins-bya.example"),
        (f"{'x' * 64}@{LABEL}.example", f"{'x' * 64}@{LABEL}.example"),
    ],
)
def test_good_ones_are_kept_and_can_be_sent_to(typed: str, kept: str) -> None:
    assert read_address(typed) == kept
    parcel = envelope.parcel(Letter("s", "t", ""), sender_name="n", recipient=kept, message_id="<i@x>", at=NOW)
    assert parcel.recipient.isascii()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Please fill this in."),
        ("asistente", "“asistente” is no address: it has no @."),
        ("asistente@arcada", "“asistente@arcada” is not a complete address: the part after the dot is missing."),
        ("asistente@arcada.", "“asistente@arcada.” is not a complete address: the part after the dot is missing."),
        ("@arcada.example", "“@arcada.example” is not a complete address: the part before the @ is missing."),
        ("a@", "“a@” is not a complete address: the part after the dot is missing."),
        ("a@b..example", "“a@b..example”: there is no such name after the @."),
        (f"a@{LABEL}a.example", f"“a@{LABEL}a.example”: there is no such name after the @."),
        ("hélène@clinic.example", "“hélène@clinic.example”: before the @ an address has letters without accents only."),
        ("a@-clinic.example", "“a@-clinic.example” is no address that mail can be sent to."),
        ("a.@clinic.example", "“a.@clinic.example” is no address that mail can be sent to."),
        ("a@b@clinic.example", "“a@b@clinic.example” is no address that mail can be sent to."),
        (
            "a@clinic.example\r\nBcc: x@y.example",
            "“a@clinic.example Bcc x@y.example” holds a character that no address",
        ),
        ("a@clinic.example\n", "“a@clinic.example” holds a character that no address can have."),
        ("a@clinic.example, b@clinic.example", "“a@clinic.example b@clinic.example” holds a character"),
        ("Ana <a@clinic.example>", "“Ana a@clinic.example” holds a character that no address can have."),
        ("a\x00@clinic.example", "“a @clinic.example” holds a character that no address can have."),
        ("a\u202e@clinic.example", "“a @clinic.example” holds a character that no address can have."),
        ("a\u200b@clinic.example", "“a @clinic.example” holds a character that no address can have."),
        ("\ud800a@clinic.example", "“a@clinic.example” holds a character that no address can have."),
        (f"{'x' * 65}@clinic.example", "is too long for an address."),
        (f"a@{LABEL}.{LABEL}.{LABEL}.{LABEL}.example", "is too long for an address."),
    ],
)
def test_bad_ones_are_named(typed: str, said: str) -> None:
    with pytest.raises(BadAddress) as fault:
        read_address(typed)
    assert said in " ".join(str(fault.value).split())
