"""What is booked: names, lengths, price, who may book it from where, and until when it may be changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kalends.agenda import operations
from kalends.agenda.models import Service, Visibility
from kalends.agenda.models.services import REQUIRABLE_FIELDS, PaymentDue
from kalends.foundation import money
from kalends.foundation.actor import ChannelKind
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff import dates
from kalends.web.staff.page import READ_AND_ACT, desk, show
from kalends.web.staff.patients.reading import LABELS
from kalends.web.staff.settings.editing import Group, Subject, data, edit
from kalends.web.staff.settings.fields import (
    MinuteField,
    MoneyField,
    text_fields,
    texts_initial,
    texts_of,
)
from kalends.web.staff.shell import address
from kalends.web.staff.words import CHANNELS, languages
from kalends.web.ui.shell import Link

TEXTS = {"names": 200, "preparation": 4000, "phone_text": 1000}
VISIBILITIES = (
    (Visibility.ONLINE.value, gettext_lazy("Shown, can be booked")),
    (Visibility.BY_PHONE.value, gettext_lazy("Shown, by telephone only")),
    (Visibility.HIDDEN.value, gettext_lazy("Not shown")),
)
PAYMENTS = (
    (PaymentDue.NOT_BEFORE.value, gettext_lazy("None: at the practice")),
    (PaymentDue.BEFORE.value, gettext_lazy("So many hours before the visit")),
    (PaymentDue.AFTER.value, gettext_lazy("So many hours after booking")),
)
UNITS = (("1", gettext_lazy("minutes")), ("60", gettext_lazy("hours")), ("1440", gettext_lazy("days")))


class ServiceForm(forms.Form):
    """The fields of a service; its texts once for each language."""

    category = forms.CharField(label=gettext_lazy("Category"), required=False, max_length=120)
    colour = forms.TypedChoiceField(
        label=gettext_lazy("Colour in the agenda"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, 9)],
        widget=forms.RadioSelect,
    )
    position = forms.IntegerField(
        label=gettext_lazy("Place in lists"), min_value=0, max_value=9999, help_text=gettext_lazy("Small numbers first")
    )
    duration = forms.IntegerField(label=gettext_lazy("Duration, minutes"), min_value=5, max_value=1440)
    buffer_before = forms.IntegerField(label=gettext_lazy("Kept free before, minutes"), min_value=0, max_value=480)
    buffer_after = forms.IntegerField(label=gettext_lazy("Kept free after, minutes"), min_value=0, max_value=480)
    visibility = forms.ChoiceField(label=gettext_lazy("Public page"), choices=VISIBILITIES)
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("May be booked through"),
        choices=[(kind.value, CHANNELS[kind]) for kind in ChannelKind],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    notice = forms.IntegerField(label=gettext_lazy("Booked at least this long before"), min_value=0, max_value=525_600)
    notice_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS)
    horizon_days = forms.IntegerField(label=gettext_lazy("At most this many days ahead"), min_value=0, max_value=731)
    same_day_release = MinuteField(
        label=gettext_lazy("Only for the same day, from this hour on"),
        required=False,
        help_text=gettext_lazy("Empty: as said above"),
    )
    cancel_cutoff_hours = forms.IntegerField(
        label=gettext_lazy("Patients cancel until, hours before"), min_value=0, max_value=8784
    )
    move_cutoff_hours = forms.IntegerField(
        label=gettext_lazy("Patients move until, hours before"), min_value=0, max_value=8784
    )
    max_moves = forms.IntegerField(label=gettext_lazy("Moves by the patient, at most"), min_value=0, max_value=100)
    max_active_per_person = forms.IntegerField(
        label=gettext_lazy("To come at once for one person, at most"), min_value=1, max_value=100
    )
    new_patients = forms.BooleanField(label=gettext_lazy("Also for new patients"), required=False)
    needs_approval = forms.BooleanField(
        label=gettext_lazy("Patients ask, the practice approves"),
        required=False,
        help_text=gettext_lazy(
            "The time is kept for them until somebody answers. What the desk books is firm at once."
        ),
    )
    approval_hours = forms.IntegerField(
        label=gettext_lazy("A request keeps its time for, hours"), min_value=1, max_value=720
    )
    payment_due = forms.ChoiceField(label=gettext_lazy("Deadline of payment"), choices=PAYMENTS, required=False)
    payment_hours = forms.IntegerField(
        label=gettext_lazy("So many hours"),
        min_value=1,
        max_value=2160,
        help_text=gettext_lazy("When the deadline is near, the patient and the accountants are told by e-mail."),
    )
    required_fields = forms.MultipleChoiceField(
        label=gettext_lazy("Asked of everybody, besides the name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price_minor"] = MoneyField(label=_("Price"), required=False, currency=currency)
        self.fields["required_fields"].choices = [  # type: ignore[attr-defined]
            (name, LABELS.get(name, _("Reason of the visit"))) for name in REQUIRABLE_FIELDS
        ]
        self.fields |= text_fields("names", _("Name"), longest=TEXTS["names"])
        self.fields |= text_fields("preparation", _("How to prepare"), longest=TEXTS["preparation"], long=True)
        self.fields |= text_fields("phone_text", _("Said beside the telephone"), longest=TEXTS["phone_text"], long=True)


@desk(Right.SETTINGS_AGENDA)
def services(request: OrganizationRequest) -> HttpResponse:
    organization, language = request.organization, get_language() or "en"
    with tenancy.acting(organization=organization, by=request.actor):
        found = list(organization.services.order_by("position", "category", "id"))
    rows = [
        {
            "service": row,
            "name": row.name_in(language),
            "length": dates.length(row.duration),
            "price": money.written(row.price_minor, organization.currency, language=language)
            if row.price_minor is not None
            else "",
            "visibility": dict(VISIBILITIES)[row.visibility],
            "url": address(organization, "service", service_id=row.id),
        }
        for row in found
    ]
    context = {"rows": rows, "no_rows": not rows, "new_url": address(organization, "new_service")}
    return show(request, "staff/settings/services.html", context, place="services")


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def new_service(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    blank = Service(organization_id=organization.id, names={}, duration=30)
    initial = _initial(blank, channels=list(ChannelKind))

    def act(typed: dict[str, Any], now: datetime) -> Service:
        fields, channels = _fields(typed)
        return operations.make_service(organization, channels=channels, by=request.actor, now=now, **fields)

    return edit(
        request,
        ServiceForm(data(request), initial=initial, currency=organization.currency),
        act,
        subject=_subject(request, _("New service"), is_new=True),
        groups=_groups(),
        rename=_rename,
    )


@desk(Right.SETTINGS_AGENDA, READ_AND_ACT)
def service(request: OrganizationRequest, service_id: UUID) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = _known(request, service_id)
        channels = list(known.ticks.values_list("channel__kind", flat=True))

    def act(typed: dict[str, Any], now: datetime) -> None:
        fields, kinds = _fields(typed)
        fresh = operations.edit_service(_known(request, service_id), by=request.actor, now=now, **fields)
        if set(kinds) != set(channels):
            operations.set_channels(fresh, kinds, by=request.actor, now=now)

    return edit(
        request,
        ServiceForm(data(request), initial=_initial(known, channels=channels), currency=organization.currency),
        act,
        subject=_subject(request, known.name_in(get_language() or "en")),
        groups=_groups(),
        rename=_rename,
        context={"tabs": service_tabs(organization, service_id, "service"), "tabs_label": _("Service")},
    )


def service_tabs(organization: Organization, service_id: UUID, current: str) -> list[Link]:
    """The two pages of one service."""
    pages = (("service", _("Service")), ("service_needs", _("Rooms and devices")))
    return [
        Link(label, address(organization, name, service_id=service_id), current=name == current)
        for name, label in pages
    ]


def _known(request: OrganizationRequest, service_id: UUID) -> Service:
    found = request.organization.services.select_related("organization").filter(id=service_id).first()
    if found is None:
        raise Http404
    return found


def _initial(known: Service, *, channels: list[str] | list[ChannelKind]) -> dict[str, Any]:
    plain = {name: getattr(known, name) for name in ServiceForm.base_fields if hasattr(known, name)}
    notice, unit = _in_units(known.notice_minutes)
    texts = {key: text for name in TEXTS for key, text in texts_initial(name, getattr(known, name)).items()}
    return {
        **plain,
        **texts,
        "price_minor": known.price_minor,
        "notice": notice,
        "notice_unit": unit,
        "channels": [str(kind) for kind in channels],
    }


def _in_units(minutes: int) -> tuple[int, str]:
    """In the greatest unit that divides it."""
    for unit, _word in reversed(UNITS):
        if minutes and minutes % int(unit) == 0:
            return minutes // int(unit), unit
    return minutes, "1"


def _fields(typed: dict[str, Any]) -> tuple[dict[str, Any], list[ChannelKind]]:
    """What the operation takes, and the channels."""
    own = {f"{name}_{code}" for name in TEXTS for code, _spoken in languages()}
    rest = {name: value for name, value in typed.items() if name not in own | {"notice", "notice_unit", "channels"}}
    texts = {name: texts_of(name, typed) for name in TEXTS}
    notice = typed["notice"] * int(typed["notice_unit"])
    return {**rest, **texts, "notice_minutes": notice}, [ChannelKind(kind) for kind in typed["channels"]]


def _rename(field: str) -> str:
    """`names.fr` is `names_fr` here; a missing name stands beside the first."""
    if field == "names":
        return f"names_{languages()[0][0]}"
    return {"notice_minutes": "notice"}.get(field, field.replace(".", "_"))


def _subject(request: OrganizationRequest, title: str, *, is_new: bool = False) -> Subject:
    back = Link(_("Services"), address(request.organization, "services"))
    return Subject(title=title, place="services", back=back, done=_("Saved."), is_new=is_new)


def _groups() -> list[Group]:
    by_language = {name: [f"{name}_{code}" for code, _spoken in languages()] for name in TEXTS}
    return [
        Group(_("What it is"), (*by_language["names"], "category", "colour", "position", "is_active")),
        Group(
            _("How long, how much"),
            ("duration", "buffer_before", "buffer_after", "price_minor"),
            _("What is kept free before and after is never shown to patients."),
        ),
        Group(
            _("Who books it"), ("visibility", "channels", "new_patients", "max_active_per_person", "required_fields")
        ),
        Group(_("Approval"), ("needs_approval", "approval_hours")),
        Group(_("Payment"), ("payment_due", "payment_hours")),
        Group(
            _("When it is booked"),
            ("notice", "notice_unit", "horizon_days", "same_day_release"),
            _("For patients; at the desk and on the telephone one is not bound by it."),
        ),
        Group(_("Changed by the patient"), ("cancel_cutoff_hours", "move_cutoff_hours", "max_moves")),
        Group(_("Texts"), (*by_language["preparation"], *by_language["phone_text"])),
    ]
