"""Writing contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kalends.audit import operations as audit
from kalends.contacts.models import Contact, ContactWord
from kalends.contacts.rules import BACKWARDS, ContactData, Identity, compare
from kalends.foundation.actor import Actor
from kalends.foundation.database.reading import read
from kalends.foundation.database.writing import write
from kalends.foundation.phone import search_digits
from kalends.foundation.text import fold, words
from kalends.organizations.models import Organization

NAMESAKES = "organization_id = %s AND last_key = %s AND first_key = %s ORDER BY created_at, id LIMIT 50"
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
    "reminder_consent",
)


@dataclass(frozen=True, slots=True)
class Found:
    contact: Contact
    was_known: bool


def find_or_make(organization: Organization, data: ContactData, *, by: Actor, now: datetime) -> Found:
    """The contact that is surely this person, else a new one, flagged where it may be a duplicate."""
    asked = identity_of(data)
    namesakes = read(Contact, NAMESAKES, [organization.id, asked.last_key, asked.first_key])
    likenesses = [compare(_identity(known), asked) for known in namesakes]
    for known, likeness in zip(namesakes, likenesses, strict=True):
        if likeness.same:
            return Found(known, was_known=True)
    contact = make(organization, data, by=by, now=now, duplicate=any(likeness.similar for likeness in likenesses))
    return Found(contact, was_known=False)


def make(
    organization: Organization, data: ContactData, *, by: Actor, now: datetime, duplicate: bool = False
) -> Contact:
    contact = Contact(organization=organization, created_at=now, possible_duplicate=duplicate)
    _fill(contact, data)
    write(contact, *words_of(contact), audit.line("contact:make", contact, by=by, now=now))
    return contact


def edit(contact: Contact, data: ContactData, *, by: Actor, now: datetime) -> Contact:
    before = {"last_name": contact.last_name, "first_name": contact.first_name}
    _fill(contact, data)
    contact.save()
    contact.words.all().delete()
    write(*words_of(contact))
    after = {"last_name": contact.last_name, "first_name": contact.first_name}
    audit.record("contact:edit", contact, by=by, now=now, before=before, after=after)
    return contact


def consent(contact: Contact, *, by: Actor, now: datetime) -> None:
    """Note that the person agreed to what is kept about them; the first agreement stands."""
    if contact.data_consent_at is None:
        contact.data_consent_at = now
        contact.save(update_fields=["data_consent_at"])
        audit.record("contact:consent", contact, by=by, now=now)


def identity_of(data: ContactData) -> Identity:
    return Identity(
        last_key=fold(data.last_name),
        first_key=fold(data.first_name),
        birth_date=data.birth_date,
        phone=data.phone,
        email_key=data.email.casefold(),
    )


def _identity(contact: Contact) -> Identity:
    return Identity(contact.last_key, contact.first_key, contact.birth_date, contact.phone, contact.email_key)


def _fill(contact: Contact, data: ContactData) -> None:
    keys = identity_of(data)
    contact.last_key, contact.first_key, contact.email_key = keys.last_key, keys.first_key, keys.email_key
    for name in FIELDS:
        setattr(contact, name, getattr(data, name))


def words_of(contact: Contact) -> list[ContactWord]:
    """The words that find the contact."""
    names = set(words(contact.last_name))
    others = set(words(contact.first_name))
    if contact.phone:
        others |= search_digits(contact.phone) | {BACKWARDS + contact.phone.lstrip("+")[::-1]}
    if contact.email_key:
        others.add(fold(contact.email_key))
    place = f"{contact.last_key} {contact.first_key}"
    return [
        ContactWord(
            organization_id=contact.organization_id,
            word=word[:254],
            sorts_as=f"{0 if word in names else 1}{place}"[:80],
            contact_id=contact.id,
        )
        for word in sorted(others | names)
    ]
