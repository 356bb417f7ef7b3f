"""Records that may be of one person: the list, two side by side, one made of them, and two again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.audit import operations as audit
from kalends.booking.refusals import BothAtOnce
from kalends.contacts import operations, queries
from kalends.contacts.models import Contact
from kalends.contacts.rules import Alike
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotAllowed
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import asked, dates
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.patients.reading import LABELS, find, row_of, values_of, visit_of
from kalends.web.staff.patients.views import contact_of
from kalends.web.staff.shell import address
from kalends.web.staff.words import languages

WHY = {
    Alike.NAME_AND_BIRTH: gettext_lazy("same name and date of birth"),
    Alike.PHONE: gettext_lazy("same first name and telephone"),
    Alike.EMAIL: gettext_lazy("same first name and e-mail"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the two records; `differs`: somebody has to choose."""

    name: str
    label: str
    kept: str
    other: str
    differs: bool
    takes_other: bool


@desk(Right.CONTACT_MERGE)
def duplicates(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    _must_read(request)
    with tenancy.acting(organization=organization, by=by) as now:
        pairs = queries.possible_duplicates(organization)
        shown = sorted({str(row.id) for pair in pairs for row in (pair.one, pair.other)})
        audit.record_about(
            "contact:list",
            organization_id=organization.id,
            kind="contact",
            subject_id=None,
            by=by,
            now=now,
            after={"contacts": shown},
        )
    rows = [
        {
            "one": row_of(organization, pair.one),
            "other": row_of(organization, pair.other),
            "why": ", ".join(str(WHY[reason]) for reason in pair.why),
            "url": address(organization, "merging", contact_id=pair.one.id, other_id=pair.other.id),
        }
        for pair in pairs
    ]
    context = {"pairs": rows, "more": len(rows) == queries.MOST_PAIRS, "here": address(organization, "patients")}
    return show(request, "staff/patients/duplicates.html", context, section="patients")


@desk(Right.CONTACT_MERGE)
def choose_other(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    """Look for the second record of somebody, by hand."""
    organization, typed = request.organization, asked.line(request.GET, "q")
    _must_read(request)
    with tenancy.acting(organization=organization, by=request.actor) as now:
        contact = contact_of(organization, contact_id)
        found = [row for row in find(organization, typed, by=request.actor, now=now) if row.contact.id != contact.id]
    context = {
        "row": row_of(organization, contact),
        "typed": typed,
        "found": [
            (row, address(organization, "merging", contact_id=contact.id, other_id=row.contact.id)) for row in found
        ],
        "back_url": address(organization, "patient", contact_id=contact.id),
    }
    return show(request, "staff/patients/choose_other.html", context, section="patients")


@desk(Right.CONTACT_MERGE, READ_AND_ACT)
def merging(request: OrganizationRequest, contact_id: UUID, other_id: UUID) -> HttpResponse:
    """The record in the address first is kept; the fields come from where they are ticked."""
    organization, by = request.organization, request.actor
    _must_read(request)
    take = {name for name in operations.CHOICES if request.POST.get(name) == "other"}
    refusal: BothAtOnce | None = None
    if request.method == "POST":

        def act(now: datetime) -> object:
            return operations.merge(organization, kept_id=contact_id, merged_id=other_id, take=take, by=by, now=now)

        try:
            tenancy.perform(act, organization=organization, by=by)
        except BothAtOnce as fault:
            refusal = fault
        else:
            messages.success(request, _("The two records are one now. It can be taken back on this page."))
            return redirect(address(organization, "patient", contact_id=contact_id))
    return _side_by_side(request, contact_id, other_id, take, refusal)


@desk(Right.CONTACT_MERGE, ACT)
def not_a_duplicate(request: OrganizationRequest, contact_id: UUID, other_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor

    def act(now: datetime) -> None:
        operations.dismiss(organization, one_id=contact_id, other_id=other_id, by=by, now=now)

    tenancy.perform(act, organization=organization, by=by)
    messages.success(request, _("Noted: these are two people."))
    return redirect(address(organization, "duplicates"))


@desk(Right.CONTACT_MERGE, ACT)
def clear_flag(request: OrganizationRequest, contact_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor

    def act(now: datetime) -> Contact:
        return operations.clear_flag(organization, contact_id, by=by, now=now)

    tenancy.perform(act, organization=organization, by=by)
    messages.success(request, _("Noted: this record is no duplicate."))
    return redirect(address(organization, "patient", contact_id=contact_id))


@desk(Right.CONTACT_MERGE, ACT)
def undo_merge(request: OrganizationRequest, merge_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor
    done = tenancy.perform(
        lambda now: operations.undo_merge(organization, merge_id, by=by, now=now), organization=organization, by=by
    )
    messages.success(request, _("These are two records again, each with its own visits."))
    return redirect(address(organization, "patient", contact_id=done.kept_id))


def _must_read(request: OrganizationRequest) -> None:
    if not request.actor.may(Right.CONTACT_READ):
        raise NotAllowed


def _side_by_side(
    request: OrganizationRequest, contact_id: UUID, other_id: UUID, take: set[str], refusal: BothAtOnce | None
) -> HttpResponse:
    organization, by = request.organization, request.actor
    with tenancy.acting(organization=organization, by=by) as now:
        kept, other = contact_of(organization, contact_id), contact_of(organization, other_id)
        visits = [one.appointments.count() for one in (kept, other)]
        for one in (kept, other):
            audit.record("contact:read", one, by=by, now=now)
    zone = clock.zone(organization.time_zone)
    path = {"contact_id": kept.id, "other_id": other.id}
    context = {
        "kept": row_of(organization, kept),
        "other": row_of(organization, other),
        "over": kept.merged_into_id is not None or other.merged_into_id is not None or kept.id == other.id,
        "lines": _lines(organization, kept, other, take),
        "made": [dates.instant(one.created_at, zone) for one in (kept, other)],
        "visits": visits,
        "why": ", ".join(str(WHY[reason]) for reason in queries.why_alike(kept, other)),
        "swap_url": address(organization, "merging", contact_id=other.id, other_id=kept.id),
        "dismiss_url": address(organization, "not_a_duplicate", **path),
        "back_url": address(organization, "duplicates"),
        "refusal": refusal,
        "clashes": [[visit_of(organization, visit) for visit in pair] for pair in refusal.visits] if refusal else [],
    }
    status = refusal.status if refusal else 200
    return show(request, "staff/patients/merging.html", context, section="patients", status=status)


def _lines(organization: Organization, kept: Contact, other: Contact, take: set[str]) -> list[Line]:
    mine, theirs = _written(organization, kept), _written(organization, other)
    return [
        Line(
            name=name,
            label=str(LABELS.get(name) or _("Language of letters")),
            kept=mine[name],
            other=theirs[name],
            differs=name != "remark" and bool(mine[name]) and bool(theirs[name]) and mine[name] != theirs[name],
            takes_other=name in take,
        )
        for name in operations.CHOICES
        if mine[name] or theirs[name]
    ]


def _written(organization: Organization, contact: Contact) -> dict[str, str]:
    values = values_of(organization, contact)
    place = f"{values['postcode']} {values['town']}".strip()
    return {
        **values,
        "address": ", ".join(part for part in (values["address"], place) if part),
        "language": str(dict(languages()).get(contact.language, contact.language)),
    }
