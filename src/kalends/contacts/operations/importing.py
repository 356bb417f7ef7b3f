"""Many contacts at once, from a table: all of them or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from kalends.audit import operations as audit
from kalends.contacts.imports.reading import ContactRow
from kalends.contacts.models import Contact, ContactWord
from kalends.contacts.operations.records import fill, identity_of, standing, words_of, write_words_anew
from kalends.contacts.rules import ContactData, Identity, compare
from kalends.foundation.actor import Actor
from kalends.foundation.database.writing import write
from kalends.organizations.models import Organization

AT_ONCE = 500
# What belongs together is filled together.
_FILLED: tuple[tuple[str, ...], ...] = (
    ("birth_date",),
    ("email",),
    ("phone", "phone_extension", "phone_is_mobile"),
    ("address", "postcode", "town"),
    ("remark",),
)


class OnKnown(StrEnum):
    """What becomes of a row whose person has a record already."""

    SKIP = "skip"
    FILL = "fill"  # the fields that are empty in the record
    ADD = "add"  # a second record, marked as a possible duplicate


@dataclass(slots=True)
class Outcome:
    """What was done. `known` and `twice` are the lines that were skipped: a record is there, or an earlier row."""

    made: int = 0
    marked: int = 0
    """Of those made: possible duplicates."""
    filled: int = 0
    known: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)

    @property
    def skipped(self) -> int:
        return len(self.known) + len(self.twice)


def import_contacts(
    organization: Organization, rows: Sequence[ContactRow], *, on_known: OnKnown, by: Actor, now: datetime
) -> Outcome:
    """Make a contact of each row whose person has none. The audit names all of them, some hundred a line."""
    outcome = Outcome()
    in_file: dict[tuple[str, str], list[Identity]] = defaultdict(list)
    for begin in range(0, len(rows), AT_ONCE):
        portion = rows[begin : begin + AT_ONCE]
        namesakes = _namesakes(organization, portion)
        new: list[Contact] = []
        touched: list[Contact] = []
        for row in portion:
            asked = identity_of(row.data)
            names = asked.last_key, asked.first_key
            if any(earlier == asked or compare(earlier, asked).same for earlier in in_file[names]):
                outcome.twice.append(row.line)
                continue
            in_file[names].append(asked)
            _take(organization, row, asked, namesakes[names], on_known, outcome, new, touched, now)
        _write(organization, new, touched, by, now)
    return outcome


def _take(
    organization: Organization,
    row: ContactRow,
    asked: Identity,
    namesakes: list[Contact],
    on_known: OnKnown,
    outcome: Outcome,
    new: list[Contact],
    touched: list[Contact],
    now: datetime,
) -> None:
    known = next((one for one in namesakes if one.identity == asked or compare(one.identity, asked).same), None)
    if known is not None and on_known != OnKnown.ADD:
        if on_known == OnKnown.FILL and _fill_empty(standing(known), row.data, touched):
            outcome.filled += 1
        else:
            outcome.known.append(row.line)
        return
    similar = known is not None or any(compare(one.identity, asked).similar for one in namesakes)
    contact = Contact(organization=organization, created_at=now, possible_duplicate=similar)
    fill(contact, row.data)
    new.append(contact)
    outcome.made += 1
    outcome.marked += similar


def _namesakes(organization: Organization, rows: Sequence[ContactRow]) -> dict[tuple[str, str], list[Contact]]:
    asked = [identity_of(row.data) for row in rows]
    found: dict[tuple[str, str], list[Contact]] = defaultdict(list)
    known = organization.contacts.filter(
        last_key__in={one.last_key for one in asked}, first_key__in={one.first_key for one in asked}
    )
    for contact in known.order_by("created_at", "id"):
        found[contact.last_key, contact.first_key].append(contact)
    return found


def _fill_empty(contact: Contact, data: ContactData, touched: list[Contact]) -> bool:
    """Fill what the record lacks; False where it lacks nothing that the row has."""
    values = {one.name: getattr(data, one.name) for one in fields(data)}
    changed = False
    for names in _FILLED:
        if any(getattr(contact, name) for name in names) or not any(values[name] for name in names):
            continue
        for name in names:
            setattr(contact, name, values[name])
        changed = True
    if changed:
        contact.email_key = contact.email.casefold()
        touched.append(contact)
    return changed


def _write(organization: Organization, new: list[Contact], touched: list[Contact], by: Actor, now: datetime) -> None:
    for contact in touched:
        contact.save()
        write_words_anew(contact)
    if new:
        write(*new)
        write(*_all_words(new))
    if new or touched:
        audit.record_about(
            "contact:import",
            organization_id=organization.id,
            kind="contact",
            subject_id=None,
            by=by,
            now=now,
            after={"contacts": [str(contact.id) for contact in [*new, *touched]]},
        )


def _all_words(contacts: list[Contact]) -> Iterator[ContactWord]:
    for contact in contacts:
        yield from words_of(contact)
