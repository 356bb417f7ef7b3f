"""Faxes through a real HylaFAX, over modems that answer as the number says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.cast import Clinic
from tests.delivery.faxing import BUSY, CUT_OFF, NOBODY, TAKES, VOICE, carry, confirm, fax, has_ended
from tests.delivery.hylafax import fax_server
from tests.delivery.modem import Modem
from tests.delivery.sink import wait_for
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


@pytest.mark.slow
def test_faxes_and_what_became_of_them(tilleuls: Clinic, modems: list[Modem]) -> None:
    confirm(tilleuls, TAKES, BUSY, NOBODY, VOICE, CUT_OFF)
    ids = {number: fax(tilleuls, number, LONG) for number in (TAKES, BUSY, NOBODY, VOICE, CUT_OFF)}
    carry()
    assert {(row(tilleuls, id).state, row(tilleuls, id).carrier) for id in ids.values()} == {("sent", "hylafax")}
    wait_for(lambda: has_ended(tilleuls, *ids.values()))
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
