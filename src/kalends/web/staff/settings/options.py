"""The agenda options of a practitioner's account: seed 001, OPTIONS / Agenda, in its order and words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kalends.agenda.models import NoticeBy, ProviderOptions, Stepping
from kalends.agenda.operations import set_options
from kalends.agenda.queries.options import can_be_told, options_of, recipients_of, told_of
from kalends.agenda.rules import options as rules
from kalends.booking.queries.waiting import open_offers_of
from kalends.foundation.database import tenancy
from kalends.foundation.phone import written
from kalends.organizations.models import Membership
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.staff.page import READ_AND_ACT, desk
from kalends.web.staff.patients.reading import LABELS
from kalends.web.staff.settings.editing import data, edit
from kalends.web.staff.settings.providers import known_provider, provider_subject, provider_tabs
from kalends.web.staff.shell import ROLES, address

WAYS: dict[str, Promise] = {
    NoticeBy.MESSAGE.value: gettext_lazy("Message"),
    NoticeBy.EMAIL.value: gettext_lazy("E-mail"),
    NoticeBy.SMS.value: gettext_lazy("SMS"),
}
NOTICES = ("notice_added", "notice_moved", "notice_deleted")


def _ticks(label: Any, choices: Sequence[tuple[str, str | Promise]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class OptionsForm(forms.Form):
    waiting_list = forms.BooleanField(
        label=gettext_lazy("Keep a waiting list"),
        required=False,
        help_text=gettext_lazy(
            "Freed times are offered to who waits, one after the other. Switched off, offers already made stay good."
        ),
    )
    waiting_span = forms.IntegerField(
        label=gettext_lazy("Validity span"),
        min_value=15,
        max_value=1440,
        help_text=gettext_lazy(
            "Minutes between the start and the end of the hours that suit somebody: choosing the start moves the end."
        ),
    )
    days_shown = forms.TypedChoiceField(
        label=gettext_lazy("Number of days shown in an agenda"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, 8)],
        help_text=gettext_lazy("Only the practitioner sees the change, from the next sign-in on."),
    )
    stepping = forms.ChoiceField(
        label=gettext_lazy("Stepping through the agenda"),
        choices=[
            (Stepping.WEEK.value, gettext_lazy("By week (first day: Monday)")),
            (Stepping.DAY.value, gettext_lazy("By day (first day: today)")),
        ],
        widget=forms.RadioSelect,
    )
    notice_added = _ticks(pgettext_lazy("notice", "Appointment added"), list(WAYS.items()))
    notice_moved = _ticks(pgettext_lazy("notice", "Appointment moved"), list(WAYS.items()))
    notice_deleted = _ticks(pgettext_lazy("notice", "Appointment cancelled"), list(WAYS.items()))
    recipients = _ticks(gettext_lazy("Choice of recipients"), ())
    immediate_reminder = _ticks(
        gettext_lazy("When an appointment is added or changed"), [(way, WAYS[way]) for way in rules.REMINDED_BY]
    )
    required_fields = _ticks(
        gettext_lazy("Required in the booking window"),
        [(name, LABELS.get(name, gettext_lazy("Reason of the visit"))) for name in rules.REQUIRABLE],
    )

    def __init__(self, *args: Any, people: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipients"].choices = [  # type: ignore[attr-defined]
            (str(one.id), f"{one.person.name}, {ROLES[one.role]}, {one.person.email}") for one in people
        ]

    @property
    def steps_by_week(self) -> bool:
        """Whether the number of days that is chosen now allows it."""
        shown = str(self["days_shown"].value())
        return shown.isdecimal() and rules.steps_by_week(int(shown))


@desk(Right.PROVIDER_OPTIONS, READ_AND_ACT)
def provider_options(request: OrganizationRequest, provider_id: UUID) -> HttpResponse:
    organization = request.organization
    with tenancy.acting(organization=organization, by=request.actor):
        known = known_provider(request, provider_id)
        options = options_of(organization, provider_id)
        people, whom = can_be_told(organization), told_of(organization, provider_id)
        chosen = [str(one.id) for one in recipients_of(organization, provider_id)]

    def act(typed: dict[str, Any], now: datetime) -> ProviderOptions:
        fields = {name: value for name, value in typed.items() if name != "recipients"}
        return set_options(
            organization,
            known_provider(request, provider_id),
            by=request.actor,
            now=now,
            recipients=[UUID(one) for one in typed["recipients"]],
            noted={"open_offers": open_offers_of(organization, provider_id, now)}
            if options.waiting_list != typed["waiting_list"]
            else None,
            **fields,
        )

    own = {name: getattr(options, name) for name in OptionsForm.base_fields if name != "recipients"}
    form = OptionsForm(data(request), initial={**own, "recipients": chosen}, people=people)
    return edit(
        request,
        form,
        act,
        subject=provider_subject(
            request, _("Options / Agenda: %(name)s") % {"name": known.name}, template="staff/settings/options.html"
        ),
        groups=[],
        then=lambda _saved: address(organization, "provider_options", provider_id=provider_id),
        context={
            "tabs": provider_tabs(request, known, "provider_options"),
            "notices": [form[name] for name in NOTICES],
            "whom": whom,
            "phones": ", ".join(written(one.at, country=organization.country) for one in whom.phones),
            "account_url": address(organization, "provider", provider_id=provider_id)
            if request.actor.may(Right.PROVIDER_ENTITY)
            else "",
        },
    )
