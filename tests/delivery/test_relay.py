"""EMAIL_URL, as it may be written."""

from __future__ import annotations

import pytest

from kalends.delivery.carriers import Unreachable
from kalends.delivery.carriers.smtp.connection import connect
from kalends.delivery.carriers.smtp.relay import Relay


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example", Relay("mail.example", 25, encrypted=False)),
        ("smtp://u:p%40ss@mail.example", Relay("mail.example", 587, encrypted=False, user="u", password="p@ss")),
        ("smtps://mail.example", Relay("mail.example", 465, encrypted=True)),
        (
            "smtp://127.0.0.1:2525?from=agenda@clinic.example&timeout=3&connections=8",
            Relay("127.0.0.1", 2525, encrypted=False, sender="agenda@clinic.example", timeout=3.0, connections=8),
        ),
    ],
)
def test_urls_are_read(url: str, relay: Relay) -> None:
    assert Relay.read(url) == relay


@pytest.mark.parametrize("given", ["0", "51", "many", "-1", "²"])
def test_a_number_of_connections_that_makes_no_sense_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="connections= is a number from 1 to 50, or left out"):
        Relay.read(f"smtp://mail.example?connections={given}")


def test_the_password_is_shown_nowhere() -> None:
    assert "secret" not in repr(Relay.read("smtp://u:secret@mail.example"))
    with pytest.raises(ValueError, match="EMAIL_URL is written") as refusal:
        Relay.read("http://u:secret@mail.example")
    assert "secret" not in str(refusal.value)


def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:1: ") as refusal:
        connect(Relay("127.0.0.1", 1, encrypted=False, user="u", password="secret"))
    assert "secret" not in str(refusal.value)
