"""Text messages through a real Kannel to the SMS centre of a network, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kalends.delivery import answering, segments
from kalends.delivery.operations import set_settings
from kalends.delivery.queries import strangers
from tests.cast import Clinic
from tests.delivery.kannel import gateway
from tests.delivery.sink import wait_for
from tests.delivery.smsc import Smsc
from tests.delivery.texting import our_door, row, send, text

ARRIVES, DOES_NOT, REFUSED = "+33612345601", "+33612345602", "+33612345603"


@pytest.fixture
def network(settings: Any, tmp_path: Path) -> Iterator[Smsc]:
    smsc = Smsc()
    settings.LIMITS = False  # one number gets more here than three texts in ten minutes
    with our_door(settings), gateway(smsc, tmp_path, replies=answering.reply_address()) as settings.SMS_URL:
        yield smsc
    smsc.close()


def test_text_messages_and_what_comes_back(tilleuls: Clinic, carpati: Clinic, network: Smsc) -> None:
    """One journey, for a gateway takes seconds to start."""
    ids = {number: text(tilleuls, number) for number in (ARRIVES, DOES_NOT, REFUSED)}
    send()
    fates = {ARRIVES: "delivered", DOES_NOT: "undelivered", REFUSED: "undelivered"}
    wait_for(lambda: {number: row(tilleuls, id).state for number, id in ids.items()} == fates)
    assert [row(tilleuls, id).reason for id in ids.values()] == ["", "stat:UNDELIV err:000", ""]
    assert {(part.sender, part.coding) for part in network.parts} == {("Tilleuls", 0)}
    assert sorted(part.to for part in network.parts) == [ARRIVES.strip("+"), DOES_NOT.strip("+")]

    # A phone that is off until it is useless need not be told: Kannel tells the network how long it is worth trying.
    assert {part.until != "" for part in network.parts} == {True}

    # What is billed is what was counted before (SMS-09).
    for words in ("a" * 161, "ç" * 71, "[" * 100, "é" * 306, "Ștefan, vă așteptăm mâine la 10:40."):
        network.parts.clear()
        id = text(tilleuls, ARRIVES, words)
        send()
        wait_for(lambda: row(tilleuls, id).state == "delivered")  # noqa: B023 - over before the next round
        assert (len(network.parts), row(tilleuls, id).parts) == (segments.count(words).parts,) * 2
    assert network.parts[0].text == "Ștefan, vă așteptăm mâine la 10:40."

    # Whoever answers STOP gets nothing more from those who wrote to them, and from nobody else does this change.
    with carpati.acting() as now:
        set_settings(carpati.organization, text_countries="FR", by=carpati.actor(), now=now)
    elsewhere = text(carpati, DOES_NOT)
    network.say(ARRIVES, "+33644630001", "ARRÊT svp")
    wait_for(lambda: _opted_out(tilleuls) == [ARRIVES])
    network.say_plainly(ARRIVES, "+33644630001", "start")
    wait_for(lambda: _opted_out(tilleuls) == [])
    network.say_plainly(ARRIVES, "+33644630001", "Stop, merci")
    wait_for(lambda: _opted_out(tilleuls) == [ARRIVES])
    network.parts.clear()
    held_back = text(tilleuls, ARRIVES)
    send()
    assert row(tilleuls, held_back).state == "suppressed"
    wait_for(lambda: row(carpati, elsewhere).state == "undelivered")
    assert [part.to for part in network.parts] == [DOES_NOT.strip("+")]
    assert _opted_out(carpati) == []

    # Whoever has the number now and is not the patient says so: nothing more goes there, and the desk is told (TEL-08).
    network.say(DOES_NOT, "+33644630001", "Ce n’est pas moi")
    wait_for(lambda: _opted_out(carpati) == [DOES_NOT])
    for clinic in (tilleuls, carpati):
        with clinic.acting():
            assert list(strangers(clinic.organization).values_list("address", flat=True)) == [DOES_NOT]


def _opted_out(clinic: Clinic) -> list[str]:
    with clinic.acting():
        return list(clinic.organization.opt_outs.filter(ended_at=None).values_list("address", flat=True))
