"""The reminders of a practitioner's account: seed 001, OPTIONS / Rappels rendez-vous, in its order and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from kalends.agenda.models import Service
from kalends.delivery.mail_senders import senders_of
from kalends.delivery.policy import settings_of
from kalends.foundation.database import tenancy
from kalends.notifications.models import ReminderBy, ReminderRule, ReminderState, Side, Unit
from kalends.notifications.reminders import supplements
from kalends.notifications.reminders.operations import set_rules
from kalends.notifications.reminders.queries import AT_FIRST, languages_written, locations_of, rules_of
from kalends.notifications.reminders.rules import LONGEST, MOST_RULES
from kalends.notifications.reminders.texts import longest_sms
from kalends.organizations.models import Location, Organization, Provider
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.page import READ_AND_ACT, desk
from kalends.web.staff.settings.editing import data, edit
from kalends.web.staff.settings.providers import known_provider, provider_subject, provider_tabs
from kalends.web.staff.settings.senders import said_of
from kalends.web.staff.settings.sms_name import name_of
from kalends.web.staff.shell import address
from kalends.web.ui.prices import Price

STATES = [
    (ReminderState.OFF.value, gettext_lazy("Off")),
    (ReminderState.ON.value, gettext_lazy("On")),
    (ReminderState.NEW.value, gettext_lazy("On for new contacts only")),
]
MEDIA = [
    (ReminderBy.EMAIL.value, gettext_lazy("E-mail")),
    (ReminderBy.SMS.value, gettext_lazy("SMS")),
    (ReminderBy.BOTH.value, gettext_lazy("E-mail and SMS")),
    (ReminderBy.STAFF.value, gettext_lazy("To the staff only: who has not confirmed")),
]
WHEN = [
    (f"{Unit.HOURS}:{Side.BEFORE}", gettext_lazy("hours before the appointment")),
    (f"{Unit.DAYS}:{Side.BEFORE}", gettext_lazy("days before the appointment")),
    (f"{Unit.HOURS}:{Side.AFTER}", gettext_lazy("hours after the appointment")),
    (f"{Unit.DAYS}:{Side.AFTER}", gettext_lazy("days after the appointment")),
]
# Fields of the form that together are one of the rule.
NAMED = {"at_minute": "at", "unit": "when", "side": "when"}


class RemindersForm(forms.Form):
    """All reminders of one account; the fields of the second are named `2-state`, `2-medium` and so on."""

    sms_name = forms.CharField(label=gettext_lazy("Name in text messages"), required=False, max_length=60)

    def __init__(
        self, sent: Any, *, rules: Sequence[ReminderRule], services: Sequence[tuple[str, str]], sms_name: str
    ) -> None:
        initial = {f"{rule.number}-{name}": value for rule in rules for name, value in _typed(rule).items()}
        super().__init__(sent, initial=initial)
        self.numbers = [rule.number for rule in rules]
        self.fields["sms_name"].initial = sms_name
        for number in self.numbers:
            for name, field in _fields(services).items():
                self.fields[f"{number}-{name}"] = field

    def of(self, number: int) -> dict[str, BoundField]:
        return {name: self[f"{number}-{name}"] for name in _fields(())}

    def clean(self) -> dict[str, Any]:
        """By number, as the operation takes them; those to be removed are left out."""
        typed = super().clean() or self.cleaned_data
        for number in self.numbers:
            own = {name: typed.get(f"{number}-{name}") for name in _fields(())}
            if own["at"] is not None and own["when"] and not own["when"].startswith(Unit.DAYS):
                self.add_error(f"{number}-at", _("Only a reminder by days can have an hour of its own."))
        return typed

    def wanted(self) -> dict[int, dict[str, Any]]:
        return dict(self._wanted())

    def _wanted(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number in self.numbers:
            own = {name: self.cleaned_data[f"{number}-{name}"] for name in _fields(())}
            if own.pop("remove"):
                continue
            unit, side = own.pop("when").split(":")
            at: time | None = own.pop("at")
            minute = at.hour * 60 + at.minute if at is not None else None
            services = [UUID(id_) for id_ in own.pop("services")]
            yield number, {**own, "unit": unit, "side": side, "at_minute": minute, "services": services}


def _fields(services: Sequence[tuple[str, str]]) -> dict[str, forms.Field]:
    return {
        "state": forms.ChoiceField(label=gettext_lazy("Appointment reminder"), choices=STATES),
        "medium": forms.ChoiceField(label=gettext_lazy("Kind of reminder"), choices=MEDIA),
        "amount": forms.IntegerField(
            label=gettext_lazy("Date of the reminder"), min_value=1, max_value=max(LONGEST.values())
        ),
        "when": forms.ChoiceField(
            label=gettext_lazy("Hours or days"),
            choices=WHEN,
            help_text=gettext_lazy(
                "Hours are counted one by one. Days keep the hour of the appointment, also when the clocks change."
            ),
        ),
        "at": forms.TimeField(
            label=gettext_lazy("At another hour of that day"),
            required=False,
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            help_text=gettext_lazy("By days only. Left empty: at the hour of the appointment."),
        ),
        "services": forms.MultipleChoiceField(
            label=gettext_lazy("Only for these services"),
            required=False,
            choices=services,
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy("None ticked: for all."),
        ),
        "skips_confirmed": forms.BooleanField(
            label=gettext_lazy("Not when the patient has confirmed already"), required=False
        ),
        "sms_supplement": forms.CharField(
            label=gettext_lazy("SMS supplement"), required=False, max_length=160, widget=forms.Textarea
        ),
        "email_supplement": forms.CharField(
            label=gettext_lazy("E-mail supplement"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=gettext_lazy("Follows the usual text, which also says the address."),
        ),
        "remove": forms.BooleanField(label=gettext_lazy("Remove this reminder"), required=False),
    }


def _typed(rule: ReminderRule) -> dict[str, Any]:
    """A rule as the form shows it."""
    hour = None if rule.at_minute is None else time(*divmod(rule.at_minute, 60))
    shown = {name: getattr(rule, name) for name in ("state", "medium", "amount", "skips_confirmed")}
    supplements = {"sms_supplement": rule.sms_supplement, "email_supplement": rule.email_supplement}
    services = [str(id_) for id_ in rule.services]
    return {**shown, **supplements, "services": services, "at": hour, "when": f"{rule.unit}:{rule.side}"}


@dataclass(frozen=True, slots=True)
class Part:
    """One reminder on the page. `before` is the text that the SMS supplement follows, where it is longest."""

    number: int
    title: str
    fields: Mapping[str, BoundField]
    before: str
    texts: Sequence[tuple[str, str]]
    removable: bool
    preview_url: str


@desk(Right.SETTINGS_REMINDERS, READ_AND_ACT)
def provider_reminders(request: OrganizationRequest, provider_id: UUID) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = known_provider(request, provider_id)
        rules = rules_of(organization, provider_id)
        services = _services(organization, provider_id, rules)
        sender = said_of(organization, senders_of(organization), known)
        locations, price = locations_of(known), settings_of(organization).sms_price
        written = languages_written(organization)
    form = RemindersForm(
        _sent(request), rules=_shown(request, rules, known), services=_choices(services), sms_name=known.sms_name
    )

    def act(typed: dict[str, Any], now: datetime) -> list[ReminderRule]:
        provider = known_provider(request, provider_id)
        saved = set_rules(
            organization, provider, sent=form.wanted(), sms_name=typed["sms_name"], by=request.actor, now=now
        )
        _warn_of_gaps(request, saved, locations)
        return saved

    here = address(organization, "provider_reminders", provider_id=provider_id)
    return edit(
        request,
        form,
        act,
        subject=provider_subject(
            request,
            _("Options / Appointment reminders: %(name)s") % {"name": known.name},
            template="staff/settings/reminders.html",
        ),
        groups=[],
        then=lambda _saved: here,
        rename=_renamed,
        context={
            "tabs": provider_tabs(request, known, "provider_reminders"),
            "name": name_of(known, form["sms_name"].value() or ""),
            "parts": [_part(organization, known, form, number, written) for number in form.numbers],
            "price": Price(price, organization.currency) if price is not None else "",
            "values": supplements.longest_of(organization, locations),
            "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
            "listed": {name: ", ".join(f"[{one}]" for one in known) for name, known in supplements.VARIABLES.items()},
            "add_url": f"{here}?add=yes" if form.numbers[-1] < MOST_RULES and "add" not in request.GET else "",
            "sender": sender,
            "sender_url": address(organization, "provider_sender", provider_id=provider_id)
            if request.actor.may(Right.SETTINGS_NOTIFICATIONS)
            else "",
            "coming_url": address(organization, "coming_reminders"),
        },
    )


def _sent(request: OrganizationRequest) -> Any:
    """What was sent; pressed without scripts, the button with the offered spelling takes it for the name."""
    if "take_name" not in request.POST:
        return data(request)
    sent = request.POST.copy()
    sent["sms_name"] = str(sent["take_name"])
    return sent


def _shown(request: OrganizationRequest, rules: Sequence[ReminderRule], provider: Provider) -> list[ReminderRule]:
    """Those there are, those sent again, and one more where it is asked for."""
    by_number = {rule.number: rule for rule in rules}
    sent = {int(text) for text in request.POST.getlist("number") if text.isdecimal() and len(text) < 3}
    if request.method == "GET" and "add" in request.GET:
        sent = {max(by_number) + 1}
    for number in sent:
        if 1 <= number <= MOST_RULES:
            new = ReminderRule(organization=request.organization, provider=provider, number=number)
            by_number.setdefault(number, new)
    return [by_number[number] for number in sorted(by_number)]


def _services(organization: Organization, provider_id: UUID, rules: Sequence[ReminderRule]) -> list[Service]:
    """Those of the account's agendas, and those that a reminder is narrowed to already."""
    schedules = organization.schedules.filter(provider_id=provider_id).values_list("id", flat=True)
    ids = set(organization.offerings.filter(schedule_id__in=list(schedules)).values_list("service_id", flat=True))
    ids.update(id_ for rule in rules for id_ in rule.services)
    return list(organization.services.filter(id__in=ids).order_by("position", "id"))


def _choices(services: Sequence[Service]) -> list[tuple[str, str]]:
    language = get_language() or "en"
    return [(str(service.id), service.name_in(language)) for service in services]


def _part(
    organization: Organization, provider: Provider, form: RemindersForm, number: int, languages: Sequence[str]
) -> Part:
    fields = form.of(number)
    is_over = str(fields["when"].value()).endswith(Side.AFTER)
    texts = [
        (language, longest_sms(form["sms_name"].value() or provider.name, language, is_over=is_over))
        for language in languages
    ]
    longest = max((text for _language, text in texts), key=len)
    title = _("Reminder %(number)s") % {"number": number}
    preview = address(organization, "reminder_preview", provider_id=provider.id, number=number)
    return Part(number, title, fields, f"{longest} ", texts, number > len(AT_FIRST), preview)


def _warn_of_gaps(request: OrganizationRequest, saved: Sequence[ReminderRule], locations: Sequence[Location]) -> None:
    """Saved all the same: where a place has no number, nothing is put in."""
    text = " ".join(f"{rule.sms_supplement} {rule.email_supplement}" for rule in saved)
    if empty := supplements.empty_in(text, request.organization, locations):
        names = ", ".join(f"[{name}]" for name in empty)
        messages.warning(request, _("Where it is not known, nothing is put in for %(names)s.") % {"names": names})


def _renamed(field: str) -> str:
    """`2.at_minute` of a refusal is `2-at` of the form."""
    number, dot, name = field.partition(".")
    return f"{number}-{NAMED.get(name, name)}" if dot else field
