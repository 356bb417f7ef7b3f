"""From whom e-mails come: the organization's own address, and that of a practitioner (seed 001, "Email émetteur")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.delivery import envelope, operations
from kalends.delivery.mail_senders import Senders, Use, may_send_for, senders_of, use_of
from kalends.delivery.models import SenderAddress
from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization, Provider
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.settings.deliveries import delivery_tabs
from kalends.web.staff.settings.editing import Group, Subject, data, edit
from kalends.web.staff.settings.providers import known_provider
from kalends.web.staff.shell import address
from kalends.web.ui.shell import Link


class SenderForm(forms.Form):
    """Free text on purpose: the operation reads and refuses, for the API as well."""

    address = forms.CharField(
        label=gettext_lazy("E-mails come from"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """Of whom; their own address; what becomes of it."""

    name: str
    address: str
    said: str
    tone: str
    url: str


@desk(Right.SETTINGS_NOTIFICATIONS)
def senders(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = senders_of(organization)
        providers = list(organization.providers.filter(is_active=True).order_by("sort_key"))
    context = {
        "tabs": delivery_tabs(request, "senders"),
        "rows": [_row(organization, known, None), *(_row(organization, known, provider) for provider in providers)],
        "platform": envelope.sender_address(),
        "domains": ", ".join(sorted(settings.EMAIL_SENDER_DOMAINS)),
    }
    return show(request, "staff/settings/senders.html", context, place="delivery_settings")


@desk(Right.SETTINGS_NOTIFICATIONS, READ_AND_ACT)
def sender(request: OrganizationRequest, provider_id: UUID | None = None) -> HttpResponse:
    """Of the organization, or of one practitioner."""
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        provider = known_provider(request, provider_id) if provider_id else None
        known = senders_of(organization)
    own = known.own.get(provider_id)

    def act(typed: dict[str, Any], now: datetime) -> SenderAddress | None:
        whose = known_provider(request, provider_id) if provider_id else None
        return operations.set_sender(organization, provider=whose, address=typed["address"], by=request.actor, now=now)

    back = Link(_("Sender of e-mails"), address(organization, "senders"))
    return edit(
        request,
        SenderForm(data(request), initial={"address": own.address if own else ""}),
        act,
        subject=Subject(
            title=_("Sender of e-mails: %(name)s") % {"name": provider.name if provider else organization.name},
            place="delivery_settings",
            back=back,
            done=_("Saved."),
        ),
        groups=[Group(_("Sender of e-mails"), ("address",), _hint(organization, known, provider))],
    )


def said_of(organization: Organization, known: Senders, provider: Provider | None) -> str:
    """What becomes of the address of an organization or practitioner, in a sentence."""
    own = known.own.get(provider.id if provider else None)
    platform = envelope.sender_address()
    if own is None and provider is not None:
        return _("As the organization.")
    if own is None:
        if not organization.email:
            return _("E-mails come from %(platform)s.") % {"platform": platform}
        told = {"platform": platform, "address": organization.email}
        return _("E-mails come from %(platform)s, answers go to %(address)s.") % told
    if use_of(own) == Use.FROM:
        return _("E-mails come from this address.")
    told = {"platform": platform, "address": own.address, "domain": own.address.rpartition("@")[2]}
    if not may_send_for(own.address):
        return (
            _(
                "E-mails come from %(platform)s and answers go to %(address)s, because the mail server of this "
                "installation may not send for %(domain)s."
            )
            % told
        )
    asked = dates.instant(own.asked_at, clock.zone(organization.time_zone))
    return _(
        "Asked on %(day)s and not confirmed yet. Until then e-mails come from %(platform)s, and answers go to "
        "%(address)s."
    ) % {**told, "day": asked}


def _row(organization: Organization, known: Senders, provider: Provider | None) -> Row:
    own = known.own.get(provider.id if provider else None)
    return Row(
        name=provider.name if provider else organization.name,
        address=own.address if own else "",
        said=said_of(organization, known, provider),
        tone="" if own is None else "good" if use_of(own) == Use.FROM else "warn",
        url=address(organization, "provider_sender", provider_id=provider.id)
        if provider
        else address(organization, "organization_sender"),
    )


def _hint(organization: Organization, known: Senders, provider: Provider | None) -> str:
    how = _(
        "Whoever reads the mail of this address is asked to confirm it; saving it again asks again. Left empty: as "
        "before there was one."
    )
    return f"{said_of(organization, known, provider)} {how}"
