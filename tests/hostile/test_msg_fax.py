"""Faxes: wrong numbers, and machines that are busy (MSG-07, MSG-08)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from kalends.delivery import operations as delivery
from kalends.delivery.refusals import FirstPageUnderWay, NoFirstPageYet
from tests.cast import Clinic
from tests.delivery.faxing import BUSY, TAKES, carry, fax, make_due, wait_until_ended
from tests.delivery.hylafax import fax_server
from tests.delivery.modem import Modem
from tests.delivery.texting import row


@pytest.fixture
def modem(settings: Any) -> Iterator[Modem]:
    with closing(Modem()) as modem, fax_server(modem) as settings.FAX_URL:
        yield modem


def sent(clinic: Clinic) -> list[tuple[str, str, str]]:
    with clinic.acting():
        rows = clinic.organization.deliveries.filter(medium="fax").order_by("-kind", "id")
        return [(one.kind, one.state, one.reason) for one in rows]


def confirm(clinic: Clinic, number: str) -> None:
    with clinic.acting() as now:
        delivery.confirm_fax_number(clinic.organization, number, by=clinic.actor(), now=now)


WAITS = "Waits until somebody confirms that this fax number is right."


def test_msg_07_a_new_number_gets_a_page_that_says_nothing_first(tilleuls: Clinic, carpati: Clinic) -> None:
    """The letter waits, however often it is looked at; what somebody confirms in another organization counts there."""
    id = fax(tilleuls, TAKES, "Bonjour,\n\nrésultat de votre biopsie.")
    fax(carpati, TAKES)
    first = ("fax_first_page", "queued", "")
    assert sent(tilleuls) == sent(carpati) == [first, ("as_given", "queued", WAITS)]
    with pytest.raises(NoFirstPageYet):
        confirm(tilleuls, TAKES)
    with tilleuls.acting() as now, pytest.raises(FirstPageUnderWay):
        delivery.send_first_page(tilleuls.organization, TAKES, language="fr", by=tilleuls.actor(), now=now)
    carry()
    carry()
    assert sent(tilleuls) == [("fax_first_page", "sent", ""), ("as_given", "queued", WAITS)]
    confirm(tilleuls, TAKES)
    carry()
    assert [state for _, state, _ in sent(tilleuls)] == ["sent", "sent"]
    assert [state for _, state, _ in sent(carpati)] == ["sent", "queued"]
    assert row(tilleuls, id).parts == 1
    again = fax(tilleuls, TAKES)
    carry()
    assert [len(sent(tilleuls)), row(tilleuls, again).state] == [3, "sent"]


def test_msg_07_what_nobody_confirms_is_not_sent(tilleuls: Clinic) -> None:
    id = fax(tilleuls, TAKES, useless_after=None)
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.filter(id=id, due_at=now + timedelta(days=7)).update(due_at=now)
        tilleuls.organization.deliveries.filter(id=id).update(due_at=now)
    carry()
    reason = "Not sent: nobody has confirmed that this fax number is right."
    assert (row(tilleuls, id).state, row(tilleuls, id).reason) == ("failed", reason)


@pytest.mark.slow
def test_msg_08_busy_three_times_then_a_person(tilleuls: Clinic, modem: Modem) -> None:
    """Three calls, a quarter and three quarters of an hour apart; then nothing dials any more."""
    with tilleuls.acting() as now:
        delivery.send_first_page(tilleuls.organization, BUSY, language="fr", by=tilleuls.actor(), now=now)
        id = tilleuls.organization.deliveries.get().id
    pauses = []
    for _ in range(2):
        carry()
        wait_until_ended(tilleuls, id)
        waiting = row(tilleuls, id)
        assert (waiting.state, waiting.reason) == ("queued", "The line was busy.")
        with tilleuls.acting() as now:
            pauses.append(round((waiting.due_at - now) / timedelta(minutes=1)))
        make_due(tilleuls, id)
    carry()
    wait_until_ended(tilleuls, id)
    ended = row(tilleuls, id)
    assert (ended.state, ended.reason, ended.attempts) == ("failed", "The line was busy.", 3)
    assert ended.needs_somebody
    assert (pauses, modem.dialled) == ([15, 45], [BUSY] * 3)
    carry()
    assert modem.dialled == [BUSY] * 3
