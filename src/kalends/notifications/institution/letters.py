"""The letters to the institution: a booking with all its data, or with as little as will do; a cancelled visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from kalends.booking.models import Appointment, Status
from kalends.delivery.letters import Letter
from kalends.delivery.models import Delivery, State
from kalends.foundation import clock
from kalends.notifications.institution.data import all_data
from kalends.notifications.texts import Kind, days, visit
from kalends.notifications.texts.sheet import Fact, Sheet, foot_of
from kalends.notifications.texts.visit import Place
from kalends.organizations.models import Organization


class NothingToSay(Exception):
    """None of its visits is cancelled any more."""


@dataclass(frozen=True, slots=True)
class Found:
    place: Place
    visits: Mapping[str, Appointment]


class InstitutionLetters:
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        places = visit.look_up(organization, deliveries)
        wanted = {one["id"] for delivery in deliveries for one in delivery.facts["visits"]}
        found = organization.appointments.select_related("contact").filter(id__in=wanted)
        by_id = {str(one.id): one for one in found}
        return {delivery.id: Found(places[delivery.id], by_id) for delivery in deliveries}

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        """Of a cancelling only what still holds. Raises NothingToSay."""
        told = delivery.facts["visits"]
        if delivery.kind == Kind.INSTITUTION_CANCELLED and delivery.state in (State.QUEUED, State.CLAIMED):
            told = [one for one in told if found.visits[one["id"]].status == Status.CANCELLED]
        if not told:
            raise NothingToSay
        with override(delivery.language):
            sheet = _sheet(organization, delivery, found, told)
            return Letter(_subject(delivery, found.place, told), sheet.text(), sheet.html())


def _subject(delivery: Delivery, place: Place, told: Sequence[Mapping[str, str]]) -> str:
    """What, when and in whose agenda; never who the patient is: the subject is read on locked screens."""
    start = _local(delivery, told[0]["starts_at"])
    when = _("%(day)s at %(hour)s") % {
        "day": days.day_in_words(start.date(), delivery.language),
        "hour": days.hour_of(start),
    }
    agenda = place.schedule.name if place.schedule is not None and not delivery.facts["minimal"] else ""
    return " · ".join(part for part in (_title(delivery, len(told)), when, agenda) if part)


def _title(delivery: Delivery, count: int) -> str:
    if delivery.kind == Kind.INSTITUTION_MOVED:
        return _("Appointment moved")
    if delivery.kind == Kind.INSTITUTION_CANCELLED:
        return _("Appointments cancelled") if count > 1 else _("Appointment cancelled")
    if delivery.kind == Kind.INSTITUTION_APPROVED:
        return _("Request approved")
    if delivery.facts["what"] == "request":
        return _("Appointment requested")
    if delivery.facts["what"] == "restored":
        return _("Appointment on again")
    return _("New appointments") if count > 1 else _("New appointment")


def _sheet(organization: Organization, delivery: Delivery, found: Found, told: Sequence[Mapping[str, str]]) -> Sheet:
    language, several = delivery.language, len(told) > 1
    start = _local(delivery, told[0]["starts_at"])
    first = found.visits[told[0]["id"]]
    return Sheet(
        language=language,
        sender=organization.name,
        title=_title(delivery, len(told)),
        day="" if several else days.day_in_words(start.date(), language),
        hour="" if several else days.hour_of(start),
        struck=delivery.kind == Kind.INSTITUTION_CANCELLED,
        words=_words(delivery, told, first),
        facts=(
            *(_date(delivery, one["starts_at"]) for one in told if several),
            *_facts(organization, delivery, found, first),
        ),
        button=_("See it in the agenda"),
        address=f"{settings.BASE_URL}/app/{organization.slug}/appointments/{first.id}/",
        hint=_hint(delivery),
        foot=foot_of(organization),
    )


def _facts(organization: Organization, delivery: Delivery, found: Found, first: Appointment) -> tuple[Fact, ...]:
    """The minimal letter says what for, and nothing of who comes and why."""
    if not delivery.facts["minimal"]:
        return all_data(organization, first, found.place, by=delivery.facts["by"], language=delivery.language)
    service = found.place.service
    return (Fact(pgettext("letter", "For"), service.name_in(delivery.language)),) if service is not None else ()


def _words(delivery: Delivery, told: Sequence[Mapping[str, str]], first: Appointment) -> tuple[str, ...]:
    facts, words = delivery.facts, []
    if facts["before"]:
        before = _local(delivery, facts["before"])
        day = days.day_in_words(before.date(), delivery.language)
        words.append(_("Before: %(day)s at %(hour)s.") % {"day": day, "hour": days.hour_of(before)})
    if delivery.kind == Kind.INSTITUTION_CANCELLED:
        words.append(_how_late(delivery, told))
    elif facts["what"] == "request":
        words.append(_("The patient waits for the answer of the practice."))
    if facts["by_patient"]:
        words.append(_("The patient did this online."))
    return tuple(words)


def _how_late(delivery: Delivery, told: Sequence[Mapping[str, str]]) -> str:
    """The time left is elapsed time, in hours and minutes below two days."""
    cancelled = datetime.fromisoformat(delivery.facts["cancelled_at"])
    left = datetime.fromisoformat(told[0]["starts_at"]) - cancelled
    minutes = int(left.total_seconds()) // 60
    if minutes <= 0:
        return _("It was cancelled when its time had come already.")
    said = {"left": days.span_in_words(minutes, delivery.language)}
    return (
        ngettext(
            "Cancelled %(left)s before. This time is free again.",
            "Cancelled %(left)s before the first. These times are free again.",
            len(told),
        )
        % said
    )


def _hint(delivery: Delivery) -> str:
    reason = (
        _("You receive this because the notification settings name this address for cancellations.")
        if delivery.kind == Kind.INSTITUTION_CANCELLED
        else _("You receive this because the notification settings name this address for bookings.")
    )
    if delivery.facts["minimal"]:
        return f"{reason} {_('Who comes and why is shown to those who may see the agenda.')}"
    return reason


def _date(delivery: Delivery, text: str) -> Fact:
    start = _local(delivery, text)
    return Fact(days.day_in_words(start.date(), delivery.language), days.hour_of(start))


def _local(delivery: Delivery, text: str) -> datetime:
    return clock.wall(clock.epoch_of(datetime.fromisoformat(text)), clock.zone(delivery.facts["time_zone"]))
