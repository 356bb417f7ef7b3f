"""What the organization decides about all that leaves: Administration / Deliveries."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.delivery.models import DeliverySettings
from kalends.delivery.operations import set_settings
from kalends.delivery.operations.settings import FIELDS, QUIET
from kalends.delivery.policy import settings_of
from kalends.foundation import phone
from kalends.foundation.database import tenancy
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.deliveries.alarms import alarms
from kalends.web.staff.deliveries.clocks import doubt
from kalends.web.staff.page import READ_AND_ACT, desk
from kalends.web.staff.settings.editing import Group, Subject, data, edit
from kalends.web.staff.shell import address
from kalends.web.ui.shell import Link


def _hour(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class DeliveriesForm(forms.Form):
    test_mode = forms.BooleanField(
        label=gettext_lazy("Test mode is on"),
        required=False,
        help_text=gettext_lazy(
            "Patients get nothing: all goes to the addresses below, each message saying whom it was meant for. What "
            "has no address here is held back."
        ),
    )
    test_email = forms.EmailField(label=gettext_lazy("E-mails go to"), required=False, max_length=254)
    test_phone = forms.CharField(label=gettext_lazy("Text messages go to"), required=False, max_length=60)
    sms_quiet_from = _hour(gettext_lazy("No text messages from"))
    sms_quiet_until = _hour(gettext_lazy("No text messages until"))
    email_quiet_from = _hour(gettext_lazy("No e-mails from"))
    email_quiet_until = _hour(gettext_lazy("No e-mails until"))
    fax_quiet_from = _hour(gettext_lazy("No faxes from"))
    fax_quiet_until = _hour(gettext_lazy("No faxes until"))
    text_countries = forms.CharField(
        label=gettext_lazy("Countries to which text messages go, beside your own"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "Two letters each, such as BE CH MA. Numbers of other countries, landlines and numbers that are charged "
            "specially never get one; the log says so."
        ),
    )
    texts_an_hour = forms.IntegerField(
        label=gettext_lazy("Text messages in an hour, at most"), min_value=1, max_value=100_000
    )
    texts_a_day = forms.IntegerField(
        label=gettext_lazy("Text messages in a day, at most"), min_value=1, max_value=100_000
    )
    texts_to_a_prefix = forms.IntegerField(
        label=gettext_lazy("At most in an hour to new numbers that differ in their last four digits only"),
        min_value=1,
        max_value=100_000,
        help_text=gettext_lazy("So that nobody earns by having a machine book with one number after the other."),
    )
    asks_consent = forms.BooleanField(
        label=gettext_lazy("Ask who books online whether to be reminded"),
        required=False,
        help_text=gettext_lazy(
            "By e-mail and by text message, each to be ticked. Who ticks neither gets no reminders. Who was never "
            "asked gets them."
        ),
    )
    sms_price = forms.DecimalField(
        label=gettext_lazy("Price of one text message"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=4,
        widget=forms.NumberInput(attrs={"step": "0.0001", "inputmode": "decimal"}),
        help_text=gettext_lazy(
            "In the currency of the organization, as your carrier bills each part. Where texts are written, what they "
            "cost is shown then."
        ),
    )
    kept_days = forms.IntegerField(
        label=gettext_lazy("Days for which the log says to whom what was sent"),
        min_value=30,
        max_value=3650,
        help_text=gettext_lazy(
            "Afterwards the log only says when something was sent, of which kind, and its fate. Notices to members are "
            "deleted then."
        ),
    )


@desk(Right.SETTINGS_NOTIFICATIONS, READ_AND_ACT)
def delivery_settings(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = settings_of(organization)
        stopped, doubted = alarms(request), doubt(request)
    here = address(organization, "delivery_settings")

    def act(typed: dict[str, Any], now: datetime) -> DeliverySettings:
        hours = {name: None if (at := typed[name]) is None else at.hour * 60 + at.minute for name in QUIET}
        price = None if typed["sms_price"] is None else int(typed["sms_price"].scaleb(4))
        return set_settings(organization, by=request.actor, now=now, **{**typed, **hours, "sms_price": price})

    return edit(
        request,
        DeliveriesForm(data(request), initial=_typed(known, organization.country)),
        act,
        subject=Subject(
            title=_("Deliveries"),
            place="delivery_settings",
            back=Link(_("Settings"), address(organization, "organization")),
            done=_("Saved."),
        ),
        groups=_groups(),
        then=lambda _saved: here,
        context={
            "tabs": delivery_tabs(request, "delivery_settings"),
            "tabs_label": _("Deliveries"),
            "alarms": stopped,
            "clock": doubted,
        },
    )


def delivery_tabs(request: OrganizationRequest, current: str) -> list[Link]:
    """The pages about what leaves that this member may open."""
    pages = [("delivery_settings", _("Settings"), Right.SETTINGS_NOTIFICATIONS)]
    pages += [("senders", _("Sender of e-mails"), Right.SETTINGS_NOTIFICATIONS)]
    pages += [("deliveries", _("What has been sent"), Right.CONTACT_READ)]
    return [
        Link(label, address(request.organization, name), current=name == current)
        for name, label, right in pages
        if request.actor.may(right)
    ]


def _typed(known: DeliverySettings, country: str) -> dict[str, Any]:
    """As the form shows them."""
    minutes = {name: getattr(known, name) for name in QUIET}
    hours = {name: None if minute is None else time(*divmod(minute, 60)) for name, minute in minutes.items()}
    number = phone.written(known.test_phone, country=country) if known.test_phone else ""
    price = None if known.sms_price is None else Decimal(known.sms_price).scaleb(-4)
    return {**{name: getattr(known, name) for name in FIELDS}, **hours, "test_phone": number, "sms_price": price}


def _groups() -> list[Group]:
    quiet = ("sms_quiet_from", "sms_quiet_until", "email_quiet_from", "email_quiet_until")
    return [
        Group(_("Test mode"), ("test_mode", "test_email", "test_phone")),
        Group(
            _("Quiet hours"),
            (*quiet, "fax_quiet_from", "fax_quiet_until"),
            _(
                "By the clocks of the organization. What falls into them waits until they end, unless it answers what "
                "the person did just now, or would then come too late. Left empty: none."
            ),
            in_pairs=True,
        ),
        Group(
            _("Text messages"),
            ("text_countries", "texts_an_hour", "texts_a_day", "texts_to_a_prefix"),
            _(
                "What goes beyond waits and is looked at again every ten minutes; what answers an act of just now is "
                "held back where one number, or many of one kind, are asked for too often."
            ),
        ),
        Group(_("Consent"), ("asks_consent",)),
        Group(_("Costs"), ("sms_price",)),
        Group(_("What is kept"), ("kept_days",)),
    ]
