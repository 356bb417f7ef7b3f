"""`kalends due`: what is due at an instant, through the changes of the clocks (REM-11 to REM-13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kalends.agenda import operations as agenda
from kalends.agenda import rules as agenda_rules
from kalends.booking import operations as booking
from kalends.notifications.reminders.operations import set_rules
from kalends.operating import due
from kalends.operating.arguments import instant
from tests.cast import Clinic, data

PARIS, TORONTO = "Europe/Paris", "America/Toronto"


def wall(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def prepare(clinic: Clinic, start: datetime, rule: dict[str, Any]) -> None:
    """A clinic that is open at all hours, with a visit at `start` and one reminder."""
    by, now = clinic.actor(), datetime(2027, 1, 4, 8, tzinfo=UTC)
    with clinic.acting(by):
        clinic.organization.services.update(horizon_days=365)
        opening = [agenda_rules.OpeningRule(weekday, 0, 1440) for weekday in range(1, 8)]
        agenda.set_opening(clinic.schedule, rules=opening, overrides=[], version=None, by=by, now=now)
        provider = clinic.organization.providers.get(id=clinic.schedule.provider_id)
        set_rules(clinic.organization, provider, sent={1: {"state": "on", **rule}}, by=by, now=now)
    with clinic.acting(by):
        booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=start,
            contact=data(),
            tell_patient=False,
            by=by,
            now=now,
        )


DAY_BEFORE = {"amount": 1, "unit": "days"}


@pytest.mark.parametrize(
    ("zone", "visit", "rule", "falls_due"),
    [
        (PARIS, "2027-03-29T02:30", DAY_BEFORE, "2027-03-28T01:00+00:00"),
        (PARIS, "2027-03-28T10:00", DAY_BEFORE, "2027-03-27T09:00+00:00"),
        (PARIS, "2027-03-28T10:00", {"amount": 24, "unit": "hours"}, "2027-03-27T08:00+00:00"),
        (PARIS, "2027-11-01T02:30", DAY_BEFORE, "2027-10-31T02:00+00:00"),
        (TORONTO, "2027-03-15T02:30", DAY_BEFORE, "2027-03-14T07:00+00:00"),
        (TORONTO, "2027-11-08T01:30", DAY_BEFORE, "2027-11-07T07:00+00:00"),
        (TORONTO, "2027-11-08T09:00", {"amount": 24, "unit": "hours"}, "2027-11-07T14:00+00:00"),
    ],
)
def test_once_at_the_right_moment(
    clinics: Callable[..., Clinic], zone: str, visit: str, rule: dict[str, Any], falls_due: str
) -> None:
    """Looked at every hour of the days around, it is queued once, for that instant."""
    clinic = clinics("nuit", time_zone=zone, languages=["en"])
    prepare(clinic, wall(zone, visit), rule)
    moment = instant(falls_due)
    around = [moment.timestamp() + hours * 3600 for hours in range(-4, 5)]
    for second in around:
        list(due.done(datetime.fromtimestamp(second, UTC)))
    with clinic.acting():
        assert [row.due_at for row in clinic.organization.deliveries.filter(kind="reminder")] == [moment]


def test_listed_it_changes_nothing_and_done_it_is_listed_no_more(clinics: Callable[..., Clinic]) -> None:
    clinic = clinics("nuit", time_zone=PARIS)
    prepare(clinic, wall(PARIS, "2027-03-28T10:00"), DAY_BEFORE)
    at = wall(PARIS, "2027-03-27T10:00")
    with clinic.acting():
        (visit,) = clinic.organization.appointments.all()
    line = f"nuit: 2027-03-27T10:00:00+01:00 reminder 1 by email ({visit.id})"
    assert [list(due.listed(at)), list(due.listed(at))] == [[line], [line]]
    nothing = ["Offers ended: 0.", "Requests ended: 0.", "Reminders queued: 0.", "Payment deadlines told: 0."]
    assert list(due.done(at)) == [line.replace("queued: 0", "queued: 1") for line in nothing]
    assert list(due.done(at)) == nothing
    assert list(due.listed(at)) == []


def test_whom_the_staff_would_call_is_listed_with_who_is_told(clinics: Callable[..., Clinic]) -> None:
    clinic = clinics("nuit", time_zone=PARIS)
    prepare(clinic, wall(PARIS, "2027-03-28T10:00"), {**DAY_BEFORE, "medium": "staff"})
    with clinic.acting():
        (visit,) = clinic.organization.appointments.all()
    at = wall(PARIS, "2027-03-27T10:00")
    said = "reminder 1 to the staff, not confirmed: e-mails 0, internal messages 1"
    assert list(due.listed(at)) == [f"nuit: 2027-03-27T10:00:00+01:00 {said} ({visit.id})"]
    list(due.done(at))
    assert list(due.listed(at)) == []


def test_a_request_that_nobody_answered_is_ended(clinics: Callable[..., Clinic]) -> None:
    clinic = clinics("nuit", time_zone=PARIS)
    by, now = clinic.patient(), datetime(2027, 1, 4, 8, tzinfo=UTC)
    with clinic.acting():
        clinic.organization.services.update(needs_approval=True, approval_hours=24)
    with clinic.acting(by):
        asked = booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=wall(PARIS, "2027-01-07T10:00"),
            contact=data(),
            by=by,
            now=now,
        )
    later = datetime(2027, 1, 5, 8, tzinfo=UTC)
    assert list(due.listed(later)) == [f"nuit: 2027-01-05T09:00:00+01:00 request ends ({asked.id})"]
    assert list(due.done(later))[1] == "Requests ended: 1."
    with clinic.acting():
        assert clinic.organization.appointments.get(id=asked.id).status == "cancelled"


def test_an_instant_needs_its_offset() -> None:
    with pytest.raises(Exception, match="write it with its offset"):
        instant("2027-03-28T10:00:00")
    assert instant("2027-03-28T10:00:00+02:00") == datetime(2027, 3, 28, 8, tzinfo=UTC)
