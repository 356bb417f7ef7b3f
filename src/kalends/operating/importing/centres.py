"""Tables of centres: each row becomes an organization with one agenda that can be booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.agenda import operations as agenda
from kalends.agenda.imports.centres import DAYS, CentreRow, Problem, read_centres
from kalends.agenda.imports.report import Report
from kalends.agenda.models import Schedule
from kalends.agenda.rules import OpeningRule
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid
from kalends.foundation.files import FileRefused
from kalends.foundation.phone import BadPhone, read_phone
from kalends.foundation.text import fold
from kalends.operating.embedded import CannotRun
from kalends.operating.importing.slugs import slug_of
from kalends.organizations import operations as organizations
from kalends.organizations.models import RESERVED_SLUGS, Organization

BY = system("import")
COUNTRY, LANGUAGE = "FR", "fr"
SERVICE = {"fr": "Vaccination", "en": "Vaccination", "ro": "Vaccinare"}
MINUTES = 15
ASKED = ["email", "phone", "birth_date"]
CENTRES = UUID("6f1f6c9e-0b5c-5c8e-9d53-3a0c5f6f2b10")
"""What the ids of imported organizations are made with: the same row has the same id in every edition."""


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """What became of a row, or of a cell, other than being taken as it is."""

    file: str
    line: int
    column: str
    sentence: str
    text: str = ""

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.sentence}" + (f" {self.text!r}" if self.text else "")


@dataclass(slots=True)
class Outcome:
    """Counts over all files. `skipped` says how often for each reason."""

    imported: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def skip(self, reason: str, remark: Remark) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1
        self.remarks.append(remark)


def read(paths: Sequence[Path]) -> dict[str, list[CentreRow | Problem]]:
    """All files, read whole. Raises CannotRun when one of them is refused: then nothing is written."""
    found: dict[str, list[CentreRow | Problem]] = {}
    for path in paths:
        try:
            found[str(path)] = list(read_centres(path.read_bytes()))
        except FileRefused as refused:
            raise CannotRun(f"{path}: {refused}") from refused
        except OSError as fault:
            raise CannotRun(f"{path} cannot be read: {fault.strerror}.") from fault
    return found


def import_centres(files: Mapping[str, Sequence[CentreRow | Problem]], *, dry_run: bool = False) -> Outcome:
    """Write every centre that is not there yet, each whole or not at all. Opens its own transactions.

    With `dry_run` everything is written and taken back, so that it says exactly what would happen.
    """
    outcome = Outcome()
    known = set(Organization.objects.values_list("id", flat=True))
    slugs = RESERVED_SLUGS | set(Organization.objects.values_list("slug", flat=True))
    taken = set(slugs)
    for file, items in files.items():
        for item in items:
            if isinstance(item, Problem):
                _note(outcome, file, item)
                continue
            if id_of(item) in known:
                outcome.skip("already there", Remark(file, item.line, "", "It is there already; it was left out."))
                continue
            slug = slug_of(item.name, item.town, otherwise=item.gid, taken=taken)
            if _import(file, item, slug, outcome, dry_run):
                known.add(id_of(item))
                taken.add(slug)
    return outcome


def written(outcome: Outcome, files: Mapping[str, Sequence[CentreRow | Problem]], *, dry_run: bool = False) -> str:
    """The counts, then every remark."""
    reports = [Report.of(items) for items in files.values()]
    skipped = sum(outcome.skipped.values())
    why = ", ".join(f"{count} {reason}" for reason, count in sorted(outcome.skipped.items()))
    done = "would be imported" if dry_run else "imported"
    lines = [
        f"rows: {sum(report.rows for report in reports)} read, {outcome.imported} {done}, {skipped} skipped"
        + (f" ({why})" if why else ""),
        f"cells: {sum(report.cells for report in reports)}, {sum(report.filled for report in reports)} filled: "
        f"{sum(report.understood for report in reports)} understood, "
        f"{sum(report.closed for report in reports)} closed, "
        f"{sum(report.unstated for report in reports)} not stated yet, "
        f"{sum(report.unknown for report in reports)} not understood",
    ]
    return "\n".join([*lines, *map(str, sorted(outcome.remarks))])


def id_of(row: CentreRow) -> UUID:
    """The same for the same centre in every edition of the file: by its gid, else by name and place."""
    return uuid5(CENTRES, f"gid:{row.gid}" if row.gid else fold(f"{row.name}|{row.town}|{row.street}"))


def _note(outcome: Outcome, file: str, problem: Problem) -> None:
    remark = Remark(file, problem.line, problem.column, problem.sentence, problem.text)
    if problem.skipped:
        outcome.skip(problem.reason.replace("_", " "), remark)
    else:
        outcome.remarks.append(remark)


def _import(file: str, row: CentreRow, slug: str, outcome: Outcome, dry_run: bool) -> bool:
    """Write one centre; False, and why, where it cannot be."""
    remarks: list[Remark] = []
    organization = _organization(file, row, slug, remarks)
    try:
        with tenancy.acting(organization=organization, by=BY) as now:
            _write(organization, row, now)
            if dry_run:
                transaction.set_rollback(True)
    except Invalid as fault:
        why = " ".join(f"{error.field}: {error.message}" for error in fault.errors) or str(fault)
        outcome.skip("not valid", Remark(file, row.line, "", f"{why} The row was left out."))
        return False
    outcome.imported += 1
    outcome.remarks += remarks
    return True


def _organization(file: str, row: CentreRow, slug: str, remarks: list[Remark]) -> Organization:
    """Not saved yet. A telephone or an address of a site that cannot be used is left out, and said."""
    phone, website = row.phone, row.website
    try:
        phone = read_phone(phone, country=COUNTRY).number if phone else ""
    except BadPhone as fault:
        remarks.append(Remark(file, row.line, "rdv_tel", f"{fault} It was left out.", phone))
        phone = ""
    try:
        Organization._meta.get_field("website").clean(website, None)
    except ValidationError as fault:
        if website:
            remarks.append(Remark(file, row.line, "rdv_site_web", f"{fault.messages[0]} It was left out.", website))
        website = ""
    return Organization(
        id=id_of(row),
        slug=slug,
        name=row.name,
        country=COUNTRY,
        time_zone=row.zone,
        languages=[LANGUAGE],
        currency="EUR",
        phone=phone,
        website=website,
        is_published=True,
    )


def _write(organization: Organization, row: CentreRow, now: datetime) -> None:
    organizations.make_organization(organization, by=BY, now=now)
    agenda.open_channels(organization, by=BY, now=now)
    location = organizations.make_location(
        organization,
        name=row.name,
        address=row.street,
        postcode=row.postcode,
        town=row.town,
        phone=organization.phone,
        directions=row.modalities[:500],
        by=BY,
        now=now,
    )
    provider = organizations.make_provider(organization, name=row.name, speciality=SERVICE[LANGUAGE], by=BY, now=now)
    service = agenda.make_service(
        organization,
        names=SERVICE,
        duration=MINUTES,
        category=SERVICE[LANGUAGE],
        required_fields=ASKED,
        by=BY,
        now=now,
    )
    schedule: Schedule = agenda.make_schedule(
        organization,
        provider=provider,
        location=location,
        name=row.name,
        step_minutes=MINUTES,
        note=note_of(row),
        by=BY,
        now=now,
    )
    agenda.set_offerings(schedule, [{"service": service}], by=BY, now=now)
    agenda.set_opening(schedule, rules=rules_of(row), overrides=(), version=None, by=BY, now=now)


def rules_of(row: CentreRow) -> list[OpeningRule]:
    """Weekly hours between the dates of opening and closing; a day that was not understood stays closed."""
    closes = row.closes if row.opens is None or row.closes is None or row.closes >= row.opens else None
    return [
        OpeningRule(weekday, start, end, valid_from=row.opens, valid_until=closes)
        for weekday, hours in enumerate(row.hours, 1)
        for start, end in hours.periods
    ]


def note_of(row: CentreRow) -> str:
    """For the staff: the days whose hours they should look at, as they stood in the file."""
    days = [f"{day} « {hours.note} »" for day, hours in zip(DAYS, row.hours, strict=True) if hours.reason]
    if not days:
        return ""
    with override(LANGUAGE):
        note = _("Opening hours to check, as the file had them: %(days)s") % {"days": "; ".join(days)}
    return note if len(note) <= 500 else f"{note[:499]}…"
