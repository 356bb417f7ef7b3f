"""How people who wait can be told of an offer."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from kalends.booking.rules import waiting as rules
from kalends.contacts.models import Consent, Contact
from kalends.delivery.models import Medium
from kalends.delivery.queries import addresses_of, dead_addresses, opt_outs
from kalends.organizations.models import Organization


def ways_to(organization: Organization, contacts: Collection[Contact]) -> dict[UUID, rules.Way]:
    """By contact; left out is who can only be phoned. Two questions, however many they are. Inside `tenancy.acting`."""
    known = {contact.id: addresses_of(contact) for contact in contacts}
    everywhere = sorted({address for addresses in known.values() for address in addresses.values()})
    closed = {(one.medium, one.address) for one in opt_outs(organization, everywhere)}
    closed |= {(Medium.EMAIL, address) for address in dead_addresses(organization, everywhere)}
    found = {}
    for contact in contacts:
        open_ = {medium for medium, address in known[contact.id].items() if (medium, address) not in closed}
        way = rules.way_to(
            rules.Reach(
                email=contact.email if Medium.EMAIL in open_ else "",
                mobile=contact.phone if Medium.SMS in open_ else "",
                no_mails=contact.email_consent == Consent.REFUSED,
                no_texts=contact.sms_consent == Consent.REFUSED,
            )
        )
        if way:
            found[contact.id] = way
    return found


def way_to(organization: Organization, contact: Contact) -> rules.Way | None:
    return ways_to(organization, [contact]).get(contact.id)
