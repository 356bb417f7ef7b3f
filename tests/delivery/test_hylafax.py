"""Faxes through a real HylaFAX, over modems that answer as the number says."""

from __future__ import annotations

import ftplib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kalends.delivery import fax_url
from kalends.delivery.carriers import Parcel
from kalends.delivery.carriers.hylafax import HylafaxCarrier
from kalends.delivery.carriers.hylafax.talk import Talk
from kalends.delivery.fax_url import FaxServer
from kalends.delivery.operations import claiming
from kalends.delivery.operations.claiming import Mark
from kalends.delivery.rules import Fate, Outcome
from tests.cast import Clinic
from tests.delivery.faxing import BUSY, CUT_OFF, NOBODY, TAKES, VOICE, carry, confirm, fax, has_ended, wait_until_ended
from tests.delivery.hylafax import fax_server
from tests.delivery.modem import Modem
from tests.delivery.sink import free_port
from tests.delivery.texting import row

LONG = "\n\n".join(f"Paragraphe {number} : {'un deux trois quatre ' * 20}" for number in range(12))


@pytest.fixture
def modems(settings: Any) -> Iterator[list[Modem]]:
    """Five lines, so that five faxes take as long as one."""
    with ExitStack() as stack:
        made = [Modem() for _ in range(5)]
        for modem in made:
            stack.callback(modem.close)
        settings.FAX_URL = stack.enter_context(fax_server(*made))
        yield made


@pytest.fixture
def server(settings: Any) -> Iterator[HylafaxCarrier]:
    """One that takes faxes and has no line."""
    with fax_server() as settings.FAX_URL:
        way = fax_url.read(settings.FAX_URL)
        assert isinstance(way, FaxServer)
        yield HylafaxCarrier(way)


def tags(server: HylafaxCarrier) -> list[str]:
    with closing(Talk(server.server)) as talk:
        return [job.tag for job in talk.jobs()]


def begun(clinic: Clinic, server: HylafaxCarrier, id: UUID, *, ago: timedelta = timedelta()) -> None:
    """A worker marked it and died."""
    with clinic.acting() as now:
        (taken,) = claiming.claim(clinic.organization, media=["fax"], claimer="dead", now=now)
        marks = [Mark(taken, server.centre, 1)]
        assert claiming.mark(clinic.organization, marks, claimer="dead", now=now - ago) == {id}
    with clinic.acting() as now:
        claiming.rescue(clinic.organization, claimer="dead", now=now)


def test_rem_02_killed_after_the_server_took_it_it_is_asked_and_not_sent_again(
    tilleuls: Clinic, server: HylafaxCarrier
) -> None:
    confirm(tilleuls, TAKES)
    id = fax(tilleuls, TAKES)
    parcel = Parcel("Tilleuls", TAKES, b"%PDF-1.4", reference=str(id))
    assert server.hand_over(parcel, last_call=lambda: True) == Outcome(Fate.SENT)
    begun(tilleuls, server, id)
    carry()
    assert (row(tilleuls, id).state, row(tilleuls, id).carrier, tags(server)) == ("sent", "hylafax", [str(id)])


def test_rem_03_killed_before_the_server_took_it_it_is_asked_and_sent_once(
    tilleuls: Clinic, server: HylafaxCarrier
) -> None:
    """What was begun and not submitted went with its connection."""
    confirm(tilleuls, TAKES)
    id = fax(tilleuls, TAKES)
    parcel = Parcel("Tilleuls", TAKES, b"%PDF-1.4", reference=str(id))
    assert server.hand_over(parcel, last_call=lambda: False) is None
    begun(tilleuls, server, id)
    assert tags(server) == []
    carry()
    assert (row(tilleuls, id).state, tags(server)) == ("sent", [str(id)])


def test_rem_04_a_line_that_drops_with_the_last_word_is_asked_about(server: HylafaxCarrier) -> None:
    def drops() -> bool:
        server.interrupt()
        return True

    outcome = server.hand_over(Parcel("Tilleuls", TAKES, b"%PDF-1.4", reference="lost"), last_call=drops)
    assert outcome is not None
    assert (outcome.fate, outcome.may_have_arrived) == (Fate.LATER, True)
    assert server.ask("lost", begun=datetime.now(UTC)) is None


def test_what_the_server_may_have_forgotten_is_not_sent_again(tilleuls: Clinic, server: HylafaxCarrier) -> None:
    confirm(tilleuls, TAKES)
    id = fax(tilleuls, TAKES)
    begun(tilleuls, server, id, ago=timedelta(minutes=11))
    carry()
    found = row(tilleuls, id)
    assert (found.state, found.reason) == ("unknown", "The fax server no longer knows what became of it.")
    assert tags(server) == []


def test_what_somebody_took_out_of_the_queue_fails(tilleuls: Clinic, server: HylafaxCarrier) -> None:
    confirm(tilleuls, TAKES)
    id = fax(tilleuls, TAKES)
    carry()
    assert not has_ended(tilleuls, id)
    with closing(ftplib.FTP()) as other:
        other.connect(server.server.host, server.server.port)
        other.sendcmd("USER kalends")
        other.sendcmd("JKILL 1")
    wait_until_ended(tilleuls, id)
    found = row(tilleuls, id)
    reason = "Somebody took it out of the queue of the fax server."
    assert (found.state, found.reason, found.needs_somebody) == ("failed", reason, True)


def test_a_server_that_is_away_costs_no_try(tilleuls: Clinic, settings: Any) -> None:
    confirm(tilleuls, TAKES)
    settings.FAX_URL = f"hylafax://127.0.0.1:{free_port()}"
    id = fax(tilleuls, TAKES)
    carry()
    assert (row(tilleuls, id).state, row(tilleuls, id).attempts) == ("queued", 0)


@pytest.mark.slow
def test_faxes_and_what_became_of_them(tilleuls: Clinic, modems: list[Modem]) -> None:
    confirm(tilleuls, TAKES, BUSY, NOBODY, VOICE, CUT_OFF)
    ids = {number: fax(tilleuls, number, LONG) for number in (TAKES, BUSY, NOBODY, VOICE, CUT_OFF)}
    carry()
    assert {(row(tilleuls, id).state, row(tilleuls, id).carrier) for id in ids.values()} == {("sent", "hylafax")}
    wait_until_ended(tilleuls, *ids.values())
    ends = {number: row(tilleuls, id) for number, id in ids.items()}
    assert {number: (one.state, one.reason, one.attempts, one.parts) for number, one in ends.items()} == {
        TAKES: ("delivered", "KALENDS TEST", 1, 2),
        BUSY: ("queued", "The line was busy.", 1, 2),
        NOBODY: ("queued", "Nobody answered.", 1, 2),
        VOICE: ("queued", "No fax machine answered.", 1, 2),
        CUT_OFF: ("undelivered", "The line broke off before all pages were confirmed.", 1, 2),
    }
    arrived = [number for modem in modems for number, _raster in modem.pages]
    assert sorted(arrived) == [TAKES, TAKES, CUT_OFF, CUT_OFF]
    assert sorted(number for modem in modems for number in modem.dialled) == [TAKES, BUSY, NOBODY, VOICE, CUT_OFF]
