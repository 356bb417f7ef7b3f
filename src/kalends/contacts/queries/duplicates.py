"""Records that may be of one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kalends.contacts.models import Contact, Merge
from kalends.contacts.rules import Alike, alike
from kalends.foundation.text import fold
from kalends.organizations.models import Organization

MOST_PAIRS = 50
# Each way in which two records can be alike: the columns that are equal, and when they say something.
_ALIKE = (
    ("last_key, first_key, birth_date", "birth_date IS NOT NULL"),
    ("phone, first_key", "phone <> ''"),
    ("email_key, first_key", "email_key <> ''"),
)
_GROUPS = """
SELECT array_agg(contact.id ORDER BY contact.id) FROM contacts_contact contact
WHERE contact.organization_id = %s AND contact.merged_into_id IS NULL AND contact.{says}
GROUP BY {columns}
HAVING count(*) > 1 AND (
  SELECT count(*) FROM contacts_notduplicate two WHERE two.organization_id = %s
  AND two.one_id = ANY (array_agg(contact.id)) AND two.other_id = ANY (array_agg(contact.id))
) < count(*) * (count(*) - 1) / 2
ORDER BY {columns} LIMIT {most}"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records; `one` was made first."""

    one: Contact
    other: Contact
    why: tuple[Alike, ...]


def possible_duplicates(organization: Organization, *, most: int = MOST_PAIRS) -> list[Pair]:
    """Records that nobody has looked at yet, in pairs, by name."""
    ids: dict[tuple[UUID, UUID], None] = {}
    for columns, says in _ALIKE:
        for group in _groups(organization, columns, says, most):
            ids |= dict.fromkeys((one, other) for at, one in enumerate(group[:10]) for other in group[at + 1 : 10])
    dismissed = set(
        organization.not_duplicates.filter(one_id__in=[one for one, _ in ids]).values_list("one_id", "other_id")
    )
    wanted = [pair for pair in ids if pair not in dismissed]
    rows = organization.contacts.filter(id__in={row for pair in wanted for row in pair})
    known = {contact.id: contact for contact in rows}
    pairs = [_pair(known[one], known[other]) for one, other in wanted if one in known and other in known]
    return sorted(pairs, key=lambda pair: (pair.one.last_key, pair.one.first_key, pair.one.id))[:most]


def lookalikes(organization: Organization, contact: Contact) -> list[Contact]:
    """Who may be the same person as `contact`, less those of whom somebody said that they are not. By age."""
    like = Q(last_key=contact.last_key, birth_date=contact.birth_date) if contact.birth_date else Q(pk__in=[])
    namesakes = organization.contacts.filter(like, first_key=contact.first_key)
    reached = organization.contact_words.filter(
        word__in=[contact.phone.lstrip("+") or "-", fold(contact.email_key) or "-"]
    )
    by_address = organization.contacts.filter(
        id__in=list(reached.values_list("contact_id", flat=True)[:100]), first_key=contact.first_key
    )
    found = {other.id: other for other in [*namesakes[:50], *by_address]}
    dismissed = _dismissed(organization, contact)
    return sorted(
        (
            other
            for other in found.values()
            if other.id != contact.id
            and other.merged_into_id is None
            and other.id not in dismissed
            and alike(contact.identity, other.identity)
        ),
        key=lambda other: other.id,
    )


def why_alike(one: Contact, other: Contact) -> tuple[Alike, ...]:
    return alike(one.identity, other.identity)


def merges_of(organization: Organization, contact: Contact) -> list[Merge]:
    """Merges into and of `contact` that stand, the latest first; the other records come along."""
    both = Q(kept_id=contact.id) | Q(merged_id=contact.id)
    standing = organization.merges.filter(both, undone_at=None)
    return list(standing.select_related("kept", "merged").order_by("-at", "-id"))


def _dismissed(organization: Organization, contact: Contact) -> set[UUID]:
    rows = organization.not_duplicates.filter(Q(one_id=contact.id) | Q(other_id=contact.id))
    return {row for pair in rows.values_list("one_id", "other_id") for row in pair} - {contact.id}


def _pair(one: Contact, other: Contact) -> Pair:
    return Pair(one, other, why_alike(one, other))


def _groups(organization: Organization, columns: str, says: str, most: int) -> list[list[Any]]:
    text = _GROUPS.format(columns=columns, says=says, most=most)
    with connection.cursor() as cursor:
        cursor.execute(text, [organization.id, organization.id])
        return [row[0] for row in cursor.fetchall()]
