"""The form of the notification settings: addresses one to a line, and what narrows them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from kalends.foundation.errors import FieldError
from kalends.notifications.institution.rules import LEAST_HOURS, MOST_HOURS, Mode
from kalends.notifications.models import NotificationSettings
from kalends.web.staff.notifications.copies import saved_rows, typed_rows, wanted

LISTS = ("booking_emails", "cancellation_emails", "payment_emails")
CHOSEN = ("booking_locations", "booking_services")
# In which part of the page a field stands.
PARTS = {"booking": 1, "cancellation": 3, "payment": 4}
MODES = [
    (Mode.EVERY.value, gettext_lazy("At each cancellation, at once")),
    (Mode.LATE.value, gettext_lazy("Only late cancellations: less than")),
    (Mode.HELD.value, gettext_lazy("At each cancellation, but not before that many hours ahead")),
]
_SEPARATORS = re.compile(r"[\s,;]+")
Choices = Sequence[tuple[str, str]]


class Addresses(forms.CharField):
    """Typed or pasted, separated by new lines, commas or spaces."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea, max_length=60_000, **rest)

    def to_python(self, value: Any) -> Any:
        return _entries(value or "")

    def validate(self, value: Any) -> None:
        """Each address is looked at by the operation, which names those that cannot be."""

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(value or ())


class NoticesForm(forms.Form):
    """All of it; one button saves it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    booking_emails = Addresses(label=gettext_lazy("Addresses"))
    booking_locations = forms.MultipleChoiceField(
        label=gettext_lazy("Locations"), required=False, widget=forms.CheckboxSelectMultiple
    )
    booking_services = forms.MultipleChoiceField(
        label=gettext_lazy("Services"), required=False, widget=forms.CheckboxSelectMultiple
    )
    booking_minimal = forms.BooleanField(label=gettext_lazy("Send the variant with least data"), required=False)
    cancellation_emails = Addresses(label=gettext_lazy("Addresses"))
    cancellation_mode = forms.ChoiceField(label=gettext_lazy("When we write"), choices=MODES, widget=forms.RadioSelect)
    cancellation_hours = forms.IntegerField(
        label=gettext_lazy("Hours before the appointment"), min_value=LEAST_HOURS, max_value=MOST_HOURS
    )
    payment_emails = Addresses(label=gettext_lazy("Addresses"))
    payment_hours = forms.IntegerField(
        label=gettext_lazy("Hours before the deadline of payment"), min_value=LEAST_HOURS, max_value=MOST_HOURS
    )

    def __init__(self, sent: Any, *, kept: NotificationSettings, locations: Choices, services: Choices) -> None:
        self.kept = kept
        self.copies = saved_rows(kept.copies) if sent is None else typed_rows(sent)
        super().__init__(sent, initial={name: _typed(kept, name) for name in self.base_fields})
        self.fields["booking_locations"].choices = locations  # type: ignore[attr-defined]
        self.fields["booking_services"].choices = services  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """As the operation takes it."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        chosen = {name: [UUID(id_) for id_ in typed[name]] for name in CHOSEN}
        return {**typed, **chosen, "copies": wanted(self.copies)}

    def typed(self) -> dict[str, Any]:
        """The same of a form that may be wrong: what cannot be read is left out, addresses stay as they are."""
        values = {name: self[name].value() for name in self.fields}
        found: dict[str, Any] = {name: _entries(values[name]) for name in LISTS}
        for name in CHOSEN:
            known = dict(self.fields[name].choices)  # type: ignore[attr-defined]
            found[name] = [UUID(id_) for id_ in values[name] or () if id_ in known]
        return {
            **found,
            "booking_minimal": bool(values["booking_minimal"]),
            "cancellation_mode": values["cancellation_mode"],
            "cancellation_hours": _hours(values["cancellation_hours"]),
            "payment_hours": _hours(values["payment_hours"]),
            "copies": wanted(self.copies),
        }

    def saved_addresses(self) -> set[str]:
        lists = [getattr(self.kept, name) for name in LISTS] + [[one["email"] for one in self.kept.copies]]
        return {address.lower() for addresses in lists for address in addresses}

    def refuse_copies(self, errors: Iterable[FieldError]) -> None:
        """Put what is wrong with a copy into its row."""
        said = {place: str(error.message) for error in errors if (place := _place(error.field, "copies")) is not None}
        self.copies = [replace(row, error=said.get(place, "")) for place, row in enumerate(self.copies)]

    def refused(self, errors: Iterable[str]) -> dict[str, list[str]]:
        """From `booking_emails.3` to the addresses themselves, by their field."""
        found: dict[str, list[str]] = {name: [] for name in LISTS}
        for field in errors:
            for name in LISTS:
                if (place := _place(field, name)) is not None:
                    found[name].append(self.cleaned_data[name][place])
        return found

    def show_version_kept(self) -> None:
        """Sent once more, it replaces what others have saved meanwhile."""
        sent = cast(QueryDict, self.data).copy()
        sent["version"] = str(self.kept.version)
        self.data = sent

    def saved_values(self) -> str:
        """What is saved, as a browser would send it: by it the page counts what differs."""
        plain = {name: sent for name in self.base_fields if (sent := _sent(self.kept, name))}
        return json.dumps(
            plain | {name: sent for row in saved_rows(self.kept.copies) for name, sent in row.sent().items()}
        )

    def parts_with_errors(self) -> list[int]:
        parts = {PARTS[name.partition("_")[0]] for name in self.errors if name.partition("_")[0] in PARTS}
        return sorted(parts | {2 for row in self.copies if row.error})


def _entries(text: str) -> list[str]:
    return [one for one in _SEPARATORS.split(text) if one]


def _hours(typed: Any) -> int | None:
    text = str(typed or "").strip()
    fits = text.isascii() and text.isdigit() and LEAST_HOURS <= int(text) <= MOST_HOURS
    return int(text) if fits else None


def _place(field: str, name: str) -> int | None:
    """The number behind the dot of `booking_emails.3`, where it is about that field."""
    own, _dot, place = field.partition(".")
    return int(place) if own == name and place else None


def _typed(kept: NotificationSettings, name: str) -> Any:
    value = getattr(kept, name)
    return [str(one) for one in value] if name in CHOSEN else value


def _sent(kept: NotificationSettings, name: str) -> list[str]:
    value = _typed(kept, name)
    if isinstance(value, bool):
        return ["on"] if value else []
    return list(value) if isinstance(value, list) else [str(value)]


def chosen_words(choices: Choices, ids: Iterable[str], *, all_of_them: str) -> str:
    """What a closed menu says: the names that are ticked, or that it is all."""
    names: Mapping[str, str] = dict(choices)
    return ", ".join(names[one] for one in ids if one in names) or all_of_them
