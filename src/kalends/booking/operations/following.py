"""Visits, waiting and series follow their patient: when two records become one or part again, and in the language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import F
from psycopg import errors as postgres

from kalends.booking.models import ACTIVE, Appointment, EntryStatus, Followed, HistoryEntry, Status
from kalends.booking.refusals import BothAtOnce
from kalends.contacts.events import ContactsMerged, LanguageChanged, MergeUndone
from kalends.contacts.models import Merge
from kalends.foundation.actor import Actor
from kalends.foundation.database.writing import write

_AT_ONCE = 1000
_MOVE: dict[str, str] = {
    "appointments": "UPDATE booking_appointment SET contact_id = %(to)s, version = version + 1",
    "waitlist": "UPDATE booking_waitlistentry SET contact_id = %(to)s",
    "series": "UPDATE booking_series SET contact_id = %(to)s",
}
_ALL = " WHERE organization_id = %(organization)s AND contact_id = %(from)s RETURNING id"
_THESE = (
    " WHERE organization_id = %(organization)s AND contact_id = %(from)s AND id = ANY (%(ids)s::uuid[]) RETURNING id"
)


def follow_merge(event: ContactsMerged) -> None:
    """Bring everything of the merged record to the kept one. Raises BothAtOnce, with the visits that clash."""
    merge = event.merge
    if clashes := _clashes(merge):
        raise BothAtOnce(clashes)
    moved = {kind: _moved(kind, merge, merge.merged_id, merge.kept_id) for kind in _MOVE}
    write(Followed(organization_id=merge.organization_id, merge_id=merge.id, **moved))
    _note(moved["appointments"], "merged", merge, merge.merged_id, merge.kept_id, event.by, event.now)


def follow_undone_merge(event: MergeUndone) -> None:
    """Bring back what had followed. Raises BothAtOnce."""
    merge = event.merge
    kept = Followed.all_rows.get(organization_id=merge.organization_id, merge_id=merge.id)
    moved = {kind: _moved(kind, merge, merge.kept_id, merge.merged_id, ids=getattr(kept, kind)) for kind in _MOVE}
    _note(moved["appointments"], "unmerged", merge, merge.kept_id, merge.merged_id, event.by, event.now)


def follow_language(event: LanguageChanged) -> None:
    """What is still said of visits to come, and while waiting, is said in the language that the contact has now."""
    contact, language = event.contact, event.contact.language
    visits = contact.organization.appointments.filter(contact_id=contact.id, ends_at__gt=event.now)
    visits.exclude(language=language).update(language=language, version=F("version") + 1)
    contact.organization.waitlist.filter(contact_id=contact.id, status=EntryStatus.WAITING).update(language=language)


def _clashes(merge: Merge) -> list[tuple[Appointment, Appointment]]:
    """Visits of the two records that are at the same hour, by time; place and service come along."""
    taking = [*ACTIVE, Status.ARRIVED]
    visits = list(
        Appointment.all_rows.filter(
            organization_id=merge.organization_id,
            contact_id__in=[merge.kept_id, merge.merged_id],
            status__in=taking,
            overlap_allowed=False,
        )
        .select_related("schedule", "service")
        .order_by("starts_at", "id")
    )
    ours = [visit for visit in visits if visit.contact_id == merge.kept_id]
    theirs = [visit for visit in visits if visit.contact_id == merge.merged_id]
    return [
        (one, other)
        for one in ours
        for other in theirs
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at
    ]


def _moved(kind: str, merge: Merge, source: UUID, target: UUID, ids: list[UUID] | None = None) -> list[UUID]:
    values: dict[str, Any] = {"organization": merge.organization_id, "from": source, "to": target, "ids": ids}
    if ids is None:
        del values["ids"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE[kind] + (_ALL if ids is None else _THESE), values)
            return [row[0] for row in cursor.fetchall()]
    except IntegrityError as fault:
        if isinstance(fault.__cause__, postgres.ExclusionViolation):
            raise BothAtOnce from fault
        raise


def _note(
    appointment_ids: list[UUID], what: str, merge: Merge, source: UUID, target: UUID, by: Actor, now: datetime
) -> None:
    entries = [
        HistoryEntry(
            organization_id=merge.organization_id,
            appointment_id=appointment_id,
            at=now,
            what=what,
            actor_kind=by.kind,
            actor_label=by.label[:200],
            role=by.role,
            channel=by.channel,
            before={"contact": str(source)},
            after={"contact": str(target)},
        )
        for appointment_id in appointment_ids
    ]
    for begin in range(0, len(entries), _AT_ONCE):
        write(*entries[begin : begin + _AT_ONCE])
