"""An entry of the waiting list, and its offers, as one reads them at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kalends.agenda.queries.plans import AgendaPlan
from kalends.booking.models import Offer, OfferStatus, PassedOver, WaitlistEntry
from kalends.booking.rules import waiting as rules
from kalends.foundation import clock, phone
from kalends.organizations.models import Organization
from kalends.web.staff import dates
from kalends.web.staff.shell import address

STATES: dict[str, Promise] = {
    "waiting": gettext_lazy("waiting"),
    "booked": gettext_lazy("booked"),
    "withdrawn": gettext_lazy("left the list"),
    "expired": gettext_lazy("over"),
}
OFFERS: dict[str, Promise] = {
    "open": gettext_lazy("open"),
    "accepted": gettext_lazy("accepted"),
    "declined": gettext_lazy("declined"),
    "expired": gettext_lazy("not answered in time"),
    "withdrawn": gettext_lazy("withdrawn"),
}
BY: dict[str, str | Promise] = {
    "phone": gettext_lazy("by telephone"),
    "email": gettext_lazy("by e-mail"),
    "sms": gettext_lazy("by text message"),
}
WHY: dict[str, Promise] = {
    "days": gettext_lazy("not on that day"),
    "hours": gettext_lazy("not at those hours"),
    "no_gap": gettext_lazy("the visit does not fit into the free time"),
    "not_earlier": gettext_lazy("not earlier than the present appointment"),
    "gave_it_up": gettext_lazy("gave up this very time"),
    "offered_before": gettext_lazy("was offered this time before"),
    "offer_open": gettext_lazy("another offer was open"),
    "most_today": gettext_lazy("had as many offers that day as agreed"),
    "most_in_all": gettext_lazy("has had as many offers as agreed"),
    "visit_then": gettext_lazy("has an appointment at that hour"),
    "no_address": gettext_lazy("neither e-mails nor text messages reach them: offer by telephone"),
    "quiet": gettext_lazy("too late once the quiet hours are over"),
    "being_changed": gettext_lazy("was being offered or changed at that moment"),
}


@dataclass(frozen=True, slots=True)
class OfferLine:
    when: str
    what: str
    state: str
    is_open: bool
    until: str
    by: str
    withdraw_url: str
    accept_url: str
    decline_url: str


@dataclass(frozen=True, slots=True)
class Line:
    entry: WaitlistEntry
    name: str
    telephone: str
    url: str
    services: str
    agendas: str
    hours: str
    days: str
    until: str
    since: str
    kept: str
    kept_url: str
    state: str
    is_waiting: bool
    offer: OfferLine | None


def line_of(
    organization: Organization, entry: WaitlistEntry, plan: AgendaPlan, now: datetime, offers: list[Offer]
) -> Line:
    """In `acting` where a kept visit was not read along."""
    language, zone = get_language() or "en", clock.zone(organization.time_zone)
    contact, kept = entry.contact, entry.keeps
    open_offer = next((one for one in offers if is_open(one, now)), None)
    return Line(
        entry=entry,
        name=f"{contact.last_name} {contact.first_name}".strip(),
        telephone=phone.written(contact.phone, country=organization.country) if contact.phone else "",
        url=address(organization, "waiting_entry", entry_id=entry.id),
        services=", ".join(plan.services[one].name_in(language) for one in entry.services if one in plan.services),
        agendas=", ".join(plan.schedules[one].name for one in entry.schedules if one in plan.schedules),
        hours=hours_of(entry),
        days=", ".join(dates.weekday(number) for number in entry.weekdays),
        until=dates.short(entry.valid_until),
        since=dates.instant(entry.created_at, zone),
        kept=dates.moment(kept.starts_at.astimezone(clock.zone(kept.time_zone))) if kept else "",
        kept_url=address(organization, "appointment", appointment_id=kept.id) if kept else "",
        state=str(STATES[entry.status]),
        is_waiting=entry.status == "waiting",
        offer=offer_line(organization, open_offer, now) if open_offer else None,
    )


def hours_of(entry: WaitlistEntry) -> str:
    if (entry.from_minute, entry.to_minute) == rules.WHOLE_DAY:
        return ""
    end = entry.to_minute if entry.to_minute <= rules.DAY else entry.to_minute - rules.DAY
    return _("%(start)s to %(end)s") % {"start": dates.minute(entry.from_minute), "end": dates.minute(end)}


def is_open(offer: Offer, now: datetime) -> bool:
    return bool(offer.status == OfferStatus.OPEN and offer.expires_at > now)


def offer_line(organization: Organization, offer: Offer, now: datetime) -> OfferLine:
    zone = clock.zone(offer.schedule.time_zone)
    still = is_open(offer, now)
    state = offer.status if still or offer.status != OfferStatus.OPEN else OfferStatus.EXPIRED

    def url(name: str) -> str:
        return address(organization, name, offer_id=offer.id)

    return OfferLine(
        when=dates.moment(offer.starts_at.astimezone(zone)),
        what=f"{offer.service.name_in(get_language() or 'en')}, {offer.schedule.name}",
        state=str(OFFERS[state]),
        is_open=still,
        until=dates.hour(offer.expires_at.astimezone(zone)),
        by=str(BY["phone" if offer.by_phone else offer.told_by]),
        withdraw_url=url("offer_withdrawal"),
        accept_url=url("offer_acceptance"),
        decline_url=url("offer_declining"),
    )


def passed_line(row: PassedOver) -> dict[str, Any]:
    zone = clock.zone(row.schedule.time_zone)
    return {
        "at": dates.instant(row.at, zone),
        "when": dates.moment(row.starts_at.astimezone(zone)),
        "agenda": row.schedule.name,
        "why": str(WHY.get(row.why, row.why)),
    }
