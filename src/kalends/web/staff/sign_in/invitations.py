"""Accepting an invitation: with the sign-in one has, or with a new one for the invited address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_http_methods

from kalends.accounts import operations as accounts
from kalends.accounts.models import Person
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.organizations import operations, queries
from kalends.organizations.models import Invitation, Organization
from kalends.web.access import public
from kalends.web.landing.language import in_visitors_language
from kalends.web.staff.forms import explain
from kalends.web.staff.shell import ROLES, address
from kalends.web.staff.words import languages

BACKEND = "kalends.accounts.backend.Backend"


class NewPersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("First and last name"), max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=languages)
    password = forms.CharField(label=gettext_lazy("Password"), widget=forms.PasswordInput, strip=False, max_length=200)


@public
@in_visitors_language
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Any, token: str) -> HttpResponse:
    """Opening the link changes nothing: one accepts with the button."""
    found = queries.invitation_by_token(token)
    if found is None:
        return render(request, "staff/sign_in/invitation_over.html", status=404)
    organization, invited = found
    known = Person.objects.filter(email=invited.email).exists()
    mine = request.user.is_authenticated and request.user.email == invited.email
    form = NewPersonForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST":
        try:
            if mine:
                _join(organization, invited, request.user)
                return redirect(address(organization, "day"))
            if not known and form.is_valid():
                person = _make_and_join(organization, invited, form.cleaned_data)
                login(request, person, backend=BACKEND)
                return redirect(address(organization, "day"))
        except Refusal as refusal:
            explain(form, refusal)
    context = {
        "organization": organization,
        "invited": invited,
        "role": ROLES[invited.role],
        "known": known,
        "mine": mine,
        "form": form,
        "rules": password_validators_help_texts(),
        "somebody_else": request.user.is_authenticated and not mine,
        "next": request.path,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "staff/sign_in/invitation.html", context, status=status)


def _join(organization: Organization, invited: Invitation, person: Person) -> None:
    def act(now: datetime) -> None:
        operations.accept_invitation(invited, person=person, now=now)

    tenancy.perform(act, organization=organization, by=system("invitation"))


def _make_and_join(organization: Organization, invited: Invitation, sent: dict[str, Any]) -> Person:
    """Both or neither: a sign-in without its place would be of no use."""

    def act(now: datetime) -> Person:
        person = accounts.make_person(email=invited.email, **sent)
        operations.accept_invitation(invited, person=person, now=now)
        return person

    return tenancy.perform(act, organization=organization, by=system("invitation"))
