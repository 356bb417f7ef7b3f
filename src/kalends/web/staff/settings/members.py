"""Who works here, in which role, with which rights; and who is invited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.foundation.phone import written
from kalends.organizations import operations
from kalends.organizations.models import Membership, Organization, Provider
from kalends.organizations.permissions import AT_FIRST, AT_MOST, Right, Role
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.settings.editing import Group, Subject, attempt, data, edit
from kalends.web.staff.shell import ROLES, address
from kalends.web.ui.shell import Link

RIGHTS: Mapping[Right, Promise] = {
    Right.AGENDA_READ: gettext_lazy("See the agendas"),
    Right.APPOINTMENT_BOOK: gettext_lazy("Book, and note arrivals"),
    Right.APPOINTMENT_MOVE: gettext_lazy("Move appointments"),
    Right.APPOINTMENT_CANCEL: gettext_lazy("Cancel appointments"),
    Right.APPOINTMENT_OVERBOOK: gettext_lazy("Book above what is free"),
    Right.APPOINTMENT_UNDO: gettext_lazy("Take back what was noted"),
    Right.CONTACT_READ: gettext_lazy("See all patients"),
    Right.CONTACT_EDIT: gettext_lazy("Edit records of patients"),
    Right.CONTACT_MERGE: gettext_lazy("Merge records"),
    Right.CONTACT_EXPORT: gettext_lazy("Export records"),
    Right.SETTINGS_AGENDA: gettext_lazy("Services, agendas and hours"),
    Right.SETTINGS_REMINDERS: gettext_lazy("Appointment reminders"),
    Right.SETTINGS_NOTIFICATIONS: gettext_lazy("Notifications and deliveries"),
    Right.CHANNEL_MANAGE: gettext_lazy("Channels"),
    Right.PROVIDER_ENTITY: gettext_lazy("Practitioners"),
    Right.PROVIDER_OPTIONS: gettext_lazy("Options of practitioners"),
    Right.ACCOUNTS_CREATE: gettext_lazy("Invite people, make tokens"),
    Right.ACCOUNTS_CLOSE: gettext_lazy("Close accesses"),
    Right.AUDIT_READ: gettext_lazy("Read who did what"),
    Right.REPORT_READ: gettext_lazy("Read statistics"),
}


class InvitationForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[(role.value, ROLES[role]) for role in Role])
    provider = forms.ChoiceField(
        label=gettext_lazy("Practitioner"),
        required=False,
        help_text=gettext_lazy("For the role of practitioner: whose agendas"),
    )

    def __init__(self, *args: Any, providers: list[Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = [("", _("nobody in particular"))] + [  # type: ignore[attr-defined]
            (str(one.id), one.name) for one in providers
        ]


class MembershipForm(InvitationForm):
    email = None  # type: ignore[assignment]
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("Rights"), required=False, widget=forms.CheckboxSelectMultiple
    )
    phone = forms.CharField(
        label=gettext_lazy("Mobile"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("For notices by SMS. Left empty: the number of the practitioner’s account."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Has access"), required=False, help_text=gettext_lazy("Unticked, access ends at once.")
    )

    def __init__(self, *args: Any, role: str, may_close: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = AT_MOST[Role(role)]
        self.fields["rights"].choices = [(right.value, RIGHTS[right]) for right in RIGHTS if right in most]  # type: ignore[attr-defined]
        self.fields["rights"].help_text = _("What this role may have at most. Another role begins with its own rights.")
        if not may_close:
            del self.fields["is_active"]


@desk(Right.ACCOUNTS_CREATE, READ_AND_ACT)
def members(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor) as now:
        found = list(organization.memberships.select_related("person", "provider"))
        waiting = list(
            organization.invitations.select_related("provider")
            .filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
            .order_by("email")
        )
        providers = list(organization.providers.filter(is_active=True).order_by("sort_key"))
    form = InvitationForm(data(request), providers=providers, initial={"role": Role.STAFF.value})
    tried = attempt(request, form, partial(_invite, request))
    if tried.done:
        messages.success(request, _("The invitation is on its way. It is good for thirty days."))
        return redirect(address(organization, "members"))
    zone = clock.zone(organization.time_zone)
    context = {
        "rows": sorted((_row(organization, one) for one in found), key=lambda row: (not row["is_active"], row["name"])),
        "waiting": [
            {
                "email": one.email,
                "role": ROLES[one.role],
                "until": dates.instant(one.expires_at, zone),
                "url": address(organization, "revoke_invitation", invitation_id=one.id),
            }
            for one in waiting
        ],
        "form": form,
    }
    return show(request, "staff/settings/members.html", context, place="members", status=tried.status)


@desk(Right.ACCOUNTS_CREATE, READ_AND_ACT)
def member(request: OrganizationRequest, membership_id: UUID) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = _known(organization, membership_id)
        providers = [
            one for one in organization.providers.order_by("sort_key") if one.is_active or one == known.provider
        ]

    def act(typed: dict[str, Any], now: datetime) -> Membership:
        fresh = _known(organization, membership_id)
        return operations.edit_membership(fresh, by=request.actor, now=now, **_fields(organization, fresh, typed))

    initial = {
        "role": known.role,
        "provider": str(known.provider_id or ""),
        "phone": written(known.phone, country=organization.country) if known.phone else "",
        "rights": sorted(known.rights),
        "is_active": known.is_active,
    }
    back = Link(_("People and invitations"), address(organization, "members"))
    return edit(
        request,
        MembershipForm(
            data(request),
            providers=providers,
            role=known.role,
            may_close=request.actor.may(Right.ACCOUNTS_CLOSE),
            initial=initial,
        ),
        act,
        subject=Subject(title=known.person.name, place="members", back=back, done=_("Saved. It holds at once.")),
        groups=[Group(known.person.email, ("role", "provider", "phone", "is_active", "rights"))],
        rename=lambda name: "rights" if name in ("granted", "withheld") else name,
    )


@desk(Right.ACCOUNTS_CREATE, ACT)
def revoke_invitation(request: OrganizationRequest, invitation_id: UUID) -> HttpResponse:
    organization = request.organization

    def act(now: datetime) -> None:
        found = organization.invitations.filter(id=invitation_id).first()
        if found is None:
            raise Http404
        operations.revoke_invitation(found, by=request.actor, now=now)

    tenancy.perform(act, organization=organization, by=request.actor)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect(address(organization, "members"))


def _known(organization: Organization, membership_id: UUID) -> Membership:
    found = (
        organization.memberships.select_related("organization", "person", "provider").filter(id=membership_id).first()
    )
    if found is None:
        raise Http404
    return found


def _provider(organization: Organization, typed: dict[str, Any]) -> Provider | None:
    return organization.providers.filter(id=typed["provider"]).first() if typed["provider"] else None


def _invite(request: OrganizationRequest, typed: dict[str, Any], now: datetime) -> None:
    operations.invite(
        request.organization,
        email=typed["email"],
        role=Role(typed["role"]),
        provider=_provider(request.organization, typed),
        by=request.actor,
        now=now,
    )


def _fields(organization: Organization, known: Membership, typed: dict[str, Any]) -> dict[str, Any]:
    """What was ticked, as additions to and withdrawals from what the role has at first."""
    role, first = Role(typed["role"]), AT_FIRST[Role(typed["role"])]
    ticked = frozenset(typed["rights"]) if role == known.role else first
    return {
        "role": role,
        "provider": _provider(organization, typed),
        "granted": sorted(ticked - first),
        "withheld": sorted(first - ticked),
        "phone": typed["phone"],
        "is_active": typed.get("is_active", known.is_active),
    }


def _row(organization: Organization, membership: Membership) -> dict[str, Any]:
    return {
        "name": membership.person.name,
        "email": membership.person.email,
        "role": ROLES[membership.role],
        "provider": membership.provider.name if membership.provider_id else "",
        "is_active": membership.is_active,
        "url": address(organization, "member", membership_id=membership.id),
    }
