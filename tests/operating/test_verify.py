"""Each promise broken on purpose, as the owner, past every guard; then it is named with its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from kalends.agenda import operations as agenda
from kalends.agenda.queries import free_times as production
from kalends.audit.sealing import seal_everything
from kalends.booking import operations as booking
from kalends.booking.models import Appointment, Offer
from kalends.booking.operations import waiting
from kalends.foundation.actor import ChannelKind
from kalends.operating.verifying.everything import verify
from kalends.operating.verifying.findings import Looked
from kalends.operating.verifying.hours import Hours, Rule, Shut
from kalends.payments import operations as payments
from tests.booking.waiting_list import switch
from tests.cast import Clinic, data
from tests.payments.owing import paid_before

Verify = Callable[[], dict[str, Looked]]


@pytest.fixture
def verified(database_urls: tuple[str, str], db: None) -> Verify:
    """Run everything; what was looked at, by title."""

    def run() -> dict[str, Looked]:
        looked = verify(owner_url=database_urls[0], app_url=database_urls[1])
        return {found.title: found for found in looked}

    return run


def faults(found: dict[str, Looked]) -> list[str]:
    return [str(fault) for looked in found.values() for fault in looked.faults]


@pytest.fixture
def paid(tilleuls: Clinic) -> Clinic:
    return paid_before(tilleuls)


@pytest.fixture
def visit(tilleuls: Clinic) -> Appointment:
    """A visit in the coming days, that was moved once."""
    with tilleuls.acting() as now:
        first, second = _free(tilleuls, now)[:2]
        appointment = booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=first,
            contact=data(),
            by=tilleuls.actor(),
            now=now,
        )
    with tilleuls.acting() as now:
        return booking.move(
            tilleuls.organization,
            appointment.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=second,
            by=tilleuls.actor(),
            now=now,
        )


def _free(clinic: Clinic, now: datetime) -> list[datetime]:
    found = production.free_times(
        clinic.organization,
        service_id=clinic.service.id,
        first=now.date() + timedelta(days=2),
        last=now.date() + timedelta(days=9),
        channel=ChannelKind.STAFF,
        now=now,
    )
    assert found is not None
    return [slot.starts_at for slot in found.slots]


UNSEALED = """
SELECT count(*) FROM audit_entry e
WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE (s.organization_id, s.entry_id) = (e.organization_id, e.id))
"""


def seal(owner: psycopg.Connection) -> None:
    """Seal all entries. What they were written in is over, whatever still runs in other databases of the server:
    its transaction numbers are those of all databases, and the sealer would wait."""
    owner.execute("UPDATE audit_horizon SET transaction_number = 0")
    owner.execute("UPDATE audit_entry SET transaction_number = 1")
    seal_everything()
    assert owner.execute(UNSEALED.encode()).fetchone() == (0,)


@contextmanager
def without(owner: psycopg.Connection, table: str, constraint: str) -> Iterator[None]:
    """The guard is taken away; it comes back over what is left once the rows that broke it are gone."""
    row = owner.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass",
        [constraint, table],
    ).fetchone()
    assert row is not None
    names = sql.Identifier(table), sql.Identifier(constraint)
    owner.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*names))
    try:
        yield
    finally:
        owner.execute(sql.SQL("TRUNCATE {} CASCADE").format(names[0]))
        owner.execute(sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(*names, sql.SQL(row[0])))


def test_notes_of_a_payment_stand_in_a_sound_history(paid: Clinic, visit: Appointment, verified: Verify) -> None:
    for note in (payments.note_paid, payments.take_back_paid, payments.note_paid):
        with paid.acting() as now:
            note(paid.organization, visit.id, by=paid.actor(), now=now)
    assert verified()["appointments"] == Looked("appointments", 1, "appointments", ())
    with paid.acting() as now:
        booking.cancel(paid.organization, visit.id, by=paid.actor(), now=now)
    assert verified()["appointments"].faults == ()


def test_a_sound_installation_is_called_sound(
    verified: Verify, tilleuls: Clinic, carpati: Clinic, visit: Appointment, owner: psycopg.Connection
) -> None:
    with tilleuls.acting() as now:
        start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=40)
        agenda.add_block(
            tilleuls.schedule, starts_at=start, ends_at=start + timedelta(days=3), by=tilleuls.actor(), now=now
        )
        booking.hold(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=_free(tilleuls, now)[5],
            visitor=b"v",
            by=tilleuls.patient(),
            now=now,
        )
        other = booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=_free(tilleuls, now)[9],
            contact=data("Other", "Somebody", email="x@courriel.example", phone=""),
            by=tilleuls.actor(),
            now=now,
        )
    with tilleuls.acting() as now:
        booking.cancel(tilleuls.organization, other.id, by=tilleuls.actor(), now=now)
    seal(owner)
    found = verified()
    assert faults(found) == []
    assert (found["places"].count, found["appointments"].count) == (5, 2)
    assert found["free times"].count > 100
    assert found["audit"].count > 4


BROKEN_PLACES = [
    (
        "UPDATE agenda_occupancy SET starts_at = starts_at - interval '5 minutes' WHERE holder_id = %(visit)s",
        "appointment {visit}: has a place that is not its own time with its buffers",
    ),
    (
        "UPDATE agenda_occupancy SET ends_at = ends_at + interval '5 minutes' WHERE holder_id = %(visit)s",
        "appointment {visit}: has a place that is not its own time with its buffers",
    ),
    (
        "UPDATE agenda_occupancy SET starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day' "
        "WHERE holder_id = %(visit)s",
        "appointment {visit}: has a place that is not its own time with its buffers",
    ),
    (
        "UPDATE agenda_occupancy SET expires_at = now() + interval '1 hour' WHERE holder_id = %(visit)s",
        "appointment {visit}: has a place that is not its own time with its buffers",
    ),
    (
        "DELETE FROM agenda_occupancy WHERE holder_id = %(visit)s",
        "appointment {visit}: does not have exactly one place",
    ),
    (
        "INSERT INTO agenda_occupancy (organization_id, id, schedule_id, seat, starts_at, ends_at, holder_id) "
        "SELECT organization_id, gen_random_uuid(), schedule_id, 2, starts_at, ends_at, holder_id "
        "FROM agenda_occupancy WHERE holder_id = %(visit)s",
        "appointment {visit}: does not have exactly one place",
    ),
    (
        "UPDATE booking_appointment SET status = 'cancelled', cancelled_by = 'staff' WHERE id = %(visit)s",
        "appointment {visit}: is cancelled and still takes a place",
    ),
    (
        "UPDATE agenda_occupancy SET seat = 3 WHERE holder_id = %(visit)s",
        "place {place}: is on a seat that its schedule never had",
    ),
    (
        "UPDATE agenda_occupancy SET holder_id = gen_random_uuid() WHERE holder_id = %(visit)s",
        "place {place}: is held by nobody",
    ),
]


@pytest.mark.parametrize(("breaking", "named"), BROKEN_PLACES)
def test_a_broken_place_is_named(
    verified: Verify, owner: psycopg.Connection, visit: Appointment, breaking: str, named: str
) -> None:
    row = owner.execute("SELECT id FROM agenda_occupancy WHERE holder_id = %s", [visit.id]).fetchone()
    assert row is not None
    owner.execute(breaking.encode(), {"visit": visit.id})
    assert f"tilleuls: {named.format(visit=visit.id, place=row[0])}" in faults(verified())


@pytest.fixture
def offered(tilleuls: Clinic) -> Offer:
    """A free time that is offered to somebody who waits."""
    by = tilleuls.actor()
    switch(tilleuls)
    with tilleuls.acting() as now:
        entry = waiting.join(tilleuls.organization, contact=data(), services=[tilleuls.service.id], by=by, now=now)
    with tilleuls.acting() as now:
        return waiting.offer(
            tilleuls.organization,
            entry.id,
            schedule_id=tilleuls.schedule.id,
            starts_at=_free(tilleuls, now)[6],
            by=by,
            now=now,
        )


@pytest.mark.parametrize(
    ("breaking", "named"),
    [
        ("DELETE FROM agenda_occupancy WHERE holder_id = %(offer)s", "is open and does not have exactly one place"),
        ("UPDATE agenda_occupancy SET expires_at = NULL WHERE holder_id = %(offer)s", "is open and does not have"),
        ("UPDATE booking_offer SET status = 'declined' WHERE id = %(offer)s", "is over and still takes a place"),
        ("UPDATE booking_offer SET expires_at = now() WHERE id = %(offer)s", "is over and still takes a place"),
    ],
)
def test_an_offer_and_its_place_belong_together(
    verified: Verify, owner: psycopg.Connection, offered: Offer, breaking: str, named: str
) -> None:
    assert faults(verified()) == []
    owner.execute(breaking.encode(), {"offer": offered.id})
    assert [fault for fault in faults(verified()) if f"offer {offered.id}: {named}" in fault] != []


def test_an_expired_place_disturbs_nobody(verified: Verify, owner: psycopg.Connection, visit: Appointment) -> None:
    owner.execute(
        "INSERT INTO agenda_occupancy (organization_id, id, schedule_id, seat, starts_at, ends_at, expires_at, "
        "holder_id) SELECT organization_id, gen_random_uuid(), schedule_id, 1, ends_at, ends_at + interval '1 hour', "
        "now() - interval '1 second', gen_random_uuid() FROM agenda_occupancy"
    )
    assert faults(verified()) == []


def test_buffers_edited_later_leave_earlier_visits_alone(
    verified: Verify, tilleuls: Clinic, visit: Appointment, owner: psycopg.Connection
) -> None:
    owner.execute("UPDATE booking_historyentry SET at = at - interval '1 hour'")
    with tilleuls.acting() as now:
        agenda.edit_service(tilleuls.service, buffer_after=10, by=tilleuls.actor(), now=now)
    assert faults(verified()) == []
    owner.execute("UPDATE audit_entry SET at = at - interval '1 day' WHERE act = 'service:edit'")
    assert faults(verified()) == [
        f"tilleuls: appointment {visit.id}: has a place that is not its own time with its buffers"
    ]


def test_fewer_seats_move_nobody_away(
    verified: Verify, tilleuls: Clinic, owner: psycopg.Connection, visit: Appointment
) -> None:
    with tilleuls.acting() as now:
        agenda.edit_schedule(tilleuls.schedule, capacity=3, by=tilleuls.actor(), now=now)
    with tilleuls.acting() as now:
        agenda.edit_schedule(tilleuls.schedule, capacity=1, by=tilleuls.actor(), now=now)
    owner.execute("UPDATE agenda_occupancy SET seat = 4")
    assert faults(verified()) == []
    owner.execute("UPDATE agenda_occupancy SET seat = 5")
    assert len(faults(verified())) == 1


def test_places_on_top_of_each_other_are_named(verified: Verify, owner: psycopg.Connection, visit: Appointment) -> None:
    twin = uuid4()
    with without(owner, "agenda_occupancy", "no_two_in_one_place"):
        owner.execute(
            "INSERT INTO agenda_occupancy (organization_id, id, schedule_id, seat, starts_at, ends_at, holder_id) "
            "SELECT organization_id, %s, schedule_id, seat, starts_at + interval '1 minute', ends_at, holder_id "
            "FROM agenda_occupancy",
            [twin],
        )
        found = faults(verified())
    assert f"tilleuls: place {twin}: overlaps with another on the same seat" in found
    assert "constraint no_two_in_one_place: is gone" in found


def test_a_patient_in_two_places_is_named(
    verified: Verify, tilleuls: Clinic, owner: psycopg.Connection, visit: Appointment
) -> None:
    with tilleuls.acting() as now:
        other = booking.book(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=_free(tilleuls, now)[4],
            contact=data("Other", "Somebody", email="x@courriel.example", phone=""),
            by=tilleuls.actor(),
            now=now,
        )
    with without(owner, "booking_appointment", "nobody_is_in_two_places"):
        owner.execute(
            "UPDATE booking_appointment SET contact_id = %s, starts_at = %s, ends_at = %s WHERE id = %s",
            [visit.contact_id, visit.starts_at + timedelta(minutes=5), visit.ends_at, other.id],
        )
        found = faults(verified())
    assert f"tilleuls: appointment {other.id}: has its patient in two places at once" in found
    assert "constraint nobody_is_in_two_places: is gone" in found


def test_blocks_and_holds_are_where_they_say(verified: Verify, tilleuls: Clinic, owner: psycopg.Connection) -> None:
    with tilleuls.acting() as now:
        start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=40)
        block = agenda.add_block(
            tilleuls.schedule, starts_at=start, ends_at=start + timedelta(hours=1), by=tilleuls.actor(), now=now
        )
        assert block is not None
        kept = booking.hold(
            tilleuls.organization,
            schedule_id=tilleuls.schedule.id,
            service_id=tilleuls.service.id,
            starts_at=_free(tilleuls, now)[5],
            visitor=b"v",
            by=tilleuls.patient(),
            now=now,
        )
    owner.execute(
        "UPDATE agenda_occupancy SET ends_at = ends_at + interval '1 minute' WHERE holder_id = %s", [block.id]
    )
    owner.execute("UPDATE agenda_occupancy SET expires_at = NULL WHERE holder_id = %s", [kept.id])
    places = dict(owner.execute("SELECT holder_id, id FROM agenda_occupancy").fetchall())
    wrong = "is not where the block or hold is that holds it"
    assert sorted(faults(verified())) == sorted(
        [f"tilleuls: place {places[block.id]}: {wrong}", f"tilleuls: place {places[kept.id]}: {wrong}"]
    )
    owner.execute("DELETE FROM agenda_occupancy")
    assert faults(verified()) == [f"tilleuls: block {block.id}: takes no place"]


BROKEN_APPOINTMENTS = [
    ("local_minute = local_minute + 1", "which is not its wall time"),
    ("local_day = local_day + 1", "which is not its wall time"),
    ("fold = 1", "which is not its wall time"),
    ("time_zone = 'Europe/London'", "which is not its wall time"),
    ("time_zone = 'Europe/Berlin'", "is still to come, in the zone Europe/Berlin, and its schedule is in Europe/Paris"),
    ("time_zone = 'Mars/Olympus'", "has a time zone that does not exist: Mars/Olympus"),
    ("status = 'confirmed'", "is not as the last line of its history says"),
]


@pytest.mark.parametrize(("change", "named"), BROKEN_APPOINTMENTS)
def test_a_broken_appointment_is_named(
    verified: Verify, owner: psycopg.Connection, visit: Appointment, change: str, named: str
) -> None:
    owner.execute(f"UPDATE booking_appointment SET {change}".encode())
    found = [fault for fault in faults(verified()) if fault.startswith(f"tilleuls: appointment {visit.id}")]
    assert [fault for fault in found if fault.endswith(named)] != []
    assert f"tilleuls: appointment {visit.id}: is not as the last line of its history says" in found


@pytest.mark.parametrize(
    ("breaking", "named"),
    [
        ("DELETE FROM booking_historyentry", "has no history that begins with its booking, or several"),
        (
            "DELETE FROM booking_historyentry WHERE what = 'booked'",
            "has a line in its history that follows on no other",
        ),
        ("DELETE FROM booking_historyentry WHERE what = 'moved'", "is not as the last line of its history says"),
        (
            "UPDATE booking_historyentry SET before = jsonb_set(before, '{minute}', '1') WHERE what = 'moved'",
            "has a line in its history that follows on no other",
        ),
    ],
)
def test_a_broken_history_is_named(
    verified: Verify, owner: psycopg.Connection, visit: Appointment, breaking: str, named: str
) -> None:
    owner.execute(breaking.encode())
    assert f"tilleuls: appointment {visit.id}: {named}" in faults(verified())


def test_wall_times_that_come_twice_are_told_apart(
    verified: Verify, tilleuls: Clinic, owner: psycopg.Connection, visit: Appointment
) -> None:
    second = datetime(2020, 10, 25, 1, 30, tzinfo=UTC)  # the second 2:30 of that night in Paris
    owner.execute(
        "UPDATE booking_appointment SET starts_at = %s, ends_at = %s, local_day = '2020-10-25', local_minute = 150, "
        "fold = 1",
        [second, second + timedelta(minutes=30)],
    )
    assert [fault for fault in faults(verified()) if "wall time" in fault] == []
    owner.execute("UPDATE booking_appointment SET fold = 0")
    assert [fault for fault in faults(verified()) if "wall time" in fault] == [
        f"tilleuls: appointment {visit.id}: starts at 2020-10-25 01:30 UTC, which is not its wall time"
    ]


def test_free_times_outside_the_hours_are_named(verified: Verify, tilleuls: Clinic, owner: psycopg.Connection) -> None:
    """A plan is kept until its revision changes; here a closure comes in without changing it."""
    assert faults(verified()) == []
    owner.execute("ALTER TABLE agenda_closure DISABLE TRIGGER count_revision")
    try:
        owner.execute(
            "INSERT INTO agenda_closure (organization_id, id, from_day, from_minute, to_day, to_minute, reason, "
            "is_public_holiday) VALUES (%s, %s, current_date, 0, current_date + 6, 1440, '', false)",
            [tilleuls.id, uuid4()],
        )
    finally:
        owner.execute("ALTER TABLE agenda_closure ENABLE TRIGGER count_revision")
    found = faults(verified())
    assert found != []
    start = f"tilleuls: schedule {tilleuls.schedule.id}: offers "
    end = "(Europe/Paris), outside the opening hours"
    assert [fault for fault in found if not (fault.startswith(start) and fault.endswith(end))] == []


def test_free_times_on_a_taken_place_are_named(verified: Verify, tilleuls: Clinic, owner: psycopg.Connection) -> None:
    """Free times look back 40 hours for places; here one that began earlier is let in."""
    block = uuid4()
    with tilleuls.acting() as now:
        slot = _free(tilleuls, now)[0]
    begin, end = now - timedelta(days=10), slot + timedelta(minutes=30)
    owner.execute(
        "INSERT INTO agenda_block (organization_id, id, schedule_id, starts_at, ends_at, reason, is_pre_reservation, "
        "source_uid, created_at) VALUES (%s, %s, %s, %s, %s, '', false, '', now())",
        [tilleuls.id, block, tilleuls.schedule.id, begin, end],
    )
    with without(owner, "agenda_occupancy", "place_lasts_at_most_40_hours"):
        owner.execute(
            "INSERT INTO agenda_occupancy (organization_id, id, schedule_id, seat, starts_at, ends_at, holder_id) "
            "VALUES (%s, %s, %s, 1, %s, %s, %s)",
            [tilleuls.id, uuid4(), tilleuls.schedule.id, begin, end, block],
        )
        found = faults(verified())
    at = slot.astimezone(production.clock.zone("Europe/Paris"))
    named = f"offers {at:%Y-%m-%d %H:%M} (Europe/Paris), where every seat is taken"
    assert f"tilleuls: schedule {tilleuls.schedule.id}: {named}" in found


def test_hours_are_worked_out_minute_by_minute() -> None:
    paris = production.clock.zone("Europe/Paris")
    service, other = uuid4(), uuid4()
    hours = Hours(
        paris,
        [
            Rule(1, 540, 720, None, None, "odd", ()),
            Rule(1, 780, 1020, None, None, "all", (service,)),
            Rule(7, 60, 240, None, None, "all", ()),
        ],
        {datetime(2026, 12, 21).date(): [[600, 660]]},
        [Shut(datetime(2026, 12, 7).date(), 840, datetime(2026, 12, 7).date(), 900)],
    )

    def holds(text: str, minutes: int, of: UUID = service) -> bool:
        start = int(datetime.fromisoformat(text).timestamp())
        return hours.holds(start, start + minutes * 60, of)

    assert not holds("2026-12-07T09:00+01:00", 30)  # week 50 is even
    assert holds("2026-12-14T09:00+01:00", 180)
    assert not holds("2026-12-14T09:00+01:00", 181)
    assert holds("2026-12-07T13:00+01:00", 60)
    assert not holds("2026-12-07T13:00+01:00", 60, other)
    assert not holds("2026-12-07T13:30+01:00", 60)
    assert holds("2026-12-07T15:00+01:00", 120)
    assert holds("2026-12-21T10:00+01:00", 60)
    assert not holds("2026-12-21T13:00+01:00", 60)
    assert holds("2026-10-25T01:00+02:00", 240)  # four real hours between 1:00 and 4:00
    assert not holds("2026-10-25T01:00+02:00", 241)
    assert holds("2027-03-28T01:00+01:00", 120)  # 2:00 is 3:00
    assert not holds("2027-03-28T01:00+01:00", 121)


BROKEN_WALLS = [
    (
        "ALTER TABLE contacts_contact NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE contacts_contact FORCE ROW LEVEL SECURITY",
        "table contacts_contact: does not force row level security",
    ),
    (
        "CREATE POLICY open ON contacts_contact USING (true)",
        "DROP POLICY open ON contacts_contact",
        "table contacts_contact: has a policy too many: open",
    ),
    (
        "ALTER POLICY reads ON contacts_contact RENAME TO away",
        "ALTER POLICY away ON contacts_contact RENAME TO reads",
        "table contacts_contact: lacks the policy reads",
    ),
    (
        "CREATE TABLE stray (organization_id uuid)",
        "DROP TABLE stray",
        "table stray: belongs to organizations and is not known to be guarded",
    ),
    (
        "GRANT UPDATE ON audit_entry TO {role}",
        "REVOKE UPDATE ON audit_entry FROM {role}",
        "table audit_entry: may be used by {role} with SELECT, INSERT, UPDATE",
    ),
    (
        "ALTER TABLE booking_appointment DROP CONSTRAINT booking_appointment_contact_id_same_organization",
        "ALTER TABLE booking_appointment ADD CONSTRAINT booking_appointment_contact_id_same_organization "
        "FOREIGN KEY (organization_id, contact_id) REFERENCES contacts_contact (organization_id, id)",
        "table booking_appointment: has no valid key over organization and contact_id",
    ),
]


@pytest.mark.parametrize(("breaking", "mending", "named"), BROKEN_WALLS)
def test_a_wall_with_a_hole_is_named(
    verified: Verify,
    owner: psycopg.Connection,
    database_urls: tuple[str, str],
    breaking: str,
    mending: str,
    named: str,
) -> None:
    role = psycopg.conninfo.conninfo_to_dict(database_urls[1])["user"]
    owner.execute(breaking.format(role=role).encode())
    try:
        found = faults(verified())
    finally:
        owner.execute(mending.format(role=role).encode())
    assert named.format(role=role) in found
    assert faults(verified()) == []


@pytest.mark.parametrize("condition", ["true", "{reads} OR true"])
def test_a_policy_that_lets_more_in_is_named(verified: Verify, owner: psycopg.Connection, condition: str) -> None:
    row = owner.execute(
        "SELECT qual FROM pg_policies WHERE tablename = 'contacts_contact' AND policyname = 'reads'"
    ).fetchone()
    assert row is not None
    change = "ALTER POLICY reads ON contacts_contact USING ({})"
    owner.execute(change.format(condition.format(reads=row[0])).encode())
    try:
        found = faults(verified())
    finally:
        owner.execute(change.format(row[0]).encode())
    assert len(found) == 1
    assert found[0].startswith("table contacts_contact: has a ")


def test_a_changed_audit_is_named_and_its_end_said(
    verified: Verify, tilleuls: Clinic, visit: Appointment, owner: psycopg.Connection
) -> None:
    waiting = verified()["audit"]
    assert (waiting.count, waiting.faults) == (0, ())
    assert [note.partition(" ")[2] for note in waiting.notes] == [
        "entries wait for the sealer; the chain does not protect them yet"
    ]
    seal(owner)
    assert verified()["audit"].notes == ()
    owner.execute("UPDATE audit_entry SET actor_label = 'somebody else' WHERE act = 'appointment:move'")
    found = [str(fault) for fault in verified()["audit"].faults]
    assert [fault.endswith("not as sealed: breaks the chain") for fault in found] == [True]


def test_deliveries_that_cannot_be_are_named_and_unknown_ones_listed(
    verified: Verify, tilleuls: Clinic, owner: psycopg.Connection
) -> None:
    def put(state: str, **fields: Any) -> UUID:
        row: dict[str, Any] = {
            "organization_id": tilleuls.id, "id": uuid4(), "medium": "email", "kind": "x", "cause_id": uuid4(),
            "cause_version": 0, "recipient": "a@b.example", "language": "fr", "facts": "{}", "state": state,
            "queued_at": datetime(2026, 12, 7, tzinfo=UTC), "due_at": datetime(2026, 12, 7, tzinfo=UTC),
            "claimed_by": "", "attempts": 0, "subject": "", "message_id": "", "carrier": "", "reason": "",
            "nature": "news", "schedules": [],
        } | fields  # fmt: skip
        columns = sql.SQL(", ").join(map(sql.Identifier, row))
        values = sql.SQL(", ").join(map(sql.Placeholder, row))
        owner.execute(sql.SQL("INSERT INTO delivery_delivery ({}) VALUES ({})").format(columns, values), row)
        return row["id"]  # type: ignore[no-any-return]

    then = datetime(2026, 12, 7, 9, tzinfo=UTC)
    put("sent", settled_at=then, handing_over_at=then, message_id="1")
    put("sent", settled_at=then, carrier="outbox", message_id="3")
    put("queued")
    unknown = put("unknown", settled_at=then)
    timeless = put("sent", handing_over_at=then, message_id="2")
    busy = put("queued", claimed_by="somebody")
    found = verified()["deliveries"]
    assert sorted(map(str, found.faults)) == sorted(
        [
            f"tilleuls: delivery {timeless}: is sent, and nobody knows when",
            f"tilleuls: delivery {busy}: is queued, and somebody works on it",
        ]
    )
    assert found.notes == (
        f"tilleuls: delivery {unknown}: may have arrived or not (2026-12-07 09:00 UTC); only a person sends it again",
    )
    assert str(found).splitlines()[0] == "deliveries: 6 deliveries, 2 broken"


def test_a_visit_without_the_room_it_needs_is_named(
    tilleuls: Clinic, visit: Appointment, verified: Verify, owner: psycopg.Connection
) -> None:
    with tilleuls.acting() as now:
        room = agenda.make_resource(
            tilleuls.organization,
            location=tilleuls.schedule.location,
            name="Salle 1",
            kind="room",
            by=tilleuls.actor(),
            now=now,
        )
        agenda.set_requirements(tilleuls.service, [[room.id]], by=tilleuls.actor(), now=now)
    assert faults(verified()) == []
    owner.execute("DELETE FROM agenda_resourceoccupancy")
    sentence = "does not have the rooms and devices that its service needs"
    assert faults(verified()) == [f"tilleuls: appointment {visit.id}: {sentence}"]
