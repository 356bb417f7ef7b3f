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


@pytest.mark.parametrize(
    "message",
    ["Pas moi", "Ce n’est pas moi !", "C'est pas moi, merci", "FAUX NUMÉRO", "Nu sunt eu.", "Număr greșit", "not me"],
)
def test_tel_08_somebody_is_not_whom_we_meant(message: str) -> None:
    assert wish(message) == Wish.STRANGER


@pytest.mark.parametrize("message", ["Pas moi mais mon fils", "moi", "Ce n'est pas moi qui viens, c'est ma mère", "nu"])
def test_tel_08_who_says_more_is_not_a_stranger(message: str) -> None:
    assert wish(message) is None


def test_it_may_be_wanted_again() -> None:
    assert [wish(message) for message in ("START", "reprendre svp")] == [Wish.START] * 2


def test_senders_as_gateways_write_them() -> None:
    senders = ("+40722123456", "0040722123456", "40722123456", " +40722123456", "Tilleuls", "")
    assert [number(sender) for sender in senders] == ["+40722123456"] * 4 + ["", ""]
