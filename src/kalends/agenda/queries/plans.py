"""What decides free times, read once and kept until the organization's revision changes.

The database counts the revision (triggers on every table concerned), so a kept plan is right by construction:
the revision is read in the same transaction as the question, and a plan of another revision is thrown away.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from kalends.agenda import rules
from kalends.agenda.models import Offering, ProviderOptions
from kalends.agenda.queries.needs import ResourcePlan, at_location, requirements, resources_in_use
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.database.asking import ask
from kalends.organizations.models import Organization

KEPT_ORGANIZATIONS = 64
KEPT_GRIDS = 6000
# Overrides and closures older than this are history: nothing asks for free times of then.
LOOKS_BACK = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service as far as booking is concerned. Minutes, hours, days as in the model."""

    id: UUID
    names: Mapping[str, str]
    category: str
    visit: rules.Visit
    price_minor: int | None
    colour: int
    visibility: str
    notice_minutes: int
    horizon_days: int
    same_day_release: int | None
    cancel_cutoff_hours: int
    move_cutoff_hours: int
    max_moves: int
    max_active_per_person: int
    new_patients: bool
    required_fields: tuple[str, ...]
    needs_approval: bool
    approval_hours: int
    payment_due: str
    payment_hours: int
    preparation: Mapping[str, str]
    phone_text: Mapping[str, str]
    position: int
    channels: frozenset[str]

    def name_in(self, language: str) -> str:
        return self.names.get(language) or self.names.get("en") or next(iter(self.names.values()), "")


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as one schedule offers it."""

    service: ServicePlan
    visit: rules.Visit
    price_minor: int | None
    needs: rules.Needs = ()


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    id: UUID
    name: str
    zone: ZoneInfo
    zone_key: str
    step: int
    capacity: int
    overbooking_limit: int
    weight: int
    priority: int
    provider_id: UUID
    provider_name: str
    provider_speciality: str
    location_id: UUID
    location_name: str
    opening: tuple[rules.OpeningRule, ...]
    overrides: Mapping[date, rules.DayOverride]
    closures: tuple[rules.Closure, ...]
    offers: Mapping[UUID, Offer]

    def periods(self, day: date, service_id: UUID | None) -> tuple[rules.Period, ...]:
        return rules.periods_of_day(day, self.opening, self.overrides.get(day), service_id)

    def open_spans(self, day: date, service_id: UUID | None) -> tuple[rules.Span, ...]:
        return rules.open_spans(day, self.periods(day, service_id), self.closures, self.zone)


@dataclass(slots=True)
class AgendaPlan:
    """All active schedules and services of one organization, as of one revision."""

    revision: str
    schedules: Mapping[UUID, SchedulePlan]
    services: Mapping[UUID, ServicePlan]
    resources: Mapping[UUID, ResourcePlan]
    options: Mapping[UUID, ProviderOptions]
    """By practitioner; who never chose any is not there."""
    _grids: dict[tuple[UUID, UUID, date], tuple[int, ...]] = field(default_factory=dict)

    def grid(self, schedule: SchedulePlan, service_id: UUID, day: date) -> tuple[int, ...]:
        """All starts that opening hours allow on that date, as instants; kept."""
        key = (schedule.id, service_id, day)
        starts = self._grids.get(key)
        if starts is None:
            offer = schedule.offers[service_id]
            periods = schedule.periods(day, service_id)
            starts = rules.grid(day, periods, schedule.closures, schedule.step, offer.visit.duration, schedule.zone)
            if len(self._grids) >= KEPT_GRIDS:
                self._grids.clear()
            self._grids[key] = starts
        return starts

    def schedules_offering(self, service_id: UUID) -> list[SchedulePlan]:
        return [schedule for schedule in self.schedules.values() if service_id in schedule.offers]


_kept: OrderedDict[UUID, AgendaPlan] = OrderedDict()
_guard = Lock()
_REVISION = "SELECT concat(number, '.', xmin) FROM agenda_revision WHERE organization_id = $1 AND kind = 'agenda'"
NOTHING_YET = ""


def plan_of(organization: Organization) -> AgendaPlan:
    """The plan of `organization` as the open transaction sees it."""
    revision = _revision(organization.id)
    with _guard:
        plan = _kept.get(organization.id)
        if plan is not None:
            _kept.move_to_end(organization.id)
    if plan is None or plan.revision != revision:
        plan = _read(organization, revision)
        if revision != NOTHING_YET:
            _keep(organization.id, plan)
    tenancy.current().seen[AgendaPlan, organization.id] = plan
    return plan


def plan_seen(organization: Organization) -> AgendaPlan:
    """The plan that the open transaction has looked at last, for what may be as it was then."""
    plan: AgendaPlan | None = tenancy.current().seen.get((AgendaPlan, organization.id))
    return plan or plan_of(organization)


def remembered(organization: Organization) -> AgendaPlan:
    """The plan that this process has, which may be of before the last change; read where there is none.

    Good enough to know what to wait for, which must come before the first question of an act.
    """
    with _guard:
        plan = _kept.get(organization.id)
    return plan or plan_of(organization)


def _keep(organization_id: UUID, plan: AgendaPlan) -> None:
    with _guard:
        _kept[organization_id] = plan
        while len(_kept) > KEPT_ORGANIZATIONS:
            _kept.popitem(last=False)


def _revision(organization_id: UUID) -> str:
    """The number, and the (sub)transaction that wrote it: another one may give an undone number to another change.

    By hand: it is asked with every question and every booking.
    """
    found = ask(_REVISION, [organization_id]).rows
    return found[0][0] if found else NOTHING_YET


def _read(organization: Organization, revision: str) -> AgendaPlan:
    services = _services(organization)
    resources = resources_in_use(organization)
    needs = requirements(organization, resources)
    since = date.today() - LOOKS_BACK  # noqa: DTZ011 - a bound with weeks of slack
    opening: defaultdict[UUID, list[rules.OpeningRule]] = defaultdict(list)
    for rule in organization.opening_rules.all():
        when = (rule.weekday, rule.from_minute, rule.to_minute, rule.valid_from, rule.valid_until)
        opening[rule.schedule_id].append(
            rules.OpeningRule(*when, cast(rules.Weeks, rule.weeks), frozenset(rule.services) or None)
        )
    overrides: defaultdict[UUID, dict[date, rules.DayOverride]] = defaultdict(dict)
    for row in organization.day_overrides.filter(day__gte=since):
        overrides[row.schedule_id][row.day] = rules.DayOverride(
            row.day, tuple((start, end) for start, end in row.periods)
        )
    closures: defaultdict[UUID | None, list[rules.Closure]] = defaultdict(list)
    for closure in organization.closures.filter(to_day__gte=since):
        closures[closure.schedule_id].append(
            rules.Closure(closure.from_day, closure.from_minute, closure.to_day, closure.to_minute)
        )
    offerings: defaultdict[UUID, list[Offering]] = defaultdict(list)
    for offering in organization.offerings.filter(service_id__in=services):
        offerings[offering.schedule_id].append(offering)
    schedules = {}
    found = organization.schedules.select_related("provider", "location").filter(
        is_active=True, provider__is_active=True, location__is_active=True
    )
    for schedule in found.order_by("provider__sort_key", "name"):
        schedules[schedule.id] = SchedulePlan(
            id=schedule.id,
            name=schedule.name,
            zone=clock.zone(schedule.time_zone),
            zone_key=schedule.time_zone,
            step=schedule.step_minutes,
            capacity=schedule.capacity,
            overbooking_limit=schedule.overbooking_limit,
            weight=schedule.weight,
            priority=schedule.priority,
            provider_id=schedule.provider_id,
            provider_name=schedule.provider.name,
            provider_speciality=schedule.provider.speciality,
            location_id=schedule.location_id,
            location_name=schedule.location.name,
            opening=tuple(opening[schedule.id]),
            overrides=overrides[schedule.id],
            closures=tuple(closures[schedule.id] + closures[None]),
            offers={
                offering.service_id: _offer(offering, services[offering.service_id], schedule.location_id, needs)
                for offering in offerings[schedule.id]
            },
        )
    options = {one.provider_id: one for one in organization.provider_options.all()}
    return AgendaPlan(revision, schedules, services, resources, options)


def _services(organization: Organization) -> dict[UUID, ServicePlan]:
    channels: defaultdict[UUID, set[str]] = defaultdict(set)
    for tick in organization.channel_services.select_related("channel").filter(channel__is_open=True):
        channels[tick.service_id].add(tick.channel.kind)
    return {
        service.id: ServicePlan(
            id=service.id,
            names=service.names,
            category=service.category,
            visit=rules.Visit(service.duration, service.buffer_before, service.buffer_after),
            price_minor=service.price_minor,
            colour=service.colour,
            visibility=service.visibility,
            notice_minutes=service.notice_minutes,
            horizon_days=service.horizon_days,
            same_day_release=service.same_day_release,
            cancel_cutoff_hours=service.cancel_cutoff_hours,
            move_cutoff_hours=service.move_cutoff_hours,
            max_moves=service.max_moves,
            max_active_per_person=service.max_active_per_person,
            new_patients=service.new_patients,
            required_fields=tuple(service.required_fields),
            needs_approval=service.needs_approval,
            approval_hours=service.approval_hours,
            payment_due=service.payment_due,
            payment_hours=service.payment_hours,
            preparation=service.preparation,
            phone_text=service.phone_text,
            position=service.position,
            channels=frozenset(channels[service.id]),
        )
        for service in organization.services.filter(is_active=True).order_by("position", "category", "id")
    }


def _offer(
    offering: Offering, service: ServicePlan, location_id: UUID, needs: Mapping[UUID, list[list[ResourcePlan]]]
) -> Offer:
    own = (offering.duration, offering.buffer_before, offering.buffer_after)
    general = (service.visit.duration, service.visit.before, service.visit.after)
    visit = rules.Visit(*(mine if mine is not None else theirs for mine, theirs in zip(own, general, strict=True)))
    price = offering.price_minor if offering.price_minor is not None else service.price_minor
    return Offer(service, visit, price, at_location(location_id, needs.get(service.id, ())))
