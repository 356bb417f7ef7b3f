"""The letters about a series: all its dates in one, each with its own private page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.booking import links
from kalends.delivery.letters import CalendarPart, Letter
from kalends.delivery.models import Delivery
from kalends.foundation import clock
from kalends.notifications import calendar_file
from kalends.notifications.texts import Kind, days, visit
from kalends.notifications.texts.appointments import facts_of, preparation_of
from kalends.notifications.texts.sheet import Fact, Sheet, Way, foot_of
from kalends.notifications.texts.visit import Place
from kalends.organizations.models import Organization


class SeriesLetters:
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        return visit.look_up(organization, deliveries)

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        place: Place = found
        cancelled = delivery.kind == Kind.SERIES_CANCELLED
        with override(delivery.language):
            sheet = _sheet(organization, delivery, place, cancelled=cancelled)
            said = {"organization": organization.name}
            subject = (
                _("Cancelled: your next appointments, %(organization)s") % said
                if cancelled
                else _("Your appointments, %(organization)s") % said
            )
            # Cancelled visits are no calendar entry of their own: several cannot be cancelled in one file (iTIP).
            part = None if cancelled else _calendar(organization, delivery, place)
            return Letter(subject, sheet.text(), sheet.html(), part)


def _sheet(organization: Organization, delivery: Delivery, place: Place, *, cancelled: bool) -> Sheet:
    language, facts = delivery.language, delivery.facts
    return Sheet(
        language=language,
        sender=organization.name,
        title=_("Your next appointments are cancelled") if cancelled else _("Your appointments are booked"),
        greeting=_("Hello %(name)s,") % {"name": facts["name"]},
        words=(_("These dates no longer hold."),)
        if cancelled
        else (_("Each date can be seen, moved or cancelled by itself, with the link below it."),),
        facts=(
            *(_date(organization, delivery, one, language, cancelled=cancelled) for one in facts["visits"]),
            *facts_of(place, language, short=cancelled),
        ),
        before="" if cancelled else preparation_of(place, language),
        hint="" if cancelled else _("These links are only for you. Whoever has them can see and change your visits."),
        foot=foot_of(organization),
    )


def _date(
    organization: Organization, delivery: Delivery, one: Mapping[str, Any], language: str, *, cancelled: bool
) -> Fact:
    zone = clock.zone(delivery.facts["time_zone"])
    start = clock.wall(clock.epoch_of(datetime.fromisoformat(one["starts_at"])), zone)
    page = links.page_of(organization, bytes.fromhex(one["seed"]))
    way = None if cancelled else Way(_("See, move or cancel"), page)
    return Fact(days.day_in_words(start.date(), language), days.hour_of(start), way=way)


def _calendar(organization: Organization, delivery: Delivery, place: Place) -> CalendarPart:
    schedule = place.schedule
    where = calendar_file.place_of(schedule.location) if schedule is not None else organization.name
    entries = [
        calendar_file.Entry(
            appointment_id=UUID(one["id"]),
            sequence=one["sequence"],
            starts_at=datetime.fromisoformat(one["starts_at"]),
            ends_at=datetime.fromisoformat(one["ends_at"]),
            zone_key=delivery.facts["time_zone"],
            location=where,
            written_at=delivery.queued_at,
        )
        for one in delivery.facts["visits"]
    ]
    method = calendar_file.PUBLISH
    return CalendarPart(calendar_file.build(organization, *entries, method=method), method)
