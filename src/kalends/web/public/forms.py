"""The form that says who comes: which fields a service asks for, and reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.agenda.queries.plans import ServicePlan
from kalends.contacts.models import Consent
from kalends.contacts.operations.consents import WAYS
from kalends.contacts.reading import LONGEST, read_contact
from kalends.contacts.rules import ContactData
from kalends.foundation.errors import FieldError, Invalid, Text
from kalends.foundation.text import UnusableText, clean_text

LONGEST_REASON = 500
# What is shown again after a mistake; the longest field has half of that.
KEPT_CHARACTERS = 4000
ALWAYS_REQUIRED = ("first_name", "last_name")
# Asked for even where the service does not require them; then they may stay empty.
ALWAYS_ASKED = (*ALWAYS_REQUIRED, "email", "reason")


WISHES = {"email": gettext_lazy("by e-mail"), "sms": gettext_lazy("by text message")}


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: Text
    type: str = "text"
    autocomplete: str = ""
    inputmode: str = ""
    hint: Text = ""
    longest: int = 200
    optional: bool = False
    value: str = ""
    error: Text = ""
    is_first_error: bool = False

    @property
    def is_text_area(self) -> bool:
        return self.type == "textarea"


FIELDS = (
    Field("first_name", gettext_lazy("First name"), autocomplete="given-name"),
    Field("last_name", gettext_lazy("Last name"), autocomplete="family-name"),
    Field(
        "birth_date",
        gettext_lazy("Date of birth"),
        autocomplete="bday",
        inputmode="numeric",
        hint=gettext_lazy("Day, month, year: 14/03/1987"),
        longest=12,
    ),
    Field("phone", gettext_lazy("Telephone"), "tel", "tel", "tel", longest=LONGEST["phone"]),
    Field(
        "email",
        gettext_lazy("E-mail"),
        "email",
        "email",
        "email",
        gettext_lazy("You will receive the link to move or cancel there."),
        LONGEST["email"],
    ),
    Field("address", gettext_lazy("Address"), autocomplete="street-address", longest=LONGEST["address"]),
    Field("postcode", gettext_lazy("Postcode"), autocomplete="postal-code", longest=LONGEST["postcode"]),
    Field("town", gettext_lazy("Town"), autocomplete="address-level2", longest=LONGEST["town"]),
    Field("remark", gettext_lazy("Remark"), "textarea", longest=LONGEST["remark"]),
    Field(
        "reason",
        gettext_lazy("Reason for the visit"),
        "textarea",
        hint=gettext_lazy("Read by the practice only."),
        longest=LONGEST_REASON,
    ),
)


@dataclass(frozen=True, slots=True)
class Details:
    contact: ContactData
    reason: str


def fields_of(
    service: ServicePlan, typed: Mapping[str, str] | None = None, errors: Sequence[FieldError] = ()
) -> list[Field]:
    """The fields that the service asks for, with what was typed and what is wrong with it."""
    typed = typed or {}
    told = {error.field: error.message for error in errors}
    asked = [field for field in FIELDS if field.name in {*ALWAYS_ASKED, *service.required_fields}]
    first_error = next((field.name for field in asked if field.name in told), "")
    return [
        replace(
            field,
            optional=field.name not in {*ALWAYS_REQUIRED, *service.required_fields},
            value=typed.get(field.name, "").replace("\x00", "")[:KEPT_CHARACTERS],
            error=told.get(field.name, ""),
            is_first_error=field.name == first_error,
        )
        for field in asked
    ]


def read_details(
    typed: Mapping[str, str], service: ServicePlan, *, country: str, language: str, today: date
) -> Details:
    """Check everything at once. Raises `Invalid` with every bad field, the consent included."""
    errors = list[FieldError]()
    contact = None
    try:
        contact = read_contact(
            {field.name: typed.get(field.name, "") for field in fields_of(service)},
            required={*ALWAYS_REQUIRED, *service.required_fields},
            country=country,
            language=language,
            today=today,
        )
    except Invalid as invalid:
        errors += invalid.errors
    reason, reason_errors = _read_reason(typed.get("reason", ""), required="reason" in service.required_fields)
    errors += reason_errors
    if typed.get("consent") != "yes":
        errors.append(FieldError("consent", _("Please agree, or telephone the practice to book.")))
    if errors or contact is None:
        raise Invalid(errors)
    return Details(contact, reason)


def wishes_of(service: ServicePlan, typed: Mapping[str, str]) -> dict[str, str]:
    """Whether reminders are wanted, by each way that was asked about: without a tick they are refused."""
    return {
        way: Consent.GIVEN.value if ticked else Consent.REFUSED.value
        for way, _label, ticked in wishes_shown(service, typed)
    }


def wishes_shown(service: ServicePlan, typed: Mapping[str, str]) -> list[tuple[str, Text, bool]]:
    """The ways by which the form asks for an address: name, label, whether it is ticked."""
    asked = {"email": True, "sms": "phone" in service.required_fields}
    return [(way, WISHES[way], typed.get(f"wants_{way}") == "yes") for way in WAYS if asked[way]]


def _read_reason(typed: str, *, required: bool) -> tuple[str, list[FieldError]]:
    try:
        reason = clean_text(typed)
    except UnusableText:
        return "", [FieldError("reason", _("This holds a character that cannot be stored."))]
    if required and not reason:
        return "", [FieldError("reason", _("Please fill this in."))]
    if len(reason) > LONGEST_REASON:
        sentence = _("This is too long: at most %(count)s characters.") % {"count": LONGEST_REASON}
        return "", [FieldError("reason", sentence)]
    return reason, []
