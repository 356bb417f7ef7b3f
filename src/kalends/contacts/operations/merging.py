"""Two records of one person become one, and become two again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from kalends.audit import operations as audit
from kalends.contacts.events import ContactsMerged, MergeUndone
from kalends.contacts.models import Contact, Merge, NotDuplicate
from kalends.contacts.operations.consents import WAYS, columns_of
from kalends.contacts.operations.records import tell_addresses, write_words_anew
from kalends.contacts.queries.duplicates import lookalikes
from kalends.contacts.refusals import AlreadyMerged, CannotUndoMerge, NotTheSameRecordTwice
from kalends.foundation import events
from kalends.foundation.actor import Actor
from kalends.foundation.database import locks
from kalends.foundation.database.rows import plain
from kalends.foundation.database.writing import write
from kalends.foundation.errors import NotFound
from kalends.organizations.models import Organization

# What can be chosen from one record or the other, and the columns that go together.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "last_name": ("last_name", "last_key"),
    "first_name": ("first_name", "first_key"),
    "birth_date": ("birth_date",),
    "phone": ("phone", "phone_extension", "phone_is_mobile"),
    "email": ("email", "email_key"),
    "address": ("address", "postcode", "town"),
    "remark": ("remark",),
    "language": ("language",),
}

# What was said last of each way stands.
CONSENTS = tuple(map(columns_of, WAYS))


def merge(
    organization: Organization, *, kept_id: UUID, merged_id: UUID, take: Collection[str] = (), by: Actor, now: datetime
) -> Merge:
    """Make one record of two: `kept_id` stays and takes the fields `take` (of `CHOICES`) from the other.

    Empty fields of the kept record are filled from the other as well; remarks are put together. Everything that
    belonged to the other follows (`ContactsMerged`). Raises NotFound, NotTheSameRecordTwice, AlreadyMerged, and
    what a listener refuses.
    """
    _wait_turn(organization)
    _refuse_merged(organization, kept_id, merged_id)
    kept, merged = _both(organization, kept_id, merged_id)
    emails, phones = {kept.email, merged.email}, {kept.phone, merged.phone}
    before = _fill(kept, merged, take)
    kept.possible_duplicate = False
    kept.save(update_fields=[*before, "possible_duplicate"])
    merged.merged_into = kept
    merged.save(update_fields=["merged_into_id"])
    merged.words.all().delete()
    write_words_anew(kept)
    done = Merge(organization=organization, kept=kept, merged=merged, at=now, by_label=by.label[:200], before=before)
    done.save(force_insert=True)
    after = {"merged": str(merged.id), "name": merged.full_name, "fields": sorted(before)}
    audit.record("contact:merge", kept, by=by, now=now, before=before, after=after)
    events.publish(ContactsMerged(done, by, now))
    tell_addresses(kept, emails=emails, phones=phones, by=by, now=now)
    _look_again(organization, kept)
    return done


def undo_merge(organization: Organization, merge_id: UUID, *, by: Actor, now: datetime) -> Merge:
    """Make two records of one again. Said twice, the first answer stands.

    A field that the merge filled goes back to what it was, unless somebody has written in it since: then it stays
    as written, and the other record has its own. Raises NotFound and CannotUndoMerge.
    """
    _wait_turn(organization)
    done = organization.merges.filter(id=merge_id).first()
    if done is None:
        raise NotFound
    if done.undone_at is not None:
        return done
    kept, merged = _both(organization, done.kept_id, done.merged_id, keeps_booking=True)
    _refuse_undoing(organization, done, kept)
    emails, phones = {kept.email, merged.email}, {kept.phone, merged.phone}
    restored = _restore(kept, merged, done.before)
    kept.save(update_fields=restored)
    merged.merged_into = None
    merged.save(update_fields=["merged_into_id"])
    write_words_anew(kept)
    write_words_anew(merged)
    done.undone_at = now
    done.save(update_fields=["undone_at"])
    after = {"merged": str(merged.id), "name": merged.full_name, "fields": sorted(restored)}
    audit.record("contact:unmerge", kept, by=by, now=now, after=after)
    events.publish(MergeUndone(done, by, now))
    for one in (kept, merged):
        tell_addresses(one, emails=emails, phones=phones, by=by, now=now)
    _look_again(organization, kept, merged)
    return done


def dismiss(organization: Organization, *, one_id: UUID, other_id: UUID, by: Actor, now: datetime) -> None:
    """Note that two records are two people: nobody is asked again. Raises NotFound, NotTheSameRecordTwice."""
    one, other = _both(organization, one_id, other_id)
    low, high = sorted((one, other), key=lambda contact: contact.id)
    write(NotDuplicate(organization=organization, one=low, other=high, at=now, by_label=by.label[:200]), once=True)
    audit.record("contact:not-duplicate", one, by=by, now=now, after={"other": str(other.id), "name": other.full_name})
    _look_again(organization, one, other)


def clear_flag(organization: Organization, contact_id: UUID, *, by: Actor, now: datetime) -> Contact:
    """Note that a record is nobody else's, whatever it resembles. Raises NotFound."""
    contact = organization.contacts.select_for_update().filter(id=contact_id).first()
    if contact is None:
        raise NotFound
    for other in lookalikes(organization, contact):
        low, high = sorted((contact, other), key=lambda one: one.id)
        write(NotDuplicate(organization=organization, one=low, other=high, at=now, by_label=by.label[:200]), once=True)
    contact.possible_duplicate = False
    contact.save(update_fields=["possible_duplicate"])
    audit.record("contact:not-duplicate", contact, by=by, now=now)
    return contact


def _wait_turn(organization: Organization) -> None:
    """One merging at a time in an organization: what is found merged, or not, stays so until the end."""
    locks.wait_turn(uuid5(organization.id, "contacts:merge"))


def _refuse_merged(organization: Organization, *ids: UUID) -> None:
    """Before any row is locked: who books as a record that was merged holds it, and goes on to the kept one.

    Waiting for the first with the second in hand would be a circle.
    """
    if organization.contacts.filter(id__in=ids).exclude(merged_into_id=None).exists():
        raise AlreadyMerged


def _both(
    organization: Organization, one_id: UUID, other_id: UUID, *, keeps_booking: bool = False
) -> tuple[Contact, Contact]:
    """Two records, nobody else's until the end, locked in the order in which bookings lock namesakes.

    `keeps_booking`: bookings for either go on meanwhile; those of this moment belong to the kept record.
    """
    if one_id == other_id:
        raise NotTheSameRecordTwice
    rows = organization.contacts.select_for_update(no_key=keeps_booking).filter(id__in=[one_id, other_id])
    found = {contact.id: contact for contact in rows.order_by("created_at", "id")}
    if len(found) < 2:
        raise NotFound
    return found[one_id], found[other_id]


def _fill(kept: Contact, merged: Contact, take: Collection[str]) -> dict[str, Any]:
    """Write into the kept record what it takes; returns the columns that changed, as they were."""
    before: dict[str, Any] = {}
    for choice, columns in CHOICES.items():
        wanted = choice in take or not any(getattr(kept, column) for column in columns)
        for column in columns if wanted and choice != "remark" else ():
            _set(kept, column, getattr(merged, column), before)
    if merged.remark and merged.remark not in kept.remark:
        _set(kept, "remark", _joined(kept.remark, merged.remark), before)
    if kept.data_consent_at is None and merged.data_consent_at is not None:
        _set(kept, "data_consent_at", merged.data_consent_at, before)
    for what, when, by in CONSENTS:
        said, later = getattr(kept, when), getattr(merged, when)
        if later is not None and (said is None or said < later):
            for column in (what, when, by):
                _set(kept, column, getattr(merged, column), before)
    return before


def _set(contact: Contact, column: str, value: Any, before: dict[str, Any]) -> None:
    if getattr(contact, column) != value:
        before[column] = plain(getattr(contact, column))
        setattr(contact, column, value)


def _joined(one: str, other: str) -> str:
    return f"{one}\n{other}".strip()


def _restore(kept: Contact, merged: Contact, before: Mapping[str, Any]) -> list[str]:
    """Give the kept record back what it had, where nobody has written since; returns the columns."""
    restored: list[str] = []
    for together in (*CHOICES.values(), ("data_consent_at",), *CONSENTS):
        taken = {column: before[column] for column in together if column in before}
        if all(getattr(kept, column) == _taken(merged, column, was) for column, was in taken.items()):
            for column, was in taken.items():
                setattr(kept, column, _read(column, was))
            restored += taken
    return restored


def _taken(merged: Contact, column: str, was: Any) -> Any:
    """What merging wrote."""
    return _joined(was, merged.remark) if column == "remark" else getattr(merged, column)


def _read(column: str, value: Any) -> Any:
    """A value as `plain` kept it, as the column holds it."""
    if value is None:
        return None
    if column == "birth_date":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if column.endswith("_at") else value


def _refuse_undoing(organization: Organization, done: Merge, kept: Contact) -> None:
    if kept.merged_into_id is not None:
        raise CannotUndoMerge(
            _("The record was merged on, with that of %(name)s. Take that back first.")
            % {"name": kept.merged_into.full_name}
        )
    later = organization.merges.filter(kept_id=kept.id, undone_at=None, at__gt=done.at).select_related("merged")
    for other in later.order_by("-at"):
        if set(other.before) & set(done.before):
            raise CannotUndoMerge(
                _("%(name)s was merged into this record later, and the same fields were taken. Take that back first.")
                % {"name": other.merged.full_name}
            )


def _look_again(organization: Organization, *contacts: Contact) -> None:
    """Keep the mark of a possible duplicate true: nothing is left that it could be, or something is."""
    for contact in contacts:
        alike = any(other.last_key == contact.last_key for other in lookalikes(organization, contact))
        if contact.possible_duplicate != alike:
            contact.possible_duplicate = alike
            contact.save(update_fields=["possible_duplicate"])
