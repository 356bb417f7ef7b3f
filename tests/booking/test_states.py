"""The table of states, and taking the last step back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from kalends.booking import operations as booking
from kalends.booking import queries, rules
from kalends.booking.models import Appointment, Status
from kalends.booking.refusals import NothingToUndo, SlotTaken, TooEarly, WrongState
from kalends.notifications.queries import to_do
from tests.booking.test_booking import book
from tests.cast import MONDAY, NOW, Clinic, at, data

STATES = [state.value for state in Status]
BLOT = data("Blot", "Marie", email="m@b.example", phone="")
LATER = NOW + timedelta(minutes=5)
BEGUN = at(10)


def set_status(clinic: Clinic, appointment: Appointment, status: str, now=NOW) -> Appointment:
    with clinic.acting():
        return booking.set_status(clinic.organization, appointment.id, status=status, by=clinic.actor(), now=now)


def noted_at(status: str) -> datetime:
    """An outcome, once the visit has begun."""
    return BEGUN if status in ("fulfilled", "no_show") else NOW


def undo(clinic: Clinic, appointment: Appointment, now=LATER, **more) -> Appointment:
    with clinic.acting():
        return booking.undo(clinic.organization, appointment.id, by=clinic.actor(), now=now, **more)


def cancel(clinic: Clinic, appointment: Appointment, now=NOW, **more) -> Appointment:
    with clinic.acting():
        return booking.cancel(clinic.organization, appointment.id, by=clinic.actor(), now=now, **more)


def told(clinic: Clinic) -> list[str]:
    with clinic.acting():
        return list(clinic.organization.deliveries.order_by("id").values_list("kind", flat=True))


def test_the_published_table_is_the_table() -> None:
    published: dict[str, set[str]] = {state: set() for state in STATES}
    for line in Path("docs/states.md").read_text().splitlines():
        if (found := re.fullmatch(r"\| (\w+) \| ([\w, ]+) \| .* \|", line)) and found[1] in published:
            published[found[1]] |= set(found[2].split(", "))
    assert {state: set(rules.ALLOWED_CHANGES[state]) for state in STATES} == published


@pytest.mark.parametrize("before", STATES)
def test_only_the_changes_of_the_table_are_noted(tilleuls: Clinic, owner: psycopg.Connection, before: str) -> None:
    appointment = book(tilleuls)
    possible = set()
    for wanted in STATES:
        owner.execute(
            "UPDATE booking_appointment SET status = %s, cancelled_by = %s, approve_by = %s WHERE id = %s",
            [before, "staff" if before == "cancelled" else "", at(10), appointment.id],
        )
        try:
            if set_status(tilleuls, appointment, wanted, now=noted_at(wanted)).status == wanted != before:
                possible.add(wanted)
        except WrongState:
            pass
    assert possible == rules.ALLOWED_CHANGES[before] - {"cancelled"}


@pytest.mark.parametrize(
    ("status", "first"),
    [
        ("arrived", at(1) - timedelta(hours=1)),
        ("fulfilled", at(10)),
        ("no_show", at(10)),
        ("confirmed", NOW - timedelta(days=3)),
    ],
)
def test_nothing_is_noted_before_it_can_have_happened(tilleuls: Clinic, status: str, first: datetime) -> None:
    """Of a visit at 10:00: an arrival from midnight on, an outcome from its beginning; a confirmation at any time."""
    appointment = book(tilleuls, now=NOW - timedelta(days=4))
    if status != "confirmed":
        with pytest.raises(TooEarly):
            set_status(tilleuls, appointment, status, now=first - timedelta(seconds=1))
        with tilleuls.acting():
            assert tilleuls.organization.appointments.get().status == "booked"
    assert set_status(tilleuls, appointment, status, now=first).status == status


def test_a_state_says_since_when(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    assert appointment.status_since is None
    assert set_status(tilleuls, appointment, "arrived", now=LATER).status_since == LATER


@pytest.mark.parametrize("outcome", ["arrived", "fulfilled", "no_show", "confirmed"])
def test_the_last_step_is_taken_back_and_history_keeps_both(tilleuls: Clinic, outcome: str) -> None:
    appointment = book(tilleuls)
    set_status(tilleuls, appointment, outcome, now=BEGUN)
    back = undo(tilleuls, appointment, now=BEGUN + timedelta(minutes=1))
    with tilleuls.acting():
        history = [(one.what, one.before and one.before["status"], one.after["status"]) for one in back.history.all()]
        audited = tilleuls.organization.audit_entries.filter(act="appointment:undo").count()
    assert (back.status, back.status_since, audited) == ("booked", None, 1)
    assert history == [("booked", None, "booked"), ("status", "booked", outcome), ("undone", outcome, "booked")]


def test_never_further_than_one_step(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    with pytest.raises(NothingToUndo):
        undo(tilleuls, appointment)
    set_status(tilleuls, appointment, "arrived")
    set_status(tilleuls, appointment, "fulfilled", now=BEGUN)
    back = undo(tilleuls, appointment, now=BEGUN + timedelta(minutes=1))
    assert (back.status, back.status_since) == ("arrived", NOW)
    with pytest.raises(NothingToUndo):
        undo(tilleuls, appointment, now=BEGUN + timedelta(minutes=2))


def test_a_move_is_not_taken_back(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    set_status(tilleuls, appointment, "confirmed")
    with tilleuls.acting():
        booking.move(
            tilleuls.organization,
            appointment.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=at(11),
            by=tilleuls.actor(),
            now=LATER,
        )
    with pytest.raises(NothingToUndo):
        undo(tilleuls, appointment, now=LATER + timedelta(minutes=1))


def test_a_stopped_link_does_not_hide_the_last_step(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    set_status(tilleuls, appointment, "no_show", now=BEGUN)
    with tilleuls.acting():
        booking.revoke_link(tilleuls.organization, appointment.id, by=tilleuls.actor(), now=BEGUN)
    assert undo(tilleuls, appointment, now=BEGUN + timedelta(minutes=1)).status == "booked"


def test_a_cancelled_visit_takes_its_time_again(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    cancel(tilleuls, appointment, reason="Congé")
    back = undo(tilleuls, appointment)
    with tilleuls.acting():
        place = tilleuls.organization.occupancies.get()
    assert (back.status, back.cancelled_by, back.cancel_reason, back.sequence) == ("booked", "", "", 2)
    assert (place.holder_id, place.starts_at, place.ends_at) == (appointment.id, at(10), at(10, 30))
    assert told(tilleuls) == ["appointment_booked", "appointment_cancelled", "appointment_booked"]


def test_nobody_need_be_told_of_it(tilleuls: Clinic) -> None:
    appointment = book(tilleuls, tell_patient=False)
    cancel(tilleuls, appointment, tell_patient=False)
    undo(tilleuls, appointment, tell_patient=False)
    assert told(tilleuls) == []


def test_a_cancelled_visit_does_not_push_somebody_else_away(tilleuls: Clinic) -> None:
    appointment = book(tilleuls)
    cancel(tilleuls, appointment)
    other = book(tilleuls, who=BLOT)
    with pytest.raises(SlotTaken):
        undo(tilleuls, appointment)
    with tilleuls.acting():
        kept = tilleuls.organization.appointments.get(id=appointment.id)
        assert tilleuls.organization.occupancies.get().holder_id == other.id
    assert (kept.status, kept.cancelled_by) == ("cancelled", "staff")


def test_no_show_is_not_cancelled(tilleuls: Clinic) -> None:
    appointment = set_status(tilleuls, book(tilleuls), "no_show", now=BEGUN)
    assert (appointment.status, appointment.cancelled_by) == ("no_show", "")
    with pytest.raises(WrongState):
        cancel(tilleuls, appointment)


def test_past_visits_without_outcome_are_listed_and_nothing_is_branded(tilleuls: Clinic, carpati: Clinic) -> None:
    early, late = book(tilleuls, at(9)), book(tilleuls, at(10), who=BLOT)
    noted = book(tilleuls, at(11), who=data("Cler", email="c@b.example", phone=""))
    set_status(tilleuls, noted, "fulfilled", now=at(11))
    book(carpati)

    def listed(now, by=None, clinic=tilleuls, **more):
        by = by or clinic.actor()
        with clinic.acting(by):
            return [one.id for one in queries.without_outcome(clinic.organization, by, now=now, **more)]

    assert listed(at(9, 29)) == []
    assert listed(at(9, 30)) == [early.id]
    assert listed(at(18)) == [early.id, late.id]
    assert listed(at(18), day=early.local_day + timedelta(days=1)) == []
    assert listed(at(18), provider_id=tilleuls.schedule.provider_id) == [early.id, late.id]
    assert listed(at(18), provider_id=early.id) == []
    with tilleuls.acting():
        waiting = to_do(tilleuls.organization, tilleuls.actor(), today=MONDAY, now=at(18))
        states = set(tilleuls.organization.appointments.values_list("status", flat=True))
    assert (waiting.outcomes, waiting.requests, states) == (2, 0, {"booked", "fulfilled"})
