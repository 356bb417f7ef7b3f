"""Loading the demo: each clinic whole or not at all, through the operations that everybody uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kalends.agenda import operations as agenda
from kalends.agenda.queries.plans import AgendaPlan, plan_of
from kalends.booking import operations as booking
from kalends.contacts import operations as contacts
from kalends.foundation import clock
from kalends.foundation.actor import Actor, patient
from kalends.foundation.database import tenancy
from kalends.operating.demo import telling
from kalends.operating.demo.building import BY, MADE_BEFORE, Built, build, dice, unsaved
from kalends.operating.demo.carpati import CARPATI
from kalends.operating.demo.described import Clinic
from kalends.operating.demo.diary import Diary
from kalends.operating.demo.patients import make_patients
from kalends.operating.demo.paying import pays
from kalends.operating.demo.tilleuls import TILLEULS
from kalends.operating.demo.today import Morning
from kalends.operating.demo.vieux_port import VIEUX_PORT
from kalends.operating.demo.visits import Act, Visit, Writer
from kalends.organizations.models import Organization
from kalends.payments import operations as payments

SMALL: Sequence[Clinic] = (TILLEULS, CARPATI, VIEUX_PORT)
TOLD_WITHIN = timedelta(days=2)
"""Only of what was booked, moved or cancelled so recently is the patient told: the outbox stays readable."""


def load(clinics: Sequence[Clinic] = SMALL) -> list[Clinic]:
    """Load those whose address is still free; returns them. Opens its own transactions."""
    free = [clinic for clinic in clinics if not Organization.objects.filter(slug=clinic.slug).exists()]
    for clinic in free:
        organization = unsaved(clinic)
        with tenancy.acting(organization=organization, by=BY) as now:
            _load(clinic, organization, now.replace(microsecond=0))
    return free


def _load(clinic: Clinic, organization: Organization, now: datetime) -> None:
    wall = clock.wall(clock.epoch_of(now), clock.zone(clinic.time_zone))
    today, minute = wall.date(), wall.hour * 60 + wall.minute
    built = build(clinic, organization, today=today, minute=minute, now=now - MADE_BEFORE)
    telling.remind(built, now=now)
    throws = dice(clinic)
    writer = Writer(
        dice=throws,
        patients=make_patients(clinic, throws, today),
        clerks=built.clerks,
        reasons=clinic.people.reasons,
        today=today,
        now=clock.epoch_of(now),
    )
    plan = plan_of(organization)
    visits = [visit for diary in _diaries(built, plan, now) for visit in writer.visits(diary)]
    _pay(visits, plan, built, clock.epoch_of(now))
    _live(organization, visits, now)
    if clinic.today is not None:
        Morning(built, writer.without_visit(today), throws, now).fill(clinic.today)
    telling.be_told(built, now=now)


def _pay(visits: Sequence[Visit], plan: AgendaPlan, built: Built, now: int) -> None:
    """By throws of their own, so that everything else happens as it would without."""
    throws = dice(built.clinic)
    for visit in visits:
        paid = pays(visit, plan.services[visit.time.service_id], clerks=built.clerks, dice=throws, now=now)
        if paid is not None:
            visit.acts.append(paid)


def _diaries(built: Built, plan: AgendaPlan, now: datetime) -> list[Diary]:
    """One for each agenda, with its blocks."""
    diaries = {
        told.name: Diary(
            told,
            plan.schedules[built.schedules[told.name].id],
            plan,
            {built.services[key].id: weight for key, weight in told.services.items()},
        )
        for told in built.clinic.agendas
    }
    for told in built.clinic.blocked:
        diary = diaries[told.agenda]
        span = diary.open_day(built.today + timedelta(days=told.in_days), told.from_minute, told.to_minute)
        if span is None:
            continue
        diary.block(span)
        agenda.add_block(
            built.schedules[told.agenda],
            starts_at=_instant(span[0]),
            ends_at=_instant(span[1]),
            reason=told.reason,
            is_pre_reservation=told.is_pre_reservation,
            by=built.clerks[0],
            now=now,
        )
    return list(diaries.values())


def _live(organization: Organization, visits: Sequence[Visit], now: datetime) -> None:
    """Do everything in the order in which it happened."""
    made: dict[Visit, UUID] = {}
    acts = [(act, visit) for visit in visits for act in visit.acts]
    for act, visit in sorted(acts, key=lambda pair: pair[0].at):
        at = _instant(act.at)
        tells = at > now - TOLD_WITHIN and visit.time.start > clock.epoch_of(now)
        if act.what == "book":
            made[visit] = _book(organization, visit, act, at, tells)
        else:
            _change(organization, made[visit], act, at, tells)


def _book(organization: Organization, visit: Visit, act: Act, at: datetime, tells: bool) -> UUID:
    by = _by(act)
    appointment = booking.book(
        organization,
        schedule_id=visit.diary.schedule.id,
        service_id=visit.time.service_id,
        starts_at=_instant(visit.time.start),
        contact=visit.patient.data,
        reason=visit.reason,
        tell_patient=tells,
        by=by,
        now=at,
    )
    if not by.is_staff:
        contacts.consent(appointment.contact, by=by, now=at)
    booked: UUID = appointment.id
    return booked


def _change(organization: Organization, appointment_id: UUID, act: Act, at: datetime, tells: bool) -> None:
    by = _by(act)
    if act.what == "confirm":
        booking.confirm(organization, appointment_id, by=by, now=at)
    elif act.what == "cancel":
        booking.cancel(organization, appointment_id, tell_patient=tells, by=by, now=at)
    elif act.what == "pay":
        payments.note_paid(organization, appointment_id, by=by, now=at)
    elif act.to is not None:
        booking.move(
            organization,
            appointment_id,
            schedule_id=organization.appointments.values_list("schedule_id", flat=True).get(id=appointment_id),
            starts_at=_instant(act.to.start),
            tell_patient=tells,
            by=by,
            now=at,
        )
    else:
        booking.set_status(organization, appointment_id, status=act.what, by=by, now=at)


def _by(act: Act) -> Actor:
    return patient() if act.by is None else replace(act.by, channel=act.channel)


def _instant(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
