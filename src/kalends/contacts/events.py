"""What happened to contacts. Listeners run in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kalends.contacts.models import Contact, Merge
from kalends.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    """Reminders are wanted, or not wanted any more, as the contact now says."""

    contact: Contact
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class LanguageChanged:
    """The contact is to be written to in another language from now on."""

    contact: Contact
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class AddressesChanged:
    """`emails` and `phones` are no longer where this contact is written to."""

    contact: Contact
    emails: frozenset[str]
    phones: frozenset[str]
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class ContactsMerged:
    """What belonged to `merge.merged_id` is to follow to `merge.kept_id`."""

    merge: Merge
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """Exactly what had followed is to go back."""

    merge: Merge
    by: Actor
    now: datetime
