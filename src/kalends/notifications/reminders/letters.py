"""The reminder itself (CLI-24, CLI-25): one visit, or all visits of one person on one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from kalends.booking import links
from kalends.delivery import unsubscribing
from kalends.delivery.letters import Letter, NothingToSay
from kalends.delivery.models import Delivery, Medium, State
from kalends.foundation import clock
from kalends.notifications import calendar_file
from kalends.notifications.models import Side
from kalends.notifications.reminders import supplements as supplement
from kalends.notifications.reminders.queries import Told, told_in
from kalends.notifications.reminders.texts import Remembered, sms
from kalends.notifications.texts import days
from kalends.notifications.texts.sheet import Fact, Sheet, Way, foot_of
from kalends.organizations.models import Organization


class LettersOfVisits:
    """What is told of planned visits, of those that still hold."""

    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        told = told_in(organization, {delivery.cause_id for delivery in deliveries})
        return {delivery.id: told.get(delivery.cause_id, []) for delivery in deliveries}

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        """What has left already is shown as it was planned. Raises NothingToSay."""
        told: list[Told] = found
        if delivery.state in (State.QUEUED, State.CLAIMED):
            told = [one for one in told if one.holds]
        if not told:
            raise NothingToSay
        return self.letter(organization, delivery, told)

    def letter(self, organization: Organization, delivery: Delivery, told: Sequence[Told]) -> Letter:
        raise NotImplementedError


class ReminderLetters(LettersOfVisits):
    def letter(self, organization: Organization, delivery: Delivery, told: Sequence[Told]) -> Letter:
        return written(organization, told, delivery.medium, delivery.language, delivery_id=delivery.id)


def written(
    organization: Organization, told: Sequence[Told], medium: str, language: str, *, delivery_id: UUID | None = None
) -> Letter:
    """What is said of these visits, whether a message was planned or is only looked at."""
    with override(language):
        if medium == Medium.SMS:
            return Letter("", _sms(organization, told, language, delivery_id), "")
        sheet = _sheet(organization, told, language, delivery_id)
        return Letter(_subject(organization, sheet, told), sheet.text(), sheet.html())


def _sms(organization: Organization, told: Sequence[Told], language: str, delivery_id: UUID | None) -> str:
    """The account's name, the date, and the hours of that day."""
    visits = [Remembered(one.appointment.schedule.provider.name_in_sms, _local(one)) for one in told]
    supplements = [
        supplement.fill(
            one.rule.sms_supplement,
            supplement.values_of(organization, one.appointment, Medium.SMS, language, delivery_id),
        )
        for one in told
        if one.rule and one.rule.sms_supplement
    ]
    return sms(visits, is_over=_is_over(told), supplement=" ".join(dict.fromkeys(filter(None, supplements))))


def _subject(organization: Organization, sheet: Sheet, told: Sequence[Told]) -> str:
    """When and with whom; never why: the subject is read on locked screens."""
    said = {"day": sheet.day, "hour": sheet.hour, "organization": organization.name}
    if _is_over(told):
        return _("After your appointment on %(day)s, %(organization)s") % said
    return (
        ngettext(
            "Reminder: your appointment on %(day)s at %(hour)s, %(organization)s",
            "Reminder: your appointments on %(day)s, %(organization)s",
            len(told),
        )
        % said
    )


def _sheet(organization: Organization, told: Sequence[Told], language: str, delivery_id: UUID | None) -> Sheet:
    first, start = told[0].appointment, _local(told[0])
    alone = len(told) == 1
    return Sheet(
        language=language,
        sender=_client(told[0]) if alone else organization.name,
        title=_title(told),
        greeting=_("Hello %(name)s,") % {"name": first.contact.full_name},
        day=days.day_in_words(start.date(), language),
        hour=days.hour_of(start) if alone else "",
        facts=_facts(organization, told),
        below=_supplements(organization, told, language),
        before=first.service.preparation_in(language) if alone and not _is_over(told) else "",
        button="" if _is_over(told) or not alone else _("Confirm, move or cancel"),
        address="" if _is_over(told) or not alone else links.page_of(organization, first.link_seed),
        hint=_hint(told),
        ways=_ways(organization, delivery_id),
        foot=foot_of(organization),
    )


def _title(told: Sequence[Told]) -> str:
    if _is_over(told):
        return _("After your appointment")
    return ngettext(
        "%(client)s reminds you of your appointment", "%(client)s reminds you of your appointments", len(told)
    ) % {"client": ", ".join(dict.fromkeys(map(_client, told)))}


def _facts(organization: Organization, told: Sequence[Told]) -> tuple[Fact, ...]:
    """The address is added to what the text message says (CLI-25). Of several visits each has its own page, with its
    own cut-off; afterwards that page says to phone."""
    if len(told) > 1:
        return tuple(
            Fact(
                days.hour_of(_local(one)),
                _client(one),
                calendar_file.place_of(one.appointment.schedule.location),
                None if _is_over(told) else _way(organization, one),
            )
            for one in told
        )
    visit = told[0].appointment
    where = visit.schedule.location
    return (
        Fact(pgettext("letter", "With"), _client(told[0]), visit.schedule.provider.speciality),
        Fact(pgettext("letter", "Where"), calendar_file.place_of(where), where.directions),
    )


def _way(organization: Organization, one: Told) -> Way:
    return Way(_("Confirm, move or cancel"), links.page_of(organization, one.appointment.link_seed))


def _supplements(organization: Organization, told: Sequence[Told], language: str) -> tuple[str, ...]:
    said = [
        supplement.fill(
            one.rule.email_supplement,
            supplement.values_of(organization, one.appointment, Medium.EMAIL, language),
        )
        for one in told
        if one.rule and one.rule.email_supplement
    ]
    return tuple(line for text in dict.fromkeys(said) for line in text.split("\n") if line)


def _hint(told: Sequence[Told]) -> str:
    if _is_over(told):
        return ""
    if len(told) > 1:
        return _("These links are only for you. Whoever has them can see and change your visits.")
    return _("This link is only for you. Whoever has it can see and change this appointment: do not pass it on.")


def _ways(organization: Organization, delivery_id: UUID | None) -> tuple[Way, ...]:
    """No delivery: nobody gets it yet."""
    if delivery_id is None:
        return ()
    page = unsubscribing.page_of(organization, delivery_id)
    return (Way(_("No more reminders, or not meant for you?"), page),)


def _client(one: Told) -> str:
    return str(one.appointment.schedule.provider.name)


def _is_over(told: Sequence[Told]) -> bool:
    return all(one.rule is not None and one.rule.side == Side.AFTER for one in told)


def _local(one: Told) -> datetime:
    return clock.wall(clock.epoch_of(one.starts_at), clock.zone(one.appointment.time_zone))
