"""There and back through a real OpenSMTPD: refused by the last server, brought back by the first, and understood."""

from __future__ import annotations

import smtplib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kalends.delivery.bounces import maildir
from tests.cast import Clinic
from tests.delivery.opensmtpd import relay
from tests.delivery.returning import BOUNCE_ADDRESS, carry, mail, return_address
from tests.delivery.sink import Sink, listening, wait_for
from tests.delivery.texting import row

GONE, DISLIKED, FULL = "gone@x.example", "disliked@x.example", "full@x.example"
AWAY, THERE = "away@x.example", "there@x.example"
REFUSALS = {GONE: "550 5.1.1 No such user", DISLIKED: "554 5.7.1 Not from you", FULL: "452 4.2.2 Mailbox full"}


class _LastServer(Sink):
    """Refuses some, and has one who answers everything by themselves, whatever it says of itself (MSG-14)."""

    door: int | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        return REFUSALS.get(address) or await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if envelope.rcpt_tos == [AWAY] and self.door:
            text = f"From: {AWAY}\r\nTo: {envelope.mail_from}\r\nAuto-Submitted: auto-replied\r\n\r\nNot here.\r\n"
            with smtplib.SMTP("127.0.0.1", self.door, local_hostname="x.example") as back:
                back.sendmail("", [envelope.mail_from], text)
        return answer


@pytest.mark.slow
def test_there_and_back(tilleuls: Clinic, settings: Any, tmp_path: Path) -> None:
    """One journey, for the server takes its time: a delay is told after a second."""
    settings.BOUNCE_ADDRESS = BOUNCE_ADDRESS
    sink, folder = _LastServer(), tmp_path / "back"
    with listening(sink) as last, relay(urlsplit(last).port or 0, folder) as settings.EMAIL_URL:
        sink.door = urlsplit(settings.EMAIL_URL).port
        ids = {address: mail(tilleuls, address) for address in (GONE, DISLIKED, FULL, AWAY, THERE)}
        carry()
        assert {row(tilleuls, id).state for id in ids.values()} == {"sent"}
        wait_for(lambda: len(list((folder / "new").iterdir())) == 4)
    assert sorted(sink.recipients) == [AWAY, THERE]
    assert sorted(sink.senders) == sorted(return_address(tilleuls, ids[address]) for address in (AWAY, THERE))
    assert maildir.take_all(folder) == 4
    assert list(folder.rglob("*.*")) == []
    assert {address: (row(tilleuls, id).state, row(tilleuls, id).reason) for address, id in ids.items()} == {
        GONE: ("undelivered", "5.1.1 No such user"),
        DISLIKED: ("undelivered", "5.7.1 Not from you"),
        FULL: ("sent", "4.2.2 Mailbox full"),
        AWAY: ("sent", ""),
        THERE: ("sent", ""),
    }
    with tilleuls.acting():
        assert [one.address for one in tilleuls.organization.dead_addresses.all()] == [GONE]
        assert tilleuls.organization.deliveries.count() == len(ids)
    assert {message["Auto-Submitted"] for message in sink.messages} == {"auto-generated"}
