"""Writing contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from kalends.audit import operations as audit
from kalends.contacts.events import AddressesChanged, LanguageChanged
from kalends.contacts.models import Contact, ContactWord
from kalends.contacts.rules import BACKWARDS, ContactData, Identity, compare
from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.foundation.database.instances import fresh
from kalends.foundation.database.reading import read
from kalends.foundation.database.writing import write
from kalends.foundation.phone import search_digits
from kalends.foundation.text import fold, joined, words
from kalends.organizations.models import Organization

# Locked as the reference of an appointment locks it: who is merged at this moment is found merged.
NAMESAKES = "organization_id = $1 AND last_key = $2 AND first_key = $3 ORDER BY created_at, id LIMIT 50 FOR KEY SHARE"
LONGEST_NAMES = 160
FIELDS = (
    "last_name",
    "first_name",
    "birth_date",
    "email",
    "phone",
    "phone_extension",
    "phone_is_mobile",
    "address",
    "postcode",
    "town",
    "remark",
    "language",
)


@dataclass(frozen=True, slots=True)
class Found:
    contact: Contact
    was_known: bool


def find_or_make(organization: Organization, data: ContactData, *, by: Actor, now: datetime) -> Found:
    """The contact that is surely this person, else a new one, flagged where it may be a duplicate.

    Who is found by what stood in a record that was merged is the person of the record that was kept. Whoever comes as
    the same person waits until this transaction ends, so that two at once are one record, and what is allowed to one
    person is counted right. Always the last that is waited for, after every agenda: nobody waits in a circle.
    """
    asked = identity_of(data)
    locks.wait_turn(_turn_of(organization, asked))
    namesakes = read(Contact, NAMESAKES, [organization.id, asked.last_key, asked.first_key])
    likenesses = [compare(known.identity, asked) for known in namesakes]
    for known, likeness in zip(namesakes, likenesses, strict=True):
        if likeness.same:
            return Found(standing(known), was_known=True)
    contact = _made(organization, data, by=by, now=now, duplicate=any(likeness.similar for likeness in likenesses))
    return Found(contact, was_known=False)


def _turn_of(organization: Organization, who: Identity) -> UUID:
    return uuid5(organization.id, f"person:{who.last_key}\n{who.first_key}\n{who.birth_date or ''}")


def standing(contact: Contact) -> Contact:
    """The record that stands for this one: itself, or what it was merged into."""
    while contact.merged_into_id is not None:
        contact = contact.merged_into
    return contact


def make(organization: Organization, data: ContactData, *, by: Actor, now: datetime) -> Contact:
    """A new contact, even where the person is known; flagged then, as where it may be a duplicate."""
    asked = identity_of(data)
    namesakes = read(Contact, NAMESAKES, [organization.id, asked.last_key, asked.first_key])
    likenesses = [compare(known.identity, asked) for known in namesakes]
    duplicate = any(likeness.same or likeness.similar for likeness in likenesses)
    return _made(organization, data, by=by, now=now, duplicate=duplicate)


def _made(organization: Organization, data: ContactData, *, by: Actor, now: datetime, duplicate: bool) -> Contact:
    contact = fresh(Contact, organization_id=organization.id, created_at=now, possible_duplicate=duplicate)
    contact.organization = organization
    fill(contact, data)
    write(contact, *words_of(contact), audit.line("contact:make", contact, by=by, now=now))
    return contact


def edit(contact: Contact, data: ContactData, *, by: Actor, now: datetime) -> Contact:
    before = {"last_name": contact.last_name, "first_name": contact.first_name}
    spoken, emails, phones = contact.language, {contact.email}, {contact.phone}
    fill(contact, data)
    contact.save()
    write_words_anew(contact)
    after = {"last_name": contact.last_name, "first_name": contact.first_name}
    audit.record("contact:edit", contact, by=by, now=now, before=before, after=after)
    if contact.language != spoken:
        events.publish(LanguageChanged(contact, by, now))
    tell_addresses(contact, emails=emails, phones=phones, by=by, now=now)
    return contact


def tell_addresses(contact: Contact, *, emails: set[str], phones: set[str], by: Actor, now: datetime) -> None:
    """Of these, some may no longer be the contact's."""
    gone = frozenset(emails - {contact.email, ""}), frozenset(phones - {contact.phone, ""})
    if any(gone):
        events.publish(AddressesChanged(contact, *gone, by=by, now=now))


def consent(contact: Contact, *, by: Actor, now: datetime) -> None:
    """Note that the person agreed to what is kept about them; the first agreement stands."""
    if contact.data_consent_at is None:
        contact.data_consent_at = now
        contact.save(update_fields=["data_consent_at"])
        audit.record("contact:consent", contact, by=by, now=now)


def write_words_anew(contact: Contact) -> None:
    """What finds a contact now: its own words, and those of the records that were merged into it."""
    contact.words.all().delete()
    wanted = {row.word: row for row in words_of(contact)}
    for merged in _all_merged(contact):
        for row in words_of(merged):
            row.contact_id = contact.id
            wanted.setdefault(row.word, row)
    write(*wanted.values())


def _all_merged(contact: Contact) -> list[Contact]:
    found = list(contact.merged.all())
    return [*found, *(deeper for one in found for deeper in _all_merged(one))]


def identity_of(data: ContactData) -> Identity:
    return Identity(
        last_key=fold(data.last_name),
        first_key=fold(data.first_name),
        birth_date=data.birth_date,
        phone=data.phone,
        email_key=data.email.casefold(),
    )


def fill(contact: Contact, data: ContactData) -> None:
    keys = identity_of(data)
    contact.last_key, contact.first_key, contact.email_key = keys.last_key, keys.first_key, keys.email_key
    for name in FIELDS:
        setattr(contact, name, getattr(data, name))


def words_of(contact: Contact) -> list[ContactWord]:
    """The words that find the contact."""
    names = {*words(contact.last_name), *joined(contact.last_name)}
    others = {*words(contact.first_name), *joined(contact.first_name)}
    if contact.phone:
        others |= search_digits(contact.phone) | {BACKWARDS + contact.phone.lstrip("+")[::-1]}
    if contact.email_key:
        others.add(fold(contact.email_key))
    place = sorted_as(contact)
    return [
        fresh(
            ContactWord,
            organization_id=contact.organization_id,
            word=word[:254],
            sorts_as=f"{0 if word in names else 1}{place}",
            contact_id=contact.id,
        )
        for word in sorted(others | names)
    ]


def sorted_as(contact: Contact) -> str:
    """Where a contact stands in a list, and all that narrows a search: names, birth date, telephone.

    It stands in every word's row, so that the other words asked for are seen without looking them up.
    """
    keys = (contact.last_key, contact.first_key)
    spelled = [word for spelling in (words, joined) for name in keys for word in spelling(name)]
    names = " ".join(spelled).replace("+", " ")[:LONGEST_NAMES].rstrip()
    born = f" {contact.birth_date:%Y%m%d}" if contact.birth_date else ""
    return f" {names}{born}" + (f" {contact.phone}" if contact.phone else "")
