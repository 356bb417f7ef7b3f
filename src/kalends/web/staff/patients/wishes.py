"""Whether somebody wants messages, by each way that their record knows, and whether mails arrive."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.contacts.models import Consent, Contact
from kalends.contacts.operations.consents import columns_of
from kalends.delivery import queries
from kalends.delivery.models import Covers, Medium, OptOut
from kalends.foundation import clock
from kalends.organizations.models import Organization
from kalends.web.staff import dates

NAMES: dict[str, str | Promise] = {Medium.EMAIL: gettext_lazy("E-mail"), Medium.SMS: gettext_lazy("SMS")}


@dataclass(frozen=True, slots=True)
class Wish:
    """`said` is empty where all messages may leave, and `ends_all` holds where none may; `reminders` is what the person
    answered about reminders, and when: empty where what they said since says more."""

    medium: str
    name: str | Promise
    said: str
    words: str
    consent: str
    reminders: str
    ends_all: bool = False
    is_stranger: bool = False


def wishes_of(organization: Organization, contact: Contact) -> list[Wish]:
    """By e-mail and by SMS, as far as the record has an address. Inside `tenancy.acting`."""
    addresses = queries.addresses_of(contact)
    ended = {(one.medium, one.address): one for one in queries.opt_outs(organization, list(addresses.values()))}
    zone = clock.zone(organization.time_zone)
    found = []
    for medium, at in addresses.items():
        one = ended.get((medium, at))
        found.append(
            Wish(
                medium,
                NAMES[medium],
                said=_said(one, zone) if one else "",
                # Of a link or a mail program's button the words are ours.
                words=one.words if one and medium == Medium.SMS else "",
                consent=getattr(contact, f"{medium}_consent"),
                reminders="" if one else _reminders(contact, medium, zone),
                ends_all=one is not None and one.covers == Covers.ALL,
                is_stranger=one is not None and one.is_stranger,
            )
        )
    return found


def _said(one: OptOut, zone: ZoneInfo) -> str:
    when = {"day": dates.instant(one.since, zone), "who": one.by_label}
    if one.covers == Covers.ALL:
        return _("None since %(day)s (%(who)s)") % when
    return (
        _("No reminders or offers since %(day)s (%(who)s). Confirmations, changes and cancellations still come.") % when
    )


def returned_words(organization: Organization, contact: Contact) -> str:
    """Since when and why mails to the address of the record come back; empty where they do not.

    Inside `tenancy.acting`.
    """
    found = queries.dead_addresses(organization, [contact.email.lower()]) if contact.email else {}
    for one in found.values():
        said = {"address": contact.email, "day": dates.instant(one.since, clock.zone(organization.time_zone))}
        told = _("Mails to %(address)s come back since %(day)s.") % said
        return f"{told} ({one.reason})" if one.reason else told
    return ""


def _reminders(contact: Contact, medium: str, zone: ZoneInfo) -> str:
    said, at, by = (getattr(contact, column) for column in columns_of(medium))
    if said == Consent.NOT_ASKED or at is None:
        return _("Reminders: not asked, so they are sent.")
    told = {"day": dates.instant(at, zone), "who": by}
    if said == Consent.REFUSED:
        return _("Reminders: refused on %(day)s (%(who)s).") % told
    return _("Reminders: agreed on %(day)s (%(who)s).") % told
