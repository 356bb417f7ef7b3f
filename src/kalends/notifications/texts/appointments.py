"""The letters about one appointment: booked or asked for, moved, cancelled or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from kalends.booking import links
from kalends.delivery.letters import CalendarPart, Letter
from kalends.delivery.models import Delivery, Medium
from kalends.notifications import calendar_file
from kalends.notifications.texts import Kind, days, visit
from kalends.notifications.texts.payment import payment_facts
from kalends.notifications.texts.sheet import Fact, Sheet, foot_of
from kalends.notifications.texts.visit import Place, Visit
from kalends.organizations.models import Organization


class AppointmentLetters:
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        return visit.look_up(organization, deliveries)

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        place: Place = found
        told = visit.visit_of(delivery, place)
        with override(delivery.language):
            if delivery.medium == Medium.SMS:
                return Letter("", _sms(organization, Kind(delivery.kind), told, delivery.language), "")
            sheet = _sheet(organization, Kind(delivery.kind), told, delivery.language)
            part = _calendar(organization, told, delivery) if _is_in_calendars(delivery) else None
            return Letter(_subject(organization, Kind(delivery.kind), sheet), sheet.text(), sheet.html(), part)


def _subject(organization: Organization, kind: Kind, sheet: Sheet) -> str:
    """When and with whom; never why: the subject is read on locked screens."""
    said = {"day": sheet.day, "hour": sheet.hour, "organization": organization.name}
    if kind == Kind.BOOKED:
        return _("Your appointment on %(day)s at %(hour)s, %(organization)s") % said
    if kind == Kind.MOVED:
        return _("Moved: your appointment is now on %(day)s at %(hour)s, %(organization)s") % said
    if kind == Kind.ASKED:
        return _("Your request for %(day)s at %(hour)s, %(organization)s") % said
    if kind == Kind.REFUSED:
        return _("Not possible: your request for %(day)s at %(hour)s, %(organization)s") % said
    return _("Cancelled: your appointment on %(day)s at %(hour)s, %(organization)s") % said


def _sms(organization: Organization, kind: Kind, told: Visit, language: str) -> str:
    """The reminder at once (CLI-17), in the words of the reminders; without the long private link."""
    schedule = told.place.schedule
    said = {
        "client": schedule.provider.name_in_sms if schedule is not None else organization.name,
        "date": days.short_day(told.local_start, language),
        "time": days.short_hour(told.local_start, language),
    }
    if kind == Kind.ASKED:
        return pgettext("text message", "%(client)s has your request for %(date)s at %(time)s") % said
    if kind == Kind.MOVED:
        return pgettext("text message", "%(client)s: your appointment is now on %(date)s at %(time)s") % said
    return _("%(client)s reminds you of your appointment on %(date)s at %(time)s") % said


def _sheet(organization: Organization, kind: Kind, told: Visit, language: str) -> Sheet:
    start = told.local_start
    cancelled = kind in (Kind.CANCELLED, Kind.REFUSED)
    return Sheet(
        language=language,
        sender=organization.name,
        title=_title(kind),
        greeting=_("Hello %(name)s,") % {"name": told.name},
        day=days.day_in_words(start.date(), language),
        hour=days.hour_of(start),
        struck=cancelled,
        words=_words(kind, told.cancelled_by),
        facts=facts_of(told.place, language, short=cancelled),
        before="" if cancelled else preparation_of(told.place, language),
        button=_("Book another time") if cancelled else _("See, move or cancel"),
        address=_address(organization, told, cancelled),
        hint=""
        if cancelled
        else _("This link is only for you. Whoever has it can see and change this appointment: do not pass it on."),
        foot=foot_of(organization),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a letter, without what is different for each patient."""

    title: str
    words: tuple[str, ...]


def said(kind: Kind, language: str) -> Said:
    """What patients will read when the practice does it: to be looked at before."""
    with override(language):
        return Said(_title(kind), _words(kind, "staff"))


def _title(kind: Kind) -> str:
    if kind == Kind.BOOKED:
        return _("Your appointment is booked")
    if kind == Kind.MOVED:
        return _("Your appointment has been moved")
    if kind == Kind.ASKED:
        return _("The practice has your request")
    if kind == Kind.REFUSED:
        return _("Your request could not be granted")
    return _("Your appointment is cancelled")


def _words(kind: Kind, cancelled_by: str) -> tuple[str, ...]:
    if kind == Kind.BOOKED:
        return ()
    if kind == Kind.MOVED:
        return (_("This is the new time. The earlier one no longer holds."),)
    if kind == Kind.ASKED:
        return (_("The time is kept for you until the practice answers. It is not booked yet: you will hear from us."),)
    if kind == Kind.REFUSED and cancelled_by == "system":
        return (_("The practice did not answer in time, and we are sorry. Please book another time, or phone."),)
    if kind == Kind.REFUSED:
        return (_("The practice cannot receive you at this time. Please book another time, or phone."),)
    if cancelled_by == "patient":
        return (_("You cancelled it, and the practice knows. There is nothing else to do."),)
    return (_("The practice had to cancel it. Please book another time, or phone."),)


def facts_of(place: Place, language: str, *, short: bool) -> tuple[Fact, ...]:
    """Whom one sees, what for, and where. A cancelled visit needs no way there."""
    facts = []
    if place.schedule is not None:
        provider = place.schedule.provider
        facts.append(Fact(pgettext("letter", "With"), provider.name, provider.speciality))
    if place.service is not None:
        facts.append(Fact(pgettext("letter", "For"), place.service.name_in(language)))
    if place.schedule is not None and not short:
        where = place.schedule.location
        facts.append(Fact(pgettext("letter", "Where"), calendar_file.place_of(where, place.rooms), where.directions))
        facts += payment_facts(place.owed, place.schedule.time_zone, language)
    return tuple(facts)


def preparation_of(place: Place, language: str) -> str:
    return place.service.preparation_in(language) if place.service is not None else ""


def _address(organization: Organization, told: Visit, cancelled: bool) -> str:
    """Where the button leads: the private page; for a cancelled visit the public one, if there is one."""
    if not cancelled:
        return links.page_of(organization, told.seed)
    return f"{settings.BASE_URL}/{organization.slug}/" if organization.is_published else ""


def _is_in_calendars(delivery: Delivery) -> bool:
    """A request is no appointment yet; refused, it is taken out of calendars where an earlier time may stand."""
    if delivery.kind == Kind.REFUSED:
        return bool(delivery.facts["sequence"] > 1)
    return delivery.kind != Kind.ASKED


def _calendar(organization: Organization, told: Visit, delivery: Delivery) -> CalendarPart:
    cancelled = delivery.kind in (Kind.CANCELLED, Kind.REFUSED)
    schedule = told.place.schedule
    entry = calendar_file.Entry(
        appointment_id=told.appointment_id,
        sequence=told.sequence,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        zone_key=told.zone_key,
        location=calendar_file.place_of(schedule.location, told.place.rooms)
        if schedule is not None
        else organization.name,
        written_at=delivery.queued_at,
        status="CANCELLED" if cancelled else "CONFIRMED",
        attendee=delivery.recipient,
    )
    method = calendar_file.CANCEL if cancelled else calendar_file.REQUEST
    return CalendarPart(calendar_file.build(organization, entry, method=method), method)
