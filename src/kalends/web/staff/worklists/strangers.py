"""Addresses whose people said not to be whom we meant (TEL-08): somebody has to ask the patient for the right one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect

from kalends.audit import operations as audit
from kalends.contacts.models import Contact
from kalends.delivery import operations, queries
from kalends.delivery.models import Medium, OptOut
from kalends.foundation import clock, phone
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotAllowed
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates, scope
from kalends.web.staff.page import ACT, desk, first_of, show
from kalends.web.staff.patients.wishes import NAMES
from kalends.web.staff.shell import address

MOST_SHOWN = 100


@desk(Right.CONTACT_EDIT)
def strangers(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    if scope.is_bound(by):
        raise NotAllowed
    with tenancy.acting(organization=organization, by=by) as now:
        shown, more = first_of(queries.strangers(organization).order_by("since", "id"), MOST_SHOWN)
        contacts = _whose(organization, [one.address for one in shown])
        audit.record_about(
            "contact:list",
            organization_id=organization.id,
            kind="contact",
            subject_id=None,
            by=by,
            now=now,
            after={"shown": [str(one.id) for one in contacts]},
        )
    context = {
        "rows": [_row(organization, one, contacts) for one in shown],
        "no_rows": not shown,
        "more": more,
    }
    return show(request, "staff/worklists/strangers.html", context, section="strangers")


@desk(Right.CONTACT_EDIT, ACT)
def stranger_done(request: OrganizationRequest, stranger_id: UUID) -> HttpResponse:
    organization, by = request.organization, request.actor
    if scope.is_bound(by):
        raise NotAllowed

    def act(now: datetime) -> None:
        operations.look_after(organization, stranger_id, by=by, now=now)

    tenancy.perform(act, organization=organization, by=by)
    return redirect(address(organization, "strangers"))


def _whose(organization: Organization, addresses: Collection[str]) -> list[Contact]:
    """Records that have one of these addresses."""
    have = Q(phone__in=addresses) | Q(email_key__in=addresses)
    return list(organization.contacts.filter(have, merged_into_id=None).order_by("last_key", "first_key", "id"))


def _row(organization: Organization, one: OptOut, contacts: Sequence[Contact]) -> dict[str, Any]:
    is_number = one.medium == Medium.SMS
    return {
        "address": phone.written(one.address, country=organization.country) if is_number else one.address,
        "medium": NAMES.get(one.medium, one.medium),
        "since": dates.instant(one.since, clock.zone(organization.time_zone)),
        "words": one.words if is_number else "",
        "contacts": [
            (
                f"{contact.last_name} {contact.first_name}".strip(),
                address(organization, "patient", contact_id=contact.id),
            )
            for contact in contacts
            if one.address in (contact.phone, contact.email_key)
        ],
        "done_url": address(organization, "stranger_done", stranger_id=one.id),
    }
