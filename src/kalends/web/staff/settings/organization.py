"""The organization itself: its name and address on the web, its languages, what patients are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.numbers import list_currencies
from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.organizations import operations
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.page import READ_AND_ACT, desk
from kalends.web.staff.settings.editing import Group, Subject, data, edit
from kalends.web.staff.settings.fields import countries, zones
from kalends.web.staff.shell import address
from kalends.web.staff.words import languages
from kalends.web.ui.shell import Link

FIRST = ("name", "slug", "phone", "email", "website", "country", "time_zone", "hold_minutes", "is_published")


class OrganizationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    slug = forms.SlugField(
        label=gettext_lazy("Address of the public page"),
        max_length=63,
        help_text=gettext_lazy("What stands after the last slash. Links already given out stop working if it changes."),
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=60)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=countries)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zones,
        help_text=gettext_lazy("Days and deadlines are counted in it. Each location has its own for its agendas."),
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), min_length=3, max_length=3)
    language = forms.ChoiceField(label=gettext_lazy("First language"), choices=languages)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of the public page"),
        choices=languages,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_published = forms.BooleanField(label=gettext_lazy("The public page is open"), required=False)
    hold_minutes = forms.IntegerField(
        label=gettext_lazy("A time is kept while a form is filled in, minutes"), min_value=1, max_value=60
    )
    privacy_text = forms.CharField(
        label=gettext_lazy("What patients agree to"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    allowed_origins = forms.CharField(
        label=gettext_lazy("Sites that may show the page in a frame"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One to a line: https://www.example.org"),
    )

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if code not in list_currencies():
            raise forms.ValidationError(_("Please give a currency by its three letters: EUR."))
        return code


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def organization(request: OrganizationRequest) -> HttpResponse:
    known = request.organization
    form = OrganizationForm(data(request), initial=_initial(known))
    slug = known.slug

    def act(typed: dict[str, Any], now: datetime) -> Organization:
        fresh = Organization.objects.select_for_update().get(id=known.id)
        return operations.edit_organization(fresh, by=request.actor, now=now, **_fields(typed))

    return edit(
        request,
        form,
        act,
        subject=Subject(
            title=known.name,
            place="organization",
            back=Link(_("Settings"), address(known, "organization")),
            done=_("Saved."),
        ),
        groups=_groups(),
        then=lambda saved: address(saved, "organization"),
        context={"crumbs": (), "slug": slug},
    )


def _initial(known: Organization) -> dict[str, Any]:
    plain = {name: getattr(known, name) for name in (*FIRST, "currency", "privacy_text", "languages", "language")}
    return {**plain, "allowed_origins": "\n".join(known.allowed_origins)}


def _fields(typed: dict[str, Any]) -> dict[str, Any]:
    """As the operation takes them: the first language first, origins as a list."""
    first = typed.pop("language")
    others = [code for code in typed.pop("languages") if code != first]
    return {**typed, "languages": [first, *others], "allowed_origins": typed["allowed_origins"].split()}


def _groups() -> list[Group]:
    return [
        Group(_("Who you are"), ("name", "phone", "email", "website")),
        Group(_("Where and how"), ("country", "time_zone", "currency", "language", "languages")),
        Group(_("Public page"), ("is_published", "slug", "hold_minutes", "privacy_text", "allowed_origins")),
    ]
