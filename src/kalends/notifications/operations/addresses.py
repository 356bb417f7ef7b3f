"""An address is corrected while something waits for it: quiet hours, a carrier that is away, a reminder of tomorrow; or
after something has come back from it, and is sent again."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_noop

from kalends.contacts.events import AddressesChanged
from kalends.contacts.models import Contact
from kalends.delivery import operations as delivery
from kalends.delivery.models import Delivery, Medium
from kalends.delivery.queries import addresses_of
from kalends.notifications import paying
from kalends.notifications.institution import copies
from kalends.notifications.texts import TO_PATIENTS
from kalends.organizations.models import Organization

ELSEWHERE = gettext_noop("Not sent: the patient's address has changed.")


def follow_addresses(event: AddressesChanged) -> None:
    """What has not begun to leave goes to where the patient is reached now. The log says where it went.

    Whoever else has the former address keeps getting their own there.
    """
    contact = event.contact
    organization = contact.organization
    causes = _causes(contact)
    texts = addresses_of(contact).get(Medium.SMS, "")
    for medium, former, to in ((Medium.EMAIL, event.emails, contact.email), (Medium.SMS, event.phones, texts)):
        if former:
            delivery.readdress(
                organization,
                medium=medium,
                kinds=TO_PATIENTS,
                causes=causes,
                former=former,
                to=to,
                reason=ELSEWHERE,
                now=event.now,
            )
    if event.emails:
        copies.readdress(organization, causes, former=event.emails, to=contact.email)


def reached_now(organization: Organization, delivery: Delivery) -> str:
    """Where the patient whom this is for is reached now; empty where by this medium nowhere."""
    contact = _contact_of(organization, delivery)
    if contact is None:
        return delivery.recipient
    return contact.email if delivery.medium == Medium.EMAIL else addresses_of(contact).get(delivery.medium, "")


def _contact_of(organization: Organization, delivery: Delivery) -> Contact | None:
    """The other way round than `_causes`."""
    cause = delivery.cause_id
    reminded = organization.reminders.filter(message_id=cause).values("appointment_id")
    about = Q(id__in=[cause, *filter(None, [delivery.facts.get("appointment")])]) | Q(id__in=reminded)
    visits = organization.appointments.filter(about | Q(series_id=cause))
    entries = organization.waitlist.filter(Q(id=cause) | Q(offers__id=cause))
    found: Contact | None = (
        organization.contacts.filter(id__in=visits.values("contact_id")).first()
        or organization.contacts.filter(id__in=entries.values("contact_id")).first()
    )
    return found


def _causes(contact: Contact) -> list[UUID]:
    """Whatever a message to the patient can be about."""
    organization = contact.organization
    visits = list(contact.appointments.values_list("id", flat=True))
    entries = list(contact.waitlist.values_list("id", flat=True))
    reminders = organization.reminders.filter(appointment_id__in=visits).values_list("message_id", flat=True)
    offers = organization.offers.filter(entry_id__in=entries).values_list("id", flat=True)
    owed = [one.payment_id for one in paying.purse().owed_for(organization, visits).values()]
    return [*visits, *entries, *contact.series.values_list("id", flat=True), *reminders.distinct(), *offers, *owed]
