"""Words that an earlier version wrote, as this one writes them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from kalends.contacts.models import Contact
from kalends.contacts.operations.records import standing, words_of, write_words_anew
from kalends.foundation.actor import system
from kalends.foundation.database.writing import write
from kalends.organizations.models import Organization

BY = system("refold")
AT_ONCE = 2_000
# Names of one word are looked up as they ever were.
SEVERAL_WORDS = Q(last_key__regex=r"[-\s'.,;]") | Q(first_key__regex=r"[-\s'.,;]")


def refold(organization: Organization, after: UUID | None, now: datetime) -> UUID | None:
    """Look at the next contacts with a name of several words; returns the last one, None when there are no more.

    Who lacks a word gets all of them anew; the others stay untouched, so that it can be done at every update.
    """
    later = Q(id__gt=after) if after else Q()
    several = organization.contacts.filter(SEVERAL_WORDS, later).order_by("id").select_for_update(no_key=True)
    contacts: list[Contact] = list(several[:AT_ONCE])
    if not contacts:
        return None
    found_by = {contact.id: standing(contact) for contact in contacts}
    written = set(
        organization.contact_words.filter(contact_id__in={one.id for one in found_by.values()}).values_list(
            "contact_id", "word"
        )
    )
    lacking: dict[UUID, Contact] = {}
    for contact in contacts:
        stands = found_by[contact.id]
        if any((stands.id, row.word) not in written for row in words_of(contact)):
            lacking[stands.id] = stands
    _write(organization, lacking)
    last: UUID = contacts[-1].id
    return last


def _write(organization: Organization, lacking: dict[UUID, Contact]) -> None:
    """All at once, but those whose words are of several records."""
    merged = organization.contacts.filter(merged_into_id__in=list(lacking))
    of_several = set(merged.values_list("merged_into_id", flat=True))
    for stands in [one for one in lacking.values() if one.id in of_several]:
        write_words_anew(lacking.pop(stands.id))
    organization.contact_words.filter(contact_id__in=list(lacking)).delete()
    write(*(row for contact in lacking.values() for row in words_of(contact)))
