"""A visit that is to be paid, and whose deadline is near."""

from __future__ import annotations

from datetime import date
from typing import Any

from kalends.notifications.institution import deadlines
from kalends.notifications.institution.operations import set_notices
from tests.cast import NOW, Clinic, at
from tests.notifications.test_operations import book


def paid_before(clinic: Clinic, *, due: str = "before", hours: int = 24, price: int | None = 5400) -> Clinic:
    """Every service of theirs, and nobody is kept from booking several."""
    with clinic.acting():
        clinic.organization.services.update(
            payment_due=due, payment_hours=hours, price_minor=price, max_active_per_person=9
        )
    return clinic


def owe(clinic: Clinic, **more: Any) -> None:
    """One visit of which nobody is told but that its deadline is near."""
    with clinic.acting():
        before = clinic.organization.services.values("payment_due", "price_minor", "max_active_per_person")[0]
        emails = {"payment_emails": ["contabilitate@arcada.example"]}
        set_notices(clinic.organization, sent=emails, by=clinic.actor(), now=NOW)
    paid_before(clinic)
    untold = {"tell_patient": False, "tell_provider": ()}
    book(clinic, **{**more, **untold, "starts_at": at(9, day=date(2026, 12, 18))})
    with clinic.acting():
        planned = deadlines.plan(clinic.organization, now=at(9, day=date(2026, 12, 16)))
    assert planned == 1
    with clinic.acting():
        clinic.organization.services.update(**before)
