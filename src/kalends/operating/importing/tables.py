"""Tables of contacts or appointments into one organization, from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from django.db import transaction

from kalends.booking import operations as booking
from kalends.booking.imports.reading import read_visits
from kalends.contacts import operations as contacts
from kalends.contacts.imports.problems import Problem
from kalends.contacts.imports.reading import read_contacts
from kalends.contacts.operations import OnKnown
from kalends.foundation import clock
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.files import FileRefused
from kalends.operating.embedded import CannotRun
from kalends.organizations import queries as organizations
from kalends.organizations.models import Organization

BY = system("import")
Read = TypeVar("Read", covariant=True)


class Reader(Protocol[Read]):
    def __call__(self, data: bytes, *, country: str, language: str, today: date) -> Read: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What is printed. `is_refused`: a row has a problem, so nothing was written."""

    text: str
    is_refused: bool


def import_contacts(path: Path, *, slug: str, dry_run: bool = False) -> Told:
    """Make a record of everybody who has none; who has one is skipped. Opens its own transaction. Raises CannotRun."""
    organization, content = _organization(slug), _content(path)

    def act(now: datetime) -> Told:
        table = _readable(path, read_contacts, content, organization, now)
        if table.problems:
            return _refused(table.read, table.problems)
        done = contacts.import_contacts(organization, table.rows, on_known=OnKnown.SKIP, by=BY, now=now)
        transaction.set_rollback(dry_run)
        reasons = {"known": len(done.known), "twice in the file": len(done.twice)}
        text = [_counts(table.read, done.made, reasons, dry_run)]
        text += [f"possible duplicates among them: {done.marked}"] if done.marked else []
        return Told("\n".join([*text, *_unknown(table.unknown)]), is_refused=False)

    return tenancy.perform(act, organization=organization, by=BY)


def import_appointments(path: Path, *, slug: str, dry_run: bool = False) -> Told:
    """Book every row as staff would, without a word to the patients; all or none. Raises CannotRun."""
    organization, content = _organization(slug), _content(path)

    def act(now: datetime) -> Told:
        table = _readable(path, read_visits, content, organization, now)
        done = booking.import_appointments(organization, table.rows, tell_patients=False, by=BY, now=now)
        problems = sorted([*table.problems, *done.problems])
        transaction.set_rollback(dry_run or bool(problems))
        if problems:
            return _refused(table.read, problems)
        text = [_counts(table.read, done.made, {"known": len(done.known)}, dry_run), *_unknown(table.unknown)]
        return Told("\n".join(text), is_refused=False)

    return tenancy.perform(act, organization=organization, by=BY)


def _readable(path: Path, read: Reader[Read], content: bytes, organization: Organization, now: datetime) -> Read:
    today = clock.local_date(clock.epoch_of(now), clock.zone(organization.time_zone))
    try:
        return read(content, country=organization.country, language=organization.language, today=today)
    except FileRefused as refused:
        raise CannotRun(f"{path}: {refused}") from refused


def _organization(slug: str) -> Organization:
    organization = organizations.by_slug(slug)
    if organization is None:
        raise CannotRun(f"There is no organization {slug}.")
    return organization


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise CannotRun(f"{path} cannot be read: {fault.strerror}.") from fault


def _counts(read: int, made: int, skipped: dict[str, int], dry_run: bool) -> str:
    why = ", ".join(f"{count} {reason}" for reason, count in skipped.items() if count)
    done = "would be imported" if dry_run else "imported"
    return f"rows: {read} read, {made} {done}, {sum(skipped.values())} skipped" + (f" ({why})" if why else "")


def _refused(read: int, problems: Sequence[Problem]) -> Told:
    rows = len({problem.line for problem in problems})
    head = f"rows: {read} read, 0 imported: {rows} cannot be taken as they are. Mend them and try again."
    return Told("\n".join([head, *map(str, problems)]), is_refused=True)


def _unknown(columns: Sequence[str]) -> list[str]:
    return [f"columns read over: {', '.join(columns)}"] if columns else []
