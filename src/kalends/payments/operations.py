"""What becomes of a payment: with its visit, called by the wiring, and at the desk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kalends.agenda.queries.plans import ServicePlan, plan_seen
from kalends.booking import history
from kalends.booking.events import (
    AppointmentApproved,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentRefused,
    AppointmentRestored,
)
from kalends.booking.models import Appointment, Status
from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.database.writing import write
from kalends.organizations.models import Organization
from kalends.payments import rules
from kalends.payments.events import PaymentOwedAgain, PaymentSettled
from kalends.payments.models import Payment, State
from kalends.payments.refusals import NothingOwed

NOTE = "payment:note"


def ask(event: AppointmentBooked | AppointmentApproved) -> None:
    """A visit of a service that is paid before. A request owes nothing until it is approved."""
    visit = event.appointment
    if isinstance(event, AppointmentApproved) and (known := _owed(visit)) is not None:
        _recount(visit, known)  # its patient had moved it, so that it had to be approved again
    elif visit.status != Status.PENDING:
        _ask(visit, since=visit.booked_at if isinstance(event, AppointmentBooked) else _began(visit))


def follow_move(event: AppointmentMoved) -> None:
    """An unpaid deadline goes along with the visit. A request that is moved by staff is approved by it."""
    visit = event.appointment
    known = _owed(visit)
    if known is not None:
        _recount(visit, known)
    elif visit.status == Status.BOOKED and _was_request(visit):
        _ask(visit, since=_began(visit))


def _ask(visit: Appointment, *, since: datetime) -> None:
    """Once for each visit: what it is asked for first stands."""
    terms = _terms(visit)
    if terms is None or not visit.price_minor:
        return
    write(
        Payment(
            organization_id=visit.organization_id,
            appointment_id=visit.id,
            amount_minor=visit.price_minor,
            currency=visit.currency,
            due_at=rules.deadline(terms.payment_due, terms.payment_hours, starts_at=visit.starts_at, booked_at=since),
            since=since,
        ),
        once=True,
    )


def _recount(visit: Appointment, known: Payment) -> None:
    """From what it was counted from at first, to where the visit is now."""
    terms = _terms(visit)
    if terms is None:
        return
    due_at = rules.deadline(terms.payment_due, terms.payment_hours, starts_at=visit.starts_at, booked_at=_began(visit))
    if due_at != known.due_at:
        known.due_at, known.version = due_at, known.version + 1
        known.save(update_fields=["due_at", "version"])
        events.publish(PaymentSettled(known))


def _began(visit: Appointment) -> datetime:
    """When it became a visit: booked, or, having been a request, approved last. Moving does not begin it anew."""
    approved = visit.history.filter(before__status=Status.PENDING, after__status=Status.BOOKED).order_by("-at")
    return approved.values_list("at", flat=True).first() or visit.booked_at


def _was_request(visit: Appointment) -> bool:
    """Until it was moved just now."""
    entry = visit.history.filter(what="moved").order_by("-at", "-id").first()
    return entry is not None and (entry.before or {}).get("status") == Status.PENDING


def drop(event: AppointmentCancelled | AppointmentRefused) -> None:
    """Nobody pays for a visit that is cancelled; what was paid stays noted as paid."""
    visit = event.appointment
    known = _owed(visit)
    if known is not None:
        _become(known, State.DROPPED, now=tenancy.current().now)
        events.publish(PaymentSettled(known))


def ask_again(event: AppointmentRestored) -> None:
    visit = event.appointment
    known = visit.organization.payments.filter(appointment_id=visit.id, state=State.DROPPED).first()
    if known is not None:
        _become(known, State.UNPAID, now=tenancy.current().now)
        events.publish(PaymentOwedAgain(known))


def note_paid(organization: Organization, appointment_id: UUID, *, by: Actor, now: datetime) -> Payment:
    """Somebody at the desk has the money. Noted twice, the first stands. Raises NothingOwed."""
    known = _locked(organization, appointment_id)
    if known.state == State.PAID:
        return known
    if known.state != State.UNPAID:
        raise NothingOwed
    return _note(known, State.PAID, "paid", by=by, now=now)


def take_back_paid(organization: Organization, appointment_id: UUID, *, by: Actor, now: datetime) -> Payment:
    """It was noted by mistake. Raises NothingOwed for a visit that asks for no payment."""
    known = _locked(organization, appointment_id)
    return known if known.state != State.PAID else _note(known, State.UNPAID, "unpaid", by=by, now=now)


def _note(known: Payment, state: State, what: str, *, by: Actor, now: datetime) -> Payment:
    before = known.state
    known.by_label = by.label[:200] if state == State.PAID else ""
    _become(known, state, now=now)
    visit = known.appointment
    history.record(
        visit,
        what,
        right=NOTE,
        by=by,
        now=now,
        before=history.place_of(visit) | {"payment": before},
        after=history.place_of(visit) | {"payment": known.state, "amount": known.amount_minor},
    )
    events.publish(PaymentSettled(known) if state == State.PAID else PaymentOwedAgain(known))
    return known


def _become(known: Payment, state: State, *, now: datetime) -> None:
    known.state, known.since = state, now
    known.save(update_fields=["state", "since", "by_label"])


def _locked(organization: Organization, appointment_id: UUID) -> Payment:
    """Raises NothingOwed."""
    found: Payment | None = (
        organization.payments.select_for_update(of=("self",))
        .select_related("appointment__organization")
        .filter(appointment_id=appointment_id)
        .first()
    )
    if found is None:
        raise NothingOwed
    return found


def _owed(visit: Appointment) -> Payment | None:
    known: Payment | None = (
        visit.organization.payments.select_for_update().filter(appointment_id=visit.id, state=State.UNPAID).first()
    )
    return known


def _terms(visit: Appointment) -> ServicePlan | None:
    """How its service is paid; None: not before. Kept with the plan, for every booking asks."""
    service = plan_seen(visit.organization).services.get(visit.service_id)
    return service if service is not None and service.payment_due else None
