"""The notices to practitioners: added, moved, cancelled. Who, when and for what; never why the patient comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from kalends.delivery.letters import Letter
from kalends.delivery.models import Delivery
from kalends.foundation import clock
from kalends.notifications.texts import Kind, days, visit
from kalends.notifications.texts.appointments import facts_of
from kalends.notifications.texts.sheet import Fact, Sheet, foot_of
from kalends.notifications.texts.visit import Place
from kalends.organizations.models import Organization


class PractitionerLetters:
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        return visit.look_up(organization, deliveries)

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        with override(delivery.language):
            sheet = _sheet(organization, delivery, found)
            return Letter(_subject(delivery, found), sheet.text(), sheet.html())


def _subject(delivery: Delivery, place: Place) -> str:
    """What, when and in whose agenda; never who the patient is: the subject is read on locked screens."""
    start = _local(delivery, delivery.facts["visits"][0])
    when = _("%(day)s at %(hour)s") % {
        "day": days.day_in_words(start.date(), delivery.language),
        "hour": days.hour_of(start),
    }
    agenda = place.schedule.name if place.schedule is not None else ""
    return " · ".join(part for part in (_title(delivery), when, agenda) if part)


def _title(delivery: Delivery) -> str:
    several = len(delivery.facts["visits"]) > 1
    if delivery.kind == Kind.NOTICE_MOVED:
        return _("Appointment moved")
    if delivery.kind == Kind.NOTICE_DELETED:
        return _("Appointments cancelled") if several else _("Appointment cancelled")
    if delivery.facts["is_request"]:
        return _("Appointment requested")
    return _("New appointments") if several else _("New appointment")


def _sheet(organization: Organization, delivery: Delivery, place: Place) -> Sheet:
    facts, language = delivery.facts, delivery.language
    start, several = _local(delivery, facts["visits"][0]), len(facts["visits"]) > 1
    return Sheet(
        language=language,
        sender=organization.name,
        title=_title(delivery),
        day="" if several else days.day_in_words(start.date(), language),
        hour="" if several else days.hour_of(start),
        struck=delivery.kind == Kind.NOTICE_DELETED,
        words=_words(delivery),
        facts=(
            Fact(pgettext("letter", "Patient"), facts["name"]),
            *(_date(delivery, text) for text in facts["visits"] if several),
            *facts_of(place, language, short=False),
        ),
        button=_("See it in the agenda"),
        address=f"{settings.BASE_URL}/app/{organization.slug}/appointments/{facts['appointment']}/",
        hint=_("You receive this because the agenda options of this practitioner say so."),
        foot=foot_of(organization),
    )


def _words(delivery: Delivery) -> tuple[str, ...]:
    facts, words = delivery.facts, []
    if facts["before"]:
        before = _local(delivery, facts["before"])
        day = days.day_in_words(before.date(), delivery.language)
        words.append(_("Before: %(day)s at %(hour)s.") % {"day": day, "hour": days.hour_of(before)})
    if delivery.kind == Kind.NOTICE_ADDED and facts["is_request"]:
        words.append(_("The patient waits for the answer of the practice."))
    elif facts["by_patient"]:
        words.append(_("The patient did this online."))
    return tuple(words)


def _date(delivery: Delivery, text: str) -> Fact:
    start = _local(delivery, text)
    return Fact(days.day_in_words(start.date(), delivery.language), days.hour_of(start))


def _local(delivery: Delivery, text: str) -> datetime:
    return clock.wall(clock.epoch_of(datetime.fromisoformat(text)), clock.zone(delivery.facts["time_zone"]))
