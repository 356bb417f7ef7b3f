"""Tables from other programs: brought, looked at, taken in. Until the last button nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kalends.booking import operations as booking
from kalends.booking.imports.reading import VisitRow, VisitTable, read_visits
from kalends.booking.models import Status
from kalends.contacts import operations as contacts
from kalends.contacts.imports.problems import LARGEST_FILE, Problem
from kalends.contacts.imports.reading import ContactRow, ContactTable, read_contacts
from kalends.contacts.models import Upload
from kalends.contacts.operations import OnKnown
from kalends.foundation import phone
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotAllowed
from kalends.foundation.files import FileRefused
from kalends.foundation.text import UnusableText, clean_line
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates, scope
from kalends.web.staff.days.views import today_of
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.shell import address
from kalends.web.ui.states import STATES

CONTACTS, APPOINTMENTS = "contacts", "appointments"
KINDS = {CONTACTS: gettext_lazy("Patients"), APPOINTMENTS: gettext_lazy("Appointments")}
ON_KNOWN = {
    OnKnown.SKIP: gettext_lazy("skip the row"),
    OnKnown.FILL: gettext_lazy("fill what is empty in the record"),
    OnKnown.ADD: gettext_lazy("make a second record, marked as a possible duplicate"),
}
SHOWN_ROWS = 10
SHOWN_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Wish:
    on_known: OnKnown
    leave_out: bool
    tell: bool

    @classmethod
    def of(cls, sent: Any) -> Wish:
        known = sent.get("on_known", "")
        on_known = OnKnown(known) if known in set(OnKnown) else OnKnown.SKIP
        return cls(on_known, sent.get("leave_out") == "on", sent.get("tell") == "on")


@dataclass(slots=True)
class Result:
    """What taking the table in does, or would do."""

    table: ContactTable | VisitTable
    made: int
    skipped: int
    filled: int
    marked: int
    problems: list[Problem]

    @property
    def bad_rows(self) -> int:
        return len({problem.line for problem in self.problems})


@desk(Right.CONTACT_READ, READ_AND_ACT)
def files(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    if scope.is_bound(by):
        raise NotAllowed
    error = ""
    kind = request.POST.get("kind", CONTACTS)
    if request.method == "POST":
        _may_import(request, kind)
        error, upload_id = _kept(request, kind)
        if upload_id is not None:
            return redirect(address(organization, "file", upload_id=upload_id))
    with tenancy.acting(organization=organization, by=by):
        schedules = [(one.id, one.name) for one in scope.schedules(organization, by)]
    context = {
        "may_export": by.may(Right.CONTACT_EXPORT),
        "may_import": by.may(Right.CONTACT_EDIT),
        "kinds": [(key, word) for key, word in KINDS.items() if key == CONTACTS or by.may(Right.APPOINTMENT_BOOK)],
        "kind": kind if kind in KINDS else CONTACTS,
        "error": error,
        "schedules": [("", _("any agenda")), *schedules],
        "states": [("", _("every state")), *((state, STATES[state].word) for state in Status.values)],
        "contacts_url": address(organization, "contacts_table"),
        "appointments_url": address(organization, "appointments_table"),
        "calendar_url": address(organization, "calendar_file") if by.may(Right.SETTINGS_AGENDA) else "",
        "here": address(organization, "patients"),
    }
    return show(request, "staff/files/files.html", context, section="patients", status=422 if error else 200)


@desk(Right.CONTACT_READ, READ_AND_ACT)
def file(request: OrganizationRequest, upload_id: UUID) -> HttpResponse:
    """What the table would do, as it is wished; sent with the last button, it is done."""
    organization, by = request.organization, request.actor
    wish = Wish.of(request.POST)
    acts = request.method == "POST" and "count" not in request.POST

    def act(now: datetime) -> tuple[Upload, Result, bool]:
        upload = organization.uploads.filter(id=upload_id, kind__in=list(KINDS), person_id=request.user.id).first()
        if upload is None:
            raise Http404
        _may_import(request, upload.kind)
        result = _done(request, upload, wish, now)
        stands = acts and (wish.leave_out or not result.problems)
        if stands:
            upload.delete()
        transaction.set_rollback(not stands)
        return upload, result, stands

    upload, result, stands = tenancy.perform(act, organization=organization, by=by)
    if stands:
        made = ngettext("%(count)s row was imported.", "%(count)s rows were imported.", result.made + result.filled)
        messages.success(request, made % {"count": result.made + result.filled})
        return redirect(address(organization, "files"))
    shown = [_shown(organization, row) for row in result.table.rows[:SHOWN_ROWS]]
    context = {
        "name": upload.name,
        "kind": upload.kind,
        "kind_word": KINDS[upload.kind],
        "wish": wish,
        "result": result,
        "problems": result.problems[:SHOWN_PROBLEMS],
        "more_problems": max(0, len(result.problems) - SHOWN_PROBLEMS),
        "rows": shown,
        "choices": list(ON_KNOWN.items()),
        "refused": acts,
        "files_url": address(organization, "files"),
    }
    return show(request, "staff/files/file.html", context, section="patients", status=422 if acts else 200)


def _may_import(request: OrganizationRequest, kind: str) -> None:
    by = request.actor
    needed = [Right.CONTACT_EDIT, *([Right.APPOINTMENT_BOOK] if kind == APPOINTMENTS else [])]
    if scope.is_bound(by) or not all(by.may(right) for right in needed):
        raise NotAllowed


def _kept(request: OrganizationRequest, kind: str) -> tuple[str, UUID | None]:
    """Keep the table for an hour; else say why it cannot be read."""
    organization, by, sent = request.organization, request.actor, request.FILES.get("table")
    if kind not in KINDS or sent is None or sent.size is None:
        return _("Please choose a file."), None
    if sent.size > LARGEST_FILE:
        return str(FileRefused("too_large", what=f"{LARGEST_FILE // 1_000_000} MB")), None
    content = sent.read()

    def act(now: datetime) -> UUID:
        _read(organization, kind, content, now)
        made = Upload(organization=organization, kind=kind, name=_name(sent.name or ""), content=content)
        made.person_id, made.made_at = request.user.id, now
        made.save(force_insert=True)
        return UUID(str(made.id))

    try:
        return "", tenancy.perform(act, organization=organization, by=by)
    except FileRefused as refused:
        place = _("Line %(line)s: ") % {"line": refused.line} if refused.line else ""
        return place + refused.sentence, None


def _name(text: str) -> str:
    try:
        return clean_line(text)[:200]
    except UnusableText:
        return ""


def _read(organization: Organization, kind: str, content: bytes, now: datetime) -> ContactTable | VisitTable:
    read = read_contacts if kind == CONTACTS else read_visits
    today = today_of(organization, now)
    return read(content, country=organization.country, language=organization.language, today=today)


def _done(request: OrganizationRequest, upload: Upload, wish: Wish, now: datetime) -> Result:
    organization, by = request.organization, request.actor
    table = _read(organization, upload.kind, bytes(upload.content), now)
    if isinstance(table, ContactTable):
        done = contacts.import_contacts(organization, table.rows, on_known=wish.on_known, by=by, now=now)
        return Result(table, done.made, done.skipped, done.filled, done.marked, list(table.problems))
    visits = booking.import_appointments(organization, table.rows, tell_patients=wish.tell, by=by, now=now)
    problems = sorted([*table.problems, *visits.problems])
    return Result(table, visits.made, visits.skipped, 0, 0, problems)


def _shown(organization: Organization, row: ContactRow | VisitRow) -> dict[str, str]:
    """A row as it was understood."""
    person = row.data if isinstance(row, ContactRow) else row.contact
    told = {
        "line": str(row.line),
        "name": f"{person.last_name} {person.first_name}".strip(),
        "birth_date": dates.numeric(person.birth_date) if person.birth_date else "",
        "phone": phone.written(person.phone, country=organization.country) if person.phone else "",
        "email": person.email,
    }
    if isinstance(row, VisitRow):
        told["when"] = f"{dates.short(row.day, year=True)}, {dates.minute(row.minute)}"
        told["what"] = f"{row.schedule}, {row.service}"
    return told
