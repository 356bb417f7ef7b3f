"""Faxes in tests: a kind whose words the test gives, and one round of what carries and follows them."""

from __future__ import annotations

from threading import Event
from typing import Any
from uuid import UUID

from kalends.delivery.carriers import to_follow, ways_out
from kalends.delivery.courier import Courier
from kalends.delivery.follower import Follower
from kalends.delivery.presence import Presence
from tests.cast import Clinic
from tests.delivery.sink import wait_for
from tests.delivery.texting import row, text

# What the numbers do is said in modem.py.
TAKES, BUSY, NOBODY, VOICE, CUT_OFF = (f"+3324123450{n}" for n in range(1, 6))


def fax(clinic: Clinic, number: str, words: str = "Bonjour,\n\nvotre rendez-vous est déplacé.", **more: Any) -> UUID:
    """Queue a letter to a fax; the id of its delivery."""
    return text(clinic, number, words, medium="fax", **more)


def confirm(clinic: Clinic, *numbers: str) -> None:
    """As if first pages had come out there."""
    with clinic.acting() as now:
        for number in numbers:
            clinic.organization.fax_numbers.create(
                organization_id=clinic.organization.id, number=number, confirmed_at=now, by_label="Nadia"
            )


def carry() -> None:
    """One round of the courier of the faxes."""
    (way,) = (way for way in ways_out() if "fax" in way.media)
    courier = Courier(way, stopping=Event())
    with Presence() as presence:
        courier.work(presence.name)
    courier.close()


def follow() -> None:
    """Ask once what became of those that are under way."""
    (carrier,) = to_follow()
    Follower(carrier, stopping=Event()).ask()


def has_ended(clinic: Clinic, *ids: UUID) -> bool:
    """Whether nothing of it is under way any more, asked anew."""
    follow()
    return all(row(clinic, id).state != "sent" for id in ids)


def wait_until_ended(clinic: Clinic, *ids: UUID) -> None:
    """A fax server that got no answer in time from its modem waits a minute itself before it looks again."""
    wait_for(lambda: has_ended(clinic, *ids), seconds=180)


def make_due(clinic: Clinic, id: UUID) -> None:
    """The pause before the next try is over."""
    with clinic.acting() as now:
        clinic.organization.deliveries.filter(id=id).update(due_at=now)
