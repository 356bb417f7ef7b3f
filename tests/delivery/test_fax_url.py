"""FAX_URL, as it may be written."""

from __future__ import annotations

import pytest

from kalends.delivery import fax_url
from kalends.delivery.fax_url import BadFaxAddress, FaxMailbox, FaxServer

FORMS = "it cannot be read: write it as hylafax://user:password@host:4559, or mailto:{number}@fax.example.org."
MAILBOX = "a mailbox is written with a place for the number: mailto:{number}@fax.example.org."


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("hylafax://fax.example", FaxServer("fax.example")),
        ("hylafax://us:p%40ss@[::1]:4560", FaxServer("::1", 4560, "us", "p@ss")),
        (
            "hylafax://fax.example?plus=00&modem=ttyS0&timeout=3",
            FaxServer("fax.example", plus="00", modem="ttyS0", timeout=3.0),
        ),
        ("hylafax://fax.example?plus=+", FaxServer("fax.example")),
        ("hylafax://fax.example?plus=", FaxServer("fax.example", plus="")),
        ("mailto:{number}@fax.example.org", FaxMailbox("{number}@fax.example.org")),
        ("mailto:us.00%7Bnumber%7D@fax.example.org", FaxMailbox("us.00{number}@fax.example.org")),
    ],
)
def test_what_is_understood(url: str, way: FaxServer | FaxMailbox) -> None:
    assert fax_url.read(url) == way
    assert "p@ss" not in repr(way)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("fax.example", FORMS),
        ("hylafax://", FORMS),
        ("hylafax://fax.example:0", FORMS),
        ("hylafax://fax.example:port", FORMS),
        ("hylafax://fax.example/spool", FORMS),
        ("hylafax://u%20s@fax.example", "the user is one word."),
        ("hylafax://fax.example?plus=zero", "plus= is what is dialled in place of +: 00."),
        ("hylafax://fax.example?modem=tty%22", "modem= is the name of a modem or of a class of them."),
        ("hylafax://fax.example?timeout=0", "timeout= is a number of seconds, at most 120, or left out."),
        ("mailto:fax@example.org", MAILBOX),
        ("mailto:{number}@fax.example.org?subject=x", MAILBOX),
        ("mailto:{number}@a%0Db.example", MAILBOX),
    ],
)
def test_what_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(BadFaxAddress) as refusal:
        fax_url.read(url)
    assert str(refusal.value) == sentence


def test_what_is_dialled() -> None:
    assert [FaxServer("x", plus=plus).dialled("+33241234501") for plus in ("+", "00", "")] == [
        "+33241234501",
        "0033241234501",
        "33241234501",
    ]
    assert FaxMailbox("fax-{number}@x.example").address("+33241234501") == "fax-33241234501@x.example"
