"""Tokens for other programs: shown once, narrowed to rights, withdrawn at any time."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.foundation import clock
from kalends.foundation.database import tenancy
from kalends.organizations import operations
from kalends.organizations.models import ApiToken, Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.page import ACT, READ_AND_ACT, desk, show
from kalends.web.staff.settings.closures import DATE
from kalends.web.staff.settings.editing import attempt, data
from kalends.web.staff.settings.members import RIGHTS
from kalends.web.staff.shell import address


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What for"), max_length=100, help_text=gettext_lazy("The program that will use it")
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Good until"), required=False, widget=DATE, help_text=gettext_lazy("Empty: until withdrawn")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Only these rights"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all of yours. Never more than yours."),
    )

    def __init__(self, *args: Any, rights: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(right.value, RIGHTS[right]) for right in RIGHTS if right in rights]  # type: ignore[attr-defined]


@desk(Right.ACCOUNTS_CREATE, READ_AND_ACT)
def tokens(request: OrganizationRequest) -> HttpResponse:
    """Making one answers with its text, on this page only: it is kept as a hash."""
    organization = request.organization
    form = TokenForm(data(request), rights=request.actor.rights)
    tried = attempt(request, form, partial(_make, request), rename={"expires_at": "expires_on"}.get)
    text, status = "", tried.status
    if tried.done:
        _row, text = tried.result
        status, form = 201, TokenForm(rights=request.actor.rights)
    with tenancy.acting(organization=organization, by=request.actor) as now:
        found = list(organization.api_tokens.select_related("person").filter(revoked_at=None).order_by("-created_at"))
    context = {
        "rows": [_described(organization, token, now) for token in found],
        "no_rows": not found,
        "form": form,
        "text": text,
    }
    return show(request, "staff/settings/tokens.html", context, place="tokens", status=status)


@desk(Right.ACCOUNTS_CREATE, ACT)
def revoke_token(request: OrganizationRequest, token_id: UUID) -> HttpResponse:
    organization = request.organization

    def act(now: datetime) -> None:
        found = organization.api_tokens.filter(id=token_id).first()
        if found is None:
            raise Http404
        operations.revoke_token(found, by=request.actor, now=now)

    tenancy.perform(act, organization=organization, by=request.actor)
    messages.success(request, _("The token is withdrawn. Nothing gets in with it any more."))
    return redirect(address(organization, "tokens"))


def _make(request: OrganizationRequest, typed: dict[str, Any], now: datetime) -> tuple[ApiToken, str]:
    organization, last = request.organization, typed["expires_on"]
    expires_at = None
    if last is not None:
        _begin, end = clock.day_bounds(last, clock.zone(organization.time_zone))
        expires_at = datetime.fromtimestamp(end, UTC)
    return operations.make_token(
        organization,
        person=request.user,
        name=typed["name"],
        scopes=typed["scopes"],
        expires_at=expires_at,
        by=request.actor,
        now=now,
    )


def _described(organization: Organization, token: ApiToken, now: datetime) -> dict[str, Any]:
    zone = clock.zone(organization.time_zone)
    return {
        "name": token.name,
        "person": token.person.name,
        "scopes": ", ".join(str(RIGHTS[Right(scope)]) for scope in token.scopes) or _("all of the person’s rights"),
        "made": dates.instant(token.created_at, zone),
        "used": dates.short(token.last_used_on, year=True) if token.last_used_on else _("never"),
        "until": dates.instant(token.expires_at, zone) if token.expires_at else "",
        "is_over": token.expires_at is not None and token.expires_at <= now,
        "url": address(organization, "revoke_token", token_id=token.id),
    }
