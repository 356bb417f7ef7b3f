"""The rooms and devices that go with a place: same holder, same time, same end.

`places` calls this; the constraint `no_two_with_one_resource` has the last word. All are taken, or none.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from psycopg import errors as postgres

from kalends.agenda import rules
from kalends.foundation.database.models import new_id

_CLEAR_EXPIRED = """
DELETE FROM agenda_resourceoccupancy
WHERE organization_id = %(organization)s AND resource_id = ANY(%(resources)s) AND expires_at <= clock_timestamp()
  AND starts_at < %(end)s AND starts_at >= %(earliest)s AND ends_at > %(begin)s
"""
_TAKEN = """
SELECT DISTINCT resource_id FROM agenda_resourceoccupancy
WHERE organization_id = %(organization)s AND resource_id = ANY(%(resources)s)
  AND starts_at < %(end)s AND starts_at >= %(earliest)s AND ends_at > %(begin)s
"""
_TAKE = """
INSERT INTO agenda_resourceoccupancy (organization_id, id, resource_id, starts_at, ends_at, expires_at, holder_id)
SELECT place.organization_id, wanted.id, wanted.resource_id, place.starts_at, place.ends_at, place.expires_at,
       place.holder_id
FROM agenda_occupancy place, unnest(%(ids)s::uuid[], %(chosen)s::uuid[]) AS wanted(id, resource_id)
WHERE place.organization_id = %(organization)s AND place.holder_id = %(holder)s
ON CONFLICT DO NOTHING
"""
_GIVE_BACK = "DELETE FROM agenda_resourceoccupancy WHERE organization_id = %s AND holder_id = %s"
_FOLLOW = """
UPDATE agenda_resourceoccupancy belonging
SET starts_at = place.starts_at, ends_at = place.ends_at, expires_at = place.expires_at
FROM agenda_occupancy place
WHERE place.organization_id = %(organization)s AND place.holder_id = %(holder)s
  AND belonging.organization_id = %(organization)s AND belonging.holder_id = %(holder)s
"""


class NotAll(Exception):
    """Something that the visit needs is not free. It never leaves the places: it undoes a savepoint."""


def take(values: dict[str, Any], needs: rules.Needs) -> None:
    """Take for the place of a holder, who sits there already, one free resource for each need. Raises NotAll.

    `values` are those of the place. The resources are locked before, as the schedule is.
    """
    asked = values | {"resources": sorted({one for choices in needs for one in choices})}
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR_EXPIRED, asked)
        cursor.execute(_TAKEN, asked)
        taken = {row[0] for row in cursor.fetchall()}
        chosen = rules.assign(needs, set(asked["resources"]) - taken)
        if chosen is None:
            raise NotAll
        cursor.execute(_TAKE, values | {"chosen": list(chosen), "ids": [new_id() for _ in chosen]})
        if cursor.rowcount != len(chosen):
            raise NotAll


def give_back(organization_id: UUID, *holders: UUID) -> None:
    with connection.cursor() as cursor:
        for holder in holders:
            cursor.execute(_GIVE_BACK, [organization_id, holder])


def follow(organization_id: UUID, holder_id: UUID) -> None:
    """The place has another length or end now: what belongs to it has the same. Raises NotAll where it cannot."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_FOLLOW, {"organization": organization_id, "holder": holder_id})
    except IntegrityError as fault:
        if isinstance(fault.__cause__, postgres.ExclusionViolation):
            raise NotAll from fault
        raise
