"""What people answer to a text message (SMS-11)."""

from __future__ import annotations

import pytest

from kalends.delivery.replies import Wish, number, wish


@pytest.mark.parametrize(
    "message",
    ["STOP", "stop ", "ARRÊT", "OPRIRE", "Arret svp", "Stop.", "stop!", "Opriți, vă rog", "STOPALL", "« stop »"],
)
def test_nothing_more_is_wanted(message: str) -> None:
    assert wish(message) == Wish.STOP


@pytest.mark.parametrize(
    "message",
    [
        "Je ne peux pas m'arrêter",
        "Arrêt de travail jusqu'à lundi",
        "Stop at the pharmacy first?",
        "non stop",
        "",
        " ",
        "OK",
    ],
)
def test_a_message_is_no_wish(message: str) -> None:
    assert wish(message) is None


def test_it_may_be_wanted_again() -> None:
    assert [wish(message) for message in ("START", "reprendre svp")] == [Wish.START] * 2


def test_senders_as_gateways_write_them() -> None:
    senders = ("+40722123456", "0040722123456", "40722123456", " +40722123456", "Tilleuls", "")
    assert [number(sender) for sender in senders] == ["+40722123456"] * 4 + ["", ""]
