"""Telling whoever is told of an account which visits nobody has confirmed by the instant of a rule: one message of all
that fall due together, so that somebody can phone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kalends.agenda.queries.options import Recipients, told_of
from kalends.booking.models import Appointment
from kalends.delivery import operations as delivery
from kalends.delivery.letters import Letter
from kalends.delivery.models import Delivery, Medium
from kalends.foundation import clock, phone
from kalends.foundation.actor import system
from kalends.foundation.database.models import new_id
from kalends.notifications.models import Reminder, ReminderBy
from kalends.notifications.operations import notices
from kalends.notifications.operations.practitioners import facts_for_practitioner
from kalends.notifications.reminders.letters import LettersOfVisits
from kalends.notifications.reminders.queries import Told
from kalends.notifications.texts import Kind, days
from kalends.notifications.texts.sheet import Fact, Sheet, foot_of
from kalends.organizations.models import Organization

BY = system("reminders")
MOST_NAMED = 5


def whom(organization: Organization, schedule_ids: Collection[UUID]) -> dict[UUID, Recipients]:
    """Who is told of the visits in these agendas."""
    schedules = organization.schedules.filter(id__in=list(schedule_ids)).values_list("id", "provider_id")
    whose: dict[UUID, UUID] = dict(schedules) if schedule_ids else {}
    told = {provider_id: told_of(organization, provider_id) for provider_id in set(whose.values())}
    return {schedule_id: told[provider_id] for schedule_id, provider_id in whose.items()}


def tell(organization: Organization, due: Sequence[tuple[UUID, int]], *, now: datetime) -> int:
    """Note these visits as told of, each under the number of its rule, and tell of them; says how many messages."""
    if not due:
        return 0
    found = organization.appointments.select_related("contact", "schedule").filter(id__in=[id for id, _number in due])
    visits = {visit.id: visit for visit in found}
    groups: dict[UUID, list[tuple[Appointment, int]]] = {}
    for id, number in due:
        groups.setdefault(visits[id].schedule.provider_id, []).append((visits[id], number))
    return sum(_tell(organization, provider_id, told, now) for provider_id, told in groups.items())


def _tell(
    organization: Organization,
    provider_id: UUID,
    told: Sequence[tuple[Appointment, int]],
    now: datetime,
) -> int:
    message_id, whom = new_id(), told_of(organization, provider_id)
    Reminder.all_rows.bulk_create(
        Reminder(
            organization_id=organization.id,
            appointment_id=visit.id,
            number=number,
            starts_at=visit.starts_at,
            medium=ReminderBy.STAFF,
            message_id=message_id,
            planned_at=now,
        )
        for visit, number in told
    )
    visits = sorted({visit.id: visit for visit, _number in told}.values(), key=lambda visit: visit.starts_at)
    facts = facts_for_practitioner(visits, BY, None) | {"name": _names(visits)}
    about: Mapping[str, Any] = {
        "kind": Kind.NOTICE_UNCONFIRMED,
        "cause_id": message_id,
        "cause_version": 0,
        "facts": facts,
    }
    notices.write(organization, whom.members, **about, now=now)
    delivery.queue_to(
        organization,
        {to.at: to.language for to in whom.emails},
        **about,
        medium=Medium.EMAIL,
        due_at=now,
        useless_after=visits[-1].starts_at,
        now=now,
        schedules={visit.schedule_id for visit in visits},
    )
    return len(whom.emails)


def _names(visits: Sequence[Appointment]) -> str:
    names = list(dict.fromkeys(visit.contact.full_name for visit in visits))
    return ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")


class UnconfirmedLetters(LettersOfVisits):
    def letter(self, organization: Organization, delivery: Delivery, told: Sequence[Told]) -> Letter:
        return written(organization, told, delivery.language)


def written(organization: Organization, told: Sequence[Told], language: str) -> Letter:
    """Of those that nobody has confirmed until now, whether a message was planned or is only looked at."""
    with override(language):
        sheet = _sheet(organization, told, language)
        account = told[0].appointment.schedule.provider.name
        return Letter(f"{sheet.title} · {account}", sheet.text(), sheet.html())


def _sheet(organization: Organization, told: Sequence[Told], language: str) -> Sheet:
    visits = [one.appointment for one in told]
    return Sheet(
        language=language,
        sender=organization.name,
        title=ngettext("%(count)s appointment not confirmed", "%(count)s appointments not confirmed", len(visits))
        % {"count": len(visits)},
        words=(_("Nobody has confirmed these appointments until now. A call may help."),),
        facts=tuple(_line(organization, visit, language) for visit in visits),
        button=_("See it in the agenda"),
        address=f"{settings.BASE_URL}/app/{organization.slug}/appointments/{visits[0].id}/",
        hint=_("You receive this because a reminder of this practitioner tells the staff who has not confirmed."),
        foot=foot_of(organization),
    )


def _line(organization: Organization, visit: Appointment, language: str) -> Fact:
    local = clock.wall(clock.epoch_of(visit.starts_at), clock.zone(visit.time_zone))
    number = visit.contact.phone
    return Fact(
        f"{days.day_in_words(local.date(), language)}, {days.hour_of(local)}",
        visit.contact.full_name,
        phone.written(number, country=organization.country) if number else "",
    )
