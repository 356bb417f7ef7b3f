"""What somebody waits for, as staff write it down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.agenda.queries.options import with_waiting_list
from kalends.agenda.queries.plans import AgendaPlan
from kalends.booking.models import WaitlistEntry
from kalends.booking.reading import Typed, read_wish
from kalends.booking.rules import waiting as rules
from kalends.foundation.actor import Actor
from kalends.organizations.models import Organization
from kalends.web.staff import dates, scope

# The names of the form, by those of the operation.
OUTSIDE = {"from_minute": "from", "to_minute": "to", "valid_until": "until"}
DEFAULT_SPAN = 120


class Agendas(forms.CheckboxSelectMultiple):
    """Each agenda carries its practitioner's validity span, for the script that moves the end (CLI-11)."""

    spans: Mapping[str, int] = {}

    def create_option(self, name: str, value: Any, *args: Any, **rest: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **rest)
        option["attrs"]["data-span"] = self.spans.get(str(value), DEFAULT_SPAN)
        return option


class EntryForm(forms.Form):
    """Hours and the last day are free text: `read_wish` reads and refuses, in one place for all pages."""

    use_required_attribute = False
    services = forms.MultipleChoiceField(label=gettext_lazy("Services"), widget=forms.CheckboxSelectMultiple)
    schedules = forms.MultipleChoiceField(
        label=gettext_lazy("Agendas"),
        required=False,
        widget=Agendas,
        help_text=gettext_lazy("None ticked: any that offers the service."),
    )
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Days"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: any day."),
    )
    until = forms.CharField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}), max_length=10
    )
    rank = forms.IntegerField(
        label=gettext_lazy("Rank"),
        required=False,
        min_value=-100,
        max_value=100,
        help_text=gettext_lazy("The highest first; among equals who waits longest. Usually 0."),
    )
    most_a_day = forms.IntegerField(label=gettext_lazy("Offers a day, at most"), min_value=1, max_value=20)
    most_in_all = forms.IntegerField(label=gettext_lazy("Offers in all, at most"), min_value=1, max_value=100)
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        data: Any,
        *,
        organization: Organization,
        plan: AgendaPlan,
        by: Actor,
        language: str,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """In `acting`: looks up who keeps a waiting list."""
        usual = {"most_a_day": 1, "most_in_all": 3, "rank": 0}
        super().__init__(data, initial={**usual, **(initial or {})})
        spans = with_waiting_list(organization)
        own = {schedule.id for schedule in scope.schedules(organization, by)}
        listed = [one for one in plan.schedules.values() if one.provider_id in spans and one.id in own]
        offered = {service_id for schedule in listed for service_id in schedule.offers}
        self.spans = {str(one.id): spans[one.provider_id] for one in listed}
        self.keeps_list = bool(listed)
        self._offer(
            "services", [(one.id, one.name_in(language)) for one in plan.services.values() if one.id in offered]
        )
        self._offer("schedules", [(one.id, one.name) for one in listed])
        self._offer("weekdays", [(number, dates.weekday(number)) for number in range(1, 8)])
        widget = self.fields["schedules"].widget
        assert isinstance(widget, Agendas)
        widget.spans = self.spans
        for name, label, mark in (("from", _("From"), "data-span-start"), ("to", _("To"), "data-span-end")):
            hours = forms.TextInput(attrs={"type": "time", mark: ""})
            self.fields[name] = forms.CharField(label=label, required=False, max_length=8, widget=hours)

    def _offer(self, name: str, choices: Iterable[tuple[object, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(value), label) for value, label in choices]

    @property
    def span(self) -> int:
        """The span of the agendas that were ticked, else of all: the shortest counts."""
        asked = self["schedules"].value() or []
        ticked = [self.spans[one] for one in map(str, asked) if one in self.spans]
        return min(ticked or self.spans.values(), default=DEFAULT_SPAN)

    def wish(self) -> dict[str, Any]:
        """The fields of the operation. Raises Invalid with the names of this form."""
        typed = self.cleaned_data
        hours = read_wish(Typed(typed["from"], typed["to"], typed["weekdays"], typed["until"]), span=self.span)
        return {
            **hours,
            "services": [UUID(one) for one in typed["services"]],
            "schedules": [UUID(one) for one in typed["schedules"]],
            "rank": typed["rank"] or 0,
            "most_a_day": typed["most_a_day"],
            "most_in_all": typed["most_in_all"],
            "note": typed["note"],
        }


def initial_of(entry: WaitlistEntry) -> dict[str, Any]:
    whole = (entry.from_minute, entry.to_minute) == rules.WHOLE_DAY
    return {
        "services": [str(one) for one in entry.services],
        "schedules": [str(one) for one in entry.schedules],
        "weekdays": [str(one) for one in entry.weekdays],
        "from": "" if whole else clock_text(entry.from_minute),
        "to": "" if whole else clock_text(entry.to_minute),
        "until": entry.valid_until.isoformat(),
        "rank": entry.rank,
        "most_a_day": entry.most_a_day,
        "most_in_all": entry.most_in_all,
        "note": entry.note,
    }


def clock_text(minute: int) -> str:
    """As a field of hours takes it: 00:30 also for half past midnight of the next day."""
    return f"{minute % rules.DAY // 60:02}:{minute % 60:02}"
