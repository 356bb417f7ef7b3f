"""Text messages through a gateway that can be asked by our reference: each exactly once, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kalends.delivery import operations
from kalends.delivery.operations import claiming
from kalends.delivery.operations.claiming import Mark
from tests.cast import Clinic
from tests.delivery.asked_gateway import AskedGateway, asked_gateway
from tests.delivery.sink import free_port
from tests.delivery.texting import row, send, text

NUMBER, REFUSED, SLOW = "+33612345601", "+33612345603", "+33612345604"


@pytest.fixture
def gateway(settings: Any, tmp_path: Path) -> Iterator[AskedGateway]:
    with asked_gateway(tmp_path / "sent.log") as gateway:
        settings.SMS_URL = gateway.url
        yield gateway


def due(clinic: Clinic, id: UUID, **more: Any) -> None:
    """Its time has come again."""
    with clinic.acting() as now:
        clinic.organization.deliveries.filter(id=id).update(due_at=now, **more)


def begun(clinic: Clinic, id: UUID, centre: str) -> None:
    """A worker marked it and died."""
    with clinic.acting() as now:
        (delivery,) = claiming.claim(clinic.organization, media=["sms"], claimer="dead", now=now)
        assert delivery.id == id
        assert claiming.mark(clinic.organization, [Mark(delivery, centre, 1)], claimer="dead", now=now) == {id}
    with clinic.acting() as now:
        claiming.rescue(clinic.organization, claimer="dead", now=now)


def test_it_is_handed_over_with_all_that_the_gateway_needs(tilleuls: Clinic, gateway: AskedGateway) -> None:
    id = text(tilleuls, NUMBER, "Ș" * 71)
    send()
    found = row(tilleuls, id)
    assert (found.state, found.attempts, found.carrier, found.parts) == ("sent", 1, "keyed", 2)
    (sent,) = gateway.sent
    receipts = sent.pop("receipts_to")
    assert f"/api/v1/webhooks/sms/signed-receipts/{id}/" in receipts
    assert sent == {
        "reference": str(id),
        "to": NUMBER,
        "from": "Tilleuls",
        "text": "Ș" * 71,
        "parts": 2,
        "valid_minutes": 1439,
    }


def test_what_it_will_never_take_fails(tilleuls: Clinic, gateway: AskedGateway) -> None:
    id = text(tilleuls, REFUSED)
    send()
    found = row(tilleuls, id)
    assert (found.state, found.reason) == ("failed", '422 {"error": "nobody has this number"}')
    assert gateway.sent == []


def test_rem_04_what_a_slow_gateway_took_is_sent_once(tilleuls: Clinic, gateway: AskedGateway) -> None:
    """It answers after our time is over, and has sent it: asked, it says so."""
    id = text(tilleuls, SLOW)
    send()
    waits = row(tilleuls, id)
    assert (waits.state, waits.attempts, waits.claimed_by) == ("queued", 1, "")
    assert waits.handing_over_at is not None
    send()
    assert row(tilleuls, id).state == "queued"
    due(tilleuls, id)
    send()
    found = row(tilleuls, id)
    assert (found.state, found.reason, found.parts, found.carrier) == ("sent", "", 1, "keyed")
    assert [one["reference"] for one in gateway.sent] == [str(id)]


def test_rem_02_killed_after_it_was_taken_it_is_asked_and_not_sent_again(
    tilleuls: Clinic, gateway: AskedGateway
) -> None:
    id = text(tilleuls, NUMBER)
    send()
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.filter(id=id).update(state="queued", due_at=now, settled_at=None)
    begun(tilleuls, id, row(tilleuls, id).centre)
    assert row(tilleuls, id).state == "queued"
    send()
    assert (row(tilleuls, id).state, len(gateway.sent)) == ("sent", 1)


def test_rem_03_killed_before_it_was_sent_it_is_asked_and_sent_once(tilleuls: Clinic, gateway: AskedGateway) -> None:
    id = text(tilleuls, NUMBER)
    begun(tilleuls, id, f"json:key@127.0.0.1:{gateway.port}/v1")
    send()
    assert (row(tilleuls, id).state, len(gateway.sent)) == ("sent", 1)


def test_another_gateway_s_word_counts_for_nothing(tilleuls: Clinic, gateway: AskedGateway) -> None:
    id = text(tilleuls, NUMBER)
    begun(tilleuls, id, "json:key@another.example:443/v1")
    send()
    found = row(tilleuls, id)
    assert (found.state, gateway.sent) == ("unknown", [])
    assert found.reason == "It may have arrived, and whoever had it can no longer be asked."


@pytest.mark.parametrize(("was_taken", "state"), [(True, "sent"), (False, "aborted")])
def test_what_has_become_too_late_is_asked_about_all_the_same(
    tilleuls: Clinic, gateway: AskedGateway, was_taken: bool, state: str
) -> None:
    id = text(tilleuls, NUMBER)
    if was_taken:
        send()
        due(tilleuls, id, state="queued", settled_at=None)
    begun(tilleuls, id, f"json:key@127.0.0.1:{gateway.port}/v1")
    with tilleuls.acting() as now:
        tilleuls.organization.deliveries.filter(id=id).update(useless_after=now - timedelta(seconds=1))
    send()
    assert (row(tilleuls, id).state, len(gateway.sent)) == (state, was_taken)


def test_a_gateway_that_does_not_know_us_or_is_away_costs_no_try(
    tilleuls: Clinic, gateway: AskedGateway, settings: Any
) -> None:
    id = text(tilleuls, NUMBER)
    for url in (gateway.url.replace("key@", "other@"), gateway.url.replace(str(gateway.port), str(free_port()))):
        settings.SMS_URL = url
        due(tilleuls, id)
        send()
        found = row(tilleuls, id)
        assert (found.state, found.attempts, found.handing_over_at) == ("queued", 0, None)
    settings.SMS_URL = gateway.url
    due(tilleuls, id)
    send()
    assert (row(tilleuls, id).state, len(gateway.sent)) == ("sent", 1)


def test_what_waits_to_be_asked_about_is_not_taken_back(tilleuls: Clinic, gateway: AskedGateway) -> None:
    id = text(tilleuls, NUMBER)
    begun(tilleuls, id, f"json:key@127.0.0.1:{gateway.port}/v1")
    waits = row(tilleuls, id)
    with tilleuls.acting() as now:
        operations.take_back(
            tilleuls.organization, kind=waits.kind, causes=[waits.cause_id], reason="no longer", now=now
        )
    assert row(tilleuls, id).state == "queued"


def test_sent_again_by_a_person_it_is_another_message_unless_it_may_have_arrived(
    tilleuls: Clinic, gateway: AskedGateway
) -> None:
    id = text(tilleuls, NUMBER)
    send()
    for state, references in (("undelivered", 2), ("unknown", 2), ("failed", 3)):
        due(tilleuls, id, state=state)
        with tilleuls.acting() as now:
            operations.send_again(tilleuls.organization, id, by=tilleuls.actor(), now=now)
        send()
        assert row(tilleuls, id).state == "sent"
        assert len(gateway.sent) == references, state
    assert [one["reference"] for one in gateway.sent] == [str(id), f"{id}-1", f"{id}-2"]
