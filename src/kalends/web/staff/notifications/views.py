"""Examination notifications > Notification settings (seed 002): all on one page, with one button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kalends.foundation.database import tenancy
from kalends.foundation.errors import Invalid, Refusal
from kalends.notifications.institution.operations import SettingsChanged, set_notices
from kalends.notifications.institution.queries import settings_of
from kalends.notifications.models import NotificationSettings
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.forms import explain
from kalends.web.staff.notifications.copies import BLANK, with_blank
from kalends.web.staff.notifications.form import LISTS, Choices, NoticesForm, chosen_words
from kalends.web.staff.notifications.preview import EVENTS, Wish, fragment, preview_of
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.settings.editing import data
from kalends.web.staff.shell import address


@dataclass(frozen=True, slots=True)
class Chips:
    """One list of addresses as the page shows it: what is typed, saved and refused, one to a line."""

    value: str
    saved: str
    bad: str
    errors: Sequence[str]


@dataclass(frozen=True, slots=True)
class Offered:
    """What bookings can be narrowed to."""

    locations: Choices
    services: Choices
    schedules: Choices


@desk(Right.SETTINGS_NOTIFICATIONS, READ_AND_ACT)
def notification_settings(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        kept, offered = settings_of(organization), _offered(organization)
    form = NoticesForm(data(request), kept=kept, locations=offered.locations, services=offered.services)
    if request.method != "POST":
        return _page(request, form, offered)
    if {"add_copy", "remove_copy", "look"} & request.POST.keys():
        return _page(request, form, offered)
    if not form.is_valid():
        return _page(request, form, offered, status=422)
    try:
        tenancy.perform(lambda now: _save(request, form, now), organization=organization, by=request.actor)
    except Refusal as fault:
        return _refused(request, form, offered, fault)
    messages.success(request, _("Saved."))
    return redirect(address(organization, "notification_settings"))


def _save(request: OrganizationRequest, form: NoticesForm, now: datetime) -> NotificationSettings:
    version = form.cleaned_data["version"]
    return set_notices(request.organization, sent=form.wanted(), version=version, by=request.actor, now=now)


def _refused(request: OrganizationRequest, form: NoticesForm, offered: Offered, fault: Refusal) -> HttpResponse:
    """Nothing is saved, and all that was typed stays; what others saved meanwhile may be replaced knowingly."""
    errors = fault.errors if isinstance(fault, Invalid) else ()
    bad = form.refused(error.field for error in errors)
    form.refuse_copies(errors)
    rest = Invalid([error for error in errors if not error.field.startswith("copies.")]) if errors else fault
    explain(form, rest, lambda field: field.partition(".")[0])
    if isinstance(fault, SettingsChanged):
        form.show_version_kept()
    return _page(request, form, offered, bad=bad, status=fault.status)


def _page(
    request: OrganizationRequest,
    form: NoticesForm,
    offered: Offered,
    *,
    bad: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    organization = request.organization
    context = {
        **_preview(request, form, offered),
        "form": form,
        "lists": {name: _chips(form, name, (bad or {}).get(name, [])) for name in LISTS},
        "locations": chosen_words(
            offered.locations, form["booking_locations"].value() or (), all_of_them=_("All locations")
        ),
        "services": chosen_words(
            offered.services, form["booking_services"].value() or (), all_of_them=_("All services")
        ),
        "copies": with_blank(form.copies) if "add_copy" in request.POST else form.copies,
        "blank_copy": BLANK,
        "saved_values": form.saved_values(),
        "note": _what_blocks(form),
        "unsaved": request.method == "POST",
        "here": address(organization, "notification_settings"),
    }
    return show(request, "staff/notifications/settings.html", context, place="notification_settings", status=status)


@desk(Right.SETTINGS_NOTIFICATIONS, ACT)
def notification_preview(request: OrganizationRequest) -> HttpResponse:
    """Part 5 as it is with what is typed at this moment; saves nothing."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        kept, offered = settings_of(request.organization), _offered(request.organization)
    form = NoticesForm(request.POST, kept=kept, locations=offered.locations, services=offered.services)
    return fragment(request, _preview(request, form, offered))


def _preview(request: OrganizationRequest, form: NoticesForm, offered: Offered) -> dict[str, Any]:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor) as now:
        wish = Wish.read(request.POST, organization)
        preview = preview_of(organization, wish, form.typed(), form.saved_addresses(), now)
    return {
        "preview": preview,
        "wish": wish,
        "events": list(EVENTS.items()),
        "schedules": offered.schedules,
        "preview_services": offered.services,
        "preview_url": address(organization, "notification_preview"),
    }


def _chips(form: NoticesForm, name: str, bad: Sequence[str]) -> Chips:
    saved = "\n".join(getattr(form.kept, name))
    return Chips(form[name].value(), saved, "\n".join(bad), [str(error) for error in form.errors.get(name, ())])


def _what_blocks(form: NoticesForm) -> str:
    """What the foot says of a refused page, for it may be far from what is wrong."""
    parts = form.parts_with_errors()
    if not parts:
        return ""
    said = ngettext(
        "something is to be corrected in part %(parts)s", "something is to be corrected in parts %(parts)s", len(parts)
    )
    return said % {"parts": ", ".join(map(str, parts))}


def _offered(organization: Organization) -> Offered:
    language = get_language() or "en"
    locations = [(str(one.id), one.name) for one in organization.locations.order_by("name", "id")]
    services = [(str(one.id), one.name_in(language)) for one in organization.services.order_by("position", "id")]
    schedules = organization.schedules.filter(is_active=True).order_by("name", "id")
    return Offered(locations, services, [(str(one.id), one.name) for one in schedules])
