"""The letters about a deadline of payment that is near: to the patient, and to the institution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from kalends.booking import links
from kalends.booking.models import Appointment
from kalends.delivery.letters import Letter, NothingToSay
from kalends.delivery.models import Delivery, State
from kalends.foundation import clock, money
from kalends.notifications import paying
from kalends.notifications.institution.copies import page_of_visit
from kalends.notifications.institution.data import all_data
from kalends.notifications.paying import UNPAID
from kalends.notifications.texts import Kind, days, visit
from kalends.notifications.texts.appointments import facts_of
from kalends.notifications.texts.sheet import Fact, Sheet, foot_of
from kalends.notifications.texts.visit import Place
from kalends.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Found:
    place: Place
    visit: Appointment
    state: str


class PaymentLetters:
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        places = visit.look_up(organization, deliveries)
        wanted = {delivery.facts["appointment"] for delivery in deliveries}
        visits = {str(one.id): one for one in organization.appointments.select_related("contact").filter(id__in=wanted)}
        owed = paying.purse().owed_for(organization, set(map(UUID, wanted)))
        states = {str(id_): one.state for id_, one in owed.items()}
        return {
            one.id: Found(places[one.id], visits[one.facts["appointment"]], states.get(one.facts["appointment"], ""))
            for one in deliveries
        }

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        """What was paid, or cancelled, while it waited is not asked for. Raises NothingToSay."""
        if delivery.state in (State.QUEUED, State.CLAIMED) and found.state != UNPAID:
            raise NothingToSay
        with override(delivery.language):
            patient = delivery.kind == Kind.PAYMENT_DUE
            sheet = _to_patient(organization, delivery, found) if patient else _to_office(organization, delivery, found)
            return Letter(_subject(organization, delivery, patient=patient), sheet.text(), sheet.html())


def _subject(organization: Organization, delivery: Delivery, *, patient: bool) -> str:
    """When and how much; never what for: the subject is read on locked screens."""
    said = {"amount": _amount(delivery), "until": _until(delivery), "organization": organization.name}
    if patient:
        return _("To be paid until %(until)s: %(amount)s, %(organization)s") % said
    return _("Not paid yet: %(amount)s, due %(until)s") % said


def _to_patient(organization: Organization, delivery: Delivery, found: Found) -> Sheet:
    facts, language = delivery.facts, delivery.language
    start = _local(delivery, "starts_at")
    return Sheet(
        language=language,
        sender=organization.name,
        title=_("The deadline of your payment is near"),
        greeting=_("Hello %(name)s,") % {"name": facts["name"]},
        day=days.day_in_words(start.date(), language),
        hour=days.hour_of(start),
        words=(
            _("Your appointment is not paid yet. If you have paid in the meantime, there is nothing else to do."),
            _("If you do not know how to pay, please phone the practice."),
        ),
        facts=(*_owed(delivery), *facts_of(found.place, language, short=True)),
        button=_("See, move or cancel"),
        address=links.page_of(organization, bytes.fromhex(facts["seed"])),
        hint=_("This link is only for you. Whoever has it can see and change this appointment: do not pass it on."),
        foot=foot_of(organization),
    )


def _to_office(organization: Organization, delivery: Delivery, found: Found) -> Sheet:
    language = delivery.language
    start = _local(delivery, "starts_at")
    return Sheet(
        language=language,
        sender=organization.name,
        title=_("An appointment is not paid yet, and its deadline is near"),
        day=days.day_in_words(start.date(), language),
        hour=days.hour_of(start),
        words=(_("The patient is told the same."),) if found.visit.contact.email else (),
        facts=(*_owed(delivery), *all_data(organization, found.visit, found.place, by="", language=language)),
        button=_("See it in the agenda"),
        address=page_of_visit(organization, delivery.facts["appointment"]),
        hint=_("You receive this because the notification settings name this address for payments."),
        foot=foot_of(organization),
    )


def _owed(delivery: Delivery) -> tuple[Fact, ...]:
    return (
        Fact(pgettext("letter", "To be paid"), _amount(delivery)),
        Fact(pgettext("letter", "Until"), _until(delivery)),
    )


def _amount(delivery: Delivery) -> str:
    facts = delivery.facts
    return money.written(facts["amount_minor"], facts["currency"], language=delivery.language.split("-")[0])


def _until(delivery: Delivery) -> str:
    local = _local(delivery, "deadline")
    day = days.day_in_words(local.date(), delivery.language)
    return _("%(day)s at %(hour)s") % {"day": day, "hour": days.hour_of(local)}


def _local(delivery: Delivery, name: str) -> datetime:
    moment = datetime.fromisoformat(delivery.facts[name])
    return clock.wall(clock.epoch_of(moment), clock.zone(delivery.facts["time_zone"]))
