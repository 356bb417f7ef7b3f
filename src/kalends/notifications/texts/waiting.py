"""The letters of the waiting list: one is on it, a time is offered, an offer was taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from kalends.agenda.models import Service
from kalends.booking import links
from kalends.delivery.letters import Letter
from kalends.delivery.models import Delivery, Medium
from kalends.foundation import clock
from kalends.notifications.texts import Kind, days, visit
from kalends.notifications.texts.appointments import facts_of, preparation_of
from kalends.notifications.texts.sheet import Fact, Sheet, Way, foot_of
from kalends.notifications.texts.visit import Place
from kalends.organizations.models import Organization


class OfferLetters:
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        return visit.look_up(organization, deliveries)

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        with override(delivery.language):
            if delivery.medium == Medium.SMS:
                return Letter("", _sms(organization, delivery, found), "")
            if delivery.kind == Kind.OFFER:
                sheet = _offer(organization, delivery, found)
                subject = _("A time has become free: %(day)s at %(hour)s, %(organization)s")
            else:
                sheet = _withdrawn(organization, delivery, found)
                subject = _("No longer offered: %(day)s at %(hour)s, %(organization)s")
            said = {"day": sheet.day, "hour": sheet.hour, "organization": organization.name}
            return Letter(subject % said, sheet.text(), sheet.html())


class WaitingLetters:
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        """The services waited for, in one query. Inside `tenancy.acting`."""
        wanted = {id_ for delivery in deliveries for id_ in delivery.facts["services"]}
        services = {str(service.id): service for service in organization.services.filter(id__in=wanted)}
        return {
            delivery.id: [services[id_] for id_ in delivery.facts["services"] if id_ in services]
            for delivery in deliveries
        }

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        with override(delivery.language):
            sheet = _joined(organization, delivery, found)
            subject = _("You are on the waiting list, %(organization)s") % {"organization": organization.name}
            return Letter(subject, sheet.text(), sheet.html())


def _sms(organization: Organization, delivery: Delivery, place: Place) -> str:
    """Within the 7-bit alphabet of phones; what for is never said, and the link is the short one."""
    facts, language = delivery.facts, delivery.language
    starts, until = _local(facts, "starts_at"), _local(facts, "expires_at")
    said = {
        "client": place.schedule.provider.name_in_sms if place.schedule is not None else organization.name,
        "date": days.short_day(starts, language),
        "time": days.short_hour(starts, language),
    }
    if delivery.kind == Kind.OFFER_WITHDRAWN:
        return pgettext("text message", "%(client)s: %(date)s at %(time)s is no longer offered") % said
    same_day = until.date() == _at(delivery.queued_at, facts).date()
    said["limit"] = days.short_hour(until, language) if same_day else days.short(until, language)
    said["page"] = links.short_offer_page(organization, delivery.id)
    return (
        pgettext("text message", "%(client)s: %(date)s at %(time)s is free, kept for you until %(limit)s: %(page)s")
        % said
    )


def _offer(organization: Organization, delivery: Delivery, place: Place) -> Sheet:
    facts, language = delivery.facts, delivery.language
    starts, until = _local(facts, "starts_at"), _local(facts, "expires_at")
    limit = days.hour_of(until)
    if until.date() != _at(delivery.queued_at, facts).date():
        limit = _("%(day)s at %(hour)s") % {"day": days.day_in_words(until.date(), language), "hour": limit}
    words = [_("This time is kept for you alone until %(limit)s. Then it goes to the next person.") % {"limit": limit}]
    if facts["keeps"]:
        words.append(_("Your present appointment stays until you accept; accepting moves it here."))
    return Sheet(
        language=language,
        sender=organization.name,
        title=_("A time has become free"),
        greeting=_("Hello %(name)s,") % {"name": facts["name"]},
        day=days.day_in_words(starts.date(), language),
        hour=days.hour_of(starts),
        words=tuple(words),
        facts=facts_of(place, language, short=False),
        before=preparation_of(place, language),
        button=_("Accept or decline"),
        address=_page(organization, facts["seed"], links.OFFER),
        hint=_("Opening the link decides nothing: you answer on the page."),
        ways=(Way(_("Leave the waiting list"), _page(organization, facts["entry_seed"], links.WAITING)),),
        foot=foot_of(organization),
    )


def _withdrawn(organization: Organization, delivery: Delivery, place: Place) -> Sheet:
    facts, language = delivery.facts, delivery.language
    starts = _local(facts, "starts_at")
    return Sheet(
        language=language,
        sender=organization.name,
        title=_("This time is no longer offered"),
        greeting=_("Hello %(name)s,") % {"name": facts["name"]},
        day=days.day_in_words(starts.date(), language),
        hour=days.hour_of(starts),
        struck=True,
        words=(_("The practice had to take the offer back. You stay on the waiting list, in your place."),),
        facts=facts_of(place, language, short=True),
        foot=foot_of(organization),
    )


def _joined(organization: Organization, delivery: Delivery, services: Sequence[Service]) -> Sheet:
    facts, language = delivery.facts, delivery.language
    last = days.day_in_words(date.fromisoformat(facts["until"]), language)
    words = [_("When a time that suits you becomes free, we write to you. You then have a while to accept it.")]
    if facts["keeps"]:
        words.append(_("Your present appointment stays as it is."))
    names = ", ".join(service.name_in(language) for service in services)
    return Sheet(
        language=language,
        sender=organization.name,
        title=_("You are on the waiting list"),
        greeting=_("Hello %(name)s,") % {"name": facts["name"]},
        words=tuple(words),
        facts=(Fact(pgettext("letter", "For"), names), Fact(pgettext("letter", "Until"), last)),
        button=_("See or leave the waiting list"),
        address=_page(organization, facts["seed"], links.WAITING),
        hint=_("This link is only for you: do not pass it on."),
        foot=foot_of(organization),
    )


def _page(organization: Organization, seed: str, purpose: str) -> str:
    return links.page_of(organization, bytes.fromhex(seed), purpose)


def _local(facts: Mapping[str, Any], name: str) -> datetime:
    return _at(datetime.fromisoformat(facts[name]), facts)


def _at(moment: datetime, facts: Mapping[str, Any]) -> datetime:
    return clock.wall(clock.epoch_of(moment), clock.zone(facts["time_zone"]))
