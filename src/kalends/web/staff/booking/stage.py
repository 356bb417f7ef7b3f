"""What the booking page shows at each of its stages, read in one look at the agenda."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import Http404, QueryDict

from kalends.agenda.models import ProviderOptions, Schedule
from kalends.agenda.queries.free_times import bookable_on
from kalends.agenda.queries.options import options_of
from kalends.agenda.queries.plans import AgendaPlan, ServicePlan, plan_of
from kalends.agenda.queries.slots import Slot
from kalends.audit import operations as audit
from kalends.contacts import operations as contacts
from kalends.contacts.models import Contact
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.staff import scope
from kalends.web.staff.booking.wish import Wish
from kalends.web.staff.confirming import Confirmation, confirmation_of
from kalends.web.staff.days.views import today_of
from kalends.web.staff.overbooking import Overbooking, overbooking
from kalends.web.staff.patients.reading import Row, find
from kalends.web.staff.patients.views import contact_of
from kalends.web.staff.patients.wishes import returned_words
from kalends.web.staff.weeks import Near, Week, find_slot, nearest, read_week


@dataclass(slots=True)
class Stage:
    """What the page knows after reading: the parts that are not settled yet are None."""

    wish: Wish
    now: datetime
    service: ServicePlan | None
    services: list[ServicePlan]
    schedules: list[Schedule]
    slot: Slot | None
    alternatives: list[Slot]
    overbooking: Overbooking | None
    week: Week | None
    contact: Contact | None
    options: ProviderOptions | None
    confirmation: Confirmation | None
    found: list[Row]
    proposed: ServicePlan | None
    """Of the services: the one for a time of which nothing else was said."""
    returned: str
    """Since when mails to the contact come back."""

    @property
    def required(self) -> list[str]:
        """What the service requires, and then what the practitioner does (CLI-18)."""
        own = self.options.required_fields if self.options else ()
        return list(dict.fromkeys([*(self.service.required_fields if self.service else ()), *own]))


def read_stage(organization: Organization, by: Actor, wish: Wish, sent: QueryDict | None = None) -> Stage:
    """One look at the agenda, and at the people looked for; `sent` is the form, once it was."""
    with tenancy.acting(organization=organization, by=by) as now:
        plan = plan_of(organization)
        schedules = list(scope.schedules(organization, by).filter(is_active=True))
        wish = _checked(wish, plan, schedules)
        services = _services(organization, plan, schedules, wish, now)
        if wish.service_id is None and len(services) == 1:
            wish = replace(wish, service_id=services[0].id)
        service = plan.services.get(wish.service_id) if wish.service_id else None
        slot, alternatives = _slot(organization, wish, now)
        extra = _overbooking(organization, by, wish, now) if wish.start and slot is None else None
        if extra is not None and wish.overbook:
            slot = extra.slot
        week = _week(organization, by, wish, now) if service and slot is None else None
        contact = _contact(organization, by, wish)
        returned = ""
        if contact is not None:
            audit.record("contact:read", contact, by=by, now=now)
            returned = returned_words(organization, contact)
        searches = slot is not None and contact is None and by.may(Right.CONTACT_READ)
        looked_for = find(organization, wish.typed, by=by, now=now) if searches else []
        options, boxes = _told(organization, by, plan, wish, sent)
    return Stage(
        wish,
        now,
        service,
        services,
        schedules,
        slot,
        alternatives,
        extra,
        week,
        contact,
        options,
        boxes,
        looked_for,
        _proposed(plan, services, wish),
        returned,
    )


def _proposed(plan: AgendaPlan, services: list[ServicePlan], wish: Wish) -> ServicePlan | None:
    """The longest that fits into the span dragged over, where none does the shortest; without a span the first."""
    schedule = plan.schedules.get(wish.schedule_id) if wish.schedule_id else None
    if schedule is None or not wish.span:
        return services[0] if services else None
    lasts = {one.id: schedule.offers[one.id].visit.duration for one in services if one.id in schedule.offers}
    known = [one for one in services if one.id in lasts]
    fitting = [one for one in known if lasts[one.id] <= wish.span]
    if fitting:
        return max(fitting, key=lambda one: lasts[one.id])
    return min(known, key=lambda one: lasts[one.id], default=None)


def _told(
    organization: Organization, by: Actor, plan: AgendaPlan, wish: Wish, sent: QueryDict | None
) -> tuple[ProviderOptions | None, Confirmation | None]:
    """What the practitioner's options ask for, once it is known whose agenda it is."""
    schedule = plan.schedules.get(wish.schedule_id) if wish.schedule_id else None
    if schedule is None:
        return None, None
    options = options_of(organization, schedule.provider_id)
    boxes = confirmation_of(
        organization, schedule.provider_id, "notice_added", by=by, sent=sent, options=options, texts=True
    )
    return options, boxes


def _checked(wish: Wish, plan: AgendaPlan, schedules: list[Schedule]) -> Wish:
    """Raises Http404 for a service or an agenda that is not this person's to book."""
    if wish.service_id and wish.service_id not in plan.services:
        raise Http404
    if wish.schedule_id and wish.schedule_id not in {schedule.id for schedule in schedules}:
        raise Http404
    return wish


def _services(
    organization: Organization, plan: AgendaPlan, schedules: list[Schedule], wish: Wish, now: datetime
) -> list[ServicePlan]:
    """What can be chosen: of a time already chosen, the services that begin then and fit."""
    ids = {wish.schedule_id} if wish.schedule_id else {schedule.id for schedule in schedules}
    offered = {service_id for id_ in ids if id_ in plan.schedules for service_id in plan.schedules[id_].offers}
    services = [
        service for service in plan.services.values() if service.id in offered and bookable_on(service, wish.channel)
    ]
    if wish.service_id is None and wish.schedule_id and wish.start:
        return [one for one in services if _slot(organization, replace(wish, service_id=one.id), now)[0]]
    return services


def _slot(organization: Organization, wish: Wish, now: datetime) -> tuple[Slot | None, list[Slot]]:
    """The chosen time if it is free, else the nearest ones."""
    if not (wish.service_id and wish.schedule_id and wish.start):
        return None, []
    near = Near(wish.service_id, wish.schedule_id, wish.start, wish.channel, now)
    slot = find_slot(organization, near)
    return (slot, []) if slot else (None, nearest(organization, near))


def _overbooking(organization: Organization, by: Actor, wish: Wish, now: datetime) -> Overbooking | None:
    """Of a time that was chosen and is taken: who sits there, for those who may book it all the same."""
    if not (wish.service_id and wish.schedule_id and wish.start):
        return None
    return overbooking(organization, Near(wish.service_id, wish.schedule_id, wish.start, wish.channel, now), by)


def _week(organization: Organization, by: Actor, wish: Wish, now: datetime) -> Week | None:
    assert wish.service_id is not None, "a week is of a service"
    today = today_of(organization, now)
    return read_week(
        organization,
        service_id=wish.service_id,
        around=wish.day or (wish.start.date() if wish.start else None),
        today=today,
        schedule_id=wish.schedule_id,
        provider_id=by.provider_id if scope.is_bound(by) else None,
        channel=wish.channel,
        now=now,
        time_url=lambda slot: wish.time_url(organization, slot),
        week_url=lambda day: wish.url(organization, day=day, start=None),
    )


def _contact(organization: Organization, by: Actor, wish: Wish) -> Contact | None:
    """Who was chosen. Raises Http404 for anybody else's, and for those who may not see the patients."""
    if wish.contact_id is None:
        return None
    if not by.may(Right.CONTACT_READ):
        raise Http404
    return contacts.standing(contact_of(organization, wish.contact_id))
