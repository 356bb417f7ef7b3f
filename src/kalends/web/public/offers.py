"""What the public page has on offer: places, services, practitioners, and when each is first free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.agenda.models import Visibility
from kalends.agenda.queries.free_times import bookable_on, free_times
from kalends.agenda.queries.plans import AgendaPlan, SchedulePlan, ServicePlan, plan_of
from kalends.agenda.queries.slots import Slot
from kalends.foundation import clock
from kalends.foundation.actor import ChannelKind
from kalends.foundation.errors import NotFound
from kalends.foundation.money import written
from kalends.foundation.text import UnusableText, clean_line, words
from kalends.organizations.models import Location, Organization

LONGEST_SEARCH = 100
MOST_SLOTS = 20_000
# How far ahead practitioners' first free times are looked for, step by step: most have one within days.
LOOKS_AHEAD_DAYS = (7, 28, 731)


class NoSuchOffer(NotFound):
    sentence = gettext_lazy("What you chose is no longer offered here. Begin again, please.")


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be chosen from, as one transaction saw it. `location` is the one asked for, or the only one."""

    organization: Organization
    plan: AgendaPlan
    now: datetime
    locations: Sequence[Location]
    location: Location | None

    @property
    def asks_where(self) -> bool:
        return len(self.locations) > 1

    @property
    def steps(self) -> int:
        return 5 if self.asks_where else 4

    def step(self, of_four: int) -> int:
        """The number of a step, counting the question where, if it is asked."""
        return of_four + (1 if self.asks_where else 0)

    @property
    def location_asked(self) -> str:
        """What addresses say about the place: nothing where there is only one."""
        return str(self.location.id) if self.asks_where and self.location else ""

    def schedules(self, service_id: UUID, provider_id: UUID | None = None) -> list[SchedulePlan]:
        return [
            schedule
            for schedule in self.plan.schedules_offering(service_id)
            if self.location is None or schedule.location_id == self.location.id
            if provider_id in (None, schedule.provider_id)
        ]

    def bookable(self, service_id: UUID, provider_id: UUID | None = None) -> ServicePlan:
        """The service, if somebody here takes bookings for it on the web. Raises `NoSuchOffer`."""
        service = self.plan.services.get(service_id)
        if service is None or not bookable_on(service, ChannelKind.WEBSITE):
            raise NoSuchOffer
        if not self.schedules(service_id, provider_id):
            raise NoSuchOffer
        return service


@dataclass(frozen=True, slots=True)
class ShownService:
    service: ServicePlan
    name: str
    facts: str
    """20 min · 54 €"""
    by_phone: str
    """Why it is not booked here; empty if it is."""


@dataclass(frozen=True, slots=True)
class Practitioner:
    id: UUID
    name: str
    speciality: str

    @property
    def initials(self) -> str:
        """The first letters of the last two names, titles left out: HV for Dr Hélène Vasseur."""
        names = [name for name in self.name.split() if not name.endswith(".") and name.casefold() not in TITLES]
        return "".join(name[0] for name in (names or self.name.split())[-2:]).upper()


TITLES = frozenset({"dr", "pr", "prof", "mme", "mr", "m", "dna", "dl"})


def offers_of(organization: Organization, now: datetime, location_id: str) -> Offers:
    """Raises `NoSuchOffer` where `location_id` names no place that offers anything."""
    plan = plan_of(organization)
    used = {
        schedule.location_id
        for schedule in plan.schedules.values()
        if any(_is_shown(offer.service) for offer in schedule.offers.values())
    }
    every = list(organization.locations.filter(is_active=True).order_by("name"))
    locations = [location for location in every if location.id in used]
    chosen = locations[0] if len(locations) == 1 else None
    if location_id:
        chosen = next((location for location in locations if str(location.id) == location_id), None)
        if chosen is None:
            raise NoSuchOffer
    return Offers(organization, plan, now, locations, chosen)


def shown_services(offers: Offers, language: str, typed: str = "") -> list[ShownService]:
    """What can be booked here, and what is shown but booked by telephone; those only that match what was typed."""
    wanted = _search_words(typed)
    found = []
    for service in offers.plan.services.values():
        schedules = offers.schedules(service.id)
        if not _is_shown(service) or not _matches(service, language, wanted):
            continue
        if not schedules and (service.visibility == Visibility.ONLINE or _is_offered_elsewhere(offers, service)):
            continue
        by_phone = "" if service.visibility == Visibility.ONLINE else _phone_text(service, language)
        found.append(
            ShownService(service, service.name_in(language), _facts(offers, service, schedules, language), by_phone)
        )
    return found


def practitioners(schedules: Iterable[SchedulePlan]) -> list[Practitioner]:
    """Each once, in the order of the plan: by name."""
    found = {
        schedule.provider_id: Practitioner(schedule.provider_id, schedule.provider_name, schedule.provider_speciality)
        for schedule in schedules
    }
    return list(found.values())


def first_free(offers: Offers, service_id: UUID, wanted: Iterable[UUID]) -> dict[UUID, Slot]:
    """The first free time of each practitioner; who has none within the horizon is missing."""
    missing, found = set(wanted), dict[UUID, Slot]()
    assert offers.location is not None, "where is asked before who"
    first = clock.local_date(clock.epoch_of(offers.now), clock.zone(offers.location.time_zone))
    for days in LOOKS_AHEAD_DAYS:
        last = first + timedelta(days=days - 1)
        answer = free_times(
            offers.organization,
            service_id=service_id,
            first=first,
            last=last,
            channel=ChannelKind.WEBSITE,
            now=offers.now,
            location_id=offers.location.id,
            limit=MOST_SLOTS,
            want_next=False,
        )
        for slot in answer.slots if answer else ():
            found.setdefault(slot.schedule.provider_id, slot)
        if not missing - set(found):
            break
        first = last + timedelta(days=1)
    return found


def _is_shown(service: ServicePlan) -> bool:
    if service.visibility == Visibility.ONLINE:
        return bookable_on(service, ChannelKind.WEBSITE)
    return service.visibility == Visibility.BY_PHONE


def _is_offered_elsewhere(offers: Offers, service: ServicePlan) -> bool:
    return bool(offers.plan.schedules_offering(service.id))


def _phone_text(service: ServicePlan, language: str) -> str:
    texts = service.phone_text
    own = texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
    return own or _("By telephone only.")


def _facts(offers: Offers, service: ServicePlan, schedules: Sequence[SchedulePlan], language: str) -> str:
    own = [schedule.offers[service.id] for schedule in schedules]
    lengths = sorted({offer.visit.duration for offer in own} or {service.visit.duration})
    known = [offer.price_minor for offer in own] or [service.price_minor]
    prices = sorted({price for price in known if price is not None})
    length = "–".join(str(minutes) for minutes in (lengths[0], lengths[-1])[: len(lengths)])
    parts = [_("%(length)s min") % {"length": length}]
    if prices:
        price = written(prices[0], offers.organization.currency, language=language)
        parts.append(_("from %(price)s") % {"price": price} if len(prices) > 1 else price)
    if not service.new_patients:
        parts.append(_("for patients of the practice"))
    return " · ".join(parts)


def _search_words(typed: str) -> list[str]:
    try:
        return words(clean_line(typed[:LONGEST_SEARCH]))
    except UnusableText:
        return []


def _matches(service: ServicePlan, language: str, wanted: Sequence[str]) -> bool:
    """Every word typed begins a word of the name, in any language, or of the category."""
    if not wanted:
        return True
    known = words(" ".join([*service.names.values(), service.category]))
    return all(any(word.startswith(term) for word in known) for term in wanted)
