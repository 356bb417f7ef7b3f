"""Planning: who is reminded when, once, of what the visit is then (REM-05 to REM-19)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from kalends.agenda import operations as agenda
from kalends.booking import operations as booking
from kalends.booking.models import Appointment
from kalends.delivery.carriers import ways_out
from kalends.delivery.courier import Courier
from kalends.delivery.models import Delivery
from kalends.delivery.presence import Presence
from kalends.foundation.database import tenancy
from kalends.foundation.database.models import new_id
from kalends.foundation.errors import Invalid
from kalends.notifications.jobs import BY, plan_reminders
from kalends.notifications.models import ReminderRule
from kalends.notifications.reminders import planning
from kalends.notifications.reminders.operations import set_rules
from kalends.notifications.reminders.withdrawing import NO_LONGER
from tests.cast import NOW, Clinic, at, data

WEDNESDAY = date(2026, 12, 16)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ON: dict[str, Any] = {"state": "on", "medium": "email", "amount": 1, "unit": "days"}


def remind(clinic: Clinic, *, sms_name: str | None = None, **sent: dict[str, Any]) -> None:
    """`_1={...}`: the first reminder."""
    with clinic.acting() as now:
        provider = clinic.organization.providers.get(id=clinic.schedule.provider_id)
        rules = {int(number[1:]): rule for number, rule in sent.items()}
        set_rules(clinic.organization, provider, sent=rules, sms_name=sms_name, by=clinic.actor(), now=now)


def book(clinic: Clinic, hour: int = 10, *, day: date = WEDNESDAY, now: datetime = NOW, **who: Any) -> Appointment:
    by = clinic.actor()
    with clinic.acting(by):
        return booking.book(
            clinic.organization,
            schedule_id=clinic.schedule.id,
            service_id=clinic.service.id,
            starts_at=at(hour, day=day),
            contact=data(**who),
            tell_patient=False,
            by=by,
            now=now,
        )


def move(clinic: Clinic, visit: Appointment, hour: int, *, day: date = WEDNESDAY, now: datetime) -> None:
    by = clinic.actor()
    with clinic.acting(by):
        booking.move(
            clinic.organization,
            visit.id,
            schedule_id=clinic.schedule.id,
            starts_at=at(hour, day=day),
            tell_patient=False,
            by=by,
            now=now,
        )


def cancel(clinic: Clinic, visit: Appointment, *, now: datetime) -> None:
    by = clinic.actor()
    with clinic.acting(by):
        booking.cancel(clinic.organization, visit.id, tell_patient=False, by=by, now=now)


def planned(clinic: Clinic) -> list[tuple[int, datetime, list[datetime], str]]:
    """Number of the rule, when it is due, of which visits, state."""
    return [
        (
            row.facts["number"],
            row.due_at,
            [datetime.fromisoformat(visit["starts_at"]) for visit in row.facts["visits"]],
            row.state,
        )
        for row in deliveries(clinic)
    ]


def deliveries(clinic: Clinic) -> list[Delivery]:
    with clinic.acting():
        return list(clinic.organization.deliveries.filter(kind="reminder").order_by("due_at", "id"))


def look(*moments: datetime) -> None:
    """The worker looks each time."""
    for moment in moments:
        plan_reminders(moment)


def test_a_reminder_is_queued_when_it_falls_due_and_once(tilleuls: Clinic) -> None:
    remind(tilleuls, _1=ON, _2={"state": "on", "medium": "email", "amount": 3, "unit": "hours"})
    book(tilleuls)
    due = at(10, day=WEDNESDAY) - DAY
    look(due - HOUR)
    assert planned(tilleuls) == []
    look(due - timedelta(minutes=4), due, due + timedelta(minutes=1))
    first = (1, due, [at(10, day=WEDNESDAY)], "queued")
    assert planned(tilleuls) == [first]
    look(due + 21 * HOUR, due + 22 * HOUR)
    assert planned(tilleuls) == [first, (2, due + 21 * HOUR, [at(10, day=WEDNESDAY)], "queued")]
    (row, _second) = deliveries(tilleuls)
    assert (row.recipient, row.medium, row.language) == ("clemence@courriel.example", "email", "fr")
    assert (row.useless_after, row.queued_at) == (at(10, day=WEDNESDAY), due - timedelta(minutes=4))


def test_off_reminds_nobody(tilleuls: Clinic) -> None:
    remind(tilleuls, _1={**ON, "state": "off"})
    book(tilleuls)
    look(at(10, day=WEDNESDAY) - HOUR)
    assert planned(tilleuls) == []


def test_two_planners_at_once_send_one(tilleuls: Clinic) -> None:
    """REM-05, REM-19."""
    remind(tilleuls, _1=ON)
    for hour in (9, 10, 11):
        book(tilleuls, hour, first=f"P{hour}", email=f"p{hour}@courriel.example")

    def go(_: int) -> int:
        try:
            return plan_reminders(at(12, day=WEDNESDAY) - DAY)
        finally:
            connections.close_all()

    for _round in range(5):
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(go, range(8)))
    assert [(number, state) for number, _due, _visits, state in planned(tilleuls)] == [(1, "queued")] * 3


def test_each_organization_is_planned_and_counted(tilleuls: Clinic, carpati: Clinic) -> None:
    """Side by side."""
    for clinic in (tilleuls, carpati):
        remind(clinic, _1=ON)
        book(clinic)
    counts = [plan_reminders(at(12, day=WEDNESDAY) - DAY) for _ in range(2)]
    assert (counts, [len(planned(clinic)) for clinic in (tilleuls, carpati)]) == ([2, 0], [1, 1])


def test_what_fails_in_one_organization_keeps_no_other_waiting(
    tilleuls: Clinic, carpati: Clinic, owner: psycopg.Connection
) -> None:
    for clinic in (tilleuls, carpati):
        remind(clinic, _1=ON)
        book(clinic)
    nothing = sql.SQL("ALTER TABLE delivery_delivery ADD CONSTRAINT nothing CHECK (organization_id <> {}) NOT VALID")
    owner.execute(nothing.format(sql.Literal(tilleuls.organization.id)))
    try:
        with pytest.raises(ExceptionGroup):
            look(at(12, day=WEDNESDAY) - DAY)
        assert [len(planned(clinic)) for clinic in (tilleuls, carpati)] == [0, 1]
    finally:
        owner.execute("ALTER TABLE delivery_delivery DROP CONSTRAINT nothing")
    look(at(12, day=WEDNESDAY) - DAY)
    assert [len(planned(clinic)) for clinic in (tilleuls, carpati)] == [1, 1]


def test_moved_it_is_reminded_of_its_new_time_and_the_old_never_leaves(tilleuls: Clinic) -> None:
    """REM-06."""
    remind(tilleuls, _1={**ON, "amount": 2}, _2=ON)
    visit = book(tilleuls)
    look(at(10, day=WEDNESDAY) - 2 * DAY)
    move(tilleuls, visit, 15, now=at(10, day=WEDNESDAY) - 2 * DAY)
    look(at(15, day=WEDNESDAY) - 2 * DAY, at(15, day=WEDNESDAY) - DAY)
    assert planned(tilleuls) == [
        (1, at(10, day=WEDNESDAY) - 2 * DAY, [at(10, day=WEDNESDAY)], "aborted"),
        (1, at(15, day=WEDNESDAY) - 2 * DAY, [at(15, day=WEDNESDAY)], "queued"),
        (2, at(15, day=WEDNESDAY) - DAY, [at(15, day=WEDNESDAY)], "queued"),
    ]
    assert deliveries(tilleuls)[0].reason == NO_LONGER


def test_moved_and_moved_back_before_it_left_it_is_reminded_of(tilleuls: Clinic) -> None:
    remind(tilleuls, _1=ON)
    visit = book(tilleuls)
    due = at(10, day=WEDNESDAY) - DAY
    look(due - timedelta(minutes=3))
    move(tilleuls, visit, 15, now=due - timedelta(minutes=2))
    move(tilleuls, visit, 10, now=due - timedelta(minutes=1))
    look(due)
    assert [row[3] for row in planned(tilleuls)] == ["queued"]


def test_cancelled_it_is_never_reminded_of(tilleuls: Clinic) -> None:
    """REM-07: what waits is taken back with the cancelling, what is not yet planned never is."""
    remind(tilleuls, _1=ON, _2={"state": "on", "medium": "email", "amount": 3, "unit": "hours"})
    visit = book(tilleuls)
    due = at(10, day=WEDNESDAY) - DAY
    look(due)
    cancel(tilleuls, visit, now=due)
    look(due + DAY - HOUR)
    assert [(row[0], row[3]) for row in planned(tilleuls)] == [(1, "aborted")]


def test_who_books_or_moves_after_the_instant_is_not_reminded_at_once(tilleuls: Clinic) -> None:
    """REM-08."""
    remind(tilleuls, _1=ON)
    due = at(10, day=WEDNESDAY) - DAY
    look(due - 2 * HOUR)
    visit = book(tilleuls, now=due + HOUR)
    late = book(tilleuls, 16, now=NOW, first="Luc", email="luc@courriel.example")
    move(tilleuls, late, 11, now=due + 2 * HOUR)
    look(due + 2 * HOUR, at(9, day=WEDNESDAY))
    assert planned(tilleuls) == []
    move(tilleuls, visit, 10, day=WEDNESDAY + DAY, now=at(9, day=WEDNESDAY))
    look(at(10, day=WEDNESDAY) + timedelta(minutes=1))
    assert [row[2] for row in planned(tilleuls)] == [[at(10, day=WEDNESDAY + DAY)]]


def test_after_hours_without_a_worker_only_what_is_still_useful_leaves(tilleuls: Clinic, settings: Any) -> None:
    """REM-10: the visit that has begun is marked as missed."""
    remind(tilleuls, _1={"state": "on", "medium": "email", "amount": 2, "unit": "hours"})
    with tilleuls.acting() as clock:
        today = clock
    start = today.replace(minute=0, second=0, microsecond=0)
    for begins, first in ((start - HOUR, "Anne"), (start + 2 * HOUR, "Luc")):
        visit_at(tilleuls, begins, first)
    look(start - 6 * HOUR, today)
    carry()
    assert sorted((row.recipient, row.state, row.reason) for row in deliveries(tilleuls)) == [
        ("anne@courriel.example", "aborted", "Not sent: it would have come too late."),
        ("luc@courriel.example", "sent", ""),
    ]


def visit_at(clinic: Clinic, begins: datetime, first: str) -> None:
    """A visit at any hour of the real day, overbooked."""
    by = clinic.actor()
    visit = book(clinic, 9 if first == "Anne" else 11, first=first, email=f"{first.lower()}@courriel.example")
    with clinic.acting(by):
        clinic.organization.appointments.filter(id=visit.id).update(
            starts_at=begins, ends_at=begins + HOUR / 2, booked_at=begins - 30 * DAY
        )


def carry() -> None:
    with Presence() as presence:
        Courier(ways_out()[0], stopping=Event()).work(presence.name)


def test_new_contacts_only(tilleuls: Clinic) -> None:
    """REM-15: an earlier visit that took place makes somebody known; one that was missed does not."""
    remind(tilleuls, _1={**ON, "state": "new"})
    first = book(tilleuls, 10, day=WEDNESDAY - 2 * DAY)
    book(tilleuls, 10)
    absent = book(tilleuls, 11, day=WEDNESDAY - 2 * DAY, first="Luc", email="luc@courriel.example")
    book(tilleuls, 11, first="Luc", email="luc@courriel.example")
    by = tilleuls.actor()
    with tilleuls.acting(by):
        booking.set_status(tilleuls.organization, absent.id, status="no_show", by=by, now=absent.starts_at + HOUR)
    look(first.starts_at - DAY + HOUR, at(12, day=WEDNESDAY) - DAY)
    assert [(row.recipient, row.facts["visits"][0]["starts_at"][:10]) for row in deliveries(tilleuls)] == [
        ("clemence@courriel.example", "2026-12-14"),
        ("luc@courriel.example", "2026-12-16"),
    ]


def test_a_changed_rule_neither_repeats_nor_loses(tilleuls: Clinic) -> None:
    """REM-16."""
    remind(tilleuls, _1={**ON, "amount": 24, "unit": "hours"})
    book(tilleuls, 10, day=WEDNESDAY)
    book(tilleuls, 10, day=WEDNESDAY + DAY, first="Luc", email="luc@courriel.example")
    now = at(11, day=WEDNESDAY) - DAY
    look(now)
    assert [row.recipient for row in deliveries(tilleuls)] == ["clemence@courriel.example"]
    remind(tilleuls, _1={**ON, "amount": 48, "unit": "hours"})
    look(now + HOUR / 2, now + HOUR)
    assert [(row.recipient, row.due_at) for row in deliveries(tilleuls)] == [
        ("clemence@courriel.example", now),
        ("luc@courriel.example", now + HOUR / 2),
    ]
    remind(tilleuls)
    remind(tilleuls, _1=ON)
    look(now + 2 * HOUR)
    assert len(deliveries(tilleuls)) == 2


def test_several_visits_of_one_day_are_one_message(tilleuls: Clinic) -> None:
    remind(tilleuls, _1=ON)
    book(tilleuls, 10)
    later = book(tilleuls, 15)
    due = at(10, day=WEDNESDAY) - DAY
    look(due, due + 6 * HOUR)
    both = [at(10, day=WEDNESDAY), at(15, day=WEDNESDAY)]
    assert planned(tilleuls) == [(1, due, both, "queued")]
    cancel(tilleuls, later, now=due)
    assert [row.state for row in deliveries(tilleuls)] == ["queued"]


def test_confirmed_visits_can_be_left_out(tilleuls: Clinic) -> None:
    rule = {**ON, "skips_confirmed": True}
    remind(tilleuls, _1=rule, _2={**rule, "amount": 3, "unit": "hours"}, _3={**ON, "amount": 2, "unit": "hours"})
    visit = book(tilleuls)
    due = at(10, day=WEDNESDAY) - DAY
    look(due)
    by = tilleuls.actor()
    with tilleuls.acting(by):
        booking.confirm(tilleuls.organization, visit.id, by=by, now=due)
    look(due + 21 * HOUR, due + 22 * HOUR)
    assert [(row[0], row[3]) for row in planned(tilleuls)] == [(1, "aborted"), (3, "queued")]


def test_by_both_ways_one_each_and_never_two(tilleuls: Clinic) -> None:
    """REM-09: two rules that would send the same at the same time are refused."""
    with pytest.raises(Invalid) as refused:
        remind(tilleuls, _1={**ON, "medium": "both"}, _2={**ON, "amount": 24, "unit": "hours"})
    assert [error.field for error in refused.value.errors] == ["2.amount"]
    remind(tilleuls, _1=ON, _2={**ON, "medium": "sms"})
    book(tilleuls)
    book(tilleuls, 11, first="Luc", email="", phone="+33612345600", phone_is_mobile=True)
    book(tilleuls, 12 - 3, first="Zoé", email="", phone="+33241000000", phone_is_mobile=False)
    look(at(12, day=WEDNESDAY) - DAY)
    carry()
    assert sorted((row.medium, row.recipient, row.facts["number"]) for row in deliveries(tilleuls)) == [
        ("email", "clemence@courriel.example", 1),
        ("sms", "+33612345600", 2),
        ("sms", "+33612345678", 2),
    ]


def test_only_for_some_services(tilleuls: Clinic) -> None:
    with tilleuls.acting() as now:
        other = agenda.make_service(
            tilleuls.organization, names={"fr": "Bilan"}, duration=30, by=tilleuls.actor(), now=now
        )
    remind(tilleuls, _1={**ON, "services": [other.id]}, _2={**ON, "services": [tilleuls.service.id]})
    book(tilleuls)
    look(at(10, day=WEDNESDAY) - DAY)
    assert [row[0] for row in planned(tilleuls)] == [2]


def test_after_the_visit(tilleuls: Clinic) -> None:
    remind(tilleuls, _1={**ON, "side": "after", "at_minute": 18 * 60})
    book(tilleuls)
    absent = book(tilleuls, 11, first="Luc", email="luc@courriel.example")
    by = tilleuls.actor()
    with tilleuls.acting(by):
        booking.set_status(tilleuls.organization, absent.id, status="no_show", by=by, now=absent.starts_at + HOUR)
    look(at(12, day=WEDNESDAY), at(18, day=WEDNESDAY + DAY))
    assert [(row.recipient, row.due_at) for row in deliveries(tilleuls)] == [
        ("clemence@courriel.example", at(18, day=WEDNESDAY + DAY))
    ]


def test_a_new_rule_looks_at_no_visit_that_is_past(tilleuls: Clinic) -> None:
    book(tilleuls)
    remind(tilleuls, _1=ON, _2={**ON, "side": "after"})
    look(at(11, day=WEDNESDAY + 3 * DAY))
    assert planned(tilleuls) == []


def test_a_stranger_is_not_concerned(tilleuls: Clinic, carpati: Clinic) -> None:
    remind(tilleuls, _1=ON)
    book(carpati, 10)
    book(tilleuls)
    look(at(10, day=WEDNESDAY) - DAY)
    assert (len(deliveries(tilleuls)), len(deliveries(carpati))) == (1, 0)


def test_nothing_is_written_when_nothing_is_due(tilleuls: Clinic) -> None:
    remind(tilleuls, _1=ON)
    look(NOW)
    with tenancy.acting(organization=tilleuls.organization, by=BY):
        before = ReminderRule.all_rows.filter(organization=tilleuls.organization).get().looked_until
    look(NOW + timedelta(minutes=5))
    with tenancy.acting(organization=tilleuls.organization, by=BY):
        after = ReminderRule.all_rows.filter(organization=tilleuls.organization).get().looked_until
    assert (before, after) == (NOW, NOW)


def test_requests_are_not_reminded_of(tilleuls: Clinic) -> None:
    remind(tilleuls, _1=ON)
    with tilleuls.acting():
        tilleuls.organization.services.update(needs_approval=True)
    by = tilleuls.patient()
    with tilleuls.acting(by):
        visit = booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=at(10, day=WEDNESDAY),
            contact=data(),
            by=by,
            now=NOW,
        )
    look(at(10, day=WEDNESDAY) - DAY)
    assert (visit.status, planned(tilleuls)) == ("pending", [])


def test_statements_look_at_some_days_of_agendas_each() -> None:
    """A slice of 0 to 23 hours is a day; none is left out, and none looked at twice."""

    def row(days: int) -> planning.Row:
        return new_id(), "Europe/Paris", NOW, NOW + days * DAY, DAY, None

    ninety = [row(89) for _ in range(25)]
    sets = list(planning._in_sets(ninety))
    assert [len(one) for one in sets] == [12, 12, 1]
    assert [one for some in sets for one in some] == ninety
    assert [len(one) for one in planning._in_sets([row(0) for _ in range(1001)])] == [1000, 1]
    assert list(planning._in_sets([])) == []
