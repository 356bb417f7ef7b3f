"""The list of those who wait, one of them, and entering somebody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kalends.agenda.queries.plans import AgendaPlan, plan_of
from kalends.audit import operations as audit
from kalends.booking.models import EntryStatus, WaitlistEntry
from kalends.booking.operations import waiting as operations
from kalends.booking.queries import waiting as queries
from kalends.booking.queries.reach import way_to
from kalends.booking.rules.waiting import By, Way
from kalends.contacts.models import Contact
from kalends.contacts.rules import ContactData
from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid, Refusal
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates, scope
from kalends.web.staff.days.views import today_of
from kalends.web.staff.forms import explain
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.patients.reading import ContactForm, find, row_of
from kalends.web.staff.patients.views import contact_of
from kalends.web.staff.shell import address
from kalends.web.staff.waiting.forms import OUTSIDE, EntryForm, initial_of
from kalends.web.staff.waiting.lines import line_of, offer_line, passed_line
from kalends.web.staff.weeks import Week, read_week

ASKED_OF_NEW = ("last_name", "first_name", "birth_date", "phone", "email")
SHOWN_AT_MOST = 500


@desk(Right.APPOINTMENT_BOOK)
def waiting(request: OrganizationRequest) -> HttpResponse:
    """Everybody who waits, in the order in which they are offered what becomes free."""
    organization, by = request.organization, request.actor
    status = asked.word(request.GET, "status", (EntryStatus.WAITING, "all"))
    service_id, schedule_id = asked.row(request.GET, "service"), asked.row(request.GET, "schedule")
    with tenancy.acting(organization=organization, by=by) as now:
        plan = plan_of(organization)
        every = queries.entries(organization, status=None if status == "all" else status)
        mine = queries.for_actor(every[:SHOWN_AT_MOST], plan, by)
        found = [entry for entry in mine if _suits(entry, plan, service_id, schedule_id)]
        offers = queries.offers_of(organization, [entry.id for entry in found])
        audit.record_about(
            "waiting:list",
            organization_id=organization.id,
            kind="waitlistentry",
            subject_id=None,
            by=by,
            now=now,
            after={"entries": [str(entry.id) for entry in found]},
        )
        schedules = list(scope.schedules(organization, by))
    language = get_language() or "en"
    lines = [line_of(organization, entry, plan, now, offers[entry.id]) for entry in found]
    context = {
        "lines": lines,
        "no_lines": not lines,
        "count": sum(line.is_waiting for line in lines),
        "status": status,
        "statuses": [(EntryStatus.WAITING.value, _("waiting")), ("all", _("all"))],
        "service_id": service_id,
        "services": [("", _("any service")), *((one.id, one.name_in(language)) for one in plan.services.values())],
        "schedule_id": schedule_id,
        "schedules": [("", _("any agenda")), *((one.id, one.name) for one in schedules)],
        "new_url": address(organization, "new_waiting"),
    }
    return show(request, "staff/waiting/list.html", context, section="waiting")


def _suits(entry: WaitlistEntry, plan: AgendaPlan, service_id: UUID | None, schedule_id: UUID | None) -> bool:
    if service_id and service_id not in entry.services:
        return False
    if schedule_id is None:
        return True
    schedule = plan.schedules.get(schedule_id)
    offered = bool(schedule and set(entry.services) & set(schedule.offers))
    return offered and (not entry.schedules or schedule_id in entry.schedules)


@desk(Right.APPOINTMENT_BOOK, READ_AND_ACT)
def new_waiting(request: OrganizationRequest) -> HttpResponse:
    """Who, then what for. With `keeps` for something earlier than that visit, which stays."""
    organization, by = request.organization, request.actor
    sent = request.POST if request.method == "POST" else request.GET
    keeps_id, contact_id = asked.row(sent, "keeps"), asked.row(sent, "contact")
    is_new = asked.word(sent, "new", ("no", "yes")) == "yes"
    typed = asked.line(request.GET, "q")
    with tenancy.acting(organization=organization, by=by) as now:
        kept = scope.appointment(organization, by, keeps_id) if keeps_id else None
        contact = kept.contact if kept else _contact(request, contact_id)
        first: dict[str, Any] = {"services": [sent["service"]]} if sent.get("service") else {}
        if kept:
            first = {
                "services": [str(kept.service_id)],
                "schedules": [str(kept.schedule_id)],
                "until": kept.local_day.isoformat(),
            }
        form = _form(request, plan_of(organization), first)
        searches = contact is None and not is_new and by.may(Right.CONTACT_READ)
        only_phone = contact is not None and way_to(organization, contact) is None
        found = find(organization, typed, by=by, now=now) if searches else []
    person = ContactForm(request.POST if request.method == "POST" else None, names=ASKED_OF_NEW) if is_new else None
    status = 200
    if request.method == "POST" and (contact or person):
        entry, status = _enter(request, form, contact, person, keeps_id, today_of(organization, now))
        if entry is not None:
            messages.success(request, _("On the waiting list: %(name)s.") % {"name": entry.contact.full_name})
            return redirect(address(organization, "waiting"))
    here = address(organization, "new_waiting")
    said = {"service": request.GET["service"]} if request.GET.get("service") else {}
    context = {
        "form": form,
        "person": person,
        "kept": kept is not None,
        "row": row_of(organization, contact) if contact else None,
        "contact": contact,
        "only_phone": only_phone,
        "keeps": keeps_id,
        "is_new": is_new,
        "typed": typed,
        "found": [(row, f"{here}?{urlencode({**said, 'contact': row.contact.id})}") for row in found],
        "new_url": f"{here}?{urlencode({**said, 'new': 'yes'})}",
        "here": here,
        "back_url": address(organization, "waiting"),
    }
    return show(request, "staff/waiting/new.html", context, section="waiting", status=status)


def _contact(request: OrganizationRequest, contact_id: UUID | None) -> Contact | None:
    if contact_id is None:
        return None
    if not request.actor.may(Right.CONTACT_READ):
        raise Http404
    return contact_of(request.organization, contact_id)


def _form(request: OrganizationRequest, plan: AgendaPlan, initial: dict[str, Any]) -> EntryForm:
    return EntryForm(
        request.POST if request.method == "POST" else None,
        organization=request.organization,
        plan=plan,
        by=request.actor,
        language=get_language() or "en",
        initial=initial,
    )


def _enter(
    request: OrganizationRequest,
    form: EntryForm,
    contact: Contact | None,
    person: ContactForm | None,
    keeps_id: UUID | None,
    today: date,
) -> tuple[WaitlistEntry | None, int]:
    """The entry, or None and the status: the forms then say what is wrong."""
    organization = request.organization
    who: Contact | ContactData | None = contact
    if person is not None:
        who = person.read(
            required=["last_name"], country=organization.country, language=organization.language, today=today
        )
    if not form.is_valid() or who is None:
        return None, 422
    known = who
    try:
        wish = form.wish()

        def act(now: datetime) -> WaitlistEntry:
            return operations.join(organization, contact=known, keeps_id=keeps_id, by=request.actor, now=now, **wish)

        return tenancy.perform(act, organization=organization, by=request.actor), 200
    except Refusal as refusal:
        explain(form, refusal, lambda name: OUTSIDE.get(name, name))
        return None, refusal.status


@desk(Right.APPOINTMENT_BOOK, READ_AND_ACT)
def waiting_entry(request: OrganizationRequest, entry_id: UUID) -> HttpResponse:
    """One who waits: what for, what was offered, why passed over, and offering a free time."""
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        plan = plan_of(organization)
        entry = entry_of(request, plan, entry_id)
        offers = queries.offers_of(organization, [entry.id])[entry.id]
        passed = queries.passed_over(organization, [entry.id])[entry.id][:50]
        form = _form(request, plan, initial_of(entry))
        audit.record("contact:read", entry.contact, by=by, now=now)
        way = way_to(organization, entry.contact)
        week = _week(request, entry, now) if entry.status == EntryStatus.WAITING else None
    status = 200
    if request.method == "POST":
        status = _save(request, entry, form)
        if status == 200:
            messages.success(request, _("Saved."))
            return redirect(address(organization, "waiting_entry", entry_id=entry.id))
    line = line_of(organization, entry, plan, now, offers)
    context = {
        "line": line,
        "entry": entry,
        "form": form,
        "offers": [offer_line(organization, offer, now) for offer in offers],
        "passed": [passed_line(row) for row in passed],
        "week": week if line.offer is None else None,
        "wanted": _wanted(request, way) if line.offer is None and line.is_waiting else None,
        "offering_url": address(organization, "offering", entry_id=entry.id),
        "leaving_url": address(organization, "waiting_leaving", entry_id=entry.id),
        "contact_url": address(organization, "patient", contact_id=entry.contact_id),
        "list_url": address(organization, "waiting"),
        "here": address(organization, "waiting_entry", entry_id=entry.id),
        "is_new": False,
    }
    return show(request, "staff/waiting/entry.html", context, section="waiting", status=status)


def entry_of(request: OrganizationRequest, plan: AgendaPlan, entry_id: UUID) -> WaitlistEntry:
    """One that this member may see. Raises Http404."""
    rows = request.organization.waitlist.select_related("contact", "keeps").filter(id=entry_id)
    for entry in queries.for_actor(rows, plan, request.actor):
        return entry
    raise Http404


def _save(request: OrganizationRequest, entry: WaitlistEntry, form: EntryForm) -> int:
    if not form.is_valid():
        return 422
    try:
        wish = form.wish()
        tenancy.perform(
            lambda now: operations.edit(request.organization, entry.id, by=request.actor, now=now, **wish),
            organization=request.organization,
            by=request.actor,
        )
    except Refusal as refusal:
        explain(form, refusal, lambda name: OUTSIDE.get(name, name))
        return refusal.status if isinstance(refusal, Invalid) else 409
    return 200


def _week(request: OrganizationRequest, entry: WaitlistEntry, now: datetime) -> Week | None:
    """The free times of the first service waited for, as one offers them."""
    organization, by = request.organization, request.actor
    here = address(organization, "waiting_entry", entry_id=entry.id)
    wanted = plan_of(organization).services.get(entry.services[0])
    if wanted is None:
        return None
    return read_week(
        organization,
        service_id=wanted.id,
        around=asked.day(request.GET, "day"),
        today=today_of(organization, now),
        schedule_id=entry.schedules[0] if len(entry.schedules) == 1 else None,
        provider_id=by.provider_id if scope.is_bound(by) else None,
        channel=ChannelKind.STAFF,
        now=now,
        time_url=lambda slot: (
            f"{here}?{urlencode({'schedule': slot.schedule.id, 'start': slot.local_start.isoformat()})}#offer"
        ),
        week_url=lambda day: f"{here}?day={day.isoformat()}#offer",
    )


def _wanted(request: OrganizationRequest, way: Way | None) -> dict[str, Any] | None:
    """The time that was chosen to be offered."""
    schedule_id, start = asked.row(request.GET, "schedule"), asked.instant(request.GET, "start")
    if schedule_id is None or start is None:
        return None

    return {
        "schedule": schedule_id,
        "start": start.isoformat(),
        "when": dates.moment(start),
        "may_mail": way is not None and way.by == By.EMAIL,
        "may_text": way is not None and way.by == By.SMS,
    }
