"""Writing people. Sessions, second factors and forgotten passwords are allauth's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from kalends.accounts.models import Person
from kalends.accounts.refusals import AlreadyKnown
from kalends.foundation.database import rows
from kalends.foundation.errors import FieldError, Invalid, RequiredField

FIELDS = frozenset({"name", "language"})
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


def make_person(*, email: str, name: str, password: str, language: str = "en") -> Person:
    """A new person with a sign-in. An address that has one already is refused, and nothing of it changes.

    Raises Invalid or RequiredField (`email`, `name`, `password`, `language`), AlreadyKnown.
    """
    person = Person()
    errors: list[FieldError] = []
    missing: list[FieldError] = []
    try:
        _fill(person, {"email": email.strip().lower(), "name": name, "language": language})
    except RequiredField as fault:
        missing += fault.errors
    except Invalid as fault:
        errors += fault.errors
    try:
        validate_password(password, person)
    except ValidationError as fault:
        errors.append(FieldError("password", " ".join(fault.messages)))
    rows.refuse(errors, missing)
    if Person.objects.filter(email=person.email).exists():
        raise AlreadyKnown
    person.set_password(password)
    try:
        person.save(force_insert=True)
    except IntegrityError as fault:
        raise AlreadyKnown from fault
    return person


def edit_person(person: Person, **fields: Any) -> Person:
    """Change the name or the language. Raises Invalid, RequiredField."""
    if unknown := sorted(set(fields) - FIELDS):
        raise TypeError(f"Person does not take {', '.join(unknown)}")
    _fill(person, fields)
    person.save(update_fields=list(fields))
    return person


def _fill(person: Person, sent: dict[str, Any]) -> None:
    if sent.get("language", "en") not in LANGUAGES:
        raise Invalid.field("language", _("This language is not known here."))
    rows.fill(person, sent, allowed=FIELDS | {"email"})
